internal import Secrets

/// Finds each variable's value: manifest defaults < files < store < the process's own environment.
///
/// Values are only carried from their source to the result; what they are worth is ``Checker``'s business.
public enum Resolver {
    /// Resolves what one component gets in one environment, in time linear in the variables and the sources' entries.
    ///
    /// The variable that tells the environment's name (``Manifest/environmentVariable``) is set by Keyfolio. A file or
    /// store that claims another name is recorded in ``Resolution/environmentMismatches``.
    ///
    /// - Parameters:
    ///   - manifest: What is declared.
    ///   - component: The component that reads.
    ///   - environment: Where it runs.
    ///   - files: The component's files, lowest precedence first.
    ///   - store: The store's secret for this environment, or nil without one.
    ///   - process: Looks a name up in the process's own environment. Asked for declared names only: what else a
    ///     shell happens to export is nobody's business.
    /// - Returns: Every variable with its value and where that came from.
    public static func resolve(
        manifest: Manifest,
        component: Component,
        environment: Environment,
        files: [ResolverFile],
        store: StoreValues?,
        process: (String) -> String?
    ) -> Resolution {
        let declared = declaredVariables(of: component, in: manifest)
        var candidates = Candidates(capacity: declared.count)
        for variable in declared {
            candidates.declare(variable.name)
            if let value = variable.defaultValue(in: environment.name) {
                candidates.add(Secret(value), from: .manifest(line: variable.line), to: variable.name)
            }
        }

        // `PORT=` in a copied template is a line that nobody filled in: for a port it says nothing.
        let blanks = Set(declared.filter { !$0.type.takesEmpty }.map(\.name))
        var undeclared: [UndeclaredName] = []
        for file in files {
            for entry in file.entries {
                if entry.value.isEmpty, blanks.contains(entry.name) { continue }
                let origin = Origin.file(path: file.path, line: entry.line)
                if !candidates.add(entry.value, from: origin, to: entry.name) {
                    undeclared.append(
                        UndeclaredName(
                            name: entry.name,
                            file: file.path,
                            line: entry.line,
                            isPieceOfKey: entry.isPieceOfKey
                        )
                    )
                }
            }
        }
        if let store {
            let origin = Origin.store(path: store.path, version: store.version)
            for (name, value) in store.fields {
                candidates.add(value, from: origin, to: name)
            }
        }

        var mismatches: [Origin] = []
        let variables = declared.map { variable -> ResolvedVariable in
            var found = candidates.taken(variable.name)
            if variable.name == manifest.environmentVariable {
                mismatches = found.filter { !says($0.value, environment.name) }.map(\.origin)
                found.append((Secret(environment.name), .keyfolio))
            } else if let own = process(variable.name) {
                found.append((Secret(own), .process))
            }
            let winner = found.popLast()
            return ResolvedVariable(
                variable: variable,
                value: winner?.value,
                origin: winner?.origin,
                overridden: found.reversed().map(\.origin)
            )
        }
        return Resolution(
            component: component,
            environment: environment,
            variables: variables,
            undeclared: undeclared,
            environmentMismatches: mismatches
        )
    }

    /// The component's variables, and the one that names the environment when the manifest does not describe it.
    private static func declaredVariables(of component: Component, in manifest: Manifest) -> [Variable] {
        var declared = manifest.variables(of: component)
        if let name = manifest.environmentVariable, manifest.variable(named: name) == nil {
            declared.append(Variable(name: name, sensitivity: .public, components: [component.name]))
        }
        return declared
    }

    /// Whether a value names the environment, in any case and with blanks around it, as programs read it.
    private static func says(_ value: Secret<String>, _ environment: String) -> Bool {
        let text = value.reveal().drop { $0.isWhitespace }
        guard let end = text.lastIndex(where: { !$0.isWhitespace }) else { return false }
        return text[...end].lowercased() == environment.lowercased()
    }
}

/// What each source says about each declared name, lowest precedence first.
private struct Candidates {
    private var slots: [String: [(value: Secret<String>, origin: Origin)]]

    init(capacity: Int) { slots = Dictionary(minimumCapacity: capacity) }

    mutating func declare(_ name: String) { slots[name] = [] }

    /// Adds a value on top of what is there, and tells whether the name is declared.
    @discardableResult
    mutating func add(_ value: Secret<String>, from origin: Origin, to name: String) -> Bool {
        slots[name]?.append((value, origin)) != nil
    }

    func taken(_ name: String) -> [(value: Secret<String>, origin: Origin)] { slots[name] ?? [] }
}
