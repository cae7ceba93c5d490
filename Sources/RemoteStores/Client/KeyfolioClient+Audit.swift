public import Findings

extension KeyfolioClient {
    /// One page of the records that a query wants.
    ///
    /// - Parameter query: The body of `queryAudit`.
    /// - Returns: Each record as the log has it, and where to go on.
    public func auditRecords(_ query: JSONValue) throws(RemoteError) -> (records: [JSONValue], next: Int?) {
        let answer = try ask(.post, ["audit", "query"], body: query)
        guard let records = answer["records"]?.asArray else { throw .notKeyfolio(address, "it has no list of records") }
        return (records, answer["next"]?.asInteger)
    }

    /// Who did what in a period.
    ///
    /// - Parameters:
    ///   - from: The first moment (RFC 3339); nil for the log's beginning.
    ///   - until: The first moment after it; nil for now.
    public func accessReport(from: String?, until: String?) throws(RemoteError) -> JSONValue {
        var body = JSONObject()
        body["from"] = from.map(JSONValue.string)
        body["until"] = until.map(JSONValue.string)
        return try ask(.post, ["audit", "report"], body: .object(body))
    }

    /// Has the server verify its log and its rows.
    public func verifyAudit() throws(RemoteError) -> Record {
        try record(.verification, of: ask(.post, ["audit", "verify"]))
    }

    /// What a server answered is none of what it was asked for.
    public func unreadable(_ what: String) -> RemoteError { .notKeyfolio(address, "\(what) in it cannot be read") }
}
