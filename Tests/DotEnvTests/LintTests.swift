import DotEnv
import Testing

@Suite struct LintTests {
    /// For each rule a file on which it fires, with the place, and one on which it does not; and the file after the edit,
    /// if there is one.
    struct Case: Sendable {
        let rule: DotEnvLint.Rule
        let fires: String
        let line: Int
        let column: Int
        let silent: String
        var mended: String?
    }

    static let cases: [Case] = [
        Case(
            rule: .duplicateKey,
            fires: "A=1\nB=2\nA=3\n",
            line: 1,
            column: 1,
            silent: "A=1\na=2\n",
            mended: "B=2\nA=3\n"
        ),
        Case(rule: .unquotedHash, fires: "A=b#c\n", line: 1, column: 4, silent: "A='b#c' # d\n", mended: "A='b#c'\n"),
        Case(rule: .unquotedSpace, fires: "A=b c\n", line: 1, column: 4, silent: "A='b c'  # d\n", mended: "A='b c'\n"),
        Case(rule: .dollar, fires: "A=b$c\n", line: 1, column: 4, silent: "A='b$c'\nB=c$\n", mended: "A='b$c'\n"),
        Case(rule: .dollar, fires: "B=1\nA=\"b${B}\"\n", line: 2, column: 5, silent: "A=\"b$ c\"\n"),
        Case(rule: .backslash, fires: "A=b\\c\n", line: 1, column: 4, silent: "A='b\\c'\n", mended: "A='b\\c'\n"),
        Case(rule: .backslash, fires: "A=\"b\\\"c\"\n", line: 1, column: 5, silent: "A=\"b'c\"\n"),
        Case(rule: .singleQuoteEscape, fires: "A='b\\\\c'\n", line: 1, column: 5, silent: "A='b\\c'\n"),
        Case(rule: .trailingWhitespace, fires: "A=1 \n", line: 1, column: 4, silent: "A='1 '\n", mended: "A=1\n"),
        Case(rule: .mixedLineEnds, fires: "A=1\nB=2\r\n", line: 2, column: 4, silent: "A=1\nB=2\n"),
        Case(rule: .byteOrderMark, fires: "\u{FEFF}A=1\n", line: 1, column: 1, silent: "A=1\n", mended: "A=1\n"),
        Case(rule: .nul, fires: "A=1\0\n", line: 1, column: 4, silent: "A=1\n"),
        Case(rule: .export, fires: "export A=1\n", line: 1, column: 1, silent: "exported=1\n", mended: "A=1\n"),
        Case(rule: .keySyntax, fires: "A-B=1\n", line: 1, column: 1, silent: "A_B1=1\n"),
        Case(rule: .keySyntax, fires: "1A=1\n", line: 1, column: 1, silent: "_1=1\n"),
        Case(rule: .missingValue, fires: "B=1\nA\n", line: 2, column: 1, silent: "A=\n"),
        Case(rule: .unterminatedQuote, fires: "A='b\n", line: 1, column: 3, silent: "A='b\n'\n"),
        Case(rule: .invisibleCharacter, fires: "A=x\u{200B}y\n", line: 1, column: 4, silent: "A=x-y\n"),
        Case(
            rule: .invisibleCharacter,
            fires: "#\u{A0}c\nA=1\n",
            line: 1,
            column: 2,
            silent: "# c\n",
            mended: "# c\nA=1\n"
        ),
        Case(rule: .invisibleCharacter, fires: "A='\u{202E}x'\n", line: 1, column: 4, silent: "A='äöß'\n"),
        Case(rule: .emptySecret, fires: "DB_PASSWORD=\n", line: 1, column: 1, silent: "DB_PASSWORD='x'\nPASSENGER=\n"),
        Case(rule: .emptySecret, fires: "API_KEY=''\n", line: 1, column: 1, silent: "SORT_KEY=\nAPI_KEY=1\n"),
        Case(rule: .spaceAroundEquals, fires: "A = 1\n", line: 1, column: 2, silent: "A=1 # b = c\n", mended: "A=1\n"),
        Case(rule: .spaceAroundEquals, fires: "A= 1\n", line: 1, column: 2, silent: "A= # none\n", mended: "A=1\n"),
        Case(rule: .colon, fires: "A: 1\n", line: 1, column: 2, silent: "A=1:2\n"),
        Case(rule: .backquote, fires: "A=`b`\n", line: 1, column: 3, silent: "A='`b`'\n"),
        Case(rule: .backquote, fires: "A=\"a`b\"\n", line: 1, column: 5, silent: "A=b\n", mended: "A='a`b'\n"),
        Case(rule: .looseQuotes, fires: "A='b' c\n", line: 1, column: 7, silent: "A='b' # c\n"),
        Case(rule: .looseQuotes, fires: "A=b'c\n", line: 1, column: 4, silent: "A=\"b'c\"\n", mended: "A=\"b'c\"\n"),
        Case(rule: .unreadable, fires: "A=1\n?\n", line: 2, column: 1, silent: "A=1\n# ?\n"),
        Case(rule: .noFinalLineEnd, fires: "A=1", line: 1, column: 4, silent: "A=1\n", mended: "A=1\n"),
        Case(rule: .carriageReturn, fires: "A=1\r\nB=2\r\n", line: 1, column: 4, silent: "A=1\n"),
        Case(rule: .command, fires: "A=$(id)\n", line: 1, column: 3, silent: "A='$(id)'\n", mended: "A='$(id)'\n"),
        Case(
            rule: .commentAfterQuote,
            fires: "A='b'#c\n",
            line: 1,
            column: 6,
            silent: "A='b' #c\n",
            mended: "A='b' #c\n"
        ),
    ]

    @Test(arguments: cases)
    func `a rule fires where it should and nowhere else`(row: Case) throws {
        let found = DotEnvDocument.lint(bytes: Array(row.fires.utf8)).filter { $0.rule == row.rule }
        #expect(found.map(\.line) == [row.line])
        #expect(found.map(\.column) == [row.column])
        #expect(DotEnvDocument.lint(bytes: Array(row.silent.utf8)).allSatisfy { $0.rule != row.rule })
        let mended = DotEnvLint.applying(found, to: Array(row.fires.utf8))
        #expect(String(decoding: mended, as: UTF8.self) == row.mended ?? row.fires)
    }

    @Test func `text that is not UTF-8 is found at each place`() {
        let lints = DotEnvDocument.lint(bytes: [0x41, 0x3D, 0xFF, 0x62, 0x0A, 0x42, 0x3D, 0xC3, 0x0A])
        #expect(lints.filter { $0.rule == .invalidText }.map(\.line) == [1, 2])
    }

    @Test func `every rule has its case, its code and its words`() {
        let tested = Set(Self.cases.map(\.rule)).union([.invalidText])
        #expect(tested == Set(DotEnvLint.Rule.allCases))
        for rule in DotEnvLint.Rule.allCases {
            #expect(rule.rawValue.wholeMatch(of: /KF-DOTENV-1\d\d/) != nil)
            #expect(!rule.message.isEmpty && !rule.message.hasSuffix("."))
            #expect(rule.fix.hasSuffix("."))
        }
        #expect(Set(DotEnvLint.Rule.allCases.map(\.rawValue)).count == DotEnvLint.Rule.allCases.count)
    }

    @Test func `a clean file has no findings`() {
        let file = """
            # The database.
            DB_HOST=localhost
            DB_PASSWORD='p$ss w#rd' # quoted
            GREETING="it's"

            """
        #expect(DotEnvDocument.lint(bytes: Array(file.utf8)).isEmpty)
        #expect(DotEnvDocument.lint(bytes: []).isEmpty)
    }

    /// A mended file must be read as before by its own dialect, and have fewer findings.
    @Test(arguments: 0..<4 as Range<UInt64>)
    func `edits change no value`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var mended = 0
        for round in 0..<120 {
            let file =
                round.isMultiple(of: 2)
                ? RandomFiles.bindings(using: &generator) : RandomFiles.soup(using: &generator, unusual: true)
            let dialect = Dialect.all.randomElement(using: &generator) ?? .keyfolio
            let lints = DotEnvDocument.lint(bytes: file, dialect: dialect)
            let changed = DotEnvLint.applying(lints, to: file)
            guard changed != file, let before = try? DotEnvDocument(parsing: file, dialect: dialect),
                let values = try? before.values(environment: { _ in "e" })
            else { continue }
            mended += 1
            // All edits at once, and each one alone, as a caller may choose.
            for edits in [lints] + lints.map({ [$0] }) {
                let changed = DotEnvLint.applying(edits, to: file)
                let after = try DotEnvDocument(parsing: changed, dialect: dialect).values(environment: { _ in "e" })
                #expect(
                    Self.texts(after) == Self.texts(values),
                    "\(dialect) \(String(reflecting: String(decoding: file, as: UTF8.self)))"
                )
            }
        }
        #expect(mended > 20)
    }

    private static func texts(_ values: [DotEnvValue]) -> [String: String] {
        Dictionary(values.map { ($0.key, $0.value) }) { _, last in last }
    }

    @Test func `findings and edits print no value`() {
        let lints = DotEnvDocument.lint(bytes: Array("A=canary#canary $canary canary\\n\n".utf8))
        #expect(!lints.isEmpty)
        for lint in lints {
            var dumped = ""
            dump(lint, to: &dumped)
            for text in [lint.message, lint.fix, "\(lint)", String(reflecting: lint), dumped] {
                #expect(!text.contains("canary"))
            }
        }
    }
}
