internal import SecretStore
public import Secrets

/// The texts that open something here: tokens and client secrets.
///
/// `kft_` (token), `kfw_` (token of a wrapped answer) or `kfc_` (client secret), 40 random characters of base 62 (238 bits), and six characters of the CRC-32
/// of what stands before, so that a scanner tells one from a word that only looks like it, without asking anybody.
public enum CredentialText {
    /// What a text opens.
    public enum Sort: String, Sendable, Hashable, CaseIterable {
        /// A token.
        case token = "kft_"
        /// A token that gets one wrapped answer, once.
        case wrappingToken = "kfw_"
        /// The secret of a client, or the second half of an AppRole.
        case clientSecret = "kfc_"
    }

    /// What such texts begin with, those of batch tokens too: a text that somebody chooses must not.
    public static let prefixes = Sort.allCases.map(\.rawValue) + [BatchToken.prefix]

    private static let randomCharacters = 40
    static let checkCharacters = 6
    private static let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)

    /// A new one.
    public static func make(_ sort: Sort) -> Secret<String> {
        var generator = SystemRandomNumberGenerator()
        var bytes = Array(sort.rawValue.utf8)
        for _ in 0..<randomCharacters {
            bytes.append(alphabet[Int.random(in: 0..<alphabet.count, using: &generator)])
        }
        bytes.append(contentsOf: check(bytes))
        defer { wipe(&bytes) }
        return Secret(String(decoding: bytes, as: UTF8.self))
    }

    /// Whether a text has the form of one: prefix, length, characters and check.
    public static func isValid(_ text: some StringProtocol, _ sort: Sort) -> Bool {
        let bytes = Array(text.utf8)
        guard bytes.count == sort.rawValue.utf8.count + randomCharacters + checkCharacters,
            bytes.starts(with: sort.rawValue.utf8)
        else { return false }
        return check(Array(bytes.dropLast(checkCharacters))) == Array(bytes.suffix(checkCharacters))
    }

    static func check(_ bytes: [UInt8]) -> [UInt8] {
        var number = crc32(bytes)
        var text: [UInt8] = []
        for _ in 0..<checkCharacters {
            text.append(alphabet[Int(number % 62)])
            number /= 62
        }
        return text.reversed()
    }

    /// CRC-32 of ISO 3309 and ITU-T V.42.
    private static func crc32(_ bytes: [UInt8]) -> UInt32 {
        var value: UInt32 = 0xFFFF_FFFF
        for byte in bytes {
            value ^= UInt32(byte)
            for _ in 0..<8 { value = value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
        }
        return ~value
    }

    /// A name that is hard to guess and opens nothing: accessors, ids of clients.
    ///
    /// - Parameter count: How many characters.
    public static func makeName(_ count: Int = 24) -> String {
        var generator = SystemRandomNumberGenerator()
        let bytes = (0..<count).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &generator)] }
        return String(decoding: bytes, as: UTF8.self)
    }
}
