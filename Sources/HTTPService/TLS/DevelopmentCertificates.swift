internal import Crypto
internal import FoundationEssentials
internal import SwiftASN1
internal import X509

/// A certificate authority and a server certificate for development, made in memory and valid for 30 days.
///
/// Both keys are P-256. Programs accept the server when they are given ``authorityPEM``; the authority's key is gone as
/// soon as the certificate is made, so that nobody can make another with it. Profile: RFC 5280, section 4.2, and RFC
/// 6125 for the names.
public struct DevelopmentCertificates: Sendable {
    /// The authority's certificate in PEM: what clients trust.
    public let authorityPEM: String
    /// The server's certificate in PEM.
    public let certificatePEM: String
    /// The server's key.
    public let key: PrivateKeyPEM

    /// The names that are always in it.
    public static let standardNames = ["localhost", "127.0.0.1", "::1", "vault.localhost", "*.vault.localhost"]

    /// Makes a pair.
    ///
    /// - Parameter names: DNS names and addresses besides ``standardNames``.
    /// - Throws: ``HTTPServiceError`` when a name is neither.
    public init(names: [String] = []) throws(HTTPServiceError) {
        var all = Self.standardNames
        for name in names where !all.contains(name) { all.append(name) }
        let subjects = try all.map { name throws(HTTPServiceError) in try Self.subject(name) }
        do {
            let authorityKey = P256.Signing.PrivateKey()
            let serverKey = P256.Signing.PrivateKey()
            let now = DateText.now()
            // A clock that is a little behind must not refuse it.
            let validity = (
                from: Date(timeIntervalSince1970: Double(now - 300)),
                to: Date(timeIntervalSince1970: Double(now + 30 * 86_400))
            )
            let authorityName = try DistinguishedName { CommonName("Keyfolio development authority") }
            let authorityID = Self.identifier(authorityKey.publicKey)
            let authority = try Certificate(
                version: .v3,
                serialNumber: Certificate.SerialNumber(),
                publicKey: Certificate.PublicKey(authorityKey.publicKey),
                notValidBefore: validity.from,
                notValidAfter: validity.to,
                issuer: authorityName,
                subject: authorityName,
                signatureAlgorithm: .ecdsaWithSHA256,
                extensions: try Certificate.Extensions {
                    Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
                    Critical(KeyUsage(keyCertSign: true, cRLSign: true))
                    SubjectKeyIdentifier(keyIdentifier: authorityID)
                },
                issuerPrivateKey: Certificate.PrivateKey(authorityKey)
            )
            let server = try Certificate(
                version: .v3,
                serialNumber: Certificate.SerialNumber(),
                publicKey: Certificate.PublicKey(serverKey.publicKey),
                notValidBefore: validity.from,
                notValidAfter: validity.to,
                issuer: authorityName,
                subject: try DistinguishedName { CommonName("Keyfolio development server") },
                signatureAlgorithm: .ecdsaWithSHA256,
                extensions: try Certificate.Extensions {
                    Critical(BasicConstraints.notCertificateAuthority)
                    Critical(KeyUsage(digitalSignature: true))
                    try ExtendedKeyUsage([.serverAuth])
                    SubjectKeyIdentifier(keyIdentifier: Self.identifier(serverKey.publicKey))
                    AuthorityKeyIdentifier(keyIdentifier: authorityID)
                    SubjectAlternativeNames(subjects)
                },
                issuerPrivateKey: Certificate.PrivateKey(authorityKey)
            )
            authorityPEM = try authority.serializeAsPEM().pemString + "\n"
            certificatePEM = try server.serializeAsPEM().pemString + "\n"
            key = PrivateKeyPEM(Array((serverKey.pemRepresentation + "\n").utf8))
        } catch {
            throw .certificateNotMade
        }
    }

    /// What a server needs to use it.
    public var source: TLSSettings.Source { .memory(certificates: Array(certificatePEM.utf8), key: key) }

    /// The identifier of a key: the first 160 bits of a hash of it (RFC 7093, section 2, method 1).
    private static func identifier(_ key: P256.Signing.PublicKey) -> ArraySlice<UInt8> {
        Array(SHA256.hash(data: key.x963Representation)).prefix(20)
    }

    private static func subject(_ name: String) throws(HTTPServiceError) -> GeneralName {
        if let bytes = IPAddress.bytes(name) { return .ipAddress(ASN1OctetString(contentBytes: bytes[...])) }
        let rest = name.hasPrefix("*.") ? name.dropFirst(2) : name[...]
        let labels = rest.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        let isName = labels.allSatisfy { label in
            (1...63).contains(label.count)
                && label.allSatisfy { byte in
                    let small = byte | 0x20
                    return (0x30...0x39).contains(byte) || (0x61...0x7A).contains(small) || byte == 0x2D
                }
        }
        guard isName, name.utf8.count <= 253 else { throw .certificateNotMade }
        return .dnsName(name)
    }
}
