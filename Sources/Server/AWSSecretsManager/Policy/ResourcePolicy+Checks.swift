internal import Vaulting

/// What is looked for before a policy is attached.
extension ResourcePolicy {
    /// Whether the policy lets everybody in: a statement that allows, for anyone or for all but a few, without a condition
    /// that says who or from where.
    var isPublic: Bool {
        statements.contains { statement in
            guard statement.effect == .allow else { return false }
            let isForAnyone = statement.principals.contains(.anyone) || statement.exceptsPrincipals
            return isForAnyone && !statement.conditions.contains(where: \.saysWho)
        }
    }

    /// Whether a caller would no longer be able to change the policy.
    ///
    /// - Parameter request: The caller asking for `PutResourcePolicy`.
    func locksOut(_ request: PolicyRequest) -> Bool { decision(on: request) == .denied }
}

extension PolicyCondition {
    /// Whether it limits a statement to some callers or some addresses, by naming them.
    fileprivate var saysWho: Bool {
        let who: Set<String> = [
            "aws:principalarn", "aws:principalaccount", "aws:username", "aws:principalorgid", "aws:sourceaccount",
            "aws:sourcearn", "aws:sourcevpc", "aws:sourcevpce", "aws:userid",
        ]
        switch name {
        case "StringEquals", "StringEqualsIgnoreCase", "StringLike", "ArnEquals", "ArnLike":
            // A pattern that fits everything names nobody.
            return who.contains(key.lowercased())
                && values.allSatisfy { value in value.contains { $0 != "*" && $0 != "?" } }
        case "IpAddress":
            return key.lowercased() == "aws:sourceip" && values.allSatisfy { AddressRange($0)?.isEverybody == false }
        default: return false
        }
    }
}
