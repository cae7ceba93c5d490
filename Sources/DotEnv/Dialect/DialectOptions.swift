/// The points on which `.env` readers differ.
///
/// The lexer and the interpolation are driven by these options and by nothing else, so what stands here is what the
/// dialect does.
public struct DialectOptions: Sendable, Hashable {
    /// Which characters make a key.
    public enum KeySyntax: Sendable, Hashable {
        /// Letters, digits, `_`, `.` and `-` of ASCII, in any order.
        case wordDotDash
        /// Letters, digits, `_` and `.` of ASCII, in any order.
        case wordDot
        /// Anything but white space, `=` and `#`; or anything between single quotes.
        case anyText
        /// Letters and digits of any script, `_`, `.`, `-`, `[` and `]`; a key that begins with a digit is passed over.
        case anyScript
        /// A name of the shell: an ASCII letter or `_`, then letters, digits and `_`.
        case shellName
    }

    /// How statements are found, and how a value in quotes ends.
    public enum Grammar: Sendable, Hashable {
        /// node and Ruby dotenv: wherever a line begins with `KEY=value`. White space in it may span lines, up to the
        /// quote that opens a value. A quote closes only if its line ends after it, but for a comment; a value whose
        /// quote does not close is unquoted.
        case search
        /// python-dotenv: line by line. The first quote that is not escaped closes, and the line must end after it, but
        /// for a comment.
        case lines
        /// compose-go: one statement after the other. The first quote that is not escaped closes, and what follows on
        /// the line is the next statement.
        case statements
        /// The shell: words. Quoted and unquoted parts join into one value, backslashes quote, and no white space
        /// stands around `=`.
        case shell
    }

    /// Where a comment begins after an unquoted value.
    public enum InlineComment: Sendable, Hashable {
        /// At the first `#`.
        case anywhere
        /// At the first `#` after white space.
        case afterWhitespace
        /// At the first `#` after an ASCII space.
        case afterSpace
    }

    /// What a backslash does.
    public enum Escapes: Sendable, Hashable {
        /// Nothing: it is text.
        case none
        /// `\n` and `\r` are line breaks; any other backslash is text.
        case lineBreaks
        /// The escapes of Python for one character: `\\ \' \" \a \b \f \n \r \t \v`; any other backslash is text.
        case python
        /// `\\` and `\'`; any other backslash is text.
        case quoteAndBackslash
        /// The backslash goes and the next character stays, but `\$`, `\n` and `\r` stay as they are.
        case dropped
        /// The escapes of Go for one character, `\0` with up to three octal digits, and `\$`.
        case go
        /// The escaped quote; any other backslash is text.
        case quoteOnly
        /// The quoting of the shell.
        case shell
    }

    /// What `$` does.
    public enum Interpolation: Sendable, Hashable {
        /// Nothing: it is text.
        case none
        /// `${NAME}` and `${NAME:-text}`, in every kind of quotes.
        case python
        /// `$NAME`, `${NAME}`, and `\$` for the sign itself; not in single quotes.
        case ruby
        /// `$NAME`, `${NAME}`, `:-` `-` `:?` `?` `:+` `+` with nesting, and `$$` for the sign itself; not in single
        /// quotes.
        case compose
        /// As the shell does; never a command.
        case shell
        /// `${NAME}`, `:-` `-` `:?` `?` `:+` `+` with nesting, of keys anywhere in the file; not in single quotes. A
        /// name that nobody defines is an error.
        case keyfolio
    }

    /// What a key without `=` means.
    public enum MissingValue: Sendable, Hashable {
        /// Nothing at all.
        case ignored
        /// A key that has no value.
        case noValue
        /// A key whose value is empty.
        case empty
        /// A key whose value is the environment's, if it has one.
        case inherited
        /// An error.
        case error
    }

    /// What happens to a line that cannot be read.
    public enum BadLine: Sendable, Hashable {
        /// It is passed over.
        case skipped
        /// The file is refused.
        case refused
    }

    /// What happens to bytes that are not UTF-8.
    public enum InvalidText: Sendable, Hashable {
        /// The file is refused.
        case refused
        /// They reach the value, as they are or as replacement characters.
        case kept
    }

    /// Which of two values a name in `${NAME}` means when both the file and the environment have one.
    public enum Precedence: Sendable, Hashable {
        /// The file's.
        case file
        /// The environment's.
        case environment
    }

    /// Which characters make a key.
    public var keys: KeySyntax
    /// How statements are found, and how a value in quotes ends.
    public var grammar: Grammar
    /// Whether `:` may stand in place of `=`.
    public var readsColon: Bool
    /// Whether a value may stand in back quotes, as in single or double ones.
    public var readsBackquotes: Bool
    /// Where a comment begins after an unquoted value.
    public var inlineComment: InlineComment
    /// What a backslash does in double quotes.
    public var doubleQuoteEscapes: Escapes
    /// What a backslash does in single quotes.
    public var singleQuoteEscapes: Escapes
    /// What a backslash does outside of quotes.
    public var unquotedEscapes: Escapes
    /// What `$` does.
    public var interpolation: Interpolation
    /// Which value a name in `${NAME}` means.
    public var precedence: Precedence
    /// What a key without `=` means.
    public var missingValue: MissingValue
    /// What happens to a line that cannot be read.
    public var badLine: BadLine
    /// Whether it is an error what node dotenv and python-dotenv read in different ways: some escapes, a value that
    /// begins with a back quote, and U+2028 and U+2029 in comments.
    public var refusesAmbiguity: Bool
    /// What happens to bytes that are not UTF-8.
    public var invalidText: InvalidText
    /// Whether a byte order mark at the beginning of the file is passed over.
    public var skipsByteOrderMark: Bool
    /// Whether CR and CRLF end a line, and become LF inside of quotes. Otherwise CR is a character.
    public var carriageReturnEndsLine: Bool
    /// Whether U+2028 and U+2029 end a line too.
    public var lineSeparatorEndsLine: Bool
    /// Which characters are white space, beside the ends of lines.
    public var whitespace: Whitespace
    /// Which characters are taken off the ends of an unquoted value.
    public var trimmed: Whitespace
}

/// A set of characters that a reader takes for white space, beside LF.
public struct Whitespace: OptionSet, Sendable, Hashable {
    /// The bits, for `OptionSet`.
    public let rawValue: UInt16

    /// A set from its bits.
    ///
    /// - Parameter rawValue: The bits.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// Space and tab.
    public static let blanks = Whitespace(rawValue: 1)
    /// Vertical tab and form feed.
    public static let vertical = Whitespace(rawValue: 1 << 1)
    /// CR, where it does not end a line.
    public static let carriageReturn = Whitespace(rawValue: 1 << 2)
    /// U+001C to U+001F.
    public static let separators = Whitespace(rawValue: 1 << 3)
    /// U+0085.
    public static let nextLine = Whitespace(rawValue: 1 << 4)
    /// U+00A0.
    public static let noBreakSpace = Whitespace(rawValue: 1 << 5)
    /// The other spaces of Unicode's category Zs.
    public static let unicodeSpaces = Whitespace(rawValue: 1 << 6)
    /// U+2028 and U+2029.
    public static let lineSeparators = Whitespace(rawValue: 1 << 7)
    /// U+FEFF.
    public static let byteOrderMark = Whitespace(rawValue: 1 << 8)
    /// U+0000.
    public static let nul = Whitespace(rawValue: 1 << 9)
}
