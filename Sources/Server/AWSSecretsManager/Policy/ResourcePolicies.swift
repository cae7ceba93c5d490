internal import SecretStore
internal import Vaulting

/// Secrets' own policies, as the gate asks them: what AWS's clients forbid with one is forbidden to every protocol.
struct ResourcePolicies: Sendable {
    let settings: AWSSettings

    /// Which statement of a policy refuses something; nil when none does. One that cannot be read any more refuses
    /// everything: it was checked when it was attached.
    func refusal(_ question: ResourcePolicyQuestion) -> String? {
        // Whoever manages the policy itself is judged by the policies of the store, or nobody could ever mend it.
        guard let action = Self.action(of: question.action) else { return nil }
        guard let policy = try? ResourcePolicy(question.policy) else {
            return "the secret's own policy, which cannot be read"
        }
        let region = question.path.text.hasPrefix("@aws.") ? Self.region(of: question.path) : settings.defaultRegion
        let namespace = AWSNamespace(region: region, defaultRegion: settings.defaultRegion)
        guard let name = AWSName(question.path, in: namespace) else { return nil }
        let request = PolicyRequest(
            principal: question.identity.principal,
            account: settings.account,
            action: action,
            resource: SecretARN.text(
                name: name,
                uniqueID: VersionID(bytes: question.secretID)?.hex ?? "",
                region: region,
                account: settings.account
            ),
            tags: question.tags,
            address: question.source.address ?? "127.0.0.1",
            isEncrypted: true,
            now: .now
        )
        guard let number = policy.denying(request) else { return nil }
        let sid = policy.statements[number].name
        return (sid.map { "statement \($0)" } ?? "statement \(number + 1)") + " of the secret's own policy (Deny)"
    }

    private static func region(of path: SecretPath) -> String {
        String(path.segments[0].dropFirst("@aws.".count))
    }

    /// AWS's name for what is asked at the gate; nil for what its policies have no word for.
    private static func action(of action: AuditAction) -> SecretsManagerAction? {
        switch action {
        case .read, .backUp: .getSecretValue
        case .write, .update, .rollback: .putSecretValue
        case .label, .unlabel: .updateSecretVersionStage
        case .describe, .fields, .history: .describeSecret
        case .versions: .listSecretVersionIds
        case .delete, .destroy, .markForDeletion, .remove: .deleteSecret
        case .undelete, .restore: .restoreSecret
        default: nil
        }
    }
}
