import HTTPService
import Secrets

/// What a server is at the end of its start.
enum StartState {
    /// It answers.
    case ready
    /// The store waits for shares.
    case sealed
    /// The store waits to be made.
    case empty

    /// The line for an address.
    func line(_ url: String) -> String {
        switch self {
        case .ready: "ready at \(url)"
        case .sealed: "sealed at \(url) until enough shares were given (vault operator unseal)"
        case .empty: "waiting at \(url) for a store: vault operator init makes one, and whoever is first has it"
        }
    }

    /// What systemd shows.
    var status: String {
        switch self {
        case .ready: "ready"
        case .sealed: "sealed: it waits for shares"
        case .empty: "it waits for a store to be made"
        }
    }
}

/// What the server says when it is ready: where it is, and what each client needs to know.
struct Announcement {
    let addresses: [HTTPServiceConfiguration.Address]
    let scheme: String
    let region: String
    let credentials: DevelopmentCredentials?
    let authority: String?
    let isInMemory: Bool
    let state: StartState

    func print() {
        for address in addresses { Console.complain(state.line(url(address))) }
        guard let credentials, let first = addresses.first else { return }
        Console.complain(
            "a development server: whoever has what is printed here may do everything"
                + (isInMemory ? ", and nothing is left when it ends" : "")
        )
        let url = url(first)
        var lines = ["export KEYFOLIO_ADDR=\(url)", "export KEYFOLIO_TOKEN=\(credentials.rootToken.reveal())"]
        lines += ["export VAULT_ADDR=\(url)", "export VAULT_TOKEN=\(credentials.rootToken.reveal())"]
        lines += [
            "export AWS_ENDPOINT_URL_SECRETS_MANAGER=\(url)", "export AWS_ENDPOINT_URL_CLOUDTRAIL=\(url)",
            "export AWS_ACCESS_KEY_ID=\(credentials.accessKeyID)",
            "export AWS_SECRET_ACCESS_KEY=\(credentials.secretAccessKey.reveal())",
            "export AWS_DEFAULT_REGION=\(region)",
        ]
        lines += [
            "export AZURE_KEYVAULT_URL=\(scheme)://keyfolio.vault.localhost:\(first.port)",
            "export AZURE_AUTHORITY_HOST=\(scheme)://vault.localhost:\(first.port)", "export AZURE_TENANT_ID=keyfolio",
            "export AZURE_CLIENT_ID=\(credentials.clientID)",
            "export AZURE_CLIENT_SECRET=\(credentials.clientSecret.reveal())",
        ]
        if let authority {
            lines += [
                "export KEYFOLIO_CACERT=\(authority)", "export VAULT_CACERT=\(authority)",
                "export AWS_CA_BUNDLE=\(authority)", "export REQUESTS_CA_BUNDLE=\(authority)",
            ]
        }
        Console.say(lines.map(Self.quoted).joined(separator: "\n"))
        if scheme == "https" {
            Console.complain("for Azure's clients, where names below localhost are not known: add to /etc/hosts")
            Console.complain("  127.0.0.1 keyfolio.vault.localhost vault.localhost")
        }
    }

    /// A line whose value a shell takes as it is.
    private static func quoted(_ line: String) -> String {
        guard let sign = line.firstIndex(of: "=") else { return line }
        let value = line[line.index(after: sign)...]
        let isPlain = value.utf8.allSatisfy { byte in
            (0x30...0x3A).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || "_-./+@%,[]".utf8.contains(byte)
        }
        if isPlain { return line }
        return line[...sign] + "'"
            + value.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }

    private func url(_ address: HTTPServiceConfiguration.Address) -> String { Self.url(scheme, address) }

    /// An address as a URL.
    static func url(_ scheme: String, _ address: HTTPServiceConfiguration.Address) -> String {
        let host = address.host.contains(":") ? "[\(address.host)]" : address.host
        return "\(scheme)://\(host):\(address.port)"
    }
}
