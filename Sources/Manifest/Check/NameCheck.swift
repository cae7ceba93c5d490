internal import Findings

/// Findings about names: what components ask for that they must not have, and what files say that nobody declared.
///
/// They belong to the manifest or to a file, not to an environment, so each is given once, however many environments
/// were resolved.
struct NameCheck {
    private let checker: Checker

    init(_ checker: Checker) { self.checker = checker }

    func findings(_ resolutions: [Resolution]) -> [Finding] {
        var found = FindingSet()
        for resolution in resolutions {
            for resolved in resolution.variables {
                found.add(audienceFinding(resolved.variable, resolution.component))
                found.add(codeFinding(resolved.variable))
            }
            for origin in resolution.environmentMismatches { found.add(mismatch(origin, resolution)) }
            for name in resolution.undeclared { found.add(undeclared(name, resolution.component)) }
        }
        return found.findings
    }

    // MARK: - Who may see it

    private func audienceFinding(_ variable: Variable, _ component: Component) -> Finding? {
        let isForbidden = variable.isSecret || variable.rules.public == false
        var place = Place(variable: variable.name)
        (place.file, place.line) = variable.line.map { (Manifest.file, $0) } ?? (nil, nil)
        let what = variable.isSecret ? "is a secret" : "must not be seen by the public"
        if component.audience == .browser {
            place.component = component.name
            if isForbidden {
                let fix = "Remove \(component.name) from the components of \(variable.name) in \(Manifest.file)."
                let message = "\(variable.name) \(what), but \(component.name) is shipped to browsers"
                return Finding(RuleCodes.browserSecret, at: place, message, fix: .advice(fix))
            }
            guard variable.sensitivity == .internal, variable.rules.public != true,
                variable.name != checker.manifest.environmentVariable
            else { return nil }
            let fix = "Declare `sensitivity: public` for \(variable.name) in \(Manifest.file), if everyone may see it."
            let message = "\(variable.name) is not declared public, but \(component.name) is shipped to browsers"
            return Finding(RuleCodes.browserInternal, at: place, message, fix: .advice(fix))
        }
        guard isForbidden, let beginning = PublicNames.prefix(of: variable.name) else {
            return nil
        }
        let fix = "Rename \(variable.name) to \(variable.name.dropFirst(beginning.count))."
        let message = "\(variable.name) \(what), but build tools ship variables named \(beginning)… to browsers"
        return Finding(RuleCodes.publicName, at: place, message, fix: .advice(fix))
    }

    private func codeFinding(_ variable: Variable) -> Finding? {
        // As the name of the environment `ENV` has no path for its value.
        guard variable.name != checker.manifest.environmentVariable,
            let severity = CodeNames.severity(of: variable.name)
        else { return nil }
        var place = Place(variable: variable.name)
        (place.file, place.line) = variable.line.map { (Manifest.file, $0) } ?? (nil, nil)
        return Finding(
            RuleCodes.decidesCode,
            severity: severity,
            at: place,
            "\(variable.name) decides which code programs run, so no manifest should give it a value",
            fix: .advice("Remove \(variable.name) from \(Manifest.file); set it in the script that needs it.")
        )
    }

    // MARK: - Whose file it is

    private func mismatch(_ origin: Origin, _ resolution: Resolution) -> Finding? {
        let name = checker.manifest.environmentVariable ?? ""
        let environment = resolution.environment.name
        var place = Place(variable: name, environment: environment, component: resolution.component.name)
        let fix: Finding.Fix
        switch origin {
        case .file(let path, let line):
            (place.file, place.line) = (path, line)
            fix = .advice("Remove line \(line) of \(path), or move the file to the environment that it is for.")
        case .store:
            fix = .command("keyfolio unset \(CommandLine.quoted(name)) --env \(CommandLine.quoted(environment))")
        case .manifest, .process, .keyfolio:
            fix = .advice("Remove the default of \(name) in \(Manifest.file): Keyfolio sets it.")
        }
        let message = "\(name) names another environment than \(environment), for which the source is read"
        return Finding(RuleCodes.environmentMismatch, at: place, message, fix: fix)
    }

    private func undeclared(_ undeclared: UndeclaredName, _ component: Component) -> Finding {
        let (name, file, line) = (undeclared.name, undeclared.file, undeclared.line)
        var place = Place(file: file, line: line, variable: name, component: component.name)
        guard let variable = checker.variables[name] else {
            guard Self.looksLikeName(name) else {
                place.variable = nil
                return Finding(
                    RuleCodes.undeclared,
                    at: place,
                    "a line sets something that does not look like a variable's name",
                    fix: .advice("Look at line \(line) of \(file): is it the rest of a value without quotes?")
                )
            }
            let words = NameWords(name)
            if component.audience == .browser, words.isPublic, words.soundsVerySecret {
                return Finding(
                    RuleCodes.secretInBrowserFile,
                    at: place,
                    "\(name) has the name of a secret, and build tools ship it to browsers",
                    fix: .advice("Remove line \(line) of \(file), and renew the secret: the old one may be public.")
                )
            }
            let near = NearestName.find(name, among: checker.manifest.variables.lazy.map(\.name))
            let hint = near.map { "; did you mean \($0)?" } ?? ""
            let fix = near.map { "Rename it to \($0) in \(file), line \(line)" } ?? "Remove line \(line) of \(file)"
            return Finding(
                RuleCodes.undeclared,
                at: place,
                "\(name) is not declared in \(Manifest.file)\(hint)",
                fix: .advice("\(fix), or declare \(name) in \(Manifest.file).")
            )
        }
        if component.audience == .browser && (variable.isSecret || variable.rules.public == false) {
            return Finding(
                RuleCodes.secretInBrowserFile,
                at: place,
                "\(name) is a secret, but stands in a file of \(component.name), which is shipped to browsers",
                fix: .advice("Remove line \(line) of \(file), and generate a new value: the old one may be public.")
            )
        }
        let owners = variable.components.joined(separator: " and ")
        return Finding(
            RuleCodes.wrongComponent,
            at: place,
            "\(name) belongs to \(owners.isEmpty ? "no component" : owners), not to \(component.name)",
            fix: .advice("Remove line \(line) of \(file), or add \(component.name) to the components of \(name).")
        )
    }
}

extension NameCheck {
    /// Whether a name may be shown. A line of a key in base64 without quotes around it reads like a name with an empty
    /// value (`MIIEvQ…=`), so what is long and no usual name may be a piece of a secret.
    private static func looksLikeName(_ name: String) -> Bool {
        let words = name.split(separator: "_")
        let isOneCase = name == name.uppercased() || name == name.lowercased()
        return name.utf8.count <= 64 && words.allSatisfy { $0.utf8.count <= (isOneCase ? 24 : 16) }
    }
}

/// Findings without repetitions, in the order in which they came.
private struct FindingSet {
    private(set) var findings: [Finding] = []
    private var seen: Set<Finding> = []

    mutating func add(_ finding: Finding?) {
        guard let finding, seen.insert(finding).inserted else { return }
        findings.append(finding)
    }
}
