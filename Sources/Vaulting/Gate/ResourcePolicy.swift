public import SecretStore

/// What a secret's own policy is asked. AWS's clients put policies on secrets; what one of them denies is denied to every
/// protocol. What one allows gives nothing: rights come from the policies of principals and tokens.
public struct ResourcePolicyQuestion: Sendable {
    /// The policy as it was written.
    public let policy: String
    /// The secret.
    public let path: SecretPath
    /// 16 bytes that no other secret has or had.
    public let secretID: [UInt8]
    /// The secret's tags.
    public let tags: [String: String]
    /// Who asks.
    public let identity: Identity
    /// From where.
    public let source: AuditSource
    /// What for.
    public let action: AuditAction
}

extension Vault {
    /// Has secrets' own policies asked from now on. Called once, by a server, when it has opened its store.
    ///
    /// - Parameter refusal: What of the policy refuses, for the record; nil when nothing does. Called inside the transaction,
    ///   so it must be quick.
    public func honourResourcePolicies(_ refusal: @escaping @Sendable (ResourcePolicyQuestion) -> String?) {
        exclusively { engine.resourcePolicy = refusal }
    }

    /// What of a secret's own policy would refuse something to somebody who came from where the caller comes from: for what
    /// somebody explains about another, as ``session(ofPrincipal:)`` is. It leaves no record.
    ///
    /// - Returns: nil when nothing refuses, or there is no such secret.
    public func resourceRefusal(
        of action: AuditAction,
        on path: SecretPath,
        by identity: Identity
    ) throws(StoreError) -> String? {
        try exclusively { () throws(StoreError) in
            guard let (row, record) = try engine.secret(at: path) else { return nil }
            return try engine.resourceRefusal(row, record, identity, source, action)
        }
    }
}
