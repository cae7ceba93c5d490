import Interchange
import Secrets
import Testing

@Suite struct ExporterTests {
    @Test(
        arguments: [
            (.dotenv, "A=plain\nB='two words'\nC=\n"),
            (.json, "{\n  \"A\": \"plain\",\n  \"B\": \"two words\",\n  \"C\": \"\"\n}\n"),
            (.yaml, "A: \"plain\"\nB: \"two words\"\nC: \"\"\n"),
            (.shell, "export A='plain'\nexport B='two words'\nexport C=''\n"),
            (.docker, "A=plain\nB=two words\nC=\n"),
            (
                .kubernetes,
                """
                apiVersion: v1
                kind: Secret
                metadata:
                  name: keyfolio
                type: Opaque
                data:
                  A: "cGxhaW4="
                  B: "dHdvIHdvcmRz"
                  C: ""

                """
            ),
            (
                .github,
                """
                A<<KEYFOLIO_END
                plain
                KEYFOLIO_END
                B<<KEYFOLIO_END
                two words
                KEYFOLIO_END
                C<<KEYFOLIO_END

                KEYFOLIO_END

                """
            ),
        ] as [(Format, String)]
    )
    func `a format is written as its readers know it`(format: Format, text: String) throws {
        let values = [NamedValue("A", "plain"), NamedValue("B", "two words"), NamedValue("C", "")]
        let result = try Exporter(format: format).write(values)
        #expect(result.files.map(\.name) == [""])
        #expect(result.losses.isEmpty)
        #expect(String(decoding: result.files.first?.content.reveal() ?? [], as: UTF8.self) == text)
    }

    @Test func `systemd gets a file for each value, with nothing but the value in it`() throws {
        let result = try Exporter(format: .systemd).write([NamedValue("A", "one\n"), NamedValue("B", "")])
        #expect(result.files.map(\.name) == ["A", "B"])
        #expect(result.files.map { $0.content.reveal() } == [Array("one\n".utf8), []])
    }

    @Test(arguments: Format.allCases)
    func `nothing is written as a document with nothing in it`(format: Format) throws {
        let result = try Exporter(format: format).write([])
        #expect(result.losses.isEmpty)
        guard format != .systemd else {
            #expect(result.files.isEmpty)
            return
        }
        #expect(try Importer.read(result.files[0].content.reveal(), format: format).isEmpty)
    }

    @Test(
        arguments: [
            ("shop-backend", "shop-backend"), ("Shop_API", "shop-api"), ("-shop.", "shop"), ("2048", "'2048'"),
            ("on", "'on'"), ("é", "keyfolio"), ("", "keyfolio"), ("a.b", "a.b"), ("a\nkind: Pod", "a-kind--pod"),
            (String(repeating: "x", count: 300), String(repeating: "x", count: 253)),
        ])
    func `a Kubernetes Secret has a name that the API server takes`(title: String, name: String) throws {
        let text = try Exporter(format: .kubernetes, title: title).text([NamedValue("A", "b")])
        #expect(String(decoding: text, as: UTF8.self).contains("\n  name: \(name)\n"))
    }

    @Test(arguments: [("prod", "prod"), ("Team.A", "team-a"), ("12", "'12'")])
    func `a Kubernetes namespace is a label without points`(namespace: String, written: String) throws {
        let exporter = Exporter(format: .kubernetes, namespace: namespace)
        let text = try exporter.text([NamedValue("A", "b")])
        #expect(String(decoding: text, as: UTF8.self).contains("\n  namespace: \(written)\n"))
    }

    @Test func `GitHub's delimiter is never a line of the value`() throws {
        for line in ["KEYFOLIO_END", "KEYFOLIO_END\nKEYFOLIO_END_1", "x\nKEYFOLIO_END\nPATH=/tmp"] {
            let text = try Exporter(format: .github).text([NamedValue("A", line)])
            #expect(try Importer.read(text, format: .github).map { $0.value.reveal() } == [line])
        }
    }

    @Test(.enabled(if: RealReader.isPythonComplete, "needs Python's yaml"))
    func `no name of a YAML mapping is taken for a number, a switch or a date`() throws {
        let names = [
            "yes", "NO", "on", "null", "~", "1", "1e3", "0x10", "2024-01-01", "1:30", "", "a b", "a: b", "- a", "#a",
            "é",
            "é\u{301}", "'\u{301}", "\"", "a\nb", "<<", "=", "?", "*a", "&a", "!a", "{", "[",
        ]
        let text = try Exporter(format: .yaml).text(names.map { NamedValue($0, "v") })
        let reader = RealReader(format: .yaml, arguments: ["yaml"])
        let read = try #require(try reader.read([text]).first ?? nil)
        #expect(Set(read.keys.map { Array($0.utf8) }) == Set(names.map { Array($0.utf8) }))
    }
}
