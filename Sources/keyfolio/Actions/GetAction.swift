import Findings
import Manifest
import SecretStore
import Secrets
import Workspace

/// `keyfolio get`: one value in the clear, and nothing else.
struct GetAction: Action {
    /// The variable's name; nil for all of a secret that holds one text or bytes.
    var name: String?
    /// An older version instead of the current one.
    var version: Int?
    /// Which secret.
    var place: SecretPlace
    var display = Display()

    func execute() throws -> ExitStatus {
        let (store, path) = try place.open()
        guard let name else { return try printWhole(store, path) }
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

    /// Prints the one text or the bytes that a secret holds, every byte as it was written.
    private func printWhole(_ store: ProjectStore, _ path: String) throws -> ExitStatus {
        guard let found = try store.secret(at: path, version: version) else { throw CommandFailure.noSecret(path) }
        var document = JSONObject()
        document["path"] = .string(path)
        document["version"] = .integer(found.version)
        switch found.payload {
        case .fields(let fields):
            throw CommandFailure(
                "KF-GET-003",
                "\(path) holds \(fields.count) value\(fields.count == 1 ? "" : "s"), and none was named",
                fix: "keyfolio list --path \(path) shows the names; keyfolio export --path \(path) writes all",
                status: .usage
            )
        case .text(let text):
            guard display.json else {
                Terminal.write(text.reveal() + (Terminal.outputIsTerminal ? "\n" : ""))
                return .success
            }
            document["text"] = .string(text.reveal())
        case .bytes(let bytes):
            guard display.json else {
                Terminal.write(bytes.reveal())
                return .success
            }
            document["bytes"] = found.base64.map(JSONValue.string)
        }
        Terminal.tell(.object(document))
        return .success
    }
}
