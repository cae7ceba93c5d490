/// How the transport runs.
public struct HTTPServiceConfiguration: Sendable {
    /// Where to listen.
    public struct Address: Sendable, Hashable {
        /// A literal address or a name, such as `127.0.0.1`, `::1` or `localhost`.
        public var host: String
        /// The port; 0 for one that the system chooses.
        public var port: Int

        /// Names an address.
        public init(host: String, port: Int) {
            self.host = host
            self.port = port
        }

        /// Whether only this machine can reach it: see ``LoopbackAddress``.
        public var isLoopback: Bool { LoopbackAddress.isLoopback(host) }
    }

    /// Where to listen.
    public var addresses: [Address]
    /// What peers may ask for.
    public var limits = HTTPLimits()
    /// How connections are encrypted; nil for plain HTTP, which is for loopback addresses only: the transport refuses
    /// others.
    public var tls: TLSSettings?
    /// How many event loops answer, each with a worker and a thread of its own.
    public var threads = 1
    /// What the `Server` field says; nil for no such field.
    public var serverName: String?
    /// Is told what happens to connections, on any thread. Not for each request, but for each that is refused, which
    /// is as often as peers like: count them, and do not write a line for each.
    public var onEvent: @Sendable (HTTPServiceEvent) -> Void = { _ in }

    /// The standard configuration for some addresses.
    public init(addresses: [Address]) { self.addresses = addresses }
}

/// What the transport tells about itself. No event holds anything that a peer sent, but its address.
public enum HTTPServiceEvent: Sendable, Hashable {
    /// A connection was closed as it came, because there are too many: in all, or of its address.
    case connectionRefused(address: String)
    /// A request was answered by the transport because it broke a rule or a limit.
    case requestRefused(address: String, status: Int)
    /// The certificate's files changed, and the new certificate is in use.
    case certificateReloaded
    /// The certificate's files changed and cannot be used: the old certificate stays.
    case certificateRejected(HTTPServiceError)
}
