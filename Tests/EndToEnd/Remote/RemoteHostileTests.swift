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

    @Test func `a certificate is not believed for a reason that is told, with what mends it`() throws {
        let sandbox = try Sandbox()
        let authority = ["KEYFOLIO_CACERT": sandbox.root + "/tls.pem"]
        let other = try HostileServer("garbage", certificate: "DNS:other.example", folder: sandbox.root)
        // Who made it comes first: what a stranger says of its own name says nothing.
        #expect(try get(other.url).error.contains("error[KF-REMOTE-024]"))
        let name = try get(other.url, authority)
        #expect(
            name.error.contains("error[KF-REMOTE-028]") && name.error.contains("-ext subjectAltName"),
            "\(name.error)"
        )
        // The same server under a name of its own is talked to: what stopped it was the name.
        let own = try HostileServer("garbage", certificate: "IP:127.0.0.1", folder: sandbox.root)
        #expect(try get(own.url, authority).error.contains("error[KF-REMOTE-011]"))
        let unknown = try get(own.url)
        #expect(unknown.error.contains("error[KF-REMOTE-024]"), "\(unknown.error)")
        #expect(unknown.error.contains("KEYFOLIO_CACERT=FILE") && unknown.status == 6, "\(unknown.error)")
        #expect(try get(own.url, ["KEYFOLIO_CACERT": "/nowhere.pem"]).error.contains("error[KF-REMOTE-007]"))
        // An authority of the same name with another key, as a development server has after it was started anew.
        let copy = sandbox.root + "/old.pem"
        try sandbox.run("cp", sandbox.root + "/tls.pem", copy)
        let again = try HostileServer("garbage", certificate: "IP:127.0.0.1", folder: sandbox.root)
        let wrong = try get(again.url, ["KEYFOLIO_CACERT": copy])
        #expect(wrong.error.contains("error[KF-REMOTE-025]") && wrong.error.contains(copy), "\(wrong.error)")
        let development = try RemoteServer()
        #expect(try get(development.url, ["KEYFOLIO_CACERT": copy]).error.contains("error[KF-REMOTE-025]"))
    }

    @Test(arguments: [
        ("20200101000000Z", "20200102000000Z", "KF-REMOTE-026"),
        ("20990101000000Z", "20990102000000Z", "KF-REMOTE-027"),
    ])
    func `a certificate that is over, or not valid yet, is told as that`(from: String, to: String, code: String) throws
    {
        let sandbox = try Sandbox()
        let server = try HostileServer(
            "garbage",
            certificate: "IP:127.0.0.1",
            validity: (from, to),
            folder: sandbox.root
        )
        let outcome = try get(server.url, ["KEYFOLIO_CACERT": sandbox.root + "/tls.pem"])
        #expect(outcome.error.contains("error[\(code)]") && outcome.error.contains("date shows"), "\(outcome.error)")
    }

    @Test func `TLS where there is none, none where there is, and nobody at all are told apart`() throws {
        let plain = try RemoteServer(isPlain: true)
        let encrypted = plain.url.replacingOccurrences(of: "http:", with: "https:")
        let asked = try get(encrypted)
        #expect(asked.error.contains("error[KF-REMOTE-030]") && asked.status == 6, "\(asked.error)")
        #expect(asked.error.contains("keyfolio login \(plain.url)\n"), "\(asked.error)")
        let server = try RemoteServer()
        let bare = server.url.replacingOccurrences(of: "https:", with: "http:")
        for variables in [[:], server.authority] {
            let outcome = try get(bare, variables)
            #expect(outcome.error.contains("error[KF-REMOTE-029]") && outcome.status == 6, "\(outcome.error)")
            #expect(outcome.error.contains("keyfolio login \(server.url)\n"), "\(outcome.error)")
        }
        // What is neither is told as before.
        let other = try HostileServer("banner")
        let neither = other.url.replacingOccurrences(of: "http:", with: "https:")
        #expect(try get(neither).error.contains("error[KF-REMOTE-008]"))
        #expect(try get("https://127.0.0.1:1").error.contains("error[KF-REMOTE-004]"))
        #expect(try get("https://nowhere.invalid").error.contains("error[KF-REMOTE-003]"))
        #expect(try get("http://192.0.2.1").error.contains("error[KF-REMOTE-002]"))
    }

    @Test func `a server that is looked at more closely gets the token once, where it was meant to go`() throws {
        for way in ["not-http", "plain-refused"] {
            let server = try HostileServer(way)
            #expect(try !get(server.url).error.contains("KF-REMOTE-029"))
            #expect(server.line() == "token" && server.line() == "no token", "\(way)")
        }
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
