import ArgumentParser
import Findings
import RemoteStores
import Secrets
import Workspace

/// `keyfolio login`: a token of a server, kept for the commands that follow.
struct LoginCommand: KeyfolioCommand {
    static let configuration = CommandConfiguration(
        commandName: "login",
        abstract: "Log in at a server, whose store the commands then use.",
        discussion: """
            Asks for the secret, the password or, with neither --client nor --name, the
            token, without echo. The token is kept in a file that only you can read
            (~/.config/keyfolio/login.json), and the server is used from then on in the
            folders where keyfolio init is run.

            The server's certificate is always verified. KEYFOLIO_CACERT=FILE at the login
            names the authority of a server of your own, and is remembered, too.
            KEYFOLIO_PROXY=URL goes through a proxy (no other variable does), and
            KEYFOLIO_TIMEOUT=SECONDS waits longer than 30 seconds for an answer.

            Examples:
              keyfolio login https://vault.example.org --name ada@example.org
              keyfolio login https://vault.example.org --client ID --secret-stdin <secret
              keyfolio login https://vault.example.org --token-stdin <token
            """
    )

    @Argument(help: ArgumentHelp("The server (default: KEYFOLIO_ADDR, or that of the last login).", valueName: "url"))
    var url: String?

    @Option(help: ArgumentHelp("A client's id, with its secret.", valueName: "id"))
    var client: String?

    @Option(help: ArgumentHelp("A person's name, with the password.", valueName: "name"))
    var name: String?

    @Flag(help: "Read the secret or password from standard input.")
    var secretStdin = false

    @Flag(help: "Read a token from standard input.")
    var tokenStdin = false

    @OptionGroup var outputOptions: OutputOptions

    func validate() throws {
        guard client == nil || name == nil else { throw ValidationError("--client and --name cannot both be given.") }
        guard !tokenStdin || (client == nil && name == nil && !secretStdin) else {
            throw ValidationError("--token-stdin needs no --client, --name or --secret-stdin.")
        }
        guard !secretStdin || client != nil || name != nil else {
            throw ValidationError("--secret-stdin needs --client or --name.")
        }
    }

    func execute() throws -> ExitStatus {
        let address = try address()
        let (token, ends) = try token(at: address)
        let connection = try ServerPlace.settled(
            try ServerConnection(address, token: token),
            authority: try Self.knownAuthority(of: address)
        )
        // A token that opens nothing is not kept.
        let caller = try KeyfolioClient(connection).whoAmI()
        try Logins.remember(
            Login(
                address: address,
                token: token,
                expires: caller.expires ?? ends,
                authority: connection.authority
            )
        )
        if display.json {
            Terminal.tell(caller.json(at: address))
        } else {
            let until = caller.expires.map { ", until \(VisibleText.escape($0))" } ?? ""
            Terminal.say("Logged in at \(address) as \(VisibleText.escape(caller.name))\(until).")
            Terminal.say("Its store is used in the folders where keyfolio init is run.")
        }
        return .success
    }

    /// The file of the authority that was given at the last login there.
    private static func knownAuthority(of address: ServerAddress) throws -> String? {
        try Logins.read().first { $0.address == address }?.authority
    }

    private func address() throws -> ServerAddress {
        if let url { return try ServerAddress(url) }
        guard let place = try ServerPlace.standing() else { throw RemoteError.noServer() }
        return place.address
    }

    private func token(at address: ServerAddress) throws -> (Secret<String>, expires: String?) {
        if client == nil, name == nil { return (try secret("Token of \(address): ", isPiped: tokenStdin), nil) }
        let proof: LoginProof
        if let client {
            proof = .client(id: client, secret: try secret("Secret of the client: ", isPiped: secretStdin))
        } else {
            proof = .person(name: name ?? "", password: try secret("Password: ", isPiped: secretStdin))
        }
        let nobody = try ServerPlace.settled(
            try ServerConnection(address),
            authority: try Self.knownAuthority(of: address)
        )
        do throws(RemoteError) {
            return try KeyfolioClient(nobody).logIn(proof)
        } catch {
            guard error.code == "KF-AUTH-002" else { throw error }
            throw CommandFailure(
                error.code,
                name == nil ? "the client's id or its secret is wrong" : "the name or the password is wrong",
                fix: "try again, or ask who manages principals for a new one",
                status: .denied
            )
        }
    }

    private func secret(_ prompt: String, isPiped: Bool) throws -> Secret<String> {
        if isPiped { return try SecretInput.value(from: "-", prompt: "") }
        guard Terminal.canAsk else {
            throw CommandFailure(
                "KF-INPUT-003",
                "there is no terminal to ask on",
                fix: "give it on standard input, with --secret-stdin or --token-stdin",
                status: .usage
            )
        }
        return try SecretInput.passphrase(file: nil, prompt: prompt)
    }
}
