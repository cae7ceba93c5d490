import AccessPolicy
import Findings
import HTTPModel
import SecretStore
import Secrets
import Testing
import Vaulting

@testable import Server

/// What the log has of shares that come together: nothing is allowed before it was decided, and who proved nothing is found
/// among the denied.
@Suite struct CeremonyRecordTests {
    private func client(sharesNeeded: Int = 2) throws -> (VaultClient, [String]) {
        let client = try VaultClient()
        let key = try SharedKey(shares: 3, threshold: sharesNeeded)
        try client.vault.addSlot(.shares(key))
        return (client, key.shares.map { Hex.encode($0.reveal()) })
    }

    private func give(
        _ client: VaultClient,
        _ path: String,
        _ key: String,
        _ nonce: JSONValue?
    ) async -> VaultClient.Answer {
        let body = JSONValue.object(JSONObject(members: ["key": .string(key), "nonce": nonce ?? .null])).text()
        return await client.call("PUT", path, body, token: "")
    }

    /// The records that came while something was done, by whoever has no token.
    private func records(_ vault: Vault, while body: () async throws -> Void) async throws -> [AuditRecord] {
        let before = try vault.auditLength()
        try await body()
        var records: [AuditRecord] = []
        try vault.forEachAuditRecord(from: before + 1) { records.append($0) }
        return records.filter { $0.principal.name == "share-holders" || $0.principal.name == "anonymous" }
    }

    private func shown(_ records: [AuditRecord]) -> [String] {
        records.map { "\($0.action.rawValue) \($0.outcome.rawValue) \($0.detail ?? "-")" }
    }

    private static let wrongSets: [(name: String, shares: [String])] = [
        // Shares of a key that opens nothing, and what are no shares of one key.
        ("another key", [2, 3].map { Hex.encode([UInt8](repeating: $0, count: 32) + [$0]) }),
        ("no key", [2, 3].map { Hex.encode([UInt8](repeating: $0, count: 32) + [7]) }),
    ]

    @Test(arguments: [
        ("sys/generate-root/attempt", "sys/generate-root/update"), ("sys/rekey/init", "sys/rekey/update"),
    ])
    func `an attempt with wrong shares is denied, and giving a share only begins`(begin: String, give path: String)
        async throws
    {
        let (client, _) = try client()
        let isRoot = path.contains("root")
        let body = isRoot ? "{}" : #"{"secret_shares":2,"secret_threshold":2}"#
        let nonce = await client.call("PUT", begin, body).body["nonce"]
        let given = "\(isRoot ? "token.generate-root" : "seal.rekey") begins a share was given"
        let purpose = isRoot ? "root generation" : "rekey"
        for (name, shares) in Self.wrongSets {
            let found = try await records(client.vault) {
                for (number, share) in shares.enumerated() {
                    let status = await give(client, path, share, nonce).status
                    #expect(status == (number == 0 ? 200 : 400), "\(name)")
                }
            }
            #expect(shown(found) == [given, given, "seal.prove-shares denied \(purpose)"], "\(name)")
            #expect(found.last?.code == "KF-AUTH-002")
        }
        var query = AuditQuery()
        query.outcomes = [.denied]
        let denied = try client.vault.auditRecords(matching: query).records
        #expect(denied.count { $0.action == .proveShares && $0.detail == purpose } == 2)
    }

    @Test func `right shares have proved something before a token is made`() async throws {
        let (client, keys) = try client()
        let nonce = await client.call("PUT", "sys/generate-root/attempt", "{}").body["nonce"]
        let found = try await records(client.vault) {
            for key in keys[0...1] { _ = await give(client, "sys/generate-root/update", key, nonce) }
        }
        let given = "token.generate-root begins a share was given"
        #expect(shown(found.dropLast()) == [given, given, "seal.prove-shares allowed root generation, slot 2"])
        #expect(found.last?.action == "token.create" && found.last?.outcome == .allowed)
    }

    @Test func `new shares that are given back wrongly are denied`() async throws {
        let (client, keys) = try client()
        let wanted = #"{"secret_shares":2,"secret_threshold":2,"require_verification":true}"#
        let begun = await client.call("PUT", "sys/rekey/init", wanted)
        for key in keys[0...1] { _ = await give(client, "sys/rekey/update", key, begun.body["nonce"]) }
        for (name, shares) in Self.wrongSets {
            let nonce = await client.call("GET", "sys/rekey/verify").body["nonce"]
            let found = try await records(client.vault) {
                for share in shares { _ = await give(client, "sys/rekey/verify", share, nonce) }
            }
            #expect(shown(found).last == "seal.prove-shares denied rekey verification", "\(name)")
            #expect(found.count == 3)
        }
    }

    @Test func `a verified rekey replaces the slot that was proved, and no other that has its number by now`()
        async throws
    {
        for other in [KeySource.passphrase(Secret("correct horse")), .shares(try SharedKey(shares: 3, threshold: 2))] {
            let (client, keys) = try client()
            let wanted = #"{"secret_shares":1,"secret_threshold":1,"require_verification":true}"#
            let begun = await client.call("PUT", "sys/rekey/init", wanted)
            _ = await give(client, "sys/rekey/update", keys[0], begun.body["nonce"])
            let made = await give(client, "sys/rekey/update", keys[1], begun.body["nonce"])
            let share = try #require(made.body["keys"]?.asArray?.first?.asString)
            // Somebody who works at the store itself.
            try client.vault.removeSlot(2)
            #expect(try client.vault.addSlot(other).number == 2)
            let before = try client.vault.slots()
            let answer = await give(client, "sys/rekey/verify", share, made.body["verification_nonce"])
            #expect(answer.status == 400 && answer.errors.contains("rekey aborted"), "\(answer.text)")
            #expect(try client.vault.slots() == before)
            #expect(await client.call("GET", "sys/rekey/init").body["started"] == false)
        }
    }

    @Test func `beginning with a token leaves one record, allowed or denied`() async throws {
        let (client, _) = try client()
        let text = #"path \"sys/*\" { capabilities = [\"update\", \"delete\"] }"#
        _ = await client.call("PUT", "sys/policies/acl/some", #"{"policy":"\#(text)"}"#)
        let some = await client.call("POST", "auth/token/create", #"{"policies":["some"]}"#).token
        for (method, path, body) in [
            ("PUT", "sys/rekey/init", #"{"secret_shares":2,"secret_threshold":2}"#), ("DELETE", "sys/rekey/init", ""),
            ("PUT", "sys/generate-root/attempt", "{}"), ("DELETE", "sys/generate-root/attempt", ""),
        ] {
            for (token, outcome) in [(some, AuditRecord.Outcome.denied), (client.root, .allowed)] {
                let before = try client.vault.auditLength()
                let status = await client.call(method, path, body, token: token).status
                #expect(outcome == .denied ? status == 403 : status < 300, "\(method) \(path) \(status)")
                var found: [AuditRecord] = []
                try client.vault.forEachAuditRecord(from: before + 1) { found.append($0) }
                let own = found.filter { $0.resource == path }
                #expect(own.map(\.outcome) == [outcome], "\(method) \(path)")
                // What it is about stands there once.
                #expect(own.allSatisfy { $0.detail == nil })
            }
        }
    }

    @Test func `who is refused by a path's rule has the path in their record once`() async throws {
        let client = try VaultClient()
        let made = await client.call("POST", "auth/token/create", #"{"policies":["default"]}"#)
        let before = try client.vault.auditLength()
        #expect(await client.call("GET", "sys/policies/acl/ops", token: made.token).status == 403)
        var found: [AuditRecord] = []
        try client.vault.forEachAuditRecord(from: before + 1) { found.append($0) }
        let own = try #require(found.first { $0.outcome == .denied })
        #expect(own.resource == "sys/policies/acl/ops" && own.detail == nil)
    }

    @Test func `a stranger who begins a root token leaves a record, and cannot fill the log with it`() async throws {
        let (client, _) = try client()
        let clock = TestClock()
        let adapter = HashiCorpVaultAdapter(
            state: HashiCorpVaultState(ServiceSettings(address: "http://127.0.0.1:8200"), clusterID: ""),
            attempts: AttemptLimiter(clock: clock.now),
            filtersLists: true,
            clock: clock.now,
            seal: nil,
            allowsRootGeneration: true
        )
        let service = try Service(vault: client.vault, adapters: [adapter], attempts: AttemptLimiter()) { _ in 0 }
        defer { service.stop() }
        func call(_ method: String, _ body: String, from address: String, token: String?) async -> (Int, JSONValue) {
            var headers: HTTPHeaders = ["Content-Type": "application/json"]
            if let token { headers.add("X-Vault-Token", token) }
            let request = HTTPRequest(
                method: method,
                rawPath: "/v1/sys/generate-root/attempt",
                headers: headers,
                body: Array(body.utf8),
                origin: HTTPOrigin(address: address)
            )
            let response = await withCheckedContinuation { continuation in
                let worker = service.makeWorker()
                worker.handle(request) { continuation.resume(returning: $0) }
                worker.flush()
            }
            return (response.status, (try? JSONValue(parsing: response.body)) ?? .null)
        }
        func begin(from address: String, token: String? = nil) async -> Bool {
            let (status, answer) = await call("PUT", "{}", from: address, token: token)
            guard let nonce = answer["nonce"]?.asString else {
                #expect(status == 403)
                return false
            }
            #expect(await call("DELETE", #"{"nonce":"\#(nonce)"}"#, from: address, token: nil).0 == 204)
            return true
        }
        let found = try await records(client.vault) {
            #expect(await begin(from: "192.0.2.7"))
        }
        let begun = try #require(found.first { $0.action == "token.generate-root" })
        #expect(begun.outcome == .allowed && begun.detail == "begun, as anybody may")
        #expect(begun.principal.name == "anonymous" && begun.source.address == "192.0.2.7")
        #expect(begun.resource == "sys/generate-root/attempt")
        var count = 1
        let length = try client.vault.auditLength()
        for _ in 0..<70 where await begin(from: "192.0.2.7") { count += 1 }
        #expect(count == 60)
        #expect(try client.vault.auditLength() < length + 60 * 4)
        // Whoever has a token is recorded as who they are, and with `sudo` is no stranger.
        let made = await client.call("POST", "auth/token/create", #"{"policies":["default"],"display_name":"app"}"#)
        for (token, address, detail) in [
            (client.root, "192.0.2.7", nil), (made.token, "192.0.2.9", "begun, as anybody may"),
            ("hvs.gone", "192.0.2.9", "begun, as anybody may"),
        ] {
            let before = try client.vault.auditLength()
            #expect(await begin(from: address, token: token))
            var own: [AuditRecord] = []
            try client.vault.forEachAuditRecord(from: before + 1) { own.append($0) }
            own.removeAll { $0.resource != "sys/generate-root/attempt" || $0.detail == "cancelled with the nonce" }
            #expect(own.map(\.detail) == [detail] && own.map(\.outcome) == [.allowed], "\(own)")
            let names = [client.root: "root", made.token: "app"]
            #expect(own.first?.principal.name.contains(names[token] ?? "anonymous") == true, "\(own)")
        }
        #expect(await !begin(from: "192.0.2.7", token: made.token))
        #expect(await begin(from: "192.0.2.8"))
        clock.pass(seconds: 60)
        #expect(await begin(from: "192.0.2.7"))
    }
}
