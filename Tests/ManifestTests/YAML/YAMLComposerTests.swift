import Findings
import Foundation
import Testing

@testable import Manifest

@Suite struct YAMLComposerTests {
    @Test(arguments: [
        ("a: 1", "{a: 1}"), ("a:\n  b: x y\n  c: 'q'\n", "{a: {b: x y, c: 'q'}}"),
        ("[a, [b], {c: d}]", "[a, [b], {c: d}]"),
        ("- a\n- b: c\n  d: e\n-\n", "[a, {b: c, d: e}, ]"), ("a: \"x\\u00e9\\n\"", "{a: 'xé\n'}"),
        ("a: |\n  one\n  two\n", "{a: 'one\ntwo\n'}"), ("a: >-\n  one\n  two\n\n  three\n", "{a: 'one two\nthree'}"),
        ("a: one\n  two\n", "{a: one two}"), ("\u{FEFF}a: b", "{a: b}"), ("---\na: b\n...\n", "{a: b}"),
        ("%YAML 1.2\n---\na: b", "{a: b}"), ("a: b # c\n# d\n", "{a: b}"), ("\"a b\": c", "{a b: c}"),
        ("{a: , b: }", "{a: , b: }"),
        ("a:\r\n  b: c\r\n", "{a: {b: c}}"), ("", "nothing"), ("# only a comment\n", "nothing"), ("plain", "plain"),
    ])
    func `a text becomes its tree`(text: String, expected: String) throws {
        let composed = try YAMLComposer.compose(Array(text.utf8))
        #expect(composed.root.map(shown) ?? "nothing" == expected)
        #expect(composed.repeated.isEmpty)
    }

    @Test func `every node knows its line and column, counted in characters`() throws {
        let root = try #require(try YAMLComposer.compose(Array("é: 1\nkey:\n  - äö: value\n    b: 'x'\n".utf8)).root)
        let pairs = try #require(root.pairs)
        #expect(root.mark == YAMLMark(line: 1, column: 1))
        #expect(pairs[0].value.mark == YAMLMark(line: 1, column: 4))
        #expect(pairs[1].keyMark == YAMLMark(line: 2, column: 1))
        let inner = try #require(pairs[1].value.items?.first?.pairs)
        #expect(inner[0].keyMark == YAMLMark(line: 3, column: 5))
        #expect(inner[0].value.mark == YAMLMark(line: 3, column: 9))
        #expect(inner[1].value.mark == YAMLMark(line: 4, column: 8))
    }

    @Test(arguments: [
        ("a: &x 1", "KF-MAN-005", 1, 4), ("a: *x", "KF-MAN-005", 1, 4), ("a: !!str 1", "KF-MAN-005", 1, 4),
        ("a: !secret x", "KF-MAN-005", 1, 4), ("a: {<<: {b: c}}", "KF-MAN-005", 1, 5),
        ("a: b\n---\nc: d", "KF-MAN-005", 2, 1),
        ("[a]: b", "KF-MAN-005", 1, 1), ("? {a: b}\n: c", "KF-MAN-005", 1, 3), ("&x a: b", "KF-MAN-005", 1, 1),
        ("a: 'x", "KF-MAN-001", 1, 6), ("a: [b", "KF-MAN-001", 1, 4), ("a: {b: c", "KF-MAN-001", 1, 4),
        ("a: b: c", "KF-MAN-001", 1, 5), ("a\nb: c", "KF-MAN-001", 2, 2), ("a: b\n c: d", "KF-MAN-001", 2, 3),
        ("\ta: b", "KF-MAN-001", 1, 1), ("a: @b", "KF-MAN-001", 1, 4), ("a: `b`", "KF-MAN-001", 1, 4),
        ("a: \"\\q\"", "KF-MAN-001", 1, 5), ("a: \"\\0\"", "KF-MAN-001", 1, 4), ("a: \"\\e[31m\"", "KF-MAN-001", 1, 4),
        ("a: \"\\x85\"", "KF-MAN-001", 1, 4), ("ab: x\u{7}", "KF-MAN-001", 1, 6), ("%FOO x", "KF-MAN-001", 1, 5),
        ("a: %b", "KF-MAN-001", 1, 4), ("- a\nb: c", "KF-MAN-001", 2, 1), ("a: - b", "KF-MAN-001", 1, 4),
        ("a: | x\n  b", "KF-MAN-001", 1, 6), ("]", "KF-MAN-001", 1, 1), ("a: [b, , c]", "KF-MAN-001", 1, 8),
        ("a: *", "KF-MAN-001", 1, 5), ("a: *.b", "KF-MAN-001", 1, 5), ("a: &", "KF-MAN-001", 1, 5),
        ("? a: b\n? - c", "KF-MAN-005", 1, 3), ("a: |0\n x", "KF-MAN-001", 1, 5),
        ("%YAML x\n---\na: b", "KF-MAN-001", 1, 7), ("a: !<x y", "KF-MAN-001", 1, 7), ("%", "KF-MAN-001", 1, 2),
        ("%YAML 3.0\n---\na: b", "KF-MAN-001", 1, 1), ("a: \"\\ud800\"", "KF-MAN-001", 1, 7),
    ])
    func `what is no plain YAML is refused at its place`(text: String, code: String, line: Int, column: Int) throws {
        let problem = try #require(throws: YAMLProblem.self) { try YAMLComposer.compose(Array(text.utf8)) }
        #expect(problem.code.id == code)
        #expect(problem.mark == YAMLMark(line: line, column: column), "\(problem.message)")
        #expect(problem.message != "this is not YAML", "libyaml's complaint is not among those that are explained")
    }

    @Test func `a key that stands twice is told with both lines, however many keys there are`() throws {
        let many = (0..<40).map { "k\($0): \($0)" }
        for (text, first, second) in [
            ("a: 1\nb: 2\na: 3\na: 4", 1, 3), ((many + ["k7: x"]).joined(separator: "\n"), 8, 41),
        ] {
            let composed = try YAMLComposer.compose(Array(text.utf8))
            let problem = try #require(composed.repeated.first)
            #expect(problem.code == .manifestRepeatedKey)
            #expect(problem.message.contains("line \(first) ") && problem.mark.line == second)
        }
        let composed = try YAMLComposer.compose(Array("a: 1\na: 2".utf8))
        #expect(composed.root.map(shown) == "{a: 1}", "the first one counts")
    }

    @Test func `bounds hold: size, depth, number, encoding`() {
        func code(_ bytes: [UInt8], _ scope: YAMLComposer.Scope = .plain) -> String? {
            do {
                _ = try YAMLComposer.compose(bytes, taking: scope)
                return nil
            } catch {
                return error.code.id
            }
        }
        #expect(code(Array(repeating: UInt8(ascii: "#"), count: (4 << 20) + 1)) == "KF-MAN-003")
        #expect(code(Array(repeating: UInt8(ascii: "#"), count: 4 << 20)) == nil)
        #expect(code(Array("[\(String(repeating: "a,", count: 500_001))]".utf8)) == "KF-MAN-003")
        for open in ["[", "{a: ", "- "] {
            let nested = String(repeating: open, count: 65)
            #expect(code(Array(nested.utf8)) == "KF-MAN-004", "\(open)")
        }
        #expect(code(Array((String(repeating: "[", count: 64) + String(repeating: "]", count: 64)).utf8)) == nil)
        #expect(code(Array(String(repeating: "[", count: 1_000_000).utf8)) == "KF-MAN-004")
        #expect(code([0x61, 0x3A, 0x20, 0xFF]) == "KF-MAN-002")
        #expect(code([0xFF, 0xFE, 0x61, 0x00]) == "KF-MAN-002")
        // Nine aliases of nine aliases … : 9^8 nodes if they were followed without counting.
        var bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n"
        for level in 1..<9 {
            bomb += "a\(level): &a\(level) [\(Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ","))]\n"
        }
        #expect(code(Array(bomb.utf8), .everything) == "KF-MAN-003")
        var tower = "a0: &a0 [x]\n"
        for level in 1..<40 { tower += "a\(level): &a\(level) [[*a\(level - 1)]]\n" }
        #expect(code(Array(tower.utf8), .everything) == "KF-MAN-004")
        #expect(code(Array("a: *b".utf8), .everything) == "KF-MAN-005")
        #expect(code(Array("a: &b [*b]".utf8), .everything) == "KF-MAN-005")
    }

    @Test func `the fault of an encoding is found at its place`() throws {
        let problem = try #require(throws: YAMLProblem.self) {
            try YAMLComposer.compose(Array("é: 1\nää: ".utf8) + [0xC3, 0x28])
        }
        #expect(problem.mark == YAMLMark(line: 2, column: 5))
    }

    @Test func `aliases and merge keys are followed where everything is taken`() throws {
        let text = """
            base: &base {a: 1, b: !t 2}
            list: &list [x]
            use: {<<: *base, b: 3, c: *list}
            two: {<<: [*base, {a: 9, d: 4}]}
            """
        let root = try #require(try YAMLComposer.compose(Array(text.utf8), taking: .everything).root)
        #expect(root["use"].map(shown) == "{b: 3, c: [x], a: 1}")
        #expect(root["two"].map(shown) == "{a: 1, b: 2, d: 4}")
    }

    @Test(arguments: [
        ("", YAMLScalar.null), ("~", .null), ("null", .null), ("Null", .null), ("nULL", .text),
        ("true", .boolean(true)),
        ("False", .boolean(false)), ("tRUE", .text), ("yes", .text), ("on", .text), ("1", .integer(1)),
        ("-12", .integer(-12)),
        ("+3", .integer(3)), ("007", .integer(7)), ("0x1F", .integer(31)), ("0o17", .integer(15)), ("-0x1F", .text),
        ("0x", .text), ("0b1", .text), ("1_000", .text), ("99999999999999999999", .integer(nil)), ("1.5", .float(1.5)),
        ("-.5", .float(-0.5)), ("1.", .float(1)), ("1e3", .float(1000)), ("1.e3", .float(1000)), ("1E-2", .float(0.01)),
        ("1e", .text), (".", .text),
        ("..", .text), ("-", .text), ("+", .text), (".inf", .float(.infinity)), ("-.INF", .float(-.infinity)),
        ("inf", .text),
        ("nan", .text), ("1.2.3", .text), ("12:30", .text), ("2001-01-01", .text), ("1e3e3", .text), ("١", .text),
        ("0.1.", .text),
    ])
    func `a plain scalar means what the core schema says`(text: String, meaning: YAMLScalar) {
        #expect(YAMLScalar(text) == meaning)
    }

    @Test(.enabled(if: Python.has("yaml")))
    func `PyYAML composes the same trees`() throws {
        let texts = try Self.documents()
        let script = """
            import json, sys, yaml
            def shown(node):
                if isinstance(node, yaml.ScalarNode): return node.value
                if isinstance(node, yaml.SequenceNode): return [shown(x) for x in node.value]
                return [[shown(k), shown(v)] for k, v in node.value]
            def judge(text):
                try: return shown(yaml.compose(text))
                except yaml.YAMLError: return False
            print(json.dumps([judge(text) for text in json.load(sys.stdin)]))
            """
        let input = try JSONEncoder().encode(texts)
        let output = try Python.run(script, input: input)
        let theirs = try #require(try JSONSerialization.jsonObject(with: output) as? [Any])
        var agreed = 0
        for (text, their) in zip(texts, theirs) {
            let our: Any
            do {
                let composed = try YAMLComposer.compose(Array(text.utf8))
                guard composed.repeated.isEmpty else { continue }
                our = composed.root.map(nested) ?? NSNull()
            } catch {
                // What ours refuses on purpose is not theirs to judge.
                guard error.code == .manifestSyntax else { continue }
                our = false
            }
            #expect((our as? NSObject) == (their as? NSObject), "\(text.debugDescription)")
            agreed += 1
        }
        #expect(agreed > texts.count / 2)
    }

    /// Real manifests, and the same with bytes changed.
    private static func documents() throws -> [String] {
        let whole = try Repository.text(of: "Examples/PortfolioSuite/keyfolio.yaml")
        var generator = SeededGenerator(seed: 9)
        let alphabet = Array(" \n:-[]{},'\"#|>ab\\é%")
        var texts = [whole, AgreementTable.full]
        let part = Array(whole.prefix(1500))
        for _ in 0..<300 {
            var changed = part
            for _ in 0..<3 {
                let index = Int.random(in: 0..<changed.count, using: &generator)
                changed[index] = alphabet.randomElement(using: &generator) ?? " "
            }
            texts.append(String(changed))
        }
        return texts
    }
}

private func shown(_ node: YAMLNode) -> String {
    switch node.content {
    case .scalar(let text, let meaning):
        meaning == .text && (text.contains("\n") || text == "q") ? "'\(text)'" : text
    case .sequence(let items): "[\(items.map(shown).joined(separator: ", "))]"
    case .mapping(let pairs): "{\(pairs.map { "\($0.key): \(shown($0.value))" }.joined(separator: ", "))}"
    }
}

private func nested(_ node: YAMLNode) -> Any {
    switch node.content {
    case .scalar(let text, _): text
    case .sequence(let items): items.map(nested)
    case .mapping(let pairs): pairs.map { [$0.key, nested($0.value)] }
    }
}
