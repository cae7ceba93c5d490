internal import Findings
internal import Secrets

/// Rules about hosts, encryption and the password in a PostgreSQL URL.
extension ValueJudge {
    /// Wildcards where hosts must be named; nil for types that have no hosts to name.
    var wildcardFindings: [Finding]? {
        let entries = ListSyntax.entries(bytes[...].trimmed).entries
        let hits: [Int]
        switch type {
        case .hostList: hits = entries.indices.filter { HostList.isWildcard(entries[$0]) }
        case .httpOriginList, .httpOrigin: hits = entries.indices.filter { Origins.isWildcard(entries[$0]) }
        default: return nil
        }
        guard let first = hits.first else { return [] }
        let place = entries.count == 1 ? "" : " in entry \(first + 1)"
        let predicate = "allows any host\(place), but must name them in \(judged.environment.name)"
        return [judged.finding(RuleCodes.wildcard, predicate, fix: judged.setting)]
    }

    /// Connections in the clear; nil for types that describe none.
    var tlsFindings: [Finding]? {
        switch type {
        case .postgresURL: return postgresTLSFindings
        case .url, .httpOrigin, .sentryDSN: return schemeFindings([bytes[...].trimmed])
        case .httpOriginList: return schemeFindings(ListSyntax.entries(bytes[...].trimmed).entries)
        default: return nil
        }
    }

    private func schemeFindings(_ urls: [Bytes]) -> [Finding] {
        let open = urls.firstIndex { url in
            guard let scheme = URLSyntax(url).scheme else { return false }
            return URLSyntax.isEncrypted(scheme: scheme) == false
        }
        guard let open else { return [] }
        let place = urls.count == 1 ? "" : " in entry \(open + 1)"
        let predicate = "is a connection without encryption\(place), but needs TLS in \(judged.environment.name)"
        return [judged.finding(RuleCodes.tlsRequired, predicate, fix: judged.setting)]
    }

    private var postgresTLSFindings: [Finding] {
        let url = PostgresURL.read(bytes[...].trimmed).url
        if url.isLocalSocket { return [] }
        guard let mode = url.sslMode else {
            let predicate = "has no sslmode, so the connection may be in the clear; use sslmode=verify-full"
            return [judged.finding(RuleCodes.tlsRequired, predicate, fix: judged.setting)]
        }
        if !mode.encrypts {
            let predicate =
                "has sslmode=\(mode.rawValue), which allows a connection in the clear; use sslmode=verify-full"
            return [judged.finding(RuleCodes.tlsRequired, predicate, fix: judged.setting)]
        }
        if mode != .verifyFull {
            let predicate =
                "has sslmode=\(mode.rawValue): encrypted, but to whoever answers; prefer sslmode=verify-full"
            return [judged.finding(RuleCodes.tlsUnverified, predicate, fix: judged.setting)]
        }
        return []
    }

    /// What the rules say about the password, the worst first: default credentials are not also short and weak.
    var postgresPasswordOutcomes: [(RuleKind, [Finding])] {
        let url = PostgresURL.read(bytes[...].trimmed).url
        guard let password = url.password else { return [] }
        if DefaultCredentials.areDefault(user: url.user, password: password) {
            let predicate = "has a user and password that everybody tries first"
            let finding = judged.finding(
                RuleCodes.defaultCredentials,
                severity: judged.lenient,
                predicate,
                fix: judged.renewal
            )
            return [(.defaultCredentials, [finding])]
        }
        var outcomes: [(RuleKind, [Finding])] = [(.defaultCredentials, [])]
        let text = Array(password.reveal().utf8)
        if let least = rules.minimumPasswordLength {
            let count = password.reveal().unicodeScalars.count
            if count < least {
                let predicate = "has a password of \(Count.characters(count)); at least \(least) are needed"
                let finding = judged.finding(RuleCodes.passwordTooShort, predicate, fix: judged.renewal)
                return outcomes + [(.passwordLength, [finding])]
            }
            outcomes.append((.passwordLength, []))
        }
        if let kinds = rules.characters { outcomes.append((.characters, missingKinds(kinds, in: text))) }
        if let least = rules.strengthBits {
            let strength = Strength.estimate(text[...])
            outcomes.append((.strength, weakness(strength, least: least, what: "has a weak password")))
        }
        return outcomes
    }
}
