/// The command lines about a server. Each gets a development server of its own, by variables.
extension JSONCase {
    private static func on(_ schema: String, _ words: String, input: String = "", before: String = "") -> JSONCase {
        JSONCase(
            schema: schema,
            words: words.split(separator: " ").map(String.init) + ["--json"],
            input: input,
            before: before,
            needsServer: true
        )
    }

    private static let person = "keyfolio principal set ada --role developer"
    private static let policy =
        "printf 'path \"secret/data/a\" { capabilities = [\"read\"] }' | keyfolio policy set deploy"

    /// Writes a whole secret natively, as no command does.
    private static func put(_ body: String, at path: String) -> String {
        "curl -sf -X PUT -H \"Authorization: Bearer $KEYFOLIO_TOKEN\" -d '\(body)' $KEYFOLIO_ADDR/api/v1/secrets/\(path)"
    }

    /// At least one for every command.
    static let server: [JSONCase] = [
        on("get-whole", "get --path shop/text", before: put(#"{"text":"one"}"#, at: "shop/text")),
        on("get-whole", "get --path shop/bytes", before: put(#"{"bytes":"AP8="}"#, at: "shop/bytes")),
        on("login", "login --token-stdin", input: "TOKEN"), on("whoami", "whoami"),
        on("logout", "logout --keep-token", before: "printf %s $KEYFOLIO_TOKEN | keyfolio login --token-stdin"),
        on("watch", "watch shop/ --once --after 0"),
        on("principal-list", "principal list", before: person),
        on("principal-show", "principal show ada", before: person),
        on("principal-set", "principal set ci --kind machine --address 10.0.0.0/8 --metadata team=shop"),
        on("principal-remove", "principal remove ada", before: person),
        on("role-list", "role list"), on("role-set", "role set deployer --policy deploy", before: policy),
        on("role-remove", "role remove deployer", before: "\(policy); keyfolio role set deployer --policy deploy"),
        on("policy-list", "policy list", before: policy), on("policy-show", "policy show deploy", before: policy),
        on("policy-set", "policy set deploy", input: "path \"secret/data/a\" { capabilities = [\"read\"] }"),
        on("policy-remove", "policy remove deploy", before: policy),
        on("token-issue", "token issue --principal ada --for 8h --uses 3", before: person),
        on("token-list", "token list"),
        on(
            "token-revoke",
            "token revoke ACCESSOR",
            before:
                "\(person); keyfolio token issue --principal ada 2>&1 >/dev/null | sed 's/.*accessor //; s/,.*//' >id"
        ),
        on("key-issue", "key issue ada", before: person), on("key-list", "key list"),
        on(
            "key-remove",
            "key remove ACCESSOR",
            before: "\(person); keyfolio key issue ada 2>&1 >/dev/null | sed 's/.*key //; s/ for.*//' >id"
        ),
        on("client-issue", "client issue ada --token-time 1h", before: person), on("client-list", "client list"),
        on(
            "client-remove",
            "client remove ACCESSOR",
            before: "\(person); keyfolio client issue ada 2>&1 >/dev/null | sed 's/.*client //; s/ for.*//' >id"
        ),
        on("block-add", "block add 203.0.113.0/24 --for 7d --reason guesses"),
        on("block-list", "block list", before: "keyfolio block add 203.0.113.7"),
        on("block-remove", "block remove 203.0.113.0/24", before: "keyfolio block add 203.0.113.0/24"),
        on("sessions-end", "sessions end --principal ada", before: person),
        on("access-explain", "access explain ada read shop/production", before: person),
    ]

    /// A command line of each that fails without any server.
    static let failingOnServers: [[String]] = [
        "login https://a/b", "logout", "whoami", "watch a/", "principal list", "principal show ada",
        "principal set ada",
        "principal remove ada", "role list", "role set a --policy b", "role remove a", "policy list", "policy show a",
        "policy set a", "policy remove a", "token issue --principal a", "token list", "token revoke a", "key issue a",
        "key list", "key remove a", "client issue a", "client list", "client remove a", "block add 10.0.0.0/8",
        "block list", "block remove 10.0.0.0/8", "sessions end --everyone", "access explain a read b/c",
    ]
    .map { $0.split(separator: " ").map(String.init) + ["--json"] }
}
