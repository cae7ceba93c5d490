internal import AccessPolicy
internal import Findings
internal import SecretStore
internal import Vaulting

extension NativeOperations {
    private static let record = Schema.object(
        [
            ("sequence", Schema.number), ("time", Schema.time), ("principal", Schema.text), ("action", Schema.text),
            ("outcome", Schema.text), ("path", Schema.text), ("resource", Schema.text), ("rule", Schema.text),
            ("version", Schema.number), ("fields", Schema.texts),
            ("code", Schema.text), ("detail", Schema.text), ("hash", Schema.text), ("session", Schema.text),
            ("skew", Schema.number), ("origin", ["type": "object"]), ("source", ["type": "object"]),
        ],
        required: ["sequence", "time", "principal", "action", "outcome", "source"]
    )
    private static let orders = AuditQuery.Order.allCases.map(\.rawValue)
    private static let period: [(String, JSONValue)] = [("from", Schema.time), ("until", Schema.time)]

    static let audit: [NativeOperation] = [
        NativeOperation(
            id: "queryAudit",
            method: "POST",
            path: "/api/v1/audit/query",
            summary: "Finds records of the audit log, the newest first where no order is given.",
            body: Schema.object(
                period + [
                    ("principals", Schema.texts), ("actions", Schema.texts), ("paths", Schema.texts),
                    ("outcomes", Schema.texts), ("protocols", Schema.texts), ("addresses", Schema.texts),
                    ("sessions", Schema.texts), ("traces", Schema.texts), ("order", Schema.choice(orders)),
                    ("limit", Schema.number),
                    ("after", Schema.number),
                ]
            ),
            answer: Schema.object(
                [("records", Schema.array(record)), ("next", Schema.number)],
                required: ["records"]
            ),
            act: .work { (request, visitor) throws(StoreError) in
                let vault = visitor.vault
                var query = AuditQuery()
                (query.principals, query.actions) = (try request.texts("principals"), try request.texts("actions"))
                (query.paths, query.protocols) = (try request.texts("paths"), try request.texts("protocols"))
                (query.sessions, query.addresses) = (try request.texts("sessions"), try ranges(request))
                query.traces = try request.texts("traces")
                guard query.traces.allSatisfy(AuditQuery.isTrace) else {
                    throw .invalidAttribute("traces are trace-ids of the W3C's Trace Context: 32 hexadecimal digits")
                }
                let order = try request.optionalText("order") ?? AuditQuery.Order.newestFirst.rawValue
                guard let known = AuditQuery.Order(rawValue: order) else {
                    throw .invalidAttribute("order is one of \(orders.joined(separator: ", "))")
                }
                query.order = known
                for text in try request.texts("outcomes") {
                    guard let outcome = AuditRecord.Outcome(rawValue: text) else {
                        throw .invalidAttribute("outcomes are allowed, denied, failed and begins")
                    }
                    query.outcomes.append(outcome)
                }
                (query.from, query.until) = (try time(request, "from"), try time(request, "until"))
                query.limit = try request.optionalInteger("limit", in: 1...1000) ?? 100
                query.after = try request.optionalInteger("after", in: 1...(1 << 53)).map(Int64.init)
                let page = try vault.auditRecords(matching: query)
                var records: [JSONValue] = []
                for record in page.records {
                    guard let value = try? JSONValue(parsing: Array(record.canonicalJSON.utf8)) else {
                        throw .damaged()
                    }
                    records.append(value)
                }
                var object = JSONObject()
                object["records"] = .array(records)
                object["next"] = page.next.map { .integer(Int($0)) }
                return .json(.object(object))
            }
        ),
        NativeOperation(
            id: "reportAccess",
            method: "POST",
            path: "/api/v1/audit/report",
            summary:
                "Who had what in a period: by principal, secret and action; rights that were not used; secrets that "
                + "nobody read. What may not be listed is passed over, with the right that it takes.",
            body: Schema.object(period + [("by", Schema.choice(["principal", "secret"]))]),
            answer: [
                "type": "object",
                "required": [
                    "records", "access", "denied", "unusedPrincipals", "unreadSecrets", "passedOver",
                ],
            ],
            act: .work { (request, visitor) throws(StoreError) in
                let vault = visitor.vault
                let (from, until) = (try time(request, "from"), try time(request, "until"))
                let grouping = try request.optionalText("by") ?? "principal"
                guard let by = AccessReport.Grouping(rawValue: grouping) else {
                    throw .invalidAttribute("by is principal or secret")
                }
                var grants: [AccessReport.Grant]?
                if vault.holds(.list, on: "sys/principals") {
                    let principals = try vault.perform("principal.list", .list, on: "sys/principals", changing: false) {
                        (directory) throws(StoreError) in try directory.principals()
                    }
                    grants = principals.map {
                        AccessReport.Grant(principal: Principal($0.name), roles: $0.roles + $0.policies)
                    }
                }
                let report = try vault.accessReport(from: from, until: until, grants: grants)
                return .json(report.json(by: by))
            }
        ),
    ]

    private static func time(_ request: NativeRequest, _ name: String) throws(StoreError) -> Timestamp? {
        guard let text = try request.optionalText(name) else { return nil }
        guard let time = Timestamp(text) else { throw .invalidAttribute("\(name) is a time of RFC 3339") }
        return time
    }
}
