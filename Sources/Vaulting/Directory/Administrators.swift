internal import AccessPolicy
public import SecretStore

/// Who could let others in again, among the principals.
///
/// A root token can too, and whoever has the store's key can have one made; but root tokens are to be revoked, and the key
/// is on the server's machine. Users and roles of HashiCorp Vault's own methods are not asked: they are kept as Vault keeps
/// them, and Vault looks after none of them.
extension Directory {
    /// Makes a change, unless nobody would be left after it who manages principals: then nothing is changed.
    ///
    /// - Parameters:
    ///   - isForced: Whether it is made all the same.
    ///   - name: The principal that is changed; nil for a change of roles or policies, which may be about any.
    ///   - change: The change.
    /// - Returns: What the change returns.
    /// - Throws: ``StoreError``: `KF-STORE-085`; and what the change throws.
    public mutating func keepingAnAdministrator<Result>(
        unless isForced: Bool,
        changing name: String?,
        _ change: (inout Directory) throws(StoreError) -> Result
    ) throws(StoreError) -> Result {
        // Where there was none before, none is taken away.
        var isOneAtStake = false
        if !isForced {
            if let name { isOneAtStake = try isAdministrator(name) } else { isOneAtStake = try hasAdministrator() }
        }
        let result = try change(&self)
        if isOneAtStake, try !hasAdministrator() { throw .lastAdministrator() }
        return result
    }

    /// Looks first at who was found last: going through all of them is for when that one is none any more.
    private func hasAdministrator() throws(StoreError) -> Bool {
        if let name = engine.directory.administrator, try isAdministrator(name) { return true }
        // Most have the roles of somebody who was looked at before, and then the same rights.
        var seen: Set<[String]> = []
        return try engine.containsEntry(in: CollectionName.principals) { (_, document) throws(StoreError) in
            guard let principal = PrincipalRecord(document), !principal.isDisabled else { return false }
            guard seen.insert(principal.roles.sorted() + [""] + principal.policies.sorted()).inserted else {
                return false
            }
            guard try isAdministrator(principal.name) else { return false }
            engine.directory.administrator = principal.name
            return true
        }
    }

    /// Whether a principal may write any other: asked for a name that nobody has, so that a rule about some names, or about
    /// its own, does not count.
    private func isAdministrator(_ name: String) throws(StoreError) -> Bool {
        guard case .success(let session) = try engine.session(principal: name, policies: [], at: time) else {
            return false
        }
        let anybody = "sys/principals/\(Hex.encode(randomBytes(16)))"
        return session.identity.access.decide(.update, on: anybody).isAllowed
    }
}
