import HTTPModel
import SecretStore
import Secrets
import Testing
import Vaulting

@testable import Server

/// What strangers can send, before and after they are known.
struct AzureHostileTests {
    /// A generator whose numbers are the same in each run.
    private struct Numbers: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (state >> 33) ^ (state << 31)
        }
    }

    private static let pieces = [
        "/secrets", "/deletedsecrets", "/", "//", "n", "a--b", "---5F", "versions", "backup", "restore", "recover",
        "..",
        "%2e%2e", "%", "%2F", "%00", "%C0%AF", "\u{0}", "é", "keyfolio", "/oauth2/v2.0/token", "/oauth2/token",
        "/common/discovery/instance", "/.well-known/openid-configuration", "?", "&", "=", "api-version=7.6",
        "api-version=", "maxresults=25", "maxresults=-9223372036854775808", "$skiptoken=AWE", "$skiptoken=", "{", "}",
        "[", "]", "\"", "\\u00", "\\uD800", "{\"value\":\"v\"}", "{\"value\":\"AQAA\"}", "\"exp\":",
        "9223372036854775807",
        "1e999", "client_id=c&client_secret=s", "&grant_type=client_credentials", "&scope=https://a/.default",
        "Bearer ",
        "Basic YTpi", "kft_x", "[::1]", "vault.localhost", ":8200", ":99999", "team.", "null", ",", " ", "\r\n",
    ]

    private static func text(_ numbers: inout Numbers) -> String {
        (0..<Int.random(in: 0...6, using: &numbers)).map { _ in
            pieces[Int.random(in: 0..<pieces.count, using: &numbers)]
        }
        .joined()
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func whateverIsSentIsAnswered(_ seed: UInt64) throws {
        let server = try AzureServer()
        var numbers = Numbers(state: seed)
        var statuses: [Int: Int] = [:]
        for _ in 0..<800 {
            let prefix = ["/secrets", "/deletedsecrets", "/keyfolio/oauth2/v2.0/token", ""].randomElement(
                using: &numbers
            )
            let method = ["GET", "PUT", "POST", "PATCH", "DELETE", "LIST", ""].randomElement(using: &numbers)
            var path = (prefix ?? "") + Self.text(&numbers)
            if path.isEmpty { path = "/" }
            let isKnown = Bool.random(using: &numbers)
            var headers: HTTPHeaders = ["Content-Type": "application/x-www-form-urlencoded"]
            if Bool.random(using: &numbers) { headers.add("Authorization", Self.text(&numbers)) }
            let hasHost = Int.random(in: 0..<8, using: &numbers) == 0
            let reply = server.send(
                method ?? "GET",
                path,
                Self.text(&numbers),
                token: isKnown ? server.root : "",
                host: hasHost ? Self.text(&numbers) : "keyfolio.vault.localhost:8200",
                headers: headers
            )
            #expect(reply.status >= 200 && reply.status < 500, "\(path) gave \(reply.status)")
            statuses[reply.status, default: 0] += 1
        }
        // It went beyond the first check.
        #expect(statuses.keys.contains(200))
        #expect(statuses.keys.contains(401))
        #expect(statuses.keys.contains(404))
    }

    /// Paths that a rule for `team/*` must not be left by.
    @Test(arguments: [
        "team--..--other", "team--.--other", "team%2F..%2Fother", "team--%2e%2e--other", "team----other",
        "team-----2E---2E--other", "team--%00other", "team;--other", "team--other%2F", "team--%C0%AE%C0%AE--other",
        "---40azure---2Eteam--n", "---40kv--n", "@kv--n",
    ])
    func noSpellingLeavesAPath(_ name: String) throws {
        let server = try AzureServer()
        try server.vault.write(SecretPath("other"), .text(Secret("canary")))
        try server.vault.write(SecretPath("@kv/n"), .text(Secret("canary")))
        try server.vault.write(SecretPath("@azure.team/n"), .text(Secret("canary")))
        let token = try server.token(policy: #"path "secret/data/team/*" { capabilities = ["read"] }"#)
        for token in [token, server.root] {
            let reply = server.send("GET", "/secrets/\(name)", token: token)
            #expect([400, 403, 404].contains(reply.status))
            #expect(!reply.text.contains("canary"))
        }
    }
}
