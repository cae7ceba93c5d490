internal import Crypto

/// The nonces of a payload: a big-endian counter of 11 bytes and a byte that is 1 for the last chunk.
///
/// Source: C2SP, "age", section "Payload" (a variant of STREAM, eprint 2015/189).
struct ChunkNonce {
    static let byteCount = 12
    static let tagBytes = 16

    /// Which chunk comes next. A file of 2^64 chunks cannot exist, so that 8 of the 11 bytes suffice.
    private(set) var counter: UInt64 = 0

    /// The nonce for the next chunk as bytes.
    func bytes(isLast: Bool) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: Self.byteCount)
        for index in 0..<8 { bytes[10 - index] = UInt8(truncatingIfNeeded: counter >> (8 * UInt64(index))) }
        bytes[11] = isLast ? 1 : 0
        return bytes
    }

    mutating func advance() {
        counter += 1
    }
}
