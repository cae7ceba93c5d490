public import Findings
public import Secrets

/// Judges resolved values by the manifest's rules.
public struct Checker: Sendable {
    private let manifest: Manifest

    /// A checker for a manifest.
    public init(_ manifest: Manifest) { self.manifest = manifest }

    /// Judges what components get in environments.
    ///
    /// - Parameters:
    ///   - resolutions: What was resolved: any components in any environments.
    ///   - stored: Fingerprints of other environments' values that are not among the resolutions.
    ///   - fingerprint: A keyed fingerprint of a value: equal for equal values, and telling nothing else.
    /// - Returns: The findings, in the order of the resolutions and the manifest.
    public func check<Fingerprint: Hashable & Sendable>(
        _ resolutions: [Resolution],
        stored: [StoredFingerprint<Fingerprint>] = [],
        fingerprint: (Secret<String>) -> Fingerprint
    ) -> [Finding] {
        resolutions.flatMap { resolution in resolution.variables.flatMap { judge($0, in: resolution) } }
    }

    private func judge(_ resolved: ResolvedVariable, in resolution: Resolution) -> [Finding] {
        let variable = resolved.variable
        let environment = resolution.environment
        let rules = variable.rules(in: environment.name)
        var place = Place(variable: variable.name, environment: environment.name, component: resolution.component.name)
        if case .file(let path, let line) = resolved.origin { (place.file, place.line) = (path, line) }
        let fix = Finding.Fix.command(
            "keyfolio \(variable.generator == nil ? "set" : "generate") \(variable.name) --env \(environment.name)"
        )
        guard let value = resolved.value, !value.isEmpty else {
            guard rules.required == .always else { return [] }
            let code = resolved.value == nil ? RuleCodes.missing : RuleCodes.empty
            return [Finding(code, at: place, "\(variable.name) has no value", fix: fix)]
        }
        if Placeholder.isPlaceholder(value, isSecret: variable.isSecret) {
            let severity: Severity = environment.strictness == .relaxed ? .warning : .error
            let message = "\(variable.name) is still a placeholder: \(Mask.describe(value))"
            return [Finding(RuleCodes.placeholder, severity: severity, at: place, message, fix: fix)]
        }
        if let least = rules.minimumLength, value.reveal().unicodeScalars.count < least {
            let message = "\(variable.name) is too short: \(Mask.describe(value)), at least \(least) are needed"
            return [Finding(RuleCodes.tooShort, at: place, message, fix: fix)]
        }
        return []
    }
}

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
