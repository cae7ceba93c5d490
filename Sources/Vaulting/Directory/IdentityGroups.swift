internal import AccessPolicy
internal import Findings
public import SecretStore

/// Entities that have something in common: policies, and what templates read (Vault calls it an internal group).
public struct GroupRecord: Sendable, Hashable, NamedRecord {
    static let collection = CollectionName.groups
    static let nameCollection = CollectionName.groupNames

    /// A UUID.
    public let id: String
    /// The name. No two groups' names differ in case only.
    public var name: String
    /// The policies of the members' tokens.
    public var policies: [String] = []
    /// What is noted about it.
    public var metadata: [String: String] = [:]
    /// The ids of entities.
    public var members: [String] = []
    /// When it was made.
    public let created: Timestamp
    /// When it was changed last.
    public var updated: Timestamp

    /// The most members of a group, and the most groups of an entity.
    public static let mostMembers = 10_000
    static let mostOfOneEntity = 256

    /// A new group.
    ///
    /// - Parameter name: nil for one that is made of its id.
    public init(name: String? = nil, created: Timestamp) {
        id = VersionID().uuid
        self.name = name ?? "group_\(id.prefix(8))"
        self.created = created
        updated = created
    }

    var json: JSONValue {
        [
            "created": .string(created.description), "members": .texts(members), "metadata": .map(metadata),
            "name": .string(name), "policies": .texts(policies), "updated": .string(updated.description),
        ]
    }

    init?(_ id: String, _ value: JSONValue) {
        guard let name = value["name"]?.asString, let created = value["created"]?.asString.flatMap(Timestamp.init)
        else {
            return nil
        }
        self.id = id
        self.name = name
        self.created = created
        policies = value["policies"].texts
        metadata = value["metadata"].map
        members = value["members"].texts
        updated = value["updated"]?.asString.flatMap(Timestamp.init) ?? created
    }
}

extension Directory {
    /// A group; nil when there is none of the id.
    ///
    /// - Throws: ``StoreError``.
    public func group(_ id: String) throws(StoreError) -> GroupRecord? { try record(id) }

    /// All groups, in no particular order.
    ///
    /// - Throws: ``StoreError``.
    public func identityGroups() throws(StoreError) -> [GroupRecord] { try records() }

    /// The group of a name, in whatever case.
    ///
    /// - Throws: ``StoreError``.
    public func group(named name: String) throws(StoreError) -> GroupRecord? { try record(named: name) }

    /// The groups that an entity is in, ordered by id.
    ///
    /// - Throws: ``StoreError``.
    public func groups(ofEntity id: String) throws(StoreError) -> [GroupRecord] {
        var groups: [GroupRecord] = []
        for group in try groupIDs(ofEntity: id) {
            if let found = try self.group(group) { groups.append(found) }
        }
        return groups
    }

    private func groupIDs(ofEntity id: String) throws(StoreError) -> [String] {
        try document(CollectionName.memberships, id)?["groups"].texts ?? []
    }

    /// Keeps a group, with what leads to it.
    ///
    /// - Throws: ``StoreError`` when its name is another's, a member is no entity, or there are too many.
    public mutating func keep(_ group: GroupRecord) throws(StoreError) {
        let old = try self.group(group.id)
        guard group.members.count <= GroupRecord.mostMembers else {
            throw .invalidAttribute("a group has at most \(GroupRecord.mostMembers) members")
        }
        let (before, after) = (Set(old?.members ?? []), Set(group.members))
        for member in before.subtracting(after) { try setMembership(of: member, in: group.id, false) }
        for member in after.subtracting(before) {
            guard try entity(member) != nil else { throw .invalidAttribute("a member is no entity") }
            try setMembership(of: member, in: group.id, true)
        }
        try keep(group, insteadOf: old)
    }

    /// Removes a group.
    ///
    /// - Throws: ``StoreError``.
    public mutating func removeGroup(_ id: String) throws(StoreError) {
        guard let group = try group(id) else { return }
        for member in group.members { try setMembership(of: member, in: id, false) }
        try remove(record: group)
    }

    private mutating func setMembership(of entity: String, in group: String, _ isMember: Bool) throws(StoreError) {
        var groups = try groupIDs(ofEntity: entity)
        groups.removeAll { $0 == group }
        if isMember { groups.append(group) }
        guard groups.count <= GroupRecord.mostOfOneEntity else {
            throw .invalidAttribute("an entity is in at most \(GroupRecord.mostOfOneEntity) groups")
        }
        if groups.isEmpty {
            try remove(CollectionName.memberships, entity)
        } else {
            try put(CollectionName.memberships, entity, ["groups": .texts(groups.sorted())])
        }
    }

    /// What an entity and its groups give to its tokens. Nothing of it is ever root (CVE-2025-64761).
    ///
    /// - Throws: ``StoreError``.
    public func policies(ofEntity entity: EntityRecord) throws(StoreError) -> [String] {
        let all = entity.policies + (try groups(ofEntity: entity.id)).flatMap(\.policies)
        return Set(all.filter { $0 != PolicyName.root }).sorted()
    }
}

extension TemplateValues {
    /// What the templates of policies see of an entity.
    init(_ entity: EntityRecord, groups: [GroupRecord]) {
        var aliases: [String: Alias] = [:]
        for alias in entity.aliases {
            aliases[alias.mount] = Alias(
                id: alias.id,
                name: alias.name,
                metadata: alias.metadata
            )
        }
        self.init(
            entityID: entity.id,
            entityName: entity.name,
            metadata: entity.metadata,
            aliases: aliases,
            groups: groups.map { Group(id: $0.id, name: $0.name, metadata: $0.metadata) }
        )
    }
}
