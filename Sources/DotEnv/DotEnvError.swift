/// What went wrong while a `.env` file was read, resolved or written.
///
/// Neither the message nor the fix contains anything that was read: no value, no part of one, and no name either,
/// because a line of a private key reads like a name. They say what, and ``line`` and ``column`` say where.
public struct DotEnvError: Error, Sendable, Hashable {
    /// A kind of error, by a code that stays the same over versions.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        enum Kind: String, Sendable, CaseIterable {
            case invalidKey = "KF-DOTENV-001"
            case missingEquals = "KF-DOTENV-002"
            case unterminatedQuote = "KF-DOTENV-003"
            case textAfterQuote = "KF-DOTENV-004"
            case ambiguousEscape = "KF-DOTENV-005"
            case backquote = "KF-DOTENV-006"
            case colon = "KF-DOTENV-007"
            case invalidText = "KF-DOTENV-008"
            case lineSeparator = "KF-DOTENV-009"
            case tooLarge = "KF-DOTENV-010"
            case commandSubstitution = "KF-DOTENV-011"
            case shellOperator = "KF-DOTENV-012"
            case specialParameter = "KF-DOTENV-013"
            case unsupportedExpansion = "KF-DOTENV-014"
            case shellCommand = "KF-DOTENV-015"
            case unsetExport = "KF-DOTENV-016"
            case spaceInKey = "KF-DOTENV-017"
            case malformedExpansion = "KF-DOTENV-018"
            case undefinedName = "KF-DOTENV-019"
            case requiredName = "KF-DOTENV-020"
            case cycle = "KF-DOTENV-021"
            case nestingTooDeep = "KF-DOTENV-022"
            case expansionTooLarge = "KF-DOTENV-023"
            case notWritable = "KF-DOTENV-024"
            case keyNotWritable = "KF-DOTENV-025"
            case commentNotWritable = "KF-DOTENV-026"
            case editChangesMore = "KF-DOTENV-027"
            case ambiguousSingleQuoteEscape = "KF-DOTENV-028"
        }

        let kind: Kind

        init(_ kind: Kind) { self.kind = kind }

        /// The code as it is printed: `KF-DOTENV-` and three digits.
        public var description: String { kind.rawValue }

        /// Every code with what it is, why it counts and what mends it, for a page that documents them all.
        public static var catalogue: [(code: String, title: String, reason: String, fix: String)] {
            Kind.allCases.map {
                ($0.rawValue, $0.message.prefix(1).uppercased() + $0.message.dropFirst(), $0.reason, $0.fix)
            }
        }

        /// Every code of this module's errors, in order.
        public static var all: [Code] { Kind.allCases.map(Code.init) }
    }

    let kind: Code.Kind

    /// Names of readers and other words of our own that the message tells: never anything that was read.
    let detail: String

    /// The line, from 1; 0 when the error has no place in a file.
    public let line: Int

    /// The column, from 1, in Unicode scalars; 0 when the error has no place in a file.
    public let column: Int

    init(_ kind: Code.Kind, line: Int = 0, column: Int = 0, detail: String = "") {
        self.kind = kind
        self.line = line
        self.column = column
        self.detail = detail
    }

    /// The kind of error.
    public var code: Code { Code(kind) }

    /// What is wrong, as a sentence without an end mark.
    public var message: String { kind.message + detail }

    /// What mends it: a sentence for the person at the keyboard.
    public var fix: String { kind.fix }
}

extension DotEnvError: CustomStringConvertible {
    /// Code, place, message and fix on one line.
    public var description: String {
        let place = line > 0 ? "line \(line), column \(column): " : ""
        return "\(code): \(place)\(message). \(fix)"
    }
}

extension DotEnvError.Code.Kind {
    fileprivate var reason: String {
        switch self {
        case .invalidKey, .missingEquals, .unterminatedQuote, .textAfterQuote, .spaceInKey:
            "Readers take such a line in ways of their own: one fails, one leaves it out, one takes half of it."
        case .ambiguousEscape, .ambiguousSingleQuoteEscape, .backquote, .colon, .lineSeparator:
            "The application would get another value from one reader than from another. `keyfolio dotenv explain FILE` shows "
                + "who takes what."
        case .invalidText: "Bytes that are no text become other characters, or an error, depending on the reader."
        case .tooLarge, .nestingTooDeep, .expansionTooLarge:
            "Every input has a bound, so that no file can take all memory or time there is."
        case .commandSubstitution, .shellOperator, .specialParameter, .shellCommand:
            "A file that is sourced by a shell runs what stands in it; here it is only read, so the two would differ."
        case .unsupportedExpansion, .malformedExpansion:
            "What is inserted would depend on the reader, or be the text itself in one and something else in another."
        case .unsetExport, .undefinedName, .requiredName:
            "The value would be empty without anybody having said so."
        case .cycle: "Such a value never ends: each reader stops somewhere else."
        case .notWritable, .keyNotWritable, .commentNotWritable:
            "What is written must be read back as the same value by every reader that was chosen."
        case .editChangesMore: "A change of one line must not change what another one means."
        }
    }

    fileprivate var message: String {
        switch self {
        case .invalidKey: "this is not a key"
        case .missingEquals: "the key is not followed by '='"
        case .unterminatedQuote: "the quote that opens here is never closed"
        case .textAfterQuote: "there is text after the closing quote"
        case .ambiguousEscape: "readers disagree about this backslash: some keep it, some take it for an escape"
        case .ambiguousSingleQuoteEscape:
            "readers disagree about this backslash in single quotes: some keep it, some take it for an escape"
        case .backquote: "readers disagree about a value that begins with a back quote"
        case .colon: "readers disagree about ':' between a key and its value"
        case .invalidText: "the file is not UTF-8 here"
        case .lineSeparator: "U+2028 or U+2029 stands here, which ends a line for some readers and not for others"
        case .tooLarge: "the file is larger than 1 GiB"
        case .commandSubstitution: "the shell would run a command here; a .env file is read, never run"
        case .shellOperator: "the shell takes this character for an operator"
        case .specialParameter: "the shell puts a special parameter here, such as its process number"
        case .unsupportedExpansion: "shells disagree about this expansion, or it does more than insert a value"
        case .shellCommand: "the shell would run this line as a command"
        case .unsetExport: "the key is exported here, and has no value"
        case .spaceInKey: "the key contains a space"
        case .malformedExpansion: "what follows '${' is not an expansion"
        case .undefinedName: "the name in '${…}' is defined neither in the file nor in the environment"
        case .requiredName: "the name in '${…?…}' has no value, and the file says that it must have one"
        case .cycle: "the value refers to itself through '${…}'"
        case .nestingTooDeep: "expansions nest, or refer to each other, deeper than \(ExpansionLimits.depth) levels"
        case .expansionTooLarge: "the expansions of the file make more than \(ExpansionLimits.mebibytes) MiB"
        case .notWritable: "the value has no form that every chosen reader reads the same"
        case .keyNotWritable: "the key is not one that every chosen reader accepts"
        case .commentNotWritable: "the comment has a line break or a control character"
        case .editChangesMore: "the change would change what a reader takes from other lines"
        }
    }

    fileprivate var fix: String {
        switch self {
        case .invalidKey: "Write a key of letters, digits and '_', then '=' and the value; put '#' before a comment."
        case .missingEquals: "Put '=' after the key, or '#' before the line if it is a comment."
        case .unterminatedQuote: "Close the quote, or put the value into the other kind of quotes."
        case .textAfterQuote: "Put the whole value into one pair of quotes, and a comment after ' #'."
        case .ambiguousEscape:
            "Put the value into single quotes without the escape, or name the reader that the file is for as dialect."
        case .ambiguousSingleQuoteEscape:
            "Put the value into double quotes without the escape, or name the reader that the file is for as dialect."
        case .backquote: "Put the value into single quotes, or name the dialect node if back quotes are meant."
        case .colon: "Write '=' in place of ':'."
        case .invalidText: "Save the file as UTF-8."
        case .lineSeparator: "Replace the character by an ordinary line break, or put the value into quotes."
        case .tooLarge: "Keep large content in a file of its own, and its path in the .env file."
        case .commandSubstitution: "Put the value into single quotes to keep the text."
        case .shellOperator: "Put the value into single quotes."
        case .specialParameter: "Put the value into single quotes to keep the text."
        case .unsupportedExpansion: "Use ${NAME}, ${NAME:-text}, ${NAME:?text} or ${NAME:+text}, or single quotes."
        case .shellCommand: "Put the value into single quotes, and no white space around '='."
        case .unsetExport: "Give the key a value, or put the line after the one that does."
        case .spaceInKey: "Remove the space, or put '#' before the line if it is a comment."
        case .malformedExpansion: "Close the brace, or put the value into single quotes to keep the text."
        case .undefinedName:
            "Define the name, write ${NAME:-} to let it be empty, or put the value into single quotes to keep the text."
        case .requiredName: "Define the name in the file or in the environment."
        case .cycle: "Give one of the values in the circle a text of its own."
        case .nestingTooDeep: "Use fewer levels."
        case .expansionTooLarge: "Refer to fewer or shorter values."
        case .notWritable: "Keep the value in a store and let `keyfolio run` pass it, or choose fewer readers."
        case .keyNotWritable: "Use letters, digits and '_', beginning with a letter."
        case .commentNotWritable: "Write the comment on one line."
        case .editChangesMore: "Mend what `keyfolio dotenv lint` finds in the file first."
        }
    }
}
