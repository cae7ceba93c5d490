/// What a peer may ask of the transport before anybody knows who it is.
public struct HTTPLimits: Sendable, Hashable {
    /// The longest request line and header section together, in bytes.
    public var headerBytes = 32 << 10
    /// The most header fields.
    public var headerFields = 100
    /// The largest body, in bytes.
    public var bodyBytes = 32 << 20
    /// How long a request may take to arrive, in seconds, and how long a connection may be idle.
    public var requestSeconds = 30
    /// How long a connection may be idle between requests, in seconds.
    public var idleSeconds = 120
    /// The most connections at once.
    public var connections = 4096

    /// The standard limits.
    public init() {}
}
