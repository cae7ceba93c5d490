internal import AccessPolicy
public import SecretStore

/// Who could let others in again, among the principals.
///
/// A root token can too, and whoever has the store's key can have one made; but root tokens are to be revoked, and the key
/// is on the server's machine. Users and roles of HashiCorp Vault's own methods are not asked: they are kept as Vault keeps
/// them, and Vault looks after none of them.
extension Directory {
    /// What is changed when an administrator may be lost.
    public enum Changed: Sendable {
        /// A principal.
        case principal(String)
        /// A policy, with its new text; nil when it is taken away.
        case policy(String, to: String?)
        /// A role, with the names of its new policies; none when it is taken away.
        case role(String, to: [String])
    }

    /// Makes a change, unless nobody would be left after it who manages principals: then nothing is changed.
    ///
    /// - Parameters:
    ///   - isForced: Whether it is made all the same.
    ///   - changed: What is changed.
    ///   - change: The change.
    /// - Returns: What the change returns.
    /// - Throws: ``StoreError``: `KF-STORE-085`; and what the change throws.
    public mutating func keepingAnAdministrator<Result>(
        unless isForced: Bool,
        changing changed: Changed,
        _ change: (inout Directory) throws(StoreError) -> Result
    ) throws(StoreError) -> Result {
        // Where there was none before, none is taken away.
        let isOneAtStake = isForced ? false : try mayTakeOneAway(changed)
        let result = try change(&self)
        if isOneAtStake, try !hasAdministrator() { throw .lastAdministrator() }
        return result
    }

    /// The folder of principals among resources.
    private static let folder = "sys/principals/"

    /// Whether there is an administrator now that the change could take away.
    private func mayTakeOneAway(_ changed: Changed) throws(StoreError) -> Bool {
        var texts: [String?] = []
        switch changed {
        case .principal(let name): return try isAdministrator(name)
        case .policy(let name, let text): texts = [try policy(Self.policyName(name)), text]
        case .role(let name, let policies):
            for name in try (self.policies(ofRole: name) ?? []) + policies {
                texts.append(try policy(Self.policyName(name)))
            }
        }
        // Most policies have no part in who manages principals, before the change or after it, and then nobody is looked for.
        // A rule that gives nothing can take away as well, when it comes before the one that gives.
        let haveAPart = texts.contains { text in
            guard let text else { return false }
            // What is no policy is refused by whoever reads it next.
            guard let document = try? PolicyDocument(parsing: text) else { return true }
            return document.mayMeanAnything(in: Self.folder)
        }
        return haveAPart ? try hasAdministrator() : false
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
        let anybody = "\(Self.folder)\(Hex.encode(randomBytes(16)))"
        return session.identity.access.decide(.update, on: anybody).isAllowed
    }
}
