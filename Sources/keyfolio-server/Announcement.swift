import HTTPService
import Secrets

/// What the server says when it is ready: where it is, and what each client needs to know.
struct Announcement {
    let addresses: [HTTPServiceConfiguration.Address]
    let scheme: String
    let region: String
    let credentials: DevelopmentCredentials?
    let authority: String?
    let rootToken: Secret<String>?
    let isInMemory: Bool

    func print() {
        for address in addresses { Console.complain("ready at \(url(address))") }
        if let rootToken {
            Console.complain(
                "the store is new. Its root token is shown this once; make principals with it, then revoke it:"
            )
            Console.say(rootToken.reveal())
        }
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
        Console.say(lines.joined(separator: "\n"))
    }

    private func url(_ address: HTTPServiceConfiguration.Address) -> String {
        let host = address.host.contains(":") ? "[\(address.host)]" : address.host
        return "\(scheme)://\(host):\(address.port)"
    }
}
