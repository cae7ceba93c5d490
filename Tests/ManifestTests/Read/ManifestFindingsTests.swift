import Findings
import Manifest
import Testing

@Suite struct ManifestFindingsTests {
    /// A mistake with where it is and what is said about it.
    struct Mistake: Sendable, CustomTestStringConvertible {
        var yaml: String
        var code: String
        var place: String
        var says: [String]
        var testDescription: String { yaml }
    }

    /// A manifest around one variable's lines.
    static func around(_ variable: String) -> String {
        let lines = variable.split(separator: "\n").map { "    \($0)\n" }.joined()
        return """
            version: 1
            project: p
            environments: [development, production]
            components: {backend: backend, web: {folder: web, audience: browser}}
            variables:
              OTHER: {type: enumeration, values: [a, b]}
              NAME:

            """ + lines
    }

    static let inVariables: [Mistake] = [
        ("typ: secret", 10, "8:5", ["`NAME` does not take `typ`", "did you mean `type`?"]),
        ("desc: x", 10, "8:5", ["did you mean `description`?"]),
        ("zzz: x", 10, "8:5", ["does not take `zzz`"]),
        ("'hunter2 and more': x", 10, "8:5", ["does not take this key"]),
        ("type: secert", 13, "8:11", ["did you mean `secret`?"]),
        ("type: int", 13, "8:11", ["did you mean `integer`?"]),
        ("type: zzz", 13, "8:11", ["`type` must be a type"]),
        ("type: [secret]", 12, "8:11", ["`type` must be a type"]),
        ("default:", 12, "8:13", ["`default` must be a value"]),
        ("description: 5", 12, "8:18", ["`description` must be text"]),
        ("components: bakcend", 20, "8:17", ["did you mean `backend`?"]),
        ("components: [backend, zzz]", 20, "8:27", ["there is no such component"]),
        ("environments: {prod: {default: x}}", 21, "8:20", ["`prod`", "did you mean `production`?"]),
        ("rules: {required: {when: OTER}}", 22, "8:30", ["did you mean `OTHER`?"]),
        ("rules: {required: {when: {ZZZ: a}}}", 22, "8:31", ["`when` names a variable that is not declared"]),
        ("rules: {required: {when: NAME}}", 31, "8:30", ["required by its own value"]),
        ("rules: {pattern: '[a'}", 24, "8:22", ["not a regular expression"]),
        ("rules: {required: yes}", 12, "8:23", ["`required` must be true or false, or a mapping with when"]),
        ("rules: {strength: 0}", 14, "8:23", ["from 1 to 4096"]),
        ("rules: {length: {minimum: 9, maximum: 8}}", 31, "8:21", ["at least 9 and at most 8"]),
        ("type: integer\nrules: {minimum: 9, maximum: 8}", 31, "9:22", ["`minimum` is larger than `maximum`"]),
        ("type: boolean\nrules: {must-be: no, must-not-be: False}", 31, "9:22", ["refuses what `must-be` asks for"]),
        ("rules: {must-be: a, one-of: [b]}", 31, "8:22", ["does not allow what `must-be` asks for"]),
        ("rules: {one-of: [a, b], must-not-be: [b, a]}", 31, "8:42", ["refuses all that `one-of` allows"]),
        ("type: secret\nrules: {public: true}", 31, "9:21", ["cannot be `public: true`"]),
        ("sensitivity: public\nrules: {public: false}", 31, "9:21", ["contradicts `sensitivity: public`"]),
        ("default: x\nrules: {unique: true}", 31, "9:21", ["which environments share"]),
        ("values: [a]\nrules: {must-be: c}", 26, "9:22", ["not among the variable's `values`"]),
        ("type: enumeration", 25, "8:5", ["no `values`"]),
        ("type: string\nvalues: [a]", 25, "9:13", ["`values`"]),
        ("values: [a]\ndefault: b", 26, "9:14", ["the default of `NAME`"]),
        ("type: port\ndefault: 70000", 26, "9:14", ["the default of `NAME`"]),
        ("type: boolean\nenvironments: {production: {default: maybe}}", 26, "9:42", ["the default of `NAME`"]),
        ("type: url\nexample: nowhere", 26, "9:14", ["the example of `NAME`"]),
        ("type: secret\ndefault: hunter2", 27, "9:14", ["is a secret and has a default value"]),
        ("type: secret\nenvironments: {production: {default: hunter2}}", 27, "9:42", ["is a secret"]),
        ("type: secret\ncomponents: [web]", 28, "9:17", ["the component `web` is shipped to browsers"]),
        ("type: secret\nexample: 9f8e7d6c5b4a39281706f5e4d3c2b1a0", 29, "9:14", ["looks like a real secret"]),
        ("default: AKIAIOSFODNN7REALKEY", 29, "8:14", ["looks like a real secret"]),
        ("type: secret\ngenerate: {hex: 16}\nrules: {length: {minimum: 64}}", 30, "9:15", ["makes 32 characters"]),
        ("type: secret\ngenerate: uuid\nrules: {strength: 128}", 30, "9:15", ["122 bits"]),
        (
            "type: secret\ngenerate: hex\nenvironments: {production: {rules: {length: {maximum: 40}}}}", 30, "10:40",
            ["64"]
        ),
        ("type: port\ngenerate: hex", 30, "9:15", ["no values of the type `port`"]),
        ("type: boolean\nrules: {tls: true}", 32, "9:13", ["says nothing about the type `boolean`"]),
        ("rules: {minimum: 1}", 32, "8:13", ["says nothing about the type `string`"]),
        ("rules: {password-length: {minimum: 9}}", 32, "8:13", ["says nothing about the type `string`"]),
        ("rotation: 3 months", 15, "8:15", ["a number of days such as `90d`"]),
        ("type: string\ntype: secret", 6, "9:5", ["the key of line 8 stands here again"]),
    ].map { Mistake(yaml: around($0.0), code: code($0.1), place: "keyfolio.yaml:\($0.2)", says: $0.3) }

    static func code(_ number: Int) -> String { "KF-MAN-\(number < 10 ? "00" : "0")\(number)" }

    static let head = "version: 1\nproject: p\n"
    static let elsewhere: [Mistake] = [
        ("", 7, "1:1", ["empty"]), ("# nothing\n", 7, "1:1", ["empty"]), ("~\n", 7, "1:1", ["empty"]),
        ("- a\n", 12, "1:1", ["the manifest must be a mapping"]),
        ("version: 1\nproject: p\nenvironments: [a]\ncomponents: {b: .}\n", 11, "1:1", ["no `variables`"]),
        (
            "version: 2\nproject: p\nenvironments: [a]\ncomponents: {b: .}\nvariables:\n", 8, "1:10",
            ["newer format"]
        ),
        (head + "environments: [a, a]\ncomponents: {b: .}\nvariables:\n", 6, "3:19", ["line 3"]),
        (head + "environments: [a/b]\ncomponents: {b: .}\nvariables:\n", 15, "3:16", ["each item of `environments`"]),
        (
            head + "environments: {a: {strictness: lax}}\ncomponents: {b: .}\nvariables:\n", 13, "3:32",
            ["`relaxed` or `strict`"]
        ),
        (head + "environments: [a]\ncomponents: {b: ../c}\nvariables:\n", 15, "4:17", ["a folder inside the project"]),
        (head + "environments: [a]\ncomponents: {b: /c}\nvariables:\n", 15, "4:17", ["a folder inside the project"]),
        (
            head + "environments: [a]\ncomponents: {b: {folder: c, files: ../../d}}\nvariables:\n", 23, "4:36",
            ["outside the project"]
        ),
        (
            head + "environments: [dev]\ncomponents: {b: {folder: c, files: {dve: .env}}}\nvariables:\n", 21, "4:37",
            ["did you mean `dev`?"]
        ),
        (
            head + "environments: [a]\ncomponents: {b: .}\nvariables: {1A: string}\n", 15, "5:13",
            ["a key of `variables`"]
        ),
        (
            head + "environments: [a]\ncomponents: {b: .}\nvariables: {ENV: string}\nenvironment-variable: ENVV\n", 22,
            "6:23",
            ["did you mean `ENV`?"]
        ),
        (
            head + "environments: [a]\ncomponents: {b: .}\nvariables:\nstore: {nam: x}\n", 10, "6:9",
            ["did you mean `name`?"]
        ),
        (
            head + "environments: [a]\ncomponents: {b: .}\nvariables:\n  VITE_KEY: secret\n", 28, "6:3",
            ["build tools ship every `VITE_…` variable"]
        ),
    ].map { Mistake(yaml: $0.0, code: code($0.1), place: "keyfolio.yaml:\($0.2)", says: $0.3) }

    @Test(arguments: inVariables + elsewhere)
    func `a mistake is told at its place, with what was meant`(mistake: Mistake) throws {
        let reading = ManifestReader.examine(bytes: Array(mistake.yaml.utf8))
        let told = reading.findings.map { "\($0.place): \($0.code.id) \($0.message)" }
        let finding = try #require(reading.findings.first { $0.code.id == mistake.code }, "\(told)")
        #expect(finding.place.description == mistake.place, "\(told)")
        for words in mistake.says { #expect(finding.message.contains(words), "\(finding.message)") }
        #expect(finding.fix != nil)
        #expect(reading.findings.filter { $0.severity == .error }.count <= 1, "one mistake, one error: \(told)")
        #expect((reading.manifest == nil) == reading.findings.contains { $0.severity == .error })
        #expect(!"\(told)".contains("hunter2"))
    }

    @Test func `every code can be found, is listed once and is never given twice`() {
        let found = Set((Self.inVariables + Self.elsewhere).map(\.code) + ["KF-MAN-001", "KF-MAN-002", "KF-MAN-003"])
        let ids = ManifestCodes.all.map(\.id)
        #expect(Set(ids).count == ids.count)
        #expect(ids == ids.sorted())
        let untested = Set(ids).subtracting(found)
        #expect(untested == ["KF-MAN-004", "KF-MAN-005"], "YAMLComposerTests has these")
    }

    @Test func `one mistake does not hide the others`() {
        let yaml = """
            version: 1
            project: p p
            environments: [development, production]
            components: {backend: backend}
            variables:
              A: {typ: x, components: [bakend], rules: {strength: many, tls: true}}
              B: {type: secret, default: hunter2}
              B: port
            """
        let reading = ManifestReader.examine(bytes: Array(yaml.utf8), file: "k.yaml")
        let told = reading.findings.map { "\($0.place.line ?? 0) \($0.code.id) \($0.place.variable ?? "-")" }
        #expect(
            told == [
                "2 KF-MAN-015 -", "6 KF-MAN-010 A", "6 KF-MAN-020 A", "6 KF-MAN-012 A", "6 KF-MAN-032 A",
                "7 KF-MAN-027 B",
                "8 KF-MAN-006 -",
            ],
            "\(reading.findings.map(\.message))"
        )
        #expect(reading.manifest == nil)
    }

    @Test func `reading a wrong manifest throws its first error`() throws {
        let yaml = Self.around("typ: x\ntype: secert")
        let error = try #require(throws: ManifestError.self) { try ManifestReader.read(bytes: Array(yaml.utf8)) }
        #expect(error.code == "KF-MAN-010" && error.line == 8 && error.column == 5 && error.file == "keyfolio.yaml")
        #expect(error.fix == "Write `type`.")
        #expect("\(error)" == "keyfolio.yaml:8:5: `NAME` does not take `typ`; did you mean `type`?")
    }

    @Test func `a warning does not stop the reading`() throws {
        let yaml = Self.around("type: secret\nexample: 9f8e7d6c5b4a39281706f5e4d3c2b1a0")
        _ = try ManifestReader.read(bytes: Array(yaml.utf8))
        #expect(ManifestReader.examine(bytes: Array(yaml.utf8)).findings.map(\.severity) == [.warning])
    }

    @Test func `findings are bounded`() {
        let many = (0..<2000).map { "  A\($0): {typo: 1}\n" }.joined()
        let yaml = Self.head + "environments: [a]\ncomponents: {b: .}\nvariables:\n" + many
        #expect(ManifestReader.examine(bytes: Array(yaml.utf8)).findings.count == 500)
    }

    @Test func `a name that breaks the rules is nowhere repeated as it is`() {
        let text = """
            version: 1
            project: p
            environments:
              "stagin\tg":
              "prod\tx":
            components:
              "bac\tkend": {folder: a}
            variables:
              "NA\tME": {type: secret, components: [backend], environments: {staging: {rules: {required: true}}}}
              OTHER: {components: [nothing], rules: {required: {when: NAME}}, environments: {qqq: {default: a}}}
            """
        let findings = ManifestReader.examine(bytes: Array(text.utf8)).findings
        #expect(findings.count > 4)
        for finding in findings {
            let fix = finding.fix.map { "\($0)" } ?? ""
            #expect(!(finding.message + fix).utf8.contains { $0 < 0x20 }, "\(finding)")
        }
    }
}
