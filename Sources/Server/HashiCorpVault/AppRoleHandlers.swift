internal import Findings
internal import SecretStore
internal import Secrets
internal import Vaulting

/// AppRole: its roles and their fields.
extension LogicalContext {
    /// The role's name. One name in every case: Vault folds it, and two spellings would have two counts of failures.
    var roleName: String { routed["role"].lowercased() }

    func listRoles() throws -> LogicalResponse {
        try .keys(try perform(changing: false) { try $0.names(in: DirectoryCollections.roles(mount)) })
    }

    func readRole() throws -> LogicalResponse {
        guard let role = try perform(changing: false, { try $0.appRole(mount, roleName) }) else {
            throw LogicalFault.notFound
        }
        return .data(role.members)
    }

    func writeRole() throws -> LogicalResponse {
        try perform(changing: true, exists: { try $0.appRole(mount, roleName) != nil }) { directory in
            let old = try directory.appRole(mount, roleName)
            var role = old ?? AppRole(roleName)
            try role.update(from: parameters, isNew: old == nil)
            try keep(role, replacing: old, &directory)
        }
        return .empty
    }

    func deleteRole() throws -> LogicalResponse {
        try perform(changing: true) { directory in
            guard let role = try directory.appRole(mount, roleName) else { return }
            for collection in [
                DirectoryCollections.secretIDs(mount, role.name), DirectoryCollections.accessors(mount, role.name),
            ] {
                for name in try directory.names(in: collection) { try directory.remove(collection, name) }
            }
            try directory.remove(DirectoryCollections.roleIDs(mount), role.roleID)
            try directory.remove(DirectoryCollections.roles(mount), role.name)
        }
        return .empty
    }

    func readRoleID() throws -> LogicalResponse {
        guard let role = try perform(changing: false, { try $0.appRole(mount, roleName) }) else {
            throw LogicalFault.notFound
        }
        return .data(JSONObject(members: ["role_id": .string(role.roleID)]))
    }

    func writeRoleID() throws -> LogicalResponse {
        let id = try AppRole.checkedID(try parameters.text("role_id") ?? "", "role_id")
        return try change { (role) throws(LogicalFault) in role.roleID = id }
    }

    func readRoleField() throws -> LogicalResponse {
        let field = try AppRoleField(routed["field"])
        guard let role = try perform(changing: false, { try $0.appRole(mount, roleName) }) else {
            throw LogicalFault.notFound
        }
        let all = role.members
        var shown = JSONObject()
        for name in field.members { shown[name] = all[name] ?? .null }
        return .data(shown)
    }

    func writeRoleField() throws -> LogicalResponse {
        let field = try AppRoleField(routed["field"])
        let sent = field.parameters.filter { parameters[$0] != nil }
        guard !sent.isEmpty else { throw LogicalFault.invalid("missing \(field.parameters[0])") }
        var only = JSONObject()
        for name in sent { only[name] = parameters[name] }
        return try change { (role) throws(LogicalFault) in
            try role.update(from: LogicalParameters(only), isNew: false)
        }
    }

    func deleteRoleField() throws -> LogicalResponse {
        let field = try AppRoleField(routed["field"])
        return try change { (role) throws(LogicalFault) in
            try role.update(from: LogicalParameters(field.cleared), isNew: false)
        }
    }

    private func change(_ body: (inout AppRole) throws(LogicalFault) -> Void) throws -> LogicalResponse {
        try perform(changing: true) { directory in
            guard let old = try directory.appRole(mount, roleName) else { throw LogicalFault.unsupportedPath }
            var role = old
            try body(&role)
            try keep(role, replacing: old, &directory)
        }
        return .empty
    }

    private func keep(_ role: AppRole, replacing old: AppRole?, _ directory: inout Directory) throws {
        let ids = DirectoryCollections.roleIDs(mount)
        if old?.roleID != role.roleID {
            guard try directory.document(ids, role.roleID) == nil else {
                throw LogicalFault.invalid("role_id is already in use")
            }
            if let old { try directory.remove(ids, old.roleID) }
            try directory.put(ids, role.roleID, ["role": .string(role.name)])
        }
        try directory.put(DirectoryCollections.roles(mount), role.name, role.json)
    }
}

/// One field of a role that has a path of its own, such as `role/web/token-ttl`.
struct AppRoleField {
    /// What a write may send.
    let parameters: [String]
    /// What a read shows.
    let members: [String]
    /// What a delete sets.
    let cleared: JSONObject

    init(_ name: String) throws(LogicalFault) {
        func field(_ member: String, _ none: JSONValue, also old: String...) -> (JSONObject, [String]) {
            (JSONObject(members: [member: none]), [member] + old)
        }
        let found: (JSONObject, [String])
        switch name {
        case "policies", "token-policies": found = field("token_policies", [], also: "policies")
        case "bound-cidr-list", "secret-id-bound-cidrs":
            found = field("secret_id_bound_cidrs", [], also: "bound_cidr_list")
        case "token-bound-cidrs": found = field("token_bound_cidrs", [])
        case "bind-secret-id": found = field("bind_secret_id", true)
        case "secret-id-num-uses": found = field("secret_id_num_uses", 0)
        case "secret-id-ttl": found = field("secret_id_ttl", 0)
        case "period", "token-period": found = field("token_period", 0, also: "period")
        case "token-num-uses": found = field("token_num_uses", 0)
        case "token-ttl": found = field("token_ttl", 0)
        case "token-max-ttl": found = field("token_max_ttl", 0)
        case "local-secret-ids": found = field("local_secret_ids", false)
        default: throw .unsupportedPath
        }
        cleared = found.0
        parameters = found.1
        members = [found.1[0]]
    }
}
