import ArgumentParser
import HTTPService
import RemoteStores
import Workspace

/// Serves a store over HTTPS.
struct ServeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serve a store over HTTPS: to keyfolio, and to clients of HashiCorp Vault, AWS and Azure.",
        usage: """
            keyfolio serve --dev [--http] [--listen 127.0.0.1:8200]
                [--storage memory|PATH]
            keyfolio serve [--init] --store PATH [--key-file PATH]
                --tls-certificate PATH --tls-key PATH [--listen ADDRESS:PORT]
            """,
        discussion: """
            For tests and for trying things out:
              keyfolio serve --dev    a store in memory, on this machine only; prints the
                                      root token, an AWS key pair, an Azure client, and
                                      what to export

            For a team:
              keyfolio serve --init --store /var/lib/keyfolio/store.db \\
                  --key-file /etc/keyfolio/store.key --listen 0.0.0.0:8200 \\
                  --tls-certificate /etc/keyfolio/tls.pem --tls-key /etc/keyfolio/tls.key

            --init makes the store and its key file where there is none, and prints a root
            token. Once they are there it can stay or go.

            The store opens with whichever of its slots can be opened: the key file; the
            passphrase of --passphrase-file, KEYFOLIO_PASSPHRASE_FILE or systemd's
            credential `passphrase`. When there are only shares it starts sealed, and
            answers when enough of them were given:

              vault operator unseal

            --dev chooses the credentials itself unless they are given in
            KEYFOLIO_DEV_ROOT_TOKEN, KEYFOLIO_DEV_AWS_ACCESS_KEY_ID,
            KEYFOLIO_DEV_AWS_SECRET_ACCESS_KEY, KEYFOLIO_DEV_AZURE_CLIENT_ID and
            KEYFOLIO_DEV_AZURE_CLIENT_SECRET.

            SIGHUP reads the certificate's files again. SIGTERM and SIGINT end it: what is
            under way is answered first.
            """,
        version: keyfolioVersion
    )

    @Flag(help: "A development server: unsealed, on this machine only, with credentials that it prints.")
    var dev = false
    @Flag(help: "Plain HTTP instead of HTTPS; on this machine only.")
    var http = false
    @Option(help: "Where to listen: ADDRESS:PORT; port 0 takes a free one.")
    var listen: [String] = []
    @Option(help: "With --dev: memory, or the folder to keep the store in.")
    var storage = "memory"
    @Option(help: "The store's file. It is made with --init.")
    var store: String?
    @Option(help: "The key file that opens the store.")
    var keyFile: String?
    @Option(help: "A file with the passphrase that opens the store.")
    var passphraseFile: String?
    @Option(
        help: "Where the position of the last write is kept, apart from the store (default: the key file's folder)."
    )
    var anchorFolder: String?
    @Flag(
        help:
            "When there is no store, wait for `vault operator init` to make one with shares: once, by whoever is first."
    )
    var awaitInit = false
    @Flag(
        name: .customLong("init"),
        help: "Make the store and its key file when they are not there, and print a root token."
    )
    var initialize = false
    @Flag(help: "Make another root token and print it: whoever has the store's key may.")
    var rootToken = false
    @Flag(help: "Let whoever reaches the server begin to make a root token with shares: for when all tokens are lost.")
    var allowGenerateRoot = false
    @Option(help: "The certificate in PEM, with the intermediate ones behind it. It is read again when it changes.")
    var tlsCertificate: String?
    @Option(help: "The certificate's key in PEM.")
    var tlsKey: String?
    @Option(help: "The oldest version of TLS that is spoken: 1.2 or 1.3.")
    var tlsOldest = "1.3"
    @Flag(help: "Ask clients for certificates, for auth/cert. None has to show one.")
    var clientCertificates = false
    @Option(help: "How many threads answer.")
    var threads = 1
    @Option(help: "The AWS region that the other protocols see.")
    var region = "us-east-1"
    @Option(help: "The AWS account in ARNs.")
    var account = "000000000000"
    @Option(help: "Copy the audit log to this file as JSON Lines, too; it may be rotated. Can be given several times.")
    var auditFile: [String] = []
    @Flag(help: "Copy the audit log to the system's log, too.")
    var auditSyslog = false
    @Option(
        help:
            "Copy the audit log to this HTTPS endpoint, too: lines of JSON with POST. KEYFOLIO_CACERT names its authority."
    )
    var auditHttps: String?
    @Option(help: "A file with the bearer token for --audit-https. It is read for each delivery.")
    var auditHttpsTokenFile: String?
    @Option(help: "How often a quiet stream of changes is kept alive and its reader checked again, in seconds.")
    var watchHeartbeat = 15
    @Option(
        help: "How often all rows of the store are checked to be those that were written last, in seconds."
    )
    var checkRowsEvery = 60
    @Flag(help: "Give /metrics to whoever asks, not only to this machine.")
    var openMetrics = false

    /// Refuses what does not go together. Not the parser's `validate()`: these texts are ours and can be shown as they are.
    ///
    /// - Throws: `ValidationError`.
    func check() throws {
        guard ["1.2", "1.3"].contains(tlsOldest) else { throw ValidationError("--tls-oldest is 1.2 or 1.3") }
        guard region.utf8.allSatisfy({ (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }) else {
            throw ValidationError("--region is a name such as us-east-1")
        }
        guard account.utf8.count == 12, account.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            throw ValidationError("--account has twelve digits")
        }
        guard (1...15).contains(watchHeartbeat) else {
            throw ValidationError("--watch-heartbeat is a number from 1 to 15")
        }
        guard (1...86_400).contains(checkRowsEvery) else {
            throw ValidationError("--check-rows-every is a number from 1 to 86400")
        }
        guard (1...64).contains(threads) else { throw ValidationError("--threads is a number from 1 to 64") }
        if dev {
            guard storage != "memory" || (auditFile.isEmpty && !auditSyslog && auditHttps == nil) else {
                throw ValidationError("a log that is copied belongs to a store that stays: give --storage FOLDER")
            }
            let isGiven = [store, keyFile, passphraseFile, anchorFolder, tlsCertificate, tlsKey].contains { $0 != nil }
            guard !isGiven, !initialize, !awaitInit else {
                throw ValidationError("--dev has a store, a key and a certificate of its own")
            }
        } else {
            guard store != nil else {
                throw ValidationError("give --store, or --dev for a development server")
            }
            guard !initialize || keyFile != nil else {
                throw ValidationError("--init makes a store and its key file: give --key-file")
            }
            guard !awaitInit || (!initialize && !rootToken) else {
                throw ValidationError("--await-init waits for a client to make the store, and gives that a root token")
            }
            guard http || (tlsCertificate != nil && tlsKey != nil) else {
                throw ValidationError("give --tls-certificate and --tls-key, or --http for this machine only")
            }
        }
        guard auditHttps != nil || auditHttpsTokenFile == nil else {
            throw ValidationError("--audit-https-token-file is for --audit-https: give that, too")
        }
        do throws(RemoteError) { _ = try auditEndpoint() } catch {
            throw ValidationError("--audit-https: \(error.message)")
        }
        let places = try addresses()
        if dev || http, let open = places.first(where: { !$0.isLoopback }) {
            throw ValidationError(
                "\(dev ? "--dev" : "--http") is for this machine only, and \(open.host) is not: listen on 127.0.0.1 or ::1"
            )
        }
    }

    func addresses() throws -> [HTTPServiceConfiguration.Address] {
        try (listen.isEmpty ? ["127.0.0.1:8200"] : listen).map { text in
            guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
                throw ValidationError("--listen is ADDRESS:PORT, such as 127.0.0.1:8200 or [::1]:8200")
            }
            var host = text[..<colon]
            if host.first == "[", host.last == "]" { host = host.dropFirst().dropLast() }
            return HTTPServiceConfiguration.Address(host: String(host), port: Int(port))
        }
    }

    /// The store's file; nil for a store in memory.
    var storePath: String? { dev ? (storage == "memory" ? nil : "\(storage)/store.db") : store }

    /// Where `--audit-https` sends to.
    func auditEndpoint() throws(RemoteError) -> RecordEndpoint.Place? {
        guard let auditHttps else { return nil }
        return try RecordEndpoint.Place(
            auditHttps,
            tokenFile: auditHttpsTokenFile,
            authority: Console.variable("KEYFOLIO_CACERT")
        )
    }
}
