/// Lists with commas: hosts, origins, mail addresses.
enum ListSyntax {
    /// The entries of a list without blanks around them, and what is wrong with the list as such.
    static func entries(_ bytes: Bytes) -> (entries: [Bytes], faults: [Fault]) {
        let isBracketed =
            bytes.first == UInt8(ascii: "[") && bytes.last == UInt8(ascii: "]")
            && bytes.contains { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "'") }
        if isBracketed || bytes.contains(UInt8(ascii: ";")) {
            return (
                [], [Fault(TypeCodes.notAList, "is not a list with commas: write a,b,c without brackets and quotes")]
            )
        }
        var faults: [Fault] = []
        let raw = bytes.parts(at: UInt8(ascii: ","))
        let entries = raw.map(\.trimmed)
        if entries.contains(where: \.isEmpty) {
            faults.append(Fault(TypeCodes.emptyEntry, "has an empty entry in its list"))
        }
        if zip(raw, entries).contains(where: { $0.count != $1.count && !$1.isEmpty }) {
            faults.append(Fault(TypeCodes.blanksInList, "has blanks between the entries of its list"))
        }
        var seen: Set<[UInt8]> = []
        for (index, entry) in entries.enumerated() where !entry.isEmpty && !seen.insert(entry.lowercased).inserted {
            faults.append(Fault(TypeCodes.duplicateEntry, "has entry \(index + 1) of its list a second time"))
        }
        return (entries.filter { !$0.isEmpty }, faults)
    }
}

/// Hosts that an application answers to: names, addresses, `.example.com` and `*.example.com` for a domain with all
/// below it (the first is Django's form), `*` for any.
enum HostList {
    static func faults(_ bytes: Bytes) -> [Fault] {
        let (entries, faults) = ListSyntax.entries(bytes)
        return faults + entries.enumerated().compactMap { fault($1, number: $0 + 1) }
    }

    private static func fault(_ entry: Bytes, number: Int) -> Fault? {
        if entry.equals("*") { return nil }
        var host = entry
        if host.starts(with: "*.".utf8) {
            host = host.dropFirst(2)
        } else if host.starts(with: ".".utf8) {
            host = host.dropFirst()
        }
        if host.first == UInt8(ascii: "["), host.last == UInt8(ascii: "]") {
            let address = host.dropFirst().dropLast()
            return HostSyntax.isIPv6(address) ? nil : HostSyntax.fault(.ipv6, in: "entry \(number)")
        }
        if host.contains(UInt8(ascii: "/")) || hasPort(host) {
            return Fault(TypeCodes.hostExtra, "has a scheme, port or path in entry \(number) of its list of hosts")
        }
        guard case .failure(let problem) = HostSyntax.kind(host) else { return nil }
        return HostSyntax.fault(problem, in: "entry \(number)")
    }

    private static func hasPort(_ host: Bytes) -> Bool {
        if host.first == UInt8(ascii: "[") { return host.contains(UInt8(ascii: "]")) }
        let parts = host.parts(at: UInt8(ascii: ":"))
        return parts.count == 2 && parts[1].decimal != nil
    }

    /// Whether an entry lets any host in: `*`, or a whole top-level domain.
    static func isWildcard(_ entry: Bytes) -> Bool {
        if entry.equals("*") { return true }
        let isPattern = entry.starts(with: "*.".utf8) || entry.starts(with: ".".utf8)
        guard isPattern else { return false }
        let domain = entry.drop { $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: ".") }
        return !domain.contains(UInt8(ascii: "."))
    }
}

/// HTTP origins (RFC 6454, 6.2): scheme, host and port.
enum Origins {
    static func faults(_ bytes: Bytes) -> [Fault] {
        let url = URLSyntax(bytes)
        var faults = url.faults
        guard let scheme = url.scheme else { return faults }
        if scheme != "http" && scheme != "https" {
            faults.append(Fault(TypeCodes.originScheme, "has an origin whose scheme is neither http nor https"))
        }
        if url.userInfo != nil {
            faults.append(Fault(TypeCodes.originCredentials, "has an origin with a user name in it"))
        }
        if !url.path.isEmpty || url.query != nil || url.fragment != nil {
            let what = url.path.equals("/") && url.query == nil && url.fragment == nil ? "a slash" : "a path or query"
            faults.append(Fault(TypeCodes.originExtra, "has an origin with \(what) behind host and port"))
        }
        return faults
    }

    static func listFaults(_ bytes: Bytes) -> [Fault] {
        let (entries, faults) = ListSyntax.entries(bytes)
        return faults
            + entries.flatMap { entry -> [Fault] in
                if entry.equals("*") { return [] }
                // One label may be a pattern: `https://*.example.com`. A name stands in for it in the check.
                guard let star = wildcardLabel(of: entry) else { return Self.faults(entry) }
                return Self.faults(entry[..<star] + "a".utf8 + entry[(star + 1)...])
            }
    }

    /// Where the first label of an origin's host is `*`.
    private static func wildcardLabel(of entry: Bytes) -> Int? {
        guard let star = entry.firstIndex(of: UInt8(ascii: "*")), entry[..<star].suffix(3).equals("://") else {
            return nil
        }
        let next = entry[(star + 1)...].first
        return next == nil || next == UInt8(ascii: ".") || next == UInt8(ascii: ":") ? star : nil
    }

    /// Whether an entry lets any origin in: `*`, `https://*`, or a whole top-level domain.
    static func isWildcard(_ entry: Bytes) -> Bool {
        guard let host = entry.firstIndex(of: UInt8(ascii: "*")) else { return false }
        let pattern = entry[host...].prefix { $0 != UInt8(ascii: ":") && $0 != UInt8(ascii: "/") }
        return HostList.isWildcard(pattern)
    }
}

/// Mail addresses (RFC 5321, 4.1.2).
enum MailList {
    static func faults(_ bytes: Bytes) -> [Fault] {
        let (entries, faults) = ListSyntax.entries(bytes)
        return faults + entries.enumerated().compactMap { fault($1, number: $0 + 1) }
    }

    private static func fault(_ address: Bytes, number: Int) -> Fault? {
        if address.last == UInt8(ascii: ">") {
            return Fault(TypeCodes.mailName, "has a display name in address \(number)")
        }
        guard let at = address.lastIndex(of: UInt8(ascii: "@")) else {
            return Fault(TypeCodes.mailAt, "has no @ in address \(number)")
        }
        let (local, domain) = (address[..<at], address[(at + 1)...])
        if !isQuoted(local), local.contains(UInt8(ascii: "@")) {
            return Fault(TypeCodes.mailAt, "has more than one @ in address \(number)")
        }
        guard isLocalPart(local), address.count <= 254 else {
            return Fault(TypeCodes.mailLocal, "has a malformed name before the @ in address \(number)")
        }
        return isDomain(domain)
            ? nil : Fault(TypeCodes.mailDomain, "has a malformed host behind the @ in address \(number)")
    }

    private static func isQuoted(_ local: Bytes) -> Bool {
        local.count >= 2 && local.first == UInt8(ascii: "\"") && local.last == UInt8(ascii: "\"")
    }

    /// A dot-atom, also with letters beyond ASCII (RFC 6531), or a quoted string.
    private static func isLocalPart(_ local: Bytes) -> Bool {
        guard !local.isEmpty, local.count <= 64 else { return false }
        if isQuoted(local) { return !local.dropFirst().dropLast().contains(UInt8(ascii: "\"")) }
        return local.parts(at: UInt8(ascii: ".")).allSatisfy { atom in
            !atom.isEmpty
                && atom.allSatisfy { $0.isAlphanumeric || $0 >= 0x80 || "!#$%&'*+-/=?^_`{|}~".utf8.contains($0) }
        }
    }

    private static func isDomain(_ domain: Bytes) -> Bool {
        if domain.first == UInt8(ascii: "["), domain.last == UInt8(ascii: "]") {
            let literal = domain.dropFirst().dropLast()
            if literal.starts(with: "IPv6:".utf8) { return HostSyntax.isIPv6(literal.dropFirst(5)) }
            return HostSyntax.isIPv4(literal)
        }
        return HostSyntax.kind(domain) == .success(.name) && !domain.contains(UInt8(ascii: "_"))
    }
}
