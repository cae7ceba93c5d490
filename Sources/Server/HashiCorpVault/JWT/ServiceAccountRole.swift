internal import Findings
internal import SecretStore
internal import Secrets
internal import Vaulting

/// Whose tokens a kubernetes mount believes: those that the keys of the cluster's API server have signed.
///
/// The cluster is not asked (TokenReview): what would need that is refused when it is written.
struct ServiceAccountConfiguration: Sendable, Equatable {
    var host = ""
    var authority = ""
    /// The keys that sign service accounts' tokens, in PEM.
    var keys: [String] = []
    /// Empty for any.
    var issuer = ""
    var ignoresIssuer = false
    var hasNoLocalAuthority = false

    init(_ parameters: LogicalParameters) throws(LogicalFault) {
        host = try parameters.text("kubernetes_host") ?? ""
        guard !host.isEmpty else { throw .invalid("no host provided") }
        guard host.utf8.count <= 1024, host.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw .invalid("'kubernetes_host' is not a host or a URL")
        }
        let reviewer = try parameters.secret("token_reviewer_jwt")
        guard reviewer?.isEmpty ?? true, try parameters.flag("use_annotations_as_alias_metadata") != true else {
            throw .invalid(
                "this server does not ask the cluster: it verifies service accounts' tokens with 'pem_keys' only"
            )
        }
        authority = try JWTConfiguration.authority(parameters, "kubernetes_ca_cert")
        keys = try JWTConfiguration.keys(parameters, "pem_keys")
        guard !keys.isEmpty else {
            throw .invalid(
                "'pem_keys' must be set: this server verifies service accounts' tokens with them, and asks no TokenReview of the cluster"
            )
        }
        issuer = try parameters.text("issuer") ?? ""
        guard issuer.utf8.count <= 1024 else { throw .invalid("'issuer' is longer than 1024 bytes") }
        ignoresIssuer = try parameters.flag("disable_iss_validation") ?? issuer.isEmpty
        guard ignoresIssuer || !issuer.isEmpty else { throw .invalid("'issuer' must be set when it is validated") }
        hasNoLocalAuthority = try parameters.flag("disable_local_ca_jwt") ?? false
    }

    /// The settings as a read shows them.
    var members: JSONObject {
        JSONObject(members: [
            "disable_iss_validation": .bool(ignoresIssuer), "disable_local_ca_jwt": .bool(hasNoLocalAuthority),
            "issuer": .string(issuer), "kubernetes_ca_cert": .string(authority), "kubernetes_host": .string(host),
            "pem_keys": .texts(keys), "token_reviewer_jwt_set": false, "use_annotations_as_alias_metadata": false,
        ])
    }

    var json: JSONValue {
        [
            "authority": .string(authority), "host": .string(host), "issuer": .string(issuer), "keys": .texts(keys),
            "no_issuer": .bool(ignoresIssuer), "no_local": .bool(hasNoLocalAuthority),
        ]
    }

    init(_ value: JSONValue) {
        authority = value["authority"]?.asString ?? ""
        host = value["host"]?.asString ?? ""
        issuer = value["issuer"]?.asString ?? ""
        keys = value["keys"].texts
        ignoresIssuer = value["no_issuer"] == .bool(true)
        hasNoLocalAuthority = value["no_local"] == .bool(true)
    }
}

/// Which service accounts may log in at a kubernetes mount, and what they get.
struct ServiceAccountRole: Sendable, Equatable {
    private static let most = 256

    /// In lower case.
    let name: String
    var accounts: [String] = []
    var namespaces: [String] = []
    var audience = ""
    /// Whether the alias is named by namespace and name, and not by the account's UID.
    var namesAliasByName = false
    var token = TokenSettings()

    init(_ name: String) { self.name = name }

    /// Takes what is said and leaves the rest.
    mutating func update(from parameters: LogicalParameters) throws(LogicalFault) {
        try token.update(from: parameters)
        if let list = try parameters.list("bound_service_account_names") { accounts = list }
        if let list = try parameters.list("bound_service_account_namespaces") { namespaces = list }
        if let text = try parameters.text("bound_service_account_namespace_selector"), !text.isEmpty {
            throw .invalid(
                "'bound_service_account_namespace_selector' needs the cluster's API, which this server does not ask"
            )
        }
        try Self.check(accounts, "bound_service_account_names")
        try Self.check(namespaces, "bound_service_account_namespaces")
        if let text = try parameters.text("audience") { audience = text }
        guard audience.utf8.count <= 1024 else { throw .invalid("'audience' is longer than 1024 bytes") }
        if let text = try parameters.text("alias_name_source") {
            switch text {
            case "", "serviceaccount_uid": namesAliasByName = false
            case "serviceaccount_name": namesAliasByName = true
            default:
                throw .invalid(
                    "invalid alias_name_source, must be one of: serviceaccount_uid, serviceaccount_name"
                )
            }
        }
    }

    private static func check(_ list: [String], _ name: String) throws(LogicalFault) {
        guard !list.isEmpty else { throw .invalid("\"\(name)\" can not be empty") }
        guard list.count <= most, list.allSatisfy({ $0.utf8.count <= 253 }) else {
            throw .invalid("\"\(name)\" has too many values, or one that is too long")
        }
        guard list.count == 1 || !list.contains("*") else { throw .invalid("can not mix \"*\" with values") }
    }

    /// The role as a read shows it.
    var members: JSONObject {
        var members = JSONObject(members: [
            "alias_name_source": namesAliasByName ? "serviceaccount_name" : "serviceaccount_uid",
            "bound_service_account_names": .texts(accounts),
            "bound_service_account_namespace_selector": "", "bound_service_account_namespaces": .texts(namespaces),
        ])
        if !audience.isEmpty { members["audience"] = .string(audience) }
        for member in token.members { members[member.key] = member.value }
        return members
    }

    var json: JSONValue {
        [
            "accounts": .texts(accounts), "audience": .string(audience), "by_name": .bool(namesAliasByName),
            "namespaces": .texts(namespaces), "token": token.json,
        ]
    }

    init(_ name: String, _ value: JSONValue) {
        self.name = name
        accounts = value["accounts"].texts
        audience = value["audience"]?.asString ?? ""
        namesAliasByName = value["by_name"] == .bool(true)
        namespaces = value["namespaces"].texts
        token = TokenSettings(value["token"] ?? .null)
    }
}

/// The service account that a token is of: a projected one (`kubernetes.io`), or one of a secret.
struct ServiceAccount: Sendable, Equatable {
    let name: String
    let namespace: String
    let uid: String
    let secret: String

    init?(_ claims: JWTClaims) {
        let prefix = "kubernetes.io/serviceaccount/"
        func text(_ value: JSONValue?) -> String? { value?.asString.flatMap { Self.isName($0) ? $0 : nil } }
        if let projected = claims.object["kubernetes.io"] {
            guard let name = text(projected["serviceaccount"]?["name"]),
                let uid = text(projected["serviceaccount"]?["uid"]),
                let namespace = text(projected["namespace"])
            else { return nil }
            (self.name, self.uid, self.namespace, secret) = (name, uid, namespace, "")
        } else {
            guard let name = text(claims.object[prefix + "service-account.name"]),
                let uid = text(claims.object[prefix + "service-account.uid"]),
                let namespace = text(claims.object[prefix + "namespace"])
            else { return nil }
            (self.name, self.uid, self.namespace) = (name, uid, namespace)
            secret = text(claims.object[prefix + "secret.name"]) ?? ""
        }
    }

    /// What names are in Kubernetes: letters, digits, `-` and `.`.
    private static func isName(_ text: String) -> Bool {
        (1...253).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E: true
                default: false
                }
            }
    }

    /// What the token and the alias say of it.
    var metadata: [String: String] {
        [
            "service_account_name": name, "service_account_namespace": namespace, "service_account_secret_name": secret,
            "service_account_uid": uid,
        ]
    }
}

extension ServiceAccountRole {
    /// The account that a verified token is of, when the role takes it.
    ///
    /// Because the cluster is not asked whether the account is still there, a token must say when it ends, and whom it is
    /// for must be what the role says.
    func account(
        _ claims: JWTClaims,
        _ configuration: ServiceAccountConfiguration,
        at now: Timestamp
    ) throws(LogicalFault) -> ServiceAccount {
        var expectation = JWTExpectation()
        if !configuration.ignoresIssuer { expectation.issuer = configuration.issuer }
        if !audience.isEmpty { expectation.audiences = [audience] }
        expectation.needsEnd = true
        do throws(JWTRefusal) { try expectation.check(claims, at: now) } catch { throw LogicalFault(403, error.text) }
        if audience.isEmpty, claims.audiences?.isEmpty == false {
            throw LogicalFault(403, "audience claim found in JWT but no audiences bound to the role")
        }
        guard let account = ServiceAccount(claims) else { throw LogicalFault(403, "could not parse UID from claims") }
        guard accounts.contains(where: { BoundClaims.fits(account.name, $0) }) else {
            throw LogicalFault(403, "service account name not authorized")
        }
        guard namespaces.contains(where: { BoundClaims.fits(account.namespace, $0) }) else {
            throw LogicalFault(403, "namespace not authorized")
        }
        return account
    }
}
