internal import Findings
internal import SecretStore
internal import Vaulting

/// LookupEvents, on the audit log from its newest record back.
///
/// It takes time, so it is done beside the groups. A page looks at ``lookedAt`` records at most, or ten times as many where
/// most are passed over by their text: it may hold fewer events than were asked for, even none, and a token to go on with, as
/// CloudTrail's pages may.
struct EventLookup {
    /// The gate, acting as whoever asks.
    let vault: Vault
    let namespace: AWSNamespace
    let account: String
    let tokens: PageTokens

    /// How many records a page looks at.
    var lookedAt: Int64 = 10_000
    /// How many where a term says which of them are read: a tenth of a second's worth.
    var lookedAtByText: Int64 = 100_000

    func perform(_ input: LookupEventsInput) throws(AWSError) -> JSONValue {
        let context = context(of: input)
        var query = AuditQuery()
        query.limit = input.maxResults
        query.from = input.start
        // CloudTrail's end is a moment that belongs to the time.
        query.until = input.end.map { Timestamp(microseconds: $0.microseconds + 1) }
        query.scanLimit = addTerms(to: &query, input.attribute) ? lookedAtByText : lookedAt
        if let token = input.nextToken, !token.isEmpty {
            query.after = Int64(try tokens.position(of: token, context: context))
        } else if case .eventID? = input.attribute?.key {
            guard let number = input.attribute.flatMap({ TrailEvent.sequence(of: $0.value) }),
                (1..<Int64.max).contains(number)
            else { return answer([], nil) }
            (query.after, query.limit, query.scanLimit) = (number + 1, 1, 1)
        }
        // There are no Insights events here.
        guard !input.isInsight else { return answer([], nil) }
        var events: [JSONValue] = []
        let next = try next(of: query) { record in
            guard let event = TrailEvent(record, region: namespace, account: account), event.matches(input.attribute)
            else { return false }
            events.append(event.json)
            return true
        }
        if case .eventID? = input.attribute?.key { return answer(events, nil) }
        return answer(events, next.flatMap { tokens.token(for: "\($0)", context: context) })
    }

    /// Says of an attribute what the log's own query has words for.
    ///
    /// - Returns: Whether it has any.
    private func addTerms(
        to query: inout AuditQuery,
        _ attribute: (key: LookupEventsInput.Attribute, value: String)?
    ) -> Bool {
        // A star at the end of a term means whatever follows; events are held against the value itself, so it would only have
        // more records read.
        guard let (key, value) = attribute, value.utf8.last != UInt8(ascii: "*") else { return false }
        switch key {
        case .eventName: query.actions = TrailEvent.actions(named: value).map(\.rawValue)
        case .username: query.principals = [value]
        case .accessKeyID: query.sessions = [value]
        case .resourceName:
            query.paths = [value]
            var names = [try? AWSName(value)].compactMap { $0 }
            if let identifier = try? SecretIdentifier(value, region: namespace.region, account: account) {
                names += identifier.candidates.map(\.name)
            }
            for name in names { if let path = try? name.path(in: namespace) { query.paths.append(path.text) } }
        case .eventID, .readOnly, .resourceType, .eventSource: return false
        }
        return true
    }

    private func context(of input: LookupEventsInput) -> String {
        "\(vault.identity.principal.name) events \(namespace.region) "
            + "\(input.attribute.map { "\($0.key.rawValue)=\($0.value)" } ?? "") "
            + "\(input.start?.microseconds ?? 0) \(input.end?.microseconds ?? 0)"
    }

    private func answer(_ events: [JSONValue], _ next: String?) -> JSONValue {
        ["Events": .array(events), "NextToken": .string(orNull: next)]
    }

    /// Goes through what a query wants.
    ///
    /// - Parameter isWanted: Takes each record, and says whether it counts.
    /// - Returns: Where to go on; nil when everything was looked at.
    private func next(of query: AuditQuery, _ isWanted: (AuditRecord) -> Bool) throws(AWSError) -> Int64? {
        do throws(StoreError) { return try vault.auditRecords(matching: query, where: isWanted).next } catch {
            guard error.isDenied else { throw AWSError(error) }
            throw .notAuthorized(
                user: AWSPrincipal.arn(vault.identity.principal, account: account),
                "cloudtrail:LookupEvents",
                on: nil
            )
        }
    }
}
