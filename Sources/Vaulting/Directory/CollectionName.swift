/// The names of the directory's own collections. The served protocols have others, with their own name before a dot.
enum CollectionName {
    static let principals = "principals"
    static let roles = "roles"
    static let policies = "policies"
    /// Since when the newest data key of an environment is used, by the environment's name.
    static let rings = "rings"
    /// By the hash of the token.
    static let tokens = "tokens"
    /// The hash of a token by its accessor.
    static let accessors = "accessors"
    /// The accessors of a token's children by the token's accessor and theirs.
    static let children = "children"
    /// What the served protocols keep with a token, by the token's accessor.
    static let tokenDocuments = "token-documents"
    static let accessKeys = "access-keys"
    static let clients = "clients"
    static let blocks = "blocks"
    static let sessions = "sessions"
    // Entities by id, with their aliases in them; what leads to them; the groups that they are in.
    static let entities = "identity.entities"
    static let entityNames = "identity.entity-names"
    static let aliases = "identity.aliases"
    static let aliasNames = "identity.alias-names"
    static let groups = "identity.groups"
    static let groupNames = "identity.group-names"
    static let memberships = "identity.memberships"
    static let counts = "identity.counts"
}
