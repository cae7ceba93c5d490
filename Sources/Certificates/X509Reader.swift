internal import Crypto
internal import FoundationEssentials
public import SecretStore
public import Server
internal import SwiftASN1
internal import X509

/// Reads certificates (RFC 5280) strictly: what is critical and not understood makes a certificate worthless, and what
/// cannot be honoured here, such as constraints on names, too.
public struct X509Reader: CertificateReader {
    /// The longest certificate, in bytes, and the most of one text.
    private static let longest = 32 << 10
    private static let most = 32
    /// The most authorities between a client and an anchor, and the most signatures that are looked at for one login.
    private static let deepest = 4
    private static let mostChecks = 64

    /// Makes a reader.
    public init() {}

    /// The certificates of a text; nil when it has anything else.
    public func certificates(pem text: String) -> [ClientCertificate]? {
        guard let blocks = try? PEMDocument.parseMultiple(pemString: text), (1...Self.most).contains(blocks.count),
            blocks.allSatisfy({ $0.discriminator == "CERTIFICATE" })
        else { return nil }
        let found = blocks.compactMap { certificate($0.derBytes) }
        return found.count == blocks.count ? found : nil
    }

    /// What a certificate says; nil when it is none.
    public func certificate(_ bytes: [UInt8]) -> ClientCertificate? {
        guard let read = Self.parse(bytes) else { return nil }
        var result = ClientCertificate(bytes: bytes)
        let names = Self.texts(of: .RDNAttributeType.commonName, read.subject)
        result.commonName = names.count == 1 ? names[0] : ""
        result.units = Self.texts(of: .RDNAttributeType.organizationalUnitName, read.subject)
        for name in (try? read.extensions.subjectAlternativeNames).flatMap({ $0 }).map(Array.init) ?? [] {
            switch name {
            case .dnsName(let host): result.hosts.append(host)
            case .rfc822Name(let mail): result.mails.append(mail)
            case .uniformResourceIdentifier(let link): result.links.append(link)
            default: break
            }
        }
        for one in read.extensions {
            guard let node = try? DER.parse(one.value), let text = try? ASN1UTF8String(derEncoded: node) else {
                continue
            }
            result.extensions["\(one.oid)"] = String(text)
        }
        // A name that ends for one reader where it goes on for another is two names: a NUL was that (CVE-2009-2408).
        let said = names + result.units + result.hosts + result.mails + result.links
        guard said.allSatisfy({ $0.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F } }) else {
            return nil
        }
        result.isAuthority = Self.authority(read) != nil
        result.serial = read.serialNumber.bytes.map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
        return result
    }

    /// Whether a certificate is in time, for clients, and understood.
    public func isGood(_ leaf: [UInt8], at now: Timestamp) -> Bool {
        guard let read = Self.parse(leaf) else { return false }
        return Self.isInTime(read, now) && Self.isUnderstood(read) && Self.isForClients(read)
            && ((try? read.extensions.keyUsage).flatMap { $0 }.map(\.digitalSignature) ?? true)
    }

    /// A certificate with what was shown beside it, at most four of which stand between it and who vouches for it.
    public func chain(_ leaf: [UInt8], through others: [[UInt8]], at now: Timestamp) -> (any CertificateChain)? {
        Self.parse(leaf).map { Chain(leaf: $0, others: Self.authorities(others, now), now: now) }
    }

    private struct Chain: CertificateChain {
        let leaf: Certificate
        let others: [Certificate]
        let now: Timestamp
        var checks = 0

        mutating func isIssued(by anchors: [[UInt8]]) -> Bool {
            guard checks < mostChecks else { return false }
            return X509Reader.isIssued(leaf, 0, others, X509Reader.authorities(anchors, now), &checks)
        }
    }

    private static func authorities(_ list: [[UInt8]], _ now: Timestamp) -> [Certificate] {
        list.prefix(most).compactMap(parse).filter { one in
            authority(one) != nil && isInTime(one, now) && isUnderstood(one) && isForClients(one)
        }
    }

    /// - Parameter below: How many authorities are below the one that is looked for.
    private static func isIssued(
        _ certificate: Certificate,
        _ below: Int,
        _ others: [Certificate],
        _ anchors: [Certificate],
        _ checks: inout Int
    ) -> Bool {
        func vouches(_ authority: Certificate) -> Bool {
            guard authority.subject == certificate.issuer, !authority.subject.isEmpty, checks < mostChecks,
                let longest = Self.authority(authority), below <= longest,
                algorithms.contains(certificate.signatureAlgorithm)
            else { return false }
            checks += 1
            return authority.publicKey.isValidSignature(certificate.signature, for: certificate)
        }
        if anchors.contains(where: vouches) { return true }
        guard below < deepest else { return false }
        for (index, other) in others.enumerated() where vouches(other) {
            var rest = others
            rest.remove(at: index)
            if isIssued(other, below + 1, rest, anchors, &checks) { return true }
        }
        return false
    }

    /// Nothing with MD5 or SHA-1.
    private static let algorithms: [Certificate.SignatureAlgorithm] = [
        .ecdsaWithSHA256, .ecdsaWithSHA384, .ecdsaWithSHA512, .sha256WithRSAEncryption, .sha384WithRSAEncryption,
        .sha512WithRSAEncryption, .ed25519,
    ]

    private static func parse(_ bytes: [UInt8]) -> Certificate? {
        guard bytes.count <= longest else { return nil }
        return try? Certificate(derEncoded: bytes)
    }

    private static func texts(of type: ASN1ObjectIdentifier, _ name: DistinguishedName) -> [String] {
        name.flatMap { part in part.filter { $0.type == type }.compactMap { String($0.value) } }
    }

    private static func isInTime(_ certificate: Certificate, _ now: Timestamp) -> Bool {
        let moment = Date(timeIntervalSince1970: Double(now.microseconds) / 1_000_000)
        return certificate.notValidBefore <= moment && moment <= certificate.notValidAfter
    }

    /// Whether every extension that is critical is one that is looked at here, and none narrows names.
    private static func isUnderstood(_ certificate: Certificate) -> Bool {
        let known: [ASN1ObjectIdentifier] = [
            .X509ExtensionID.basicConstraints, .X509ExtensionID.keyUsage, .X509ExtensionID.extendedKeyUsage,
            .X509ExtensionID.subjectAlternativeName,
        ]
        return certificate.extensions.allSatisfy { one in
            one.oid != .X509ExtensionID.nameConstraints && (!one.critical || known.contains(one.oid))
        }
    }

    /// Whether it may be used by clients: it says nothing about it, or says so (RFC 5280, section 4.2.1.12).
    private static func isForClients(_ certificate: Certificate) -> Bool {
        do {
            guard let usage = try certificate.extensions.extendedKeyUsage else { return true }
            return usage.contains(.clientAuth) || usage.contains(.any)
        } catch { return false }
    }

    /// How many authorities may be below it; nil when it is no authority.
    private static func authority(_ certificate: Certificate) -> Int? {
        guard certificate.version == .v3,
            let constraints = (try? certificate.extensions.basicConstraints).flatMap({ $0 }),
            case .isCertificateAuthority(let longest) = constraints
        else { return nil }
        do {
            if let usage = try certificate.extensions.keyUsage, !usage.keyCertSign { return nil }
        } catch { return nil }
        return longest ?? deepest
    }
}
