package import Findings
internal import SecretStore

extension AuditRecord {
    /// The record as canonical JSON: RFC 8785, of which only strings, integers below 2^53, arrays of strings and one
    /// nested object occur. This is what is hashed, sealed and exported, byte for byte.
    ///
    /// Members in their order: `action`, `code`, `detail`, `fields`, `hash`, `outcome`, `path`, `principal`,
    /// `resource`, `rule`, `sequence`, `session`, `skew` (microseconds), `source` (`address`, `pid`, `process`, `protocol`,
    /// `request`, `trace`), `time` (RFC 3339, UTC), `version`. What has nothing to say is left out.
    ///
    /// - Parameter timeText: The text of the record's time, from whoever has it: the records of one commit share it.
    func appendCanonicalJSON(to bytes: inout [UInt8], timeText: String? = nil) {
        var json = CanonicalJSON(bytes: bytes)
        bytes = []
        json.begin()
        json.member("action", action.rawValue)
        if let code { json.member("code", code) }
        if let detail { json.member("detail", detail) }
        if !fields.isEmpty { json.member("fields", fields) }
        if let hash { json.member("hash", Hex.encode(hash)) }
        json.member("outcome", outcome.rawValue)
        if let path { json.member("path", path.text) }
        json.member("principal", principal.name)
        if let resource { json.member("resource", resource) }
        if let rule { json.member("rule", rule) }
        json.member("sequence", sequence)
        if let session { json.member("session", session) }
        if skew != 0 { json.member("skew", skew) }
        json.key("source")
        json.begin()
        if let address = source.address { json.member("address", address) }
        json.member("pid", Int64(source.processID))
        json.member("process", source.process)
        json.member("protocol", source.wire)
        if let request = source.request { json.member("request", request) }
        if let trace = source.trace { json.member("trace", trace) }
        json.end()
        json.member("time", timeText ?? time.description)
        if let version { json.member("version", Int64(version)) }
        json.end()
        bytes = json.bytes
    }

    /// The record as canonical JSON, in one line.
    public var canonicalJSON: String {
        var bytes: [UInt8] = []
        appendCanonicalJSON(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Reads what ``appendCanonicalJSON(to:)`` wrote, or gives nil. Members that a newer version added are passed over.
    init?(canonicalJSON bytes: [UInt8]) {
        let limits = JSONLimits(bytes: 4 << 20, depth: 3, values: 10_000)
        guard let value = try? JSONValue(parsing: bytes, limits: limits) else { return nil }
        self.init(json: value)
    }

    /// Reads a record's members, or gives nil.
    package init?(json value: JSONValue) {
        guard let action = value["action"]?.asString.map(AuditAction.init(rawValue:)),
            let outcome = value["outcome"]?.asString.flatMap(Outcome.init(rawValue:)),
            let principal = value["principal"]?.asString, let sequence = value["sequence"]?.asInteger,
            let time = value["time"]?.asString.flatMap(Timestamp.init), let source = value["source"],
            let pid = source["pid"]?.asInteger.flatMap({ Int32(exactly: $0) }),
            let process = source["process"]?.asString, let wire = source["protocol"]?.asString
        else { return nil }
        self.init(
            sequence: Int64(sequence),
            time: time,
            skew: Int64(value["skew"]?.asInteger ?? 0),
            principal: Principal(principal),
            action: action,
            path: value["path"]?.asString.flatMap { try? SecretPath($0) },
            resource: value["resource"]?.asString,
            rule: value["rule"]?.asString,
            fields: (value["fields"]?.asArray ?? []).compactMap(\.asString),
            version: value["version"]?.asInteger,
            hash: value["hash"]?.asString.flatMap { Hex.decode($0) },
            outcome: outcome,
            code: value["code"]?.asString,
            detail: value["detail"]?.asString,
            session: value["session"]?.asString,
            source: AuditSource(
                process: process,
                processID: pid,
                wire: wire,
                address: source["address"]?.asString,
                request: source["request"]?.asString,
                trace: source["trace"]?.asString
            )
        )
    }
}
