internal import AccessPolicy
internal import Findings
internal import HTTPModel
internal import SecretStore
internal import Vaulting

extension NativeOperations {
    static let store: [NativeOperation] = [
        NativeOperation(
            id: "readStore",
            method: "GET",
            path: "/api/v1/store",
            summary: "Which store this is, and the key that its audit log is signed with.",
            answer: Schema.object(
                [("id", Schema.text), ("auditPublicKey", Schema.text)],
                required: ["id", "auditPublicKey"]
            ),
            act: .work { (_, visitor) throws(StoreError) in
                let vault = visitor.vault
                try vault.perform("store.read", .read, on: "sys/store", changing: false) { _ in }
                return .json(["id": .string(vault.storeID), "auditPublicKey": .string(vault.auditPublicKey)])
            }
        ),
        NativeOperation(
            id: "verifyAudit",
            method: "POST",
            path: "/api/v1/audit/verify",
            summary: "Verifies the whole audit log, and that the store's rows are those of its signed head.",
            answer: Schema.object(
                [
                    ("intact", Schema.flag), ("records", Schema.number), ("publicKey", Schema.text),
                    ("brokenAt", Schema.number), ("fault", Schema.text),
                ],
                required: ["intact", "records", "publicKey"]
            ),
            act: .work { (_, visitor) throws(StoreError) in
                let vault = visitor.vault
                let result = try vault.verifyAudit()
                var object = JSONObject()
                object["intact"] = .bool(result.isIntact)
                object["records"] = .integer(Int(result.records))
                object["publicKey"] = .string(result.publicKey ?? "")
                object["brokenAt"] = result.brokenAt.map { .integer(Int($0)) }
                object["fault"] = result.fault.map(JSONValue.string)
                return .json(.object(object))
            }
        ),
        NativeOperation(
            id: "rotateRing",
            method: "POST",
            path: "/api/v1/rings/{environment}/rotate",
            summary: "Gives an environment a new data key; with `rewrap`, seals all of its versions again under it.",
            parameters: [.init(name: "rewrap", schema: Schema.flag, summary: "Whether to seal everything again.")],
            answer: Schema.object(
                [("generation", Schema.number), ("rewrapped", Schema.number)],
                required: ["generation"]
            ),
            act: .work { (request, visitor) throws(StoreError) in
                let vault = visitor.vault
                let environment = try EnvironmentName(request["environment"])
                var object = JSONObject()
                object["generation"] = .integer(try vault.rotateRing(of: environment))
                if request.query["rewrap"] == "true" {
                    object["rewrapped"] = .integer(try vault.rewrapRing(of: environment))
                }
                return .json(.object(object))
            }
        ),
    ]
}
