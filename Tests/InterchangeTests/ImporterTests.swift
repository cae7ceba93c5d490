import Interchange
import Secrets
import Testing

@Suite struct ImporterTests {
    @Test(
        arguments: [
            (.json, #"{"A":"x","B":true,"C":false,"D":null,"é":"\u0041"}"#, ["A=x", "B=true", "C=false", "é=A"]),
            (.json, "\u{FEFF}{}", []), (.yaml, "A: x\nB: 'y z'\nC: ~\nD:\n", ["A=x", "B=y z"]), (.yaml, "", []),
            (.yaml, "# only a comment\n", []),
            (
                .yaml, "A: yes\nB: 0x10\nC: 2024-01-01\n1: one",
                [
                    "A=yes", "B=0x10", "C=2024-01-01", "1=one",
                ]
            ),
            (.yaml, "A: |\n  one\n  two\nB: >-\n  three\n  four\n", ["A=one\ntwo\n", "B=three four"]),
            (
                .kubernetes, "kind: Secret\ndata: {A: eA==, B: ''}\nstringData: {A: later, C: c}",
                ["A=later", "B=", "C=c"]
            ),
            (.kubernetes, "kind: Secret\ndata:\n", []),
            (.kubernetes, #"{"kind":"Secret","data":{"A":"eA=="}}"#, ["A=x"]),
            (.dotenv, "A=x\nexport B='y z' # note\nA=later\n", ["A=later", "B=y z"]),
            (.dotenv, "A=x\r\nB=${A}y\r\n", ["A=x", "B=xy"]),
            (.shell, "export A='it'\\''s'\nB=\"x\\$y\"\n# note\n", ["A=it's", "B=x$y"]),
            (.docker, "A=x\n# note\n  B= y 'z' \nC\nD==\n\nA=later", ["A=later", "B= y 'z' ", "D=="]),
            (.docker, "\u{FEFF}A=x\r\nB=y\r\n", ["A=x", "B=y"]), (.docker, "A=\u{301}x\n", ["A=\u{301}x"]),
            (.docker, "A=#\u{301}\n#\u{301}B=x\n", ["A=#\u{301}"]), (.docker, "A=a\rb\n", ["A=a\rb"]),
            (.github, "A=x\nB<<EOF\none\ntwo\nEOF\nC=<<\nD=\n", ["A=x", "B=one\ntwo", "C=<<", "D="]),
            (.github, "A<<E\nE\nB<<E\n\nE", ["A=", "B="]), (.github, "A=x\r\nB<<E\r\none\r\nE\r\n", ["A=x", "B=one"]),
            (.github, "A<<é\ne\u{301}\né\n", ["A=e\u{301}"]), (.github, "A=\u{301}x\n", ["A=\u{301}x"]),
            (.github, "A<<E\nx=y<<z\nE\n", ["A=x=y<<z"]),
        ] as [(Format, String, [String])]
    )
    func `a format is read as its own readers read it`(format: Format, text: String, values: [String]) throws {
        let read = try Importer.shown(text, format)
        #expect(read.map { Array($0.utf8) } == values.map { Array($0.utf8) }, "\(read)")
    }

    @Test(
        arguments: [
            "1.10", "1e3", "1E-2", "-0", "0.0", "1.50e+007", "12345678901234567890123", "9223372036854775808", "1e999",
            "-7", "0", "3.141592653589793238462643383279",
        ],
        [Format.json, .yaml]
    )
    func `a number arrives as it is spelled in the file`(number: String, format: Format) throws {
        let text = format == .json ? "{\"A\": \(number)}" : "A: \(number)"
        #expect(try Importer.shown(text, format) == ["A=\(number)"])
    }

    @Test(arguments: [Format.json, .yaml])
    func `a number with a million digits arrives whole`(format: Format) throws {
        let number = String(repeating: "7", count: 1_000_000)
        let text = format == .json ? "{\"A\": \(number)}" : "A: \(number)"
        #expect(try Importer.shown(text, format) == ["A=\(number)"])
    }

    @Test func `two spellings of one name are two names`() throws {
        let read = try Importer.read(Array("{\"\u{E9}\":\"a\",\"e\u{301}\":\"b\"}".utf8), format: .json)
        #expect(read.map { $0.value.reveal() } == ["a", "b"])
    }

    @Test(
        arguments: [
            (.dotenv, "\nA=x"), (.docker, "\nA=x"), (.github, "\nA=x"), (.yaml, "\nA: x"), (.shell, "\nA=x"),
            (.kubernetes, "kind: Secret\nstringData: {A: x}"),
        ] as [(Format, String)]
    )
    func `a value knows its line`(format: Format, text: String) throws {
        #expect(try Importer.read(Array(text.utf8), format: format).map(\.line) == [2])
    }

    @Test func `a reference to the process's environment is not looked up`() {
        #expect(throws: InterchangeError.self) { try Importer.shown("A=${HOME}", .dotenv) }
    }

    @Test(arguments: [
        ("a.json", Format.json), ("a.yaml", .yaml), ("a.yml", .yaml), ("a.sh", .shell), (".env", .dotenv),
        (".env.local", .dotenv), ("json", .dotenv),
    ])
    func `a file's name suggests its format`(name: String, format: Format) {
        #expect(Importer.format(forFileNamed: name) == format)
    }

    @Test func `a credential's file is the value, to the last byte`() throws {
        let value = try Importer.credential(Array("x\n".utf8), named: "A")
        #expect(value == NamedValue("A", "x\n"))
    }

    @Test func `a value in transit does not print`() {
        let value = NamedValue("A", "print-canary")
        var dumped = ""
        dump(value, to: &dumped)
        #expect(!"\(value) \(String(reflecting: value)) \(dumped)".contains("print-canary"))
        #expect(value == NamedValue("A", "print-canary") && value != NamedValue("A", "other"))
    }
}
