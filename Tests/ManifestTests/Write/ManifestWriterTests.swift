import Findings
import Foundation
import Testing

@testable import Manifest

@Suite struct ManifestWriterTests {
    @Test func `the canonical form is long, ordered and says nothing twice`() {
        var rules = Rules()
        rules.required = .whenEqual(variable: "MAIL", value: "on")
        rules.minimumLength = 32
        rules.characters = [.digit, .lower]
        rules.maximum = 1.5
        let manifest = Manifest(
            project: "shop",
            environments: [Environment(name: "dev"), Environment(name: "production", strictness: .relaxed)],
            components: [
                Component(name: "api", folder: ".", files: ["production": ["p.env"], "*": [".env", "{environment}"]]),
                Component(name: "web", folder: "web ui", audience: .browser, description: "It's #1: the page"),
            ],
            variables: [
                Variable(name: "MAIL", type: .boolean, defaultValue: "on", components: ["api"]),
                Variable(
                    name: "KEY",
                    type: .secret,
                    example: "<KEY>",
                    components: ["api"],
                    rules: rules,
                    environments: ["production": .init(rules: rules), "dev": .init(defaultValue: "007")],
                    generator: .base64URL(bytes: 32)
                ),
            ],
            store: StoreReference(name: "shop-store")
        )
        let expected = """
            # yaml-language-server: $schema=./keyfolio.schema.json
            version: 1
            project: shop
            store:
              name: shop-store

            environments:
              dev:
              production:
                strictness: relaxed

            components:
              api:
                folder: '.'
                audience: server
                files:
                  '*': ['.env', '{environment}']
                  production: [p.env]
              web:
                folder: web ui
                audience: browser
                description: 'It''s #1: the page'

            variables:
              MAIL:
                type: boolean
                default: 'on'

              KEY:
                type: secret
                example: '<KEY>'
                generate: {base64url: 32}
                rotation: never
                rules:
                  required: {when: {MAIL: 'on'}}
                  length: {minimum: 32}
                  maximum: 1.5
                  characters: [lower, digit]
                environments:
                  dev:
                    default: '007'
                  production:
                    rules:
                      required: {when: {MAIL: 'on'}}
                      length: {minimum: 32}
                      maximum: 1.5
                      characters: [lower, digit]

            """
        let text = ManifestWriter.yaml(manifest, schema: "./keyfolio.schema.json")
        #expect(text == expected)
    }

    @Test(arguments: 0..<300)
    func `what is written reads back as the same manifest`(seed: Int) throws {
        var random = RandomManifest(seed: UInt64(seed))
        let manifest = random.manifest()
        let text = ManifestWriter.yaml(manifest)
        let reading = ManifestReader.examine(bytes: Array(text.utf8))
        // A random manifest may contradict itself; its form must be right all the same.
        let broken = reading.findings.filter { ManifestCodes.ofShape.contains($0.code) }
        #expect(broken.isEmpty, "\(broken.map(\.message))\n\(text)")
        let root = try #require(try YAMLComposer.compose(Array(text.utf8)).root)
        var decoder = ManifestDecoder(list: FindingList(file: "keyfolio.yaml"))
        #expect(decoder.manifest(root).withoutLines == manifest, "\(text)")
    }

    @Test func `every line of a comment is one, whatever ends the lines`() {
        var block = YAMLBlock()
        block.comment("one\r\ntwo\rthree\n\nfour")
        #expect(block.text == "# one\n# two\n# three\n#\n# four\n")
    }

    @Test(.enabled(if: Python.has("yaml")))
    func `PyYAML, which reads YAML 1.1, reads every text that is written as the same text`() throws {
        let texts = Self.traps + Self.traps.map { "\($0) \($0)" }
        let items = texts.map { "- \(YAMLText.scalar($0))" } + texts.map { "- [\(YAMLText.scalar($0))]" }
        let script = """
            import json, sys, yaml
            print(json.dumps([x[0] if isinstance(x, list) else x for x in yaml.safe_load(sys.stdin)]))
            """
        let output = try Python.run(script, input: Data(items.joined(separator: "\n").utf8))
        #expect(try JSONDecoder().decode([String].self, from: output) == texts + texts)
        let ours = try #require(try YAMLComposer.compose(Array(items.joined(separator: "\n").utf8)).root?.items)
        #expect(ours.map { $0.items?.first?.text ?? $0.text } == texts + texts)
    }

    static let traps = [
        "", " ", "~", "null", "Null", "true", "True", "yes", "No", "on", "off", "y", "N", "1", "-1", "+1", "0", "007",
        "0x1F", "0o17", "1_000", "1.5", ".5", "1.", "1e3", ".inf", "-.INF", ".nan", "12:30", "12:30:45", "2001-12-14",
        "2001-12-14t21:59:43.10-05:00", "=", "<<", "-", "- a", "--", "---", "...", "?", "? a", ":", ": a", "a: b", "a:",
        "a:b", "a #b", "#a", "a#b", "&a", "*a", "!a", "!!str a", "|", ">", "'", "''", "it's", "\"", "'\u{301}",
        "it'\u{301}s #1",
        "\"a\"", "%a", "@a",
        "`a`", "[a", "a]", "{a", "a}", "a,b", "a, b", ",", "\\", "a\\nb", "a\nb", "\n", "a\n", "\ta", "a\tb", " a",
        "a ",
        "é", "日本", "😀", "\u{2028}", "\u{FEFF}a", "\u{A0}", "https://a.b:1/c?d=e&f=g#h", "https://a.b/c?d=e",
        "/usr/bin", "./a", "../a", ".env.{environment}", "a@b.c", "100%", "a/b", "_a", "a=b", "${A}", "<A>", "x: |",
    ]
}

extension Manifest {
    /// The manifest without the lines on which its variables stood.
    var withoutLines: Manifest {
        var result = self
        for index in result.variables.indices { result.variables[index].line = nil }
        return result
    }
}

/// Makes manifests of every shape.
private struct RandomManifest {
    private var generator: SeededGenerator

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    private mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }
    private mutating func chance() -> Bool { Bool.random(using: &generator) }
    private mutating func maybe<T>(_ value: (inout RandomManifest) -> T) -> T? { chance() ? value(&self) : nil }

    private mutating func text() -> String {
        let traps = ManifestWriterTests.traps
        return traps.randomElement(using: &generator).map { chance() ? $0 : "\($0) text" } ?? ""
    }

    private mutating func prose() -> String {
        var text = text()
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }

    private mutating func texts() -> [String] { (0..<number(1...3)).map { _ in text() } }

    mutating func manifest() -> Manifest {
        let environments = ["development", "staging", "production", "Eu.west-1"].prefix(number(1...4)).map {
            Environment(
                name: $0,
                strictness: Environment.Strictness.allCases.randomElement(using: &generator),
                description: maybe { $0.prose() }
            )
        }
        let names = environments.map(\.name)
        let components = ["api", "web", "1st_worker"].prefix(number(1...3)).map { name in
            Component(
                name: name,
                folder: [".", "a/b", "web ui", "é"].randomElement(using: &generator) ?? ".",
                audience: Component.Audience.allCases.randomElement(using: &generator) ?? .server,
                dialect: ManifestShapes.dialects.randomElement(using: &generator).flatMap { chance() ? $0 : nil },
                files: chance() ? [:] : ["*": [".env.{environment}", "it's"], names[0]: ["../x"]],
                description: maybe { $0.prose() }
            )
        }
        var variables: [Variable] = []
        for index in 0..<number(0...6) { variables.append(variable("V\(index)", environments: names, components)) }
        return Manifest(
            project: "p-1",
            environments: environments,
            components: components,
            variables: variables,
            environmentVariable: variables.last?.name,
            store: maybe { _ in StoreReference(name: "yes") }
        )
    }

    private mutating func variable(_ name: String, environments: [String], _ components: [Component]) -> Variable {
        let types = ValueType.simple + [.enumeration(texts())]
        var overrides: [String: Variable.EnvironmentOverride] = [:]
        for environment in environments where chance() {
            let override = Variable.EnvironmentOverride(
                defaultValue: maybe { $0.text() },
                example: maybe { $0.text() },
                rules: chance() ? rules() : Rules()
            )
            if override != Variable.EnvironmentOverride() { overrides[environment] = override }
        }
        return Variable(
            name: name,
            type: types.randomElement(using: &generator) ?? .string,
            sensitivity: Variable.Sensitivity.allCases.randomElement(using: &generator),
            description: maybe { $0.prose() },
            example: maybe { $0.text() },
            defaultValue: maybe { $0.text() },
            components: Array(components.map(\.name).shuffled(using: &generator).prefix(number(1...3))),
            rules: chance() ? rules() : Rules(),
            environments: overrides,
            rotationDays: maybe { $0.number(1...9999) },
            generator: [.hex(bytes: 16), .base64(bytes: 24), .base64URL(bytes: 32), .password(length: 20), .uuid, nil]
                .randomElement(using: &generator) ?? nil
        )
    }

    private mutating func rules() -> Rules {
        var rules = Rules()
        rules.required =
            [.always, .never, .whenSet(variable: "V0"), .whenEqual(variable: "V0", value: text()), nil]
            .randomElement(using: &generator) ?? nil
        rules.minimumLength = maybe { $0.number(0...9) }
        rules.maximumLength = maybe { $0.number(10...99) }
        rules.minimum = maybe { Double($0.number(-9...9)) / 4 }
        rules.maximum = maybe { Double($0.number(0...99)) * 1e10 }
        rules.pattern = maybe { _ in "[a-z]+\\d{2,}|'\"" }
        rules.oneOf = maybe { $0.texts() }
        rules.strengthBits = maybe { $0.number(1...4096) }
        rules.mustBe = maybe { $0.text() }
        rules.mustNotBe = maybe { $0.texts() }
        rules.minimumPasswordLength = maybe { $0.number(0...64) }
        rules.characters = maybe { $0.chance() ? [.lower, .symbol] : [.upper] }
        rules.unique = maybe { $0.chance() }
        rules.source = maybe { $0.chance() ? .any : .store }
        rules.tls = maybe { $0.chance() }
        rules.wildcard = maybe { $0.chance() }
        rules.public = maybe { $0.chance() }
        return rules
    }
}
