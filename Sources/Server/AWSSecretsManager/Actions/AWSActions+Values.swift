internal import Findings
internal import SecretStore
internal import Secrets
internal import Vaulting

/// CreateSecret, PutSecretValue, UpdateSecret.
extension AWSActions {
    func create(_ input: CreateSecretInput) throws(AWSError) -> JSONValue {
        let path = try input.name.path(in: namespace)
        var options = self.options(token: input.token)
        options.expectedVersion = 0
        var attributes = SecretAttributes()
        attributes.description = input.description
        attributes.keyID = input.keyID
        attributes.tags = input.tags
        options.secretAttributes = attributes
        if input.payload == nil {
            options.attributes.contentType = VersionDetails.placeholderType
            options.attributes.isEnabled = false
        }
        do throws(StoreError) {
            try vault.write(path, input.payload ?? .bytes(.init([])), options: options)
        } catch {
            if error.isSecretDeleted {
                throw AWSError(
                    .invalidRequest,
                    "You can't create this secret because a secret with this name is already scheduled for deletion."
                )
            }
            guard error.isVersionConflict else { throw self.error(error, input.name) }
            return try createdBefore(input, path)
        }
        let secret = try made(input.name, path)
        return answer(secret, input.payload == nil ? [] : [("VersionId", .string(input.token))])
    }

    /// The same request again is answered as it was; another one for the same name is refused.
    private func createdBefore(_ input: CreateSecretInput, _ path: SecretPath) throws(AWSError) -> JSONValue {
        let exists = AWSError(
            .resourceExists,
            "The operation failed because the secret \(input.name.text) already exists."
        )
        guard let details = try? vault.describe(path),
            let version = details.versions.first(where: { $0.awsID == input.token })
        else { throw exists }
        if version.isPlaceholder {
            guard input.payload == nil else { throw exists }
        } else {
            guard let payload = input.payload,
                let stored = try? vault.read(path, version: .number(version.number)).payload, stored.isSame(as: payload)
            else { throw exists }
        }
        let secret = AWSSecret(
            name: input.name,
            path: path,
            details: details,
            arn: arn(input.name, details.uniqueID)
        )
        return answer(secret, input.payload == nil ? [] : [("VersionId", .string(input.token))])
    }

    /// What was just made, for its ARN.
    private func made(_ name: AWSName, _ path: SecretPath) throws(AWSError) -> AWSSecret {
        let details = try gate(name) { () throws(StoreError) in try vault.describe(path) }
        return AWSSecret(name: name, path: path, details: details, arn: arn(name, details.uniqueID))
    }

    func put(_ input: PutSecretValueInput) throws(AWSError) -> JSONValue {
        let secret = try secret(input.secretID)
        if let version = secret.version(input.token) {
            try checkSame(input.payload, as: version, of: secret)
            return answer(
                secret,
                [("VersionId", .string(input.token)), ("VersionStages", .texts(version.stages))]
            )
        }
        var labels: Set<Label> = []
        for stage in input.stages ?? ["AWSCURRENT"] { labels.insert(try AWSStage.label(stage)) }
        var options = self.options(token: input.token)
        // The first version that has a value is the current one, whatever was asked.
        options.makesCurrent = labels.contains(.current) || secret.versions.isEmpty
        options.labels = labels.filter { !$0.isBuiltIn }
        let info = try gate(secret.name) { () throws(StoreError) in
            let info = try vault.write(secret.path, input.payload, options: options)
            if labels.contains(.previous), !labels.contains(.current) {
                try vault.moveLabel(.previous, on: secret.path, from: nil, to: .number(info.number), isAnywhere: true)
            }
            return info
        }
        var stages = Set(info.labels.map(AWSStage.text))
        if labels.contains(.previous) && !labels.contains(.current) { stages.insert("AWSPREVIOUS") }
        return answer(
            secret,
            [("VersionId", .string(input.token)), ("VersionStages", .texts(stages.sorted()))]
        )
    }

    func update(_ input: UpdateSecretInput) throws(AWSError) -> JSONValue {
        let secret = try secret(input.secretID)
        if input.payload != nil, secret.version(input.token) != nil { throw .versionExists }
        if input.description != nil || input.keyID != nil {
            try gate(secret.name) { () throws(StoreError) in
                try vault.setAttributes(secret.path) { (attributes) throws(StoreError) in
                    attributes.description = input.description ?? attributes.description
                    attributes.keyID = input.keyID ?? attributes.keyID
                }
            }
        }
        guard let payload = input.payload else { return answer(secret) }
        try gate(secret.name) { () throws(StoreError) in
            _ = try vault.write(secret.path, payload, options: options(token: input.token))
        }
        return answer(secret, [("VersionId", .string(input.token))])
    }

    private func options(token: String) -> WriteOptions {
        var options = WriteOptions()
        let id = AWSVersionID(token)
        options.id = id.id
        options.attributes.token = id.token
        return options
    }

    /// A request that comes again with the same token must bring the same value.
    private func checkSame(
        _ payload: Payload,
        as version: VersionDetails,
        of secret: AWSSecret
    ) throws(AWSError) {
        let stored = try gate(secret.name) { () throws(StoreError) in
            try vault.read(secret.path, version: .number(version.number)).payload
        }
        guard stored.isSame(as: payload) else { throw .versionExists }
    }
}

/// GetSecretValue, BatchGetSecretValue, GetRandomPassword.
extension AWSActions {
    func get(_ input: GetSecretValueInput) throws(AWSError) -> [UInt8] {
        let identifier = try SecretIdentifier(input.secretID, region: namespace.region, account: settings.account)
        guard case .name(let name) = identifier else { return try value(of: secret(input.secretID), input) }
        // By name, the value is one step at the gate, which also brings what the secret's own policy says.
        let path = try name.path(in: namespace)
        let reference: VersionReference
        switch (input.versionID.map(AWSVersionID.init), input.stage) {
        case (nil, nil): reference = .current
        case (nil, let stage?): reference = .label(try AWSStage.label(stage))
        case (let version?, nil) where version.id != nil: reference = version.id.map(VersionReference.id) ?? .current
        default: return try value(of: secret(input.secretID), input)
        }
        let read: DetailedVersion
        do throws(StoreError) {
            read = try vault.readDetailed(path, version: reference)
        } catch {
            throw valueError(error, name, input)
        }
        let arn = SecretARN.text(
            name: name,
            secretID: read.version.secretID,
            region: namespace.region,
            account: settings.account
        )
        return value(of: name, arn, read)
    }

    private func value(of secret: AWSSecret, _ input: GetSecretValueInput) throws(AWSError) -> [UInt8] {
        let version: VersionDetails?
        let label = try AWSStage.label(input.stage ?? "AWSCURRENT")
        if let id = input.versionID {
            version = secret.version(id)
            if let version, input.stage != nil, !version.labels.contains(label) {
                throw AWSError(
                    .invalidRequest,
                    "You provided a VersionStage that is not associated to the provided VersionId."
                )
            }
        } else {
            version = secret.version(labelled: label)
        }
        guard let version, version.hasValue else { throw valueMissing(input) }
        let read: DetailedVersion
        do throws(StoreError) {
            read = try vault.readDetailed(secret.path, version: .number(version.number))
        } catch {
            throw valueError(error, secret.name, input)
        }
        return value(of: secret.name, secret.arn, read)
    }

    /// The answer, in one piece: a tree of JSON would take longer than finding the secret.
    private func value(of name: AWSName, _ arn: String, _ read: DetailedVersion) -> [UInt8] {
        let (member, value) = read.version.payload.awsMember
        var bytes: [UInt8] = []
        bytes.reserveCapacity(512 + value.utf8.count * 2)
        bytes.append(contentsOf: #"{"ARN":"#.utf8)
        JSONText.appendShown(arn, to: &bytes)
        bytes.append(contentsOf: #","Name":"#.utf8)
        JSONText.appendShown(name.text, to: &bytes)
        bytes.append(contentsOf: #","VersionId":"#.utf8)
        JSONText.appendShown(read.versionAttributes.token ?? read.version.id.uuid, to: &bytes)
        bytes.append(contentsOf: ",\"\(member)\":".utf8)
        JSONText.appendShown(value, to: &bytes)
        let stages = read.version.labels.map(AWSStage.text).sorted()
        for (position, stage) in stages.enumerated() {
            bytes.append(contentsOf: (position == 0 ? #","VersionStages":["# : ",").utf8)
            JSONText.appendShown(stage, to: &bytes)
        }
        bytes.append(contentsOf: (stages.isEmpty ? #","CreatedDate":"# : #"],"CreatedDate":"#).utf8)
        bytes.append(contentsOf: JSONValue.epoch(read.version.created).bytes())
        bytes.append(UInt8(ascii: "}"))
        return bytes
    }

    private func valueError(_ error: StoreError, _ name: AWSName, _ input: GetSecretValueInput) -> AWSError {
        let isMissing =
            error.isNoSuchVersion || error.isNoSuchLabel || error.isVersionDeleted || error.isVersionDestroyed
            || error.isVersionDisabled
        return isMissing ? valueMissing(input) : self.error(error, name)
    }

    private func valueMissing(_ input: GetSecretValueInput) -> AWSError {
        if let id = input.versionID { return .valueNotFound("VersionId: \(id)") }
        return .valueNotFound("staging label: \(input.stage ?? "AWSCURRENT")")
    }

    func get(_ input: BatchGetSecretValueInput) throws(AWSError) -> [UInt8] {
        var values: [[UInt8]] = []
        var errors: [JSONValue] = []
        var next: String?
        var identifiers = input.secretIDs ?? []
        if input.secretIDs == nil {
            let page = try page(input.filters, input.maxResults, input.nextToken, includesDeleted: false)
            identifiers = page.secrets.map(\.name.text)
            next = page.next
        }
        for identifier in identifiers {
            do throws(AWSError) {
                values.append(try get(GetSecretValueInput(secretID: identifier)))
            } catch {
                errors.append(
                    [
                        "SecretId": .string(identifier), "ErrorCode": .string(error.code.rawValue),
                        "Message": .string(error.message),
                    ]
                )
            }
        }
        var bytes = Array(#"{"SecretValues":["#.utf8)
        bytes.append(contentsOf: values.joined(separator: [UInt8(ascii: ",")]))
        bytes.append(UInt8(ascii: "]"))
        if let next {
            bytes.append(contentsOf: #","NextToken":"#.utf8)
            JSONText.appendShown(next, to: &bytes)
        }
        bytes.append(contentsOf: #","Errors":"#.utf8)
        bytes.append(contentsOf: JSONValue.array(errors).bytes())
        bytes.append(UInt8(ascii: "}"))
        return bytes
    }

    /// The password is nobody's secret yet, so the gate has nothing to decide.
    func randomPassword(_ wanted: RandomPassword, _ members: Members) throws(AWSError) -> JSONValue {
        try members.finish()
        var generator = SystemRandomNumberGenerator()
        return ["RandomPassword": .string(try wanted.make(using: &generator).reveal())]
    }
}
