internal import Findings
internal import HTTPModel

/// What a handler answers: data in Vault's envelope, a token, nothing, or a body of its own.
struct LogicalResponse: Sendable {
    /// The status; 0 for 200 with content and 204 without.
    var status = 0
    /// The member `data`; nil for `null`.
    var data: JSONObject?
    /// The member `auth`; nil for `null`.
    var auth: JSONObject?
    /// The member `wrap_info`; nil for `null`.
    var wrapInfo: JSONObject?
    /// The member `warnings`.
    var warnings: [String] = []
    /// How long a client may keep the answer, in seconds: KV version 1 says so.
    var leaseDuration = 0
    /// The whole answer, when it was made in one piece.
    var whole: HTTPResponse?
    /// The body without an envelope, as `sys/health` and its like answer.
    var bare: JSONObject?

    /// An answer without content: 204.
    static let empty = LogicalResponse()

    /// An answer with data.
    static func data(_ data: JSONObject) -> LogicalResponse { LogicalResponse(data: data) }

    /// An answer with data and a status that is not 200.
    static func data(_ data: JSONObject, status: Int) -> LogicalResponse { LogicalResponse(status: status, data: data) }

    /// An answer without an envelope.
    static func bare(_ body: JSONObject, status: Int = 200) -> LogicalResponse {
        LogicalResponse(status: status, bare: body)
    }

    /// A list of names. An empty one is 404, as everywhere in Vault.
    static func keys(_ keys: [String]) throws(LogicalFault) -> LogicalResponse {
        guard !keys.isEmpty else { throw .notFound }
        return .data(JSONObject(members: ["keys": .array(keys.map(JSONValue.string))]))
    }

    /// The answer as it is sent.
    ///
    /// - Parameters:
    ///   - request: What it answers.
    ///   - mountType: The type of the mount that answered, such as `kv`; empty for none.
    ///   - isWrapped: Whether it is kept for whoever unwraps it: then nothing of it stands at the top level.
    func rendered(for request: LogicalRequest, mountType: String, isWrapped: Bool = false) -> HTTPResponse {
        if let whole { return whole }
        if let bare { return .json(status, .object(bare)) }
        guard data != nil || auth != nil || wrapInfo != nil || !warnings.isEmpty else {
            return status == 0
                ? HTTPResponse(status: 204, headers: ["Cache-Control": "no-store"]) : LogicalFault(status).response
        }
        var body = JSONObject(members: [
            "request_id": .string(request.id), "lease_id": "", "renewable": false,
            "lease_duration": .integer(leaseDuration),
        ])
        body["data"] = data.map(JSONValue.object) ?? .null
        body["wrap_info"] = wrapInfo.map(JSONValue.object) ?? .null
        body["warnings"] = warnings.isEmpty ? .null : .array(warnings.map(JSONValue.string))
        body["auth"] = auth.map(JSONValue.object) ?? .null
        if !mountType.isEmpty { body["mount_type"] = .string(mountType) }
        if !isWrapped, Self.injectsData(into: request.path) {
            for member in data ?? JSONObject() where body[member.key] == nil { body[member.key] = member.value }
        }
        return .json(status == 0 ? 200 : status, .object(body))
    }

    /// Whether the members of `data` stand at the top level as well: what clients from before the envelope read.
    static func injectsData(into path: String) -> Bool {
        guard path.hasPrefix("sys/") else { return false }
        let rest = path.dropFirst(4)
        let first = rest.prefix { $0 != "/" }
        if injecting.contains(String(first)) { return true }
        return injecting.contains(String(rest))
    }

    private static let injecting: Set<String> = [
        "audit", "auth", "mounts", "policy", "capabilities", "capabilities-self", "capabilities-accessor", "key-status",
        "rotate", "remount", "wrapping/wrap", "ha-status", "config/cors", "rekey/backup",
    ]
}

extension JSONObject {
    /// Members from a literal, in its order.
    init(members: KeyValuePairs<String, JSONValue>) {
        self.init()
        for (key, value) in members { self[key] = value }
    }
}

extension LogicalResponse: CustomStringConvertible, CustomReflectable {
    /// The status: the rest may hold secrets.
    var description: String { "response \(status)" }

    /// A mirror without children, so that `dump` and debuggers show no more.
    var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>(), displayStyle: .struct) }
}
