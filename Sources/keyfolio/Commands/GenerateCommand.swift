import ArgumentParser
import Findings
import Manifest
import Secrets
import Workspace

/// `keyfolio generate`: strong values that nobody needs to see.
struct GenerateCommand: KeyfolioCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate",
        abstract: "Make strong values and put them into the store.",
        discussion: """
            How a value is made stands in keyfolio.yaml (generate:). A good value that is
            in the store already is kept unless --replace is given: replacing a key is a
            rotation, and the old one stays in the history. One that keyfolio check says
            to generate anew (a placeholder, a weak or a reused one) is replaced.

            Of a PostgreSQL URL the password is made anew; set it in the database, too.

            Examples:
              keyfolio generate SECRET_KEY
              keyfolio generate --missing --env production
              keyfolio generate SECRET_KEY --replace
              keyfolio generate SECRET_KEY --print
              keyfolio generate SECRET_KEY --path team/shared
              keyfolio generate DATABASE_URL --replace    (a new password in the URL)
            """
    )

    @Argument(help: ArgumentHelp("The variables' names.", valueName: "name"))
    var names: [String] = []

    @Flag(help: "Make every value that is missing, weak or a placeholder, and has a way to be made.")
    var missing = false

    @Flag(help: "Replace values that are there already.")
    var replace = false

    @Flag(help: "Print one value instead of storing it.")
    var print = false

    @OptionGroup var place: SecretPlaceOptions
    @OptionGroup var outputOptions: OutputOptions

    func validate() throws {
        guard !missing || place.path == nil else {
            throw ValidationError("--missing looks at an environment's values: name those that go to --path.")
        }
    }

    func execute() throws -> ExitStatus {
        let session = try place.session()
        let project = session.project
        let environment = try project.environment(named: place.environment.chosen)
        let wanted = try chosen(in: session, environment)
        if print {
            guard wanted.count == 1, let variable = wanted.first else {
                throw CommandFailure(
                    "KF-GEN-001",
                    "one name is needed to print a value",
                    fix: "keyfolio generate NAME --print",
                    status: .usage
                )
            }
            let made = try value(for: variable, replacing: nil).reveal()
            if display.json {
                Terminal.tell(["name": .string(variable.name), "value": .string(made)])
            } else {
                Terminal.write(made + "\n")
            }
            return .success
        }
        let (store, path) =
            try place.path != nil ? place.open() : (session.store(), project.secretPath(in: environment))
        let current = try store.values(at: path)?.fields ?? [:]
        var changes: [String: Secret<String>?] = [:]
        var kept: [String] = []
        // What check says of a name is said of the environment's value.
        let broken = replace || place.path != nil ? [] : try brokenNames(session, environment)
        for variable in wanted {
            if current[variable.name] != nil, !replace, !broken.contains(variable.name) {
                kept.append(variable.name)
            } else {
                let known = try place.path == nil ? resolvedValue(of: variable, session, environment) : nil
                let old = current[variable.name] ?? known
                changes[variable.name] = try value(for: variable, replacing: old)
            }
        }
        let version = changes.isEmpty ? nil : try store.change(changes, at: path)
        let made = wanted.map(\.name).filter { changes[$0] != nil }
        let replaced = made.filter { current[$0] != nil }
        if display.json {
            let document: JSONValue = [
                "path": .string(path), "version": .integer(orNull: version),
                "generated": .array(made.map(JSONValue.string)), "replaced": .array(replaced.map(JSONValue.string)),
                "kept": .array(kept.map(JSONValue.string)),
            ]
            Terminal.tell(document)
            return .success
        }
        for name in made {
            if let value = changes[name] ?? nil {
                let verb = replaced.contains(name) ? "Replaced" : "Made"
                Terminal.say("\(verb) \(name) for \(place.path ?? environment.name): \(Mask.describe(value)).")
            }
        }
        if !replaced.isEmpty { Terminal.say("What was there before stays in the history: keyfolio history.") }
        for variable in wanted where variable.type == .postgresURL && changes[variable.name] != nil {
            Terminal.say("The database does not know the new password in \(variable.name) yet: psql, then \\password.")
        }
        if !kept.isEmpty {
            Terminal.say("Kept \(kept.joined(separator: ", ")): already in the store (--replace makes new ones).")
        }
        if wanted.isEmpty { Terminal.say("Nothing is missing that could be made.") }
        return .success
    }

    /// The variables that were asked for.
    private func chosen(in session: Session, _ environment: Environment) throws -> [Variable] {
        let manifest = session.project.manifest
        guard missing else {
            guard !names.isEmpty else {
                throw CommandFailure(
                    "KF-GEN-002",
                    "no variable was named",
                    fix: "keyfolio generate NAME, or keyfolio generate --missing",
                    status: .usage
                )
            }
            return try names.map { name in
                if let variable = manifest.variable(named: name) { return variable }
                let known = manifest.variables.map(\.name)
                throw WorkspaceError.unknownVariable(suggestion: Suggest.nearest(to: name, among: known))
            }
        }
        let store = try session.storeIfThere()
        let broken = try brokenNames(session, environment)
        var result: [String: Variable] = [:]
        var order: [String] = []
        for component in manifest.components {
            let resolution = try session.resolve(component, in: environment, store: store) { _ in nil }
            for resolved in resolution.variables where resolved.variable.generator != nil {
                guard resolved.value == nil || broken.contains(resolved.variable.name) else { continue }
                if result.updateValue(resolved.variable, forKey: resolved.variable.name) == nil {
                    order.append(resolved.variable.name)
                }
            }
        }
        return order.compactMap { result[$0] }
    }

    /// The variables whose values check says are to be generated anew: a value that protects nothing is no loss.
    private func brokenNames(_ session: Session, _ environment: Environment) throws -> Swift.Set<String> {
        let manifest = session.project.manifest
        let store = try session.storeIfThere()
        // All environments: a value may be broken by being the same in two of them.
        let resolutions = try manifest.environments.flatMap { environment in
            try manifest.components.map { try session.resolve($0, in: environment, store: store) { _ in nil } }
        }
        let findings = try session.check(resolutions).filter { finding in
            guard case .command(let command)? = finding.fix else { return false }
            return command.hasPrefix("keyfolio generate ")
                && (finding.place.environment ?? environment.name) == environment.name
        }
        return Swift.Set(findings.compactMap(\.place.variable))
    }

    /// What the variable has now, wherever it comes from.
    private func resolvedValue(
        of variable: Variable,
        _ session: Session,
        _ environment: Environment
    ) throws -> Secret<String>? {
        guard variable.type == .postgresURL, let name = variable.components.first else { return nil }
        let component = try session.project.component(named: name, standingIn: session.project.root)
        let resolution = try session.resolve(
            component,
            in: environment,
            store: nil,
            process: { _ in nil },
            interpolation: .nothing
        )
        return resolution.variables.first { $0.variable.name == variable.name }?.value
    }

    /// A new value. Of a connection URL only the password is made anew: nobody can make up a host.
    private func value(for variable: Variable, replacing old: Secret<String>?) throws -> Secret<String> {
        if variable.type == .postgresURL {
            let password = Generator.password(length: 32).make()
            guard let old, let made = PostgresURL.replacingPassword(in: old, with: password) else {
                throw CommandFailure(
                    "KF-GEN-004",
                    "\(variable.name) has no readable URL yet whose password could be made anew",
                    fix: "keyfolio set \(variable.name), with any password, and generate it again with --replace",
                    status: .invalidInput
                )
            }
            return made
        }
        guard let generator = variable.generator else {
            throw CommandFailure(
                "KF-GEN-003",
                "keyfolio.yaml does not say how \(variable.name) is made",
                fix: variable.isSecret
                    ? "add generate: {hex: 32} to it, or keyfolio set \(variable.name)"
                    : "keyfolio set \(variable.name)",
                status: .invalidInput
            )
        }
        return generator.make()
    }
}
