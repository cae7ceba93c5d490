import DotEnv
import Interchange
import Secrets
import Testing

/// What a format cannot hold is refused with the names and the reasons, and is told when it is written all the same.
@Suite struct LossTests {
    static let mebibyte = String(repeating: "m", count: 1_048_577)

    /// Format, name, value, a word of the reason, and whether it is left out when forced.
    static let table: [(Format, String, String, String, Bool)] = [
        (.dotenv, "A", "it's \"both\"", "single quotes, double quotes", false),
        (.dotenv, "A", "a'\\\"\n$", "line breaks", false), (.dotenv, "A B", "x", "a key has", true),
        (.dotenv, "A\nB=1\nC", "x", "a key has", true), (.dotenv, "A=B", "x", "a key has", true),
        (.dotenv, "1A", "x", "a key has", false), (.dotenv, "", "x", "a key has", true),
        (.shell, "A-B", "x", "name", true), (.shell, "A;id", "x", "name", true), (.shell, "é", "x", "name", true),
        (.shell, "1A", "x", "name", true), (.shell, "", "x", "name", true), (.shell, "UID", "x", "themselves", true),
        (.shell, "A", "x\0y", "NUL", true), (.docker, "A", "x\ny", "line break", false),
        (.docker, "A", "x\r\ny", "line break", false), (.docker, "A", "x\r", "line break", false),
        (.docker, "A", "x\0", "NUL", true), (.docker, "A B", "x", "white space", true),
        (.docker, "A\u{A0}", "x", "white space", true), (.docker, "#A", "x", "'#'", true),
        (.docker, "A=\u{301}B", "x", "'='", true), (.docker, "", "x", "name", true),
        (.docker, "A", String(repeating: "d", count: 65_534), "65535", true),
        (.kubernetes, "A B", "x", "a key has", true), (.kubernetes, "..A", "x", "a key has", true),
        (.kubernetes, "", "x", "a key has", true), (.kubernetes, "é", "x", "a key has", true),
        (.kubernetes, String(repeating: "k", count: 254), "x", "a key has", true),
        (.kubernetes, "A", mebibyte, "1 MiB", false), (.systemd, "A", mebibyte, "1 MiB", false),
        (.systemd, "../A", "x", "file's name", true), (.systemd, "..", "x", "file's name", true),
        (.systemd, "/etc/A", "x", "file's name", true), (.systemd, "A/\u{301}B", "x", "file's name", true),
        (.systemd, "A:B", "x", "file's name", true), (.systemd, "A\n", "x", "file's name", true),
        (.systemd, "", "x", "file's name", true), (.github, "GITHUB_TOKEN", "x", "GitHub", true),
        (.github, "runner_os", "x", "GitHub", true), (.github, "NODE_OPTIONS", "x", "GitHub", true),
        (.github, "A=B", "x", "a name has", true), (.github, "A<<B", "x", "a name has", true),
        (.github, "A<", "x", "a name has", true), (.github, "A\nB", "x", "a name has", true),
        (.github, "A", "x\r\ny", "carriage return", false), (.github, "A", "x\0", "NUL", true),
    ]

    @Test(arguments: table.indices)
    func `what a format cannot hold is an error unless it is forced`(row: Int) throws {
        let (format, name, value, reason, isLeftOut) = Self.table[row]
        let values = [NamedValue("FINE", "fine"), NamedValue(name, value)]
        let error = #expect(throws: InterchangeError.self) { try Exporter(format: format).write(values) }
        #expect(error?.code == "KF-IO-001")
        #expect(error?.isLoss == true)
        #expect(error?.message.contains(reason) == true, "\(error?.message ?? "")")
        #expect(error?.message.contains("FINE") == false)

        let forced = try Exporter(format: format, force: true).write(values)
        #expect(forced.losses.map { Array($0.name.utf8) } == [Array(name.utf8)])
        #expect(forced.losses.map(\.isLeftOut) == [isLeftOut], "\(forced.losses)")
        #expect(forced.losses.allSatisfy { $0.why.contains(reason) })
        // What is left out leaves nothing behind: the rest reads as if it had never been there.
        let alone = try Exporter(format: format).write([values[0]])
        if isLeftOut {
            #expect(forced.files.map(\.name) == alone.files.map(\.name))
            #expect(forced.files.map(\.content) == alone.files.map(\.content))
        } else {
            #expect(forced.files.map(\.content) != alone.files.map(\.content))
        }
    }

    @Test func `every name that is lost is told with its reason, and no value`() throws {
        let values = [
            NamedValue("PEM", "canary-one\nline"), NamedValue("FINE", "canary-two"), NamedValue("B AD", "canary-three"),
        ]
        let error = #expect(throws: InterchangeError.self) { try Exporter(format: .docker).write(values) }
        #expect(
            error?.message
                == "docker cannot hold as it is: PEM (a line break ends a value there, and nothing can be quoted); "
                + "B AD (a name has no white space and no '=' there, and does not begin with '#')"
        )
        #expect(error?.fix.contains("--force") == true)
    }

    @Test func `a name that drives a terminal is told with its characters spelled`() {
        let error = #expect(throws: InterchangeError.self) {
            try Exporter(format: .shell).write([NamedValue("\u{1B}[2J", "x")])
        }
        #expect(error?.message.contains("\\u{1B}[2J") == true)
        #expect(error?.message.contains("\u{1B}") == false)
    }

    @Test func `of very many names an error tells twenty and counts the rest`() {
        let values = (0..<50).map { NamedValue("A-\($0)", "x") }
        let error = #expect(throws: InterchangeError.self) { try Exporter(format: .shell).write(values) }
        #expect(error?.message.contains("A-19 ") == true)
        #expect(error?.message.contains("A-20 ") == false)
        #expect(error?.message.hasSuffix("; and 30 more") == true)
    }

    @Test func `forced, a line break that docker cannot hold becomes a blank`() throws {
        let text = try Exporter(format: .docker, force: true).text([NamedValue("A", "one\r\ntwo\nthree")])
        #expect(String(decoding: text, as: UTF8.self) == "A=one  two three\n")
    }

    @Test func `forced, a .env line is one that Keyfolio or Python reads back`() throws {
        for value in ["it's \"both\"", "a'\\\"\n$", "`'\"\\"] {
            let text = try Exporter(format: .dotenv, force: true).text([NamedValue("A", value)])
            let read = [Dialect.keyfolio, .python].compactMap { dialect in
                try? Importer.read(text, format: .dotenv, dialect: dialect).map { $0.value.reveal() }
            }
            #expect(read.contains([value]))
        }
    }

    @Test func `fewer readers of .env files agree on more`() throws {
        let values = [NamedValue("A", "it's \"both\"")]
        let text = try Exporter(format: .dotenv, readers: [.python]).text(values)
        #expect(try Importer.read(text, format: .dotenv, dialect: .python).bytes == values.bytes)
    }

    @Test func `the limits of one mebibyte are for all values together`() throws {
        let half = String(repeating: "h", count: 524_288)
        for format in [Format.kubernetes, .systemd] {
            let fits = [NamedValue("A", half), NamedValue("B", String(half.dropLast(2)))]
            #expect(throws: Never.self) { try Exporter(format: format).write(fits) }
            let error = #expect(throws: InterchangeError.self) {
                try Exporter(format: format).write(fits + [NamedValue("C", "xyz")])
            }
            #expect(error?.message.contains("C (all") == true)
        }
    }
}
