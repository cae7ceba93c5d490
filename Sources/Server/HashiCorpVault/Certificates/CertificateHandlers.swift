internal import Crypto
internal import Findings
internal import HTTPModel
internal import SecretStore
internal import Vaulting

/// The roles of a cert mount, and logging in with a certificate.
extension LogicalContext {
    /// The most roles of a mount: a login without a name tries each.
    private static let mostRoles = 256

    /// What the alias of a certificate without a name begins with, and no name may.
    private static let digestPrefix = "sha256:"

    private var roles: String { TokenMethodCollections.roles(mount) }
    private var certificateRole: String { routed["role"].lowercased() }

    private func reader() throws(LogicalFault) -> any CertificateReader {
        guard let reader = adapter.certificates else { throw .invalid("this server reads no certificates of clients") }
        return reader
    }

    func readCertificateMethod() throws -> LogicalResponse {
        let isOpen = try perform(changing: false) { try $0.bindsNoCertificate(mount) }
        return .data(
            JSONObject(members: ["disable_binding": .bool(isOpen), "enable_identity_alias_metadata": false])
        )
    }

    func writeCertificateMethod() throws -> LogicalResponse {
        let isOpen = try parameters.flag("disable_binding") ?? false
        if try parameters.flag("enable_identity_alias_metadata") ?? false {
            throw LogicalFault.invalid("'enable_identity_alias_metadata' is not supported by this server")
        }
        let collection = TokenMethodCollections.configuration(mount)
        try perform(changing: true) { try $0.put(collection, TokenMethodCollections.settings, ["open": .bool(isOpen)]) }
        return .empty
    }

    func readCertificateRole() throws -> LogicalResponse {
        guard let found = try perform(changing: false, { try $0.document(roles, certificateRole) }) else {
            throw LogicalFault.notFound
        }
        return .data(CertificateRole(certificateRole, found).members)
    }

    func writeCertificateRole() throws -> LogicalResponse {
        let reader = try reader()
        try perform(changing: true, exists: { try $0.document(roles, certificateRole) != nil }) { directory in
            let old = try directory.document(roles, certificateRole)
            var role = old.map { CertificateRole(certificateRole, $0) } ?? CertificateRole(certificateRole)
            try role.update(from: parameters, reader)
            if old == nil, try directory.names(in: roles).count >= Self.mostRoles {
                throw LogicalFault.invalid("the mount has \(Self.mostRoles) certificates already")
            }
            try directory.put(roles, role.name, role.json)
        }
        return .empty
    }

    /// A role that takes the client's certificate, as it was then.
    struct TakenCertificate: Sendable {
        let role: CertificateRole
        let certificate: ClientCertificate
    }

    /// Finds the first role, by name, that takes the client's certificate.
    func takeCertificate() throws -> TakenCertificate {
        let reader = try reader()
        guard let bytes = request.origin.clientCertificate, let certificate = reader.certificate(bytes) else {
            throw LogicalFault.invalid("client certificate must be supplied")
        }
        let name = try parameters.text("name")?.lowercased() ?? ""
        let (known, now) = try beginLogin { directory in
            directory.detail = shownCertificate
            var known: [CertificateRole] = []
            for one in name.isEmpty ? try directory.names(in: roles) : [name] {
                if let found = try directory.document(roles, one) { known.append(CertificateRole(one, found)) }
            }
            return (known, directory.time)
        }
        // One for all roles: what was shown is read once, and the signatures are counted for the login.
        guard reader.isGood(bytes, at: now),
            var chain = reader.chain(bytes, through: request.origin.clientChain, at: now),
            let role = known.first(where: { $0.takes(certificate, &chain, reader) })
        else {
            throw LogicalFault.invalid("invalid certificate or no client certificate supplied")
        }
        return TakenCertificate(role: role, certificate: certificate)
    }

    /// The certificate that was shown, as the log names it: by its fingerprint, which anybody can know.
    private var shownCertificate: String {
        let digest = SHA256.hash(data: request.origin.clientCertificate ?? [])
        return "certificate sha256:\(Hex.encode(Array(digest)))"
    }

    /// The end of a login: the certificate was verified elsewhere.
    func certificateLogin(_ taken: Result<TakenCertificate, LogicalFault>) throws -> LogicalResponse {
        try endLogin { directory in
            directory.detail = shownCertificate
            let taken = try taken.get()
            let role = taken.role
            directory.detail = "role \(role.name), \(shownCertificate)"
            guard let found = try directory.document(roles, role.name), CertificateRole(role.name, found) == role else {
                throw LogicalFault.invalid("invalid certificate or no client certificate supplied")
            }
            try checkAddress(role.token.addresses, else: .denied, &directory)
            let digest = Hex.encode(Array(SHA256.hash(data: taken.certificate.bytes)))
            let name = taken.certificate.commonName
            // Such a name could be the digest of a certificate that has none, and its bearer that one's entity.
            guard !name.lowercased().hasPrefix(Self.digestPrefix) else {
                throw LogicalFault.invalid("invalid certificate or no client certificate supplied")
            }
            return try login(
                role.token,
                addresses: role.token.addresses,
                displayName: "\(mount.listed.dropLast())-\(role.displayName)",
                metadata: [
                    "cert_name": role.name, "common_name": name, "serial_number": taken.certificate.serial,
                ],
                // Without a name, nobody else's certificate is mistaken for it.
                alias: LoginAlias(name: name.isEmpty ? Self.digestPrefix + digest : name),
                extra: [
                    LoginRole.collection: roles, LoginRole.name: role.name, LoginRole.certificate: digest,
                    LoginRole.mount: mount.path,
                ],
                &directory
            )
        }
    }
}

extension Directory {
    /// Whether a cert mount lets tokens be renewed without the certificate.
    func bindsNoCertificate(_ mount: MountRecord) throws(StoreError) -> Bool {
        let collection = TokenMethodCollections.configuration(mount)
        return try document(collection, TokenMethodCollections.settings)?["open"] == .bool(true)
    }
}

extension HashiCorpVaultAdapter {
    /// Logs in with the connection's certificate: who vouches for it is found out on another thread.
    func certificateLogin(_ request: LogicalRequest, mount: Substring) throws(LogicalFault) -> Plan {
        let digest = SHA256.hash(data: request.origin.clientCertificate ?? [])
        let name = "vault/\(mount)/\(Hex.encode(Array(digest.prefix(16))))"
        try mayTry(name, request.origin.address)
        return loginApart(request, name, as: .certificateLogin) { context in
            .invalid(context.mount.engine == .appRole ? "missing role_id" : "missing token")
        } judge: { context -> Result<LogicalContext.TakenCertificate, LogicalFault> in
            do { return .success(try context.takeCertificate()) } catch { return .failure(LogicalFault(any: error)) }
        } finish: { context, taken in
            try context.certificateLogin(taken)
        }
    }
}
