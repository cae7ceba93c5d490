public import Secrets

/// How a server is talked to: where it is, with which token, believing which authority.
public struct ServerConnection: Sendable {
    /// The server.
    public let address: ServerAddress
    /// A file with the authority in PEM that is believed instead of the system's; nil for the system's.
    public var authority: String?
    /// A proxy's URL; nil for none, whatever the environment of other programs says.
    public var proxy: String?
    /// How long a whole request may take, in seconds.
    public var seconds: Int
    /// Who asks.
    public private(set) var token: Secret<String>?
    /// Where the token comes from.
    public private(set) var origin: TokenOrigin

    /// How long connecting may take, in seconds.
    static let connectSeconds = 5
    /// How long a whole request may take unless something else is said, in seconds.
    public static let usualSeconds = 30

    /// Describes a connection; nothing is opened.
    ///
    /// - Parameters:
    ///   - address: The server.
    ///   - token: Who asks; nil only for a login.
    ///   - origin: Where the token comes from.
    /// - Throws: `KF-REMOTE-018` for a token that cannot be one: it could be another header's beginning.
    public init(
        _ address: ServerAddress,
        token: Secret<String>? = nil,
        origin: TokenOrigin = .given
    ) throws(RemoteError) {
        self.address = address
        self.origin = origin
        self.token = token
        seconds = Self.usualSeconds
        if let token {
            let isWord = unsafe token.withUnsafeBytes { bytes in
                unsafe (1...4096).contains(bytes.count) && bytes.allSatisfy { (0x21...0x7E).contains($0) }
            }
            guard isWord else { throw .badToken() }
        }
    }
}
