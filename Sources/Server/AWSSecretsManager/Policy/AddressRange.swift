/// Addresses that begin with the same bits: `192.0.2.0/24`, `2001:db8::/32`, or one address.
struct AddressRange: Sendable, Equatable {
    private let bytes: [UInt8]
    /// How many bits are compared; 0 is everybody.
    let bits: Int

    /// Reads a range (RFC 4632, section 3.1; RFC 4291, section 2.3).
    init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let bytes = Self.address(parts[0]) else { return nil }
        if parts.count == 2 {
            guard parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }), let bits = Int(parts[1]),
                (0...bytes.count * 8).contains(bits)
            else { return nil }
            self.bits = bits
        } else {
            bits = bytes.count * 8
        }
        self.bytes = bytes
    }

    /// Whether an address lies in the range. An IPv4 address that is written as IPv6 (`::ffff:192.0.2.1`) is one.
    func contains(_ address: String) -> Bool {
        guard let other = Self.address(address[...]), other.count == bytes.count else { return false }
        for bit in 0..<bits {
            let mask = UInt8(0x80) >> UInt8(bit & 7)
            if bytes[bit >> 3] & mask != other[bit >> 3] & mask { return false }
        }
        return true
    }

    private static func address(_ text: Substring) -> [UInt8]? {
        guard text.utf8.count <= 64 else { return nil }
        return text.contains(":") ? six(text) : four(text)
    }

    private static func four(_ text: Substring) -> [UInt8]? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bytes: [UInt8] = []
        for part in parts {
            guard (1...3).contains(part.utf8.count), part.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                let byte = UInt8(part)
            else { return nil }
            bytes.append(byte)
        }
        return bytes
    }

    private static func six(_ text: Substring) -> [UInt8]? {
        let halves = text.split(separator: "::", omittingEmptySubsequences: false)
        guard halves.count <= 2, let front = groups(halves[0]), let back = halves.count == 2 ? groups(halves[1]) : []
        else { return nil }
        let missing = 16 - front.count - back.count
        guard halves.count == 2 ? missing >= 2 : missing == 0 else { return nil }
        let bytes = front + Array(repeating: 0, count: missing) + back
        let isFour = bytes.prefix(10).allSatisfy { $0 == 0 } && bytes[10] == 0xFF && bytes[11] == 0xFF
        return isFour ? Array(bytes[12...]) : bytes
    }

    private static func groups(_ text: Substring) -> [UInt8]? {
        guard !text.isEmpty else { return [] }
        var bytes: [UInt8] = []
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        for (position, part) in parts.enumerated() {
            if position == parts.count - 1, part.contains("."), let four = four(part) {
                bytes += four
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
