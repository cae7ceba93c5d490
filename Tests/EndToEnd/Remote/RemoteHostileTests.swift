import Foundation
import Testing

/// Servers that are not what they should be. Every one of them gets a clear error, in time, and no token in any output.
@Suite struct RemoteHostileTests {
    private static let token = "kf-hostile-canary"

    private func get(_ url: String, _ more: [String: String] = [:]) throws -> Command.Outcome {
        let sandbox = try Sandbox()
        var variables = ["KEYFOLIO_TOKEN": Self.token, "KEYFOLIO_TIMEOUT": "20"]
        variables.merge(more) { _, new in new }
        let outcome = try sandbox.keyfolio(
            "get",
            "SECRET_KEY",
            "--path",
            "shop/development",
            "--store",
            url,
            environment: variables
        )
        #expect(!outcome.error.contains(Self.token) && !outcome.error.contains("\u{1B}"), "\(outcome.error)")
        #expect(outcome.output.isEmpty)
        return outcome
    }

    @Test(arguments: [
        ("redirect", "KF-REMOTE-012", 10), ("garbage", "KF-REMOTE-011", 10), ("deep", "KF-REMOTE-011", 10),
        ("html", "KF-REMOTE-011", 10), ("not-found-html", "KF-REMOTE-011", 10), ("empty", "KF-REMOTE-011", 10),
        ("array", "KF-REMOTE-011", 10), ("fault", "KF-REMOTE-013", 6), ("fault-json", "KF-REMOTE-013", 6),
        ("told", "KF-STORE-033", 6), ("told-sealed", "KF-STORE-038", 5), ("told-damage", "KF-STORE-044", 7),
        ("told-new", "KF-STORE-999", 6), ("told-badly", "KF-REMOTE-011", 10), ("other-path", "KF-REMOTE-011", 10),
        ("no-payload", "KF-REMOTE-011", 10), ("field-number", "KF-REMOTE-011", 10),
        ("fields-array", "KF-REMOTE-011", 10), ("twice", "KF-REMOTE-011", 10), ("version-huge", "KF-REMOTE-011", 10),
        ("many-fields", "KF-REMOTE-011", 10), ("odd-name", "KF-REMOTE-011", 10), ("not-http", "KF-REMOTE-010", 6),
        ("short", "KF-REMOTE-010", 6),
        ("nothing", "KF-REMOTE-010", 6), ("endless", "KF-REMOTE-009", 10), ("headers", "KF-REMOTE-009", 10),
        ("unauthorized", "KF-REMOTE-016", 4),
    ])
    func `a bad answer has its own error`(way: String, code: String, status: Int32) throws {
        let server = try HostileServer(way)
        let outcome = try get(server.url)
        #expect(
            outcome.error.contains("error[\(code)]") && outcome.status == status,
            "\(outcome.status) \(outcome.error)"
        )
    }

    @Test(arguments: ["slow", "drip"])
    func `a server that takes its time is given up`(way: String) throws {
        let server = try HostileServer(way)
        let outcome = try get(server.url, ["KEYFOLIO_TIMEOUT": "1"])
        #expect(outcome.error.contains("error[KF-REMOTE-005]") && outcome.status == 6, "\(outcome.error)")
    }

    @Test func `a certificate of nobody, or of another host, is not believed`() throws {
        let sandbox = try Sandbox()
        let other = try HostileServer("garbage", certificate: "DNS:other.example", folder: sandbox.root)
        #expect(try get(other.url).error.contains("error[KF-REMOTE-006]"))
        let authority = ["KEYFOLIO_CACERT": sandbox.root + "/tls.pem"]
        #expect(try get(other.url, authority).error.contains("error[KF-REMOTE-006]"))
        // The same server under a name of its own is talked to: what stopped it was the name.
        let own = try HostileServer("garbage", certificate: "IP:127.0.0.1", folder: sandbox.root)
        #expect(try get(own.url, authority).error.contains("error[KF-REMOTE-011]"))
        #expect(try get(own.url).error.contains("error[KF-REMOTE-006]"))
        #expect(try get(own.url, ["KEYFOLIO_CACERT": "/nowhere.pem"]).error.contains("error[KF-REMOTE-007]"))
    }

    @Test func `plain HTTP behind https, and nobody at all, are told apart`() throws {
        let server = try RemoteServer(isPlain: true)
        let outcome = try get(server.url.replacingOccurrences(of: "http:", with: "https:"))
        #expect(outcome.error.contains("error[KF-REMOTE-008]"), "\(outcome.error)")
        #expect(try get("https://127.0.0.1:1").error.contains("error[KF-REMOTE-004]"))
        #expect(try get("https://nowhere.invalid").error.contains("error[KF-REMOTE-003]"))
        #expect(try get("http://192.0.2.1").error.contains("error[KF-REMOTE-002]"))
    }

    @Test func `the environment's proxies are not used, and nothing of it changes what is verified`() throws {
        let server = try RemoteServer()
        let sandbox = try Sandbox()
        var variables = server.environment
        for name in ["http_proxy", "https_proxy", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"] {
            variables[name] = "http://127.0.0.1:1"
        }
        variables["SSLKEYLOGFILE"] = sandbox.root + "/keys"
        let outcome = try sandbox.keyfolio("whoami", environment: variables)
        #expect(outcome.status == 0, "\(outcome.error)")
        #expect(!sandbox.exists(sandbox.root + "/keys"))
        variables["KEYFOLIO_PROXY"] = "gopher://127.0.0.1"
        #expect(try sandbox.keyfolio("whoami", environment: variables).error.contains("error[KF-REMOTE-022]"))
    }

    @Test(arguments: ["0", "-1", "601", "x", "99999999999999999999"])
    func `a time to wait that is none is refused`(text: String) throws {
        #expect(try get("https://127.0.0.1:1", ["KEYFOLIO_TIMEOUT": text]).error.contains("error[KF-REMOTE-022]"))
    }
}
