internal import Findings
internal import RemoteStores
internal import SecretStore
internal import Vaulting

/// The audit log of a server, by the same questions as that of a store in a file.
extension ServerBackEnd {
    /// How many records a server gives at once.
    private static let pageRecords = 1000

    func auditRecords(matching query: AuditQuery) throws -> AuditPage {
        var page = AuditPage()
        var rest = query
        let limit = min(max(0, query.limit), AuditQuery.answerRecords)
        while page.records.count < limit {
            rest.limit = min(limit - page.records.count, Self.pageRecords)
            let answer = try client.auditRecords(Self.json(rest))
            for value in answer.records {
                guard let record = AuditRecord(json: value) else { throw client.unreadable("a record") }
                page.records.append(record)
            }
            guard let next = answer.next.map(Int64.init) else {
                page.next = nil
                break
            }
            // A server that goes in circles is none.
            let isFurther = query.order == .newestFirst ? next < rest.after ?? .max : next > rest.after ?? .min
            guard isFurther else { throw client.unreadable("where to go on") }
            (page.next, rest.after) = (next, next)
        }
        return page
    }

    func accessReport(from: Timestamp?, until: Timestamp?) throws -> AccessReport {
        let answer = try client.accessReport(from: from?.description, until: until?.description)
        guard let report = AccessReport(json: answer) else { throw client.unreadable("the report") }
        return report
    }

    func verifyAudit() throws -> AuditVerification {
        let answer = try client.verifyAudit()
        let broken = answer.number("brokenAt")
        return AuditVerification(
            records: Int64(answer.number("records")),
            brokenAt: broken > 0 ? Int64(broken) : nil,
            fault: answer.flag("intact") ? nil : answer.text("fault"),
            publicKey: answer.text("publicKey"),
            storeID: nil
        )
    }

    private static func json(_ query: AuditQuery) -> JSONValue {
        var body = JSONObject()
        func add(_ name: String, _ terms: [String]) {
            if !terms.isEmpty { body[name] = .array(terms.map(JSONValue.string)) }
        }
        add("principals", query.principals)
        add("actions", query.actions)
        add("paths", query.paths)
        add("outcomes", query.outcomes.map(\.rawValue))
        add("protocols", query.protocols)
        add("addresses", query.addresses.map(\.text))
        add("sessions", query.sessions)
        add("traces", query.traces)
        body["from"] = query.from.map { .string($0.description) }
        body["until"] = query.until.map { .string($0.description) }
        body["order"] = .string(query.order.rawValue)
        body["limit"] = .integer(query.limit)
        body["after"] = query.after.map { .integer(Int($0)) }
        return .object(body)
    }
}
