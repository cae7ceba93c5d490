internal import Findings
internal import Secrets

/// A variable in one component and environment, ready to be judged: who it is, where findings about it point, and what
/// mends them.
struct JudgedValue {
    let resolved: ResolvedVariable
    let environment: Environment
    let component: Component
    let rules: Rules

    init(_ resolved: ResolvedVariable, in resolution: Resolution) {
        self.resolved = resolved
        environment = resolution.environment
        component = resolution.component
        rules = resolved.variable.rules(in: resolution.environment.name)
    }

    var variable: Variable { resolved.variable }
    var name: String { resolved.variable.name }

    /// The value, when there is one. Nothing at all and the empty text are both none.
    var value: Secret<String>? { resolved.value.flatMap { $0.isEmpty ? nil : $0 } }

    /// Where a finding points: the value's line when a file gives it, otherwise the variable's in the manifest.
    var place: Place {
        var place = Place(variable: name, environment: environment.name, component: component.name)
        switch resolved.origin {
        case .file(let path, let line): (place.file, place.line) = (path, line)
        case .manifest, nil: (place.file, place.line) = variable.line.map { (Manifest.file, $0) } ?? (nil, nil)
        case .store, .process, .keyfolio: break
        }
        return place
    }

    /// Strength is a matter of taste on a developer's machine.
    var lenient: Severity { environment.strictness == .relaxed ? .warning : .error }

    /// Makes a finding about the variable here.
    ///
    /// - Parameters:
    ///   - predicate: What is wrong, to be read behind the variable's name. Without the value.
    ///   - fix: What mends it.
    func finding(_ code: FindingCode, severity: Severity? = nil, _ predicate: String, fix: Finding.Fix) -> Finding {
        Finding(code, severity: severity, at: place, "\(name) \(predicate)", fix: fix)
    }

    /// The command that gives the variable another value of somebody's choice.
    var setting: Finding.Fix {
        // What the process brings along wins over the store, so the store cannot mend it.
        if resolved.origin == .process {
            return .advice("Correct \(name) in the environment that starts the command, or unset it there.")
        }
        return .command(CommandLine.set(name, environment.name))
    }

    /// The command that makes a new value where Keyfolio can, otherwise asks for one.
    var renewal: Finding.Fix {
        if resolved.origin == .process || !canGenerate { return setting }
        return .command(CommandLine.generate(name, environment.name))
    }

    /// Whether `keyfolio generate` can make a value: with a generator, or into a PostgreSQL URL that is there.
    private var canGenerate: Bool {
        variable.generator != nil || variable.type == .postgresURL && value != nil
    }
}

extension Manifest {
    /// The file's name, for places of findings about what it declares.
    static let file = "keyfolio.yaml"
}

/// Commands that mend findings.
enum CommandLine {
    static func set(_ name: String, _ environment: String) -> String {
        "keyfolio set \(quoted(name)) --env \(quoted(environment))"
    }

    static func generate(_ name: String, _ environment: String) -> String {
        "keyfolio generate \(quoted(name)) --env \(quoted(environment))"
    }

    /// A word as a shell takes it: as it is when it has nothing special, otherwise in single quotes.
    static func quoted(_ word: String) -> String {
        let isPlain = !word.isEmpty && word.utf8.allSatisfy { $0.isAlphanumeric || "_-./@%+=:,".utf8.contains($0) }
        // Inside single quotes only the single quote itself ends them; also one with an accent after it, which Swift takes
        // for another character.
        return isPlain ? word : "'\(word.unicodeScalars.map { $0 == "'" ? "'\\''" : String($0) }.joined())'"
    }
}
