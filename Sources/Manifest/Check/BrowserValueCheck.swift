internal import Findings
internal import Secrets

/// Values that components for browsers receive although they look like secrets, or are another variable's secret.
struct BrowserValueCheck<Fingerprint: Hashable & Sendable> {
    /// The variable of each secret that was resolved.
    private var secrets: [Fingerprint: String] = [:]
    private var received: [(judged: JudgedValue, value: Secret<String>)] = []
    /// Whether there is a component for browsers at all: otherwise nothing is kept.
    private let isNeeded: Bool

    /// Shorter values are words: that two variables have the same says nothing.
    private static var shortest: Int { 8 }

    init(_ resolutions: [Resolution]) {
        isNeeded = resolutions.contains { $0.component.audience == .browser }
    }

    /// Notes a value.
    ///
    /// - Parameters:
    ///   - isReported: Whether a finding about it is wanted; a secret is compared with all the same.
    ///   - isPlaceholder: Whether it stands for a value that is yet to come.
    mutating func add(
        _ judged: JudgedValue,
        _ value: Secret<String>,
        isReported: Bool = true,
        isPlaceholder: Bool,
        _ fingerprint: (Secret<String>) -> Fingerprint
    ) {
        guard isNeeded, !isPlaceholder else { return }
        if judged.variable.isSecret {
            for part in [value, Checker.identity(of: value, type: judged.variable.type)]
            where part.byteCount >= Self.shortest {
                secrets[fingerprint(part)] = judged.name
            }
        } else if isReported, judged.component.audience == .browser {
            received.append((judged, value))
        }
    }

    func findings(_ fingerprint: (Secret<String>) -> Fingerprint) -> [Finding] {
        received.compactMap { judged, value in
            if let other = secrets[fingerprint(value)] {
                return finding(judged, "is shipped to browsers, and its value is that of the secret \(other)")
            }
            guard RealSecret.isNothingForBrowsers(value.reveal()) else { return nil }
            return finding(judged, "is shipped to browsers, and its value looks like a secret")
        }
    }

    private func finding(_ judged: JudgedValue, _ predicate: String) -> Finding {
        judged.finding(
            RuleCodes.browserValue,
            predicate,
            fix: .advice("Give \(judged.name) a value that everyone may see, and renew the secret.")
        )
    }
}
