internal import SecretStore
internal import Secrets

/// The members `SecretString` and `SecretBinary`, of which one may be there.
enum SecretValueInput {
    /// Reads the value; nil when there is none. An empty one is none, as AWS has it.
    static func payload(_ members: inout Members) throws(AWSError) -> Payload? {
        let text = try members.text("SecretString", .secretString)
        let bytes = try members.bytes("SecretBinary", 0...65_536)
        switch (text, bytes) {
        case (.some, .some):
            throw AWSError(
                .invalidParameter,
                "You can't specify both a binary secret value and a string secret value in the same secret."
            )
        case (let text?, nil): return text.isEmpty ? nil : .text(Secret(text))
        case (nil, let bytes?): return bytes.isEmpty ? nil : .bytes(bytes)
        case (nil, nil): return nil
        }
    }
}

/// The member `ClientRequestToken`, which names the version that is made.
enum RequestToken {
    /// The token of CreateSecret, PutSecretValue and UpdateSecret.
    ///
    /// - Throws: ``AWSError`` with the code that the action has for a missing one.
    static func required(_ members: inout Members, missing code: AWSError.Code = .invalidRequest) throws(AWSError)
        -> String
    {
        guard let token = try members.text("ClientRequestToken", .clientRequestToken) else {
            throw AWSError(code, "You must provide a ClientRequestToken value. We recommend a UUID-type value.")
        }
        return token
    }
}

/// CreateSecret.
struct CreateSecretInput {
    var name: AWSName
    var token: String
    var payload: Payload?
    var description: String?
    var keyID: String?
    var tags: [String: String]

    init(_ members: inout Members) throws(AWSError) {
        let name = try members.requiredText("Name", .name)
        try members.finish()
        self.name = try AWSName(name)
        token = try RequestToken.required(&members)
        payload = try SecretValueInput.payload(&members)
        description = try members.text("Description", .description)
        keyID = try members.text("KmsKeyId", .keyID)
        tags = try TagsInput.tags(&members) ?? [:]
        try UnsupportedInput.check(members, ["Type", "CrossAccountPrimaryARN"])
        if let regions = try members.list("AddReplicaRegions", 1...100), !regions.isEmpty { throw .noReplication }
        try members.finish()
    }
}

/// PutSecretValue.
struct PutSecretValueInput {
    var secretID: String
    var token: String
    var payload: Payload
    var stages: [String]?

    init(_ members: inout Members) throws(AWSError) {
        secretID = try members.requiredText("SecretId", .secretID)
        stages = try members.texts("VersionStages", 1...20, .versionStage)
        let payload = try SecretValueInput.payload(&members)
        try members.finish()
        token = try RequestToken.required(&members)
        try members.finish()
        guard let payload else {
            throw AWSError(.invalidRequest, "You must provide either SecretString or SecretBinary.")
        }
        self.payload = payload
    }
}

/// UpdateSecret.
struct UpdateSecretInput {
    var secretID: String
    var token: String
    var payload: Payload?
    var description: String?
    var keyID: String?

    init(_ members: inout Members) throws(AWSError) {
        secretID = try members.requiredText("SecretId", .secretID)
        payload = try SecretValueInput.payload(&members)
        description = try members.text("Description", .description)
        keyID = try members.text("KmsKeyId", .keyID)
        try members.finish()
        token = try RequestToken.required(&members)
        try UnsupportedInput.check(members, ["Type"])
        try members.finish()
    }
}

/// GetSecretValue.
struct GetSecretValueInput {
    var secretID: String
    var versionID: String?
    var stage: String?

    /// The current version of a secret.
    init(secretID: String) { self.secretID = secretID }

    init(_ members: inout Members) throws(AWSError) {
        secretID = try members.requiredText("SecretId", .secretID)
        versionID = try members.text("VersionId", .versionID)
        stage = try members.text("VersionStage", .versionStage)
        try members.finish()
    }
}

/// BatchGetSecretValue.
struct BatchGetSecretValueInput {
    var secretIDs: [String]?
    var filters: [SecretFilter]
    var maxResults: Int
    var nextToken: String?

    init(_ members: inout Members) throws(AWSError) {
        secretIDs = try members.texts("SecretIdList", 1...20, .secretID)
        filters = try SecretFilter.list(&members)
        let most = try members.integer("MaxResults", 1...20)
        maxResults = most ?? 20
        nextToken = try members.text("NextToken", .nextToken)
        try members.finish()
        guard (secretIDs == nil) != filters.isEmpty else {
            throw AWSError(
                .invalidParameter,
                "Either 'SecretIdList' or 'Filters' must be provided, but not both."
            )
        }
        guard secretIDs == nil || (most == nil && nextToken == nil) else {
            throw AWSError(.invalidParameter, "You can't use MaxResults or NextToken with SecretIdList.")
        }
    }
}

/// Members that stand for what this service does not do.
enum UnsupportedInput {
    /// Refuses a request that asks for it: a member that is passed over would be a promise that nobody keeps.
    static func check(_ members: Members, _ names: [String]) throws(AWSError) {
        for name in names where members.has(name) {
            throw AWSError(.invalidParameter, "\(name) is not supported by this service.")
        }
    }
}

extension AWSError {
    /// For every call that would make a replica.
    static let noReplication = AWSError(
        .invalidParameter,
        "Replication to other Regions is not supported by this service."
    )
}
