import SecretStore
import Secrets
import Testing

@Suite struct NamedValuesTests {
    private static func values(_ text: String) -> [String: String]? {
        Payload.text(Secret(text)).namedValues?.mapValues { $0.reveal() }
    }

    @Test(arguments: [
        (#"{"A":"1","B":"2"}"#, ["A": "1", "B": "2"]),
        (" \n\t{ \"A\" : \"\\u00fc\\n\" }\r\n", ["A": "ü\n"]),
        (
            #"{"PORT": 5432, "RATE": 1.10, "BIG": 12345678901234567890123, "SMALL": -0, "POWER": 1E+2}"#,
            ["PORT": "5432", "RATE": "1.10", "BIG": "12345678901234567890123", "SMALL": "-0", "POWER": "1E+2"]
        ),
        (#"{"YES": true, "NO": false, "NONE": ""}"#, ["YES": "true", "NO": "false", "NONE": ""]),
        ("{}", [:]),
    ])
    func `a JSON object of strings, numbers and booleans is named values, as they are spelled`(
        text: String,
        expected: [String: String]
    ) {
        #expect(Self.values(text) == expected)
    }

    @Test(arguments: [
        "", "plain", "{", "[]", #"["A"]"#, "null", "1", #""A""#, #"{"A":null}"#, #"{"A":["1"]}"#, #"{"A":{"B":"1"}}"#,
        #"{"A":"1","A":"2"}"#, #"{"A":"1","\u0041":"2"}"#, #"{"A":"1",}"#, #"{"A":"1"} x"#, #"{'A':'1'}"#, #"{"A":01}"#,
        #"{"A":"\ud800"}"#, #"{"":"1"}"#, #"{"A\nB":"1"}"#, "{\"\u{e9}\":\"1\",\"e\u{301}\":\"2\"}",
        "\u{feff}{\"A\":\"1\"}",
        "-----BEGIN CERTIFICATE-----",
        "{\"" + String(repeating: "n", count: StoreLimits.fieldNameBytes + 1) + "\":\"1\"}",
        "{" + (0...StoreLimits.fields).map { "\"N\($0)\":1" }.joined(separator: ",") + "}",
    ])
    func `any other text has no named values`(text: String) {
        #expect(Self.values(text) == nil)
    }

    @Test func `fields are themselves, and bytes have none`() {
        #expect(Payload.fields(["A": Secret("1")]).namedValues == ["A": Secret("1")])
        #expect(Payload.bytes(Secret(Array(#"{"A":"1"}"#.utf8))).namedValues == nil)
    }
}
