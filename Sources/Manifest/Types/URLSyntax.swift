/// A URL in its parts (RFC 3986, 3), and what is wrong with it.
struct URLSyntax {
    /// The scheme in lower case, without the colon; nil when there is none.
    private(set) var scheme: String?
    /// What stands before the `@`.
    private(set) var userInfo: Bytes?
    /// The host, without brackets.
    private(set) var host: Bytes = []
    /// What the host is, when it is one.
    private(set) var hostKind: HostSyntax.Kind?
    /// The port, when one is given.
    private(set) var port: Int?
    /// The path, with its slash.
    private(set) var path: Bytes = []
    /// What stands behind the `?`.
    private(set) var query: Bytes?
    /// What stands behind the `#`.
    private(set) var fragment: Bytes?
    /// What is wrong, in the order of the text.
    private(set) var faults: [Fault] = []

    /// Reads a URL with a scheme and a host.
    init(_ bytes: Bytes) {
        checkCharacters(bytes)
        guard let rest = takeScheme(bytes) else { return }
        var authority = rest.prefix { !"/?#".utf8.contains($0) }
        takeTail(rest.dropFirst(authority.count))
        if let at = authority.lastIndex(of: UInt8(ascii: "@")) {
            userInfo = authority[..<at]
            authority = authority[(at + 1)...]
        }
        takeHost(authority)
    }

    /// Characters that may not stand in a URL as they are: RFC 3986, appendix A, leaves no room for blanks, quotes,
    /// `<>\^{|}`, a grave accent, and anything beyond ASCII.
    private mutating func checkCharacters(_ bytes: Bytes) {
        if bytes.contains(where: { $0 <= 0x20 || $0 >= 0x7F || "\"<>\\^`{|}".utf8.contains($0) }) {
            faults.append(Fault(TypeCodes.urlCharacter, "has a character that must be percent-encoded in a URL"))
        }
        if bytes.percentDecoded == nil {
            faults.append(
                Fault(TypeCodes.urlEscape, "has a percent sign without two hexadecimal digits behind it")
            )
        }
    }

    private mutating func takeScheme(_ bytes: Bytes) -> Bytes? {
        let name = bytes.prefix { $0.isAlphanumeric || "+-.".utf8.contains($0) }
        let rest = bytes.dropFirst(name.count)
        guard name.first?.isLetter == true, rest.starts(with: "://".utf8) else {
            faults.append(Fault(TypeCodes.urlScheme, "does not begin with a scheme such as https://"))
            return nil
        }
        scheme = name.lowercased.text
        return rest.dropFirst(3)
    }

    private mutating func takeTail(_ bytes: Bytes) {
        var rest = bytes
        if let hash = rest.firstIndex(of: UInt8(ascii: "#")) {
            fragment = rest[(hash + 1)...]
            rest = rest[..<hash]
        }
        if let mark = rest.firstIndex(of: UInt8(ascii: "?")) {
            query = rest[(mark + 1)...]
            rest = rest[..<mark]
        }
        path = rest
    }

    private mutating func takeHost(_ authority: Bytes) {
        var portText: Bytes?
        if authority.first == UInt8(ascii: "[") {
            guard let close = authority.firstIndex(of: UInt8(ascii: "]")) else {
                faults.append(HostSyntax.fault(.ipv6, in: "a host"))
                return
            }
            host = authority[(authority.startIndex + 1)..<close]
            let behind = authority[(close + 1)...]
            // Without the colon the bracket stays with what follows, which then is no port.
            let hasColon = behind.first == UInt8(ascii: ":")
            if !behind.isEmpty { portText = hasColon ? behind.dropFirst() : authority[close...] }
            takeKind(HostSyntax.isIPv6(host) ? .success(.ipv6) : .failure(.ipv6))
        } else {
            let parts = authority.parts(at: UInt8(ascii: ":"))
            host = parts.count > 2 ? authority : parts[0]
            portText = parts.count == 2 ? parts[1] : nil
            guard !host.isEmpty else {
                faults.append(Fault(TypeCodes.urlHost, "has no host behind the scheme"))
                return
            }
            // More than one colon without brackets: an IPv6 address that lacks them, or nonsense.
            takeKind(parts.count > 2 ? .failure(.ipv6) : HostSyntax.kind(host))
        }
        if let portText {
            port = portText.decimal.flatMap { (1...65535).contains($0) ? $0 : nil }
            if port == nil {
                faults.append(Fault(TypeCodes.urlPort, "has a port that is not a whole number from 1 to 65535"))
            }
        }
    }

    private mutating func takeKind(_ found: Result<HostSyntax.Kind, HostSyntax.Problem>) {
        switch found {
        case .success(let kind): hostKind = kind
        case .failure(let problem): faults.append(HostSyntax.fault(problem, in: "a host"))
        }
    }

    /// Whether a scheme means an encrypted connection. nil for a scheme that says nothing about it.
    static func isEncrypted(scheme: String) -> Bool? {
        if ["https", "wss", "ftps", "ldaps", "amqps", "rediss", "smtps", "imaps", "mqtts", "nats+tls", "mongodb+srv"]
            .contains(scheme)
        {
            return true
        }
        if ["http", "ws", "ftp", "ldap", "amqp", "redis", "smtp", "imap", "mqtt", "telnet"].contains(scheme) {
            return false
        }
        return nil
    }

    /// The port that a scheme means when none is given, for comparing origins.
    static func usualPort(scheme: String) -> Int? {
        switch scheme {
        case "https", "wss": 443
        case "http", "ws": 80
        default: nil
        }
    }
}
