internal import Findings
internal import SecretStore
internal import Vaulting

/// DescribeSecret, ListSecrets, ListSecretVersionIds.
extension AWSActions {
    func describe(_ input: SecretIDInput) throws(AWSError) -> JSONValue {
        let secret = try secret(input.secretID, mayBeDeleted: true)
        var object = entry(secret)
        object["VersionIdsToStages"] = stages(of: secret)
        return .object(object.withoutNulls)
    }

    func listVersions(_ input: ListSecretVersionIdsInput) throws(AWSError) -> JSONValue {
        let secret = try secret(input.secretID, mayBeDeleted: true)
        let context = "\(vault.identity.principal.name) versions \(secret.arn) \(input.includesDeprecated)"
        var first = 0
        if let token = input.nextToken { first = Int(try tokens.position(of: token, context: context)) ?? 0 }
        let versions = secret.versions.filter { version in
            version.number > first && version.state != .destroyed
                && (input.includesDeprecated || !version.labels.isEmpty)
        }
        let shown = versions.prefix(input.maxResults)
        let next =
            versions.count > shown.count
            ? shown.last.flatMap { tokens.token(for: "\($0.number)", context: context) } : nil
        let entries = shown.map { version -> JSONValue in
            var object = JSONObject()
            object["VersionId"] = .string(version.awsID)
            if !version.labels.isEmpty { object["VersionStages"] = .texts(version.stages) }
            object["CreatedDate"] = .epoch(version.created)
            object["KmsKeyIds"] = .texts([secret.details.attributes.keyID ?? "DefaultEncryptionKey"])
            return .object(object)
        }
        return answer(secret, [("Versions", .array(Array(entries))), ("NextToken", .string(orNull: next))])
    }

    func list(_ input: ListSecretsInput) throws(AWSError) -> JSONValue {
        let page = try page(
            input.filters,
            input.maxResults,
            input.nextToken,
            includesDeleted: input.includesDeleted,
            order: input.order,
            key: input.key
        )
        let entries = page.secrets.map { secret -> JSONValue in
            var object = entry(secret)
            object["SecretVersionsToStages"] = stages(of: secret)
            return .object(object.withoutNulls)
        }
        return ["SecretList": .array(entries), "NextToken": .string(orNull: page.next)]
    }

    /// What is told of a secret without its values.
    private func entry(_ secret: AWSSecret) -> JSONObject {
        let attributes = secret.details.attributes
        let rotation = StoredRotation(attributes.rotation)
        var object = JSONObject()
        object["ARN"] = .string(secret.arn)
        object["Name"] = .string(secret.name.text)
        object["Description"] = .string(orNull: attributes.description.flatMap { $0.isEmpty ? nil : $0 })
        object["KmsKeyId"] = .string(orNull: attributes.keyID.flatMap { $0.isEmpty ? nil : $0 })
        if let rotation {
            object["RotationEnabled"] = .bool(rotation.isEnabled)
            object["RotationLambdaARN"] = .string(rotation.lambda)
            object["RotationRules"] = rotation.rules.json
        }
        object["LastChangedDate"] = .epoch(secret.details.updated)
        object["DeletedDate"] = .epoch(orNull: secret.details.deletion?.purged)
        if !attributes.tags.isEmpty {
            object["Tags"] = .array(
                attributes.tags.sorted { $0.key < $1.key }.map { ["Key": .string($0.key), "Value": .string($0.value)] }
            )
        }
        object["CreatedDate"] = .epoch(secret.details.created)
        return object
    }

    private func stages(of secret: AWSSecret) -> JSONValue {
        var object = JSONObject()
        for version in secret.versions where !version.labels.isEmpty { object[version.awsID] = .texts(version.stages) }
        return object.count == 0 ? .null : .object(object)
    }
}

extension AWSActions {
    /// How many secrets a page looks at before it ends with what was found: a filter that finds nothing must not hold the
    /// gate.
    private static let lookedAt = 1000

    /// A page of the secrets that the caller may see and that meet the filters.
    ///
    /// The order of names is the store's own, so a page begins where the last one ended. For another order all lines are
    /// gathered for each page.
    func page(
        _ filters: [SecretFilter],
        _ count: Int,
        _ token: String?,
        includesDeleted: Bool,
        order: ListSecretsInput.Order = .ascending,
        key: ListSecretsInput.Key = .name
    ) throws(AWSError) -> (secrets: [AWSSecret], next: String?) {
        var context = "\(vault.identity.principal.name) \(namespace.region) \(includesDeleted) \(order) \(key)"
        for filter in filters { context += " \(filter.key.rawValue)=\(filter.values)" }
        var place: String?
        if let token { place = try tokens.position(of: token, context: context) }
        var secrets: [AWSSecret] = []
        var looked = 0
        var isEnd = true
        let isByName = key == .name && order == .ascending
        try forEachLine(isByName ? place : nil, isByName ? nil : (order, key)) { (info, position) throws(AWSError) in
            if !isByName, let skipped = place.flatMap(Int.init), position <= skipped { return true }
            guard looked < Self.lookedAt, secrets.count < count else {
                isEnd = false
                return false
            }
            place = isByName ? info.path.text : "\(position)"
            guard includesDeleted || info.deletion == nil, let name = AWSName(info.path, in: namespace) else {
                return true
            }
            looked += 1
            guard filters.allSatisfy({ $0.mayMatch(name: name.text) }) else { return true }
            // Who may read a value and not what is known of it does not see the secret in the list.
            guard let details = try? vault.describe(info.path) else { return true }
            let subject = SecretFilter.Subject(
                name: name.text,
                description: details.attributes.description,
                tags: details.attributes.tags
            )
            guard filters.allSatisfy({ $0.matches(subject) }) else { return true }
            secrets.append(
                AWSSecret(name: name, path: info.path, details: details, arn: arn(name, details.uniqueID))
            )
            return true
        }
        return (secrets, isEnd ? nil : place.flatMap { tokens.token(for: $0, context: context) })
    }

    /// Goes through the lines of the region until the closure has enough.
    private func forEachLine(
        _ place: String?,
        _ sorting: (order: ListSecretsInput.Order, key: ListSecretsInput.Key)?,
        _ body: (SecretInfo, Int) throws(AWSError) -> Bool
    ) throws(AWSError) {
        let prefix = namespace.prefix.isEmpty ? nil : try? SecretPath(String(namespace.prefix.dropLast()))
        var last = place.flatMap { try? SecretPath($0) }
        var gathered: [SecretInfo] = []
        var position = 0
        while true {
            let page = try gate(nil) { () throws(StoreError) in try vault.list(under: prefix, after: last, limit: 256) }
            guard let end = page.last else { break }
            last = end.path
            for info in page {
                position += 1
                if sorting != nil { gathered.append(info) } else if try !body(info, position) { return }
            }
        }
        guard let sorting else { return }
        gathered.sort { left, right in
            let (first, second) = sorting.order == .ascending ? (left, right) : (right, left)
            switch sorting.key {
            case .name: return first.path < second.path
            case .changed: return (first.updated, first.path) < (second.updated, second.path)
            case .created, .accessed: return (first.created, first.path) < (second.created, second.path)
            }
        }
        for (position, info) in gathered.enumerated() where try !body(info, position + 1) { return }
    }
}

extension SecretFilter {
    /// Whether a secret of a name may meet the filter, before more is known of it.
    fileprivate func mayMatch(name: String) -> Bool {
        key != .name || matches(Subject(name: name, description: nil, tags: [:]))
    }
}
