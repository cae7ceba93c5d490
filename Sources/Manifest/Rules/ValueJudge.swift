internal import Findings
internal import Secrets

/// What a rule says about a value.
enum RuleOutcome {
    case holds
    case broken([Finding])
    /// The rule was not asked, because something before it made the question pointless.
    case notAsked(String)
}

/// Judges one value by the rules that look at it alone.
///
/// One cause gives one finding: a placeholder is not also too short and malformed, a malformed value is not also out of
/// bounds, a short password is not also weak.
struct ValueJudge {
    let judged: JudgedValue
    let patterns: PatternCache
    private let value: Secret<String>
    private let text: String
    let bytes: [UInt8]
    private var outcomes: [(kind: RuleKind, outcome: RuleOutcome)] = []

    init(_ judged: JudgedValue, _ value: Secret<String>, patterns: PatternCache) {
        self.judged = judged
        self.value = value
        self.patterns = patterns
        text = value.reveal()
        bytes = Array(text.utf8)
    }

    var rules: Rules { judged.rules }
    var type: ValueType { judged.variable.type }
    var mask: String { Mask.describe(value) }

    /// Judges the value by every rule that there is for it, in the order of ``RuleKind``.
    static func outcomes(
        of judged: JudgedValue,
        _ value: Secret<String>,
        patterns: PatternCache
    ) -> [(kind: RuleKind, outcome: RuleOutcome)] {
        var judge = ValueJudge(judged, value, patterns: patterns)
        judge.run()
        return judge.outcomes
    }

    private mutating func run() {
        if rules.source == .store { note(.source, sourceFindings) }
        if note(.placeholder, placeholderFindings) { return skipRest("the value is a placeholder") }
        // A single origin may be `*` where a rule speaks of wildcards, for or against.
        let isAny = type == .httpOrigin && rules.wildcard != nil && bytes[...].trimmed.equals("*")
        let faults = isAny ? [] : type.faults(in: value)
        note(.type, faults.map { judged.finding($0.code, $0.predicate, fix: judged.setting) } + sizeFindings)
        let lengthIsBroken = judgeLength()
        if faults.haveError {
            // What a URL says about its password and encryption can be told although its host is malformed.
            if type == .postgresURL, faults.allSatisfy({ !PostgresURL.obscuringCodes.contains($0.code) }) {
                judgeConnection()
                judgeStrength()
            }
            return skipRest("the value is malformed")
        }
        judgeMeaning()
        if lengthIsBroken {
            outcomes.append((.strength, .notAsked("the value is too short")))
        } else {
            judgeStrength()
        }
    }

    /// A variable with its name, `=` and final NUL must fit into MAX_ARG_STRLEN of Linux.
    private var sizeFindings: [Finding] {
        guard judged.name.utf8.count + bytes.count + 2 > 131_072 else { return [] }
        let predicate = "is too large for the environment of a process: \(mask)"
        let fix = Finding.Fix.advice("Put the data into a file and set \(judged.name) to its path.")
        return [judged.finding(RuleCodes.tooLargeForProcess, predicate, fix: fix)]
    }

    /// Takes down what a rule says, and tells whether it is broken.
    @discardableResult
    private mutating func note(_ kind: RuleKind, _ findings: [Finding]) -> Bool {
        outcomes.append((kind, findings.isEmpty ? .holds : .broken(findings)))
        return !findings.isEmpty
    }

    @discardableResult
    private mutating func note(_ kind: RuleKind, _ finding: Finding?) -> Bool { note(kind, finding.map { [$0] } ?? []) }

    private mutating func skipRest(_ reason: String) {
        let done = Set(outcomes.map(\.kind))
        for kind in RuleKind.allCases
        where !done.contains(kind) && kind != .required && kind != .unique && kind != .public {
            outcomes.append((kind, .notAsked(reason)))
        }
    }
}

// MARK: - Any value

extension ValueJudge {
    private var sourceFindings: [Finding] {
        let what: String
        switch judged.resolved.origin {
        case .file: what = "stands in a plain file"
        case .manifest: what = "is a default of the manifest, which everyone can read"
        case .store, .process, .keyfolio, nil: return []
        }
        let predicate = "\(what), but must come from a store in \(judged.environment.name)"
        return [judged.finding(RuleCodes.notFromStore, predicate, fix: .command(setCommand))]
    }

    private var setCommand: String { CommandLine.set(judged.name, judged.environment.name) }

    private var placeholderFindings: [Finding] {
        let parts = Placeholder.parts(of: bytes[...], type: type, isSecret: judged.variable.isSecret)
        guard !parts.isEmpty else { return [] }
        let what =
            parts == ["value"]
            ? "is still a placeholder" : "still has a placeholder for its \(parts.joined(separator: ", "))"
        // The length holds everywhere, so a placeholder that also breaks it is an error on any machine.
        let isShort = rules.minimumLength.map { characterCount < $0 } ?? false
        let severity = isShort ? .error : judged.lenient
        let fix = type == .postgresURL ? judged.setting : judged.renewal
        return [judged.finding(RuleCodes.placeholder, severity: severity, "\(what): \(mask)", fix: fix)]
    }

    /// Characters as the mask counts them: Unicode scalars.
    var characterCount: Int { bytes.reduce(0) { $0 + ($1 & 0xC0 == 0x80 ? 0 : 1) } }

    private mutating func judgeLength() -> Bool {
        var isShort = false
        if let least = rules.minimumLength {
            isShort = note(
                .minimumLength,
                characterCount >= least
                    ? nil
                    : judged.finding(
                        RuleCodes.tooShort,
                        "is too short: \(mask), at least \(Count.characters(least)) are needed",
                        fix: judged.renewal
                    )
            )
        }
        if let most = rules.maximumLength {
            note(
                .maximumLength,
                characterCount <= most
                    ? nil
                    : judged.finding(
                        RuleCodes.tooLong,
                        "is too long: \(mask), at most \(Count.characters(most)) are allowed",
                        fix: judged.setting
                    )
            )
        }
        return isShort
    }

    private mutating func judgeMeaning() {
        judgeBounds()
        if let pattern = rules.pattern { note(.pattern, patternFinding(pattern)) }
        if let oneOf = rules.oneOf {
            let isAllowed = oneOf.contains { type.areEqual($0, text) }
            let predicate = "is none of the values allowed here: \(oneOf.joined(separator: ", "))"
            note(.oneOf, isAllowed ? nil : judged.finding(RuleCodes.notOneOf, predicate, fix: judged.setting))
        }
        let place = judged.environment.name
        if let mustBe = rules.mustBe {
            let predicate = "must be \(mustBe) in \(place)"
            let holds = type.areEqual(mustBe, text)
            note(.mustBe, holds ? nil : judged.finding(RuleCodes.mustBe, predicate, fix: judged.setting))
        }
        if let refused = rules.mustNotBe {
            // The refused values are not listed: the variable has one of them.
            let predicate = "has a value that is refused in \(place)"
            let isRefused = refused.contains { type.areEqual($0, text) }
            note(.mustNotBe, isRefused ? judged.finding(RuleCodes.mustNotBe, predicate, fix: judged.setting) : nil)
        }
        judgeConnection()
    }

    private mutating func judgeBounds() {
        guard rules.minimum != nil || rules.maximum != nil, let number = type.number(bytes[...]) else { return }
        if let least = rules.minimum {
            let predicate = "is below its minimum of \(Count.number(least))"
            note(
                .minimum,
                number >= least ? nil : judged.finding(RuleCodes.belowMinimum, predicate, fix: judged.setting)
            )
        }
        if let most = rules.maximum {
            let predicate = "is above its maximum of \(Count.number(most))"
            note(
                .maximum,
                number <= most ? nil : judged.finding(RuleCodes.aboveMaximum, predicate, fix: judged.setting)
            )
        }
    }

    private func patternFinding(_ expression: String) -> Finding? {
        switch patterns[expression] {
        case .success(let pattern):
            if pattern.matchesWhole(text) { return nil }
            return judged.finding(
                RuleCodes.patternMismatch,
                "does not match its pattern \(expression)",
                fix: judged.setting
            )
        case .failure(let problem):
            return judged.finding(
                RuleCodes.patternInvalid,
                "has a pattern that cannot be read: \(problem.message), at column \(problem.column)",
                fix: .advice("Correct the pattern of \(judged.name) in \(Manifest.file).")
            )
        }
    }

    private mutating func judgeConnection() {
        if rules.wildcard == false, let lists = wildcardFindings { note(.wildcard, lists) }
        if rules.tls == true, let findings = tlsFindings { note(.tls, findings) }
    }

    private mutating func judgeStrength() {
        if type == .postgresURL {
            for (kind, findings) in postgresPasswordOutcomes { note(kind, findings) }
            return
        }
        if let kinds = rules.characters {
            note(.characters, missingKinds(kinds, in: bytes))
        }
        if let least = rules.strengthBits {
            note(.strength, weakness(Strength.estimate(bytes[...]), least: least, what: "is weak"))
        }
    }

    /// The finding about kinds of characters that a value or password lacks.
    func missingKinds(_ kinds: Set<Rules.CharacterKind>, in text: [UInt8]) -> [Finding] {
        let missing = kinds.subtracting(text.map(Rules.CharacterKind.init(of:)))
        guard !missing.isEmpty else { return [] }
        let what = type == .postgresURL ? "has a password without" : "is without"
        let predicate = "\(what) \(Rules.CharacterKind.words(missing))"
        return [
            judged.finding(RuleCodes.charactersMissing, severity: judged.lenient, predicate, fix: judged.renewal)
        ]
    }

    /// The finding about too little strength.
    func weakness(_ strength: Strength, least: Int, what: String) -> [Finding] {
        guard strength.bits < least else { return [] }
        let because = strength.reasons.isEmpty ? "" : " (\(strength.reasons.map(\.rawValue).joined(separator: ", ")))"
        let predicate = "\(what): about \(strength.bits) bits of \(least)\(because), \(mask)"
        return [judged.finding(RuleCodes.weak, severity: judged.lenient, predicate, fix: judged.renewal)]
    }
}

extension ValueType {
    /// The number that a value of a type with bounds stands for; lengths of time in seconds.
    func number(_ bytes: Bytes) -> Double? {
        switch self {
        case .integer, .port: Scalars.integer(bytes.trimmed).map(Double.init)
        case .number: Scalars.number(bytes.trimmed)
        case .duration:
            if case .seconds(let seconds) = Scalars.duration(bytes.trimmed) { seconds } else { nil }
        default: Scalars.number(bytes.trimmed)
        }
    }
}
