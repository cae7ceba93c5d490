extension DotEnvLint {
    /// The rules, by their codes.
    public enum Rule: String, Sendable, Hashable, CaseIterable {
        /// A key that stands there twice.
        case duplicateKey = "KF-DOTENV-101"
        /// `#` in a value without quotes.
        case unquotedHash = "KF-DOTENV-102"
        /// White space in a value without quotes.
        case unquotedSpace = "KF-DOTENV-103"
        /// A `$` that some readers expand and others do not.
        case dollar = "KF-DOTENV-104"
        /// A backslash outside of single quotes.
        case backslash = "KF-DOTENV-105"
        /// A backslash in single quotes that some readers take for an escape.
        case singleQuoteEscape = "KF-DOTENV-106"
        /// White space at the end of a line.
        case trailingWhitespace = "KF-DOTENV-107"
        /// More than one kind of line end.
        case mixedLineEnds = "KF-DOTENV-108"
        /// A byte order mark.
        case byteOrderMark = "KF-DOTENV-109"
        /// A NUL byte.
        case nul = "KF-DOTENV-110"
        /// Bytes that are not UTF-8.
        case invalidText = "KF-DOTENV-111"
        /// `export`.
        case export = "KF-DOTENV-112"
        /// A key that is not a name of the shell.
        case keySyntax = "KF-DOTENV-113"
        /// A key without `=`.
        case missingValue = "KF-DOTENV-114"
        /// A quote that is not closed.
        case unterminatedQuote = "KF-DOTENV-115"
        /// A character that one does not see.
        case invisibleCharacter = "KF-DOTENV-116"
        /// A key that is named like a secret and has no value.
        case emptySecret = "KF-DOTENV-117"
        /// White space around `=`.
        case spaceAroundEquals = "KF-DOTENV-118"
        /// `:` in place of `=`.
        case colon = "KF-DOTENV-119"
        /// Back quotes.
        case backquote = "KF-DOTENV-120"
        /// Quotes that do not stand around all of the value.
        case looseQuotes = "KF-DOTENV-121"
        /// A line that is no binding.
        case unreadable = "KF-DOTENV-122"
        /// A last line without a line end.
        case noFinalLineEnd = "KF-DOTENV-123"
        /// CR or CRLF.
        case carriageReturn = "KF-DOTENV-124"
        /// What a reader would run as a command.
        case command = "KF-DOTENV-125"
        /// A comment right after the closing quote.
        case commentAfterQuote = "KF-DOTENV-126"

        /// How bad it is.
        public var severity: Severity {
            switch self {
            case .invalidText, .unterminatedQuote, .unreadable, .nul, .colon, .looseQuotes: .error
            case .trailingWhitespace, .byteOrderMark, .export, .noFinalLineEnd, .carriageReturn, .keySyntax,
                .spaceAroundEquals, .missingValue:
                .note
            case .duplicateKey, .unquotedHash, .unquotedSpace, .dollar, .backslash, .singleQuoteEscape, .mixedLineEnds,
                .invisibleCharacter, .emptySecret, .backquote, .command, .commentAfterQuote:
                .warning
            }
        }

        /// What is wrong, as a sentence without an end mark.
        public var message: String {
            switch self {
            case .duplicateKey: "the key is defined again below, and only the last definition counts"
            case .unquotedHash: "node and Ruby end the value at '#', the others do not"
            case .unquotedSpace: "the shell ends the value at the white space, and runs the rest as a command"
            case .dollar: "some readers insert another value at '$', others keep the text"
            case .backslash: "readers disagree about the backslash"
            case .singleQuoteEscape: "some readers take the backslash for an escape, although the quotes are single"
            case .trailingWhitespace: "there is white space at the end of the line"
            case .mixedLineEnds: "the lines of the file end in different ways"
            case .byteOrderMark:
                "the file begins with a byte order mark, which the shell takes for a part of the first key"
            case .nul: "there is a NUL byte, which no environment variable can hold"
            case .invalidText: "the file is not UTF-8 here"
            case .export: "'export' is not understood by systemd and by `docker run --env-file`"
            case .keySyntax: "the shell has no such names; only letters, digits and '_', beginning with a letter or '_'"
            case .missingValue: "the key has no '=', which each reader understands in its own way"
            case .unterminatedQuote: "the quote that opens here is never closed"
            case .invisibleCharacter: "there is a character that one does not see"
            case .emptySecret: "the key is named like a secret, and its value is empty"
            case .spaceAroundEquals: "the shell takes a key with white space before or after '=' for a command"
            case .colon: "Python and the shell do not read ':' between a key and its value"
            case .backquote: "the shell runs what stands in back quotes, node takes them for quotes, others keep them"
            case .looseQuotes: "the quotes do not stand around all of the value"
            case .unreadable: "the line is neither a comment nor KEY=value"
            case .noFinalLineEnd: "the last line has no line end, so what is added to the file would join it"
            case .carriageReturn: "the lines end with a carriage return, which the shell puts into the values"
            case .command: "the shell and Ruby run '$(…)' as a command; Keyfolio never does"
            case .commentAfterQuote: "the shell takes '#' right after the closing quote for a part of the value"
            }
        }

        /// What mends it, as a sentence.
        public var fix: String {
            switch self {
            case .duplicateKey: "Remove the line that does not count."
            case .unquotedHash, .unquotedSpace: "Put the value into quotes."
            case .dollar: "Put the value into single quotes if the text is meant."
            case .backslash: "Put the value into single quotes."
            case .singleQuoteEscape: "Write the value without the escape, in quotes of the other kind."
            case .trailingWhitespace: "Remove it; put the value into quotes if it is meant."
            case .mixedLineEnds, .carriageReturn: "End every line with LF."
            case .byteOrderMark: "Save the file without a byte order mark."
            case .nul: "Remove it; write binary values in Base64."
            case .invalidText: "Save the file as UTF-8."
            case .export: "Remove 'export', unless the shell reads the file."
            case .keySyntax: "Rename the key."
            case .missingValue: "Write KEY= for an empty value, or remove the line."
            case .unterminatedQuote: "Close the quote, or put the value into the other kind of quotes."
            case .invisibleCharacter: "Remove it, or replace it by an ordinary space."
            case .emptySecret: "Give it a value with `keyfolio set` or `keyfolio generate`, or remove the line."
            case .spaceAroundEquals: "Remove the white space."
            case .colon: "Write '=' in place of ':'."
            case .backquote: "Put the value into single quotes."
            case .looseQuotes: "Put the whole value into one pair of quotes."
            case .unreadable: "Write KEY=value, or put '#' before a comment."
            case .noFinalLineEnd: "End the last line."
            case .command: "Put the value into single quotes if the text is meant."
            case .commentAfterQuote: "Put a space before '#'."
            }
        }
    }
}
