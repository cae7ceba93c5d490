internal import SecretStore

/// What a resource policy is asked about.
struct PolicyRequest: Sendable {
    /// Who asks, as an ARN: `arn:aws:iam::ACCOUNT:user/NAME`.
    var principalARN: String
    /// The account that it belongs to.
    var account: String
    /// What is to be done, such as `secretsmanager:GetSecretValue`.
    var action: String
    /// The ARN of the secret.
    var resource: String
    /// What conditions look at, by name in small letters.
    var context: [String: String]

    /// Puts a request together.
    ///
    /// - Parameters:
    ///   - principal: Who asks.
    ///   - account: The account that the server is.
    ///   - action: The action.
    ///   - resource: The ARN of the secret.
    ///   - tags: The tags of the secret.
    ///   - address: Where the request came from.
    ///   - isEncrypted: Whether it came through TLS.
    ///   - now: What the clock says.
    ///   - stage: The staging label that is asked for, if any.
    init(
        principal: Principal,
        account: String,
        action: SecretsManagerAction,
        resource: String,
        tags: [String: String] = [:],
        address: String,
        isEncrypted: Bool,
        now: Timestamp,
        versionStage stage: String? = nil
    ) {
        principalARN = AWSPrincipal.arn(principal, account: account)
        self.account = account
        self.action = "secretsmanager:" + action.rawValue
        self.resource = resource
        var context = [
            "aws:principalarn": principalARN, "aws:principalaccount": account, "aws:username": principal.name,
            "aws:principaltype": "User", "aws:sourceip": address, "aws:securetransport": isEncrypted ? "true" : "false",
            "aws:currenttime": String(now.description.prefix(19)) + "Z", "aws:epochtime": String(now.seconds),
            "secretsmanager:secretid": resource,
        ]
        if let stage { context["secretsmanager:versionstage"] = stage }
        for (key, value) in tags {
            context["aws:resourcetag/" + key.lowercased()] = value
            context["secretsmanager:resourcetag/" + key.lowercased()] = value
        }
        self.context = context
    }

    /// Whether a principal of a policy is the one who asks.
    func isMeant(_ principal: ResourcePolicy.Principal) -> Bool {
        switch principal {
        case .anyone: true
        case .account(let number): number == account
        case .one(let arn): arn == principalARN
        case .other: false
        }
    }
}

/// Principals as AWS names them.
enum AWSPrincipal {
    /// The ARN of a principal. The name stands in it as it is: two principals never have one ARN.
    static func arn(_ principal: Principal, account: String) -> String {
        "arn:aws:iam::\(account):user/\(principal.name)"
    }
}
