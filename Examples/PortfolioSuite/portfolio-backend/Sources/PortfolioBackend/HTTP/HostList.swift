/// `ALLOWED_HOSTS`: the names by which requests may call this server.
///
/// A name matches itself, whatever its case; `.example.com` matches the domain and everything under it; `*` matches
/// anything. Ports do not count.
public struct HostList: Sendable, Equatable {
    private let names: [String]

    /// - Parameter list: Names with commas between them, as the variable has them.
    public init(_ list: String) {
        names = list.split(separator: ",").map { name in
            name.filter { !$0.isWhitespace }.lowercased()
        }.filter { !$0.isEmpty }
    }

    /// Whether any host will do.
    var acceptsAll: Bool { names.contains("*") }

    /// Whether a request may call the server so.
    ///
    /// - Parameter authority: The request's `Host` or `:authority`, with or without a port; nil when it has none.
    func accepts(_ authority: String?) -> Bool {
        if acceptsAll { return true }
        guard let authority, let host = Self.host(of: authority) else { return false }
        return names.contains { name in
            name.hasPrefix(".") ? host.hasSuffix(name) || host == name.dropFirst() : host == name
        }
    }

    /// Whether a page from an origin may read this server's answers (CORS): its host is one of ours, and in production
    /// it came over TLS.
    ///
    /// - Parameters:
    ///   - origin: The request's `Origin`, such as `https://app.example.com`.
    ///   - requireTLS: Whether `http` origins are turned away.
    func acceptsOrigin(_ origin: String, requireTLS: Bool) -> Bool {
        for scheme in requireTLS ? ["https://"] : ["https://", "http://"] where origin.hasPrefix(scheme) {
            return accepts(String(origin.dropFirst(scheme.count)))
        }
        return false
    }

    /// The host in `host:port` or `[::1]:port`, in lower case; nil when there is something else in it.
    private static func host(of authority: String) -> String? {
        guard authority.utf8.count <= 260 else { return nil }
        let host: Substring
        let rest: Substring
        if authority.hasPrefix("["), let end = authority.firstIndex(of: "]") {
            host = authority[...end]
            rest = authority[authority.index(after: end)...]
        } else {
            host = authority.prefix { $0 != ":" }
            rest = authority[host.endIndex...]
        }
        guard rest.isEmpty || (rest.first == ":" && rest.dropFirst().allSatisfy { ("0"..."9").contains($0) }) else {
            return nil
        }
        let known = Set("abcdefghijklmnopqrstuvwxyz0123456789.-_[:]")
        let lowercased = host.lowercased()
        return !lowercased.isEmpty && lowercased.allSatisfy(known.contains) ? lowercased : nil
    }
}
