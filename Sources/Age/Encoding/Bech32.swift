/// Bech32 (BIP 173) without its limit of length, as age writes keys.
///
/// The checksum finds mistyped keys; it protects nothing. BIP 173 writes the prefix ("human-readable part") and the
/// data apart by the last `1`.
enum Bech32 {
    private static let alphabet = Array("qpzry9x8gf2tvdw0s3jn54khce6mua7l".utf8)
    private static let separator = UInt8(ascii: "1")
    private static let checksumLength = 6

    private static let values: [UInt8] = {
        var table = [UInt8](repeating: 0xFF, count: 128)
        for (value, character) in alphabet.enumerated() { table[Int(character)] = UInt8(value) }
        return table
    }()

    /// The text for some bytes in small letters.
    ///
    /// - Parameters:
    ///   - prefix: The prefix in small letters.
    ///   - bytes: What to write.
    /// - Returns: The text as ASCII bytes: it may be a secret, and bytes can be wiped.
    static func encode(prefix: String, _ bytes: some Sequence<UInt8>) -> [UInt8] {
        var text = Array(prefix.utf8)
        var checksum = Checksum()
        checksum.add(prefix: text[...])
        text.append(separator)
        var (bits, count): (UInt32, Int) = (0, 0)
        func put(_ value: UInt8) {
            checksum.add(value)
            text.append(alphabet[Int(value)])
        }
        for byte in bytes {
            bits = (bits << 8 | UInt32(byte)) & 0xFFF
            count += 8
            while count >= 5 {
                count -= 5
                put(UInt8(bits >> count & 31))
            }
        }
        if count > 0 { put(UInt8(bits << (5 - count) & 31)) }
        for value in checksum.values() { text.append(alphabet[Int(value)]) }
        return text
    }

    /// What a text says.
    ///
    /// - Parameter text: The text as ASCII bytes: all capitals or all small letters.
    /// - Returns: The prefix in small letters, whether the text was in capitals, and the bytes.
    static func decode(
        _ text: some Collection<UInt8>
    ) throws(AgeError) -> (prefix: String, capitals: Bool, bytes: [UInt8]) {
        guard text.count <= AgeLimits.keyLineBytes else { throw AgeError(.malformedKey(.tooLong)) }
        var (hasCapitals, hasSmall) = (false, false)
        var lowered: [UInt8] = []
        lowered.reserveCapacity(text.count)
        defer { wipe(&lowered) }
        for byte in text {
            // BIP 173 allows these in a prefix; the data is narrower still.
            guard (0x21...0x7E).contains(byte) else { throw AgeError(.malformedKey(.character)) }
            let isCapital = (0x41...0x5A).contains(byte)
            hasCapitals = hasCapitals || isCapital
            hasSmall = hasSmall || (0x61...0x7A).contains(byte)
            lowered.append(isCapital ? byte | 0x20 : byte)
        }
        guard !(hasCapitals && hasSmall) else { throw AgeError(.malformedKey(.mixedCase)) }
        guard let split = lowered.lastIndex(of: separator), split > 0 else { throw AgeError(.malformedKey(.unknown)) }
        guard lowered.count - split - 1 >= checksumLength else { throw AgeError(.malformedKey(.length)) }

        var checksum = Checksum()
        checksum.add(prefix: lowered[..<split])
        let dataEnd = lowered.count - checksumLength
        var bytes: [UInt8] = []
        bytes.reserveCapacity((dataEnd - split) * 5 / 8)
        var (bits, count): (UInt32, Int) = (0, 0)
        for index in (split + 1)..<lowered.count {
            let value = values[Int(lowered[index])]
            guard value < 32 else {
                wipe(&bytes)
                throw AgeError(.malformedKey(.character))
            }
            checksum.add(value)
            guard index < dataEnd else { continue }
            bits = (bits << 5 | UInt32(value)) & 0xFFF
            count += 5
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(bits >> count & 0xFF))
            }
        }
        guard checksum.isRight else {
            wipe(&bytes)
            throw AgeError(.malformedKey(.checksum))
        }
        guard count < 5, bits & (1 << UInt32(count) - 1) == 0 else {
            wipe(&bytes)
            throw AgeError(.malformedKey(.padding))
        }
        return (String(decoding: lowered[..<split], as: UTF8.self), hasCapitals, bytes)
    }

    /// The BCH code of BIP 173, section "Checksum".
    private struct Checksum {
        private static let generator: [UInt32] = [0x3B6A_57B2, 0x2650_8E6D, 0x1EA1_19FA, 0x3D42_33DD, 0x2A14_62B3]
        private var state: UInt32 = 1

        mutating func add(_ value: UInt8) {
            let top = state >> 25
            state = (state & 0x1FF_FFFF) << 5 ^ UInt32(value)
            for (bit, term) in Self.generator.enumerated() where top >> UInt32(bit) & 1 == 1 { state ^= term }
        }

        mutating func add(prefix: ArraySlice<UInt8>) {
            for byte in prefix { add(byte >> 5) }
            add(0)
            for byte in prefix { add(byte & 31) }
        }

        /// The six values to append after the data.
        func values() -> [UInt8] {
            var copy = self
            for _ in 0..<checksumLength { copy.add(0) }
            let code = copy.state ^ 1
            return (0..<checksumLength).map { UInt8(code >> UInt32(5 * (5 - $0)) & 31) }
        }

        /// Whether prefix, data and checksum that were added belong together.
        var isRight: Bool { state == 1 }
    }
}
