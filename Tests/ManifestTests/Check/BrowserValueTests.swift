import Findings
import Manifest
import Secrets
import Testing

/// What a browser component receives is public, whatever the manifest calls it; and what a manifest declares decides no
/// code.
@Suite struct BrowserValueTests {
    typealias Fixture = CheckerTests

    static let manifest = Fixture.manifest([
        Variable(name: "API", sensitivity: .public, components: ["frontend"]),
        Variable(name: "TOKEN", type: .secret), Variable(name: "DATABASE_URL", type: .postgresURL),
    ])

    private func codes(_ value: String, _ backend: [String: String] = [:]) -> [FindingCode] {
        let resolutions = [
            Fixture.resolve(Self.manifest, backend),
            Fixture.resolve(Self.manifest, ["API": value], for: Fixture.frontend),
        ]
        let findings = Fixture.check(Self.manifest, resolutions)
        #expect(!findings.contains { "\($0)".contains(value) })
        return findings.filter { $0.place.variable == "API" }.map(\.code)
    }

    @Test(arguments: [
        "https://svc:hunter2@api.example", "ghp_0123456789abcdefghij0123", "sk_live_0123456789abcdefghij",
        "postgresql://app:Tr0ub4dor@db.example/shop",
        "AGE-SECRET-KEY-1GQ9778VQXMMJVE8SK7J6VT8UJ4HDQAJUVSFCWCM02D8GEWQ72PVQ2Y5J33",
    ])
    func `a value that looks like a secret is an error in a browser component`(value: String) {
        #expect(codes(value) == [RuleCodes.browserValue])
    }

    @Test(arguments: [
        "https://api.example/v1", "Shop", "https://key@sentry.example/1", "AIzaSyA0123456789abcdefghijklmnopqrs-_",
        "pk_live_0123456789abcdefghij", "http://localhost:8000",
    ])
    func `a value that everyone may see is none`(value: String) { #expect(codes(value).isEmpty) }

    @Test func `the value of a secret is one, by any other name`() {
        let value = "kR7-vBn2_qLx9wTz"
        #expect(codes(value).isEmpty)
        #expect(codes(value, ["TOKEN": value]) == [RuleCodes.browserValue])
        #expect(codes(value, ["DATABASE_URL": "postgresql://app:\(value)@db/shop"]) == [RuleCodes.browserValue])
        #expect(codes("short", ["TOKEN": "short"]).isEmpty)
    }

    @Test(arguments: ["LD_PRELOAD", "LD_LIBRARY_PATH", "LD_AUDIT", "DYLD_INSERT_LIBRARIES", "BASH_ENV", "ENV"])
    func `a name that makes any program run other code is an error`(name: String) {
        let manifest = Fixture.manifest([Variable(name: name, defaultValue: "./x.so")])
        let findings = Fixture.check(manifest, [Fixture.resolve(manifest, [:])])
        #expect(findings.map(\.code) == [RuleCodes.decidesCode])
        #expect(findings.first?.severity == .error)
    }

    @Test(arguments: [
        "PATH", "PYTHONPATH", "PYTHONSTARTUP", "NODE_OPTIONS", "PERL5OPT", "RUBYOPT", "GIT_SSH_COMMAND",
        "GIT_CONFIG_COUNT",
    ])
    func `a name that makes some programs run other code is a warning`(name: String) {
        let manifest = Fixture.manifest([Variable(name: name)])
        let findings = Fixture.check(manifest, [Fixture.resolve(manifest, [:])])
        #expect(findings.map(\.code) == [RuleCodes.decidesCode])
        #expect(findings.first?.severity == .warning)
    }

    @Test func `names that only look alike are none, nor is the environment's own`() {
        let manifest = Fixture.manifest(
            [Variable(name: "LD_SDK_URL"), Variable(name: "GIT_COMMIT"), Variable(name: "ENV")],
            environmentVariable: "ENV"
        )
        #expect(Fixture.check(manifest, [Fixture.resolve(manifest, [:])]).isEmpty)
    }
}
