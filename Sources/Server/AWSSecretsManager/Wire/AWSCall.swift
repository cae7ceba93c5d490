internal import Findings
internal import HTTPModel

/// What a request calls: the action in its `X-Amz-Target`, and the members in its body (AWS JSON 1.1 protocol).
struct AWSCall: Sendable {
    /// What can be called.
    enum Action: Sendable, Hashable {
        case secretsManager(SecretsManagerAction)
        case lookupEvents
    }

    /// What is called.
    let action: Action
    /// The members of the body.
    let members: JSONObject

    /// The service that it belongs to.
    var service: AWSService { action.service }

    /// A value has 64 KiB at most, six times as much when each byte is escaped; a megabyte holds that and all the rest.
    static let limits = JSONLimits(bytes: 1 << 20, depth: 16, values: 4096)
    /// What clients send and get.
    static let contentType = "application/x-amz-json-1.1"

    /// What a request calls, without a look at its body.
    ///
    /// - Throws: ``AWSError`` `UnknownOperationException`.
    static func action(of request: HTTPRequest) throws(AWSError) -> Action {
        guard request.method == "POST", request.rawPath == "/" || request.rawPath.isEmpty,
            let target = try request.headers.single("x-amz-target"), target.utf8.count <= 128
        else { throw AWSError(.unknownOperation, "") }
        if target == "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents" { return .lookupEvents }
        let prefix = "secretsmanager."
        guard target.hasPrefix(prefix),
            let action = SecretsManagerAction.named[target.dropFirst(prefix.count)]
        else { throw AWSError(.unknownOperation, "") }
        return .secretsManager(action)
    }

    /// Reads a request.
    ///
    /// - Throws: ``AWSError``, as the other one, and when it calls nothing that is there.
    init(_ request: HTTPRequest) throws(AWSError) { try self.init(request, Self.action(of: request)) }

    /// Reads a request whose action is known.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - action: What ``action(of:)`` found in it.
    /// - Throws: ``AWSError`` when its body is no object of JSON.
    init(_ request: HTTPRequest, _ action: Action) throws(AWSError) {
        self.action = action
        guard try request.headers.single("content-type")?.isAmazonJSON == true else {
            throw AWSError(.serialization, "The Content-Type must be \(Self.contentType).")
        }
        let body: JSONValue
        do throws(JSONError) {
            body = try JSONValue(parsing: request.body, limits: Self.limits)
        } catch {
            // The place and the kind of fault, nothing of what stands there.
            throw AWSError(.serialization, error.message)
        }
        guard case .object(let members) = body else {
            throw AWSError(.serialization, "Start of structure or map expected.")
        }
        self.members = members
    }
}

/// The actions of Secrets Manager (its service model, 2017-10-17).
enum SecretsManagerAction: String, Sendable, CaseIterable {
    case batchGetSecretValue = "BatchGetSecretValue"
    case cancelRotateSecret = "CancelRotateSecret"
    case createSecret = "CreateSecret"
    case deleteResourcePolicy = "DeleteResourcePolicy"
    case deleteSecret = "DeleteSecret"
    case describeSecret = "DescribeSecret"
    case getRandomPassword = "GetRandomPassword"
    case getResourcePolicy = "GetResourcePolicy"
    case getSecretValue = "GetSecretValue"
    case listSecretVersionIds = "ListSecretVersionIds"
    case listSecrets = "ListSecrets"
    case putResourcePolicy = "PutResourcePolicy"
    case putSecretValue = "PutSecretValue"
    case removeRegionsFromReplication = "RemoveRegionsFromReplication"
    case replicateSecretToRegions = "ReplicateSecretToRegions"
    case restoreSecret = "RestoreSecret"
    case rotateSecret = "RotateSecret"
    case stopReplicationToReplica = "StopReplicationToReplica"
    case tagResource = "TagResource"
    case untagResource = "UntagResource"
    case updateSecret = "UpdateSecret"
    case updateSecretVersionStage = "UpdateSecretVersionStage"
    case validateResourcePolicy = "ValidateResourcePolicy"

    /// By their names: an enumeration of strings compares one name after the other.
    fileprivate static let named = Dictionary(uniqueKeysWithValues: allCases.map { ($0.rawValue[...], $0) })

    /// Whether it changes nothing.
    var isReadOnly: Bool {
        switch self {
        case .batchGetSecretValue, .describeSecret, .getRandomPassword, .getResourcePolicy, .getSecretValue,
            .listSecretVersionIds, .listSecrets, .validateResourcePolicy:
            true
        default: false
        }
    }
}

extension String {
    /// Whether it is the content type of JSON 1.1, with parameters or without.
    fileprivate var isAmazonJSON: Bool {
        let type = split(at: UInt8(ascii: ";"), maxSplits: 1).first.map(String.init) ?? ""
        return type.isSameASCII(as: AWSCall.contentType) || type.isSameASCII(as: "application/x-amz-json-1.0")
    }
}
