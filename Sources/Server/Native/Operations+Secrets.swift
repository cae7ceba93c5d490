internal import Findings
internal import HTTPModel
internal import SecretStore
internal import Secrets
internal import Vaulting

extension NativeOperations {
    static let secrets: [NativeOperation] = [
        NativeOperation(
            id: "listSecrets",
            method: "GET",
            path: "/api/v1/secrets",
            summary: "Lists secrets without their payloads, by path; only what the caller may see.",
            parameters: [
                .init(name: "under", schema: Schema.text, summary: "Only what is at or below this path."),
                .init(name: "after", schema: Schema.text, summary: "Begin after this path: `next` of the page before."),
                limit,
            ],
            answer: Schema.object(
                [("secrets", Schema.array(Schema.info)), ("next", Schema.text)],
                required: ["secrets"]
            ),
            act: .enter { (request, visitor) throws(StoreError) in
                let limit = request.query["limit"].flatMap { Int($0) } ?? 100
                guard (1...1000).contains(limit) else { throw .invalidAttribute("limit is a number from 1 to 1000") }
                let infos = try visitor.vault.list(
                    under: try path(request.query["under"]),
                    after: try path(request.query["after"]),
                    limit: limit
                )
                var object = JSONObject()
                object["secrets"] = .array(infos.map(\.json))
                if infos.count == limit { object["next"] = infos.last.map { .string($0.path.text) } }
                return .json(.object(object))
            }
        ),
        NativeOperation(
            id: "readSecret",
            method: "GET",
            path: "/api/v1/secrets/{path}",
            summary: "Reads one version of a secret.",
            parameters: [version],
            answer: Schema.version,
            act: .enter { (request, visitor) throws(StoreError) in
                let version = try visitor.vault.read(try request.path, version: try request.version)
                guard let value = try? JSONValue(parsing: SecretJSON.bytes(version)) else { throw .damaged() }
                return .json(value)
            }
        ),
        NativeOperation(
            id: "writeSecret",
            method: "PUT",
            path: "/api/v1/secrets/{path}",
            summary: "Writes a new version of a secret, and the secret when it is not there.",
            body: Schema.object(
                Schema.payload + [
                    ("environment", Schema.text), ("expectedVersion", Schema.number), ("labels", Schema.texts),
                ]
            ),
            answer: Schema.written,
            act: .enter { (request, visitor) throws(StoreError) in
                var options = try options(request)
                for label in try request.texts("labels") { options.labels.insert(try Label(label)) }
                return .json(try visitor.vault.write(try request.path, try payload(request), options: options).json)
            }
        ),
        NativeOperation(
            id: "changeFields",
            method: "PATCH",
            path: "/api/v1/secrets/{path}",
            summary: "Changes fields of a secret in one step: whoever changes others at the same time loses nothing.",
            body: Schema.object([
                ("set", ["type": "object", "additionalProperties": Schema.secretText]), ("unset", Schema.texts),
                ("environment", Schema.text), ("expectedVersion", Schema.number),
            ]),
            answer: Schema.object(
                [("changed", Schema.flag), ("version", Schema.number)],
                required: ["changed", "version"]
            ),
            act: .enter { (request, visitor) throws(StoreError) in
                let (set, unset) = (try request.map("set"), try request.texts("unset"))
                let options = try options(request)
                let path = try request.path
                var current = 0
                do {
                    let written = try visitor.vault.update(path, options: options) { fields in
                        for name in unset { fields[name] = nil }
                        for (name, value) in set { fields[name] = Secret(value) }
                    }
                    if let written {
                        return .json(["changed": true, "version": .integer(written.number)])
                    }
                    current = try visitor.vault.describe(path).current
                } catch let error as StoreError { throw error } catch { throw .abandoned() }
                return .json(["changed": false, "version": .integer(current)])
            }
        ),
        NativeOperation(
            id: "deleteSecret",
            method: "DELETE",
            path: "/api/v1/secrets/{path}",
            summary: "Deletes a version so that it can be had back; with `mark`, marks the whole secret for deletion; "
                + "with `remove`, removes all of it for good.",
            parameters: [
                version,
                .init(
                    name: "mark",
                    schema: ["type": "integer", "minimum": 1, "maximum": 365],
                    summary: "Mark the whole secret: it goes after so many days."
                ),
                .init(
                    name: "remove",
                    schema: Schema.choice(["all"]),
                    summary: "`all` removes every version, for good."
                ),
            ],
            status: 204,
            act: .enter { (request, visitor) throws(StoreError) in
                let path = try request.path
                if let days = request.query["mark"] {
                    guard let days = Int(days), (1...365).contains(days) else {
                        throw .invalidAttribute("mark is a number of days from 1 to 365")
                    }
                    try visitor.vault.markForDeletion(path, purging: Timestamp.now.adding(seconds: days * 86_400))
                } else if let remove = request.query["remove"] {
                    guard remove == "all" else { throw .invalidAttribute("remove is `all`") }
                    try visitor.vault.remove(path)
                } else if request.query["version"] != nil {
                    try visitor.vault.delete(path, version: try request.version)
                } else {
                    try visitor.vault.delete(path)
                }
                return .none
            }
        ),
    ]

    static func path(_ text: String?) throws(StoreError) -> SecretPath? {
        guard let text, !text.isEmpty else { return nil }
        return try SecretPath(text)
    }

    /// Where a write belongs and what must be true before.
    static func options(_ request: NativeRequest) throws(StoreError) -> WriteOptions {
        var options = WriteOptions()
        options.environment = try request.optionalText("environment")
            .map { (name) throws(StoreError) in try EnvironmentName(name) }
        options.expectedVersion = try request.optionalInteger("expectedVersion", in: 0...Int(Int32.max))
        return options
    }

    private static func payload(_ request: NativeRequest) throws(StoreError) -> Payload {
        let given = ["fields", "text", "bytes"].filter { request.body[$0] != nil }
        guard given.count == 1 else { throw .invalidAttribute("the body has one of fields, text and bytes") }
        switch given[0] {
        case "fields": return .fields(try request.map("fields").mapValues { Secret($0) })
        case "text": return .text(Secret(try request.text("text")))
        default:
            guard let bytes = Base64.decode(try request.text("bytes")) else {
                throw .invalidAttribute("bytes is base64")
            }
            return .bytes(Secret(bytes))
        }
    }
}
