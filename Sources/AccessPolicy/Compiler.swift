/// A rule that does not count for an identity, or counts otherwise than it is written.
public struct SetAsideRule: Sendable, Hashable {
    /// Why.
    public enum Reason: String, Sendable, Hashable {
        /// The identity has no value for a template; the rule is dropped.
        case valueMissing
        /// The identity's value holds a wildcard, a slash, dots or a control character; the rule is dropped.
        case valueUnsafe
        /// The same with a rule that denies: it denies with any value, because dropping it would open what it closes.
        case denialWidened
    }

    /// The policy's name.
    public let policy: String
    /// The pattern as it is written.
    public let pattern: String
    /// Why.
    public let reason: Reason
}

/// Puts the rules with one pattern together.
struct Compiler {
    private(set) var patterns: [PathPattern] = []
    private(set) var grants: [AccessControl.Grant] = []
    private(set) var setAside: [SetAsideRule] = []
    private var numbers: [[UInt8]: Int] = [:]

    mutating func add(_ rule: PathRule, of policy: String, for identity: TemplateValues) {
        switch PathTemplate.resolve(rule.pattern, identity) {
        case .resolved(let pattern): add(rule, of: policy, as: pattern)
        case .missing:
            setAside.append(SetAsideRule(policy: policy, pattern: rule.pattern, reason: .valueMissing))
        case .unsafe(let widened):
            let denies = rule.capabilities.contains(.deny)
            let reason: SetAsideRule.Reason = denies ? .denialWidened : .valueUnsafe
            setAside.append(SetAsideRule(policy: policy, pattern: rule.pattern, reason: reason))
            if denies { add(rule, of: policy, as: widened) }
        }
    }

    private mutating func add(_ rule: PathRule, of policy: String, as text: String) {
        let source = AppliedRule.Source(policy: policy, capabilities: rule.capabilities)
        let pattern = PathPattern(text)
        let key = Array(pattern.text.utf8)
        guard let number = numbers[key] else {
            numbers[key] = grants.count
            patterns.append(pattern)
            var grant = AccessControl.Grant(
                applied: AppliedRule(pattern: pattern.text, capabilities: rule.capabilities, sources: [source]),
                parameters: nil,
                wrapping: WrappingBounds(minimum: rule.minimumWrapping, maximum: rule.maximumWrapping)
            )
            grant.restrict(rule)
            grants.append(grant)
            return
        }
        grants[number].applied.sources.append(source)
        let sum = grants[number].applied.capabilities.union(rule.capabilities)
        grants[number].applied.capabilities = sum.contains(.deny) ? .deny : sum
        grants[number].restrict(rule)
    }
}

extension AccessControl.Grant {
    /// Takes in what a rule says about parameters and wrapping. Of two bounds, the lower counts: the documentation
    /// prefers short lives.
    fileprivate mutating func restrict(_ rule: PathRule) {
        var rules = parameters ?? ParameterRules()
        // Otherwise each of ten thousand rules with one pattern would copy what the others said.
        parameters = nil
        rules.merge(rule)
        parameters = rules.isEmpty ? nil : rules
        func lower(_ left: Int, _ right: Int) -> Int { left == 0 || right == 0 ? max(left, right) : min(left, right) }
        wrapping = WrappingBounds(
            minimum: lower(wrapping.minimum, rule.minimumWrapping),
            maximum: lower(wrapping.maximum, rule.maximumWrapping)
        )
    }
}
