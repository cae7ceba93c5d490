internal import Crypto

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// AES-256-GCM with a random nonce: NIST SP 800-38D, through swift-crypto.
///
/// A sealed box is nonce (12 bytes), ciphertext, tag (16 bytes). Nonces are random, so that two processes and two
/// copies of a store need not agree on a counter; that is safe for 2^32 boxes under one key (SP 800-38D, 8.3). Payloads
/// have a key each; the keys for metadata and audit blocks seal one box for each write or audit commit.
enum Cipher {
    /// How much longer a box is than what is in it.
    static let overhead = 28

    /// Seals bytes.
    ///
    /// - Parameters:
    ///   - plaintext: What to seal.
    ///   - key: 32 bytes.
    ///   - context: What is authenticated with it and not in it: the place that the box belongs to.
    static func seal(_ plaintext: UnsafeRawBufferPointer, key: SymmetricKey, context: [UInt8]) -> [UInt8] {
        do {
            let nonce = try AES.GCM.Nonce(data: uniqueBytes(12))
            let box = try unsafe AES.GCM.seal(plaintext, using: key, nonce: nonce, authenticating: context)
            guard let combined = box.combined else { return [] }
            return Array(combined)
        } catch {
            preconditionFailure("AES-256-GCM seals whatever it is given; only a key of a wrong size could fail")
        }
    }

    /// Seals an array.
    static func seal(_ plaintext: [UInt8], key: SymmetricKey, context: [UInt8]) -> [UInt8] {
        unsafe plaintext.withUnsafeBytes { unsafe seal($0, key: key, context: context) }
    }

    /// Opens a box, hands over its content, and wipes it.
    ///
    /// - Returns: What the closure returned, or nil when the box does not authenticate with this key in this context.
    static func open<Result>(
        _ box: [UInt8],
        key: SymmetricKey,
        context: [UInt8],
        _ body: (UnsafeRawBufferPointer) -> Result
    ) -> Result? {
        guard
            let sealed = try? AES.GCM.SealedBox(combined: box),
            var plaintext = try? AES.GCM.open(sealed, using: key, authenticating: context)
        else { return nil }
        // Some of the values that come out are secrets: the library's buffer is ours alone here, so this reaches it.
        defer {
            unsafe plaintext.withUnsafeMutableBytes { unsafe wipe($0) }
        }
        return unsafe plaintext.withUnsafeBytes { unsafe body($0) }
    }
}
