public import Findings
public import Secrets

/// Compares a component's template with the manifest.
public enum TemplateCheck {
    /// A line of a template that gives a name a value.
    public struct Entry: Sendable {
        /// The name.
        public var name: String
        /// The line, from 1.
        public var line: Int
        /// The value; nil when it is not to be looked at.
        public var value: Secret<String>?

        /// Describes a line.
        public init(name: String, line: Int, value: Secret<String>? = nil) {
            self.name = name
            self.line = line
            self.value = value
        }
    }

    /// What is wrong with a template.
    ///
    /// - Parameters:
    ///   - component: Whose template it is.
    ///   - manifest: Its manifest.
    ///   - entries: What the template has, in the order of the file.
    ///   - file: The template's name, as findings show it.
    /// - Returns: The findings, without a value in them.
    public static func findings(
        for component: Component,
        manifest: Manifest,
        entries: [Entry],
        file: String
    ) -> [Finding] {
        let command = Finding.Fix.command("keyfolio template --component \(component.name)")
        var declared: [String: Variable] = [:]
        for variable in manifest.variables { declared[variable.name] = variable }
        let own = manifest.variables(of: component)
        var findings: [Finding] = []
        for entry in entries {
            let variable = declared[entry.name]
            let name = variable != nil || Mask.isName(entry.name) ? entry.name : nil
            let place = Place(file: file, line: entry.line, variable: name, component: component.name)
            if let finding = finding(about: entry, variable, component, at: place, own, fix: command) {
                findings.append(finding)
            }
            if let value = entry.value, isReal(value, of: variable) {
                let message =
                    "the value of \(name.map { "`\($0)`" } ?? "a line") looks like a real secret: \(Mask.describe(value))"
                findings.append(Finding(TemplateCodes.realSecret, at: place, message, fix: command))
            }
        }
        let present = Set(entries.map(\.name))
        for variable in own where !present.contains(variable.name) {
            let message = "`\(variable.name)` is missing in `\(file)`"
            let place = Place(file: file, variable: variable.name, component: component.name)
            findings.append(Finding(TemplateCodes.missing, at: place, message, fix: command))
        }
        return findings
    }

    /// Whether a value is more than a template's: nobody is to know it, and it is not there to be replaced.
    private static func isReal(_ value: Secret<String>, of variable: Variable?) -> Bool {
        let text = value.reveal()
        guard let variable, variable.isSecret else { return RealSecret.isLikely(text, isSecret: false) }
        let bytes = Array(text.utf8)
        guard !text.isEmpty, text != variable.example,
            Placeholder.parts(of: bytes[...], type: variable.type, isSecret: true).isEmpty
        else { return false }
        // What everybody would guess protects nothing: `postgres:postgres` may stand in a template.
        guard variable.type == .postgresURL else { return Strength.estimate(value).bits >= guessableBits }
        return PostgresURL.read(bytes[...]).url.password.map { Strength.estimate($0).bits >= guessableBits } ?? false
    }

    /// Below this, a value is taken for a word that stands for one.
    private static let guessableBits = 40

    private static func finding(
        about entry: Entry,
        _ variable: Variable?,
        _ component: Component,
        at place: Place,
        _ own: [Variable],
        fix: Finding.Fix
    ) -> Finding? {
        guard let variable else {
            guard Mask.isName(entry.name) else {
                let message = "a line sets something that does not look like a variable's name"
                return Finding(TemplateCodes.undeclared, at: place, message, fix: fix)
            }
            let meant = Suggest.nearest(to: entry.name, among: own.lazy.map(\.name))
            let hint = meant.map { "; did you mean `\($0)`?" } ?? ""
            let message = "the manifest has no variable `\(entry.name)`\(hint)"
            let advice = meant.map { Finding.Fix.advice("Write `\($0)`.") } ?? fix
            return Finding(TemplateCodes.undeclared, at: place, message, fix: advice)
        }
        guard !variable.components.contains(component.name) else { return nil }
        let readers = variable.components.map { "`\($0)`" }.joined(separator: ", ")
        let message = "`\(entry.name)` is read by \(readers), not by `\(component.name)`"
        return Finding(TemplateCodes.otherComponent, at: place, message, fix: fix)
    }
}
