import Interchange
import Testing

/// Broken and malicious files get an error with a code, a place and what mends it, and nothing of what is in them.
@Suite struct HostileImportTests {
    static let canary = "Kf9Canary"

    static let bomb =
        "a: &a [\(canary), \(canary)]\n" + (1..<30).map { "b\($0): &b\($0) [*a, *a, *a]\n" }.joined()

    /// Format, text, the code's number and a word of the message.
    static let table: [(Format, String, String, String)] = [
        (.json, "", "002", "ends"), (.json, #"{"A": "\#(canary)"#, "002", "ends"),
        (.json, #"{"A": "\#(canary)",}"#, "002", "comma"), (.json, #"{"A": '\#(canary)'}"#, "002", "line 1, column 7"),
        (.json, #"{"A": "\#(canary)", "A": "\#(canary)"}"#, "002", "given before"),
        (.json, #"["\#(canary)"]"#, "004", "not an object"), (.json, #""\#(canary)""#, "004", "not an object"),
        (.json, #"{"A": ["\#(canary)"]}"#, "004", "member A"),
        (.json, #"{"A": {"B": "\#(canary)"}}"#, "004", "member A"),
        (.json, #"{"A\u001b[2J": []}"#, "004", "\\u{1B}"), (.json, #"{"A": "\#(canary)\u0000"}"#, "005", "value of A"),
        (.json, "{\"A\": \"\(canary)\u{1}\"}", "002", "control character"),
        (.json, #"{"A": "\#(canary)\ud800"}"#, "002", "surrogate"), (.json, #"{"A": 0777}"#, "002", "number"),
        (.json, #"{"A": 1e}"#, "002", "number"), (.json, #"{"A": NaN}"#, "002", "no JSON value"),
        (.json, String(repeating: "[", count: 100_000), "002", "nested"),
        (.json, String(repeating: #"{"A":"#, count: 100_000), "002", "nested"),
        (.yaml, "A: \(canary)\nA: \(canary)\n", "002", "line 2"), (.yaml, "A: [\(canary)]", "004", "line 1"),
        (.yaml, "A:\n  B: \(canary)", "004", "line 1"), (.yaml, "- \(canary)", "004", "list of names"),
        (.yaml, canary, "004", "list of names"), (.yaml, "A: &a \(canary)\nB: *a\n", "002", "anchors"),
        (.yaml, bomb, "002", "anchors"), (.yaml, "A: *\(canary)", "002", "aliases"),
        (.yaml, "A: !!python/object/apply:os.system [\(canary)]", "002", "tags"),
        (.yaml, "A: !!binary \(canary)", "002", "tags"), (.yaml, "<<: {A: \(canary)}", "002", "merge"),
        (.yaml, "A: \"\(canary)\\0\"", "005", "value of A"), (.yaml, "A: \"\(canary)", "002", "line"),
        (.yaml, "A: \(canary)\n---\nA: \(canary)\n", "002", "second document"),
        (.yaml, "A: " + String(repeating: "[", count: 100_000), "002", "nested"),
        (.yaml, "A: " + String(repeating: "{a: ", count: 100_000), "002", "nested"),
        (.yaml, "{[\(canary)]: x}", "002", "key"), (.yaml, "A: \(canary)\u{1}", "002", "line"),
        (.kubernetes, "kind: Pod\ndata: {A: eA==}", "004", "not Secret"),
        (.kubernetes, "data: {A: eA==}", "004", "kind"),
        (.kubernetes, "kind: Secret\ndata: {A: \(canary)}", "002", "value of A is not base64"),
        (.kubernetes, "kind: Secret\ndata: {A: /w==}", "003", "value of A"),
        (.kubernetes, "kind: Secret\ndata: {A: AA==}", "005", "value of A"),
        (.kubernetes, "kind: Secret\ndata: [\(canary)]", "004", "list"),
        (.kubernetes, "kind: Secret\nstringData: {A: [\(canary)]}", "004", "line 2"),
        (.dotenv, "A='\(canary)", "002", "line 1"), (.dotenv, "\n=\(canary)", "002", "line 2"),
        (.dotenv, "A=${\(canary)}", "002", "line 1"), (.dotenv, "A=${B}\nB=${A}\(canary)", "002", "itself"),
        (.dotenv, "A=\(canary)\0\n", "005", "value of A"), (.shell, "rm -rf \(canary)", "002", "line 1"),
        (.shell, "A=$(echo \(canary))", "002", "command"), (.shell, "A='\(canary)", "002", "line 1"),
        (.docker, "=\(canary)", "002", "line 1"), (.docker, "\nA \(canary)=x", "002", "line 2"),
        (.docker, "A=\(canary)\0", "005", "value of A"), (.github, canary, "002", "line 1"),
        (.github, "=\(canary)", "002", "line 1"), (.github, "<<\(canary)\n\(canary)\n", "002", "line 1"),
        (.github, "A<<\n\(canary)\n\n", "002", "line 1"), (.github, "\nA<<\(canary)\nx\n", "002", "line 2"),
        (.github, "A<<E\n\(canary)\nE\u{301}\n", "002", "no end"), (.github, "A=\(canary)\0", "005", "value of A"),
        (.systemd, canary, "004", "folder"),
    ]

    @Test(arguments: table.indices)
    func `what cannot be read is told with a code and a place, and without a value`(row: Int) {
        let (format, text, code, word) = Self.table[row]
        let error = #expect(throws: InterchangeError.self) { try Importer.read(Array(text.utf8), format: format) }
        #expect(error?.code == "KF-IO-\(code)", "\(error?.message ?? "")")
        #expect(error?.message.contains(word) == true, "\(error?.message ?? "")")
        #expect(error?.fix.isEmpty == false)
        #expect(error?.isLoss == false)
        let said = error.map { "\($0) \($0.fix)" } ?? ""
        #expect(!said.contains(Self.canary) && !said.contains("\u{1B}"), "\(said)")
    }

    @Test(arguments: Format.allCases.filter { $0 != .systemd })
    func `bytes that are not UTF-8 are an error`(format: Format) {
        for bytes: [UInt8] in [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xC3]] {
            let (head, tail): (String, String) =
                switch format {
                case .json: ("{\"A\": \"\(Self.canary)", "\"}")
                case .yaml: ("A: \(Self.canary)", "\n")
                case .kubernetes: ("kind: Secret\nstringData:\n  A: \(Self.canary)", "\n")
                default: ("A=\(Self.canary)", "\n")
                }
            let text = Array(head.utf8) + bytes + Array(tail.utf8)
            let error = #expect(throws: InterchangeError.self) { try Importer.read(text, format: format) }
            #expect(error.map { "\($0) \($0.fix)" }?.contains(Self.canary) == false)
        }
        let credential = #expect(throws: InterchangeError.self) { try Importer.credential([0xFF], named: "A") }
        #expect(credential?.code == "KF-IO-003")
        let nul = #expect(throws: InterchangeError.self) { try Importer.credential([0x41, 0], named: "A") }
        #expect(nul?.code == "KF-IO-005")
    }

    @Test(arguments: Format.allCases.filter { $0 != .systemd })
    func `a good file that is cut or changed anywhere crashes nothing and tells nothing`(format: Format) throws {
        let good = try Exporter(format: format).text([
            NamedValue("A", "first \(Self.canary)"), NamedValue("B", "second \(Self.canary)"),
        ])
        for position in good.indices {
            for change in [nil, 0x00, 0xFF] + Array("\"'\\{:=<\n".utf8).map(Optional.some) {
                var broken = good
                if let change { broken[position] = change } else { broken.removeSubrange(position...) }
                do {
                    _ = try Importer.read(broken, format: format)
                } catch {
                    #expect(!"\(error) \(error.fix)".contains(Self.canary))
                }
            }
        }
    }

    @Test func `every code has a title of its own`() {
        let codes = InterchangeError.allCodes
        #expect(codes.map(\.code) == ["KF-IO-001", "KF-IO-002", "KF-IO-003", "KF-IO-004", "KF-IO-005"])
        #expect(Set(codes.map(\.title)).count == codes.count)
    }
}
