/// A network in CIDR notation (RFC 4632, RFC 4291), or one address.
///
/// An IPv4 address that an IPv6 socket shows as `::ffff:a.b.c.d` is that IPv4 address: otherwise a rule on one form
/// would be passed by in the other.
public struct AddressRange: Sendable, Hashable {
    /// The range as text, such as `10.0.0.0/8`.
    public let text: String
    private let bytes: [UInt8]
    private let bits: Int

    /// Reads a range, or gives nil when it is none.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let bytes = Self.parse(String(first)) else { return nil }
        var bits = bytes.count * 8
        if parts.count == 2 {
            guard let given = Int(parts[1]), String(given) == parts[1] else { return nil }
            // The prefix of a mapped address counts from the front of the IPv6 address.
            bits = first.contains(":") && bytes.count == 4 ? given - 96 : given
            guard (0...bytes.count * 8).contains(bits) else { return nil }
        }
        self.text = text
        self.bytes = bytes
        self.bits = bits
    }

    /// Whether the address before the slash is another than the network's first: `203.0.113.5/24` is the network of
    /// 203.0.113.0, and whoever writes it may mean the one address.
    public var hasHostBits: Bool { first != bytes }

    /// The network as its own address has it, such as `203.0.113.0/24`.
    public var network: String { Self.text(first) + (bits == bytes.count * 8 ? "" : "/\(bits)") }

    /// The address before the slash.
    public var host: String { Self.text(bytes) }

    /// The network's first address.
    private var first: [UInt8] {
        bytes.indices.map { position in
            let count = min(8, max(0, bits - position * 8))
            return bytes[position] & (count == 0 ? 0 : UInt8(truncatingIfNeeded: 0xFF << (8 - count)))
        }
    }

    /// An address in its usual spelling; of IPv6 without the shortening of zeros (RFC 4291, section 2.2, form 1).
    private static func text(_ bytes: [UInt8]) -> String {
        if bytes.count == 4 { return bytes.map { String($0) }.joined(separator: ".") }
        return stride(from: 0, to: 16, by: 2).map { position in
            String(Int(bytes[position]) << 8 | Int(bytes[position + 1]), radix: 16)
        }.joined(separator: ":")
    }

    /// Whether every address of its kind is in the range.
    public var isEverybody: Bool { bits == 0 }

    /// Whether an address is in the range; one that cannot be read is in none.
    public func contains(_ address: String) -> Bool {
        guard let other = Self.parse(address), other.count == bytes.count else { return false }
        return isInside(other)
    }

    /// Whether every address of another range is in this one.
    public func contains(_ other: AddressRange) -> Bool {
        bytes.count == other.bytes.count && other.bits >= bits && isInside(other.bytes)
    }

    private func isInside(_ other: [UInt8]) -> Bool {
        for position in 0..<bytes.count {
            let count = min(8, max(0, bits - position * 8))
            let mask = count == 0 ? 0 : UInt8(truncatingIfNeeded: 0xFF << (8 - count))
            if (bytes[position] ^ other[position]) & mask != 0 { return false }
        }
        return true
    }

    /// 4 or 16 bytes.
    static func parse(_ text: String) -> [UInt8]? {
        text.contains(":") ? parseIPv6(text) : parseIPv4(Substring(text))
    }

    private static func parseIPv4(_ text: Substring) -> [UInt8]? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bytes: [UInt8] = []
        for part in parts {
            // No leading zeros: some readers take them for octal.
            guard let byte = UInt8(part), String(byte) == part else { return nil }
            bytes.append(byte)
        }
        return bytes
    }

    private static func parseIPv6(_ text: String) -> [UInt8]? {
        // A zone says on which link an address is, not which address.
        let address = text.split(separator: "%", maxSplits: 1, omittingEmptySubsequences: false)[0]
        let halves = halves(of: address)
        guard halves.count <= 2, let head = groups(halves[0]) else { return nil }
        var bytes = head
        if halves.count == 2 {
            guard let tail = groups(halves[1]), head.count + tail.count <= 14 else { return nil }
            bytes += [UInt8](repeating: 0, count: 16 - head.count - tail.count) + tail
        }
        guard bytes.count == 16 else { return nil }
        if bytes.prefix(10).allSatisfy({ $0 == 0 }), bytes[10] == 0xFF, bytes[11] == 0xFF {
            return Array(bytes.suffix(4))
        }
        return bytes
    }

    /// What stands on the two sides of a `::`.
    private static func halves(of text: Substring) -> [Substring] {
        var previous: Character?
        for position in text.indices {
            if text[position] == ":", previous == ":" {
                let tail = text[text.index(after: position)...]
                return [text[..<text.index(before: position)], tail] + (hasDouble(tail) ? [tail] : [])
            }
            previous = text[position]
        }
        return [text]
    }

    private static func hasDouble(_ text: Substring) -> Bool {
        zip(text, text.dropFirst()).contains { $0 == ":" && $1 == ":" }
    }

    private static func groups(_ text: Substring) -> [UInt8]? {
        if text.isEmpty { return [] }
        var bytes: [UInt8] = []
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count <= 8 else { return nil }
        for (position, part) in parts.enumerated() {
            if position == parts.count - 1, part.contains(".") {
                guard let tail = parseIPv4(part) else { return nil }
                bytes += tail
            } else {
                guard (1...4).contains(part.utf8.count), part.first != "+", part.first != "-",
                    let group = UInt16(part, radix: 16)
                else { return nil }
                bytes += [UInt8(group >> 8), UInt8(group & 0xFF)]
            }
        }
        return bytes
    }
}
