internal import Findings
internal import SecretStore
internal import Vaulting

/// LookupEvents, on the audit log from its newest record back.
///
/// It takes time, so it is done beside the groups. A page looks at ``lookedAt`` records at most: it may hold fewer events
/// than were asked for, even none, and a token to go on with, as CloudTrail's pages may.
struct EventLookup {
    /// The gate, acting as whoever asks.
    let vault: Vault
    let namespace: AWSNamespace
    let account: String
    let tokens: PageTokens

    /// How many records a page looks at.
    static let lookedAt: Int64 = 10_000

    /// Thrown to end the walk through the log.
    private struct Enough: Error {}

    func perform(_ input: LookupEventsInput) throws(AWSError) -> JSONValue {
        let context = context(of: input)
        var before: Int64?
        if let token = input.nextToken, !token.isEmpty {
            before = Int64(try tokens.position(of: token, context: context))
        } else if case .eventID? = input.attribute?.key {
            guard let number = input.attribute.flatMap({ TrailEvent.sequence(of: $0.value) }) else {
                return answer([], nil)
            }
            before = number + 1
        }
        // There are no Insights events here.
        guard !input.isInsight else { return answer([], nil) }
        var events: [JSONValue] = []
        let records = try records(before: before)
        for record in records.reversed() {
            if let start = input.start, record.time < start { return answer(events, nil) }
            if let end = input.end, record.time > end { continue }
            guard let event = TrailEvent(record, region: namespace, account: account), event.matches(input.attribute)
            else {
                continue
            }
            guard events.count < input.maxResults else {
                // The page is full: this one begins the next.
                return answer(events, tokens.token(for: "\(record.sequence + 1)", context: context))
            }
            events.append(event.json)
        }
        if case .eventID? = input.attribute?.key { return answer(events, nil) }
        guard let first = records.first?.sequence, first > 1 else { return answer(events, nil) }
        return answer(events, tokens.token(for: "\(first)", context: context))
    }

    private func context(of input: LookupEventsInput) -> String {
        "\(vault.identity.principal.name) events \(namespace.region) "
            + "\(input.attribute.map { "\($0.key.rawValue)=\($0.value)" } ?? "") "
            + "\(input.start?.microseconds ?? 0) \(input.end?.microseconds ?? 0)"
    }

    private func answer(_ events: [JSONValue], _ next: String?) -> JSONValue {
        ["Events": .array(events), "NextToken": .string(orNull: next)]
    }

    /// The records before a number, or the newest, in their order.
    private func records(before: Int64?) throws(AWSError) -> [AuditRecord] {
        do {
            guard let before else { return try vault.auditRecords(last: Int(Self.lookedAt)) }
            var records: [AuditRecord] = []
            guard before > 1 else { return [] }
            do {
                try vault.forEachAuditRecord(from: max(1, before - Self.lookedAt)) { record in
                    guard record.sequence < before else { throw Enough() }
                    records.append(record)
                }
            } catch is Enough {}
            return records
        } catch {
            guard let error = error as? StoreError else { throw .internalFailure }
            guard error.isDenied else { throw AWSError(error) }
            throw .notAuthorized(
                user: AWSPrincipal.arn(vault.identity.principal, account: account),
                "cloudtrail:LookupEvents",
                on: nil
            )
        }
    }
}
