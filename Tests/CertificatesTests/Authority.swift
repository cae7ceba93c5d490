import Crypto
import Foundation
import SwiftASN1
import X509

/// Makes certificates, right ones and wrong ones.
struct Authority {
    let key = P256.Signing.PrivateKey()
    let name: DistinguishedName
    private(set) var certificate: Certificate?

    /// What a certificate is to be.
    struct Order {
        var common: [String] = ["web"]
        var units: [String] = []
        var names: [GeneralName] = []
        var isAuthority: BasicConstraints? = .notCertificateAuthority
        var usage: KeyUsage? = KeyUsage(digitalSignature: true)
        var purposes: [ExtendedKeyUsage.Usage]? = [.clientAuth]
        var from: TimeInterval = -3600
        var to: TimeInterval = 3600
        var extra: [Certificate.Extension] = []

        static func authority(pathLength: Int? = nil) -> Order {
            Order(
                isAuthority: .isCertificateAuthority(maxPathLength: pathLength),
                usage: KeyUsage(keyCertSign: true),
                purposes: nil
            )
        }
    }

    /// The moment around which the certificates are good.
    static let now = Date(timeIntervalSince1970: 1_800_000_000)

    /// - Parameter issuer: Who vouches for it; nil for itself.
    init(_ name: String, by issuer: Authority? = nil, _ order: Order = .authority()) throws {
        self.name = try DistinguishedName { CommonName(name) }
        var order = order
        order.common = [name]
        certificate = try (issuer ?? self).issue(key.publicKey, order)
    }

    var der: [UInt8] { certificate.flatMap { try? Self.bytes($0) } ?? [] }
    var pem: String { certificate.flatMap { try? $0.serializeAsPEM().pemString } ?? "" }

    static func bytes(_ certificate: Certificate) throws -> [UInt8] {
        var serializer = DER.Serializer()
        try serializer.serialize(certificate)
        return serializer.serializedBytes
    }

    /// A certificate of a key.
    func issue(_ key: P256.Signing.PublicKey = P256.Signing.PrivateKey().publicKey, _ order: Order = Order()) throws
        -> Certificate
    {
        let extensions = try Certificate.Extensions {
            if let constraints = order.isAuthority { Critical(constraints) }
            if let usage = order.usage { Critical(usage) }
            if let purposes = order.purposes { try ExtendedKeyUsage(purposes) }
            if !order.names.isEmpty { SubjectAlternativeNames(order.names) }
            for one in order.extra { one }
        }
        let subject = try DistinguishedName {
            for name in order.common { CommonName(name) }
            for unit in order.units { OrganizationalUnitName(unit) }
        }
        return try Certificate(
            version: .v3,
            serialNumber: .init(),
            publicKey: .init(key),
            notValidBefore: Self.now.addingTimeInterval(order.from),
            notValidAfter: Self.now.addingTimeInterval(order.to),
            issuer: name,
            subject: subject,
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: extensions,
            issuerPrivateKey: .init(self.key)
        )
    }
}
