/// The names of the directory's own collections. The served protocols have others, with their own name before a dot.
enum CollectionName {
    static let principals = "principals"
    static let roles = "roles"
    static let policies = "policies"
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
}
