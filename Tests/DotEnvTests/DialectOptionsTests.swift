import Testing

@testable import DotEnv

/// Every option does something: with another setting, some file is read in another way.
@Suite struct DialectOptionsTests {
    struct Change: Sendable {
        let dialect: Dialect
        let file: String
        let option: String
        let change: @Sendable (inout DialectOptions) -> Void

        init(
            _ dialect: Dialect,
            _ file: String,
            _ option: String,
            _ change: @escaping @Sendable (inout DialectOptions) -> Void
        ) {
            self.dialect = dialect
            self.file = file
            self.option = option
            self.change = change
        }
    }

    static let changes: [Change] = [
        Change(.node, "A-B=1", "keys") { $0.keys = .wordDot },
        Change(.ruby, "A-B=1", "keys") { $0.keys = .wordDotDash },
        Change(.keyfolio, "é=1", "keys") { $0.keys = .anyScript },
        Change(.python, "é=1", "keys") { $0.keys = .wordDotDash },
        Change(.compose, "é=1", "keys") { $0.keys = .wordDot },
        Change(.posix, "A.B=1", "keys") { $0.keys = .wordDot },
        Change(.node, "A='b'c", "grammar") { $0.grammar = .lines },
        Change(.python, "A='b'c", "grammar") { $0.grammar = .search },
        Change(.compose, "A='b'B=c", "grammar") { $0.grammar = .lines },
        Change(.ruby, "A='b'B=c", "grammar") { $0.grammar = .statements },
        Change(.node, "A: b", "readsColon") { $0.readsColon = false },
        Change(.ruby, "A: b", "readsColon") { $0.readsColon = false },
        Change(.compose, "A: b", "readsColon") { $0.readsColon = false },
        Change(.keyfolio, "A: b", "readsColon") { $0.readsColon = true },
        Change(.node, "A=`b`", "readsBackquotes") { $0.readsBackquotes = false },
        Change(.ruby, "A=`b`", "readsBackquotes") { $0.readsBackquotes = true },
        Change(.node, "A=b#c", "inlineComment") { $0.inlineComment = .afterWhitespace },
        Change(.python, "A=b#c", "inlineComment") { $0.inlineComment = .anywhere },
        Change(.compose, "A=b\t#c", "inlineComment") { $0.inlineComment = .afterWhitespace },
        Change(.keyfolio, "A=\"b\\nc\"", "doubleQuoteEscapes") { $0.doubleQuoteEscapes = .none },
        Change(.node, "A=\"b\\nc\"", "doubleQuoteEscapes") { $0.doubleQuoteEscapes = .none },
        Change(.python, "A=\"b\\tc\"", "doubleQuoteEscapes") { $0.doubleQuoteEscapes = .lineBreaks },
        Change(.ruby, "A=\"b\\qc\"", "doubleQuoteEscapes") { $0.doubleQuoteEscapes = .none },
        Change(.compose, "A=\"b\\0101c\"", "doubleQuoteEscapes") { $0.doubleQuoteEscapes = .python },
        Change(.python, "A='b\\\\c'", "singleQuoteEscapes") { $0.singleQuoteEscapes = .none },
        Change(.compose, "A='b\\'c'", "singleQuoteEscapes") { $0.singleQuoteEscapes = .none },
        Change(.ruby, "A=b\\c", "unquotedEscapes") { $0.unquotedEscapes = .none },
        Change(.python, "A=b\\tc", "unquotedEscapes") { $0.unquotedEscapes = .python },
        Change(.keyfolio, "A=${E1}", "interpolation") { $0.interpolation = .none },
        Change(.node, "A=${E1}", "interpolation") { $0.interpolation = .python },
        Change(.python, "A='${E1}'", "interpolation") { $0.interpolation = .keyfolio },
        Change(.ruby, "A=${U:-d}", "interpolation") { $0.interpolation = .compose },
        Change(.compose, "A=$E1", "interpolation") { $0.interpolation = .python },
        Change(.keyfolio, "E1=file\nA=${E1}", "precedence") { $0.precedence = .environment },
        Change(.ruby, "E1=file\nA=${E1}", "precedence") { $0.precedence = .file },
        Change(.compose, "E1=file\nA=${E1}", "precedence") { $0.precedence = .file },
        Change(.node, "A", "missingValue") { $0.missingValue = .empty },
        Change(.ruby, "A", "missingValue") { $0.missingValue = .ignored },
        Change(.compose, "E1", "missingValue") { $0.missingValue = .noValue },
        Change(.python, "A='b", "badLine") { $0.badLine = .refused },
        Change(.keyfolio, "A='b", "badLine") { $0.badLine = .skipped },
        Change(.posix, "A b", "badLine") { $0.badLine = .skipped },
        Change(.keyfolio, "A=\"b\\tc\"", "refusesAmbiguity") { $0.refusesAmbiguity = false },
        Change(.keyfolio, "A=`b", "refusesAmbiguity") { $0.refusesAmbiguity = false },
        Change(.keyfolio, "# \u{2028}A=b", "refusesAmbiguity") { $0.refusesAmbiguity = false },
        Change(.keyfolio, "A=\\${E1}", "refusesAmbiguity") { $0.refusesAmbiguity = false },
        Change(.python, "A='b\u{FF}", "invalidText") { $0.invalidText = .kept },
        Change(.python, "\u{FEFF}A=b", "skipsByteOrderMark") { $0.skipsByteOrderMark = false },
        Change(.posix, "\u{FEFF}A=b", "skipsByteOrderMark") { $0.skipsByteOrderMark = true },
        Change(.keyfolio, "A=b\rB=c", "carriageReturnEndsLine") { $0.carriageReturnEndsLine = false },
        Change(.compose, "A=b\rB=c", "carriageReturnEndsLine") { $0.carriageReturnEndsLine = true },
        Change(.node, "#\u{2028}A=b", "lineSeparatorEndsLine") { $0.lineSeparatorEndsLine = false },
        Change(.ruby, "#\u{2028}A=b", "lineSeparatorEndsLine") { $0.lineSeparatorEndsLine = true },
        Change(.node, "\u{3000}A=b", "whitespace") { $0.whitespace = .blanks },
        Change(.compose, "\u{3000}A=b", "whitespace") { $0.whitespace = .blanks },
        Change(.ruby, "A=b\0", "trimmed") { $0.trimmed = .blanks },
        Change(.keyfolio, "A=b\u{A0}", "trimmed") { $0.trimmed = .blanks },
    ]

    @Test(arguments: changes.indices)
    func `another setting reads some file in another way`(index: Int) {
        let change = Self.changes[index]
        var options = change.dialect.options
        change.change(&options)
        #expect(options != change.dialect.options)
        let changed = Dialect(id: "changed", reader: "", options: options)
        #expect(Self.read(change, as: changed) != Self.read(change, as: change.dialect), "\(change.option)")
    }

    @Test func `every option has a change`() {
        let options = Mirror(reflecting: Dialect.keyfolio.options).children.compactMap(\.label)
        #expect(Set(options) == Set(Self.changes.map(\.option)))
    }

    private static func read(_ change: Change, as dialect: Dialect) -> String {
        // U+00FF stands for a byte that is no text.
        let file = Array((change.file + "\n").utf8).split(separator: 0xC3, omittingEmptySubsequences: false)
        let bytes = change.option == "invalidText" ? Array(file.joined()) : Array((change.file + "\n").utf8)
        do throws(DotEnvError) {
            let document = try DotEnvDocument(parsing: bytes, dialect: dialect)
            let values = try document.values { ["E1": "one"][$0] }
            return "\(values.map { "\($0.key)=\($0.value)" }) \(document.skipped.count)"
        } catch {
            return error.code.description
        }
    }
}
