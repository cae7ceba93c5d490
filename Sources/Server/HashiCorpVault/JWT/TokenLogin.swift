internal import Crypto
internal import Findings
internal import HTTPModel
internal import SecretStore
internal import Secrets
internal import Vaulting

/// A token whose signature was found right, with what the mount believed then.
struct VerifiedToken: Sendable {
    let claims: JWTClaims
    /// The mount's settings that it was verified with: when they have changed meanwhile, it proves nothing.
    let settings: JSONValue
}

/// Logging in with a JSON Web Token.
extension LogicalContext {
    /// Verifies a token with the mount's keys. It may wait for the keys to be fetched.
    ///
    /// No role is looked at before: to whoever has no token of the issuer, a role that is there looks like one that is
    /// not.
    func verify(_ token: Secret<String>) throws -> VerifiedToken {
        let settings = try beginLogin { directory in
            try noteRole(&directory)
            return try directory.tokenMethod(mount)
        }
        guard let settings else { throw LogicalFault.invalid("could not load configuration") }
        do throws(JWTRefusal) {
            let token = try JSONWebToken(token.reveal())
            let (keys, allowed): ([JWTKey], Set<JWTAlgorithm>)
            if mount.engine == .jwt {
                let configuration = JWTConfiguration(settings)
                allowed = configuration.allowed
                guard allowed.contains(token.algorithm) else { throw .badAlgorithm }
                keys =
                    configuration.keySetURL.isEmpty
                    ? configuration.keys.compactMap { JWTKey(pem: $0) }
                    : try adapter.keySets.keys(for: token, configuration, mount: mount.path)
            } else {
                allowed = JWTAlgorithm.kubernetes
                keys = ServiceAccountConfiguration(settings).keys.compactMap { JWTKey(pem: $0) }
            }
            return VerifiedToken(claims: JWTClaims(try token.claims(verifiedBy: keys, allowed)), settings: settings)
        } catch {
            if error == .busy { throw LogicalFault(503, error.text) }
            guard mount.engine == .jwt else { throw LogicalFault(403, "permission denied") }
            throw LogicalFault.invalid("error validating token: \(error.text)")
        }
    }

    /// The end of a login: the signature was looked at elsewhere.
    func tokenLogin(_ verified: Result<VerifiedToken, LogicalFault>) throws -> LogicalResponse {
        try endLogin { directory in
            try noteRole(&directory)
            let verified = try verified.get()
            guard let settings = try directory.tokenMethod(mount), settings == verified.settings else {
                throw LogicalFault.invalid("error validating token: the settings have changed meanwhile")
            }
            return mount.engine == .jwt
                ? try login(verified.claims, JWTConfiguration(settings), &directory)
                : try login(verified.claims, ServiceAccountConfiguration(settings), &directory)
        }
    }

    /// Says in the record which role was asked for, before anything else is looked at.
    private func noteRole(_ directory: inout Directory) throws {
        var name = try parameters.text("role")?.lowercased() ?? ""
        if name.isEmpty, mount.engine == .jwt, let settings = try directory.tokenMethod(mount) {
            name = JWTConfiguration(settings).defaultRole
        }
        guard !name.isEmpty else { return }
        let isKnown = try directory.document(TokenMethodCollections.roles(mount), name) != nil
        note(role: name, isKnown: isKnown, &directory)
    }

    private func login(
        _ claims: JWTClaims,
        _ configuration: JWTConfiguration,
        _ directory: inout Directory
    ) throws -> LogicalResponse {
        var name = try parameters.text("role")?.lowercased() ?? ""
        if name.isEmpty { name = configuration.defaultRole }
        guard !name.isEmpty else { throw LogicalFault.invalid("missing role") }
        guard let document = try directory.document(TokenMethodCollections.roles(mount), name) else {
            throw LogicalFault.invalid("role \"\(Principal(name).name)\" could not be found")
        }
        let role = JWTRole(name, document)
        try checkAddress(role.token.addresses, else: .denied, &directory)
        let user = try role.user(claims, issuer: configuration.issuer, at: directory.time)
        return try login(
            role.token,
            addresses: role.token.addresses,
            displayName: "\(mount.listed.dropLast())-\(user.name)",
            metadata: user.metadata,
            alias: LoginAlias(name: user.name, metadata: user.metadata),
            role: name,
            &directory
        )
    }

    private func login(
        _ claims: JWTClaims,
        _ configuration: ServiceAccountConfiguration,
        _ directory: inout Directory
    ) throws -> LogicalResponse {
        let name = try parameters.text("role")?.lowercased() ?? ""
        guard !name.isEmpty else { throw LogicalFault.invalid("missing role") }
        guard let document = try directory.document(TokenMethodCollections.roles(mount), name) else {
            throw LogicalFault.invalid("invalid role name \"\(Principal(name).name)\"")
        }
        let role = ServiceAccountRole(name, document)
        try checkAddress(role.token.addresses, else: .denied, &directory)
        let account = try role.account(claims, configuration, at: directory.time)
        var metadata = account.metadata
        metadata["role"] = name
        return try login(
            role.token,
            addresses: role.token.addresses,
            displayName: "\(mount.listed.dropLast())-\(account.namespace)-\(account.name)",
            metadata: metadata,
            alias: LoginAlias(
                name: role.namesAliasByName ? "\(account.namespace)/\(account.name)" : account.uid,
                metadata: account.metadata
            ),
            role: name,
            &directory
        )
    }

    private func login(
        _ settings: TokenSettings,
        addresses: [String],
        displayName: String,
        metadata: [String: String],
        alias: LoginAlias,
        role: String,
        _ directory: inout Directory
    ) throws -> LogicalResponse {
        try login(
            settings,
            addresses: addresses,
            displayName: displayName,
            metadata: metadata,
            alias: alias,
            extra: [LoginRole.collection: TokenMethodCollections.roles(mount), LoginRole.name: role],
            &directory
        )
    }
}

/// What a token says of the role that it was got with: a token whose role is gone is not renewed.
enum LoginRole {
    static let collection = "login_roles"
    static let name = "login_role"
    /// The SHA-256 of the certificate that the token was got with, and the mount that took it.
    static let certificate = "login_certificate"
    static let mount = "login_mount"

    /// Throws when the role that a token was got with is gone.
    /// Or when the connection does not show the certificate that it was got with, another good one included
    /// (CVE-2026-39388).
    static func check(_ record: TokenRecord, _ context: LogicalContext, _ directory: borrowing Directory) throws {
        guard let collection = record.extra[collection], let name = record.extra[name] else { return }
        guard try directory.document(collection, name) != nil else {
            throw LogicalFault.invalid("role \(name) does not exist during renewal")
        }
        guard let digest = record.extra[certificate] else { return }
        // Whether the mount binds is not known where it is gone, or another one is in its place.
        guard let mount = context.table[record.extra[mount] ?? ""], TokenMethodCollections.roles(mount) == collection
        else {
            throw LogicalFault.invalid("the mount that the token was got with is not there during renewal")
        }
        guard try !directory.bindsNoCertificate(mount) else { return }
        guard let shown = context.request.origin.clientCertificate else {
            throw LogicalFault.invalid("no client certificate found")
        }
        guard Hex.encode(Array(SHA256.hash(data: shown))) == digest else {
            throw LogicalFault.invalid("client identity during renewal not matching client identity used during login")
        }
    }
}

extension HashiCorpVaultAdapter {
    /// Logs in with a token: its signature is verified on another thread, where the keys may also be waited for.
    func tokenLogin(_ request: LogicalRequest, mount: Substring) throws(LogicalFault) -> Plan {
        guard let token = try request.parameters.secret("jwt"), !token.isEmpty else { throw .invalid("missing token") }
        // The count is of the token, which may be tried again and again, and of the address. Were it of the role, anybody
        // could lock everybody else out; and a signature is not guessed.
        let digest = unsafe token.withUnsafeBytes { unsafe SHA256.hash(data: $0) }
        let name = "vault/\(mount)/\(Hex.encode(Array(digest.prefix(16))))"
        try mayTry(name, request.origin.address)
        return loginApart(request, name, as: .tokenMethodLogin) { context -> Result<VerifiedToken, LogicalFault> in
            do { return .success(try context.verify(token)) } catch {
                let fault = LogicalFault(any: error)
                guard fault.status < 500 else { throw fault }
                return .failure(fault)
            }
        } finish: { context, verified in
            try context.tokenLogin(verified)
        }
    }
}
