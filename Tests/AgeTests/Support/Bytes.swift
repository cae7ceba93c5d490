import Crypto
import Secrets

@testable import Age

/// Bytes from hexadecimal digits; white space between them counts for nothing.
func hex(_ text: String) -> [UInt8] {
    let digits = text.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
}

/// The same bytes for the same seed (SplitMix64), so that a failure can be had again.
struct Reproducible: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func bytes(_ count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count + 7)
        while bytes.count < count {
            let word = next()
            for shift in stride(from: 0, to: 64, by: 8) {
                bytes.append(UInt8(truncatingIfNeeded: word >> UInt64(shift)))
            }
        }
        bytes.removeLast(bytes.count - count)
        return bytes
    }
}

/// The bytes of a key.
func bytes(of key: SymmetricKey) -> [UInt8] {
    unsafe key.withUnsafeBytes { unsafe Array($0) }
}

extension AgeFileKey {
    /// The key in the clear.
    var bytes: [UInt8] { secret.reveal() }
}

/// Some content of a length.
func content(_ count: Int) -> [UInt8] {
    var generator = Reproducible(seed: UInt64(count))
    return generator.bytes(count)
}

/// Cuts bytes into pieces of a size and hands each to a closure.
func inPieces<Failure: Error>(
    _ bytes: [UInt8],
    of size: Int,
    _ body: (ArraySlice<UInt8>) throws(Failure) -> Void
) throws(Failure) {
    var rest = bytes[...]
    while !rest.isEmpty {
        let piece = rest.prefix(size)
        try body(piece)
        rest = rest[piece.endIndex...]
    }
}

/// Decrypts in pieces. What came out before an error is kept.
func decrypt(
    _ file: [UInt8],
    pieceSize: Int,
    identities: [any AgeIdentity],
    format: AgeDecryptor.Format = .detected
) -> (content: [UInt8], error: AgeError?) {
    var content: [UInt8] = []
    do {
        var decryptor = try AgeDecryptor(identities: identities, format: format)
        try inPieces(file, of: pieceSize) { piece throws(AgeError) in try decryptor.update(piece, into: &content) }
        try decryptor.finish(into: &content)
        return (content, nil)
    } catch {
        return (content, error)
    }
}

/// Encrypts in pieces.
func encrypt(
    _ content: [UInt8],
    pieceSize: Int,
    to recipients: [any AgeRecipient],
    armored: Bool
) throws(AgeError) -> [UInt8] {
    var encryptor = try AgeEncryptor(to: recipients, armored: armored)
    var file: [UInt8] = []
    try inPieces(content, of: pieceSize) { piece throws(AgeError) in try encryptor.update(piece, into: &file) }
    try encryptor.finish(into: &file)
    return file
}
