public import HTTPModel
internal import SecretStore
internal import Secrets
internal import Vaulting

/// What the fuzz targets drive: the parsers that read bytes of strangers, with the invariants that hold for any input.
public enum AWSFuzzing {
    /// Reads a request's signature.
    ///
    /// - Parameters:
    ///   - request: Anything.
    ///   - now: Seconds since 1970.
    /// - Returns: False when an invariant is broken: a signature that nobody made is right, a text of an error shows what
    ///   was sent, or one reading differs from another.
    public static func readsSignature(_ request: HTTPRequest, now: Int64) -> Bool {
        let now = Timestamp(microseconds: now &* 1_000_000)
        do throws(AWSError) {
            let signed = try SignedRequest(request, now: now)
            let again = try SignedRequest(request, now: now)
            guard signed.signature == again.signature, signed.signature.count == 32 else { return false }
            let keys = SigningKeys()
            return !signed.isSigned(with: Secret("example"), record: "r", keys: keys) && keys.count == 0
        } catch {
            return error.message.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F } && error.status == 400
        }
    }

    /// Reads a body as every action would.
    ///
    /// - Returns: False when an invariant is broken.
    public static func readsBody(_ body: [UInt8]) -> Bool {
        for target in SecretsManagerAction.allCases.map({ "secretsmanager." + $0.rawValue }) + [lookup] {
            let request = HTTPRequest(
                method: "POST",
                rawPath: "/",
                headers: ["Content-Type": AWSCall.contentType, "X-Amz-Target": target],
                body: body
            )
            do throws(AWSError) {
                let call = try AWSCall(request)
                try read(call)
            } catch {
                guard !error.message.isEmpty, error.message.utf8.count < 4096 else { return false }
                // A body that is none is none for every action.
                if error.code == .serialization, (try? AWSCall(request)) == nil { return true }
            }
        }
        return true
    }

    /// Reads a resource policy and decides with it.
    ///
    /// - Returns: False when an invariant is broken: a statement that denies was overruled.
    public static func readsPolicy(_ text: String) -> Bool {
        guard let policy = try? ResourcePolicy(text) else { return true }
        let request = PolicyRequest(
            principal: Principal("ada"),
            account: "000000000000",
            action: .getSecretValue,
            resource: "arn:aws:secretsmanager:us-east-1:000000000000:secret:team/db-AbC123",
            tags: ["team": "blue"],
            address: "192.0.2.7",
            isEncrypted: true,
            now: Timestamp(microseconds: 1_700_000_000_000_000)
        )
        let denies = ResourcePolicy(statements: policy.statements.filter { $0.effect == .deny }).decision(on: request)
        let allows = ResourcePolicy(statements: policy.statements.filter { $0.effect == .allow }).decision(on: request)
        let decision = policy.decision(on: request)
        return denies == .denied ? decision == .denied : decision == allows
    }

    /// Takes a name to its path and back.
    ///
    /// - Returns: False when a name has a path that does not lead back to it.
    public static func namesComeBack(_ text: String) -> Bool {
        let namespace = AWSNamespace(region: "us-east-1", defaultRegion: "us-east-1")
        if let name = try? AWSName(text), let path = try? name.path(in: namespace) {
            guard AWSName(path, in: namespace) == name else { return false }
        }
        guard let path = try? SecretPath(text), let name = AWSName(path, in: namespace) else { return true }
        return (try? name.path(in: namespace)) == path
    }

    private static let lookup = "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents"

    private static func read(_ call: AWSCall) throws(AWSError) {
        var members = Members(call.members)
        guard case .secretsManager(let action) = call.action else {
            _ = try LookupEventsInput(&members)
            return
        }
        switch action {
        case .createSecret: _ = try CreateSecretInput(&members)
        case .putSecretValue: _ = try PutSecretValueInput(&members)
        case .updateSecret: _ = try UpdateSecretInput(&members)
        case .getSecretValue: _ = try GetSecretValueInput(&members)
        case .batchGetSecretValue: _ = try BatchGetSecretValueInput(&members)
        case .listSecrets: _ = try ListSecretsInput(&members)
        case .listSecretVersionIds: _ = try ListSecretVersionIdsInput(&members)
        case .deleteSecret: _ = try DeleteSecretInput(&members)
        case .updateSecretVersionStage: _ = try UpdateSecretVersionStageInput(&members)
        case .tagResource: _ = try TagResourceInput(&members)
        case .untagResource: _ = try UntagResourceInput(&members)
        case .rotateSecret: _ = try RotateSecretInput(&members)
        case .putResourcePolicy: _ = try ResourcePolicyInput(&members, isForOneSecret: true)
        case .validateResourcePolicy: _ = try ResourcePolicyInput(&members, isForOneSecret: false)
        case .replicateSecretToRegions: _ = try ReplicationInput(&members, regions: "AddReplicaRegions")
        case .removeRegionsFromReplication: _ = try ReplicationInput(&members, regions: "RemoveReplicaRegions")
        case .getRandomPassword: _ = try RandomPassword(&members)
        case .cancelRotateSecret, .describeSecret, .restoreSecret, .stopReplicationToReplica, .getResourcePolicy,
            .deleteResourcePolicy:
            _ = try SecretIDInput(&members)
        }
    }
}
