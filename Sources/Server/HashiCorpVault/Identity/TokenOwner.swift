internal import SecretStore
internal import Vaulting

/// Whose a token is, as Vault's clients see it: an entity, or a principal, whose id stands for one.
struct TokenOwner: Sendable, Equatable {
    let id: String
    /// The policies that hold beside the token's own.
    let policies: [String]
}

extension TokenOwner {
    /// Who was let in; nil for whoever has a token that is nobody's.
    init?(_ session: Session?) {
        guard let session, !session.entityID.isEmpty else { return nil }
        self.init(id: session.entityID, policies: session.principalPolicies)
    }
}

extension Directory {
    /// Whose a token is; nil when it is nobody's.
    func owner(of record: TokenRecord) throws(StoreError) -> TokenOwner? {
        if let id = record.entity, let entity = try entity(id) {
            return TokenOwner(id: id, policies: try policies(ofEntity: entity))
        }
        guard let name = record.principal, let principal = try principal(name) else { return nil }
        var policies = principal.policies
        for role in principal.roles { policies += try self.policies(ofRole: role) ?? [] }
        return TokenOwner(id: principal.id, policies: Set(policies).sorted())
    }
}
