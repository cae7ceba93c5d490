internal import Findings
internal import SecretStore
internal import Vaulting

/// `identity/group`: internal groups of entities.
extension LogicalContext {
    func writeGroup() throws -> LogicalResponse {
        try perform(changing: true) { directory in
            var found: GroupRecord?
            if let id = try parameters.text("id"), !id.isEmpty {
                found = try directory.group(id)
                if found == nil { throw LogicalFault.invalid("invalid group ID") }
            } else if let name = try parameters.text("name"), !name.isEmpty {
                found = try directory.group(named: name)
            }
            return try write(found, &directory)
        }
    }

    func writeGroupByID() throws -> LogicalResponse {
        try perform(changing: true) { directory in
            guard let found = try directory.group(routed["id"]) else { throw LogicalFault.invalid("invalid group ID") }
            return try write(found, &directory)
        }
    }

    func writeGroupByName() throws -> LogicalResponse {
        try perform(changing: true) { directory in
            try write(try directory.group(named: routed["name"]), name: routed["name"], &directory)
        }
    }

    private func write(
        _ old: GroupRecord?,
        name: String? = nil,
        _ directory: inout Directory
    ) throws -> LogicalResponse {
        switch try parameters.text("type") ?? "" {
        case "", "internal": break
        case "external": throw LogicalFault.invalid("this server has internal groups only")
        default: throw LogicalFault.invalid("invalid group type")
        }
        if let nested = try parameters.list("member_group_ids"), !nested.isEmpty {
            throw LogicalFault.invalid("this server has no groups in groups: give member_entity_ids")
        }
        var given = name
        if given == nil, let text = try parameters.text("name"), !text.isEmpty { given = text }
        if let text = given { given = try IdentityNames.name(text, "a name") }
        var group = old ?? GroupRecord(name: given, created: directory.time)
        if old != nil, name == nil, let given { group.name = given }
        if let metadata = try IdentityNames.metadata(parameters, "metadata") { group.metadata = metadata }
        if let policies = try IdentityNames.policies(parameters) { group.policies = policies }
        if let members = try parameters.list("member_entity_ids") {
            for member in Set(members).subtracting(group.members) where try directory.entity(member) == nil {
                throw LogicalFault.invalid("invalid entity ID \"\(Principal(member).name)\"")
            }
            group.members = Set(members).sorted()
        }
        group.updated = directory.time
        directory.detail = "group \(group.id)"
        try directory.keep(group)
        guard old == nil else { return .empty }
        return .data(JSONObject(members: ["id": .string(group.id), "name": .string(group.name)]))
    }

    func readGroupByID() throws -> LogicalResponse { try read { try $0.group(routed["id"]) } }

    func readGroupByName() throws -> LogicalResponse { try read { try $0.group(named: routed["name"]) } }

    private func read(_ find: (borrowing Directory) throws -> GroupRecord?) throws -> LogicalResponse {
        guard let group = try perform(changing: false, { try find($0) }) else { throw LogicalFault.notFound }
        return .data(Self.shown(group))
    }

    func deleteGroupByID() throws -> LogicalResponse {
        try perform(changing: true) { try $0.removeGroup(routed["id"]) }
        return .empty
    }

    func deleteGroupByName() throws -> LogicalResponse {
        try perform(changing: true) { directory in
            guard let group = try directory.group(named: routed["name"]) else { return }
            try directory.removeGroup(group.id)
        }
        return .empty
    }

    func listGroupsByID() throws -> LogicalResponse {
        try .keys(try perform(changing: false) { try $0.identityGroups() }.map(\.id).sorted())
    }

    func listGroupsByName() throws -> LogicalResponse {
        try .keys(try perform(changing: false) { try $0.identityGroups() }.map(\.name).sorted())
    }

    func lookUpGroup() throws -> LogicalResponse {
        let found = try perform(changing: false) { directory -> GroupRecord? in
            if let id = try parameters.text("id"), !id.isEmpty { return try directory.group(id) }
            if let name = try parameters.text("name"), !name.isEmpty { return try directory.group(named: name) }
            throw LogicalFault.invalid("query parameter not supplied")
        }
        guard let found else { return .empty }
        return .data(Self.shown(found))
    }

    private static func shown(_ group: GroupRecord) -> JSONObject {
        JSONObject(members: [
            "alias": [:], "creation_time": .string(VaultTime.text(group.created)), "id": .string(group.id),
            "last_update_time": .string(VaultTime.text(group.updated)),
            "member_entity_ids": .array(group.members.map(JSONValue.string)), "member_group_ids": .null,
            "metadata": group.metadata.isEmpty ? .null : .map(group.metadata), "modify_index": 1,
            "name": .string(group.name), "namespace_id": "root", "parent_group_ids": .null,
            "policies": .array(group.policies.map(JSONValue.string)), "type": "internal",
        ])
    }
}
