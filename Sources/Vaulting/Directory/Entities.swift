internal import AccessPolicy
internal import Findings
public import SecretStore

/// Somebody who logs in by ways of Vault's protocol: what is theirs whichever way they come (Vault calls it an entity).
///
/// A principal is made by whoever manages this server, and an entity by the first login of somebody whom another system
/// knows. A token belongs to one or to the other.
public struct EntityRecord: Sendable, Hashable {
    /// How one way to log in knows the entity.
    public struct Alias: Sendable, Hashable {
        /// A UUID.
        public var id: String
        /// The name that the way to log in has for the entity. Names are compared byte by byte: what another system keeps
        /// apart is kept apart here.
        public var name: String
        /// The accessor of the way to log in.
        public var mount: String
        /// What that way to log in said about it last.
        public var metadata: [String: String]
        /// What a manager notes about it.
        public var customMetadata: [String: String]
        /// When it was made.
        public var created: Timestamp
        /// When it was changed last.
        public var updated: Timestamp

        /// A new alias.
        public init(name: String, mount: String, metadata: [String: String] = [:], created: Timestamp) {
            id = VersionID().uuid
            self.name = name
            self.mount = mount
            self.metadata = metadata
            customMetadata = [:]
            self.created = created
            updated = created
        }
    }

    /// A UUID.
    public let id: String
    /// The name. No two entities' names differ in case only.
    public var name: String
    /// What is noted about it, for templates of policies.
    public var metadata: [String: String] = [:]
    /// The policies of its tokens, beside their own and those of its groups.
    public var policies: [String] = []
    /// Whether it may do nothing for now.
    public var isDisabled = false
    /// At most one for each way to log in.
    public var aliases: [Alias] = []
    /// When it was made.
    public let created: Timestamp
    /// When it was changed last.
    public var updated: Timestamp

    /// The most aliases of one entity.
    public static let mostAliases = 64
    /// The most entities. They are made by logins, and each takes room in the store for good.
    public static let most = 100_000

    /// A new entity.
    ///
    /// - Parameter name: nil for one that is made of its id.
    public init(name: String? = nil, created: Timestamp) {
        id = VersionID().uuid
        self.name = name ?? "entity_\(id.prefix(8))"
        self.created = created
        updated = created
    }

    /// Whether nobody has said anything about it: it is what a first login makes.
    public var isPlain: Bool { metadata.isEmpty && policies.isEmpty && !isDisabled && name == "entity_\(id.prefix(8))" }
}

extension EntityRecord: NamedRecord {
    static let collection = CollectionName.entities
    static let nameCollection = CollectionName.entityNames

    var json: JSONValue {
        [
            "aliases": .array(aliases.map(\.json)), "created": .string(created.description),
            "disabled": .bool(isDisabled), "metadata": .map(metadata), "name": .string(name),
            "policies": .texts(policies), "updated": .string(updated.description),
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
        metadata = value["metadata"].map
        policies = value["policies"].texts
        isDisabled = value["disabled"] == .bool(true)
        aliases = value["aliases"]?.asArray?.compactMap(Alias.init) ?? []
        updated = value["updated"]?.asString.flatMap(Timestamp.init) ?? created
    }
}

extension EntityRecord.Alias {
    fileprivate var json: JSONValue {
        [
            "created": .string(created.description), "custom": .map(customMetadata), "id": .string(id),
            "metadata": .map(metadata), "mount": .string(mount), "name": .string(name),
            "updated": .string(updated.description),
        ]
    }

    fileprivate init?(_ value: JSONValue) {
        guard let id = value["id"]?.asString, let name = value["name"]?.asString, let mount = value["mount"]?.asString,
            let created = value["created"]?.asString.flatMap(Timestamp.init)
        else { return nil }
        self.id = id
        self.name = name
        self.mount = mount
        self.created = created
        metadata = value["metadata"].map
        customMetadata = value["custom"].map
        updated = value["updated"]?.asString.flatMap(Timestamp.init) ?? created
    }
}

extension Directory {
    /// An entity; nil when there is none of the id.
    ///
    /// - Throws: ``StoreError``.
    public func entity(_ id: String) throws(StoreError) -> EntityRecord? { try record(id) }

    /// All entities, in no particular order.
    ///
    /// - Throws: ``StoreError``.
    public func entities() throws(StoreError) -> [EntityRecord] { try records() }

    /// The entity of a name, in whatever case.
    ///
    /// - Throws: ``StoreError``.
    public func entity(named name: String) throws(StoreError) -> EntityRecord? { try record(named: name) }

    /// The entity that has an alias of a name.
    ///
    /// - Parameters:
    ///   - name: The alias's name.
    ///   - mount: The accessor of the way to log in.
    /// - Throws: ``StoreError``.
    public func entity(aliased name: String, mount: String) throws(StoreError) -> EntityRecord? {
        guard let id = try document(CollectionName.aliasNames, "\(mount)\n\(name)")?["id"]?.asString else { return nil }
        return try entity(id)
    }

    /// The entity that has the alias of an id.
    ///
    /// - Throws: ``StoreError``.
    public func entity(aliasID: String) throws(StoreError) -> EntityRecord? {
        guard let id = try document(CollectionName.aliases, aliasID)?["id"]?.asString else { return nil }
        return try entity(id)
    }

    /// Keeps an entity, with what leads to it.
    ///
    /// - Throws: ``StoreError`` when its name or one of its aliases is another's, or there are too many.
    public mutating func keep(_ entity: EntityRecord) throws(StoreError) {
        let old = try self.entity(entity.id)
        guard entity.aliases.count <= EntityRecord.mostAliases,
            Set(entity.aliases.map(\.mount)).count == entity.aliases.count
        else { throw .invalidAttribute("an entity has one alias for each way to log in, and at most 64") }
        if old == nil { try count(entitiesBy: 1) }
        for alias in old?.aliases ?? [] where !entity.aliases.contains(where: { Self.isSame($0, alias) }) {
            try remove(CollectionName.aliasNames, "\(alias.mount)\n\(alias.name)")
            try remove(CollectionName.aliases, alias.id)
        }
        for alias in entity.aliases where !(old?.aliases ?? []).contains(where: { Self.isSame($0, alias) }) {
            if let other = try self.entity(aliased: alias.name, mount: alias.mount), other.id != entity.id {
                throw .invalidAttribute("another entity has this alias")
            }
            try put(CollectionName.aliasNames, "\(alias.mount)\n\(alias.name)", ["id": .string(entity.id)])
            try put(CollectionName.aliases, alias.id, ["id": .string(entity.id)])
        }
        try keep(entity, insteadOf: old)
    }

    /// Whether two are one alias, by whatever leads to it. Two spellings of one look are two.
    private static func isSame(_ left: EntityRecord.Alias, _ right: EntityRecord.Alias) -> Bool {
        left.id == right.id && left.mount == right.mount && left.name.utf8.elementsEqual(right.name.utf8)
    }

    /// Removes an entity with its aliases and its places in groups. Its tokens open nothing from then on.
    ///
    /// - Throws: ``StoreError``.
    public mutating func removeEntity(_ id: String) throws(StoreError) {
        guard let entity = try entity(id) else { return }
        for group in try groups(ofEntity: id) {
            var group = group
            group.members.removeAll { $0 == id }
            try keep(group)
        }
        for alias in entity.aliases {
            try remove(CollectionName.aliasNames, "\(alias.mount)\n\(alias.name)")
            try remove(CollectionName.aliases, alias.id)
        }
        try remove(record: entity)
        try count(entitiesBy: -1)
    }

    private mutating func count(entitiesBy change: Int) throws(StoreError) {
        let count = (try document(CollectionName.counts, CollectionName.entities)?["n"]?.asInteger ?? 0) + change
        guard count <= EntityRecord.most else { throw .invalidAttribute("there are too many entities") }
        try put(CollectionName.counts, CollectionName.entities, ["n": .integer(count)])
    }

    /// The entity of whoever logs in: the one that has the alias, or a new one.
    ///
    /// - Parameters:
    ///   - name: Who it is to the way to log in.
    ///   - mount: The accessor of the way to log in.
    ///   - metadata: What the way to log in says about it now.
    /// - Returns: The entity; it may be disabled.
    /// - Throws: ``StoreError``.
    public mutating func entity(
        loggingInAs name: String,
        mount: String,
        metadata: [String: String]
    ) throws(StoreError) -> EntityRecord {
        guard var known = try entity(aliased: name, mount: mount),
            let index = known.aliases.firstIndex(where: { $0.mount == mount })
        else {
            var new = EntityRecord(created: time)
            new.aliases = [EntityRecord.Alias(name: name, mount: mount, metadata: metadata, created: time)]
            try keep(new)
            return new
        }
        // Written only when there is news: most logins are like the last.
        if known.aliases[index].metadata != metadata {
            known.aliases[index].metadata = metadata
            known.aliases[index].updated = time
            try put(CollectionName.entities, known.id, known.json)
        }
        return known
    }

    /// Takes the aliases of a way to log in away, and the entities that had nothing else.
    ///
    /// - Throws: ``StoreError``.
    public mutating func removeAliases(mount: String) throws(StoreError) {
        for var entity in try entities() where entity.aliases.contains(where: { $0.mount == mount }) {
            entity.aliases.removeAll { $0.mount == mount }
            if entity.isPlain, entity.aliases.isEmpty, try groups(ofEntity: entity.id).isEmpty {
                try removeEntity(entity.id)
            } else {
                try keep(entity)
            }
        }
    }
}
