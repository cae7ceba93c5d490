extension Dialect {
    /// Our own: what node dotenv and python-dotenv agree on.
    ///
    /// Where those two disagree it refuses, or keeps the reading that loses nothing; see <doc:TheDialects>.
    public static let keyfolio = Dialect(
        id: "keyfolio",
        reader: "Keyfolio",
        options: DialectOptions(
            keys: .wordDotDash,
            grammar: .lines,
            readsColon: false,
            readsBackquotes: false,
            inlineComment: .afterWhitespace,
            doubleQuoteEscapes: .lineBreaks,
            singleQuoteEscapes: .none,
            unquotedEscapes: .none,
            interpolation: .keyfolio,
            precedence: .file,
            missingValue: .noValue,
            badLine: .refused,
            refusesAmbiguity: true,
            invalidText: .refused,
            skipsByteOrderMark: true,
            carriageReturnEndsLine: true,
            lineSeparatorEndsLine: false,
            whitespace: [.blanks, .vertical, .noBreakSpace, .unicodeSpaces, .lineSeparators],
            trimmed: [.blanks, .vertical, .noBreakSpace, .unicodeSpaces, .lineSeparators]
        )
    )

    /// The package `dotenv` of npm, version 17.
    public static let node = Dialect(
        id: "node",
        reader: "node dotenv 17",
        options: DialectOptions(
            keys: .wordDotDash,
            grammar: .search,
            readsColon: true,
            readsBackquotes: true,
            inlineComment: .anywhere,
            doubleQuoteEscapes: .lineBreaks,
            singleQuoteEscapes: .none,
            unquotedEscapes: .none,
            interpolation: .none,
            precedence: .environment,
            missingValue: .ignored,
            badLine: .skipped,
            refusesAmbiguity: false,
            invalidText: .kept,
            skipsByteOrderMark: true,
            carriageReturnEndsLine: true,
            lineSeparatorEndsLine: true,
            whitespace: [.blanks, .vertical, .noBreakSpace, .unicodeSpaces, .lineSeparators, .byteOrderMark],
            trimmed: [.blanks, .vertical, .noBreakSpace, .unicodeSpaces, .lineSeparators, .byteOrderMark]
        )
    )

    /// The package `python-dotenv` of PyPI, version 1.2.
    public static let python = Dialect(
        id: "python",
        reader: "python-dotenv 1.2",
        options: DialectOptions(
            keys: .anyText,
            grammar: .lines,
            readsColon: false,
            readsBackquotes: false,
            inlineComment: .afterWhitespace,
            doubleQuoteEscapes: .python,
            singleQuoteEscapes: .quoteAndBackslash,
            unquotedEscapes: .none,
            interpolation: .python,
            precedence: .file,
            missingValue: .noValue,
            badLine: .skipped,
            refusesAmbiguity: false,
            invalidText: .refused,
            skipsByteOrderMark: true,
            carriageReturnEndsLine: true,
            lineSeparatorEndsLine: false,
            whitespace: [
                .blanks, .vertical, .separators, .nextLine, .noBreakSpace, .unicodeSpaces, .lineSeparators,
            ],
            trimmed: [
                .blanks, .vertical, .separators, .nextLine, .noBreakSpace, .unicodeSpaces, .lineSeparators,
            ]
        )
    )

    /// The gem `dotenv` of Ruby, version 3.2.
    public static let ruby = Dialect(
        id: "ruby",
        reader: "Ruby dotenv 3.2",
        options: DialectOptions(
            keys: .wordDot,
            grammar: .search,
            readsColon: true,
            readsBackquotes: false,
            inlineComment: .anywhere,
            doubleQuoteEscapes: .dropped,
            singleQuoteEscapes: .none,
            unquotedEscapes: .dropped,
            interpolation: .ruby,
            precedence: .environment,
            missingValue: .empty,
            badLine: .skipped,
            refusesAmbiguity: false,
            invalidText: .refused,
            skipsByteOrderMark: true,
            carriageReturnEndsLine: true,
            lineSeparatorEndsLine: false,
            whitespace: [.blanks, .vertical],
            trimmed: [.blanks, .vertical, .nul]
        )
    )

    /// Docker Compose: the `dotenv` package of compose-go 2.13.
    public static let compose = Dialect(
        id: "compose",
        reader: "Docker Compose (compose-go 2.13)",
        options: DialectOptions(
            keys: .anyScript,
            grammar: .statements,
            readsColon: true,
            readsBackquotes: false,
            inlineComment: .afterSpace,
            doubleQuoteEscapes: .go,
            singleQuoteEscapes: .quoteOnly,
            unquotedEscapes: .none,
            interpolation: .compose,
            precedence: .environment,
            missingValue: .inherited,
            badLine: .refused,
            refusesAmbiguity: false,
            invalidText: .kept,
            skipsByteOrderMark: true,
            carriageReturnEndsLine: false,
            lineSeparatorEndsLine: false,
            whitespace: [
                .blanks, .vertical, .carriageReturn, .nextLine, .noBreakSpace, .unicodeSpaces, .lineSeparators,
            ],
            trimmed: [
                .blanks, .vertical, .carriageReturn, .nextLine, .noBreakSpace, .unicodeSpaces, .lineSeparators,
            ]
        )
    )

    /// The shell of POSIX, as bash and dash read the file with `set -a; . ./file`; but a line that would run a
    /// command is refused, and so is what the two shells read in different ways.
    public static let posix = Dialect(
        id: "posix",
        reader: "POSIX shell",
        options: DialectOptions(
            keys: .shellName,
            grammar: .shell,
            readsColon: false,
            readsBackquotes: false,
            inlineComment: .afterWhitespace,
            doubleQuoteEscapes: .shell,
            singleQuoteEscapes: .none,
            unquotedEscapes: .shell,
            interpolation: .shell,
            precedence: .file,
            missingValue: .error,
            badLine: .refused,
            refusesAmbiguity: false,
            invalidText: .kept,
            skipsByteOrderMark: false,
            carriageReturnEndsLine: false,
            lineSeparatorEndsLine: false,
            whitespace: [.blanks],
            trimmed: [.blanks]
        )
    )
}
