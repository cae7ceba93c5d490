internal import Findings
internal import HTTPModel
internal import SecretStore
internal import Vaulting

/// One operation of the native API: what the OpenAPI document says of it, and what is done.
///
/// The table of operations is the only description: the router, the document and the test that drives every row read it.
struct NativeOperation: Sendable {
    /// What an operation answers with.
    struct Answer: Sendable {
        var status = 200
        var body: JSONValue?

        static func json(_ body: JSONValue) -> Answer { Answer(body: body) }
        static let none = Answer(status: 204)
    }

    /// One parameter of the query.
    struct Parameter: Sendable {
        let name: String
        let schema: JSONValue
        let summary: String
    }

    let id: String
    let method: String
    /// The path, with `{name}` for one segment and a last `{path}` for all that is left.
    let path: String
    let summary: String
    var parameters: [Parameter] = []
    var body: JSONValue?
    var answer: JSONValue?
    var status = 200
    let act: Act

    /// What is done.
    enum Act: Sendable {
        /// With a credential, in the group's transaction.
        case enter(@Sendable (NativeRequest, Visitor) throws(StoreError) -> Answer)
        /// With a credential, on another thread: the credential is checked first, and the closure passes by itself.
        case work(@Sendable (NativeRequest, Visitor) throws(StoreError) -> Answer)
        /// With a credential, to wait for changes.
        case watch
        /// Without a credential.
        case login
        /// Without a credential and without the store.
        case open(@Sendable (NativeRequest) -> Answer)
    }

    /// Whether its body may hold a payload.
    var takesPayload: Bool { path == "/api/v1/secrets/{path}" }

    /// The segments of the path.
    var segments: [Substring] { path.split(separator: "/") }
}

/// A request as an operation sees it.
struct NativeRequest: Sendable {
    let request: HTTPRequest
    /// What stands in the places of the path's names.
    let names: [String: String]
    let query: HTTPQuery
    let body: JSONObject

    /// What stands in the place of a name.
    subscript(name: String) -> String { names[name] ?? "" }

    /// The secret's path.
    var path: SecretPath { get throws(StoreError) { try SecretPath(self["path"]) } }

    /// The version that the query asks for.
    var version: VersionReference {
        get throws(StoreError) {
            try query["version"].map { (text) throws(StoreError) in try Self.version(text) } ?? .current
        }
    }

    /// A version by number, id or label.
    static func version(_ text: String) throws(StoreError) -> VersionReference {
        if let number = Int(text) { return .number(number) }
        if let id = VersionID(hex: text) ?? VersionID(uuid: text) { return .id(id) }
        return .label(try Label(text))
    }

    /// A version in a body: a number or a text.
    func bodyVersion(_ name: String = "version") throws(StoreError) -> VersionReference {
        switch body[name] {
        case .integer(let number): return .number(number)
        case .string(let text): return try Self.version(text)
        default: throw .invalidAttribute("the body must have \(name)")
        }
    }

    /// A text that the body must have.
    func text(_ name: String) throws(StoreError) -> String {
        guard let text = body[name]?.asString else { throw .invalidAttribute("the body must have the text \(name)") }
        return text
    }

    /// A text that the body may have.
    func optionalText(_ name: String) throws(StoreError) -> String? {
        guard let value = body[name], value != .null else { return nil }
        guard let text = value.asString else { throw .invalidAttribute("\(name) must be a text") }
        return text
    }

    /// Whether a change is made also when nobody would be left who manages principals.
    var isForced: Bool {
        get throws(StoreError) {
            switch query["force"] {
            case nil, "false"?: return false
            case "true"?: return true
            default: throw .invalidAttribute("force is true or false")
            }
        }
    }

    /// A whole number that the body may have.
    func optionalInteger(_ name: String, in range: ClosedRange<Int>) throws(StoreError) -> Int? {
        guard let value = body[name], value != .null else { return nil }
        guard let number = value.asInteger, range.contains(number) else {
            throw .invalidAttribute("\(name) must be a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// Texts that the body may have.
    func texts(_ name: String) throws(StoreError) -> [String] {
        guard let value = body[name], value != .null else { return [] }
        guard let array = value.asArray, array.count <= 1000 else {
            throw .invalidAttribute("\(name) must be an array")
        }
        var texts: [String] = []
        for element in array {
            guard let text = element.asString else { throw .invalidAttribute("\(name) must be an array of texts") }
            texts.append(text)
        }
        return texts
    }

    /// Names and texts that the body may have.
    func map(_ name: String) throws(StoreError) -> [String: String] {
        guard let value = body[name], value != .null else { return [:] }
        guard let object = value.asObject else { throw .invalidAttribute("\(name) must be an object") }
        var map: [String: String] = [:]
        for member in object.members {
            guard let text = member.value.asString else {
                throw .invalidAttribute("\(name) must be an object of texts")
            }
            map[member.key] = text
        }
        return map
    }
}
