/// Who asks, as the templates of patterns see it (HashiCorp, "Templated policies").
public struct TemplateValues: Sendable, Hashable {
    /// How one way to log in knows the entity.
    public struct Alias: Sendable, Hashable {
        /// The alias's id.
        public var id: String
        /// The name that the way to log in has for the entity.
        public var name: String
        /// What that way to log in says about it.
        public var metadata: [String: String]

        /// Puts an alias together.
        public init(id: String, name: String, metadata: [String: String] = [:]) {
            self.id = id
            self.name = name
            self.metadata = metadata
        }
    }

    /// A group that the entity is in.
    public struct Group: Sendable, Hashable {
        /// The group's id.
        public var id: String
        /// The group's name.
        public var name: String
        /// What is noted about it.
        public var metadata: [String: String]

        /// Puts a group together.
        public init(id: String, name: String, metadata: [String: String] = [:]) {
            self.id = id
            self.name = name
            self.metadata = metadata
        }
    }

    /// The entity's id; nil when nobody is known.
    public var entityID: String?
    /// The entity's name.
    public var entityName: String?
    /// What is noted about the entity.
    public var metadata: [String: String]
    /// The aliases by the accessor of the way to log in.
    public var aliases: [String: Alias]
    /// The groups.
    public var groups: [Group]

    /// Puts the values together.
    public init(
        entityID: String? = nil,
        entityName: String? = nil,
        metadata: [String: String] = [:],
        aliases: [String: Alias] = [:],
        groups: [Group] = []
    ) {
        self.entityID = entityID
        self.entityName = entityName
        self.metadata = metadata
        self.aliases = aliases
        self.groups = groups
    }

    /// Nobody: every template stays unresolved.
    public static let none = TemplateValues()

    /// The value of one template, without its curly brackets; nil when there is none.
    func value(of name: some StringProtocol) -> String? {
        if let rest = name.after("identity.entity.aliases.") {
            guard let dot = rest.firstIndex(of: "."), let alias = aliases[String(rest[..<dot])] else { return nil }
            let field = rest[rest.index(after: dot)...]
            return Self.field(field, id: alias.id, name: alias.name, alias.metadata)
        }
        if let rest = name.after("identity.entity.") {
            return Self.field(rest, id: entityID, name: entityName, metadata)
        }
        if let rest = name.after("identity.groups.ids.") { return value(of: rest, key: \.id) }
        if let rest = name.after("identity.groups.names.") { return value(of: rest, key: \.name) }
        return nil
    }

    /// A group's name may have dots in it, so the groups that are there are asked.
    private func value(of rest: String, key: KeyPath<Group, String>) -> String? {
        for group in groups {
            if let field = rest.after(group[keyPath: key] + "."),
                let value = Self.field(field, id: group.id, name: group.name, group.metadata)
            {
                return value
            }
        }
        return nil
    }

    private static func field(
        _ name: some StringProtocol,
        id: String?,
        name entityName: String?,
        _ metadata: [String: String]
    ) -> String? {
        if name == "id" { return id }
        if name == "name" { return entityName }
        return name.after("metadata.").flatMap { metadata[$0] }
    }
}

extension StringProtocol {
    fileprivate func after(_ prefix: String) -> String? {
        utf8.starts(with: prefix.utf8) ? String(self[utf8.index(startIndex, offsetBy: prefix.utf8.count)...]) : nil
    }
}
