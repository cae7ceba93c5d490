internal import Findings
internal import HTTPModel
internal import SecretStore

/// How answers are written (AWS JSON 1.1 protocol).
enum AWSResponse {
    /// The answer of an action that was done.
    ///
    /// - Parameters:
    ///   - body: The body; nil for an answer without one.
    ///   - requestID: The identity of the request, a UUID.
    static func success(_ body: [UInt8]?, requestID: String) -> HTTPResponse {
        HTTPResponse(status: 200, headers: headers(requestID), body: body ?? [])
    }

    /// The body of members; those that are `null` are left out, as AWS does.
    static func body(_ members: JSONValue) -> [UInt8] { members.withoutNulls.bytes() }

    /// The answer of an action that was not done.
    static func failure(_ error: AWSError, requestID: String) -> HTTPResponse {
        var members: JSONObject = JSONObject()
        members["__type"] = .string(error.code.rawValue)
        if !error.message.isEmpty { members["Message"] = .string(error.message) }
        return HTTPResponse(
            status: error.status,
            headers: headers(requestID),
            body: JSONValue.object(members).bytes()
        )
    }

    private static func headers(_ requestID: String) -> HTTPHeaders {
        ["Content-Type": AWSCall.contentType, "x-amzn-RequestId": requestID]
    }
}

extension JSONValue {
    /// A moment as JSON 1.1 writes it: seconds since 1970, to the millisecond.
    static func epoch(_ moment: Timestamp) -> JSONValue {
        let milliseconds = moment.microseconds / 1000
        return .double(Double(milliseconds) / 1000)
    }

    /// A moment, or `null` for nil.
    static func epoch(orNull moment: Timestamp?) -> JSONValue { moment.map(JSONValue.epoch) ?? .null }

    /// An array of texts.
    static func texts(_ texts: some Sequence<String>) -> JSONValue { .array(texts.map(JSONValue.string)) }

    /// The object without the members that are `null`, at the first level.
    fileprivate var withoutNulls: JSONValue {
        guard case .object(let object) = self, object.contains(where: { $0.value == .null }) else { return self }
        return .object(object.withoutNulls)
    }
}

extension JSONObject {
    /// The members that are not `null`.
    var withoutNulls: JSONObject {
        var kept = JSONObject()
        for member in self where member.value != .null { kept[member.key] = member.value }
        return kept
    }
}
