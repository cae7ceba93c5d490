/// A named value that components read, and everything that is known about it.
public struct Variable: Sendable, Hashable {
    /// Its name, as the process environment has it.
    public var name: String
    /// What its values are.
    public var type: ValueType
    /// Who may see its values.
    public var sensitivity: Sensitivity
    /// For people: what it is for.
    public var description: String?
    /// A value for templates. Public.
    public var example: String?
    /// The value where nothing else gives one. Public.
    public var defaultValue: String?
    /// The components that read it.
    public var components: [String]
    /// What must hold everywhere.
    public var rules: Rules
    /// What is different in an environment, by its name.
    public var environments: [String: EnvironmentOverride]
    /// How often it changes; nil for never.
    public var rotationDays: Int?
    /// How a new value is made; nil where a person must give it.
    public var generator: Generator?
    /// Where the manifest declares it, for findings.
    public var line: Int?

    /// Who may see a variable's values.
    public enum Sensitivity: String, Sendable, Hashable, CaseIterable {
        /// Anyone: it may be shipped to a browser.
        case `public`
        /// The team: configuration that is no secret but not for the world either.
        case `internal`
        /// Nobody who does not need it: kept in a store, masked everywhere, never shipped to a browser.
        case secret
    }

    /// What is different in one environment.
    public struct EnvironmentOverride: Sendable, Hashable {
        /// The value there where nothing else gives one, instead of the general default.
        public var defaultValue: String?
        /// An example there.
        public var example: String?
        /// Rules there; each that is set replaces the general one.
        public var rules: Rules

        /// Describes what is different.
        public init(defaultValue: String? = nil, example: String? = nil, rules: Rules = Rules()) {
            self.defaultValue = defaultValue
            self.example = example
            self.rules = rules
        }
    }

    /// Describes a variable.
    public init(
        name: String,
        type: ValueType = .string,
        sensitivity: Sensitivity? = nil,
        description: String? = nil,
        example: String? = nil,
        defaultValue: String? = nil,
        components: [String] = [],
        rules: Rules = Rules(),
        environments: [String: EnvironmentOverride] = [:],
        rotationDays: Int? = nil,
        generator: Generator? = nil,
        line: Int? = nil
    ) {
        self.name = name
        self.type = type
        self.sensitivity = sensitivity ?? type.usualSensitivity
        self.description = description
        self.example = example
        self.defaultValue = defaultValue
        self.components = components
        self.rules = rules
        self.environments = environments
        self.rotationDays = rotationDays
        self.generator = generator
        self.line = line
    }

    /// Whether its values must never be shown or shipped to a browser.
    public var isSecret: Bool { sensitivity == .secret }

    /// The rules in an environment: the general ones with that environment's own on top.
    public func rules(in environment: String) -> Rules {
        guard let own = environments[environment]?.rules else { return rules }
        return rules.overridden(by: own)
    }

    /// The value in an environment where nothing else gives one.
    public func defaultValue(in environment: String) -> String? {
        environments[environment]?.defaultValue ?? defaultValue
    }
}
