internal import Findings

/// The member `Tags`.
enum TagsInput {
    /// How many tags a secret has at most (AWS, "Secrets Manager quotas").
    static let most = 50

    /// Reads the tags; nil when they are not there.
    static func tags(_ members: inout Members) throws(AWSError) -> [String: String]? {
        guard let elements = try members.list("Tags", 0...200) else { return nil }
        var tags: [String: String] = [:]
        for element in elements {
            guard case .object(let object) = element else {
                throw AWSError(.serialization, "Unexpected field type")
            }
            var tag = Members(object)
            let key = try tag.requiredText("Key", .tagKey)
            let value = try tag.text("Value", .tagValue) ?? ""
            members.merge(tag)
            guard !key.lowercased().hasPrefix("aws:") else {
                throw AWSError(.invalidParameter, "Tag keys can't begin with aws:, which is reserved.")
            }
            guard tags.updateValue(value, forKey: key) == nil else {
                throw AWSError(.invalidParameter, "The same tag key is given more than once.")
            }
        }
        try members.finish()
        guard tags.count <= most else { throw tooMany }
        return tags
    }

    /// For a secret that would have more tags than there may be.
    static let tooMany = AWSError(.invalidParameter, "A secret can have at most \(most) tags.")
}

/// What takes a secret and nothing else: DescribeSecret, RestoreSecret, CancelRotateSecret, StopReplicationToReplica, and
/// the policy of a secret with its one name.
struct SecretIDInput {
    var secretID: String

    init(_ members: inout Members) throws(AWSError) {
        secretID = try members.requiredText("SecretId", .secretID)
        try AWSPolicyName.check(&members)
        try members.finish()
    }
}

/// The member `AWSPolicyName`: there is one policy, `default`.
enum AWSPolicyName {
    static func check(_ members: inout Members) throws(AWSError) {
        guard let name = try members.text("PolicyName", .policyName) else { return }
        guard name == "default" else {
            throw AWSError(.invalidParameter, "You can only use the resource policy named default.")
        }
    }
}

/// DeleteSecret.
struct DeleteSecretInput {
    var secretID: String
    /// Days until the secret goes; nil to let it go at once.
    var window: Int?

    init(_ members: inout Members) throws(AWSError) {
        secretID = try members.requiredText("SecretId", .secretID)
        let days = try members.integer("RecoveryWindowInDays", nil)
        let isForced = try members.flag("ForceDeleteWithoutRecovery") ?? false
        try members.finish()
        guard !isForced || days == nil else {
            throw AWSError(
                .invalidParameter,
                "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays."
            )
        }
        guard days.map((7...30).contains) ?? true else {
            throw AWSError(
                .invalidParameter,
                "The RecoveryWindowInDays value must be between 7 and 30 days (inclusive)."
            )
        }
        window = isForced ? nil : days ?? 30
    }
}

/// ListSecrets.
struct ListSecretsInput {
    enum Order: String, CaseIterable {
        case ascending = "asc"
        case descending = "desc"
    }

    enum Key: String, CaseIterable {
        case created = "created-date"
        case accessed = "last-accessed-date"
        case changed = "last-changed-date"
        case name
    }

    var includesDeleted: Bool
    var maxResults: Int
    var nextToken: String?
    var filters: [SecretFilter]
    var order: Order
    var key: Key

    init(_ members: inout Members) throws(AWSError) {
        includesDeleted = try members.flag("IncludePlannedDeletion") ?? false
        maxResults = try members.integer("MaxResults", 1...100) ?? 100
        nextToken = try members.text("NextToken", .nextToken)
        filters = try SecretFilter.list(&members)
        let order = try members.word("SortOrder", Order.self)
        let key = try members.word("SortBy", Key.self)
        // AWS says that secrets come by the date of creation unless it is told otherwise, and that a list may lag behind.
        // Nobody can rely on that order; by name a page costs a page.
        self.key = key ?? (order == nil ? .name : .created)
        self.order = order ?? (self.key == .name ? .ascending : .descending)
        try members.finish()
    }
}

/// ListSecretVersionIds.
struct ListSecretVersionIdsInput {
    var secretID: String
    var maxResults: Int
    var nextToken: String?
    var includesDeprecated: Bool

    init(_ members: inout Members) throws(AWSError) {
        secretID = try members.requiredText("SecretId", .secretID)
        maxResults = try members.integer("MaxResults", 1...100) ?? 100
        nextToken = try members.text("NextToken", .nextToken)
        includesDeprecated = try members.flag("IncludeDeprecated") ?? false
        try members.finish()
    }
}

/// UpdateSecretVersionStage.
struct UpdateSecretVersionStageInput {
    var secretID: String
    var stage: String
    var from: String?
    var to: String?

    init(_ members: inout Members) throws(AWSError) {
        secretID = try members.requiredText("SecretId", .secretID)
        stage = try members.requiredText("VersionStage", .versionStage)
        from = try members.text("RemoveFromVersionId", .versionID)
        to = try members.text("MoveToVersionId", .versionID)
        try members.finish()
    }
}

/// TagResource.
struct TagResourceInput {
    var secretID: String
    var tags: [String: String]

    init(_ members: inout Members) throws(AWSError) {
        secretID = try members.requiredText("SecretId", .secretID)
        let tags = try TagsInput.tags(&members)
        if tags == nil { members.require("Tags") }
        try members.finish()
        self.tags = tags ?? [:]
    }
}

/// UntagResource.
struct UntagResourceInput {
    var secretID: String
    var keys: [String]

    init(_ members: inout Members) throws(AWSError) {
        secretID = try members.requiredText("SecretId", .secretID)
        let keys = try members.texts("TagKeys", 0...200, .tagKey)
        if keys == nil { members.require("TagKeys") }
        try members.finish()
        self.keys = keys ?? []
    }
}

/// RotateSecret.
struct RotateSecretInput {
    var secretID: String
    var token: String
    var lambda: String?
    var rules: RotationRules?
    var isImmediate: Bool

    init(_ members: inout Members) throws(AWSError) {
        secretID = try members.requiredText("SecretId", .secretID)
        lambda = try members.text("RotationLambdaARN", .lambdaARN)
        rules = try RotationRules(&members)
        isImmediate = try members.flag("RotateImmediately") ?? true
        try UnsupportedInput.check(members, ["ExternalSecretRotationMetadata", "ExternalSecretRotationRoleArn"])
        try members.finish()
        token = try RequestToken.required(&members, missing: .invalidParameter)
        try members.finish()
    }
}

/// PutResourcePolicy and ValidateResourcePolicy.
struct ResourcePolicyInput {
    /// Nil only where a policy is validated for no secret in particular.
    var secretID: String?
    var text: String
    var blocksPublic: Bool

    init(_ members: inout Members, isForOneSecret: Bool) throws(AWSError) {
        secretID = try members.text("SecretId", .secretID)
        if isForOneSecret && secretID == nil { members.require("SecretId") }
        text = try members.requiredText("ResourcePolicy", .policy)
        blocksPublic = try members.flag("BlockPublicPolicy") ?? false
        try AWSPolicyName.check(&members)
        try members.finish()
    }
}

/// ReplicateSecretToRegions and RemoveRegionsFromReplication.
struct ReplicationInput {
    var secretID: String

    init(_ members: inout Members, regions name: String) throws(AWSError) {
        secretID = try members.requiredText("SecretId", .secretID)
        if try members.list(name, 1...100) == nil { members.require(name) }
        try members.finish()
    }
}
