internal import Findings
internal import Vaulting

/// One row of the table of everything that is answered: a path of an engine, and what each verb does there.
struct Route: Sendable {
    /// What is mounted somewhere, with paths of its own.
    enum Engine: String, Sendable, Hashable, CaseIterable {
        case system, token, appRole, userPassword, cubbyhole, keyValue1, keyValue2, transit
        case jwt, kubernetes, certificate, identity

        /// What `type` and `mount_type` say.
        var type: String {
            switch self {
            case .system: "system"
            case .token: "token"
            case .appRole: "approle"
            case .userPassword: "userpass"
            case .cubbyhole: "cubbyhole"
            case .jwt: "jwt"
            case .kubernetes: "kubernetes"
            case .certificate: "cert"
            case .identity: "identity"
            case .keyValue1, .keyValue2: "kv"
            case .transit: "transit"
            }
        }
    }

    /// Who may come so far that a handler looks at the request.
    enum Access: Sendable, Hashable {
        /// Anybody; no token is looked at.
        case anybody
        /// Whoever has a token. The gate asks the policy for the capability of the verb.
        case token
        /// As before, and the policy must give `sudo` too (Vault: "root protected").
        case sudo
    }

    let engine: Engine
    /// The path below the mount: words, `:name` for one segment, `*path` for any number of them.
    let pattern: String
    let calls: [LogicalRequest.Operation: VaultCall]
    let access: Access
    private let parts: [Part]

    private enum Part: Sendable, Equatable {
        case word(String)
        case name(String)
        case rest(String)
    }

    init(
        _ engine: Engine,
        _ pattern: String,
        _ calls: [LogicalRequest.Operation: VaultCall],
        _ access: Access = .token
    ) {
        self.engine = engine
        self.pattern = pattern
        self.access = access
        self.calls = calls
        parts = pattern.split(separator: "/").map { part in
            switch part.first {
            case ":": .name(String(part.dropFirst()))
            case "*": .rest(String(part.dropFirst()))
            default: .word(String(part))
            }
        }
    }

    /// Whether the names in the path are the same in every case.
    var foldsCase: Bool {
        switch engine {
        case .userPassword, .appRole, .jwt, .kubernetes, .certificate: true
        case .system: pattern.hasPrefix("policies/acl/") || pattern.hasPrefix("policy/")
        default: false
        }
    }

    /// Matches a path.
    ///
    /// - Parameters:
    ///   - segments: The path below the mount.
    ///   - hasTrailingSlash: Whether a slash followed: then the rest of a pattern may be empty.
    /// - Returns: What the pattern's names stand for, or nil when the path is another.
    func match(_ segments: ArraySlice<Substring>, hasTrailingSlash: Bool) -> [String: String]? {
        // Most routes that are tried are not the one: their first words say so, before any name is taken.
        for (part, segment) in zip(parts, segments) {
            guard case .word(let word) = part else { break }
            guard segment == word else { return nil }
        }
        var names: [String: String] = [:]
        var left = segments
        for (index, part) in parts.enumerated() {
            switch part {
            case .word(let word):
                guard let segment = left.first, segment == word else { return nil }
                left.removeFirst()
            case .name(let name):
                guard let segment = left.first, PathName.isValid(segment) else { return nil }
                names[name] = String(segment)
                left.removeFirst()
            case .rest(let name):
                let after = parts.count - index - 1
                guard left.count >= after else { return nil }
                let taken = left.dropLast(after)
                guard !taken.isEmpty || (hasTrailingSlash && after == 0) else { return nil }
                names[name] = taken.joined(separator: "/")
                left = left.suffix(after)
            }
        }
        return left.isEmpty ? names : nil
    }
}

/// A request that found its row.
struct RoutedCall: Sendable {
    let call: VaultCall
    let route: Route
    /// What the names of the pattern stand for.
    let names: [String: String]

    /// What a name of the pattern stands for; empty when the pattern has no such name.
    subscript(name: String) -> String { names[name] ?? "" }
}

extension Route {
    /// Finds the row for a path of an engine.
    ///
    /// - Throws: 404 when no pattern fits, 405 when the verb does not.
    static func find(
        _ engine: Engine,
        _ segments: ArraySlice<Substring>,
        _ request: LogicalRequest
    ) throws(LogicalFault) -> RoutedCall {
        for route in table[engine] ?? [] {
            guard let names = route.match(segments, hasTrailingSlash: request.hasTrailingSlash) else { continue }
            guard let call = route.calls[request.operation] else { throw .unsupportedOperation }
            return RoutedCall(call: call, route: route, names: names)
        }
        throw .unsupportedPath
    }

    private static let table: [Engine: [Route]] = Dictionary(grouping: all, by: \.engine)
}
