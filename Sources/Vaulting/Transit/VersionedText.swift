/// A ciphertext, a signature or a code as it is handed out: `vault:v3:` and what the third version of the key made.
///
/// The version is in the clear and is not authenticated by itself. It only chooses the key: with another number the text
/// opens nothing.
package struct VersionedText {
    /// The version, from 1.
    package let version: Int
    /// What follows.
    package let rest: Substring

    /// What a text claims to be, for the words of an error.
    package enum Sort: Sendable {
        case ciphertext, signature, code
    }

    private static let prefix = "vault:v"
    /// Longer numbers are of no key.
    private static let mostDigits = 9

    /// Reads a text.
    ///
    /// - Throws: ``TransitError`` in Vault's words.
    package init(_ text: String, _ sort: Sort) throws(TransitError) {
        let (name, first) =
            switch sort {
            case .ciphertext: ("ciphertext", "ciphertext")
            case .signature: ("signature", "signature")
            case .code: ("HMAC", "HMAC to verify")
            }
        guard text.utf8.starts(with: Self.prefix.utf8) else { throw TransitError("invalid \(first): no prefix") }
        let body = text[text.utf8.index(text.startIndex, offsetBy: Self.prefix.utf8.count)...]
        guard let colon = body.utf8.firstIndex(of: UInt8(ascii: ":")) else {
            throw TransitError("invalid \(name): wrong number of fields")
        }
        let digits = body.utf8[..<colon]
        guard (1...Self.mostDigits).contains(digits.count),
            digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { throw TransitError("invalid \(name): version number could not be decoded") }
        version = digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        rest = body[body.utf8.index(after: colon)...]
    }

    /// The text of what a version made.
    package static func text(_ version: Int, _ bytes: [UInt8], forURL: Bool = false) -> String {
        if forURL { return "\(prefix)\(version):\(Base64.encodeForURL(bytes))" }
        var text = Array("\(prefix)\(version):".utf8)
        text.reserveCapacity(text.count + (bytes.count + 2) / 3 * 4)
        unsafe bytes.withUnsafeBytes { unsafe Base64.append($0, to: &text) }
        return String(decoding: text, as: UTF8.self)
    }
}
