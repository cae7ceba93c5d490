internal import Findings
internal import HTTPModel
internal import SecretStore
internal import Vaulting

/// Watching in the words of the native API: JSON, or server-sent events (WHATWG HTML, section 9.2).
struct NativeWatch: WatchFormat {
    /// The longest wait for something to happen, in seconds.
    static let longestWait = 60
    private static let usualWait = 30

    /// What is to be done for `GET /api/v1/watch`.
    static func plan(_ request: NativeRequest) -> Plan {
        do throws(StoreError) {
            let watch = Watch(
                place: try place(request.query),
                after: try after(request),
                manner: try manner(request),
                format: NativeWatch()
            )
            return .watch(NativeAdapter.credential(of: request.request), watch)
        } catch { return .reply(NativeAdapter.response(error)) }
    }

    private static func manner(_ request: NativeRequest) throws(StoreError) -> Watch.Manner {
        if takesStream(request.request.headers) { return .stream }
        let seconds = try number(request.query["wait"], "wait", 0...Int64(longestWait))
        return .answer(seconds: seconds.map { Int($0) } ?? usualWait)
    }

    private static func place(_ query: HTTPQuery) throws(StoreError) -> WatchedPlace {
        switch (query["path"], query["prefix"]) {
        case (let path?, nil): return .secret(try SecretPath(path))
        case (nil, ""?): return .below(nil)
        case (nil, let prefix?):
            guard prefix.utf8.last == UInt8(ascii: "/") else {
                throw .invalidAttribute("prefix ends with a slash, or is empty for everything")
            }
            return .below(try SecretPath(String(prefix.dropLast())))
        default: throw .invalidAttribute("the query must have one of path and prefix")
        }
    }

    /// Where to go on. A browser that connects again says it in a header, and the address still has where it began.
    private static func after(_ request: NativeRequest) throws(StoreError) -> Int64? {
        let header = takesStream(request.request.headers) ? request.request.headers["Last-Event-ID"] : nil
        if let header, !header.isEmpty { return try number(header, "Last-Event-ID", 0...(1 << 53)) }
        return try number(request.query["after"], "after", 0...(1 << 53))
    }

    private static func number(
        _ text: String?,
        _ name: String,
        _ range: ClosedRange<Int64>
    ) throws(StoreError) -> Int64? {
        guard let text else { return nil }
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int64(text), range.contains(number)
        else { throw .invalidAttribute("\(name) must be a number from \(range.lowerBound) to \(range.upperBound)") }
        return number
    }

    private static func takesStream(_ headers: HTTPHeaders) -> Bool {
        headers.values(of: "Accept").contains { value in
            value.split(separator: ",").contains { part in
                let type = part.split(separator: ";", omittingEmptySubsequences: false)[0]
                return type.filter { $0 != " " && $0 != "\t" }.lowercased() == "text/event-stream"
            }
        }
    }

    // MARK: Words

    func answer(_ news: WatchNews) -> HTTPResponse {
        var object = JSONObject()
        object["changes"] = .array(news.items.map(Self.json))
        object["next"] = .integer(Int(news.next))
        if news.isReset { object["reset"] = true }
        return HTTPResponse(status: 200, headers: NativeAdapter.json, body: JSONValue.object(object).bytes())
    }

    private static func json(_ item: WatchNews.Item) -> JSONValue {
        var object = JSONObject()
        object["number"] = .integer(Int(item.number))
        object["path"] = .string(item.change.path.text)
        object["version"] = item.change.version.map { .integer($0) }
        object["action"] = .string(item.change.action.rawValue)
        object["time"] = .string(item.change.time.description)
        return .object(object)
    }

    let streamHeaders: HTTPHeaders = ["Content-Type": "text/event-stream", "X-Accel-Buffering": "no"]

    func opening(at number: Int64) -> [UInt8] { Array("retry: 1000\nid: \(number)\n\n".utf8) }

    func events(_ news: WatchNews) -> [UInt8] {
        if news.isReset { return Array("id: \(news.next)\nevent: reset\ndata: {}\n\n".utf8) }
        var text = ""
        for item in news.items { text += "id: \(item.number)\nevent: change\ndata: \(Self.json(item).text())\n\n" }
        return Array(text.utf8)
    }

    let heartbeat = Array(":\n\n".utf8)

    var tooMany: HTTPResponse {
        var response = NativeAdapter.fault(429, "KF-API-006", "too many are watching", "wait, or watch a prefix once")
        response.headers.add("Retry-After", "5")
        return response
    }

    var noStream: HTTPResponse {
        NativeAdapter.fault(
            406,
            "KF-API-007",
            "there is no stream for this token",
            "ask without Accept: text/event-stream"
        )
    }
}

extension NativeOperations {
    private static let change = Schema.object(
        [
            ("number", Schema.number), ("path", Schema.text), ("version", Schema.number), ("action", Schema.text),
            ("time", Schema.time),
        ],
        required: ["number", "path", "action", "time"]
    )

    static let watching: [NativeOperation] = [
        NativeOperation(
            id: "watchSecrets",
            method: "GET",
            path: "/api/v1/watch",
            summary:
                "Waits for changes of one secret, or of those below a prefix. With Accept: text/event-stream it tells them "
                + "one after the other and does not end. reset: changes may have been missed; read again.",
            parameters: [
                .init(name: "path", schema: Schema.text, summary: "The secret; or give prefix."),
                .init(
                    name: "prefix",
                    schema: Schema.text,
                    summary: "With a slash at its end: all below it. Empty: everything."
                ),
                .init(
                    name: "after",
                    schema: ["type": "integer", "minimum": 0],
                    summary: "Go on from here: next of the last answer. Without it, from now on."
                ),
                .init(
                    name: "wait",
                    schema: ["type": "integer", "minimum": 0, "maximum": .integer(NativeWatch.longestWait)],
                    summary: "How many seconds to wait when nothing has happened; 30 without it."
                ),
            ],
            answer: Schema.object(
                [("changes", Schema.array(change)), ("next", Schema.number), ("reset", Schema.flag)],
                required: ["changes", "next"]
            ),
            act: .watch
        )
    ]
}
