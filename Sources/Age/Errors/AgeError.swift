/// What went wrong with an age file, a key or a recipient.
///
/// An error says what happened, where, and what mends it. It never holds anything that was read: no key, no
/// passphrase, no line of a file, not a character of one.
public struct AgeError: Error, Sendable, Equatable {
    let kind: Kind
    /// The line the error is on, counting from 1: of the header, the armor or the key file that was read.
    public let line: Int?

    init(_ kind: Kind, line: Int? = nil) {
        self.kind = kind
        self.line = line
    }

    /// Which part of the work failed: what a caller that must decide on something decides on.
    public enum Category: String, Sendable, CaseIterable {
        /// The file is no age file, or its header breaks the format.
        case header
        /// No identity at hand opens the file.
        case noMatch
        /// An identity opened the file key, and the header was changed after it was written.
        case headerMAC
        /// The content is truncated, extended or changed.
        case payload
        /// The text armor breaks its format.
        case armor
        /// An identity, a recipient or a file of them cannot be read.
        case key
        /// The recipients cannot be used, or not together.
        case recipients
        /// Reading or writing failed, or memory is short.
        case inputOutput
        /// The caller broke a rule of this module.
        case usage
    }

    /// Which part of the work failed.
    public var category: Category { kind.entry.category }

    /// A stable code such as `KF-AGE-010`. Codes are never reused.
    public var code: String {
        let number = kind.entry.number
        return "KF-AGE-" + (number < 10 ? "00" : "0") + "\(number)"
    }

    /// What happened, in one sentence, without a value.
    public var message: String { kind.entry.message }

    /// The command or the sentence that mends it.
    public var fix: String { kind.entry.fix }
}

extension AgeError: CustomStringConvertible {
    /// The code, the message with its line, and what mends it.
    public var description: String {
        let place = line.map { " (line \($0))" } ?? ""
        return "\(code): \(message)\(place); \(fix)"
    }
}
