/// The configuration of one application, described once: what `keyfolio.yaml` says.
///
/// A manifest holds no values of its own but defaults and examples, which are public: it is committed.
public struct Manifest: Sendable, Hashable {
    /// The application's name, also the first segment of its secrets' paths.
    public var project: String
    /// Where the application runs, in the order of the file.
    public var environments: [Environment]
    /// Its deployable parts, in the order of the file.
    public var components: [Component]
    /// What the components read, in the order of the file.
    public var variables: [Variable]
    /// The variable that tells the application its environment (`ENVIRONMENT`), if it has one: its value is set by
    /// Keyfolio, and a file that says another environment's name is a finding.
    public var environmentVariable: String?
    /// Which store keeps the secrets; nil for the local one, named after the project.
    public var store: StoreReference?

    /// Makes a manifest. Nothing is checked here: the reader does that, with line and column.
    public init(
        project: String,
        environments: [Environment],
        components: [Component],
        variables: [Variable],
        environmentVariable: String? = nil,
        store: StoreReference? = nil
    ) {
        self.project = project
        self.environments = environments
        self.components = components
        self.variables = variables
        self.environmentVariable = environmentVariable
        self.store = store
    }

    /// Whether a text can be the name of a project.
    public static func isName(_ text: String) -> Bool {
        TextForm.name.accepts(text) && text.utf8.count <= TextForm.name.maximumLength
    }

    /// The environment of a name, or nil.
    public func environment(named name: String) -> Environment? { environments.first { $0.name == name } }

    /// The component of a name, or nil.
    public func component(named name: String) -> Component? { components.first { $0.name == name } }

    /// The variable of a name, or nil. Linear: index them once when asking often.
    public func variable(named name: String) -> Variable? { variables.first { $0.name == name } }

    /// The variables that a component reads, in the manifest's order.
    public func variables(of component: Component) -> [Variable] {
        variables.filter { $0.components.contains(component.name) }
    }
}

/// Which store keeps a project's secrets.
public struct StoreReference: Sendable, Hashable {
    /// The local store's name; it becomes a folder of the user's data folder.
    public var name: String

    /// Names a local store.
    public init(name: String) { self.name = name }
}
