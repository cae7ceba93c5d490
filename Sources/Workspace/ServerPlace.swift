public import RemoteStores
internal import SecretStore
internal import Secrets

/// A server that was chosen, by whom, and what is known for talking to it.
public struct ServerPlace: Sendable {
    /// The server.
    public let address: ServerAddress
    /// Who chose it.
    public let source: Source
    private let login: Login?

    /// Who chose a server.
    public enum Source: Sendable, Hashable {
        /// `--store`.
        case option
        /// `KEYFOLIO_STORE`.
        case storeVariable
        /// `KEYFOLIO_ADDR`.
        case addressVariable
        /// `keyfolio login`.
        case login

        var words: String {
            switch self {
            case .option: "--store names it"
            case .storeVariable: "KEYFOLIO_STORE names it"
            case .addressVariable: "KEYFOLIO_ADDR names it"
            case .login: "keyfolio login remembered it"
            }
        }
    }

    private init(_ address: ServerAddress, _ source: Source) throws {
        self.address = address
        self.source = source
        login = try Logins.read().first { $0.address == address }
    }

    /// Whether a person named this very server for what is done now, or in `KEYFOLIO_STORE`: then no list of folders is
    /// asked.
    public var isChosen: Bool { source == .option || source == .storeVariable }

    /// The server that an option or `KEYFOLIO_STORE` names; nil when they name a file, or nothing.
    public static func chosen(_ option: String?) throws -> ServerPlace? {
        if let option {
            return ServerAddress.isMeant(by: option) ? try ServerPlace(ServerAddress(option), .option) : nil
        }
        guard let text = User.setting("KEYFOLIO_STORE"), ServerAddress.isMeant(by: text) else { return nil }
        return try ServerPlace(ServerAddress(text), .storeVariable)
    }

    /// The server of `KEYFOLIO_ADDR`, or else of `keyfolio login`.
    public static func standing() throws -> ServerPlace? {
        if let text = User.setting("KEYFOLIO_ADDR") {
            return try ServerPlace(ServerAddress(text), .addressVariable)
        }
        return try Logins.read().first.map { try ServerPlace($0.address, .login) }
    }

    /// The server that administration is done on.
    ///
    /// - Throws: `KF-REMOTE-019` when none was chosen, by any way.
    public static func forAdministration(_ option: String?) throws -> ServerPlace {
        if let place = try chosen(option) { return place }
        if option == nil, let place = try standing() { return place }
        throw RemoteError.noServer()
    }

    /// How the server is talked to, with a token.
    ///
    /// `KEYFOLIO_TOKEN` goes to the server of `KEYFOLIO_ADDR` and to no other; without that variable, to the one that was
    /// named by hand.
    ///
    /// - Throws: `KF-REMOTE-015` when there is no token, `KF-REMOTE-017` when the login is over.
    public func connection() throws -> ServerConnection {
        if source != .login, let text = User.setting("KEYFOLIO_TOKEN") {
            let owner = try User.setting("KEYFOLIO_ADDR").map { text throws(RemoteError) in try ServerAddress(text) }
            if owner == nil || owner == address {
                return try Self.settled(
                    try ServerConnection(address, token: Secret(text), origin: .variable),
                    authority: login?.authority
                )
            }
        }
        // Whose token it is, and for which server, is not known; who is logged in is somebody else, most likely.
        if source == .login, User.setting("KEYFOLIO_TOKEN") != nil {
            throw RemoteError.badSetting(
                "KEYFOLIO_TOKEN",
                "it is for the server that KEYFOLIO_ADDR names, which is not set"
            )
        }
        guard let login else { throw RemoteError.noToken(address) }
        if let expires = login.expires, let time = Timestamp(expires), time <= .now {
            throw RemoteError.expired(address, at: expires)
        }
        return try Self.settled(
            try ServerConnection(address, token: login.token, origin: .login),
            authority: login.authority
        )
    }

    /// A connection as the environment wants it: `KEYFOLIO_CACERT`, `KEYFOLIO_PROXY`, `KEYFOLIO_TIMEOUT`.
    ///
    /// - Parameters:
    ///   - connection: The connection.
    ///   - authority: The file of an authority that was given at the login.
    public static func settled(
        _ connection: ServerConnection,
        authority: String? = nil
    ) throws(RemoteError) -> ServerConnection {
        var connection = connection
        connection.authority = User.setting("KEYFOLIO_CACERT").map { Paths.absolute($0) } ?? authority
        if let proxy = User.setting("KEYFOLIO_PROXY") {
            guard ["http://", "https://", "socks5h://"].contains(where: { proxy.hasPrefix($0) }) else {
                throw .badSetting("KEYFOLIO_PROXY", "a proxy begins with http://, https:// or socks5h://")
            }
            connection.proxy = proxy
        }
        if let text = User.setting("KEYFOLIO_TIMEOUT") {
            guard let seconds = Int(text), (1...600).contains(seconds) else {
                throw .badSetting("KEYFOLIO_TIMEOUT", "it is no number of seconds from 1 to 600")
            }
            connection.seconds = seconds
        }
        return connection
    }
}
