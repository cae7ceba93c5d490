public import Findings
internal import Secrets

/// Why a variable has its value in one component and environment, and what each rule says about it.
public struct Explanation: Sendable {
    /// The variable.
    public var variable: Variable
    /// The component's name.
    public var component: String
    /// The environment's name.
    public var environment: String
    /// The value, masked; nil when there is none.
    public var value: String?
    /// Where there was a value, highest precedence first. The first one won.
    public var origins: [Origin]
    /// What each rule says, in the order of ``RuleKind``.
    public var verdicts: [Verdict]

    /// What one rule says.
    public struct Verdict: Sendable {
        /// Which rule.
        public var kind: RuleKind
        /// What it asks, in words: `at least 32 characters`.
        public var words: String
        /// Who asks.
        public var source: Source
        /// Whether it holds.
        public var outcome: Outcome
        /// What is wrong when it does not hold.
        public var findings: [Finding]
    }

    /// Who asks for something.
    public enum Source: Sendable, Hashable {
        /// The variable's general rules.
        case general
        /// The variable's rules for the environment.
        case environment
        /// Keyfolio, always.
        case builtIn
    }

    /// Whether a rule holds.
    public enum Outcome: Sendable, Hashable {
        /// It does.
        case holds
        /// It does not.
        case broken
        /// It was not asked, for this reason.
        case notAsked(String)
    }
}

extension Checker {
    /// Explains a variable.
    ///
    /// - Parameters:
    ///   - name: Its name.
    ///   - resolution: The component and environment.
    ///   - others: What else was resolved in the environment: conditions may look at other components' variables.
    ///   - findings: What ``check(_:stored:fingerprint:)`` found, for the rules that look across environments.
    /// - Returns: The explanation, or nil when the component has no variable of the name.
    public func explain(
        _ name: String,
        in resolution: Resolution,
        others: [Resolution] = [],
        findings: [Finding] = []
    ) -> Explanation? {
        guard let resolved = resolution.variables.first(where: { $0.variable.name == name }) else { return nil }
        let judged = JudgedValue(resolved, in: resolution)
        let verdicts =
            [requiredVerdict(judged, Companions([resolution] + others, for: manifest))].compactMap(\.self)
            + valueVerdicts(judged) + crossVerdicts(judged, findings)
        return Explanation(
            variable: resolved.variable,
            component: resolution.component.name,
            environment: resolution.environment.name,
            value: resolved.value.map(Mask.describe),
            origins: ([resolved.origin].compactMap(\.self)) + resolved.overridden,
            verdicts: verdicts
        )
    }

    private func verdict(
        _ kind: RuleKind,
        _ judged: JudgedValue,
        _ outcome: Explanation.Outcome,
        _ findings: [Finding] = []
    ) -> Explanation.Verdict? {
        guard let words = judged.rules.words(for: kind) else { return nil }
        let own = judged.variable.environments[judged.environment.name]?.rules
        let isOwn = own?.words(for: kind) != nil
        let source: Explanation.Source = kind.isBuiltIn ? .builtIn : isOwn ? .environment : .general
        return .init(kind: kind, words: words, source: source, outcome: outcome, findings: findings)
    }

    private func requiredVerdict(_ judged: JudgedValue, _ companions: Companions) -> Explanation.Verdict? {
        guard judged.value == nil else { return verdict(.required, judged, .holds) }
        let finding = missing(judged, companions)
        return verdict(.required, judged, finding == nil ? .holds : .broken, [finding].compactMap(\.self))
    }

    private func valueVerdicts(_ judged: JudgedValue) -> [Explanation.Verdict] {
        guard let value = judged.value else {
            return RuleKind.allCases.compactMap { kind in
                let isAboutValue = !kind.isBuiltIn && kind != .required && kind != .public && kind != .unique
                return isAboutValue ? verdict(kind, judged, .notAsked("there is no value")) : nil
            }
        }
        return ValueJudge.outcomes(of: judged, value, patterns: patterns).compactMap { kind, outcome in
            if kind == .defaultCredentials && judged.variable.type != .postgresURL { return nil }
            switch outcome {
            case .holds: return verdict(kind, judged, .holds)
            case .broken(let findings): return verdict(kind, judged, .broken, findings)
            case .notAsked(let reason): return verdict(kind, judged, .notAsked(reason))
            }
        }
    }

    private func crossVerdicts(_ judged: JudgedValue, _ findings: [Finding]) -> [Explanation.Verdict] {
        let own = findings.filter { $0.place.variable == judged.name }
        let reused = own.filter {
            $0.code == RuleCodes.reusedAcrossEnvironments && $0.place.environment == judged.environment.name
        }
        let visible = own.filter {
            [RuleCodes.browserSecret, RuleCodes.browserInternal, RuleCodes.publicName].contains($0.code)
        }
        return [
            verdict(.unique, judged, reused.isEmpty ? .holds : .broken, reused),
            verdict(.public, judged, visible.isEmpty ? .holds : .broken, visible),
        ].compactMap(\.self)
    }
}
