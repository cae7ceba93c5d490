internal import Findings
internal import HTTPModel
internal import SecretStore
internal import Vaulting

/// The actions of Secrets Manager for one request, on the gate as whoever sent it.
///
/// An action is a few steps at the gate, which decides and records each. The rules that only AWS has (tokens, staging
/// labels, resource policies) are applied between them; all happens while nobody else is behind the gate.
struct AWSActions {
    let vault: Vault
    let settings: AWSSettings
    let namespace: AWSNamespace
    let tokens: PageTokens
    let origin: HTTPOrigin
    let action: SecretsManagerAction
    let now: Timestamp

    /// Does the action.
    ///
    /// - Returns: The answer's body; nil for an answer without one.
    func perform(_ object: JSONObject) throws(AWSError) -> [UInt8]? {
        var members = Members(object)
        let answer: JSONValue
        switch action {
        // In one piece: what holds values.
        case .getSecretValue: return try get(GetSecretValueInput(&members))
        case .batchGetSecretValue: return try get(BatchGetSecretValueInput(&members))
        case .tagResource:
            try tag(TagResourceInput(&members))
            return nil
        case .untagResource:
            try untag(UntagResourceInput(&members))
            return nil
        case .createSecret: answer = try create(CreateSecretInput(&members))
        case .putSecretValue: answer = try put(PutSecretValueInput(&members))
        case .updateSecret: answer = try update(UpdateSecretInput(&members))
        case .describeSecret: answer = try describe(SecretIDInput(&members))
        case .listSecrets: answer = try list(ListSecretsInput(&members))
        case .listSecretVersionIds: answer = try listVersions(ListSecretVersionIdsInput(&members))
        case .deleteSecret: answer = try delete(DeleteSecretInput(&members))
        case .restoreSecret: answer = try restore(SecretIDInput(&members))
        case .updateSecretVersionStage: answer = try moveStage(UpdateSecretVersionStageInput(&members))
        case .rotateSecret: answer = try rotate(RotateSecretInput(&members))
        case .cancelRotateSecret: answer = try cancelRotation(SecretIDInput(&members))
        case .putResourcePolicy: answer = try putPolicy(ResourcePolicyInput(&members, isForOneSecret: true))
        case .getResourcePolicy: answer = try getPolicy(SecretIDInput(&members))
        case .deleteResourcePolicy: answer = try deletePolicy(SecretIDInput(&members))
        case .validateResourcePolicy:
            answer = try validatePolicy(ResourcePolicyInput(&members, isForOneSecret: false))
        case .replicateSecretToRegions:
            answer = try replicate(ReplicationInput(&members, regions: "AddReplicaRegions"), .noReplication)
        case .removeRegionsFromReplication:
            answer = try replicate(ReplicationInput(&members, regions: "RemoveReplicaRegions"), .noReplicas)
        case .stopReplicationToReplica: answer = try stopReplication(SecretIDInput(&members))
        case .getRandomPassword: answer = try randomPassword(RandomPassword(&members), members)
        }
        return AWSResponse.body(answer)
    }
}

/// A secret that an action is about.
struct AWSSecret {
    let name: AWSName
    let path: SecretPath
    let details: SecretDetails
    let arn: String

    /// The versions that AWS's clients see.
    var versions: [VersionDetails] { details.versions.filter { !$0.isPlaceholder } }

    /// The version that a client names by its id.
    func version(_ id: String) -> VersionDetails? { versions.first { $0.awsID == id } }

    /// The version that a staging label stands on.
    func version(labelled label: Label) -> VersionDetails? { versions.first { $0.labels.contains(label) } }
}

extension AWSActions {
    /// Finds a secret that is there, checks its resource policy, and, unless it is said otherwise, that it is not marked
    /// for deletion.
    ///
    /// - Parameters:
    ///   - identifier: The member `SecretId`.
    ///   - mayBeDeleted: Whether the action is for secrets that are marked for deletion too.
    func secret(_ identifier: String, mayBeDeleted: Bool = false) throws(AWSError) -> AWSSecret {
        let secret = try find(identifier)
        try check(secret.details.attributes.resourcePolicy, arn: secret.arn, secret.details.attributes.tags)
        guard mayBeDeleted || secret.details.deletion == nil else { throw .markedForDeletion }
        return secret
    }

    private func find(_ identifier: String) throws(AWSError) -> AWSSecret {
        let identifier = try SecretIdentifier(identifier, region: namespace.region, account: settings.account)
        for candidate in identifier.candidates {
            let path = try candidate.name.path(in: namespace)
            let details: SecretDetails
            do throws(StoreError) {
                details = try vault.describe(path)
            } catch  where error.isNoSuchSecret {
                continue
            } catch {
                throw self.error(error, candidate.name)
            }
            let arn = arn(candidate.name, details.uniqueID)
            guard candidate.suffix.map(arn.hasSuffix) ?? true else { continue }
            return AWSSecret(name: candidate.name, path: path, details: details, arn: arn)
        }
        throw .secretNotFound
    }

    func arn(_ name: AWSName, _ uniqueID: String) -> String {
        SecretARN.text(name: name, uniqueID: uniqueID, region: namespace.region, account: settings.account)
    }

    /// Refuses what a secret's own policy denies. An `Allow` in it gives nothing: the policies of the store decide first.
    ///
    /// A policy that cannot be read any more denies everything: it was checked when it was attached.
    func check(
        _ policy: String?,
        arn: String,
        _ tags: [String: String],
        action: SecretsManagerAction? = nil,
        stage: String? = nil
    ) throws(AWSError) {
        guard let policy else { return }
        let action = action ?? self.action
        let request = policyRequest(action, arn: arn, tags, stage: stage)
        guard let decision = (try? ResourcePolicy(policy))?.decision(on: request), decision != .denied else {
            throw .deniedByResourcePolicy(user: request.principalARN, action, arn)
        }
    }

    func policyRequest(
        _ action: SecretsManagerAction,
        arn: String,
        _ tags: [String: String],
        stage: String? = nil
    ) -> PolicyRequest {
        PolicyRequest(
            principal: vault.identity.principal,
            account: settings.account,
            action: action,
            resource: arn,
            tags: tags,
            address: origin.address,
            isEncrypted: origin.isEncrypted,
            now: now,
            versionStage: stage
        )
    }

    /// Does something at the gate, and says in AWS's words why it was not done.
    func gate<Result>(
        _ name: AWSName?,
        _ body: () throws(StoreError) -> Result
    ) throws(AWSError) -> Result {
        do throws(StoreError) {
            return try body()
        } catch {
            throw self.error(error, name)
        }
    }

    func error(_ error: StoreError, _ name: AWSName?) -> AWSError {
        AWSError(error, action, user: AWSPrincipal.arn(vault.identity.principal, account: settings.account), name)
    }

    /// The name, ARN and whatever else an answer begins with.
    func answer(_ secret: AWSSecret, _ rest: [(String, JSONValue)] = []) -> JSONValue {
        var object = JSONObject()
        object["ARN"] = .string(secret.arn)
        object["Name"] = .string(secret.name.text)
        for (key, value) in rest { object[key] = value }
        return .object(object)
    }
}
