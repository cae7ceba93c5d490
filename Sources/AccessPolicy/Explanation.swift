/// Why something is allowed or not, for a person who has to mend it.
public struct Explanation: Sendable, Hashable {
    /// A rule that also means the path, and why it does not decide.
    public struct Losing: Sendable, Hashable {
        /// The rule.
        public let rule: AppliedRule
        /// Why another goes before, as the end of a sentence.
        public let reason: String
    }

    /// The decision, for a request without parameters.
    public let decision: Decision
    /// The rules that also mean the path, in the order of priority.
    public let losing: [Losing]
    /// The rules that are set aside for this identity.
    public let setAside: [SetAsideRule]
    /// What happened, and what would change it.
    public let sentence: String
    /// A rule that allows it, as text of a policy; nil when it is allowed.
    public let suggestion: String?
}

extension AccessControl {
    /// Which rule decides, which others lost and why, and what would change the answer.
    ///
    /// - Parameters:
    ///   - capability: What is asked for.
    ///   - resource: A path that ``ResourcePath/check(_:)`` has passed.
    public func explain(_ capability: Capability, on resource: String) -> Explanation {
        let decision = decide(capability, on: resource)
        let number = isRoot ? nil : deciding(resource, asListing: capability == .list)
        return Explanation(
            decision: decision,
            losing: number.map { losing(to: $0, on: resource, asListing: capability == .list) } ?? [],
            setAside: setAside,
            sentence: sentence(decision, capability, resource),
            suggestion: decision.isAllowed ? nil : Self.suggestion(capability, resource)
        )
    }

    private func losing(to winner: Int, on resource: String, asListing: Bool) -> [Explanation.Losing] {
        var path = Array(resource.utf8.drop { $0 == UInt8(ascii: "/") })
        if asListing && path.last != UInt8(ascii: "/") { path.append(UInt8(ascii: "/")) }
        let bare = asListing ? Array(path.dropLast()) : path
        let others = patterns.indices.filter { number in
            number != winner && (patterns[number].matches(path.span) || patterns[number].matches(bare.span))
        }
        return others.sorted { patterns[$0].precedence(over: patterns[$1]) != nil }.map { number in
            let precedence = patterns[winner].precedence(over: patterns[number])
            return Explanation.Losing(rule: grants[number].applied, reason: Self.text(precedence))
        }
    }

    private static func text(_ precedence: PathPattern.Precedence?) -> String {
        switch precedence {
        case .exact: "the other is the path itself"
        case .laterWildcard: "the other's first wildcard comes later"
        case .noStar: "the other does not end in *"
        case .fewerPluses: "the other has fewer + segments"
        case .longer: "the other is longer"
        case .lexicographic: "the other comes later in the order of bytes"
        // Both are the path of the folder, with and without the slash.
        case nil: "the other is the spelling that was asked for"
        }
    }

    private func sentence(_ decision: Decision, _ capability: Capability, _ resource: String) -> String {
        let wish = "\(capability.rawValue) on \(Self.quoted(resource))"
        if decision.isRoot { return "\(wish) is allowed: the root policy allows everything." }
        guard let rule = decision.rule else {
            let others =
                setAside.isEmpty
                ? ""
                : " Rules set aside because the identity's values do not fit their templates: \(setAside.count)."
            return "\(wish) is not allowed: no rule means this path.\(others) Add a rule to a policy of your own: "
                + "those that are built in stay as they are."
        }
        let place = "\(Self.quoted(rule.pattern)) (\(Self.policies(rule.sources)))"
        switch decision.refusal {
        case nil: return "\(wish) is allowed by \(place)."
        case .denied:
            let denying = rule.sources.filter { $0.capabilities.contains(.deny) }
            return
                "\(wish) is denied by \(Self.quoted(rule.pattern)) (\(Self.policies(denying))). Deny wins over every "
                + "rule with the same pattern: take it away there, or add a rule with a more specific pattern."
        case .parameterMissing(let name):
            return "\(wish) is allowed by \(place) only with the parameter \(Self.quoted(name))."
        case .notGiven, .noRule, .parameterDenied, .parameterNotAllowed, .parameterValueNotAllowed:
            let given = rule.capabilities.sorted.map(\.rawValue).joined(separator: ", ")
            let start = "\(wish) is not allowed: \(place) decides and gives \(given.isEmpty ? "nothing" : given). "
            // Rules of one pattern give together what each of them gives.
            if rule.sources.allSatisfy({ BuiltInRole(rawValue: $0.policy) != nil }) {
                return start + "It is built in and stays as it is: add a rule to a policy of your own."
            }
            return start + "Add \(capability.rawValue) there, or a rule with a more specific pattern."
        }
    }

    fileprivate static func policies(_ sources: [AppliedRule.Source]) -> String {
        var names: [String] = []
        for source in sources where !names.contains(source.policy) { names.append(source.policy) }
        return (names.count == 1 ? "policy " : "policies ") + names.joined(separator: ", ")
    }

    private static func suggestion(_ capability: Capability, _ resource: String) -> String? {
        if capability == .deny || capability == .root { return nil }
        let path = resource.withoutLeadingSlash
        // A path that would be read as a pattern or a template cannot be written as a rule about itself only.
        let isPlain = PathPattern(path).isExact && !path.utf8.contains(UInt8(ascii: "{"))
        return isPlain ? "path \(quoted(path)) {\n  capabilities = [\"\(capability.rawValue)\"]\n}" : nil
    }

    /// In quotes, as a policy text has it.
    fileprivate static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": result += "\\\(scalar)"
            case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{202A}"..."\u{202E}", "\u{2028}", "\u{2029}",
                "\u{2066}"..."\u{2069}":
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}

extension Decision {
    /// What refuses, in few words for a record: the rule that decides with its policies, and what it gives.
    ///
    /// - Parameter capability: What was asked for.
    package func refusalText(of capability: Capability) -> String {
        guard let rule else { return "no rule means it" }
        let place = "\(AccessControl.quoted(rule.pattern)) (\(AccessControl.policies(rule.sources)))"
        switch refusal {
        case .denied: return "\(place) denies"
        case .parameterMissing, .parameterDenied, .parameterNotAllowed, .parameterValueNotAllowed:
            return "\(place) does not take the parameters"
        case .notGiven, .noRule: return "\(place) does not give \(capability.rawValue)"
        case nil: return "\(place) asks for a wrapped answer"
        }
    }
}
