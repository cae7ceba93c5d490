public import SecretStore

/// What a rule can allow or deny.
public enum Capability: String, Sendable, Hashable, CaseIterable {
    /// See payloads.
    case read
    /// Write versions and labels.
    case write
    /// Delete, undelete, destroy and remove.
    case delete
    /// See that something is there, its versions, ages and history.
    case list
    /// Read, verify and export the audit log.
    case audit
    /// Keys, rings, snapshots.
    case administer
}

/// What a principal may do. Default is no; a denying rule wins over every allowing one.
public struct Policy: Sendable, Hashable {
    /// One line of a policy.
    public struct Rule: Sendable, Hashable {
        /// Whether the rule gives or takes.
        public enum Effect: String, Sendable, Hashable {
            case allow, deny
        }

        /// The paths that the rule is about.
        public let pattern: PathPattern
        /// What it is about.
        public let capabilities: Set<Capability>
        /// Whether it gives or takes.
        public let effect: Effect

        /// Puts a rule together.
        public init(_ effect: Effect, _ capabilities: Set<Capability>, on pattern: PathPattern) {
            self.effect = effect
            self.capabilities = capabilities
            self.pattern = pattern
        }
    }

    /// The policy's name, for the audit log.
    public let name: String
    /// The rules; their order does not matter.
    public let rules: [Rule]

    /// Puts a policy together.
    public init(name: String, rules: [Rule]) {
        self.name = name
        self.rules = rules
    }

    /// The policy of whoever opens a store with its key on their own machine: everything.
    public static let owner = Policy(
        name: "owner",
        rules: [Rule(.allow, Set(Capability.allCases), on: .everything)]
    )

    /// Whether the policy allows something.
    ///
    /// - Parameters:
    ///   - capability: What is asked for.
    ///   - path: The secret; nil for what is about the store as a whole, which only rules on every path allow.
    public func allows(_ capability: Capability, on path: SecretPath?) -> Bool {
        var isAllowed = false
        for rule in rules where rule.capabilities.contains(capability) {
            let applies = path.map(rule.pattern.matches) ?? (rule.pattern == .everything)
            guard applies else { continue }
            if rule.effect == .deny { return false }
            isAllowed = true
        }
        return isAllowed
    }

    /// Whether the policy allows something on at least one path that could be at or under a prefix. What a listing
    /// shows is then asked path by path.
    public func mayAllow(_ capability: Capability, under prefix: SecretPath?) -> Bool {
        rules.contains { rule in
            rule.effect == .allow && rule.capabilities.contains(capability)
                && (prefix.map(rule.pattern.mayMatch(under:)) ?? true)
        }
    }
}

/// Which paths a rule is about: a path in which `+` stands for one whole segment, and which may end in `*` for
/// whatever follows.
///
/// `team/*` is everything below `team`, not `team` itself; `team/a*` also `team/ab/c`; `+/production` one segment and
/// then `production`; `*` everything. Patterns are compared with whole valid paths only, so there is nothing to
/// normalise and no second spelling.
public struct PathPattern: Sendable, Hashable, CustomStringConvertible {
    /// The pattern.
    public let text: String
    private let segments: [String]
    private let isPrefix: Bool

    /// Everything.
    public static let everything = PathPattern(text: "*", segments: [""], isPrefix: true)

    private init(text: String, segments: [String], isPrefix: Bool) {
        self.text = text
        self.segments = segments
        self.isPrefix = isPrefix
    }

    /// Reads a pattern.
    ///
    /// - Throws: ``StoreError`` `KF-STORE-070` when it is no pattern: a `*` elsewhere than at the end, or what is not
    ///   allowed in a path.
    public init(_ text: String) throws(StoreError) {
        let isPrefix = text.utf8.last == UInt8(ascii: "*")
        let body = isPrefix ? String(text.dropLast()) : text
        let parts = body.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        // The rules of paths hold for the pattern with something plain in the place of its wildcards.
        let plain = parts.map { $0 == "+" ? "x" : $0 }.joined(separator: "/")
        _ = try SecretPath(isPrefix ? plain + "x" : plain)
        self.init(text: text, segments: parts, isPrefix: isPrefix)
    }

    /// Whether a path is meant.
    public func matches(_ path: SecretPath) -> Bool {
        // The pattern of whoever owns the store, asked for each secret of a large read.
        if isPrefix && segments.count == 1 { return path.text.utf8.starts(with: segments[0].utf8) }
        let parts = path.segments
        guard isPrefix ? parts.count >= segments.count : parts.count == segments.count else { return false }
        for (position, segment) in segments.enumerated() {
            let isLast = position == segments.count - 1
            if isPrefix && isLast { return parts[position].hasPrefix(segment) }
            if segment != "+" && segment != parts[position] { return false }
        }
        return true
    }

    /// Whether a path at or under a prefix could be meant.
    func mayMatch(under prefix: SecretPath) -> Bool {
        let parts = prefix.segments
        for (position, segment) in segments.enumerated() {
            // The prefix is used up: what follows can be anything.
            guard position < parts.count else { return true }
            let isLast = position == segments.count - 1
            if isPrefix && isLast { return parts[position].hasPrefix(segment) }
            if segment != "+" && segment != parts[position] { return false }
        }
        return parts.count == segments.count
    }

    /// The pattern.
    public var description: String { text }
}
