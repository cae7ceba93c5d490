internal import AccessPolicy
internal import Findings
internal import SecretStore
internal import Secrets
internal import Vaulting

/// A collection of the directory as the native API has it: its path, its resource and its actions are made of two words.
struct NativeCollection: Sendable {
    /// One of them, as actions and errors call it: `policy`.
    let noun: String
    /// All of them, as the path and the resource have it: `policies`.
    let plural: String
    /// The one spelling of a name, when what the path has is a name that policies are written for; nil when it is an id
    /// that was issued here.
    var spelling: (@Sendable (String) throws(StoreError) -> String)?

    static let principals = NativeCollection(
        noun: "principal",
        plural: "principals",
        spelling: { (name) throws(StoreError) in try PrincipalRecord.normalized(name) }
    )
    static let policies = NativeCollection(
        noun: "policy",
        plural: "policies",
        spelling: { (name) throws(StoreError) in try Directory.policyName(name) }
    )
    static let roles = NativeCollection(
        noun: "role",
        plural: "roles",
        spelling: { (name) throws(StoreError) in try Directory.policyName(name) }
    )
    static let accessKeys = NativeCollection(noun: "access-key", plural: "access-keys")
    static let clients = NativeCollection(noun: "client", plural: "clients")

    var path: String { "/api/v1/\(plural)" }
    var resource: String { "sys/\(plural)" }

    func action(_ verb: String) -> AuditAction { AuditAction(rawValue: "\(noun).\(verb)") }
}

/// Rows of one shape.
extension NativeOperations {
    /// Lists a collection.
    ///
    /// - Parameters:
    ///   - member: What the answer calls them; the collection's own word when nil.
    ///   - element: The schema of one.
    static func listing(
        _ id: String,
        _ collection: NativeCollection,
        as member: String? = nil,
        _ element: JSONValue,
        _ summary: String,
        _ list: @escaping @Sendable (borrowing Directory) throws(StoreError) -> JSONValue
    ) -> NativeOperation {
        let member = member ?? collection.plural
        return NativeOperation(
            id: id,
            method: "GET",
            path: collection.path,
            summary: summary,
            answer: Schema.object([(member, Schema.array(element))], required: [member]),
            act: .enter { (_, visitor) throws(StoreError) in
                try visitor.vault.perform(collection.action("list"), .list, on: collection.resource, changing: false) {
                    (directory) throws(StoreError) in
                    var object = JSONObject()
                    object[member] = try list(directory)
                    return .json(.object(object))
                }
            }
        )
    }

    /// Takes one of a collection away.
    ///
    /// - Parameters:
    ///   - parameters: What the query may have.
    ///   - remove: Takes it away, and tells whether it was there.
    static func removal(
        _ id: String,
        _ collection: NativeCollection,
        _ summary: String,
        parameters: [NativeOperation.Parameter] = [],
        _ remove: @escaping @Sendable (String, NativeRequest, inout Directory) throws(StoreError) -> Bool
    ) -> NativeOperation {
        NativeOperation(
            id: id,
            method: "DELETE",
            path: "\(collection.path)/{\(collection.spelling == nil ? "id" : "name")}",
            summary: summary,
            parameters: parameters,
            status: 204,
            act: .enter { (request, visitor) throws(StoreError) in
                let name: String
                var resource = collection.resource
                if let spelling = collection.spelling {
                    name = try spelling(request["name"])
                    resource += "/\(name)"
                } else {
                    name = request["id"]
                }
                try visitor.vault.perform(
                    collection.action("remove"),
                    .delete,
                    on: resource,
                    changing: true,
                    detail: collection.spelling == nil ? nil : name
                ) { (directory) throws(StoreError) in
                    guard try remove(name, request, &directory) else { throw .noSuchEntry(collection.noun) }
                    // An id that nobody has may be a secret in the wrong place: only one that was there is written down.
                    directory.detail = name
                }
                return .none
            }
        )
    }

    /// Issues a credential for a principal, to whoever may give away what the principal has.
    ///
    /// - Parameters:
    ///   - extra: What the body may have beside the principal's name.
    ///   - make: Makes and keeps the credential for the principal of a name.
    static func issue(
        _ id: String,
        _ collection: NativeCollection,
        _ summary: String,
        extra: [(String, JSONValue)] = [],
        _ make: @escaping @Sendable (String, NativeRequest, inout Directory) throws(StoreError) -> IssuedCredential
    ) -> NativeOperation {
        NativeOperation(
            id: id,
            method: "POST",
            path: collection.path,
            summary: summary,
            body: Schema.object([("principal", Schema.text)] + extra, required: ["principal"]),
            answer: Schema.object(
                credentialMembers + [("secret", Schema.secretText)],
                required: ["id", "secret", "created"]
            ),
            status: 201,
            act: .enter { (request, visitor) throws(StoreError) in
                let name = try PrincipalRecord.normalized(try request.text("principal"))
                return try visitor.vault.perform(
                    collection.action("create"),
                    .create,
                    on: collection.resource,
                    changing: true
                ) { (directory) throws(StoreError) in
                    guard let principal = try directory.principal(name) else { throw .noSuchEntry("principal") }
                    try Grants(visitor.session, on: collection.resource).check(principal, directory)
                    guard !principal.isDisabled else { throw .principalDisabled(principal.name) }
                    let issued = try make(name, request, &directory)
                    directory.detail = "\(issued.id) for \(name)"
                    var object = issued.shown
                    object["secret"] = .string(issued.secret.reveal())
                    return NativeOperation.Answer(status: 201, body: .object(object))
                }
            }
        )
    }

    /// Whether a change is made also when nobody would be left who manages principals.
    static let force = NativeOperation.Parameter(
        name: "force",
        schema: ["type": "boolean", "default": false],
        summary: "true: also when nobody would be left who manages principals."
    )

    /// What is shown of a credential.
    static let credentialMembers = [
        ("id", Schema.text), ("principal", Schema.text), ("policies", Schema.texts), ("created", Schema.time),
    ]
}

/// A credential as it is issued: its secret half is shown once.
struct IssuedCredential {
    let id: String
    let shown: JSONObject
    let secret: Secret<String>
}
