internal import AccessPolicy
internal import Findings
internal import SecretStore
internal import Secrets
internal import Vaulting

/// The state of the server, policies, capabilities, audit.
extension LogicalContext {
    func rotateKeys() throws -> LogicalResponse {
        try require()
        try trusted.rotateRings()
        return .empty
    }

    /// How often a key encrypted something is not counted, so it is not told.
    func keyStatus() throws -> LogicalResponse {
        try require()
        let ring = try trusted.sharedRing()
        return .data(
            JSONObject(members: [
                "term": .integer(ring.generation), "install_time": .string(VaultTime.text(ring.since)),
            ])
        )
    }

    func listAudit() throws -> LogicalResponse {
        try require()
        let members = JSONObject(members: [
            "description": "the store's own chained and signed log", "local": false, "options": .object(JSONObject()),
            "path": .string(Self.auditPath + "/"), "type": "keyfolio",
        ])
        return .data(JSONObject(members: [Self.auditPath + "/": .object(members)]))
    }

    func auditHash() throws -> LogicalResponse {
        guard let input = try parameters.text("input") else {
            throw LogicalFault.invalid("the \"input\" parameter is empty")
        }
        guard routed["path"] == Self.auditPath else {
            throw LogicalFault.invalid("unknown audit backend: \(routed["path"])/")
        }
        return try perform(changing: false) { directory in
            let hash = directory.keyedHash(of: input)
            return .data(JSONObject(members: ["hash": .string("hmac-sha256:" + Hex.encode(hash))]))
        }
    }

    /// The one audit device that a store has, and that cannot be taken away.
    private static let auditPath = "keyfolio"
}

extension LogicalContext {
    func listPolicies() throws -> LogicalResponse {
        let names = try perform(changing: false) { try $0.policyNames() }
        return try .keys(names)
    }

    func listOldPolicies() throws -> LogicalResponse {
        let names = try perform(changing: false) { try $0.policyNames() }.map(JSONValue.string)
        return .data(JSONObject(members: ["keys": .array(names), "policies": .array(names)]))
    }

    func readPolicy() throws -> LogicalResponse { try readPolicy(as: "policy") }

    func readOldPolicy() throws -> LogicalResponse { try readPolicy(as: "rules") }

    private func readPolicy(as member: String) throws -> LogicalResponse {
        let name = try policyName()
        let text = try perform(changing: false) { directory in
            // The policy root has no text, and is there.
            name == PolicyName.root ? "" : try directory.policy(name)
        }
        guard let text else { throw LogicalFault.notFound }
        return .data(JSONObject(members: ["name": .string(name), member: .string(text)]))
    }

    func writePolicy() throws -> LogicalResponse {
        let name = try policyName()
        guard let sent = try parameters.text("policy") ?? parameters.text("rules"), !sent.isEmpty else {
            throw LogicalFault.invalid("'policy' parameter not supplied or empty")
        }
        if name == PolicyName.root { throw LogicalFault.invalid("cannot update \"root\" policy") }
        // The command line sends HCL; older clients send it in base64.
        try perform(changing: true) { try $0.setPolicy(name, sent) }
        return .empty
    }

    func deletePolicy() throws -> LogicalResponse {
        let name = try policyName()
        if name == PolicyName.root || name == PolicyName.standard {
            throw LogicalFault.invalid("cannot delete \"\(name)\" policy")
        }
        try perform(changing: true) { _ = try $0.removePolicy(name) }
        return .empty
    }

    private func policyName() throws(LogicalFault) -> String {
        do throws(PolicyError) {
            return try PolicyName.normalized(routed["name"])
        } catch {
            throw .invalid(error.message)
        }
    }
}

extension LogicalContext {
    func capabilitiesOfSelf() throws -> LogicalResponse {
        let paths = try capabilityPaths()
        try require()
        return Self.capabilities(vault.identity.access, paths)
    }

    func capabilities() throws -> LogicalResponse {
        let paths = try capabilityPaths()
        guard let token = try parameters.secret("token"), !token.isEmpty else {
            throw LogicalFault.invalid("missing token")
        }
        return try capabilities(of: .token(token), paths, missing: "invalid token")
    }

    func capabilitiesOfAccessor() throws -> LogicalResponse {
        let paths = try capabilityPaths()
        guard let accessor = try parameters.text("accessor"), !accessor.isEmpty else {
            throw LogicalFault.invalid("missing accessor")
        }
        return try capabilities(of: .accessor(accessor), paths, missing: "invalid accessor")
    }

    func resultantACL() throws -> LogicalResponse {
        let access = vault.identity.access
        // Clients draw their menus by it. What a rule allows is asked of the mounts that are there.
        var exact = JSONObject()
        var globs = JSONObject()
        for mount in table.mounts where access.mayHoldAnything(under: mount.path + "/") {
            let shown = access.capabilities(on: mount.path + "/").map { JSONValue.string($0.rawValue) }
            globs[mount.path + "/"] = .object(JSONObject(members: ["capabilities": .array(shown)]))
        }
        if access.isRoot { exact = JSONObject() }
        return .data(
            JSONObject(members: [
                "exact_paths": .object(exact), "glob_paths": .object(globs), "root": .bool(access.isRoot),
                "chroot_namespace": "",
            ])
        )
    }

    private func capabilityPaths() throws(LogicalFault) -> [String] {
        let (name, _) = parameters.first(["paths", "path"]) ?? ("paths", .null)
        guard let paths = try parameters.list(name), !paths.isEmpty else {
            throw .invalid("paths must be supplied")
        }
        guard paths.count <= Self.mostPaths else { throw .invalid("more than \(Self.mostPaths) paths supplied") }
        return paths
    }

    private static let mostPaths = 1000

    private func capabilities(
        of reference: TokenReference,
        _ paths: [String],
        missing: String
    ) throws -> LogicalResponse {
        let access = try perform(changing: false) { directory in
            guard let token = try directory.token(reference) else { throw LogicalFault.invalid(missing) }
            return try directory.access(of: token)
        }
        return Self.capabilities(access, paths)
    }

    private static func capabilities(_ access: AccessControl, _ paths: [String]) -> LogicalResponse {
        var data = JSONObject()
        for path in paths {
            let trimmed = path.utf8.first == UInt8(ascii: "/") ? String(path.dropFirst()) : path
            data[path] = .array(access.capabilities(on: trimmed).map { .string($0.rawValue) })
        }
        if let first = paths.first, let value = data[first] { data["capabilities"] = value }
        return .data(data)
    }
}

extension Directory {
    /// What a token may do, as it would be found out when it came.
    fileprivate func access(of token: TokenRecord) throws(StoreError) -> AccessControl {
        var names = Set(token.policies)
        let principal = try token.principal.flatMap { (name) throws(StoreError) in try self.principal(name) }
        for role in principal?.roles ?? [] { names.formUnion(try policies(ofRole: role) ?? []) }
        names.formUnion(principal?.policies ?? [])
        if names.contains(PolicyName.root) { return .root }
        var documents: [(name: String, document: PolicyDocument)] = []
        for name in names.sorted() {
            if let text = try policy(name), let document = try? PolicyDocument(parsing: text) {
                documents.append((name, document))
            }
        }
        let identity = TemplateValues(
            entityID: principal?.id,
            entityName: principal?.name,
            metadata: principal?.metadata ?? [:]
        )
        return AccessControl(documents, identity: identity)
    }
}
