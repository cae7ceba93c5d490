public import Findings
public import Secrets

/// Judges resolved values by the manifest's types and rules.
///
/// Everything that any command or library says about values comes from here: `check`, `run`, `doctor` and the startup
/// library differ only in what they resolve and how they report.
public struct Checker: Sendable {
    let manifest: Manifest
    let patterns: PatternCache
    let variables: [String: Variable]

    /// A checker for a manifest. Its patterns and names are read once, so keep it for several checks.
    public init(_ manifest: Manifest) {
        self.manifest = manifest
        patterns = PatternCache(manifest)
        variables = Dictionary(manifest.variables.map { ($0.name, $0) }) { first, _ in first }
    }

    /// Judges what components get in environments. Linear in the values.
    ///
    /// - Parameters:
    ///   - resolutions: What was resolved: any components in any environments, at best all that are at hand, because
    ///     reuse and conditions look across them.
    ///   - others: What is not judged, and looked at where a rule compares or a condition asks.
    ///   - stored: Fingerprints of values of environments that are not among the resolutions.
    ///   - fingerprint: A keyed fingerprint of a value: equal for equal values, and telling nothing else. It is given
    ///     what ``identity(of:type:)`` gives.
    /// - Returns: The findings: value by value in the order given, then names, then reuse.
    public func check<Fingerprint: Hashable & Sendable>(
        _ resolutions: [Resolution],
        others: [Resolution] = [],
        stored: [StoredFingerprint<Fingerprint>] = [],
        fingerprint: (Secret<String>) -> Fingerprint
    ) -> [Finding] {
        let companions = Companions(resolutions + others, for: manifest)
        var reuse = ReuseCheck<Fingerprint>(manifest, resolutions + others, stored: stored)
        var browsers = BrowserValueCheck<Fingerprint>(resolutions)
        var findings: [Finding] = []
        for resolution in resolutions {
            for resolved in resolution.variables {
                let judged = JudgedValue(resolved, in: resolution)
                guard let value = judged.value else {
                    if let finding = missing(judged, companions) { findings.append(finding) }
                    continue
                }
                var isPlaceholder = false
                for (kind, outcome) in ValueJudge.outcomes(of: judged, value, patterns: patterns) {
                    guard case .broken(let broken) = outcome else { continue }
                    findings += broken
                    if kind == .placeholder { isPlaceholder = true }
                }
                if !isPlaceholder { reuse.add(judged, value, fingerprint) }
                browsers.add(judged, value, isPlaceholder: isPlaceholder, fingerprint)
            }
        }
        for resolution in others {
            for resolved in resolution.variables {
                let judged = JudgedValue(resolved, in: resolution)
                guard let value = judged.value else { continue }
                let type = judged.variable.type, isSecret = judged.variable.isSecret
                let isPlaceholder = Placeholder.isPlaceholder(value, type: type, isSecret: isSecret)
                if !isPlaceholder { reuse.add(judged, value, isReported: false, fingerprint) }
                browsers.add(judged, value, isReported: false, isPlaceholder: isPlaceholder, fingerprint)
            }
        }
        findings += browsers.findings(fingerprint)
        return findings + NameCheck(self).findings(resolutions) + reuse.findings
    }

    /// The part of a value that must not be used twice: of a PostgreSQL URL the password, because another host with the
    /// same password is the same secret; of anything else the whole.
    ///
    /// - Parameters:
    ///   - value: The value.
    ///   - type: Its type.
    /// - Returns: What to fingerprint.
    public static func identity(of value: Secret<String>, type: ValueType) -> Secret<String> {
        guard type == .postgresURL else { return value }
        return PostgresURL.parse(value).url.password ?? value
    }

    /// The finding about a variable without a value, when it needs one.
    func missing(_ judged: JudgedValue, _ companions: Companions) -> Finding? {
        let isEmpty = judged.resolved.value != nil
        let what = isEmpty ? "is empty" : "has no value"
        let place = "in \(judged.environment.name)"
        switch judged.rules.required {
        case nil, .never: return nil
        case .always:
            let code = isEmpty ? RuleCodes.empty : RuleCodes.missing
            return judged.finding(code, "\(what) \(place)", fix: judged.renewal)
        case .whenSet(let other):
            guard companions.value(of: other, for: judged) != nil else { return nil }
            let predicate = "\(what) \(place), but \(other) has one, and the two go together"
            return judged.finding(RuleCodes.missingCompanion, predicate, fix: judged.renewal)
        case .whenEqual(let other, let wanted):
            guard let value = companions.value(of: other, for: judged),
                (variables[other]?.type ?? .string).areEqual(value.reveal(), wanted)
            else { return nil }
            let predicate = "\(what) \(place), but is needed because \(other) is \(wanted)"
            return judged.finding(RuleCodes.missingCompanion, predicate, fix: judged.renewal)
        }
    }
}

/// The values of the variables that conditions ask about.
struct Companions {
    private var own: [String: [String: Secret<String>]] = [:]
    private var anywhere: [String: [String: Secret<String>]] = [:]

    /// Notes the values of the variables that some rule's condition names.
    init(_ resolutions: [Resolution], for manifest: Manifest) {
        var asked: Set<String> = []
        for variable in manifest.variables {
            for rules in [variable.rules] + variable.environments.values.map(\.rules) {
                switch rules.required {
                case .whenSet(let other), .whenEqual(let other, _): asked.insert(other)
                case nil, .never, .always: break
                }
            }
        }
        guard !asked.isEmpty else { return }
        for resolution in resolutions {
            let environment = resolution.environment.name
            for resolved in resolution.variables where asked.contains(resolved.variable.name) {
                guard let value = resolved.value, !value.isEmpty else { continue }
                let name = resolved.variable.name
                own[Self.key(environment, resolution.component.name), default: [:]][name] = value
                if anywhere[environment]?[name] == nil { anywhere[environment, default: [:]][name] = value }
            }
        }
    }

    private static func key(_ environment: String, _ component: String) -> String { "\(environment)\0\(component)" }

    /// The other variable's value for the same component, or for any in the environment when the component does not
    /// read it.
    func value(of name: String, for judged: JudgedValue) -> Secret<String>? {
        let environment = judged.environment.name
        return own[Self.key(environment, judged.component.name)]?[name] ?? anywhere[environment]?[name]
    }
}
