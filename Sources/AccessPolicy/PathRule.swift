public import Findings

/// One rule of a policy: what is allowed on the paths that a pattern means.
public struct PathRule: Sendable, Hashable {
    /// The pattern without a leading slash: `+` is one whole segment, `*` at the end is whatever follows, and
    /// `{{identity.…}}` is filled in from who asks.
    public let pattern: String
    /// What the rule gives; deny alone when it names deny. An empty set matches and gives nothing.
    public var capabilities: CapabilitySet
    /// Which values a parameter may have; an empty list is any value, and the name `*` is every other parameter. With
    /// no names at all, every parameter is allowed. Names are in lower case.
    public var allowedParameters: [String: [JSONValue]]
    /// Which values a parameter must not have; an empty list is any value, and the name `*` is every parameter.
    public var deniedParameters: [String: [JSONValue]]
    /// Which parameters must be there, in lower case.
    public var requiredParameters: [String]
    /// The shortest time to live of the wrapped answer, in seconds; 0 is no bound.
    public var minimumWrapping: Int
    /// The longest time to live of the wrapped answer, in seconds; 0 is no bound.
    public var maximumWrapping: Int

    /// Puts a rule together. A leading slash of the pattern is dropped, and deny drops the other capabilities.
    public init(
        _ pattern: String,
        _ capabilities: CapabilitySet,
        allowedParameters: [String: [JSONValue]] = [:],
        deniedParameters: [String: [JSONValue]] = [:],
        requiredParameters: [String] = [],
        minimumWrapping: Int = 0,
        maximumWrapping: Int = 0
    ) {
        self.pattern = pattern.withoutLeadingSlash
        self.capabilities = capabilities.contains(.deny) ? .deny : capabilities
        self.allowedParameters = allowedParameters
        self.deniedParameters = deniedParameters
        self.requiredParameters = requiredParameters
        self.minimumWrapping = minimumWrapping
        self.maximumWrapping = maximumWrapping
    }
}

/// A policy as it was read: its rules in their order.
public struct PolicyDocument: Sendable, Hashable {
    /// The rules. Several may have one pattern; they count together.
    public var rules: [PathRule]

    /// A policy of rules.
    public init(rules: [PathRule]) { self.rules = rules }

    /// Reads a policy in the language of HashiCorp Vault ("Policies"; HCL version 1), or in its JSON form when the
    /// first character is a curly bracket.
    ///
    /// - Parameter text: At most 1 MiB with 10,000 rules.
    /// - Throws: ``PolicyError`` with line and column and nothing of the content. What a rule restricts and Keyfolio
    ///   does not keep (`mfa_methods`, `control_group`, `expiration`) is an error, not ignored.
    public init(parsing text: String) throws(PolicyError) {
        var reader = try PolicyReader(text)
        rules = try reader.read()
    }

    /// Whether a rule could mean a path in a folder, for some identity and whatever it gives or denies there. A policy of
    /// which this is false decides nothing there, neither by what it says nor by being before another's rule.
    ///
    /// - Parameter folder: With a slash at its end.
    public func mayMeanAnything(in folder: String) -> Bool {
        let bytes = Array(folder.utf8)
        return rules.contains { PathPattern(PathTemplate.widest($0.pattern)).mayMatch(under: bytes.span) }
    }

    /// The JSON form, which reads back as the same rules.
    public var json: JSONValue {
        // One object a rule, because one pattern may come more than once.
        [
            "path": .array(
                rules.map { rule in
                    var object = JSONObject()
                    object[rule.pattern] = rule.json
                    return .object(object)
                }
            )
        ]
    }
}

extension PathRule {
    fileprivate var json: JSONValue {
        var object = JSONObject()
        object["capabilities"] = .array(capabilities.sorted.map { .string($0.rawValue) })
        if !allowedParameters.isEmpty { object["allowed_parameters"] = Self.json(allowedParameters) }
        if !deniedParameters.isEmpty { object["denied_parameters"] = Self.json(deniedParameters) }
        if !requiredParameters.isEmpty {
            object["required_parameters"] = .array(requiredParameters.map(JSONValue.string))
        }
        if minimumWrapping > 0 { object["min_wrapping_ttl"] = .integer(minimumWrapping) }
        if maximumWrapping > 0 { object["max_wrapping_ttl"] = .integer(maximumWrapping) }
        return .object(object)
    }

    private static func json(_ parameters: [String: [JSONValue]]) -> JSONValue {
        var object = JSONObject()
        for (name, values) in parameters.sorted(by: { $0.key < $1.key }) { object[name] = .array(values) }
        return .object(object)
    }
}
