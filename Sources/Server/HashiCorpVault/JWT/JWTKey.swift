internal import Crypto
internal import CryptoExtras
internal import SwiftASN1

/// A public key that verifies tokens. Its type says which algorithms it takes: a key for RSA never verifies as one for
/// an elliptic curve, and no public key as a shared secret.
enum JWTKey: Sendable {
    case rsa(_RSA.Signing.PublicKey)
    case p256(P256.Signing.PublicKey)
    case p384(P384.Signing.PublicKey)
    case p521(P521.Signing.PublicKey)
    case ed25519(Curve25519.Signing.PublicKey)

    /// The sizes of keys for RSA, in bits: below, they are too weak (RFC 7518, section 3.3), and above, whoever sends
    /// tokens makes the server compute for long.
    private static let sizes = 2048...8192

    /// Reads a key in PEM: a `PUBLIC KEY` (RFC 7468, section 13), or the key of a `CERTIFICATE`, about which nothing else
    /// is asked: whoever wrote the settings chose the key.
    ///
    /// - Returns: nil when it is neither, or of a type that is not verified with.
    init?(pem text: String) {
        guard text.utf8.count <= 16 << 10, let document = try? PEMDocument(pemString: text) else { return nil }
        switch document.discriminator {
        case "PUBLIC KEY": self.init(der: document.derBytes)
        case "CERTIFICATE":
            guard let key = Self.publicKey(ofCertificate: document.derBytes) else { return nil }
            self.init(der: key)
        default: return nil
        }
    }

    /// The `SubjectPublicKeyInfo` of a certificate (RFC 5280, section 4.1).
    private static func publicKey(ofCertificate der: [UInt8]) -> [UInt8]? {
        guard let certificate = try? DER.parse(der), let body = children(certificate).first else { return nil }
        let fields = children(body)
        // The version, which the first form has not, the serial number, the algorithm, the issuer, the time, the subject.
        let hasVersion = fields.first?.identifier == ASN1Identifier(tagWithNumber: 0, tagClass: .contextSpecific)
        let position = hasVersion ? 6 : 5
        return position < fields.count ? Array(fields[position].encodedBytes) : nil
    }

    private static func children(_ node: ASN1Node) -> [ASN1Node] {
        if case .constructed(let children) = node.content { Array(children) } else { [] }
    }

    /// Reads a `SubjectPublicKeyInfo` in DER.
    init?(der: [UInt8]) {
        // Ed25519 has one form only (RFC 8410, section 4).
        let prefix: [UInt8] = [0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00]
        if der.starts(with: prefix) {
            guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: der.dropFirst(prefix.count)) else {
                return nil
            }
            self = .ed25519(key)
        } else if let key = try? P256.Signing.PublicKey(derRepresentation: der) {
            self = .p256(key)
        } else if let key = try? P384.Signing.PublicKey(derRepresentation: der) {
            self = .p384(key)
        } else if let key = try? P521.Signing.PublicKey(derRepresentation: der) {
            self = .p521(key)
        } else if let key = try? _RSA.Signing.PublicKey(derRepresentation: der), Self.sizes.contains(key.keySizeInBits)
        {
            self = .rsa(key)
        } else {
            return nil
        }
    }

    /// Makes a key for RSA of its numbers, the most significant byte first.
    init?(modulus: [UInt8], exponent: [UInt8]) {
        // Larger exponents are nobody's, and cost as much as they are long.
        guard (1...4).contains(exponent.count), modulus.count <= Self.sizes.upperBound / 8,
            let key = try? _RSA.Signing.PublicKey(n: modulus, e: exponent), Self.sizes.contains(key.keySizeInBits)
        else { return nil }
        self = .rsa(key)
    }

    /// Makes a key for a curve of the coordinates of its point, each as long as the curve's numbers.
    init?(curve: String, x: [UInt8], y: [UInt8]) {
        switch curve {
        case "P-256":
            guard x.count == 32, let key = try? P256.Signing.PublicKey(rawRepresentation: x + y) else { return nil }
            self = .p256(key)
        case "P-384":
            guard x.count == 48, let key = try? P384.Signing.PublicKey(rawRepresentation: x + y) else { return nil }
            self = .p384(key)
        case "P-521":
            guard x.count == 66, let key = try? P521.Signing.PublicKey(rawRepresentation: x + y) else { return nil }
            self = .p521(key)
        case "Ed25519":
            guard y.isEmpty, let key = try? Curve25519.Signing.PublicKey(rawRepresentation: x) else { return nil }
            self = .ed25519(key)
        default: return nil
        }
    }

    /// Whether bytes are a signature of others by this key. Signatures of curves are the two numbers side by side (RFC
    /// 7518, section 3.4), never DER.
    func isValid(_ signature: [UInt8], of bytes: [UInt8], _ algorithm: JWTAlgorithm) -> Bool {
        switch (self, algorithm) {
        case (.rsa(let key), .rs256): Self.verify(key, signature, SHA256.hash(data: bytes), .insecurePKCS1v1_5)
        case (.rsa(let key), .rs384): Self.verify(key, signature, SHA384.hash(data: bytes), .insecurePKCS1v1_5)
        case (.rsa(let key), .rs512): Self.verify(key, signature, SHA512.hash(data: bytes), .insecurePKCS1v1_5)
        case (.rsa(let key), .ps256): Self.verify(key, signature, SHA256.hash(data: bytes), .PSS)
        case (.rsa(let key), .ps384): Self.verify(key, signature, SHA384.hash(data: bytes), .PSS)
        case (.rsa(let key), .ps512): Self.verify(key, signature, SHA512.hash(data: bytes), .PSS)
        case (.p256(let key), .es256):
            (try? P256.Signing.ECDSASignature(rawRepresentation: signature)).map {
                key.isValidSignature($0, for: SHA256.hash(data: bytes))
            } ?? false
        case (.p384(let key), .es384):
            (try? P384.Signing.ECDSASignature(rawRepresentation: signature)).map {
                key.isValidSignature($0, for: SHA384.hash(data: bytes))
            } ?? false
        case (.p521(let key), .es512):
            (try? P521.Signing.ECDSASignature(rawRepresentation: signature)).map {
                key.isValidSignature($0, for: SHA512.hash(data: bytes))
            } ?? false
        case (.ed25519(let key), .edDSA): key.isValidSignature(signature, for: bytes)
        default: false
        }
    }

    private static func verify(
        _ key: _RSA.Signing.PublicKey,
        _ signature: [UInt8],
        _ digest: some Digest,
        _ padding: _RSA.Signing.Padding
    ) -> Bool {
        // As long as the modulus (RFC 8017, sections 8.1.2 and 8.2.2).
        guard signature.count == (key.keySizeInBits + 7) / 8 else { return false }
        return key.isValidSignature(.init(rawRepresentation: signature), for: digest, padding: padding)
    }
}
