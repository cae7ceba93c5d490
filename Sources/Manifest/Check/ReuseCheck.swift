internal import Findings
internal import Secrets

/// The fingerprint of a value that a store keeps for an environment.
public struct StoredFingerprint<Fingerprint: Hashable & Sendable>: Sendable, Hashable {
    /// The environment's name.
    public var environment: String
    /// The variable's name.
    public var variable: String
    /// The fingerprint, made by the same function and key as the others.
    public var fingerprint: Fingerprint

    /// Takes down a fingerprint.
    public init(environment: String, variable: String, fingerprint: Fingerprint) {
        self.environment = environment
        self.variable = variable
        self.fingerprint = fingerprint
    }
}

/// Finds values that are used twice: by two environments, or by two variables. Values are compared by keyed fingerprint
/// only, so that no environment's secrets have to be in the clear where another's are checked.
struct ReuseCheck<Fingerprint: Hashable & Sendable> {
    /// One use of a value.
    private struct Use {
        var environment: String
        var variable: String
        /// nil for a value that only its fingerprint is known of, and for one that no finding may be about.
        var judged: JudgedValue?
        /// Whether another variable must not have the value.
        var isOwn = true
        /// Whether the variable must differ between environments.
        var isUnique: Bool
    }

    private let order: [String: Int]
    private let environments: [String: Environment]
    private var uses: [Fingerprint: [Use]] = [:]
    /// The fingerprints in the order in which they came, so that findings have an order.
    private var sequence: [Fingerprint] = []

    init(_ manifest: Manifest, _ resolutions: [Resolution], stored: [StoredFingerprint<Fingerprint>]) {
        let names = manifest.environments.map(\.name)
        order = Dictionary(zip(names, names.indices)) { first, _ in first }
        environments = Dictionary(manifest.environments.map { ($0.name, $0) }) { first, _ in first }
        let resolved = Set(resolutions.map(\.environment.name))
        // What was resolved is what counts; the store may hold an older value.
        for known in stored where !resolved.contains(known.environment) {
            add(
                Use(environment: known.environment, variable: known.variable, judged: nil, isUnique: false),
                known.fingerprint
            )
        }
    }

    private mutating func add(_ use: Use, _ fingerprint: Fingerprint) {
        if uses[fingerprint] == nil { sequence.append(fingerprint) }
        uses[fingerprint, default: []].append(use)
    }

    /// Notes a value, when reuse of it matters.
    ///
    /// - Parameter isReported: Whether a finding may be about it; it is compared with all the same.
    mutating func add(
        _ judged: JudgedValue,
        _ value: Secret<String>,
        isReported: Bool = true,
        _ fingerprint: (Secret<String>) -> Fingerprint
    ) {
        let isUnique = judged.rules.unique == true
        // A variable that must be unique in one environment is compared with all of them.
        let isAskedElsewhere =
            judged.variable.rules.unique == true
            || judged.variable.environments.values.contains { $0.rules.unique == true }
        guard isUnique || isAskedElsewhere || judged.variable.isSecret else { return }
        let identity = Checker.identity(of: value, type: judged.variable.type)
        let use = Use(
            environment: judged.environment.name,
            variable: judged.name,
            judged: isReported ? judged : nil,
            isOwn: judged.variable.isSecret && judged.variable.type != .postgresURL && judged.variable.type != .url,
            isUnique: isUnique
        )
        add(use, fingerprint(identity))
    }

    var findings: [Finding] {
        sequence.flatMap { fingerprint -> [Finding] in
            let group = uses[fingerprint] ?? []
            guard group.count > 1 else { return [] }
            return acrossEnvironments(group) + acrossVariables(group)
        }
    }

    /// One finding for each variable that has the value in several environments, at the last of them: the manifest names
    /// the strictest last.
    private func acrossEnvironments(_ group: [Use]) -> [Finding] {
        let byVariable = Dictionary(grouping: group, by: \.variable)
        return byVariable.keys.sorted().compactMap { name in
            let uses = (byVariable[name] ?? []).sorted { rank($0) < rank($1) }
            let names = Set(uses.map(\.environment))
            guard names.count > 1, uses.contains(where: \.isUnique),
                let judged = uses.last(where: { $0.judged != nil })?.judged
            else { return nil }
            let others = names.subtracting([judged.environment.name]).sorted { (order[$0] ?? 0) < (order[$1] ?? 0) }
            let isRelaxed = names.allSatisfy { environments[$0]?.strictness == .relaxed }
            let what = judged.variable.type == .postgresURL ? "password" : "value"
            let predicate =
                "has the same \(what) in \(judged.environment.name) as in \(others.joined(separator: " and "))"
            return judged.finding(
                RuleCodes.reusedAcrossEnvironments,
                severity: isRelaxed ? .warning : .error,
                predicate,
                fix: judged.renewal
            )
        }
    }

    private func rank(_ use: Use) -> Int { order[use.environment] ?? Int.max }

    /// One finding for a value that several secrets have, at the last of them. Connections are left out: two variables
    /// with one URL are two names for one thing, and a database's password stands beside the URL where its server is
    /// configured too.
    private func acrossVariables(_ group: [Use]) -> [Finding] {
        let secrets = group.filter(\.isOwn)
        guard let last = secrets.last(where: { $0.judged != nil }), let judged = last.judged else { return [] }
        let others = secrets.filter { $0.variable != last.variable }
        guard let other = others.first else { return [] }
        let place = other.environment == last.environment ? "" : " in \(other.environment)"
        return [
            judged.finding(
                RuleCodes.reusedByAnotherVariable,
                severity: judged.lenient,
                "has the same value as \(other.variable)\(place)",
                fix: judged.renewal
            )
        ]
    }
}
