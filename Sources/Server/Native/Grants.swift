internal import AccessPolicy
internal import SecretStore
internal import Vaulting

/// Nobody gives what they have not: whoever may write principals, roles and credentials is still bound by their own
/// policies, unless a policy gives them `sudo` there.
struct Grants {
    private let session: Session
    private let isUnbound: Bool
    private let resource: String

    /// - Parameters:
    ///   - session: Who gives.
    ///   - resource: Where: `sudo` on it lifts the bound, for all but root.
    init(_ session: Session, on resource: String) {
        (self.session, self.resource) = (session, resource)
        isUnbound = session.isRoot || session.identity.access.decide(.sudo, on: resource).isAllowed
    }

    /// Refuses policies that the giver has not and may not write either.
    func check(_ policies: some Sequence<String>) throws(StoreError) {
        for name in policies {
            let isOwn = session.policies.contains(name)
            let mayWrite = session.identity.access.decide(.update, on: "sys/policies/\(name)").isAllowed
            guard session.isRoot || (name != PolicyName.root && (isUnbound || isOwn || mayWrite)) else {
                throw .denied(
                    "giving the policy \(name)",
                    nil,
                    fix: name == PolicyName.root
                        ? "only a root token gives root: give policies that name what is needed"
                        : "nobody gives what they have not: have somebody do it who has the policy, may change it (update on "
                            + "sys/policies/\(name)) or has sudo on \(resource)"
                )
            }
        }
    }

    /// Refuses to act for a principal who may do what the giver may not: with a password, a key or a token one is them.
    func check(_ principal: PrincipalRecord, _ directory: borrowing Directory) throws(StoreError) {
        try check(roles: principal.roles, directory)
        try check(principal.policies)
    }

    /// Refuses roles whose policies the giver has not.
    func check(roles: [String], _ directory: borrowing Directory) throws(StoreError) {
        for role in roles { try check(try directory.policies(ofRole: role) ?? []) }
    }
}
