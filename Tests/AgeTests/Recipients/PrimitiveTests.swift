import Crypto
import CryptoExtras
import Testing

@testable import Age

/// Published vectors for what the format is made of: that the library computes what the documents say.
@Suite struct PrimitiveTests {
    /// RFC 5869, appendix A, test cases 1 and 3.
    @Test(arguments: [
        (
            "000102030405060708090a0b0c", "f0f1f2f3f4f5f6f7f8f9",
            "3cb25f25faacd57a90434f64d0362f2a 2d2d0a90cf1a5a4c5db02d56ecc4c5bf 34007208d5b887185865"
        ),
        ("", "", "8da4e775a563c18f715f802a063c5a31 b8a11f5c5ee1879ec3454e5f3c738d2d 9d201395faa4b61a96c8"),
    ])
    func `HKDF-SHA-256 is that of RFC 5869`(salt: String, info: String, output: String) {
        let key = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: [UInt8](repeating: 0x0B, count: 22)),
            salt: hex(salt),
            info: hex(info),
            outputByteCount: 42
        )
        #expect(bytes(of: key) == hex(output))
    }

    /// RFC 7914, section 12.
    @Test(arguments: [
        (
            "password", "NaCl", 1024, 8, 16,
            "fdbabe1c9d3472007856e7190d01e9fe 7c6ad7cbc8237830e77376634b373162"
                + "2eaf30d92e22a3886ff109279d9830da c727afb94a83ee6d8360cbdfa2cc0640"
        ),
        (
            "pleaseletmein", "SodiumChloride", 16384, 8, 1,
            "7023bdcb3afd7348461c06cd81fd38eb fda8fbba904f8e3ea9b543f6545da1f2"
                + "d5432955613f0fcf62d49705242a9af9 e61e85dc0d651e40dfcf017b45575887"
        ),
    ])
    func `scrypt is that of RFC 7914`(passphrase: String, salt: String, n: Int, r: Int, p: Int, output: String) throws {
        let key = try KDF.Scrypt.deriveKey(
            from: Array(passphrase.utf8),
            salt: Array(salt.utf8),
            outputByteCount: 64,
            rounds: n,
            blockSize: r,
            parallelism: p
        )
        #expect(bytes(of: key) == hex(output))
    }

    /// RFC 8439, section 2.8.2.
    @Test func `ChaCha20-Poly1305 is that of RFC 8439`() throws {
        let text =
            "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, "
            + "sunscreen would be it."
        let box = try ChaChaPoly.seal(
            Array(text.utf8),
            using: SymmetricKey(data: Array(0x80...0x9F) as [UInt8]),
            nonce: ChaChaPoly.Nonce(data: hex("070000004041424344454647")),
            authenticating: hex("50515253c0c1c2c3c4c5c6c7")
        )
        #expect(
            Array(box.ciphertext)
                == hex(
                    """
                    d31a8d34648e60db7b86afbc53ef7ec2 a4aded51296e08fea9e2b5a736ee62d6
                    3dbea45e8ca9671282fafb69da92728b 1a71de0a9e060b2905d6a5b67ecd3b36
                    92ddbd7f2d778b8c9803aee328091b58 fab324e4fad675945585808b4831d7bc
                    3ff4def08e4b7a9de576d26586cec64b 6116
                    """
                )
        )
        #expect(Array(box.tag) == hex("1ae10b594f09e26a7e902ecbd0600691"))
    }

    /// RFC 7748, section 6.1.
    @Test func `X25519 is that of RFC 7748`() throws {
        let bob = try Curve25519.KeyAgreement.PrivateKey(
            rawRepresentation: hex("5dab087e624a8a4b79e17f8b83800ee6 6f3bb1292618b6fd1c2f8b27ff88e0eb")
        )
        #expect(
            Array(bob.publicKey.rawRepresentation)
                == hex("de9edb7d7b7dc1b4d35b61c2ece43537 3f8343c85b78674dadfc7e146f882b4f")
        )
        let alice = try Curve25519.KeyAgreement.PublicKey(
            rawRepresentation: hex("8520f0098930a754748b7ddcb43ef75a 0dbf3a0d26381af4eba4a98eaa9b4e6a")
        )
        let secret = try bob.sharedSecretFromKeyAgreement(with: alice)
        #expect(
            unsafe secret.withUnsafeBytes { unsafe Array($0) }
                == hex("4a5d9d5ba4ce2de1728e3bf480350f25 e07e21c947d19e3376f09b3c1e161742")
        )
    }
}
