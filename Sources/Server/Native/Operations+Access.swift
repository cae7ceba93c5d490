internal import AccessPolicy
internal import Findings
internal import HTTPModel
internal import SecretStore
internal import Vaulting

extension NativeOperations {
    static let access: [NativeOperation] = [
        NativeOperation(
            id: "explainAccess",
            method: "POST",
            path: "/api/v1/access/explain",
            summary: "Which rule decides whether somebody may do something, and what would change it.",
            body: Schema.object(
                [("principal", Schema.text), ("action", Schema.text), ("path", Schema.text)],
                required: ["principal", "action", "path"]
            ),
            answer: Schema.object(
                [
                    ("allowed", Schema.flag), ("capability", Schema.text), ("resource", Schema.text),
                    ("policy", Schema.texts), ("pattern", Schema.text), ("sentence", Schema.text),
                    ("suggestion", Schema.text), ("resourcePolicy", Schema.text),
                    (
                        "others",
                        Schema.array(
                            Schema.object(
                                [("pattern", Schema.text), ("reason", Schema.text)],
                                required: ["pattern", "reason"]
                            )
                        )
                    ),
                ],
                required: ["allowed", "capability", "resource", "sentence", "others"]
            ),
            act: .enter { (request, visitor) throws(StoreError) in
                let name = try PrincipalRecord.normalized(try request.text("principal"))
                let (action, path) = (try request.text("action"), try request.text("path"))
                let (capability, resource) = try question(action, path)
                try visitor.vault.perform(
                    "access.explain",
                    .read,
                    on: "sys/access/explain",
                    changing: false
                ) { (directory) throws(StoreError) in try note(.principal(name), &directory) }
                switch try visitor.vault.session(ofPrincipal: name) {
                case .failure(let error):
                    return .json([
                        "allowed": false, "capability": .string(capability.rawValue), "resource": .string(resource),
                        "sentence": .string("\(name) is not let in: \(error.message)"), "others": [],
                    ])
                case .success(let session):
                    let explained = session.identity.access.explain(capability, on: resource)
                    var refusal: String?
                    if let (asked, secret) = try secretQuestion(action, path) {
                        refusal = try visitor.vault.resourceRefusal(of: asked, on: secret, by: session.identity)
                    }
                    return .json(explanation(explained, capability, resource, refusal))
                }
            }
        ),
        NativeOperation(
            id: "listBlocks",
            method: "GET",
            path: "/api/v1/blocks",
            summary: "The networks that may not come in.",
            answer: Schema.object(
                [
                    (
                        "blocks",
                        Schema.array(
                            Schema.object(
                                [("range", Schema.text), ("until", Schema.time), ("reason", Schema.text)],
                                required: ["range", "reason"]
                            )
                        )
                    )
                ],
                required: ["blocks"]
            ),
            act: .enter { (_, visitor) throws(StoreError) in
                try visitor.vault.perform("block.list", .list, on: "sys/blocks", changing: false) {
                    (directory) throws(StoreError) in
                    let blocks = try directory.blocks().map { (block) -> JSONValue in
                        var object = JSONObject()
                        object["range"] = .string(block.range.text)
                        object["until"] = block.until.map { .string($0.description) }
                        object["reason"] = .string(block.reason)
                        return .object(object)
                    }
                    return .json(["blocks": .array(blocks)])
                }
            }
        ),
        NativeOperation(
            id: "blockAddress",
            method: "POST",
            path: "/api/v1/blocks",
            summary: "Lets nobody of a network in, from now on and whatever they show.",
            body: Schema.object(
                [("range", Schema.text), ("seconds", Schema.number), ("reason", Schema.text)],
                required: ["range"]
            ),
            status: 204,
            act: .enter { (request, visitor) throws(StoreError) in
                guard let range = AddressRange(try request.text("range")) else {
                    throw .invalidAttribute("range must be a network like 203.0.113.0/24, or an address")
                }
                try checkNetwork(range)
                let seconds = try request.optionalInteger("seconds", in: 1...(10 * 366 * 86_400))
                guard seconds != nil || !range.contains(request.request.origin.address) else {
                    throw .invalidAttribute(
                        "seconds must be given: the network has your own address, and you could not take the block away"
                    )
                }
                let reason = try request.optionalText("reason") ?? ""
                guard reason.utf8.count <= 512 else { throw .invalidAttribute("reason has at most 512 bytes") }
                try visitor.vault.perform(
                    "block.create",
                    .create,
                    on: "sys/blocks",
                    changing: true,
                    detail: range.text
                ) { (directory) throws(StoreError) in
                    let until = seconds.map { directory.time.adding(seconds: $0) }
                    try directory.put(Block(range, until: until, reason: reason))
                }
                return .none
            }
        ),
        NativeOperation(
            id: "unblockAddress",
            method: "DELETE",
            path: "/api/v1/blocks",
            summary: "Lets a network in again.",
            parameters: [.init(name: "range", schema: Schema.text, summary: "The network, as it was given.")],
            status: 204,
            act: .enter { (request, visitor) throws(StoreError) in
                let range = request.query["range"] ?? ""
                try visitor.vault.perform(
                    "block.remove",
                    .delete,
                    on: "sys/blocks",
                    changing: true,
                    detail: AddressRange(range)?.text
                ) { (directory) throws(StoreError) in
                    guard try directory.removeBlock(range) else { throw .noSuchEntry("block") }
                }
                return .none
            }
        ),
        NativeOperation(
            id: "endSessions",
            method: "POST",
            path: "/api/v1/sessions/end",
            summary: "Ends every session of a principal, of a role, or of everyone, at once.",
            body: Schema.object([
                ("principal", Schema.text), ("role", Schema.text), ("everyone", Schema.flag),
            ]),
            status: 204,
            act: .enter { (request, visitor) throws(StoreError) in
                let scope = try scope(request)
                try visitor.vault.perform(
                    "session.end",
                    .update,
                    on: "sys/sessions",
                    changing: true
                ) { (directory) throws(StoreError) in
                    try note(scope, &directory)
                    try directory.endSessions(scope)
                }
                return .none
            }
        ),
    ]

    /// Says in the record whom something is about. A name that nobody has may be a secret in the wrong place.
    private static func note(_ scope: SessionScope, _ directory: inout Directory) throws(StoreError) {
        var missing: String?
        switch scope {
        case .principal(let name) where try directory.principal(name) == nil: missing = name
        case .role(let name) where try directory.policies(ofRole: name) == nil: missing = name
        default: break
        }
        guard let missing else {
            directory.detail = scope.text
            return
        }
        directory.detail = directory.unknownName(missing)
        if case .role = scope { throw .noSuchEntry("role") }
        throw .noSuchEntry("principal")
    }

    private static func scope(_ request: NativeRequest) throws(StoreError) -> SessionScope {
        if let name = try request.optionalText("principal") { return .principal(try PrincipalRecord.normalized(name)) }
        if let name = try request.optionalText("role") { return .role(try Directory.policyName(name)) }
        guard request.body["everyone"] == .bool(true) else {
            throw .invalidAttribute("the body has one of principal, role and everyone")
        }
        return .everyone
    }

    /// The capability and the resource that an action on a path asks for: `read portfolio/production`, or a capability
    /// on a resource that is spelled out, such as `update sys/blocks`.
    static func question(_ action: String, _ path: String) throws(StoreError) -> (Capability, String) {
        if Resource.isSpelledOut(path) {
            guard let capability = Capability(rawValue: action) else {
                throw unknownAction(action, known: Capability.allCases.map(\.rawValue))
            }
            return (capability, path)
        }
        let secret = try SecretPath(path)
        if action == "list" { return (.list, Resource.listing(secret)) }
        guard let found = Resource.actions.first(where: { $0.name == action }) else {
            throw unknownAction(action, known: Resource.actions.map(\.name) + ["list"])
        }
        return (found.capability, Resource.text(found.aspect, secret))
    }

    private static func unknownAction(_ action: String, known: [String]) -> StoreError {
        let near = Suggest.nearest(to: action, among: known).map { "; did you mean \($0)?" } ?? ""
        return .invalidAttribute("action is one of \(known.joined(separator: ", "))\(near)")
    }

    /// What a secret's own policy is asked for an action on its path; nil for what is no secret, and for what such policies
    /// have no word for. `secret/data/…` and `secret/metadata/…` are secrets too.
    static func secretQuestion(_ action: String, _ path: String) throws(StoreError) -> (AuditAction, SecretPath)? {
        let data = "\(Resource.mount)/data/"
        let metadata = "\(Resource.mount)/metadata/"
        let known: [String: AuditAction]
        var name = Substring(path)
        if path.hasPrefix(data) {
            name = path.dropFirst(data.utf8.count)
            known = ["read": .read, "create": .write, "update": .write, "patch": .update, "delete": .delete]
        } else if path.hasPrefix(metadata) {
            name = path.dropFirst(metadata.utf8.count)
            known = ["read": .describe, "delete": .remove]
        } else if Resource.isSpelledOut(path) {
            return nil
        } else {
            known = [
                "read": .read, "write": .write, "create": .write, "delete": .delete, "describe": .describe,
                "remove": .remove, "undelete": .undelete, "destroy": .destroy,
            ]
        }
        guard let asked = known[action], let secret = try? SecretPath(String(name)) else { return nil }
        return (asked, secret)
    }

    /// - Parameter refusal: What of the secret's own policy refuses.
    private static func explanation(
        _ explanation: Explanation,
        _ capability: Capability,
        _ resource: String,
        _ refusal: String?
    ) -> JSONValue {
        var object = JSONObject()
        object["allowed"] = .bool(explanation.decision.isAllowed && refusal == nil)
        object["resourcePolicy"] = refusal.map(JSONValue.string)
        object["capability"] = .string(capability.rawValue)
        object["resource"] = .string(resource)
        if let rule = explanation.decision.rule {
            object["policy"] = .texts(rule.sources.map(\.policy))
            object["pattern"] = .string(rule.pattern)
        }
        var sentence = explanation.sentence
        if let refusal {
            sentence +=
                " It is refused all the same, through every protocol, by \(refusal), judged as for a request from where you "
                + "are: take the statement away there. What such a policy allows gives nothing."
        }
        object["sentence"] = .string(sentence)
        object["suggestion"] = explanation.suggestion.map(JSONValue.string)
        object["others"] = .array(
            explanation.losing.map { ["pattern": .string($0.rule.pattern), "reason": .string($0.reason)] }
        )
        return .object(object)
    }
}
