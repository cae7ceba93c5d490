internal import Findings
internal import SecretStore
internal import Vaulting

/// RotateSecret and CancelRotateSecret: what is configured is kept and shown; this server runs no Lambda functions.
extension AWSActions {
    func rotate(_ input: RotateSecretInput) throws(AWSError) -> JSONValue {
        let secret = try secret(input.secretID)
        let stored = StoredRotation(secret.details.attributes.rotation)
        guard let lambda = input.lambda ?? stored?.lambda, !lambda.isEmpty else {
            throw AWSError(.invalidRequest, "No Lambda rotation function ARN is associated with this secret.")
        }
        if let pending = try secret.version(labelled: AWSStage.label("AWSPENDING")), !pending.labels.contains(.current)
        {
            throw AWSError(.invalidRequest, "A previous rotation isn't complete. That rotation will be reattempted.")
        }
        guard !input.isImmediate else {
            throw AWSError(
                .invalidRequest,
                "This service keeps the rotation's configuration and does not run Lambda functions, so it can't rotate "
                    + "immediately. Nothing was changed. Set RotateImmediately to false to keep the configuration."
            )
        }
        let rules = input.rules ?? stored?.rules ?? RotationRules(afterDays: nil)
        try set(StoredRotation(isEnabled: true, lambda: lambda, rules: rules), of: secret)
        return answer(secret)
    }

    func cancelRotation(_ input: SecretIDInput) throws(AWSError) -> JSONValue {
        let secret = try secret(input.secretID)
        if var rotation = StoredRotation(secret.details.attributes.rotation) {
            rotation.isEnabled = false
            try set(rotation, of: secret)
        }
        return answer(secret)
    }

    private func set(_ rotation: StoredRotation, of secret: AWSSecret) throws(AWSError) {
        try gate(secret.name) { () throws(StoreError) in
            try vault.setAttributes(secret.path) { (attributes) throws(StoreError) in
                attributes.rotation = rotation.text
            }
        }
    }
}

/// A rotation as the store keeps it.
struct StoredRotation: Equatable {
    var isEnabled: Bool
    var lambda: String
    var rules: RotationRules

    init(isEnabled: Bool, lambda: String, rules: RotationRules) {
        self.isEnabled = isEnabled
        self.lambda = lambda
        self.rules = rules
    }

    /// Reads what ``text`` writes; nil for nothing.
    init?(_ text: String?) {
        guard let text, let value = try? JSONValue(parsing: Array(text.utf8)),
            let lambda = value["RotationLambdaARN"]?.asString
        else { return nil }
        isEnabled = value["RotationEnabled"] == .bool(true)
        self.lambda = lambda
        rules = RotationRules(stored: value["RotationRules"] ?? .null)
    }

    /// JSON.
    var text: String {
        let value: JSONValue = [
            "RotationEnabled": .bool(isEnabled), "RotationLambdaARN": .string(lambda), "RotationRules": rules.json,
        ]
        return value.text()
    }
}

/// PutResourcePolicy, GetResourcePolicy, DeleteResourcePolicy, ValidateResourcePolicy.
extension AWSActions {
    func putPolicy(_ input: ResourcePolicyInput) throws(AWSError) -> JSONValue {
        let secret = try secret(input.secretID ?? "")
        let policy = try ResourcePolicy(input.text)
        guard !(input.blocksPublic && policy.isPublic) else {
            throw AWSError(
                .publicPolicy,
                "You can't attach a resource-based policy that allows broad access to the secret."
            )
        }
        guard !policy.locksOut(policyRequest(.putResourcePolicy, arn: secret.arn, secret.details.attributes.tags))
        else {
            throw AWSError(.malformedPolicy, Self.lockout)
        }
        try setPolicy(input.text, of: secret)
        return answer(secret, [("PolicyName", "default")])
    }

    func getPolicy(_ input: SecretIDInput) throws(AWSError) -> JSONValue {
        let secret = try secret(input.secretID)
        let policy = secret.details.attributes.resourcePolicy
        return answer(
            secret,
            [("ResourcePolicy", .string(orNull: policy)), ("PolicyName", policy == nil ? .null : "default")]
        )
    }

    func deletePolicy(_ input: SecretIDInput) throws(AWSError) -> JSONValue {
        let secret = try secret(input.secretID)
        try setPolicy(nil, of: secret)
        return answer(secret, [("PolicyName", "default")])
    }

    func validatePolicy(_ input: ResourcePolicyInput) throws(AWSError) -> JSONValue {
        let policy = try ResourcePolicy(input.text)
        var errors: [JSONValue] = []
        func add(_ name: String, _ text: String) {
            errors.append(["CheckName": .string(name), "ErrorMessage": .string(text)])
        }
        if policy.isPublic {
            add("BLOCK_PUBLIC_POLICY", "This resource policy grants broad access to your secret.")
        }
        if let identifier = input.secretID {
            let secret = try secret(identifier)
            if policy.locksOut(policyRequest(.putResourcePolicy, arn: secret.arn, secret.details.attributes.tags)) {
                add("LOCKOUT", Self.lockout)
            }
        }
        return ["PolicyValidationPassed": .bool(errors.isEmpty), "ValidationErrors": .array(errors)]
    }

    private static let lockout = "Your requested changes will not allow you to manage this secret in the future."

    private func setPolicy(_ text: String?, of secret: AWSSecret) throws(AWSError) {
        try gate(secret.name) { () throws(StoreError) in
            try vault.setAttributes(secret.path) { (attributes) throws(StoreError) in attributes.resourcePolicy = text }
        }
    }
}
