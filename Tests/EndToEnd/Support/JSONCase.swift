import Foundation
import Testing

/// A command line with `--json` that works, and what its answer is held against.
struct JSONCase: Sendable, CustomTestStringConvertible {
    /// Where the answer is.
    enum Place: Sendable {
        case output
        /// On standard error: the command's own data has standard output.
        case error
    }

    var schema: String
    var words: [String]
    var statuses: Set<Int32> = [0]
    var place = Place.output
    var input = ""
    var environment: [String: String] = [:]
    /// What is done before, in the project's folder, by `sh`.
    var before = ""
    /// Whether a server runs beside it, and the environment leads to it.
    var needsServer = false

    var testDescription: String { words.joined(separator: " ") }

    /// The command's words, without options and arguments.
    func isOf(_ command: [String]) -> Bool { words.starts(with: command) }

    private static let recipient = "recipient=$(sed -n 's/^# public key: //p' key.txt)"
    private static let keygen = "keyfolio age keygen -o key.txt"
    private static let set = "printf first | keyfolio set SECRET_KEY; printf second | keyfolio set SECRET_KEY"

    /// At least one for every command. They are run in a shop (FirstPathTests).
    static let all = project + server

    private static let project: [JSONCase] = [
        JSONCase(schema: "init", words: ["init", "--json"]),
        JSONCase(schema: "init", words: ["init", "--json"], before: "rm -r keyfolio.yaml */.env.example"),
        JSONCase(schema: "check", words: ["check", "--json"], statuses: [1]),
        JSONCase(schema: "check", words: ["check", "--json", "--format", "text"], statuses: [1]),
        JSONCase(schema: "check-explain", words: ["check", "--json", "--explain", "SECRET_KEY"]),
        JSONCase(schema: "template", words: ["template", "--json"], before: "rm backend/.env.example"),
        JSONCase(schema: "template-print", words: ["template", "--json", "--print"]),
        JSONCase(schema: "doctor", words: ["doctor", "--json", "--offline"], statuses: [0, 1]),
        JSONCase(schema: "generate", words: ["generate", "--json", "SECRET_KEY"]),
        JSONCase(schema: "generate", words: ["generate", "--json", "SECRET_KEY"], before: set),
        JSONCase(schema: "generate-print", words: ["generate", "--json", "SECRET_KEY", "--print"]),
        JSONCase(schema: "set", words: ["set", "--json", "SECRET_KEY"], input: "value"),
        JSONCase(schema: "get", words: ["get", "--json", "SECRET_KEY"], before: set),
        JSONCase(schema: "get", words: ["get", "SECRET_KEY", "--version", "1", "--json"], before: set),
        JSONCase(schema: "list", words: ["list", "--json"]),
        JSONCase(schema: "list", words: ["list", "--json", "--origin"], before: set),
        JSONCase(schema: "list-paths", words: ["list", "--json", "--paths"], before: set),
        JSONCase(schema: "list-fields", words: ["list", "--json", "--path", "shop/development"], before: set),
        JSONCase(schema: "unset", words: ["unset", "--json", "SECRET_KEY"], before: set),
        JSONCase(
            schema: "edit",
            words: ["edit", "--json"],
            environment: ["EDITOR": "sed -i s/second/third/"],
            before: set
        ),
        JSONCase(schema: "edit", words: ["edit", "--json"], environment: ["EDITOR": "true"]),
        JSONCase(schema: "edit", words: ["edit", "--json"], environment: ["EDITOR": "true"], before: set),
        JSONCase(schema: "history", words: ["history", "--json"], before: set),
        JSONCase(schema: "rollback", words: ["rollback", "--json", "--to", "1"], before: set),
        JSONCase(schema: "diff", words: ["diff", "--json", "development", "production"], statuses: [1]),
        JSONCase(
            schema: "diff",
            words: ["diff", "--json", "--reveal", "--all", "development@1", "development@2"],
            statuses: [1],
            before: set
        ),
        JSONCase(schema: "import", words: ["import", "--json", "backend/.env", "--placeholders", "--move"]),
        JSONCase(schema: "import", words: ["import", "--json", "backend/.env"]),
        JSONCase(schema: "export", words: ["export", "--json", "-c", "backend", "--output", "out"]),
        JSONCase(
            schema: "export",
            words: ["export", "--json", "-c", "backend", "--format", "systemd", "--output", "credentials"]
        ),
        JSONCase(schema: "export", words: ["export", "--json", "-c", "backend"], place: .error),
        JSONCase(
            schema: "export",
            words: ["export", "--json", "--path", "shop/development", "--format", "docker", "--force"],
            place: .error,
            before: "printf 'a\\nb' | keyfolio set SECRET_KEY"
        ),
        JSONCase(
            schema: "backup",
            words: ["backup", "--json", "-R", "recipients", "-o", "store.age"],
            before: "\(set); \(keygen); \(recipient); echo $recipient >recipients"
        ),
        JSONCase(
            schema: "backup",
            words: ["backup", "--json", "-R", "recipients", "-o", "-"],
            place: .error,
            before: "\(set); \(keygen); \(recipient); echo $recipient >recipients"
        ),
        JSONCase(
            schema: "restore",
            words: ["restore", "--json", "-i", "key.txt", "store.age", "--store", "drill.db"],
            before: "\(set); \(keygen); \(recipient); keyfolio backup -r $recipient -o store.age"
        ),
        JSONCase(schema: "audit-show", words: ["audit", "show", "--json"], before: set),
        JSONCase(schema: "audit-query", words: ["audit", "query", "--json", "-n", "2"], before: set),
        JSONCase(
            schema: "audit-query",
            words: [
                "audit", "query", "--json", "--path", "shop/*", "--outcome", "allowed", "--since", "1h", "--reverse",
            ],
            before: set
        ),
        JSONCase(schema: "audit-report", words: ["audit", "report", "--json"], before: set),
        JSONCase(
            schema: "audit-report",
            words: ["audit", "report", "--json", "--by", "secret", "--month", "2020-02"],
            before: set
        ),
        JSONCase(schema: "audit-verify", words: ["audit", "verify", "--json"], before: set),
        JSONCase(
            schema: "audit-verify",
            words: ["audit", "verify", "--json", "--checkpoint", "log"],
            before: "\(set); keyfolio audit export >log"
        ),
        JSONCase(
            schema: "audit-verify",
            words: ["audit", "verify", "--json", "--file", "log"],
            statuses: [7],
            before: "\(set); keyfolio audit export | sed '2s/[a-z]/X/' >log"
        ),
        JSONCase(schema: "audit-export", words: ["audit", "export", "--json"], place: .error, before: set),
        JSONCase(schema: "audit-accept-rollback", words: ["audit", "accept-rollback", "--json"], before: set),
        JSONCase(schema: "seal-status", words: ["seal", "status", "--json"]),
        JSONCase(schema: "seal-add", words: ["seal", "add", "--json", "--key-file", "second.key"]),
        JSONCase(schema: "seal-add", words: ["seal", "add", "--json", "--shares", "3", "--threshold", "2"]),
        JSONCase(schema: "seal-rekey", words: ["seal", "rekey", "1", "--json", "--key-file", "second.key"]),
        JSONCase(
            schema: "seal-remove",
            words: ["seal", "remove", "2", "--json"],
            before: "keyfolio seal add --key-file second.key"
        ),
        JSONCase(schema: "dotenv-parse", words: ["dotenv", "parse", "--json", "backend/.env"]),
        JSONCase(
            schema: "dotenv-explain",
            words: ["dotenv", "explain", "--json", "odd.env"],
            statuses: [1],
            before: "printf 'A=x #y\\nB=$C\\n' >odd.env"
        ),
        JSONCase(schema: "dotenv-explain", words: ["dotenv", "explain", "--json", "backend/.env"]),
        JSONCase(
            schema: "dotenv-lint",
            words: ["dotenv", "lint", "--json", "odd.env"],
            statuses: [0, 1],
            before: "printf 'A=x #y\\nB = $C\\n' >odd.env"
        ),
        JSONCase(schema: "age-keygen", words: ["age", "keygen", "--json"]),
        JSONCase(schema: "age-keygen", words: ["age", "keygen", "--json", "--pq", "-o", "pq.txt"]),
        JSONCase(
            schema: "age-encrypt",
            words: ["age", "encrypt", "--json", "-R", "recipients", "-o", "out.age", "keyfolio.yaml"],
            before: "\(keygen); \(recipient); echo $recipient >recipients"
        ),
        JSONCase(
            schema: "age-encrypt",
            words: ["age", "encrypt", "--json", "-R", "recipients"],
            place: .error,
            input: "text",
            before: "\(keygen); \(recipient); echo $recipient >recipients"
        ),
        JSONCase(
            schema: "age-decrypt",
            words: ["age", "decrypt", "--json", "-i", "key.txt", "-o", "out", "in.age"],
            before: "\(keygen); \(recipient); echo text | keyfolio age encrypt -r $recipient -o in.age"
        ),
        JSONCase(
            schema: "age-decrypt",
            words: ["age", "decrypt", "--json", "-i", "key.txt", "in.age"],
            place: .error,
            before: "\(keygen); \(recipient); echo text | keyfolio age encrypt -r $recipient -o in.age"
        ),
        JSONCase(schema: "explain", words: ["explain", "--json", "KF-PG-003"]),
        JSONCase(schema: "explain", words: ["explain", "--json", "KF-IO-001"]),
        JSONCase(schema: "explain-all", words: ["explain", "--json", "--all"]),
        JSONCase(schema: "explain-base-environment", words: ["explain", "--json", "--base-environment"]),
        JSONCase(schema: "schema", words: ["schema", "--json", "manifest"]),
        JSONCase(schema: "schema", words: ["schema", "--json", "check"]),
        JSONCase(schema: "schema-list", words: ["schema", "--json"]),
        JSONCase(schema: "completions", words: ["completions", "--json", "fish"]),
        // What the application says is its own: only a failure to start it is run's.
        JSONCase(
            schema: "run",
            words: ["run", "--json", "-c", "backend", "--no-check", "--", "./nothing"],
            statuses: [127],
            place: .error
        ),
    ]

    /// A command line of every command that fails for a reason of its own, in an empty folder.
    static let failing: [[String]] =
        failingOnServers + [
            ["init", "--json", "-C", "nowhere"], ["check", "--json"], ["template", "--json"], ["doctor", "--json"],
            ["generate", "--json", "A"], ["set", "--json", "A=b"], ["get", "--json", "A"], ["list", "--json"],
            ["unset", "--json", "A"], ["edit", "--json"], ["history", "--json"], ["rollback", "--json", "--to", "1"],
            ["diff", "--json", "a", "b"], ["import", "--json", "nothing.env"], ["export", "--json"],
            ["run", "--json", "--", "true"], ["backup", "--json", "-o", "out"],
            ["restore", "--json", "-i", "nothing.txt", "nothing.age"], ["audit", "show", "--json", "--last", "0"],
            ["audit", "query", "--json", "-n", "0"], ["audit", "report", "--json", "--month", "2026-11"],
            ["audit", "verify", "--json", "--file", "nothing"], ["audit", "export", "--json"],
            ["seal", "status", "--json"], ["seal", "add", "--json"], ["seal", "remove", "1", "--json"],
            ["seal", "rekey", "1", "--json", "--key-file", "k"],
            ["audit", "accept-rollback", "--json"], ["dotenv", "parse", "--json", "nothing"],
            ["dotenv", "explain", "--json", "nothing"], ["dotenv", "lint", "--json", "nothing"],
            ["age", "keygen", "--json", "-o", "nowhere/key.txt"], ["age", "encrypt", "--json"],
            ["age", "decrypt", "--json"], ["explain", "--json", "KF-NONE-001"], ["schema", "--json", "nothing"],
            ["completions", "--json", "csh"],
        ]
}
