/// Where a Keyfolio server is: `https://vault.example.org`, or `http://127.0.0.1:8200` on the same machine.
///
/// A URL with nothing but scheme, host and port (RFC 3986). Without TLS only an address of this machine is taken, because
/// a token would go over the network in the clear otherwise. A user or password in it is refused: it would be in the
/// shell's history.
public struct ServerAddress: Sendable, Hashable, CustomStringConvertible {
    /// The host: a name in lower case, an IPv4 address, or an IPv6 address without brackets.
    public let host: String
    /// The port.
    public let port: Int
    /// Whether it is spoken to without TLS, on this machine only.
    public let isPlain: Bool

    /// Whether a text is meant for a server's address: it has a scheme, which a file's path has not.
    public static func isMeant(by text: String) -> Bool {
        let lower = text.prefix(8).lowercased()
        return lower.hasPrefix("https://") || lower.hasPrefix("http://")
    }

    /// Reads an address. One slash at the end is left out.
    ///
    /// - Parameter text: The URL.
    /// - Throws: `KF-REMOTE-002`, which does not repeat the text: there may be a password in it.
    public init(_ text: String) throws(RemoteError) {
        guard text.utf8.count <= 512 else { throw .badAddress("it is too long") }
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw .badAddress("it has characters that no address has")
        }
        let lower = text.lowercased()
        let scheme = ["https://", "http://"].first { lower.hasPrefix($0) }
        guard let scheme else { throw .badAddress("it does not begin with https://") }
        isPlain = scheme == "http://"
        var rest = lower.dropFirst(scheme.count)
        if rest.last == "/" { rest = rest.dropLast() }
        guard !rest.contains("@") else {
            throw .badAddress("it has a user or password in it, which belongs in no address")
        }
        guard !rest.contains(where: { "/?#".contains($0) }) else {
            throw .badAddress("it has more than a host and a port")
        }
        let (host, port, isBracketed) = try Self.parts(rest)
        guard isBracketed ? Self.isIPv6(host) : Self.isName(host) else {
            throw .badAddress("its host is neither a name nor an address")
        }
        self.host = host
        if let port {
            guard (1...5).contains(port.count), port.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                let number = Int(port), (1...65_535).contains(number)
            else { throw .badAddress("its port is no number from 1 to 65535") }
            self.port = number
        } else {
            self.port = isPlain ? 80 : 443
        }
        guard !isPlain || Self.isLoopback(host) else {
            throw .badAddress("without TLS (http) only this machine's own address is taken, such as 127.0.0.1")
        }
    }

    /// The address as it is shown and compared: in lower case, without the scheme's usual port.
    public var description: String {
        let shown = host.contains(":") ? "[\(host)]" : host
        let usual = isPlain ? 80 : 443
        return (isPlain ? "http://" : "https://") + shown + (port == usual ? "" : ":\(port)")
    }

    /// Host and port, as other programs take them.
    var hostAndPort: String { (host.contains(":") ? "[\(host)]" : host) + ":\(port)" }

    /// The same host and port by the other scheme; nil where that is not taken.
    var other: ServerAddress? { try? ServerAddress((isPlain ? "https://" : "http://") + hostAndPort) }

    private static func parts(_ text: Substring) throws(RemoteError) -> (
        host: String, port: Substring?, isBracketed: Bool
    ) {
        if text.first == "[" {
            guard let end = text.firstIndex(of: "]") else { throw .badAddress("its host has no closing bracket") }
            let after = text[text.index(after: end)...]
            guard after.isEmpty || after.first == ":" else {
                throw .badAddress("its host is followed by something else")
            }
            return (
                String(text[text.index(after: text.startIndex)..<end]), after.isEmpty ? nil : after.dropFirst(), true
            )
        }
        guard let colon = text.firstIndex(of: ":") else { return (String(text), nil, false) }
        return (String(text[..<colon]), text[text.index(after: colon)...], false)
    }

    private static func isName(_ host: String) -> Bool {
        guard (1...253).contains(host.utf8.count), host.utf8.first != UInt8(ascii: "-") else { return false }
        return host.utf8.allSatisfy { byte in
            (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x2D || byte == 0x2E || byte == 0x5F
        }
    }

    private static func isIPv6(_ host: String) -> Bool {
        host.contains(":") && host.utf8.count <= 45
            && host.utf8.allSatisfy { byte in
                (0x61...0x66).contains(byte) || (0x30...0x3A).contains(byte) || byte == 0x2E
            }
    }

    /// Whether a host is this machine, whatever a resolver says: libcurl takes `localhost` for it by itself.
    private static func isLoopback(_ host: String) -> Bool {
        if host == "localhost" || host == "::1" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127"
            && parts.allSatisfy { (1...3).contains($0.count) && (Int($0).map { (0...255).contains($0) } ?? false) }
    }
}
