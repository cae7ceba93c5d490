internal import Findings
internal import Secrets

extension PostgresURL {
    /// What reading a URI gave.
    struct Reading {
        var url = PostgresURL()
        var faults: [Fault] = []
        /// Where the password is, when that is certain.
        var passwordPlace: PasswordPlace?

        /// The bytes that a new password replaces.
        struct PasswordPlace {
            var range: Range<Int>
            /// Whether a colon has to be put in front, because there is a user without a password.
            var needsColon = false
        }
    }

    /// Faults after which it is uncertain where the parts are.
    static let obscuringCodes: Set<FindingCode> = [
        TypeCodes.pgScheme, TypeCodes.pgReserved, TypeCodes.pgEscape, TypeCodes.pgDatabaseName, TypeCodes.pgFragment,
        TypeCodes.pgUnusable, TypeCodes.pgSSLMode, TypeCodes.severalLines, TypeCodes.controlCharacter,
    ]

    /// Reads a URI; see ``parse(_:)``. Linear in its length.
    static func read(_ bytes: Bytes) -> Reading {
        var reader = PostgresURLReader()
        reader.read(bytes)
        return reader.result
    }
}

/// Takes a URI apart from left to right, as libpq does (`conninfo_uri_parse_options`), but says what is wrong instead of
/// stopping, and goes on with the likeliest reading so that one fault does not look like five.
private struct PostgresURLReader {
    var result = PostgresURL.Reading()
    /// Which of user, password, host, port and dbname the part before the `?` gave.
    var given: Set<String> = []

    mutating func read(_ bytes: Bytes) {
        guard let rest = takeScheme(bytes) else { return }
        checkCharacters(bytes)
        let (userInfo, behind) = splitUserInfo(rest)
        let hosts = behind.prefix { !"/?#".utf8.contains($0) }
        let (path, query) = splitTail(behind.dropFirst(hosts.count))

        takeUserInfo(userInfo)
        takeHosts(hosts)
        takeDatabase(path)
        takeParameters(query)
        checkCompleteness()
    }

    mutating func fault(_ code: FindingCode, _ predicate: String) { result.faults.append(Fault(code, predicate)) }

    /// Decodes a part, or says that it cannot be.
    mutating func decode(_ part: Bytes, _ what: String) -> String? {
        guard let decoded = part.percentDecoded else {
            fault(TypeCodes.pgEscape, "has a percent sign in its \(what) without two hexadecimal digits behind it")
            return nil
        }
        if decoded.contains(0) || String(validating: decoded, as: UTF8.self) == nil {
            fault(TypeCodes.pgUnusable, "has encoded bytes in its \(what) that are no text")
        }
        return decoded.text
    }
}

// MARK: - Scheme, characters, user info

extension PostgresURLReader {
    private mutating func takeScheme(_ bytes: Bytes) -> Bytes? {
        for scheme in ["postgresql://", "postgres://"] where bytes.starts(with: scheme.utf8) {
            return bytes.dropFirst(scheme.utf8.count)
        }
        let name = bytes.prefix { $0.isAlphanumeric || "+-_".utf8.contains($0) }
        let rest = bytes.dropFirst(name.count)
        let isDialect = name.starts(with: "postgresql+".utf8) || name.starts(with: "postgres+".utf8)
        guard isDialect, rest.starts(with: "://".utf8) else {
            fault(TypeCodes.pgScheme, "does not begin with postgresql:// or postgres://")
            return nil
        }
        fault(TypeCodes.pgDialect, "names a driver behind a plus sign in its scheme, which only SQLAlchemy reads")
        return rest.dropFirst(3)
    }

    /// What RFC 3986 leaves no room for: blanks, quotes, `<>\^{|}`, a grave accent, and anything beyond ASCII. libpq
    /// refuses blanks only.
    private mutating func checkCharacters(_ bytes: Bytes) {
        if bytes.contains(where: { $0 <= 0x20 || $0 == 0x7F }) {
            fault(TypeCodes.pgBlank, "has a blank in it that must be percent-encoded")
        }
        if bytes.contains(where: { $0 >= 0x80 || "\"<>\\^`{|}".utf8.contains($0) }) {
            fault(TypeCodes.pgUnusual, "has a quote, bracket or other character that should be percent-encoded")
        }
    }

    /// Splits `user:password` from what follows.
    ///
    /// The authority ends at the first `/`, `?` or `#`, the user info at the last `@` in it (RFC 3986, 3.2). When there
    /// is no `@` in it but one behind, and what stands there makes no host and port, the `/`, `?` or `#` belongs to the
    /// password.
    private mutating func splitUserInfo(_ rest: Bytes) -> (userInfo: Bytes?, behind: Bytes) {
        let at = UInt8(ascii: "@")
        let authority = rest.prefix { !"/?#".utf8.contains($0) }
        if let last = authority.lastIndex(of: at) {
            return (authority[..<last], rest[(last + 1)...])
        }
        let tail = rest[authority.endIndex...]
        guard let colon = authority.firstIndex(of: UInt8(ascii: ":")), let first = tail.firstIndex(of: at) else {
            return (nil, rest)
        }
        // In a query an @ is nothing unusual, so there the would-be port decides.
        let isInQuery = tail[..<first].contains(UInt8(ascii: "?"))
        if isInQuery && authority[(colon + 1)...].decimal != nil { return (nil, rest) }
        let region = tail[first...].prefix { $0 != UInt8(ascii: "?") }
        let last = region.lastIndex(of: at) ?? first
        return (rest[..<last], rest[(last + 1)...])
    }

    private mutating func splitTail(_ tail: Bytes) -> (path: Bytes, query: Bytes?) {
        var rest = tail
        if let hash = rest.firstIndex(of: UInt8(ascii: "#")) {
            fault(TypeCodes.pgFragment, "has a # behind its host: some drivers cut the URL off there")
            rest = rest[..<hash]
        }
        guard let mark = rest.firstIndex(of: UInt8(ascii: "?")) else { return (rest, nil) }
        return (rest[..<mark], rest[(mark + 1)...])
    }

    private mutating func takeUserInfo(_ userInfo: Bytes?) {
        guard let userInfo else { return }
        let isClear = !userInfo.contains { "@/?#[]".utf8.contains($0) }
        if !isClear {
            fault(
                TypeCodes.pgReserved,
                "has a character in its user or password that must be percent-encoded: "
                    + "@ as %40, / as %2F, # as %23, ? as %3F, [ as %5B, ] as %5D"
            )
        }
        let colon = userInfo.firstIndex(of: UInt8(ascii: ":"))
        let user = userInfo[..<(colon ?? userInfo.endIndex)]
        if !user.isEmpty {
            result.url.user = decode(user, "user")
            given.insert("user")
        }
        if let colon {
            let password = userInfo[(colon + 1)...]
            if !password.isEmpty {
                result.url.password = decode(password, "password").map { Secret($0) }
                given.insert("password")
            }
            if isClear { result.passwordPlace = .init(range: password.startIndex..<password.endIndex) }
        } else if isClear && !user.isEmpty {
            result.passwordPlace = .init(range: user.endIndex..<user.endIndex, needsColon: true)
        }
    }
}

// MARK: - Hosts and database

extension PostgresURLReader {
    private mutating func takeHosts(_ hosts: Bytes) {
        guard !hosts.isEmpty else { return }
        let parts = hosts.parts(at: UInt8(ascii: ","))
        for (index, part) in parts.enumerated() {
            let what = parts.count == 1 ? "host" : "host \(index + 1)"
            let (name, port, isBracketed) = splitPort(part)
            let number = port.flatMap { takePort($0, what) }
            if name.isEmpty {
                if parts.count > 1 { fault(TypeCodes.pgEmptyHost, "has nothing where host \(index + 1) belongs") }
                continue
            }
            guard let text = decode(name, what) else { continue }
            addHost(text, port: number, isBracketed: isBracketed, what)
        }
        if !result.url.hosts.isEmpty { given.insert("host") }
    }

    /// Splits `host:port` and `[address]:port`. Several colons without brackets stay with the name.
    private func splitPort(_ part: Bytes) -> (name: Bytes, port: Bytes?, isBracketed: Bool) {
        let colon = UInt8(ascii: ":")
        if part.first == UInt8(ascii: "["), let close = part.firstIndex(of: UInt8(ascii: "]")) {
            let behind = part[(close + 1)...]
            // Without the colon the bracket stays with what follows, which then is no port.
            let port = behind.isEmpty ? nil : behind.first == colon ? behind.dropFirst() : part[close...]
            return (part[(part.startIndex + 1)..<close], port, true)
        }
        // Several colons are an address without its brackets, except behind a socket's folder.
        let pieces = part.parts(at: colon)
        let isSocket = part.starts(with: "%2F".utf8) || part.starts(with: "%2f".utf8)
        guard pieces.count == 2 || pieces.count > 2 && isSocket else { return (part, nil, false) }
        return (pieces[0], part[(pieces[0].endIndex + 1)...], false)
    }

    private mutating func takePort(_ text: Bytes, _ what: String) -> Int? {
        given.insert("port")
        if text.isEmpty {
            fault(TypeCodes.pgPortEmpty, "has a colon behind its \(what) and no port")
            return nil
        }
        guard let port = text.decimal, (1...65535).contains(port) else {
            fault(TypeCodes.pgPort, "has a port behind its \(what) that is not a whole number from 1 to 65535")
            return nil
        }
        return port
    }

    mutating func addHost(_ text: String, port: Int?, isBracketed: Bool = false, _ what: String) {
        // libpq takes a name that begins with a slash for a socket's folder, with an @ for an abstract socket.
        if text.hasPrefix("/") || text.hasPrefix("@") {
            result.url.hosts.append(.init(name: text, port: port, kind: .socket))
            return
        }
        let bytes = Array(text.utf8)[...]
        let found = isBracketed && !HostSyntax.isIPv6(bytes) ? .failure(.ipv6) : HostSyntax.kind(bytes)
        let kind: PostgresURL.Host.Kind
        switch found {
        case .success(.name): kind = .name
        case .success(.ipv4): kind = .address
        case .success(.ipv6):
            kind = isBracketed ? .address : .malformed
            if !isBracketed { fault(TypeCodes.pgIPv6, "has an IPv6 address as its \(what) without brackets") }
        case .failure(.ipv6):
            kind = .malformed
            fault(TypeCodes.pgIPv6, "has a malformed IPv6 address as its \(what); such addresses stand in brackets")
        case .failure(.ipv4):
            kind = .malformed
            fault(TypeCodes.pgHostName, "has a \(what) that looks like an IPv4 address and is none")
        case .failure(.name):
            kind = .malformed
            fault(TypeCodes.pgHostName, "has a \(what) that is not a host name")
        }
        result.url.hosts.append(.init(name: text, port: port, kind: kind))
    }

    private mutating func takeDatabase(_ path: Bytes) {
        let name = path.dropFirst()
        guard !name.isEmpty else { return }
        if name.contains(where: { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "@") }) {
            fault(
                TypeCodes.pgDatabaseName,
                "has a / or @ in its database's name, or the rest of a password with an unencoded / there"
            )
            result.passwordPlace = nil
        }
        result.url.database = decode(name, "database's name")
        given.insert("dbname")
    }
}

// MARK: - Parameters and the whole

extension PostgresURLReader {
    private mutating func takeParameters(_ query: Bytes?) {
        guard let query, !query.isEmpty else { return }
        var seen: Set<String> = []
        for (index, part) in query.parts(at: UInt8(ascii: "&")).enumerated() {
            let what = "parameter \(index + 1)"
            let sides = part.parts(at: UInt8(ascii: "="))
            guard sides.count == 2, !sides[0].isEmpty else {
                fault(TypeCodes.pgParameterForm, "has a \(what) that is not name=value")
                continue
            }
            guard let name = decode(sides[0], what), let value = decode(sides[1], what) else { continue }
            if !seen.insert(name).inserted {
                fault(TypeCodes.pgDuplicate, "gives \(what) a second time")
                continue
            }
            if value.isEmpty && PostgresParameters.isKnown(name) {
                fault(TypeCodes.pgParameterEmpty, "has a \(what) without a value")
                continue
            }
            result.url.parameters.append(.init(name: name, value: Secret(value)))
            take(name, value, range: sides[1].startIndex..<sides[1].endIndex, what)
        }
        checkPortCount()
    }

    private mutating func take(_ name: String, _ value: String, range: Range<Int>, _ what: String) {
        if given.contains(name) {
            fault(TypeCodes.pgGivenTwice, "gives in \(what) what stands before the question mark too")
            if name == "password" { result.passwordPlace = nil }
        }
        switch name {
        case "user": result.url.user = value
        case "password":
            fault(TypeCodes.pgPasswordParameter, "gives its password as a parameter, where programs do not mask it")
            if !given.contains("password") { result.passwordPlace = .init(range: range) }
            result.url.password = Secret(value)
        case "dbname": result.url.database = value
        case "host", "hostaddr":
            if name == "host" || result.url.hosts.isEmpty { takeHostParameter(value, what) }
        default: break
        }
        if let predicate = PostgresParameters.problem(name, value) {
            fault(predicate.code, "has a \(what) \(predicate.text)")
        }
        if let mode = PostgresParameters.sslMode(name, value) { result.url.sslMode = mode }
    }

    private mutating func takeHostParameter(_ value: String, _ what: String) {
        result.url.hosts = []
        for host in value.split(separator: ",", omittingEmptySubsequences: false) {
            if host.isEmpty {
                fault(TypeCodes.pgEmptyHost, "has nothing where \(what) has a host")
                continue
            }
            // In a parameter an IPv6 address stands without brackets.
            addHost(String(host), port: nil, isBracketed: host.contains(":"), what)
        }
    }

    /// `port=` has one port for all hosts or one for each (34.1.1.3).
    private mutating func checkPortCount() {
        guard let ports = result.url.parameters.first(where: { $0.name == "port" })?.value.reveal() else { return }
        let numbers = ports.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
        if numbers.count != 1 && numbers.count != max(result.url.hosts.count, 1) {
            fault(TypeCodes.pgPortCount, "has \(numbers.count) ports and \(result.url.hosts.count) hosts")
            return
        }
        for index in result.url.hosts.indices {
            result.url.hosts[index].port = numbers[numbers.count == 1 ? 0 : index]
        }
    }

    private mutating func checkCompleteness() {
        let url = result.url
        let names = Set(url.parameters.map(\.name))
        // A service's file may hold all of it.
        if names.contains("service") { return }
        if url.user == nil && !given.contains("user") {
            fault(TypeCodes.pgUser, "names no user")
        }
        let hasOtherProof = !names.isDisjoint(with: ["passfile", "sslcert", "requirepeer"]) || url.isLocalSocket
        if url.password == nil && !given.contains("password") && !hasOtherProof {
            fault(TypeCodes.pgPassword, "has no password")
        }
        if url.hosts.isEmpty && !result.faults.contains(where: { $0.code == TypeCodes.pgEmptyHost }) {
            fault(TypeCodes.pgHost, "names no host")
        }
        if url.database == nil && !given.contains("dbname") {
            fault(TypeCodes.pgDatabase, "names no database")
        }
        if names.contains("sslrootcert"), url.sslMode != .verifyFull,
            url.parameters.contains(where: { $0.name == "sslrootcert" && $0.value == Secret("system") })
        {
            fault(TypeCodes.pgParameterValue, "has sslrootcert=system, which needs sslmode=verify-full")
        }
    }
}
