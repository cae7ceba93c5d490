/// What names a version beside its number: 16 bytes, which AWS's clients see as a UUID and Azure's as 32 hexadecimal
/// digits. Number, UUID and digits are views of one version.
public struct VersionID: Sendable, Hashable {
    /// 16 bytes.
    public let bytes: [UInt8]

    /// A random one: a UUID of version 4 (RFC 9562, section 5.4).
    public init() {
        var generator = SystemRandomNumberGenerator()
        let (high, low) = (generator.next(), generator.next())
        self.init(
            random: (0..<16).map { UInt8(truncatingIfNeeded: ($0 < 8 ? high : low) >> UInt64(56 - 8 * ($0 % 8))) }
        )
    }

    /// One of random bytes, some of which say that it is one.
    ///
    /// - Parameter random: 16 bytes.
    public init(random: [UInt8]) {
        precondition(random.count == 16, "a UUID has 16 bytes")
        var bytes = random
        bytes[6] = bytes[6] & 0x0F | 0x40
        bytes[8] = bytes[8] & 0x3F | 0x80
        self.bytes = bytes
    }

    /// Takes 16 bytes, or gives nil for another count.
    public init?(bytes: [UInt8]) {
        guard bytes.count == 16 else { return nil }
        self.bytes = bytes
    }

    /// Reads a UUID in its usual form, in either case.
    public init?(uuid: String) {
        let places: Set<Int> = [8, 13, 18, 23]
        let characters = Array(uuid.utf8)
        guard characters.count == 36, places.allSatisfy({ characters[$0] == UInt8(ascii: "-") }) else { return nil }
        self.init(digits: characters.indices.filter { !places.contains($0) }.map { characters[$0] })
    }

    /// Reads 32 hexadecimal digits, in either case.
    public init?(hex: String) { self.init(digits: Array(hex.utf8)) }

    private init?(digits: [UInt8]) {
        guard digits.count == 32 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(16)
        for position in stride(from: 0, to: 32, by: 2) {
            guard let high = Self.value(digits[position]), let low = Self.value(digits[position + 1]) else {
                return nil
            }
            bytes.append(high << 4 | low)
        }
        self.bytes = bytes
    }

    /// 32 hexadecimal digits in lower case.
    public var hex: String {
        var text: [UInt8] = []
        text.reserveCapacity(32)
        for byte in bytes {
            text.append(Self.digits[Int(byte >> 4)])
            text.append(Self.digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The UUID in its usual form, in lower case.
    public var uuid: String {
        var text = Array(hex.utf8)
        for place in [20, 16, 12, 8] { text.insert(UInt8(ascii: "-"), at: place) }
        return String(decoding: text, as: UTF8.self)
    }

    private static let digits = Array("0123456789abcdef".utf8)

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
