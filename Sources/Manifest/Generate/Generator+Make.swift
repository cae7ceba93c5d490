public import Secrets

extension Generator {
    /// The most bytes or characters that are made: more is a slip of the pen, not a secret.
    public static let largestSize = 4096

    /// The characters of passwords: letters, digits and the three signs that a `.env` file, a URL's user info
    /// (RFC 3986, 2.3), a shell and YAML all take as they are. `~`, the fourth unreserved sign, is left out because
    /// shells expand it in assignments.
    public static let passwordCharacters =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._"

    /// The shortest password that is made: one with a character of each kind needs some room.
    public static let shortestPassword = 8

    /// Makes a new value from the system's cryptographic random source.
    ///
    /// - Returns: The value.
    public func make() -> Secret<String> {
        var source = SystemRandomNumberGenerator()
        return make(using: &source)
    }

    /// Makes a new value. A size outside the bounds (``largestSize``, ``shortestPassword``) is taken as the bound.
    ///
    /// - Parameter source: Where the randomness comes from. It must be cryptographic for anything but tests.
    /// - Returns: The value.
    public func make(using source: inout some RandomNumberGenerator) -> Secret<String> {
        var random = RandomBytes(source)
        defer { source = random.drained }
        switch self {
        case .hex(let count):
            return Self.seal(Encodings.hex(random.bytes(Self.bounded(count))))
        case .base64(let count):
            return Self.seal(Encodings.base64(random.bytes(Self.bounded(count))))
        case .base64URL(let count):
            let bytes = random.bytes(Self.bounded(count))
            return Self.seal(Encodings.base64(bytes, alphabet: Encodings.base64URL, padded: false))
        case .password(let length):
            return Self.seal(Self.password(length: Self.bounded(length, atLeast: Self.shortestPassword), &random))
        case .uuid:
            return Self.seal(Self.uuid(&random))
        }
    }

    private static func bounded(_ size: Int, atLeast least: Int = 1) -> Int { min(max(size, least), largestSize) }

    private static func seal(_ text: [UInt8]) -> Secret<String> { Secret(String(decoding: text, as: UTF8.self)) }

    /// A password drawn evenly from all that have each kind of character and do not begin with a dash.
    ///
    /// The whole password is drawn again until it fits: putting a digit "somewhere" would make some passwords likelier
    /// than others. A dash in front would make it an option to programs that get it as an argument.
    private static func password(length: Int, _ random: inout RandomBytes<some RandomNumberGenerator>) -> [UInt8] {
        let alphabet = Array(passwordCharacters.utf8)
        while true {
            let drawn = (0..<length).map { _ in random.element(of: alphabet) }
            let kinds = Set(drawn.map(Rules.CharacterKind.init(of:)))
            if kinds.count == Rules.CharacterKind.allCases.count && drawn.first != UInt8(ascii: "-") { return drawn }
        }
    }

    /// A random UUID: version 4 in the high nibble of byte 6, variant `10` in the high bits of byte 8 (RFC 9562, 5.4).
    private static func uuid(_ random: inout RandomBytes<some RandomNumberGenerator>) -> [UInt8] {
        var bytes = random.bytes(16)
        bytes[6] = bytes[6] & 0x0F | 0x40
        bytes[8] = bytes[8] & 0x3F | 0x80
        var text: [UInt8] = []
        for (index, byte) in bytes.enumerated() {
            if [4, 6, 8, 10].contains(index) { text.append(UInt8(ascii: "-")) }
            text.append(contentsOf: Encodings.hex(CollectionOfOne(byte)))
        }
        return text
    }
}

extension Rules.CharacterKind {
    /// The kind of a byte of UTF-8 text. Bytes beyond ASCII count as symbols: no rule that asks for letters means them.
    init(of byte: UInt8) {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"): self = .lower
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): self = .upper
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self = .digit
        default: self = .symbol
        }
    }
}
