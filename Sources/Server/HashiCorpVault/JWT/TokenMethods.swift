internal import Findings
internal import SecretStore
internal import Vaulting

/// Where the ways to log in with a token or a certificate keep what they know: two collections for each mount.
enum TokenMethodCollections {
    /// One document, named ``settings``.
    static func configuration(_ mount: MountRecord) -> String { "vault.\(mount.engine.type)/\(mount.kept)/config" }
    /// Roles by their names.
    static func roles(_ mount: MountRecord) -> String { "vault.\(mount.engine.type)/\(mount.kept)/roles" }

    static let settings = "config"
}

/// The roles of jwt and kubernetes mounts, and what the mounts believe.
extension LogicalContext {
    private var roles: String { TokenMethodCollections.roles(mount) }

    /// In lower case, as Vault has it for these.
    private var tokenRoleName: String { routed["role"].lowercased() }

    func readTokenMethod() throws -> LogicalResponse {
        let found = try perform(changing: false) { try $0.tokenMethod(mount) }
        guard let found else { throw LogicalFault.notFound }
        return .data(
            mount.engine == .jwt ? JWTConfiguration(found).members : ServiceAccountConfiguration(found).members
        )
    }

    func writeTokenMethod() throws -> LogicalResponse {
        let document: JSONValue
        var fetches = false
        switch mount.engine {
        case .jwt:
            let configuration = try JWTConfiguration(parameters)
            fetches = !configuration.keySetURL.isEmpty
            if fetches, !adapter.keySets.canFetch {
                throw LogicalFault.invalid("this server fetches no keys: set jwt_validation_pubkeys")
            }
            document = configuration.json
        default: document = try ServiceAccountConfiguration(parameters).json
        }
        try perform(changing: true) { directory in
            // The server itself will ask that address: whoever may only write the settings must not choose it.
            if fetches, !hasSudo { throw LogicalFault.denied }
            try directory.put(TokenMethodCollections.configuration(mount), TokenMethodCollections.settings, document)
        }
        adapter.keySets.forget(mount.path)
        return .empty
    }

    func listLoginRoles() throws -> LogicalResponse {
        try .keys(try perform(changing: false) { try $0.names(in: roles) })
    }

    func readLoginRole() throws -> LogicalResponse {
        guard let found = try perform(changing: false, { try $0.document(roles, tokenRoleName) }) else {
            throw LogicalFault.notFound
        }
        return .data(
            mount.engine == .jwt
                ? JWTRole(tokenRoleName, found).members : ServiceAccountRole(tokenRoleName, found).members
        )
    }

    func writeLoginRole() throws -> LogicalResponse {
        let warnings = try perform(changing: true, exists: { try $0.document(roles, tokenRoleName) != nil }) {
            directory in
            var warnings: [String] = []
            let old = try directory.document(roles, tokenRoleName)
            let document: JSONValue
            switch mount.engine {
            case .jwt:
                var role = old.map { JWTRole(tokenRoleName, $0) } ?? JWTRole(tokenRoleName)
                try role.update(from: parameters)
                document = role.json
            default:
                var role = old.map { ServiceAccountRole(tokenRoleName, $0) } ?? ServiceAccountRole(tokenRoleName)
                try role.update(from: parameters)
                document = role.json
                if role.audience.isEmpty {
                    warnings.append("The role has no audience: a token that is for somebody is refused on this server.")
                }
            }
            try directory.put(roles, tokenRoleName, document)
            return warnings
        }
        return LogicalResponse(warnings: warnings)
    }

    func deleteLoginRole() throws -> LogicalResponse {
        try perform(changing: true) { try $0.remove(roles, tokenRoleName) }
        return .empty
    }
}

extension Directory {
    /// What a jwt or kubernetes mount believes; nil when nothing was said.
    func tokenMethod(_ mount: MountRecord) throws(StoreError) -> JSONValue? {
        try document(TokenMethodCollections.configuration(mount), TokenMethodCollections.settings)
    }
}
