/// What HashiCorp Vault's API takes as the name of a thing in a path: a role, a user, a key.
package enum PathName {
    /// The longest name, in bytes.
    private static let longest = 128

    /// Whether a text is such a name: word characters at both ends, `.` and `-` between them.
    package static func isValid(_ text: Substring) -> Bool {
        guard (1...longest).contains(text.utf8.count), let first = text.utf8.first, let last = text.utf8.last,
            isWord(first), isWord(last)
        else { return false }
        return text.utf8.allSatisfy { isWord($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".") }
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
