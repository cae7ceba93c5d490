/// A deployable part of an application: a folder, and who can see what is in it once it is deployed.
public struct Component: Sendable, Hashable {
    /// Its name, as flags use it.
    public var name: String
    /// Its folder, relative to the manifest's; `.` for the manifest's own.
    public var folder: String
    /// Who can read what it is built from.
    public var audience: Audience
    /// Which reader the component itself reads its files with: a dialect of module DotEnv. nil for Keyfolio's own.
    public var dialect: String?
    /// Its files per environment, lowest precedence first, when the project does not follow the usual names.
    /// The key `*` stands for every environment that is not named; `{environment}` in a file's name for its name.
    public var files: [String: [String]]
    /// For people.
    public var description: String?

    /// Who can read what a component is built from.
    public enum Audience: String, Sendable, Hashable, CaseIterable {
        /// It runs on machines of the team: it may hold secrets.
        case server
        /// It is shipped to browsers: everything in it is public.
        case browser
    }

    /// Describes a component.
    public init(
        name: String,
        folder: String,
        audience: Audience = .server,
        dialect: String? = nil,
        files: [String: [String]] = [:],
        description: String? = nil
    ) {
        self.name = name
        self.folder = folder
        self.audience = audience
        self.dialect = dialect
        self.files = files
        self.description = description
    }

    /// The files that hold this component's values in an environment, lowest precedence first, relative to its folder.
    ///
    /// By default undecorated files hold a developer's local values, so they count in development only: a `.env` left
    /// on a laptop never flows into what is checked or started as production.
    ///
    /// - Parameter environment: Where it runs.
    /// - Returns: File names in order; a later one overrides an earlier one.
    public func files(in environment: Environment) -> [String] {
        if let named = files[environment.name] ?? files["*"] {
            return named.map { Self.fill($0, with: environment.name) }
        }
        let decorated = ".env.\(environment.name)"
        return environment.isDevelopment
            ? [".env", decorated, ".env.local", "\(decorated).local"] : [decorated, "\(decorated).local"]
    }

    /// Puts an environment's name where a file's name has `{environment}`.
    private static func fill(_ pattern: String, with name: String) -> String {
        let marker = "{environment}"
        var result = ""
        var rest = Substring(pattern)
        while let open = rest.firstIndex(of: "{") {
            result += rest[..<open]
            rest = rest[open...]
            if rest.hasPrefix(marker) {
                result += name
                rest = rest.dropFirst(marker.count)
            } else {
                result.append(rest.removeFirst())
            }
        }
        return result + rest
    }
}
