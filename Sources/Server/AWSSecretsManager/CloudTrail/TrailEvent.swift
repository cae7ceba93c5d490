internal import Findings
internal import SecretStore
internal import Vaulting

/// An event of CloudTrail, made of a record of the audit log, whichever protocol the record is from.
///
/// Reading a secret is `GetSecretValue` here whether AWS's client, Vault's or `keyfolio get` did it. What AWS has no event
/// for keeps the name that it has in the audit log, with `keyfolio` as its source.
struct TrailEvent {
    let record: AuditRecord
    let region: AWSNamespace
    let account: String

    /// - Returns: nil for what happened in another region.
    init?(_ record: AuditRecord, region: AWSNamespace, account: String) {
        if let path = record.path?.text {
            let isOfAnyRegion = path.hasPrefix("@aws.")
            guard region.prefix.isEmpty ? !isOfAnyRegion : path.hasPrefix(region.prefix) else { return nil }
        } else if !region.prefix.isEmpty {
            return nil
        }
        self.record = record
        self.region = region
        self.account = account
    }

    /// The event's id: a UUID whose last digits are the record's number.
    var id: String { Self.id(of: record.sequence) }

    static func id(of sequence: Int64) -> String {
        let digits = String(sequence, radix: 16)
        return "00000000-0000-4000-8000-" + String(repeating: "0", count: max(0, 12 - digits.count)) + digits
    }

    /// The record that an id is of.
    static func sequence(of id: String) -> Int64? {
        let prefix = "00000000-0000-4000-8000-"
        guard id.hasPrefix(prefix), let number = Int64(id.dropFirst(prefix.count), radix: 16), self.id(of: number) == id
        else { return nil }
        return number
    }

    /// CloudTrail's words for what was done; the first for a payload that is the first one.
    private static let names: [(action: AuditAction, name: String)] = [
        (.write, "CreateSecret"), (.write, "PutSecretValue"), (.read, "GetSecretValue"), (.update, "PutSecretValue"),
        (.rollback, "PutSecretValue"), (.label, "UpdateSecretVersionStage"), (.unlabel, "UpdateSecretVersionStage"),
        (.list, "ListSecrets"), (.versions, "ListSecretVersionIds"), (.describe, "DescribeSecret"),
        (.fields, "DescribeSecret"), (.history, "DescribeSecret"), (.describeAnew, "UpdateSecret"),
        (.markForDeletion, "DeleteSecret"), (.remove, "DeleteSecret"), (.restore, "RestoreSecret"),
        (.readAudit, "LookupEvents"),
    ]

    /// What was done, in CloudTrail's words where it has one.
    var name: String {
        let names = Self.names.filter { $0.action == record.action }
        let known = record.action == .write && record.version != 1 ? names.last : names.first
        return known?.name ?? record.action.rawValue
    }

    /// The actions whose events may have a name.
    static func actions(named name: String) -> [AuditAction] {
        let known = names.filter { $0.name == name }.map(\.action)
        return known.isEmpty ? [AuditAction(rawValue: name)] : known
    }

    /// The service that it was asked of.
    var source: String {
        if record.action == .readAudit { return "cloudtrail.amazonaws.com" }
        return name.utf8.contains(UInt8(ascii: ".")) ? "keyfolio" : "secretsmanager.amazonaws.com"
    }

    /// Whether it changed nothing.
    var isReadOnly: Bool {
        let reading: Set<AuditAction> = [
            .read, .list, .versions, .describe, .fields, .history, .readAudit, .verifyAudit, .exportAudit, .listSlots,
            .exportSnapshot,
        ]
        return reading.contains(record.action) || record.action.rawValue.hasSuffix(".read")
            || record.action.rawValue.hasSuffix(".list")
    }

    /// The name of the secret, as it is called in the region; another path as it is.
    var secretName: String? { record.path.map { AWSName($0, in: region)?.text ?? $0.text } }

    /// Whether it is looked up by an attribute.
    func matches(_ attribute: (key: LookupEventsInput.Attribute, value: String)?) -> Bool {
        guard let (key, value) = attribute else { return true }
        return switch key {
        case .eventID: id == value
        case .eventName: name == value
        case .readOnly: String(isReadOnly) == value
        case .username: record.principal.name == value
        case .resourceType: record.path != nil && value == Self.resourceType
        case .resourceName: secretName.map { isName($0, of: value) } ?? (record.resource == value)
        case .eventSource: source == value
        case .accessKeyID: record.session == value
        }
    }

    /// Whether a resource's name, or its ARN, is the secret's.
    private func isName(_ name: String, of value: String) -> Bool {
        if name == value { return true }
        guard let identifier = try? SecretIdentifier(value, region: region.region, account: account) else {
            return false
        }
        return identifier.candidates.contains { $0.name.text == name }
    }

    private static let resourceType = "AWS::SecretsManager::Secret"

    /// One of the events in the answer.
    var json: JSONValue {
        var object = JSONObject()
        object["EventId"] = .string(id)
        object["EventName"] = .string(name)
        object["ReadOnly"] = .string(String(isReadOnly))
        object["AccessKeyId"] = .string(orNull: record.session)
        object["EventTime"] = .epoch(record.time)
        object["EventSource"] = .string(source)
        object["Username"] = .string(record.principal.name)
        object["Resources"] = .array(
            secretName.map { [["ResourceType": .string(Self.resourceType), "ResourceName": .string($0)]] }
                ?? record.resource.map { [["ResourceName": .string($0)]] } ?? []
        )
        object["CloudTrailEvent"] = .string(trail.text())
        return .object(object.withoutNulls)
    }

    /// CloudTrail's own record of the event ("CloudTrail record contents" in its user guide). No value is in it: there is
    /// none in the audit log.
    private var trail: JSONValue {
        let name = record.principal.name
        var parameters = JSONObject()
        if let secretName { parameters["secretId"] = .string(secretName) }
        if let version = record.version { parameters["version"] = .integer(version) }
        if let resource = record.resource { parameters["resource"] = .string(resource) }
        if let detail = record.detail { parameters["detail"] = .string(detail) }
        var user: JSONObject = JSONObject()
        user["type"] = "IAMUser"
        user["principalId"] = .string(name)
        user["arn"] = .string(AWSPrincipal.arn(record.principal, account: account))
        user["accountId"] = .string(account)
        user["accessKeyId"] = .string(orNull: record.session)
        user["userName"] = .string(name)
        var object = JSONObject()
        object["eventVersion"] = "1.08"
        object["userIdentity"] = .object(user.withoutNulls)
        object["eventTime"] = .string(String(record.time.description.prefix(19)) + "Z")
        object["eventSource"] = .string(source)
        object["eventName"] = .string(self.name)
        object["awsRegion"] = .string(region.region)
        object["sourceIPAddress"] = .string(record.source.address ?? record.source.process)
        object["userAgent"] = .string(record.source.wire)
        switch record.outcome {
        case .allowed, .begins: break
        case .denied, .failed:
            object["errorCode"] = .string(record.outcome == .denied ? "AccessDenied" : record.code ?? "Failed")
            object["errorMessage"] = .string(
                orNull: [record.code, record.rule].compactMap { $0 }.joined(separator: ": ")
            )
        }
        // What CloudTrail's own records have no member for.
        var more = JSONObject()
        more["outcome"] = .string(record.outcome.rawValue)
        more["trace"] = .string(orNull: record.source.trace)
        object["additionalEventData"] = .object(more.withoutNulls)
        object["requestParameters"] = parameters.count == 0 ? .null : .object(parameters)
        object["responseElements"] = .null
        object["requestID"] = .string(orNull: record.source.request)
        object["eventID"] = .string(id)
        object["readOnly"] = .bool(isReadOnly)
        object["eventType"] = "AwsApiCall"
        object["managementEvent"] = true
        object["recipientAccountId"] = .string(account)
        object["eventCategory"] = "Management"
        return .object(object)
    }
}
