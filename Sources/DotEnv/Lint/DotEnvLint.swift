/// Something about a `.env` file that is wrong, or that readers take in different ways.
///
/// The message tells neither values nor parts of them. The ``edit`` does hold text of the file: apply it, do not print
/// it.
public struct DotEnvLint: Sendable, Hashable {
    /// How bad it is.
    public enum Severity: Int, Sendable, Hashable, Comparable {
        /// Good to know; some readers cannot do it.
        case note
        /// Some readers take another value from the line than others.
        case warning
        /// A reader refuses the file, or a value is lost.
        case error

        /// A note is less than a warning, a warning less than an error.
        public static func < (left: Severity, right: Severity) -> Bool { left.rawValue < right.rawValue }
    }

    /// A change of the file that mends it.
    public struct Edit: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
        /// The bytes to replace, by their offsets in the file.
        public let range: Range<Int>

        /// What to put in their place.
        public let replacement: [UInt8]

        /// The place, without the text.
        public var description: String { "bytes \(range.lowerBound)..<\(range.upperBound)" }

        /// A mirror without the text.
        public var customMirror: Mirror { Mirror(self, children: ["range": range], displayStyle: .struct) }
    }

    /// Which rule speaks.
    public let rule: Rule

    /// The line, from 1.
    public let line: Int

    /// The column, from 1, in Unicode scalars.
    public let column: Int

    /// The line that the finding refers to, such as the first place of a duplicate; nil when there is none.
    public let otherLine: Int?

    /// The change that mends it, if one does that keeps every value as it is read now.
    public let edit: Edit?

    /// The stable code: `KF-DOTENV-` and three digits from 101 on.
    public var code: String { rule.rawValue }

    /// How bad it is.
    public var severity: Severity { rule.severity }

    /// What is wrong, as a sentence without an end mark.
    public var message: String {
        otherLine.map { "\(rule.message) (line \($0))" } ?? rule.message
    }

    /// What mends it: a sentence for the person at the keyboard.
    public var fix: String { rule.fix }

    func withoutEdit() -> DotEnvLint {
        DotEnvLint(rule: rule, line: line, column: column, otherLine: otherLine, edit: nil)
    }

    /// Puts an edit into a file. Of several edits, those whose ranges overlap an earlier one are left for the next time.
    ///
    /// - Parameters:
    ///   - lints: Whose edits to make.
    ///   - bytes: The file that was linted.
    /// - Returns: The file with the edits made.
    public static func applying(_ lints: [DotEnvLint], to bytes: [UInt8]) -> [UInt8] {
        let edits = lints.compactMap(\.edit).sorted { $0.range.lowerBound < $1.range.lowerBound }
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var copied = 0
        for edit in edits where edit.range.lowerBound >= copied && edit.range.upperBound <= bytes.count {
            result.append(contentsOf: bytes[copied..<edit.range.lowerBound])
            result.append(contentsOf: edit.replacement)
            copied = edit.range.upperBound
        }
        result.append(contentsOf: bytes[copied...])
        return result
    }
}

extension DotEnvDocument {
    /// Checks a file.
    ///
    /// - Parameters:
    ///   - bytes: The file.
    ///   - dialect: Whose rules it is meant to follow.
    /// - Returns: What was found, by line and column.
    public static func lint(bytes: [UInt8], dialect: Dialect = .keyfolio) -> [DotEnvLint] {
        var linter = Linter(bytes, dialect: dialect)
        return linter.run()
    }
}
