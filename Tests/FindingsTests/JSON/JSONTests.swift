import Findings
import Testing

@Suite struct JSONTests {
    static func parse(_ text: String, limits: JSONLimits = .standard) throws(JSONError) -> JSONValue {
        try JSONValue(parsing: Array(text.utf8), limits: limits)
    }

    // MARK: Writing

    @Test(
        arguments: [
            (.null, "null"), (true, "true"), (false, "false"), (0, "0"), (.integer(.min), "-9223372036854775808"),
            (0.1, "0.1"), (-0.0, "-0.0"), (1e300, "1e+300"), (.double(.nan), "null"), (.double(.infinity), "null"),
            ("a", #""a""#), (#"\"/"#, #""\\\"/""#), ("\u{0}\u{8}\t\n\u{C}\r\u{1F}", #""\u0000\b\t\n\f\r\u001f""#),
            ("\u{2028}\u{2029}\u{7F}\u{9B}\u{202E}\u{E0041}", #""\u2028\u2029\u007f\u009b\u202e\udb40\udc41""#),
            ("päß 漢 😀", #""päß 漢 😀""#), ([], "[]"), ([:], "{}"),
            ([1, [2], ["b": 3, "a": .null]], #"[1,[2],{"b":3,"a":null}]"#),
        ] as [(JSONValue, String)]
    )
    func `a value is written as RFC 8259 has it`(value: JSONValue, text: String) {
        #expect(value.text() == text)
    }

    @Test func `the pretty form has a member a line`() {
        let value: JSONValue = ["b": [1, [:], []], "a": ["c": "d"]]
        #expect(
            value.text(.pretty) == """
                {
                  "b": [
                    1,
                    {},
                    []
                  ],
                  "a": {
                    "c": "d"
                  }
                }
                """
        )
    }

    @Test(arguments: [0...0x33FF, 0xD7F0...0xE010, 0xFE00...0x107FF, 0xE0000...0xE01FF, 0x10FFF0...0x10FFFF])
    func `every scalar comes back as it was`(range: ClosedRange<UInt32>) throws {
        var text = ""
        text.unicodeScalars.append(contentsOf: range.compactMap(Unicode.Scalar.init))
        let back = try Self.parse(JSONValue.string(text).text())
        #expect(back.asString.map { Array($0.unicodeScalars) } == Array(text.unicodeScalars))
    }

    // MARK: Reading

    @Test(
        arguments: [
            (" null\n", .null), ("true", true), ("false", false), ("-12", -12), ("1.5", 1.5),
            ("9223372036854775807", .integer(.max)),
            (#""\u0041\ud83d\ude00\/\b\f\n\r\t\"\\""#, "A😀/\u{8}\u{C}\n\r\t\"\\"),
            ("\u{FEFF}[1]", [1]), (#"{"b":1,"a":{"":[]}}"#, ["b": 1, "a": ["": []]]), ("[\t1 ,\r\n2 ]", [1, 2]),
        ] as [(String, JSONValue)]
    )
    func `what RFC 8259 allows is read`(text: String, value: JSONValue) throws {
        #expect(try Self.parse(text) == value)
    }

    @Test(arguments: [
        "1.10", "1e3", "1E-2", "-0", "0.0", "-1.50e+007", "12345678901234567890123", "9223372036854775808", "1e999",
        "0.1000000000000000055511151231257827",
    ])
    func `a number comes back as it is spelled`(number: String) throws {
        #expect(try Self.parse(number).text() == number)
        #expect(try Self.parse("[\(number)]").asArray?.first?.asInteger == nil)
    }

    @Test(
        arguments: [
            ("", "004", 1, 1), ("[", "004", 1, 2), (#"{"a""#, "004", 1, 5), (#""a"#, "004", 1, 3), ("tru", "004", 1, 4),
            ("x", "005", 1, 1), ("[1,\n /* */ 2]", "005", 2, 2), ("'a'", "005", 1, 1), ("nul1", "005", 1, 1),
            ("{a:1}", "006", 1, 2), (#"{"ä" 1}"#, "007", 1, 6), ("[1 2]", "008", 1, 4), ("[1,]", "009", 1, 3),
            (#"{"a":1,}"#, "009", 1, 7), ("1 2", "010", 1, 3), ("[01]", "011", 1, 2), ("[1.]", "011", 1, 2),
            ("[-]", "011", 1, 2), ("[.5]", "005", 1, 2), ("[+1]", "005", 1, 2), ("1e", "004", 1, 3),
            (#"["\x"]"#, "013", 1, 3),
            (#"["\u12G4"]"#, "013", 1, 3), (#"["\ud800"]"#, "014", 1, 3), (#"["\udc00"]"#, "014", 1, 3),
            (#"["\ud800\u0041"]"#, "014", 1, 3), ("[\"a\u{1}\"]", "015", 1, 4), ("[\"a\nb\"]", "015", 1, 4),
            ("[\"\\n\u{1}\"]", "015", 1, 5),
            ("{\"a\":1,\n \"a\":2}", "017", 2, 2), ("NaN", "005", 1, 1), ("\u{FEFF}x", "005", 1, 1),
        ])
    func `what it does not allow is an error with its place`(text: String, code: String, line: Int, column: Int) {
        let error = #expect(throws: JSONError.self) { try Self.parse(text) }
        #expect(error?.code == "KF-JSON-\(code)")
        #expect(error?.line == line)
        #expect(error?.column == column)
    }

    @Test(arguments: [
        [0x22, 0xFF, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22], [0x22, 0xC3, 0x22],
    ])
    func `a string that is not UTF-8 is an error`(bytes: [UInt8]) {
        #expect(throws: JSONError.self) { try JSONValue(parsing: bytes) }
    }

    @Test func `keys are compared by their code units`() throws {
        let object = try #require(try Self.parse("{\"\u{E9}\":1,\"e\u{301}\":2}").asObject)
        #expect(object.count == 2)
        #expect(object["\u{E9}"] == 1)
        #expect(object["e\u{301}"] == 2)
    }

    @Test func `an object keeps its order through changes`() {
        var object = JSONObject()
        for key in ["c", "a", "b", "d"] { object[key] = .string(key) }
        object["a"] = nil
        object["c"] = 1
        object["a"] = 2
        #expect(JSONValue.object(object).text() == #"{"c":1,"b":"b","d":"d","a":2}"#)
        #expect(object["d"] == "d")
    }

    @Test func `a string as bytes has the escapes of RFC 8785 and reads back`() throws {
        func text(_ string: String) -> String {
            var bytes: [UInt8] = []
            JSONText.append(string, to: &bytes)
            return String(decoding: bytes, as: UTF8.self)
        }
        #expect(text("plain ü \u{7F} \u{2028}") == "\"plain ü \u{7F} \u{2028}\"")
        #expect(text("\u{8}\t\n\u{C}\r\"\\/") == #""\b\t\n\f\r\"\\/""#)
        #expect(text("\u{0}\u{9}\u{F}\u{1B}") == #""\u0000\t\u000f\u001b""#)
        for value in UInt32(0)..<0x100 {
            let string = "a" + String(Unicode.Scalar(UInt8(value))) + "b"
            #expect(try Self.parse(text(string)) == .string(string))
            #expect(try Self.parse(JSONValue.string(string).text()) == .string(string))
        }
    }

    // MARK: Bounds

    @Test func `length, depth and number of values are bounded`() {
        func code(_ text: String, _ limits: JSONLimits) -> String? {
            #expect(throws: JSONError.self) { try Self.parse(text, limits: limits) }?.code
        }
        #expect(code("[1,2]", JSONLimits(bytes: 4, depth: 9, values: 9)) == "KF-JSON-001")
        #expect(code("[[[]]]", JSONLimits(bytes: 99, depth: 2, values: 9)) == "KF-JSON-002")
        #expect(code(#"{"a":{"b":{}}}"#, JSONLimits(bytes: 99, depth: 2, values: 9)) == "KF-JSON-002")
        #expect(code("[1,2]", JSONLimits(bytes: 99, depth: 2, values: 2)) == "KF-JSON-003")
        #expect(code(String(repeating: "[", count: 1_000_000), .standard) == "KF-JSON-002")
        let deepest = JSONLimits(bytes: 9999, depth: 9999, values: 9999)
        #expect(code(String(repeating: "[", count: 2000), deepest) == "KF-JSON-002")
        #expect(throws: Never.self) {
            try Self.parse("[[1]]", limits: JSONLimits(bytes: 5, depth: 2, values: 3))
        }
    }

    // MARK: Silence

    @Test func `no error says anything of what was read`() throws {
        let secret = "QZXJ"
        let list = #"["\#(secret)\n\u0041", 77415, {"k\#(secret)": "\#(secret)", "x": null}]"#
        let bytes = Array(#"{"\#(secret)" : \#(list), "y": 774.15}"#.utf8)
        _ = try JSONValue(parsing: bytes)
        for position in bytes.indices {
            for change in [nil, 0x00, 0xFF] + Array("Q\"}7".utf8).map(Optional.some) {
                var broken = bytes
                if let change { broken[position] = change } else { broken.removeSubrange(position...) }
                do {
                    _ = try JSONValue(parsing: broken)
                } catch {
                    let said = "\(error) \(error.code) \(error.fix) \(String(reflecting: error))"
                    for fragment in [secret, "QZ", "XJ", "774", "415", "0041"] { #expect(!said.contains(fragment)) }
                }
            }
        }
    }

    @Test func `every fault has its own code, a message and a fix`() {
        let entries = JSONError.catalogue
        #expect(Set(entries.map(\.code)).count == 16)
        #expect(entries.allSatisfy { !$0.title.isEmpty && !$0.reason.isEmpty && !$0.fix.isEmpty })
    }
}
