internal import SecretStore

/// What the fuzz target drives: certificates of strangers and the rules about their subjects, with the invariants that
/// hold for any input.
public enum CertificateFuzzing {
    /// Reads a certificate and holds it against a role without an authority.
    ///
    /// - Parameters:
    ///   - bytes: Anything.
    ///   - pattern: Anything.
    ///   - reader: The reader of certificates.
    /// - Returns: False when an invariant is broken: nobody vouches for it and it is taken, or a rule about a name takes
    ///   a certificate without that name.
    public static func judges(_ bytes: [UInt8], pattern: String, _ reader: any CertificateReader) -> Bool {
        let now = Timestamp(microseconds: 1_800_000_000_000_000)
        _ = reader.isGood(bytes, at: now)
        guard !reader.isIssued(bytes, through: [bytes], by: [], at: now) else { return false }
        guard let certificate = reader.certificate(bytes) else { return true }
        var role = CertificateRole("fuzz")
        guard var chain = reader.chain(bytes, through: [bytes], at: now) else { return false }
        guard role.fits(certificate), !role.takes(certificate, &chain, reader) else { return false }
        for (list, names) in [
            ("allowed_common_names", [certificate.commonName]), ("allowed_dns_sans", certificate.hosts),
            ("allowed_email_sans", certificate.mails), ("allowed_uri_sans", certificate.links),
            ("allowed_organizational_units", certificate.units),
        ] {
            role.patterns = [list: [pattern]]
            let expected = names.contains { !$0.isEmpty && BoundClaims.fits($0, pattern) }
            guard role.fits(certificate) == expected else { return false }
            let named = names.filter { !$0.isEmpty }
            role.patterns = [list: named]
            guard named.isEmpty || role.fits(certificate) else { return false }
        }
        return certificate.bytes == bytes
    }

    /// Reads a text in PEM.
    ///
    /// - Returns: False when an invariant is broken: a certificate in it is none by itself.
    public static func readsText(_ text: String, _ reader: any CertificateReader) -> Bool {
        guard let found = reader.certificates(pem: text) else { return true }
        return found.allSatisfy { reader.certificate($0.bytes) == $0 }
    }
}
