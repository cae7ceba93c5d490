/// Where a secret is: segments with `/` between them, such as `portfolio/production`.
///
/// A segment has letters and digits of ASCII and `_ . - @ + =`. ASCII only, because two spellings of one visible name
/// (composed and decomposed, Latin and Cyrillic) would be two secrets. What a file system, a URL or a policy could read
/// as something else is refused before anybody asks who may: empty segments (so no slash at either end and no `//`),
/// `.` and `..`, a lone `+` (a policy's wildcard), NUL and other control characters, and more than
/// ``StoreLimits/pathBytes`` bytes.
public struct SecretPath: Sendable, Hashable {
    /// The path as it was given: a valid path has one spelling.
    public let text: String

    /// Checks a path.
    ///
    /// - Parameter text: The path.
    /// - Throws: ``StoreError`` `KF-STORE-070`, with the rule that is broken and never the text: who mistypes a command
    ///   may have put a value where the path belongs.
    public init(_ text: String) throws(StoreError) {
        if let fault = Self.fault(in: text) { throw .invalidPath(fault) }
        self.text = text
    }

    /// The parts between the slashes.
    public var segments: [Substring] { text.split(separator: "/", omittingEmptySubsequences: false) }

    /// Whether this path is the prefix itself or lies below it, by whole segments.
    ///
    /// - Parameter prefix: A path; `a/b` is above `a/b/c` and not above `a/bc`.
    public func isInside(_ prefix: SecretPath) -> Bool {
        text == prefix.text || text.hasPrefix(prefix.text + "/")
    }

    private static func fault(in text: String) -> String? {
        guard !text.isEmpty else { return "it is empty" }
        // The count first: a path of gigabytes is not walked.
        guard text.utf8.count <= StoreLimits.pathBytes else {
            return "it is longer than \(StoreLimits.pathBytes) bytes"
        }
        guard text.utf8.first != UInt8(ascii: "/") else { return "it begins with a slash" }
        guard text.utf8.last != UInt8(ascii: "/") else { return "it ends with a slash" }
        var segment = Segment()
        var position = 0
        for byte in text.utf8 {
            position += 1
            if byte == UInt8(ascii: "/") {
                if let fault = segment.fault { return fault }
                segment = Segment()
                continue
            }
            guard isAllowed(byte) else {
                return "byte \(position) is none of the characters A-Z a-z 0-9 _ . - @ + = /"
            }
            segment.take(byte)
        }
        return segment.fault
    }

    /// What must be known of a segment to tell whether it is one of the refused: every path of every read comes by here.
    private struct Segment {
        private var length = 0
        private var dots = 0
        private var pluses = 0

        mutating func take(_ byte: UInt8) {
            length += 1
            if byte == UInt8(ascii: ".") { dots += 1 }
            if byte == UInt8(ascii: "+") { pluses += 1 }
        }

        var fault: String? {
            if length == 0 { return "it has two slashes in a row" }
            if length <= 2 && dots == length { return "it has a segment that is . or .." }
            if length == 1 && pluses == 1 { return "it has a segment that is a lone +, which stands for any segment" }
            return nil
        }
    }

    /// Whether a segment of a path may have a byte.
    package static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "-"),
            UInt8(ascii: "@"), UInt8(ascii: "+"), UInt8(ascii: "="):
            true
        default: false
        }
    }
}

extension SecretPath: CustomStringConvertible, Comparable {
    /// The path.
    public var description: String { text }

    /// Orders paths by their bytes.
    public static func < (left: SecretPath, right: SecretPath) -> Bool { left.text < right.text }
}
