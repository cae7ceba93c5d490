public import Secrets

/// What one component gets in one environment: every variable with its value and where that came from.
public struct Resolution: Sendable {
    /// The component.
    public var component: Component
    /// Where it runs.
    public var environment: Environment
    /// Its variables in the manifest's order, with and without values.
    public var variables: [ResolvedVariable]
    /// Names that its files have and the manifest does not, with their places: for did-you-mean findings.
    public var undeclared: [UndeclaredName]
    /// Where a file or store claims the name of another environment (``Manifest/environmentVariable``).
    public var environmentMismatches: [Origin]

    /// Collects what was resolved.
    public init(
        component: Component,
        environment: Environment,
        variables: [ResolvedVariable],
        undeclared: [UndeclaredName] = [],
        environmentMismatches: [Origin] = []
    ) {
        self.component = component
        self.environment = environment
        self.variables = variables
        self.undeclared = undeclared
        self.environmentMismatches = environmentMismatches
    }
}

/// A variable with its value in one component and environment.
public struct ResolvedVariable: Sendable {
    /// What it is.
    public var variable: Variable
    /// Its value, or nil when nothing gives one.
    public var value: Secret<String>?
    /// Where the value came from, or nil when nothing gives one.
    public var origin: Origin?
    /// Where else there was a value, which this one overrode, highest precedence first.
    public var overridden: [Origin]

    /// Pairs a variable with its value.
    public init(variable: Variable, value: Secret<String>?, origin: Origin?, overridden: [Origin] = []) {
        self.variable = variable
        self.value = value
        self.origin = origin
        self.overridden = overridden
    }
}

/// A name that a file gives a value and the manifest does not know.
public struct UndeclaredName: Sendable, Hashable {
    /// The name.
    public var name: String
    /// The file, relative to the project's folder.
    public var file: String
    /// The line, from 1.
    public var line: Int
    /// Whether it stands where the lines of a key do, so that it is no name to be shown.
    public var isPieceOfKey: Bool

    /// Names it.
    public init(name: String, file: String, line: Int, isPieceOfKey: Bool = false) {
        self.name = name
        self.file = file
        self.line = line
        self.isPieceOfKey = isPieceOfKey
    }
}
