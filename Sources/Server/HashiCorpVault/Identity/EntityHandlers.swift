internal import Findings
internal import SecretStore
internal import Vaulting

/// `identity/entity` and `identity/entity-alias`.
extension LogicalContext {
    func writeEntity() throws -> LogicalResponse {
        try perform(changing: true) { directory in
            var found: EntityRecord?
            if let id = try parameters.text("id"), !id.isEmpty {
                found = try directory.entity(id)
                if found == nil { throw LogicalFault.invalid("entity not found from id") }
            } else if let name = try parameters.text("name"), !name.isEmpty {
                found = try directory.entity(named: name)
            }
            return try write(found, &directory)
        }
    }

    func writeEntityByID() throws -> LogicalResponse {
        try perform(changing: true) { directory in
            guard let found = try directory.entity(routed["id"]) else {
                throw LogicalFault.invalid("entity not found from id")
            }
            return try write(found, &directory)
        }
    }

    func writeEntityByName() throws -> LogicalResponse {
        try perform(changing: true) { directory in
            try write(try directory.entity(named: routed["name"]), name: routed["name"], &directory)
        }
    }

    private func write(
        _ old: EntityRecord?,
        name: String? = nil,
        _ directory: inout Directory
    ) throws -> LogicalResponse {
        var given = name
        if given == nil, let text = try parameters.text("name"), !text.isEmpty { given = text }
        if let text = given { given = try IdentityNames.name(text, "a name") }
        var entity = old ?? EntityRecord(name: given, created: directory.time)
        if old != nil, name == nil, let given { entity.name = given }
        if let metadata = try IdentityNames.metadata(parameters, "metadata") { entity.metadata = metadata }
        if let policies = try IdentityNames.policies(parameters) { entity.policies = policies }
        if let flag = try parameters.flag("disabled") { entity.isDisabled = flag }
        entity.updated = directory.time
        directory.detail = "entity \(entity.id)"
        try directory.keep(entity)
        guard old == nil else { return .empty }
        return .data(JSONObject(members: ["aliases": .null, "id": .string(entity.id), "name": .string(entity.name)]))
    }

    func readEntityByID() throws -> LogicalResponse { try read { try $0.entity(routed["id"]) } }

    func readEntityByName() throws -> LogicalResponse { try read { try $0.entity(named: routed["name"]) } }

    private func read(_ find: (borrowing Directory) throws -> EntityRecord?) throws -> LogicalResponse {
        let members = try perform(changing: false) { directory in try find(directory).map { try shown($0, directory) } }
        guard let members else { throw LogicalFault.notFound }
        return .data(members)
    }

    func deleteEntityByID() throws -> LogicalResponse {
        try perform(changing: true) { try $0.removeEntity(routed["id"]) }
        return .empty
    }

    func deleteEntityByName() throws -> LogicalResponse {
        try perform(changing: true) { directory in
            guard let entity = try directory.entity(named: routed["name"]) else { return }
            try directory.removeEntity(entity.id)
        }
        return .empty
    }

    func listEntitiesByID() throws -> LogicalResponse { try listEntities { ($0.id, $0.name) } }

    func listEntitiesByName() throws -> LogicalResponse { try listEntities { ($0.name, $0.id) } }

    private func listEntities(_ key: (EntityRecord) -> (String, String)) throws -> LogicalResponse {
        let found = try perform(changing: false) { directory in
            try directory.entities().map { entity in
                let (name, other) = key(entity)
                return (name, JSONObject(members: [name == entity.id ? "name" : "id": .string(other)]))
            }
        }
        return try Self.keys(found)
    }

    /// A listing with something about each name. An empty one is 404.
    private static func keys(_ found: [(String, JSONObject)]) throws(LogicalFault) -> LogicalResponse {
        guard !found.isEmpty else { throw .notFound }
        let sorted = found.sorted { $0.0 < $1.0 }
        var about = JSONObject()
        for (name, members) in sorted { about[name] = .object(members) }
        return .data(
            JSONObject(members: ["key_info": .object(about), "keys": .array(sorted.map { .string($0.0) })])
        )
    }

    func lookUpEntity() throws -> LogicalResponse {
        let members = try perform(changing: false) { directory -> JSONObject? in
            var found: EntityRecord?
            if let id = try parameters.text("id"), !id.isEmpty {
                found = try directory.entity(id)
            } else if let name = try parameters.text("name"), !name.isEmpty {
                found = try directory.entity(named: name)
            } else if let id = try parameters.text("alias_id"), !id.isEmpty {
                found = try directory.entity(aliasID: id)
            } else if let name = try parameters.text("alias_name"), !name.isEmpty,
                let mount = try parameters.text("alias_mount_accessor"), !mount.isEmpty
            {
                found = try directory.entity(aliased: name, mount: mount)
            } else {
                throw LogicalFault.invalid("query parameter not supplied")
            }
            return try found.map { try shown($0, directory) }
        }
        guard let members else { return .empty }
        return .data(members)
    }

    // MARK: Aliases

    func writeAlias() throws -> LogicalResponse {
        try perform(changing: true) { directory in
            let id = try parameters.text("id") ?? ""
            if !id.isEmpty { return try changeAlias(id, &directory) }
            guard let name = try parameters.text("name"), !name.isEmpty else {
                throw LogicalFault.invalid("missing alias name")
            }
            guard let mount = try parameters.text("mount_accessor"), !mount.isEmpty else {
                throw LogicalFault.invalid("missing mount_accessor")
            }
            guard table.mounts.contains(where: { $0.isAuth && $0.accessor == mount && $0.engine != .token }) else {
                throw LogicalFault.invalid("invalid mount accessor \"\(Principal(mount).name)\"")
            }
            _ = try IdentityNames.name(name, "a name")
            let known = try directory.entity(aliased: name, mount: mount)
            if let known, let alias = known.aliases.first(where: { $0.mount == mount }) {
                return try changeAlias(alias.id, &directory)
            }
            var entity = EntityRecord(created: directory.time)
            if let id = try parameters.text("canonical_id"), !id.isEmpty {
                guard let found = try directory.entity(id) else { throw LogicalFault.invalid("invalid canonical ID") }
                entity = found
            }
            guard !entity.aliases.contains(where: { $0.mount == mount }) else {
                throw LogicalFault.invalid("Alias already exists for requested entity and mount accessor")
            }
            var alias = EntityRecord.Alias(name: name, mount: mount, created: directory.time)
            alias.customMetadata = try IdentityNames.metadata(parameters, "custom_metadata") ?? [:]
            entity.aliases.append(alias)
            entity.updated = directory.time
            directory.detail = "entity \(entity.id), alias \(alias.id)"
            try directory.keep(entity)
            return .data(JSONObject(members: ["canonical_id": .string(entity.id), "id": .string(alias.id)]))
        }
    }

    func writeAliasByID() throws -> LogicalResponse {
        try perform(changing: true) { try changeAlias(routed["id"], &$0) }
    }

    /// Changes an alias: its name, what is noted about it, and whose it is.
    private func changeAlias(_ id: String, _ directory: inout Directory) throws -> LogicalResponse {
        guard var entity = try directory.entity(aliasID: id),
            let index = entity.aliases.firstIndex(where: { $0.id == id })
        else { throw LogicalFault.invalid("invalid alias ID") }
        var alias = entity.aliases[index]
        if let mount = try parameters.text("mount_accessor"), !mount.isEmpty, mount != alias.mount {
            throw LogicalFault.invalid("an alias stays with its mount: make another one")
        }
        if let name = try parameters.text("name"), !name.isEmpty { alias.name = try IdentityNames.name(name, "a name") }
        if let metadata = try IdentityNames.metadata(parameters, "custom_metadata") { alias.customMetadata = metadata }
        alias.updated = directory.time
        let owner = try parameters.text("canonical_id") ?? ""
        if !owner.isEmpty, owner != entity.id {
            guard var other = try directory.entity(owner) else { throw LogicalFault.invalid("invalid canonical ID") }
            guard !other.aliases.contains(where: { $0.mount == alias.mount }) else {
                throw LogicalFault.invalid("Alias already exists for requested entity and mount accessor")
            }
            entity.aliases.remove(at: index)
            try directory.keep(entity)
            other.aliases.append(alias)
            other.updated = directory.time
            entity = other
        } else {
            entity.aliases[index] = alias
        }
        directory.detail = "entity \(entity.id), alias \(alias.id)"
        try directory.keep(entity)
        return .data(JSONObject(members: ["canonical_id": .string(entity.id), "id": .string(alias.id)]))
    }

    func readAliasByID() throws -> LogicalResponse {
        let id = routed["id"]
        let members = try perform(changing: false) { directory -> JSONObject? in
            guard let entity = try directory.entity(aliasID: id) else { return nil }
            return entity.aliases.first { $0.id == id }.map { shown($0, of: entity) }
        }
        guard let members else { throw LogicalFault.notFound }
        return .data(members)
    }

    func deleteAliasByID() throws -> LogicalResponse {
        let id = routed["id"]
        try perform(changing: true) { directory in
            guard var entity = try directory.entity(aliasID: id) else { return }
            entity.aliases.removeAll { $0.id == id }
            entity.updated = directory.time
            try directory.keep(entity)
        }
        return .empty
    }

    func listAliases() throws -> LogicalResponse {
        let found = try perform(changing: false) { directory in
            try directory.entities().flatMap { entity in
                entity.aliases.map { alias in
                    (
                        alias.id,
                        JSONObject(members: [
                            "canonical_id": .string(entity.id), "mount_accessor": .string(alias.mount),
                            "name": .string(alias.name),
                        ])
                    )
                }
            }
        }
        return try Self.keys(found)
    }

    // MARK: As they are shown

    private func shown(_ entity: EntityRecord, _ directory: borrowing Directory) throws(StoreError) -> JSONObject {
        let groups = JSONValue.array(try directory.groups(ofEntity: entity.id).map { .string($0.id) })
        return JSONObject(members: [
            "aliases": .array(entity.aliases.map { .object(shown($0, of: entity)) }),
            "creation_time": .string(VaultTime.text(entity.created)), "direct_group_ids": groups,
            "disabled": .bool(entity.isDisabled), "group_ids": groups, "id": .string(entity.id),
            "inherited_group_ids": [], "last_update_time": .string(VaultTime.text(entity.updated)),
            "merged_entity_ids": .null, "metadata": entity.metadata.isEmpty ? .null : .map(entity.metadata),
            "name": .string(entity.name), "namespace_id": "root",
            "policies": .array(entity.policies.map(JSONValue.string)),
        ])
    }

    private func shown(_ alias: EntityRecord.Alias, of entity: EntityRecord) -> JSONObject {
        let mount = table.mounts.first { $0.accessor == alias.mount }
        return JSONObject(members: [
            "canonical_id": .string(entity.id), "creation_time": .string(VaultTime.text(alias.created)),
            "custom_metadata": alias.customMetadata.isEmpty ? .null : .map(alias.customMetadata),
            "id": .string(alias.id), "last_update_time": .string(VaultTime.text(alias.updated)), "local": false,
            "merged_from_canonical_ids": .null, "metadata": alias.metadata.isEmpty ? .null : .map(alias.metadata),
            "mount_accessor": .string(alias.mount), "mount_path": .string(mount.map { $0.path + "/" } ?? ""),
            "mount_type": .string(mount?.engine.type ?? ""), "name": .string(alias.name), "namespace_id": "root",
        ])
    }
}
