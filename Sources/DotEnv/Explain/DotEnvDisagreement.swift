/// A line of a `.env` file that readers take in different ways.
///
/// It prints no value: those are had through ``Reading/entries`` alone, for the caller to mask.
public struct DotEnvDisagreement: Sendable, Hashable {
    /// What some readers agree to take from the line.
    public struct Reading: Sendable, Hashable {
        /// Who reads it so, in the order of ``Dialect/all``.
        public let readers: [Dialect]

        /// What becomes of the line.
        public let outcome: Outcome

        /// The keys and values; empty unless the line is read. A line of the shell can have more than one.
        public let entries: [Entry]
    }

    /// What becomes of a line.
    public enum Outcome: Sendable, Hashable {
        /// It gives the entries of the reading.
        case read
        /// It is passed over without an error, or belongs to the value of a line above.
        case notRead
        /// The reader refuses the file because of it.
        case refused(DotEnvError)
    }

    /// A key as readers take it from the line.
    ///
    /// It prints neither: what one reader takes for a key can be a part of the value for another.
    public struct Entry: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
        /// The key. Mask it like a value unless it is the ``DotEnvDisagreement/key`` of the line.
        public let key: String

        /// The value, or nil when the key has none.
        public let value: String?

        /// That it is an entry, and no more.
        public var description: String { "entry" }

        /// A mirror without the key and the value.
        public var customMirror: Mirror {
            Mirror(self, children: EmptyCollection<Mirror.Child>(), displayStyle: .struct)
        }
    }

    /// Why readers differ about a line.
    public enum Cause: String, Sendable, Hashable, CaseIterable {
        /// `#` in a value without quotes.
        case commentSign
        /// A backslash.
        case backslash
        /// A dollar sign.
        case dollar
        /// Back quotes around the value or in it.
        case backquote
        /// Quotes inside, beside or instead of other quotes, or without an end.
        case quotes
        /// White space in a value without quotes, or around `=`.
        case whitespace
        /// `:` between key and value.
        case colon
        /// `export`.
        case export
        /// A key that is not a name of the shell.
        case key
        /// No `=`.
        case missingValue
        /// CR.
        case carriageReturn
        /// Characters that are not ASCII, or not text.
        case characters

        /// The cause as part of a sentence: "readers differ about …".
        public var text: String {
            switch self {
            case .commentSign: "where a comment begins in a value without quotes"
            case .backslash: "what a backslash means"
            case .dollar: "what a dollar sign means"
            case .backquote: "what back quotes mean"
            case .quotes: "quotes that do not stand around all of the value, or do not close"
            case .whitespace: "white space in a value without quotes or around '='"
            case .colon: "':' in place of '='"
            case .export: "'export'"
            case .key: "which characters make a key"
            case .missingValue: "a key without '='"
            case .carriageReturn: "carriage returns"
            case .characters: "invisible characters, or bytes that are not UTF-8"
            }
        }
    }

    /// The line, from 1.
    public let line: Int

    /// The key that most of those who read the line find there; nil when nobody reads it.
    public let key: String?

    /// Whether the line stands where the lines of a key do, so that what looks like a name is a piece of it.
    public let isPieceOfKey: Bool

    /// What the readers take from the line, the reading of most readers first.
    public let readings: [Reading]

    /// Why they differ, as far as the look of the line tells.
    public let causes: [Cause]
}

extension DotEnvDocument {
    /// Finds the lines that readers take in different ways.
    ///
    /// A reader that would give up at a bad line is followed to the end all the same, so that one such line does not hide
    /// the others.
    ///
    /// - Parameters:
    ///   - bytes: The file.
    ///   - readers: Whose readings to compare.
    ///   - environment: The value that a name in an expansion has outside of the file.
    /// - Returns: One disagreement for each line about which there is one, in order.
    public static func explain(
        bytes: [UInt8],
        readers: [Dialect] = Dialect.all,
        environment: (String) -> String? = { _ in nil }
    ) -> [DotEnvDisagreement] {
        withoutActuallyEscaping(environment) { environment in
            Comparison(bytes, readers: readers, environment: environment).disagreements()
        }
    }
}
