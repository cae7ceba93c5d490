internal import AccessPolicy
internal import Findings
internal import SecretStore
internal import Vaulting

extension NativeOperations {
    private static let role = Schema.object(
        [("name", Schema.text), ("policies", Schema.texts), ("summary", Schema.text)],
        required: ["name", "policies", "summary"]
    )

    static let policies: [NativeOperation] = [
        listing("listPolicies", .policies, Schema.text, "The names of all policies.") {
            (directory) throws(StoreError) in .texts(try directory.policyNames())
        },
        NativeOperation(
            id: "readPolicy",
            method: "GET",
            path: "/api/v1/policies/{name}",
            summary: "The text of a policy.",
            answer: Schema.object([("name", Schema.text), ("text", Schema.text)], required: ["name", "text"]),
            act: .enter { (request, visitor) throws(StoreError) in
                let name = try Directory.policyName(request["name"])
                return try visitor.vault.perform(
                    "policy.read",
                    .read,
                    on: "sys/policies/\(name)",
                    changing: false,
                    detail: name
                ) { (directory) throws(StoreError) in
                    guard let text = try directory.policy(name) else { throw .noSuchEntry("policy") }
                    return .json(["name": .string(name), "text": .string(text)])
                }
            }
        ),
        NativeOperation(
            id: "writePolicy",
            method: "PUT",
            path: "/api/v1/policies/{name}",
            summary: "Writes a policy, in HashiCorp Vault's language or as JSON.",
            parameters: [force],
            body: Schema.object([("text", Schema.text)], required: ["text"]),
            status: 204,
            act: .enter { (request, visitor) throws(StoreError) in
                let (name, text) = (try Directory.policyName(request["name"]), try request.text("text"))
                let isForced = try request.isForced
                try visitor.vault.perform(
                    "policy.write",
                    .update,
                    on: "sys/policies/\(name)",
                    changing: true,
                    detail: name
                ) { (directory) throws(StoreError) in
                    try directory.keepingAnAdministrator(unless: isForced, changing: .policy(name, to: text)) {
                        (directory) throws(StoreError) in try directory.setPolicy(name, text)
                    }
                }
                return .none
            }
        ),
        removal(
            "removePolicy",
            .policies,
            "Takes a policy away: whoever has it loses what it gave.",
            parameters: [force]
        ) { (name, request, directory) throws(StoreError) in
            try directory.keepingAnAdministrator(unless: request.isForced, changing: .policy(name, to: nil)) {
                (directory) throws(StoreError) in try directory.removePolicy(name)
            }
        },
        listing(
            "listRoles",
            .roles,
            role,
            "The roles with their policies: the four that every store has, and its own."
        ) { (directory) throws(StoreError) in
            .array(
                try directory.roles().map { role in
                    [
                        "name": .string(role.name), "policies": .texts(role.policies),
                        "summary": .string(role.summary),
                    ]
                }
            )
        },
        NativeOperation(
            id: "writeRole",
            method: "PUT",
            path: "/api/v1/roles/{name}",
            summary: "Makes a role of policies, or changes it.",
            parameters: [force],
            body: Schema.object(
                [("policies", Schema.texts), ("summary", Schema.text)],
                required: ["policies"]
            ),
            status: 204,
            act: .enter { (request, visitor) throws(StoreError) in
                let name = try Directory.policyName(request["name"])
                let (policies, summary) = (try request.texts("policies"), try request.optionalText("summary") ?? "")
                let isForced = try request.isForced
                try visitor.vault.perform(
                    "role.write",
                    .update,
                    on: "sys/roles/\(name)",
                    changing: true,
                    detail: name
                ) { (directory) throws(StoreError) in
                    let grants = Grants(visitor.session, on: "sys/roles/\(name)")
                    try grants.check(try directory.policies(ofRole: name) ?? [])
                    for policy in policies { try grants.check([try Directory.policyName(policy)]) }
                    try directory.keepingAnAdministrator(unless: isForced, changing: .role(name, to: policies)) {
                        (directory) throws(StoreError) in
                        try directory.setRole(name, policies: policies, summary: summary)
                    }
                }
                return .none
            }
        ),
        removal(
            "removeRole",
            .roles,
            "Takes a role away: whoever has it loses what it gave.",
            parameters: [force]
        ) { (name, request, directory) throws(StoreError) in
            try directory.keepingAnAdministrator(unless: request.isForced, changing: .role(name, to: [])) {
                (directory) throws(StoreError) in try directory.removeRole(name)
            }
        },
    ]
}
