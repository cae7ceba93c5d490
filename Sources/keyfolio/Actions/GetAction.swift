import Findings
import Manifest
import Secrets
import Workspace

/// `keyfolio get`: one value in the clear, and nothing else.
struct GetAction: Action {
    /// The variable's name.
    var name: String
    /// An older version instead of the current one.
    var version: Int?
    /// Which secret.
    var place: SecretPlace
    var display = Display()

    func execute() throws -> ExitStatus {
        let (store, path) = try place.open()
        guard let values = try store.values(at: path, version: version) else {
            throw CommandFailure.noSecret(path)
        }
        guard let value = values.fields[name] else {
            throw CommandFailure.noValue(name, at: path, among: Array(values.fields.keys))
        }
        if display.json {
            let document: JSONValue = [
                "path": .string(path), "version": .integer(values.version), "name": .string(name),
                "value": .string(value.reveal()),
            ]
            Terminal.tell(document)
        } else {
            Terminal.write(value.reveal() + (Terminal.outputIsTerminal ? "\n" : ""))
        }
        return .success
    }
}
