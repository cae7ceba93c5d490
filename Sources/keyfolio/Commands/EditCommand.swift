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

            Without $VISUAL and $EDITOR the editor is vi, which needs a terminal.

            Examples:
              keyfolio edit
              EDITOR="code --wait" keyfolio edit --env staging
            """
    )

    /// The one dialect that can hold every text: in single quotes, with a backslash before a quote and a backslash. But
    /// a line that cannot be read is no line to pass over here, as it is for python-dotenv: its secret would go.
    private static let dialect: Dialect = {
        var options = Dialect.python.options
        options.badLine = .refused
        return Dialect(id: "edit", reader: "keyfolio edit", options: options)
    }()

    @OptionGroup var place: SecretPlaceOptions
    @OptionGroup var outputOptions: OutputOptions

    func execute() throws -> ExitStatus {
        // Before anything is read: an editor that cannot be had needs no values.
        let editor = try editor()
        let (store, path) = try place.open()
        let current = try store.values(at: path)
        let before = current?.fields ?? [:]
        var text = "# \(path)\(current.map { ", version \($0.version)" } ?? "")\n"
        text += "# Save and close to store; close without saving to leave everything as it is.\n"
        for (name, value) in before.sorted(by: { $0.key < $1.key }) {
            text += "\(name)=\(try DotEnvWriter.form(for: value.reveal(), readableBy: [Self.dialect]))\n"
        }
        let after = try edited(text, with: editor)
        var changes: [String: Secret<String>?] = [:]
        for value in after {
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
        guard !after.isEmpty else {
            // An editor that crashed, or a slip: too much to lose for either.
            throw CommandFailure(
                "KF-EDIT-002",
                "every value was removed, so nothing was stored",
                fix: "keyfolio unset NAME takes single values out",
                status: .invalidInput
            )
        }
        let version = try change(changes, of: before, at: path, in: store)
        let removed = changes.filter { $0.value == nil }.map(\.key).sorted()
        let changed = changes.filter { $0.value != nil }.map(\.key).sorted()
        if display.json {
            let document: JSONValue = [
                "path": .string(path), "version": .integer(version),
                "changed": .array(changes.keys.sorted().map(JSONValue.string)),
            ]
            Terminal.tell(document)
        } else {
            if !changed.isEmpty { Terminal.say("Stored \(changed.joined(separator: ", ")).") }
            if !removed.isEmpty { Terminal.say("Removed \(removed.joined(separator: ", ")).") }
            Terminal.say("\(path) is at version \(version).")
        }
        return .success
    }

    /// Stores what was changed, unless somebody else changed the same meanwhile. Other values may change.
    private func change(
        _ changes: [String: Secret<String>?],
        of before: [String: Secret<String>],
        at path: String,
        in store: ProjectStore
    ) throws -> Int {
        while true {
            let now = try store.values(at: path)
            let clashes = changes.keys.filter { now?.fields[$0] != before[$0] }.sorted()
            guard clashes.isEmpty else {
                throw CommandFailure(
                    "KF-EDIT-003",
                    "somebody else changed \(clashes.joined(separator: ", ")) meanwhile, so nothing was stored",
                    fix: "keyfolio edit",
                    status: .conflict
                )
            }
            do {
                return try store.change(changes, at: path, expecting: now?.version ?? 0)
            } catch  where ProjectStore.isConflict(error) {
                // Another write came between the two lines above: look again.
                continue
            }
        }
    }

    /// Opens the editor, again and again while what was saved cannot be read: nobody's typing is thrown away for a quote
    /// that is missing. Who saves it as it was shown gives up.
    private func edited(_ text: String, with editor: [String]) throws -> [DotEnvValue] {
        var shown = Array(text.utf8)
        var round = 0
        while true {
            round += 1
            let saved = try PrivateFile.edit(shown, named: "values.env", with: editor)
            let body = Self.withoutNote(saved)
            do {
                let document = try DotEnvDocument(parsing: body, dialect: Self.dialect)
                let values = try document.values(environment: { _ in nil }, interpolate: false)
                for value in values { try VariableName.check(value.key) }
                return values
            } catch {
                guard saved != shown, round < Self.mostRounds else { throw error }
                let reason =
                    (error as? DotEnvError).map { "line \($0.line + 1): \($0.message)" }
                    ?? CommandFailure(error).message
                shown = Array("\(Self.note)\(reason). Mend it; or save it as it is to give up.\n".utf8) + body
            }
        }
    }

    private static let note = "# NOT STORED: "
    /// An editor that is a script never gives up.
    private static let mostRounds = 20

    private static func withoutNote(_ text: [UInt8]) -> [UInt8] {
        guard text.starts(with: note.utf8), let end = text.firstIndex(of: 0x0A) else { return text }
        return Array(text[(end + 1)...])
    }

    private func editor() throws -> [String] {
        guard let chosen = User.setting("VISUAL") ?? User.setting("EDITOR") else {
            // Nobody chose vi, which draws what it shows on standard output, whatever that is.
            guard Terminal.inputIsTerminal, Terminal.outputIsTerminal else {
                throw CommandFailure(
                    "KF-EDIT-004",
                    "standard input or output is no terminal, and the editor, vi, would write every value there",
                    fix: "run it on a terminal, or keyfolio set NAME; EDITOR=PROGRAM names an editor that needs none",
                    status: .usage
                )
            }
            return ["vi"]
        }
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
