import ArgumentParser
import Findings
import RemoteStores
import Workspace

/// `keyfolio logout`: the token ended at the server, and forgotten here.
struct LogoutCommand: KeyfolioCommand {
    static let configuration = CommandConfiguration(
        commandName: "logout",
        abstract: "Revoke the token of a login, and forget it.",
        discussion: """
            The token is revoked at the server, with those that were made with it. In any
            case it is forgotten here.

            Examples:
              keyfolio logout
              keyfolio logout https://vault.example.org
              keyfolio logout --keep-token
            """
    )

    @Argument(help: ArgumentHelp("The server (default: that of the last login).", valueName: "url"))
    var url: String?

    @Flag(help: "Only forget the token here: others use it, too.")
    var keepToken = false

    @OptionGroup var outputOptions: OutputOptions

    func execute() throws -> ExitStatus {
        let logins = try Logins.read()
        let address = try url.map { text throws(RemoteError) in try ServerAddress(text) } ?? logins.first?.address
        guard let address else { throw RemoteError.noServer() }
        guard let login = logins.first(where: { $0.address == address }) else { throw RemoteError.noToken(address) }
        var failure: RemoteError?
        if !keepToken {
            do throws(RemoteError) {
                let connection = try ServerConnection(address, token: login.token, origin: .login)
                try KeyfolioClient(try ServerPlace.settled(connection, authority: login.authority)).logOut()
            } catch {
                failure = error
            }
        }
        try Logins.forget(address)
        // A token that is over needs no revoking.
        if let failure, failure.category != .denied {
            throw CommandFailure(
                "KF-LOGIN-001",
                "the login was forgotten here, but the token was not revoked: \(failure.message) (\(failure.code))",
                fix: "have it revoked by somebody who may: keyfolio token revoke ACCESSOR",
                status: failure.exitStatus
            )
        }
        let isRevoked = !keepToken && failure == nil
        if display.json {
            Terminal.tell(["server": .string(address.description), "revoked": .bool(isRevoked)])
        } else {
            Terminal.say("Logged out at \(address)\(isRevoked ? "; the token is revoked" : "").")
            if let next = try ServerPlace.standing(), next.source == .login {
                Terminal.say("From now on \(next.address) is used, by an earlier login.")
            }
        }
        return .success
    }
}
