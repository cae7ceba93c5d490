internal import Findings
internal import SecretStore
internal import Vaulting

/// Whose certificates a cert mount takes, and what they get.
struct CertificateRole: Sendable, Equatable {
    private static let most = 64
    private static let longest = 512
    /// The most certificates of one role.
    private static let mostCertificates = 16

    let name: String
    /// Authorities, or certificates of clients themselves, in PEM.
    var certificates = ""
    var displayName = ""
    /// By the parameter's name: patterns with `*`, one of which must fit.
    var patterns: [String: [String]] = [:]
    /// `OID:pattern`, all of which must fit.
    var extensions: [String] = []
    var token = TokenSettings()

    /// The parameters that hold patterns.
    static let lists = [
        "allowed_common_names", "allowed_dns_sans", "allowed_email_sans", "allowed_names",
        "allowed_organizational_units",
        "allowed_uri_sans",
    ]

    init(_ name: String) { self.name = name }

    /// Takes what is said and leaves the rest.
    mutating func update(from parameters: LogicalParameters, _ reader: any CertificateReader) throws(LogicalFault) {
        try token.update(from: parameters)
        if let text = try parameters.text("certificate") { certificates = text }
        guard certificates.utf8.count <= 64 << 10, let found = reader.certificates(pem: certificates),
            found.count <= Self.mostCertificates
        else { throw .invalid("failed to parse certificate") }
        for list in Self.lists {
            if let items = try parameters.list(list) { patterns[list] = try Self.bounded(items, list) }
        }
        if let items = try parameters.list("required_extensions") {
            extensions = try Self.bounded(items, "required_extensions")
            guard extensions.allSatisfy({ $0.utf8.contains(UInt8(ascii: ":")) }) else {
                throw .invalid("required_extensions has OIDs, each with a colon and a value")
            }
        }
        for name in ["ocsp_enabled", "allowed_metadata_extensions"] {
            guard let value = parameters[name], value != false, value != [], value != "" else { continue }
            throw .invalid("'\(name)' is not supported by this server")
        }
        if let text = try parameters.text("display_name") { displayName = try Self.bounded([text], "display_name")[0] }
        if displayName.isEmpty { displayName = name }
    }

    private static func bounded(_ list: [String], _ name: String) throws(LogicalFault) -> [String] {
        guard list.count <= most, list.allSatisfy({ $0.utf8.count <= longest && $0.utf8.allSatisfy { $0 >= 0x20 } })
        else {
            throw .invalid("'\(name)' has too many values, or one that is too long")
        }
        return list
    }

    /// Whether a certificate's names and extensions are those that the role takes.
    func fits(_ certificate: ClientCertificate) -> Bool {
        let names: [String: [String]] = [
            "allowed_common_names": [certificate.commonName], "allowed_dns_sans": certificate.hosts,
            "allowed_email_sans": certificate.mails,
            "allowed_names": [certificate.commonName] + certificate.hosts + certificate.mails,
            "allowed_organizational_units": certificate.units, "allowed_uri_sans": certificate.links,
        ]
        let areNamed = patterns.allSatisfy { list, patterns in
            patterns.isEmpty
                || patterns.contains { pattern in
                    (names[list] ?? []).contains { !$0.isEmpty && BoundClaims.fits($0, pattern) }
                }
        }
        return areNamed
            && extensions.allSatisfy { required in
                let parts = required.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
                guard parts.count == 2, let value = certificate.extensions[String(parts[0])] else { return false }
                return BoundClaims.fits(value, String(parts[1]))
            }
    }

    /// Whether the role takes a client's certificate, which is good.
    ///
    /// A certificate in the role that is no authority vouches for itself alone, byte for byte (CVE-2025-6037).
    ///
    /// - Parameter chain: The certificate with what was shown beside it: the same one for every role that is asked.
    func takes(
        _ certificate: ClientCertificate,
        _ chain: inout any CertificateChain,
        _ reader: any CertificateReader
    ) -> Bool {
        guard fits(certificate), let trusted = reader.certificates(pem: certificates) else { return false }
        if trusted.contains(where: { !$0.isAuthority && $0.bytes == certificate.bytes }) { return true }
        let anchors = trusted.filter(\.isAuthority).map(\.bytes)
        return !anchors.isEmpty && chain.isIssued(by: anchors)
    }

    /// The role as a read shows it.
    var members: JSONObject {
        var members = JSONObject(members: [
            "certificate": .string(certificates), "display_name": .string(displayName), "ocsp_enabled": false,
            "required_extensions": .array(extensions.map(JSONValue.string)),
        ])
        for list in Self.lists { members[list] = .array((patterns[list] ?? []).map(JSONValue.string)) }
        for member in token.members { members[member.key] = member.value }
        return members
    }

    var json: JSONValue {
        var lists = JSONObject()
        for list in Self.lists { lists[list] = .array((patterns[list] ?? []).map(JSONValue.string)) }
        return [
            "certificates": .string(certificates), "display": .string(displayName),
            "extensions": .array(extensions.map(JSONValue.string)), "lists": .object(lists), "token": token.json,
        ]
    }

    init(_ name: String, _ value: JSONValue) {
        self.name = name
        certificates = value["certificates"]?.asString ?? ""
        displayName = value["display"]?.asString ?? name
        extensions = value["extensions"].texts
        for list in Self.lists { patterns[list] = value["lists"]?[list].texts ?? [] }
        token = TokenSettings(value["token"] ?? .null)
    }
}
