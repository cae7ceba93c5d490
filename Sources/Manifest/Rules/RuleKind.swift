/// The kinds of rules, in the order in which a value is judged by them.
public enum RuleKind: String, Sendable, Hashable, CaseIterable {
    /// Whether there must be a value.
    case required
    /// Where the value must come from.
    case source
    /// That the value is none of a template. Built in.
    case placeholder
    /// The type's own syntax. Built in.
    case type
    /// The fewest characters.
    case minimumLength = "length minimum"
    /// The most characters.
    case maximumLength = "length maximum"
    /// The smallest number.
    case minimum
    /// The largest number.
    case maximum
    /// The expression that the value matches.
    case pattern
    /// The only values allowed.
    case oneOf = "one-of"
    /// The exact value.
    case mustBe = "must-be"
    /// Values that are refused.
    case mustNotBe = "must-not-be"
    /// Whether `*` may stand among hosts.
    case wildcard
    /// Whether the connection is encrypted.
    case tls
    /// That user and password are none that everybody tries. Built in, for PostgreSQL URLs.
    case defaultCredentials = "default credentials"
    /// The fewest characters of a URL's password.
    case passwordLength = "password-length"
    /// Kinds of characters that must occur.
    case characters
    /// The least strength.
    case strength
    /// Whether each environment has a value of its own.
    case unique
    /// Whether the public may see the value.
    case `public`

    /// Whether the rule holds without being written in the manifest.
    public var isBuiltIn: Bool {
        switch self {
        case .placeholder, .type, .defaultCredentials: true
        default: false
        }
    }
}

extension Rules {
    /// What a rule of a kind asks, in words; nil when these rules say nothing of the kind.
    func words(for kind: RuleKind) -> String? {
        switch kind {
        case .required: required.map(\.words)
        case .source: source == .store ? "must come from a store or the process's environment" : nil
        case .placeholder: "must not be a placeholder"
        case .type: "must be well-formed for its type"
        case .minimumLength: minimumLength.map { "at least \(Count.characters($0))" }
        case .maximumLength: maximumLength.map { "at most \(Count.characters($0))" }
        case .minimum: minimum.map { "at least \(Count.number($0))" }
        case .maximum: maximum.map { "at most \(Count.number($0))" }
        case .pattern: pattern.map { "must match \($0)" }
        case .oneOf: oneOf.map { "must be one of \($0.joined(separator: ", "))" }
        case .mustBe: mustBe.map { "must be \($0)" }
        case .mustNotBe: mustNotBe.map { "must not be \($0.joined(separator: " or "))" }
        case .wildcard: wildcard == false ? "must name hosts, without `*`" : nil
        case .tls: tls == true ? "must be an encrypted connection" : nil
        case .defaultCredentials: "must not be default credentials"
        case .passwordLength: minimumPasswordLength.map { "a password of at least \(Count.characters($0))" }
        case .characters: characters.map { "must have \(CharacterKind.words($0))" }
        case .strength: strengthBits.map { "at least \($0) bits of strength" }
        case .unique: unique == true ? "every environment has a value of its own" : nil
        case .public: self.public.map { $0 ? "may be seen by the public" : "must not be seen by the public" }
        }
    }
}

extension Rules.Requirement {
    var words: String {
        switch self {
        case .never: "is optional"
        case .always: "must have a value"
        case .whenSet(let variable): "must have a value when \(variable) has one"
        case .whenEqual(let variable, let value): "must have a value when \(variable) is \(value)"
        }
    }
}

extension Rules.CharacterKind {
    var words: String {
        switch self {
        case .lower: "a lower-case letter"
        case .upper: "an upper-case letter"
        case .digit: "a digit"
        case .symbol: "a sign that is neither letter nor digit"
        }
    }

    static func words(_ kinds: Set<Rules.CharacterKind>) -> String {
        let all = allCases.filter(kinds.contains).map(\.words)
        guard let last = all.last, all.count > 1 else { return all.first ?? "" }
        return "\(all.dropLast().joined(separator: ", ")) and \(last)"
    }
}

/// Numbers in messages.
enum Count {
    static func characters(_ count: Int) -> String { count == 1 ? "1 character" : "\(count) characters" }

    /// Without a fraction when there is none.
    static func number(_ number: Double) -> String {
        Int64(exactly: number)?.description ?? number.description
    }
}
