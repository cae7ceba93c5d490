/// What must hold for a variable's value. A rule that is nil says nothing.
public struct Rules: Sendable, Hashable {
    /// Whether there must be a value.
    public var required: Requirement?
    /// The fewest characters.
    public var minimumLength: Int?
    /// The most characters.
    public var maximumLength: Int?
    /// The smallest number.
    public var minimum: Double?
    /// The largest number.
    public var maximum: Double?
    /// A regular expression that the whole value matches.
    public var pattern: String?
    /// The only values allowed.
    public var oneOf: [String]?
    /// The least strength in estimated bits. A placeholder or a default credential has none.
    /// For a PostgreSQL URL it is the password's.
    public var strengthBits: Int?
    /// The exact value, compared as the type compares (`False` is `false` for a boolean).
    public var mustBe: String?
    /// Values that are refused, compared as the type compares.
    public var mustNotBe: [String]?
    /// Whether every environment must have a value of its own. Compared by keyed fingerprint.
    public var unique: Bool?
    /// Where the value must come from.
    public var source: Source?
    /// Whether the connection that the value describes must be encrypted: `https`, `sslmode=require` or better.
    public var tls: Bool?
    /// Whether `*` may stand among hosts or origins.
    public var wildcard: Bool?
    /// Whether the value may be seen by the public. `false` forbids browser components and names that build tools
    /// ship to browsers (`REACT_APP_…`, `VITE_…`, `NEXT_PUBLIC_…`).
    public var `public`: Bool?
    /// The fewest characters of a PostgreSQL URL's password.
    public var minimumPasswordLength: Int?
    /// Kinds of characters that must each occur at least once: in a PostgreSQL URL, in its password.
    public var characters: Set<CharacterKind>?

    /// A kind of character, as password rules name them.
    public enum CharacterKind: String, Sendable, Hashable, CaseIterable {
        /// A lower-case letter.
        case lower
        /// An upper-case letter.
        case upper
        /// A digit.
        case digit
        /// Anything else.
        case symbol
    }

    /// When there must be a value.
    public enum Requirement: Sendable, Hashable {
        /// Never: the variable is optional. Overrides a general `always` for one environment.
        case never
        /// Always.
        case always
        /// When another variable has any value.
        case whenSet(variable: String)
        /// When another variable has this value, compared as its type compares.
        case whenEqual(variable: String, value: String)
    }

    /// Where a value must come from.
    public enum Source: String, Sendable, Hashable, CaseIterable {
        /// From anywhere.
        case any
        /// From a store, or from the process's own environment (which a platform's secrets service fills), never from
        /// a file or the manifest.
        case store
    }

    /// Makes rules that say nothing; set those that do.
    public init() {}

    /// These rules with others on top: each that is set there replaces the one here.
    ///
    /// - Parameter other: The rules that win.
    /// - Returns: The rules in force.
    public func overridden(by other: Rules) -> Rules {
        var result = self
        result.required = other.required ?? required
        result.minimumLength = other.minimumLength ?? minimumLength
        result.maximumLength = other.maximumLength ?? maximumLength
        result.minimum = other.minimum ?? minimum
        result.maximum = other.maximum ?? maximum
        result.pattern = other.pattern ?? pattern
        result.oneOf = other.oneOf ?? oneOf
        result.strengthBits = other.strengthBits ?? strengthBits
        result.mustBe = other.mustBe ?? mustBe
        result.mustNotBe = other.mustNotBe ?? mustNotBe
        result.unique = other.unique ?? unique
        result.source = other.source ?? source
        result.tls = other.tls ?? tls
        result.wildcard = other.wildcard ?? wildcard
        result.public = other.public ?? self.public
        result.minimumPasswordLength = other.minimumPasswordLength ?? minimumPasswordLength
        result.characters = other.characters ?? characters
        return result
    }
}
