public import Findings

/// What one identity may do: its policies, put together once and asked for every request.
///
/// The rule that decides is the one whose pattern is the path; otherwise, of the patterns that mean the path, the one
/// whose first wildcard comes later, then one without `*` at its end, then with fewer `+`, then the longer, then the
/// lexicographically larger (HashiCorp, "Policies", "Priority matching"). Rules with the same pattern are one rule with
/// all their capabilities, and deny wins in it. Whatever no rule means is not allowed.
public struct AccessControl: Sendable {
    struct Grant: Sendable {
        var applied: AppliedRule
        var parameters: ParameterRules?
        var wrapping: WrappingBounds
    }

    /// Whether everything is allowed.
    public let isRoot: Bool
    let patterns: [PathPattern]
    let grants: [Grant]
    let index: PatternIndex
    /// The rules that do not count for this identity, or count otherwise than they are written.
    public let setAside: [SetAsideRule]

    /// Everything.
    public static let root = AccessControl(isRoot: true, compiled: Compiler())

    /// Puts the policies of an identity together. A policy's name gives nothing, not even `root`.
    ///
    /// - Parameters:
    ///   - policies: The policies with their names.
    ///   - identity: What the templates of patterns are filled in from.
    public init(_ policies: [(name: String, document: PolicyDocument)], identity: TemplateValues) {
        var compiler = Compiler()
        for policy in policies {
            for rule in policy.document.rules { compiler.add(rule, of: policy.name, for: identity) }
        }
        self.init(isRoot: false, compiled: compiler)
    }

    private init(isRoot: Bool, compiled: Compiler) {
        self.isRoot = isRoot
        patterns = compiled.patterns
        grants = compiled.grants
        index = PatternIndex(compiled.patterns)
        setAside = compiled.setAside
    }

    /// Whether something may be done.
    ///
    /// - Parameters:
    ///   - capability: What is asked for. A listing is of what is below the resource, with or without a slash at its
    ///     end.
    ///   - resource: A path that ``ResourcePath/check(_:)`` has passed.
    ///   - parameters: The request's parameters; nil is none. They count for create, read, update and patch.
    public func decide(_ capability: Capability, on resource: String, parameters: JSONObject? = nil) -> Decision {
        if isRoot { return .root }
        guard let number = deciding(resource, asListing: capability == .list) else { return .noRule }
        let grant = grants[number]
        func no(_ refusal: Decision.Refusal) -> Decision {
            Decision(isAllowed: false, isRoot: false, rule: grant.applied, refusal: refusal, wrapping: grant.wrapping)
        }
        let given = grant.applied.capabilities
        if given.contains(.deny) { return no(.denied) }
        guard given.contains(capability) else { return no(.notGiven) }
        if let rules = grant.parameters {
            switch capability {
            case .create, .read, .update, .patch:
                if let refusal = rules.refusal(of: parameters) { return no(refusal) }
            case .delete, .list, .sudo, .deny, .root: break
            }
        }
        return Decision(isAllowed: true, isRoot: false, rule: grant.applied, refusal: nil, wrapping: grant.wrapping)
    }

    /// What may be done with a path, as `sys/capabilities` answers: sorted by name; `deny` alone when nothing, `root`
    /// alone for root. A slash at the end asks about a listing.
    public func capabilities(on resource: String) -> [Capability] {
        if isRoot { return [.root] }
        let isListing = resource.utf8.last == UInt8(ascii: "/")
        guard let number = deciding(resource, asListing: isListing) else { return [.deny] }
        let given = grants[number].applied.capabilities.sorted
        return given.isEmpty ? [.deny] : given
    }

    /// Whether something could be allowed on a path that is the prefix or lies below it. It is never false when there is
    /// such a path, and true by mistake only when several rules together deny all of them. A listing that is then
    /// filtered line by line needs this.
    ///
    /// - Parameters:
    ///   - capability: What is asked for.
    ///   - prefix: With a slash at the end, a folder: what is in it. Without, the path as well. Empty for everything.
    public func mayHold(_ capability: Capability, under prefix: String) -> Bool {
        mayHold(under: prefix, asListing: capability == .list) { $0.applied.capabilities.contains(capability) }
    }

    /// The same for an answer that is wrapped for some time, or not at all: a rule that asks for another gives nothing.
    ///
    /// - Parameter seconds: The time to live of the wrapped answer; nil when it is not wrapped.
    public func mayHold(_ capability: Capability, under prefix: String, wrapping seconds: Int?) -> Bool {
        mayHold(under: prefix, asListing: capability == .list) {
            $0.applied.capabilities.contains(capability) && $0.wrapping.admits(seconds)
        }
    }

    /// Whether anything at all could be allowed on a path that is the prefix or lies below it: what Vault asks before it
    /// tells what is mounted there (`sys/internal/ui/mounts`, with `+` in patterns: vault#6525).
    public func mayHoldAnything(under prefix: String) -> Bool {
        mayHold(under: prefix, asListing: true) { !$0.applied.capabilities.isEmpty }
    }

    private func mayHold(under prefix: String, asListing: Bool, _ suffices: (Grant) -> Bool) -> Bool {
        if isRoot { return true }
        func gives(_ number: Int) -> Bool {
            let grant = grants[number]
            return !grant.applied.capabilities.contains(.deny) && suffices(grant)
        }
        var folder = Array(prefix.utf8.drop { $0 == UInt8(ascii: "/") })
        if !folder.isEmpty && folder.last != UInt8(ascii: "/") {
            if let number = Self.find(folder.span, in: index, asListing: false)?.number, gives(number) { return true }
            folder.append(UInt8(ascii: "/"))
        }
        if asListing, let number = Self.find(folder.span, in: index, asListing: true)?.number, gives(number) {
            return true
        }
        // The pattern of highest priority that means everything below: what has less priority decides nothing there.
        var floor: Int?
        for number in patterns.indices where patterns[number].isPrefix && patterns[number].matches(folder.span) {
            if let best = floor, patterns[number].precedence(over: patterns[best]) == nil { continue }
            floor = number
        }
        if let floor, gives(floor) { return true }
        return patterns.indices.contains { number in
            gives(number) && patterns[number].mayMatch(under: folder.span)
                && floor.map { patterns[number].precedence(over: patterns[$0]) != nil } ?? true
        }
    }

    // MARK: Finding the rule

    /// The number of the rule that decides.
    func deciding(_ resource: String, asListing: Bool) -> Int? {
        var text = resource
        if asListing && text.utf8.last != UInt8(ascii: "/") { text += "/" }
        let index = index
        return text.withUTF8 { bytes in
            Self.find(unsafe bytes.span, in: index, asListing: asListing)?.number
        }
    }

    /// A listing is of the folder, whose path is spelled with and without a slash at the end; policies have both
    /// spellings. Rules that are one of the two come first. Of the others, the one with the highest priority that means
    /// either: asking the bare spelling first, as Vault did, finds a broad rule past a narrow one that denies what is
    /// below (GHSA-xp3c-3jw3-4vcr).
    private static func find(_ resource: Span<UInt8>, in index: PatternIndex, asListing: Bool) -> PatternIndex.Hit? {
        var start = 0
        while start < resource.count && resource[start] == UInt8(ascii: "/") { start += 1 }
        let path = resource.extracting(start..<resource.count)
        if let number = index.exact(path) { return PatternIndex.Hit(number: number, rank: .max) }
        guard asListing, path.count > 0, path[path.count - 1] == UInt8(ascii: "/") else { return index.wildcard(path) }
        let bare = path.extracting(0..<path.count - 1)
        if let number = index.exact(bare) { return PatternIndex.Hit(number: number, rank: .max) }
        guard let first = index.wildcard(path) else { return index.wildcard(bare) }
        guard let second = index.wildcard(bare) else { return first }
        return first.rank >= second.rank ? first : second
    }
}
