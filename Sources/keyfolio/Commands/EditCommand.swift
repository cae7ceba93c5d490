import ArgumentParser
import DotEnv
import Findings
import Manifest
import Secrets
import Workspace

/// `keyfolio edit`: the values of an environment in an editor.
struct EditCommand: KeyfolioCommand {
    static let configuration = CommandConfiguration(
        commandName: "edit",
        abstract: "Change values of the store in an editor.",
        discussion: """
            The values are written to a private temporary file (in memory where the system
            has such a folder), opened in $VISUAL or $EDITOR, read back, and the file is
            overwritten and removed, whatever happens. What you take out is unset; what
            you change becomes one new version. Nothing is stored when the text has an
            error.

            Examples:
              keyfolio edit
              EDITOR="code --wait" keyfolio edit --env staging
            """
    )

    /// The one dialect that can hold every text: in single quotes, with a backslash before a quote and a backslash.
    private static let dialect = Dialect.python

    @OptionGroup var place: SecretPlaceOptions
    @OptionGroup var outputOptions: OutputOptions

    func execute() throws -> ExitStatus {
        let (store, path) = try place.open()
        let current = try store.values(at: path)
        let before = current?.fields ?? [:]
        var text = "# \(path)\(current.map { ", version \($0.version)" } ?? "")\n"
        text += "# Save and close to store; close without saving to leave everything as it is.\n"
        for (name, value) in before.sorted(by: { $0.key < $1.key }) {
            text += "\(name)=\(try DotEnvWriter.form(for: value.reveal(), readableBy: [Self.dialect]))\n"
        }
        let edited = try PrivateFile.edit(Array(text.utf8), named: "values.env", with: try editor())
        let document = try DotEnvDocument(parsing: edited, dialect: Self.dialect)
        let after = try document.values(environment: { _ in nil }, interpolate: false)
        var changes: [String: Secret<String>?] = [:]
        for value in after {
            try VariableName.check(value.key)
            let secret = Secret(value.value)
            if before[value.key] != secret { changes[value.key] = secret } else { changes[value.key] = nil }
        }
        let names = Swift.Set(after.map(\.key))
        for name in before.keys where !names.contains(name) { changes[name] = .some(nil) }
        guard !changes.isEmpty else {
            guard display.json else {
                Terminal.say("Nothing changed.")
                return .success
            }
            Terminal.tell(["path": .string(path), "version": .integer(orNull: current?.version), "changed": []])
            return .success
        }
        let version = try store.change(changes, at: path, expecting: current?.version ?? 0)
        if display.json {
            let document: JSONValue = [
                "path": .string(path), "version": .integer(version),
                "changed": .array(changes.keys.sorted().map(JSONValue.string)),
            ]
            Terminal.tell(document)
        } else {
            Terminal.say("Stored \(changes.keys.sorted().joined(separator: ", ")) at \(path), version \(version).")
        }
        return .success
    }

    private func editor() throws -> [String] {
        let chosen = User.variable("VISUAL") ?? User.variable("EDITOR") ?? "vi"
        let words = chosen.split(separator: " ").map(String.init)
        guard !words.isEmpty else {
            throw CommandFailure(
                "KF-EDIT-001",
                "EDITOR names no program",
                fix: "EDITOR=nano keyfolio edit",
                status: .usage
            )
        }
        return words
    }
}
