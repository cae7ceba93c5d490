internal import Findings
internal import HTTPModel
internal import SecretStore
internal import Vaulting

extension NativeOperations {
    static let versions: [NativeOperation] = [
        NativeOperation(
            id: "describeSecret",
            method: "GET",
            path: "/api/v1/details/{path}",
            summary: "Everything that is known of a secret but its payloads.",
            answer: Schema.details,
            act: .enter { (request, visitor) throws(StoreError) in
                .json(try visitor.vault.describe(try request.path).json)
            }
        ),
        NativeOperation(
            id: "setAttributes",
            method: "PATCH",
            path: "/api/v1/details/{path}",
            summary: "Changes what is said of a secret; what is not named stays.",
            body: Schema.object([
                ("description", Schema.text), ("tags", Schema.map), ("checkAndSet", Schema.flag),
                ("versionsKept", Schema.number), ("deletesVersionsAfter", Schema.number),
            ]),
            status: 204,
            act: .enter { (request, visitor) throws(StoreError) in
                let kept = try request.optionalInteger("versionsKept", in: 1...1000)
                let seconds = try request.optionalInteger("deletesVersionsAfter", in: 0...(10 * 366 * 86_400))
                let (description, tags) = (try request.optionalText("description"), try request.map("tags"))
                guard tags.count <= 64, (description?.utf8.count ?? 0) <= 4096,
                    tags.allSatisfy({ (1...256).contains($0.key.utf8.count) && $0.value.utf8.count <= 512 })
                else { throw .invalidAttribute("at most 64 tags of 256 and 512 bytes, and a description of 4096") }
                try visitor.vault.setAttributes(try request.path) { attributes in
                    if let description { attributes.description = description.isEmpty ? nil : description }
                    if request.body["tags"] != nil { attributes.tags = tags }
                    if case .bool(let flag) = request.body["checkAndSet"] { attributes.isCheckAndSetRequired = flag }
                    if let kept { attributes.versionsKept = kept }
                    if let seconds { attributes.deletesVersionsAfter = seconds == 0 ? nil : seconds }
                }
                return .none
            }
        ),
        NativeOperation(
            id: "listFields",
            method: "GET",
            path: "/api/v1/fields/{path}",
            summary: "The ages of a version's fields, without their values.",
            parameters: [version],
            answer: Schema.object(
                [
                    (
                        "fields",
                        Schema.array(
                            Schema.object(
                                [
                                    ("name", Schema.text), ("version", Schema.number), ("changed", Schema.time),
                                    ("principal", Schema.text),
                                ],
                                required: ["name", "version", "changed", "principal"]
                            )
                        )
                    )
                ],
                required: ["fields"]
            ),
            act: .enter { (request, visitor) throws(StoreError) in
                let fields = try visitor.vault.fields(of: try request.path, version: try request.version)
                return .json([
                    "fields": .array(
                        fields.map {
                            [
                                "name": .string($0.name), "version": .integer($0.version),
                                "changed": .string($0.changed.description), "principal": .string($0.principal.name),
                            ]
                        }
                    )
                ])
            }
        ),
        NativeOperation(
            id: "readHistory",
            method: "GET",
            path: "/api/v1/history/{path}",
            summary: "Who changed which field in which version, the newest first.",
            parameters: [.init(name: "field", schema: Schema.text, summary: "Only this field.")],
            answer: Schema.object(
                [
                    (
                        "changes",
                        Schema.array(
                            Schema.object(
                                [
                                    ("field", Schema.text), ("version", Schema.number), ("time", Schema.time),
                                    ("principal", Schema.text), ("change", Schema.text),
                                ],
                                required: ["field", "version", "time", "principal", "change"]
                            )
                        )
                    )
                ],
                required: ["changes"]
            ),
            act: .enter { (request, visitor) throws(StoreError) in
                let entries = try visitor.vault.history(try request.path, field: request.query["field"])
                return .json([
                    "changes": .array(
                        entries.map {
                            [
                                "field": .string($0.field), "version": .integer($0.version),
                                "time": .string($0.time.description), "principal": .string($0.principal.name),
                                "change": .string($0.change.rawValue),
                            ]
                        }
                    )
                ])
            }
        ),
        change("rollBack", "rollback", "Writes an old version's payload as a new version.", Schema.written) {
            (request, visitor) throws(StoreError) in
            .json(
                try visitor.vault.rollback(
                    try request.path,
                    to: try request.bodyVersion(),
                    expectedVersion: try request.optionalInteger("expectedVersion", in: 0...Int(Int32.max))
                )
                .json
            )
        },
        change("undelete", "undelete", "Brings a deleted version back.", nil) { (request, visitor) throws(StoreError) in
            try visitor.vault.undelete(try request.path, version: try request.bodyVersion())
            return .none
        },
        change("destroy", "destroy", "Destroys a version's payload for good.", nil) {
            (request, visitor) throws(StoreError) in
            try visitor.vault.destroy(try request.path, version: try request.bodyVersion())
            return .none
        },
        NativeOperation(
            id: "restoreSecret",
            method: "POST",
            path: "/api/v1/restore/{path}",
            summary: "Has a secret back that is marked for deletion.",
            status: 204,
            act: .enter { (request, visitor) throws(StoreError) in
                try visitor.vault.restore(try request.path)
                return .none
            }
        ),
        NativeOperation(
            id: "setLabel",
            method: "PUT",
            path: "/api/v1/labels/{path}",
            summary: "Puts a label on a version, taking it from where it was.",
            body: Schema.object(
                [("label", Schema.text), ("version", ["type": ["string", "integer"]])],
                required: ["label", "version"]
            ),
            status: 204,
            act: .enter { (request, visitor) throws(StoreError) in
                let label = try Label(try request.text("label"))
                try visitor.vault.setLabel(label, on: try request.path, to: try request.bodyVersion())
                return .none
            }
        ),
        NativeOperation(
            id: "removeLabel",
            method: "DELETE",
            path: "/api/v1/labels/{path}",
            summary: "Takes a label away.",
            parameters: [.init(name: "label", schema: Schema.text, summary: "The label.")],
            status: 204,
            act: .enter { (request, visitor) throws(StoreError) in
                guard let label = request.query["label"] else { throw .invalidAttribute("the query must have label") }
                try visitor.vault.removeLabel(try Label(label), from: try request.path)
                return .none
            }
        ),
    ]

    /// A change that a body with a version asks for.
    private static func change(
        _ id: String,
        _ verb: String,
        _ summary: String,
        _ answer: JSONValue?,
        _ act: @escaping @Sendable (NativeRequest, Visitor) throws(StoreError) -> NativeOperation.Answer
    ) -> NativeOperation {
        NativeOperation(
            id: id,
            method: "POST",
            path: "/api/v1/\(verb)/{path}",
            summary: summary,
            body: Schema.object(
                [("version", ["type": ["string", "integer"]])]
                    + (answer == nil ? [] : [("expectedVersion", Schema.number)]),
                required: ["version"]
            ),
            answer: answer,
            status: answer == nil ? 204 : 200,
            act: .enter(act)
        )
    }
}
