/// What a peer may ask of the transport before anybody knows who it is.
///
/// Every limit is applied before a worker sees a request. What crosses one is answered with a status of its own where
/// that is possible: 408, 413, 414, 431, 503.
public struct HTTPLimits: Sendable, Hashable {
    /// The longest request line and header section together, in bytes. Longer: 431.
    public var headerBytes = 32 << 10
    /// The most header fields. More: 431.
    public var headerFields = 100
    /// The longest request target (path and query), in bytes. Longer: 414.
    public var targetBytes = 8 << 10
    /// The largest body, in bytes. Larger: 413, from `Content-Length` before a byte of it is read.
    public var bodyBytes = 32 << 20
    /// How many bytes of unfinished requests may lie in memory, of all connections together. More: 503.
    public var bufferedBytes = 256 << 20
    /// How long a request may take to arrive from its first byte to its last, in seconds; the TLS handshake counts to
    /// the first one. Longer: 408.
    public var requestSeconds = 30
    /// How long a connection may be idle between requests, in seconds.
    public var idleSeconds = 120
    /// How long a peer may take to read an answer, in seconds.
    public var sendSeconds = 60
    /// The most connections at once. More are closed as they come.
    public var connections = 4096
    /// The most connections at once from one address. Behind a proxy all come from one.
    public var connectionsPerAddress = 1024
    /// How many connections may wait in the kernel for being accepted: the backlog of listen(2).
    public var pendingAccepts = 1024
    /// The most HTTP/2 streams at once in a connection (SETTINGS_MAX_CONCURRENT_STREAMS, RFC 9113, section 6.5.2).
    public var streamsPerConnection = 100
    /// How many HTTP/2 streams a peer may reset in 30 seconds before its connection is closed (CVE-2023-44487).
    public var streamResets = 200
    /// How many CONTINUATION frames may follow one HEADERS frame (RFC 9113, section 10.5.1).
    public var continuationFrames = 5
    /// How many bytes of a streamed answer may wait for a slow reader.
    public var streamedBytes = 256 << 10

    /// The standard limits.
    public init() {}
}
