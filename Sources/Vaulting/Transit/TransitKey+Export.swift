internal import Crypto
internal import CryptoExtras
public import Secrets

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Taking keys out: what was made exportable, and public keys.
extension TransitKey {
    /// What is taken out.
    public enum ExportKind: String, Sendable, Hashable {
        /// What encrypts.
        case encryptionKey = "encryption-key"
        /// What signs.
        case signingKey = "signing-key"
        /// What makes codes.
        case codeKey = "hmac-key"
        /// What verifies.
        case publicKey = "public-key"
    }

    /// How it is written.
    public enum ExportFormat: String, Sendable, Hashable {
        /// As Vault always has: base64 for raw keys, PEM of PKCS #1 or SEC 1 for the others.
        case standard = ""
        /// Base64 of the raw key.
        case raw
        /// Base64 of the DER of PKCS #8, or of a SubjectPublicKeyInfo.
        case der
        /// PEM of the same.
        case pem
    }

    /// The keys of the usable versions, by number.
    ///
    /// - Parameter number: One version only; nil for all that can be used.
    /// - Throws: ``TransitError`` when the key may not be taken out, or has no such part.
    public func export(_ kind: ExportKind, _ number: Int?, _ format: ExportFormat) throws(TransitError)
        -> [(number: Int, text: Secret<String>)]
    {
        guard isExportable || kind == .publicKey else { throw TransitError("private key material is not exportable") }
        switch kind {
        case .encryptionKey where !type.supportsEncryption:
            throw TransitError("encryption not supported for the key")
        case .signingKey where !type.supportsSigning: throw TransitError("signing not supported for the key")
        case .publicKey where !type.supportsSigning:
            throw TransitError("unknown key type \(type.rawValue) for export type public-key")
        default: break
        }
        if let number {
            guard number >= oldestForDecryption else {
                throw TransitError("version for export is below minimum decryption version")
            }
            guard let version = versions[number] else {
                throw TransitError("version does not exist or cannot be found")
            }
            return [(number, try text(version, kind, format))]
        }
        var all: [(Int, Secret<String>)] = []
        for (number, version) in versions.sorted(by: { $0.key < $1.key }) where number >= oldestForDecryption {
            all.append((number, try text(version, kind, format)))
        }
        return all
    }

    /// The public key of a version as a description of the key shows it; nil for a symmetric key, and for a derived one
    /// without a context.
    public func publicKey(_ number: Int, context: [UInt8]) throws(TransitError) -> String? {
        guard let version = versions[number], type.supportsSigning else { return nil }
        if isDerived {
            guard !context.isEmpty else { return nil }
            return Base64.encode(Array(try derivedSigningKey(version, context).publicKey.rawRepresentation))
        }
        return try text(version, .publicKey, .standard).reveal()
    }

    private func text(_ version: TransitVersion, _ kind: ExportKind, _ format: ExportFormat) throws(TransitError)
        -> Secret<String>
    {
        switch kind {
        case .codeKey:
            guard format == .standard || format == .raw else { throw Self.unknownFormat }
            let code = unsafe version.codeKey.withUnsafeBytes { unsafe Self.base64($0) }
            return Secret(code)
        case .encryptionKey where type.cipherKeyBytes != nil:
            guard format == .standard || format == .raw else { throw Self.unknownFormat }
            return Secret(unsafe version.raw.withUnsafeBytes { unsafe Self.base64($0) })
        case .encryptionKey, .signingKey: return Secret(try privateText(version, format))
        case .publicKey: return Secret(try publicText(version, format))
        }
    }

    private static let unknownFormat = TransitError("unknown format for the key")

    private static func base64(_ bytes: UnsafeRawBufferPointer) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        unsafe Base64.append(bytes, to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    private func privateText(_ version: TransitVersion, _ format: ExportFormat) throws(TransitError) -> String {
        switch (version.material, format) {
        case (.ed25519(let key), .standard), (.ed25519(let key), .raw):
            // The seed with the public key after it: what Go and libsodium call the private key.
            return Base64.encode(version.raw.reveal() + Array(key.publicKey.rawRepresentation))
        case (.ed25519(let key), .pem): return key.pemRepresentation
        case (.ed25519(let key), .der): return Base64.encode(Array(key.derRepresentation))
        case (.p256(let key), .standard): return SEC1.pem(version.raw, key.publicKey.x963Representation, .p256)
        case (.p384(let key), .standard): return SEC1.pem(version.raw, key.publicKey.x963Representation, .p384)
        case (.p521(let key), .standard): return SEC1.pem(version.raw, key.publicKey.x963Representation, .p521)
        case (.p256(let key), .pem): return key.pemRepresentation
        case (.p384(let key), .pem): return key.pemRepresentation
        case (.p521(let key), .pem): return key.pemRepresentation
        case (.p256(let key), .der): return Base64.encode(Array(key.derRepresentation))
        case (.p384(let key), .der): return Base64.encode(Array(key.derRepresentation))
        case (.p521(let key), .der): return Base64.encode(Array(key.derRepresentation))
        case (.rsa(let key), .standard): return key.pemRepresentation
        case (.rsa(let key), .pem): return key.pkcs8PEMRepresentation
        case (.rsa(let key), .der): return Base64.encode(Array(key.pkcs8DERRepresentation))
        default: throw Self.unknownFormat
        }
    }

    private func publicText(_ version: TransitVersion, _ format: ExportFormat) throws(TransitError) -> String {
        switch (version.material, format) {
        case (.ed25519(let key), .standard), (.ed25519(let key), .raw):
            return Base64.encode(Array(key.publicKey.rawRepresentation))
        case (.ed25519(let key), .pem): return key.publicKey.pemRepresentation
        case (.ed25519(let key), .der): return Base64.encode(Array(key.publicKey.derRepresentation))
        case (.p256(let key), .standard), (.p256(let key), .pem): return key.publicKey.pemRepresentation
        case (.p384(let key), .standard), (.p384(let key), .pem): return key.publicKey.pemRepresentation
        case (.p521(let key), .standard), (.p521(let key), .pem): return key.publicKey.pemRepresentation
        case (.p256(let key), .der): return Base64.encode(Array(key.publicKey.derRepresentation))
        case (.p384(let key), .der): return Base64.encode(Array(key.publicKey.derRepresentation))
        case (.p521(let key), .der): return Base64.encode(Array(key.publicKey.derRepresentation))
        case (.rsa(let key), .standard), (.rsa(let key), .pem): return key.publicKey.pemRepresentation
        case (.rsa(let key), .der): return Base64.encode(Array(key.publicKey.derRepresentation))
        default: throw Self.unknownFormat
        }
    }
}

/// A private key on a curve as SEC 1 writes it (RFC 5915): what Vault exports; the library writes PKCS #8.
private enum SEC1 {
    enum Curve {
        case p256, p384, p521

        /// The object identifier in DER (RFC 5480, 2.1.1.1).
        var identifier: [UInt8] {
            switch self {
            case .p256: [0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07]
            case .p384: [0x06, 0x05, 0x2B, 0x81, 0x04, 0x00, 0x22]
            case .p521: [0x06, 0x05, 0x2B, 0x81, 0x04, 0x00, 0x23]
            }
        }
    }

    static func pem(_ scalar: Secret<[UInt8]>, _ point: Data, _ curve: Curve) -> String {
        var der = element(
            0x30,
            element(0x02, [1]) + element(0x04, scalar.reveal()) + element(0xA0, curve.identifier)
                + element(0xA1, element(0x03, [0] + Array(point)))
        )
        defer { wipe(&der) }
        var lines: [String] = ["-----BEGIN EC PRIVATE KEY-----"]
        var rest = Base64.encode(der)[...]
        while !rest.isEmpty {
            lines.append(String(rest.prefix(64)))
            rest = rest.dropFirst(64)
        }
        return (lines + ["-----END EC PRIVATE KEY-----"]).joined(separator: "\n")
    }

    /// One element of DER. Nothing here has 64 KiB.
    private static func element(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
        switch content.count {
        case ..<0x80: [tag, UInt8(content.count)] + content
        case ..<0x100: [tag, 0x81, UInt8(content.count)] + content
        default: [tag, 0x82, UInt8(content.count >> 8 & 0xFF), UInt8(content.count & 0xFF)] + content
        }
    }
}
