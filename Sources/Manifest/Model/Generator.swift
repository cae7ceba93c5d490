/// How a new value of a variable is made, from the system's random source.
public enum Generator: Sendable, Hashable {
    /// Random bytes as lower-case hexadecimal digits: `openssl rand -hex 32`.
    case hex(bytes: Int)
    /// Random bytes in base64 with padding: `openssl rand -base64 24`.
    case base64(bytes: Int)
    /// Random bytes in URL-safe base64 without padding.
    case base64URL(bytes: Int)
    /// A password with at least one character of each class; only characters that need no quoting in a `.env` file,
    /// a URL or a shell.
    case password(length: Int)
    /// A version 4 UUID (RFC 9562).
    case uuid
}
