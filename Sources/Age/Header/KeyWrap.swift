internal import Crypto

/// A file key under a wrapping key: ChaCha20-Poly1305 with a nonce of zeros.
///
/// The nonce may be fixed because every wrapping key is used once: each stanza has its own ephemeral share or salt.
enum KeyWrap {
    /// How long a wrapped file key is: the key and the tag. A body of another length is never opened, so that no key
    /// can be found out by partitioning (C2SP, "age", on each recipient type).
    static let byteCount = AgeFileKey.byteCount + 16

    static func seal(_ fileKey: AgeFileKey, under key: SymmetricKey) throws(AgeError) -> [UInt8] {
        do {
            return try unsafe fileKey.withUnsafeBytes { bytes in
                let box = try unsafe ChaChaPoly.seal(bytes, using: key, nonce: zeroNonce())
                return Array(box.ciphertext) + Array(box.tag)
            }
        } catch {
            throw AgeError(.cryptography)
        }
    }

    /// The file key, or nil when the wrapping key is not the right one.
    static func open(_ body: [UInt8], under key: SymmetricKey) -> AgeFileKey? {
        guard body.count == byteCount, let nonce = try? zeroNonce() else { return nil }
        let box = try? ChaChaPoly.SealedBox(
            nonce: nonce,
            ciphertext: body.prefix(AgeFileKey.byteCount),
            tag: body.suffix(from: AgeFileKey.byteCount)
        )
        guard let box, var opened = try? ChaChaPoly.open(box, using: key) else { return nil }
        return fileKey(taking: &opened)
    }

    /// A file key from bytes that a library returned, which are overwritten.
    static func fileKey(taking bytes: inout some MutableCollection<UInt8>) -> AgeFileKey? {
        var copy = Array(bytes)
        defer {
            wipe(&copy)
            wipeReturned(&bytes)
        }
        return unsafe copy.withUnsafeBytes { unsafe AgeFileKey(bytes: $0) }
    }

    private static func zeroNonce() throws -> ChaChaPoly.Nonce {
        try ChaChaPoly.Nonce(data: [UInt8](repeating: 0, count: 12))
    }
}
