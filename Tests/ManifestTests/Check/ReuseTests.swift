import Findings
import Manifest
import Secrets
import Testing

@Suite struct ReuseTests {
    typealias Fixture = CheckerTests

    static let unique = GuideFixture.rules { $0.unique = true }
    static let manifest = Fixture.manifest([
        Variable(name: "KEY", type: .secret, rules: unique), Variable(name: "OTHER", type: .secret),
        Variable(name: "PLAIN"), Variable(name: "URL", type: .postgresURL, rules: unique),
        Variable(name: "COPY", type: .postgresURL),
    ])

    static func check(_ values: [String: [String: String]], stored: [StoredFingerprint<String>] = []) -> [Finding] {
        let resolutions = Fixture.environments.compactMap { environment in
            values[environment.name].map { Fixture.resolve(manifest, $0, in: environment.name) }
        }
        return Checker(manifest).check(resolutions, stored: stored) { "keyed \($0.reveal())" }
    }

    @Test func `a value in two environments is one finding, at the later, which names the others`() {
        let findings = Self.check([
            "development": ["KEY": "kR7-vBn2"], "staging": ["KEY": "kR7-vBn2"], "production": ["KEY": "kR7-vBn2"],
        ])
        #expect(findings.map(\.code) == [RuleCodes.reusedAcrossEnvironments])
        #expect(findings.first?.place.environment == "production")
        #expect(findings.first?.message == "KEY has the same value in production as in development and staging")
        #expect(findings.first?.severity == .error)
    }

    @Test func `a variable that need not be unique may be shared`() {
        #expect(Self.check(["staging": ["OTHER": "kR7-vBn2"], "production": ["OTHER": "kR7-vBn2"]]).isEmpty)
        #expect(Self.check(["staging": ["PLAIN": "x"], "production": ["PLAIN": "x"]]).isEmpty)
    }

    @Test func `a value is compared with the fingerprints that the store has of other environments`() {
        let known = StoredFingerprint(environment: "production", variable: "KEY", fingerprint: "keyed kR7-vBn2")
        let findings = Self.check(["development": ["KEY": "kR7-vBn2"]], stored: [known])
        #expect(findings.map(\.code) == [RuleCodes.reusedAcrossEnvironments])
        #expect(findings.first?.place.environment == "development")
        // What was resolved is newer than what was stored.
        #expect(Self.check(["development": ["KEY": "a1"], "production": ["KEY": "b2"]], stored: [known]).isEmpty)
        let own = StoredFingerprint(environment: "development", variable: "KEY", fingerprint: "keyed kR7-vBn2")
        #expect(Self.check(["development": ["KEY": "kR7-vBn2"]], stored: [own]).isEmpty)
    }

    @Test func `of a URL the password counts, not the host`() {
        let findings = Self.check([
            "staging": ["URL": "postgresql://app:kR7-vBn2@a/db"],
            "production": ["URL": "postgresql://app:kR7-vBn2@b/db"],
        ])
        #expect(findings.map(\.code) == [RuleCodes.reusedAcrossEnvironments])
        #expect(findings.first?.message.contains("same password") == true)
        let apart = Self.check([
            "staging": ["URL": "postgresql://app:one-kR7-vBn2@a/db"],
            "production": ["URL": "postgresql://app:kR7-vBn2@a/db"],
        ])
        #expect(apart.isEmpty)
        #expect(Checker.identity(of: Secret("postgresql://a:b@c/d"), type: .postgresURL) == Secret("b"))
        #expect(Checker.identity(of: Secret("postgresql://a:b@c/d"), type: .secret) == Secret("postgresql://a:b@c/d"))
    }

    @Test func `two secrets with one value are one finding, in one environment or two`() {
        let same = Self.check(["production": ["KEY": "kR7-vBn2", "OTHER": "kR7-vBn2"]])
        #expect(same.map(\.code) == [RuleCodes.reusedByAnotherVariable])
        #expect(same.first?.message == "OTHER has the same value as KEY")
        let apart = Self.check(["staging": ["KEY": "kR7-vBn2"], "production": ["OTHER": "kR7-vBn2"]])
        #expect(apart.map(\.message) == ["OTHER has the same value as KEY in staging"])
        #expect(Self.check(["development": ["KEY": "kR7-vBn2", "OTHER": "kR7-vBn2"]]).map(\.severity) == [.warning])
    }

    @Test func `two names for one connection, and the database's password beside it, are no reuse`() {
        let url = "postgresql://app:kR7-vBn2@a/db"
        #expect(Self.check(["production": ["URL": url, "COPY": url]]).isEmpty)
        #expect(Self.check(["production": ["URL": url, "KEY": "kR7-vBn2"]]).isEmpty)
    }

    @Test func `placeholders are not also reuse`() {
        let findings = Self.check(["staging": ["KEY": "<KEY>", "OTHER": "<KEY>"], "production": ["KEY": "<KEY>"]])
        #expect(findings.map(\.code) == [RuleCodes.placeholder, RuleCodes.placeholder, RuleCodes.placeholder])
    }

    @Test func `one environment's value in two components is no reuse`() {
        let worker = Component(name: "worker", folder: "worker")
        var manifest = Fixture.manifest([
            Variable(name: "KEY", type: .secret, components: ["backend", "worker"], rules: Self.unique)
        ])
        manifest.components.append(worker)
        let resolutions = [Fixture.backend, worker].map { Fixture.resolve(manifest, ["KEY": "kR7-vBn2"], for: $0) }
        #expect(Fixture.check(manifest, resolutions).isEmpty)
    }

    @Test func `values are compared by fingerprint only`() {
        // A fingerprint that says everything is different finds nothing, so nothing else is compared.
        var count = 0
        let resolutions = ["staging", "production"].map { Fixture.resolve(Self.manifest, ["KEY": "kR7-vBn2"], in: $0) }
        let findings = Checker(Self.manifest).check(resolutions) { _ in
            count += 1
            return count
        }
        #expect(findings.isEmpty)
        #expect(count == 2)
    }
}
