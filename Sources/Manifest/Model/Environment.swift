/// Where an application runs: development, staging, production, or the project's own.
public struct Environment: Sendable, Hashable {
    /// Its name, as flags and paths use it.
    public var name: String
    /// How much is forgiven here.
    public var strictness: Strictness
    /// For people.
    public var description: String?

    /// How much an environment forgives.
    public enum Strictness: String, Sendable, Hashable, CaseIterable {
        /// Weak values and placeholders are warnings: a developer's own machine.
        case relaxed
        /// Every broken rule is an error.
        case strict
    }

    /// Names an environment.
    ///
    /// - Parameters:
    ///   - name: Its name.
    ///   - strictness: How much is forgiven; nil decides by the name (``isDevelopmentName(_:)``).
    ///   - description: For people.
    public init(name: String, strictness: Strictness? = nil, description: String? = nil) {
        self.name = name
        self.strictness = strictness ?? (Self.isDevelopmentName(name) ? .relaxed : .strict)
        self.description = description
    }

    /// Whether a name means a developer's machine: `development`, `dev`, `local` or `test`.
    public static func isDevelopmentName(_ name: String) -> Bool {
        ["development", "dev", "local", "test"].contains(name)
    }

    /// Whether undecorated files (`.env`, `.env.local`) belong to this environment.
    public var isDevelopment: Bool { Self.isDevelopmentName(name) }
}
