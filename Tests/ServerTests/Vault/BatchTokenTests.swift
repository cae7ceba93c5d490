import AccessPolicy
import Findings
import SecretStore
import Secrets
import Testing

@testable import Server
@testable import Vaulting

struct VaultBatchTokenTests {
    private static let batch = #"{"type":"batch","policies":["default","reader"],"ttl":"1h","meta":{"k":"v"}}"#
    private static let reader = #"{"policy":"path \"secret/data/*\" { capabilities = [\"read\"] }"}"#

    private func made() async throws -> (VaultClient, TestClock) {
        let time = TestClock()
        let client = try VaultClient(clock: time.now)
        _ = await client.call("PUT", "sys/policies/acl/reader", Self.reader)
        _ = await client.call("POST", "secret/data/a", #"{"data":{"k":"v"}}"#)
        return (client, time)
    }

    private func isIn(_ client: VaultClient, _ token: String) async -> Bool {
        await client.call("GET", "auth/token/lookup-self", token: token).status == 200
    }

    @Test func aBatchTokenIsKeptNowhereAndIsWhatItSays() async throws {
        let (client, _) = try await made()
        let before = try client.tokens()
        let answer = await client.call("POST", "auth/token/create", Self.batch)
        #expect(try client.tokens() == before)
        #expect(answer.body["auth"]?["token_type"] == "batch")
        #expect(answer.body["auth"]?["accessor"] == "")
        #expect(answer.body["auth"]?["renewable"] == false)
        #expect(answer.body["auth"]?["lease_duration"] == 3600)
        let token = answer.token
        #expect(token.hasPrefix("kfb_"))
        #expect(token.utf8.count < 1024)
        let own = await client.call("GET", "auth/token/lookup-self", token: token)
        let looked = await client.call("POST", "auth/token/lookup", "{\"token\":\"\(token)\"}")
        for shown in [own, looked] {
            #expect(shown["type"] == "batch")
            #expect(shown["id"]?.asString == token)
            #expect(shown["accessor"] == "")
            #expect(shown["policies"] == ["default", "reader"])
            #expect(shown["meta"] == ["k": "v"])
            #expect(shown["ttl"] == 3600)
            #expect(shown["orphan"] == false)
            #expect(shown["path"] == "auth/token/create")
        }
        for _ in 0..<3 { #expect(await client.call("GET", "secret/data/a", token: token)["data"]?["k"] == "v") }
        #expect(await client.call("GET", "sys/mounts", token: token).status == 403)
        // What its policies say is asked now, not when it was made.
        _ = await client.call("DELETE", "sys/policies/acl/reader")
        #expect(await client.call("GET", "secret/data/a", token: token).status == 403)
    }

    @Test func whatNeedsAPlaceABatchTokenCannot() async throws {
        let (client, _) = try await made()
        _ = await client.call(
            "PUT",
            "sys/policies/acl/all",
            #"{"policy":"path \"*\" { capabilities = [\"create\",\"read\",\"update\",\"delete\",\"list\",\"sudo\"] }"}"#
        )
        let token = await client.call("POST", "auth/token/create", #"{"type":"batch","policies":["all"]}"#).token
        let body = "{\"token\":\"\(token)\"}"
        let drawer = "cubbyhole operations are only supported by \"service\" type tokens"
        let refused: [(String, String, String, String)] = [
            ("POST", "auth/token/create", "{}", "batch tokens cannot create more tokens"),
            ("POST", "auth/token/create-orphan", "{}", "batch tokens cannot create more tokens"),
            ("POST", "auth/token/renew-self", "{}", "batch tokens cannot be renewed"),
            ("POST", "auth/token/renew", body, "batch tokens cannot be renewed"),
            ("POST", "auth/token/revoke-self", "{}", "batch tokens cannot be revoked"),
            ("POST", "auth/token/revoke", body, "batch tokens cannot be revoked"),
            ("POST", "auth/token/revoke-orphan", body, "batch tokens cannot be revoked"),
            ("POST", "cubbyhole/a", #"{"k":"v"}"#, drawer), ("GET", "cubbyhole/a", "", drawer),
            ("LIST", "cubbyhole", "", drawer), ("DELETE", "cubbyhole/a", "", drawer),
        ]
        for (method, path, sent, text) in refused {
            let answer = await client.call(method, path, sent, token: token)
            #expect(answer.status == 400, "\(method) \(path)")
            #expect(answer.errors == text)
        }
        let orders: [(String, String)] = [
            (#"{"type":"batch","num_uses":2}"#, #"batch tokens cannot have "num_uses" set"#),
            (#"{"type":"batch","explicit_max_ttl":"1h"}"#, #"batch tokens cannot have "explicit_max_ttl" set"#),
            (#"{"type":"batch","period":"1h"}"#, #"batch tokens cannot have "period" set"#),
            (#"{"type":"batch","id":"chosen-one","policies":["a"]}"#, #"batch tokens cannot have "id" set"#),
            (#"{"type":"batch","policies":["root"],"ttl":"1h"}"#, "batch tokens cannot have root policy"),
        ]
        for (order, text) in orders {
            let sent = order.contains("policies") ? order : String(order.dropLast()) + #","policies":["a"]}"#
            let answer = await client.call("POST", "auth/token/create", sent)
            #expect(answer.status == 400)
            #expect(answer.errors == text)
        }
        let long = String(repeating: "x", count: 4096)
        let tooLong = await client.call(
            "POST",
            "auth/token/create",
            "{\"type\":\"batch\",\"policies\":[\"a\"],\"meta\":{\"k\":\"\(long)\"}}"
        )
        #expect(tooLong.status == 400)
    }

    @Test func aChangedBatchTokenIsNone() async throws {
        let (client, _) = try await made()
        let token = await client.call("POST", "auth/token/create", Self.batch).token
        let other = try await made().0
        #expect(await isIn(client, token))
        #expect(await !isIn(other, token))
        let bytes = Array(token.utf8)
        for place in stride(from: 4, to: bytes.count, by: 7) {
            var changed = bytes
            changed[place] = changed[place] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            // With its check made right, so that the seal alone stands in the way.
            let body = changed.dropLast(CredentialText.checkCharacters)
            let mended = Array(body) + CredentialText.check(Array(body))
            for text in [changed, mended] where text != bytes {
                #expect(await !isIn(client, String(decoding: text, as: UTF8.self)))
            }
        }
        for text in ["kfb_", "kfb_AAAAAA", token + "A", String(token.dropLast()), token.lowercased()] {
            #expect(await !isIn(client, text))
        }
    }

    @Test func aBatchTokenEndsWithItsTimeItsParentAndItsSessions() async throws {
        let (client, time) = try await made()
        let timed = await client.call("POST", "auth/token/create", Self.batch).token
        #expect(await isIn(client, timed))
        time.pass(seconds: 3600)
        #expect(await !isIn(client, timed))
        #expect(await client.call("POST", "auth/token/lookup", "{\"token\":\"\(timed)\"}").errors == "bad token")

        for isRevoked in [true, false] {
            let parent = await client.call("POST", "auth/token/create", #"{"policies":["root"],"ttl":"10m"}"#).token
            let child = await client.call("POST", "auth/token/create", Self.batch, token: parent).token
            let orphan = await client.call("POST", "auth/token/create-orphan", Self.batch, token: parent)
            #expect(orphan.body["auth"]?["orphan"] == true)
            #expect(await isIn(client, child))
            if isRevoked {
                _ = await client.call("POST", "auth/token/revoke", "{\"token\":\"\(parent)\"}")
            } else {
                time.pass(seconds: 600)
            }
            #expect(await !isIn(client, child))
            #expect(await client.call("POST", "auth/token/lookup", "{\"token\":\"\(child)\"}").errors == "bad token")
            #expect(await isIn(client, orphan.token))
        }

        let last = await client.call("POST", "auth/token/create-orphan", Self.batch).token
        #expect(await isIn(client, last))
        time.pass(seconds: 1)
        try client.vault.perform("test.end", .update, on: "sys/test", changing: true) {
            (directory) throws(StoreError) in
            try directory.endSessions(.everyone)
        }
        #expect(await !isIn(client, last))
    }

    @Test func aPrincipalsBatchTokensEndWithTheirSessions() async throws {
        let (client, time) = try await made()
        let owner = try client.vault.perform("test.make", .update, on: "sys/test", changing: true) {
            (directory) throws(StoreError) in
            try directory.put(
                PrincipalRecord(name: "ada", kind: .person, policies: ["reader"], created: directory.time)
            )
            try directory.setPolicy("maker", #"path "auth/token/create*" { capabilities = ["update", "sudo"] }"#)
            return try directory.issue(
                TokenRecord(principal: "ada", policies: ["default", "maker"], created: directory.time)
            )
        }
        for end in ["sessions", "disabled"] {
            for path in ["auth/token/create", "auth/token/create-orphan"] {
                let maker = try client.vault.perform("test.make", .update, on: "sys/test", changing: true) {
                    (directory) throws(StoreError) in
                    var record = TokenRecord(principal: "ada", policies: ["default", "maker"], created: directory.time)
                    record.live(seconds: 36_000, from: directory.time)
                    return try directory.issue(record)
                }
                let token = await client.call("POST", path, #"{"type":"batch","ttl":"1h"}"#, token: maker.reveal())
                #expect(token.status == 200)
                #expect(await isIn(client, token.token))
                time.pass(seconds: 1)
                try client.vault.perform("test.end", .update, on: "sys/test", changing: true) {
                    (directory) throws(StoreError) in
                    if end == "sessions" { return try directory.endSessions(.principal("ada")) }
                    guard var ada = try directory.principal("ada") else { throw .noSuchEntry("principal") }
                    ada.isDisabled = true
                    try directory.put(ada)
                }
                #expect(await !isIn(client, token.token), "\(path) \(end)")
                time.pass(seconds: 1)
                try client.vault.perform("test.end", .update, on: "sys/test", changing: true) {
                    (directory) throws(StoreError) in
                    guard var ada = try directory.principal("ada") else { throw .noSuchEntry("principal") }
                    ada.isDisabled = false
                    try directory.put(ada)
                }
            }
        }
        #expect(await !isIn(client, owner.reveal()))
    }

    @Test func rolesAndUsersGiveBatchTokens() async throws {
        let (client, time) = try await made()
        _ = await client.call("POST", "sys/auth/approle", #"{"type":"approle"}"#)
        _ = await client.call("POST", "sys/auth/userpass", #"{"type":"userpass"}"#)
        let settings =
            #"{"token_type":"batch","token_policies":"reader","token_ttl":"10m","bind_secret_id":false,"#
            + #""token_bound_cidrs":"127.0.0.0/8","password":"canary-password"}"#
        #expect(await client.call("POST", "auth/approle/role/x", settings).status == 204)
        #expect(await client.call("GET", "auth/approle/role/x")["token_type"] == "batch")
        #expect(await client.call("POST", "auth/userpass/users/ada", settings).status == 204)
        let role = await client.call("GET", "auth/approle/role/x/role-id")["role_id"]?.asString ?? ""
        let before = try client.tokens()
        let logins = [
            ("approle", await client.call("POST", "auth/approle/login", "{\"role_id\":\"\(role)\"}", token: "")),
            (
                "userpass",
                await client.call("POST", "auth/userpass/login/ada", #"{"password":"canary-password"}"#, token: "")
            ),
        ]
        #expect(try client.tokens() == before)
        for (mount, login) in logins {
            #expect(login.body["auth"]?["token_type"] == "batch")
            #expect(login.body["auth"]?["orphan"] == true)
            #expect(login.body["auth"]?["lease_duration"] == 600)
            #expect(await client.call("GET", "secret/data/a", token: login.token).status == 200)
            #expect(await client.call("GET", "secret/data/a", token: login.token, from: "10.0.0.1").status == 403)
            time.pass(seconds: 1)
            // One way ends them by what they came through, the other with the mount.
            if mount == "approle" {
                #expect(await client.call("PUT", "sys/leases/revoke-prefix/auth/\(mount)").status == 204)
            } else {
                #expect(await client.call("DELETE", "sys/auth/\(mount)").status == 204)
            }
            #expect(await client.call("GET", "secret/data/a", token: login.token).status == 403)
        }
        _ = await client.call("POST", "auth/token/roles/r", #"{"token_type":"batch","orphan":true,"renewable":false}"#)
        let byRole = await client.call("POST", "auth/token/create/r", #"{"policies":["reader"]}"#)
        #expect(byRole.body["auth"]?["token_type"] == "batch")
        _ = await client.call("POST", "auth/token/roles/s", #"{"token_type":"service"}"#)
        let service = await client.call("POST", "auth/token/create/s", #"{"type":"batch","policies":["reader"]}"#)
        #expect(service.body["auth"]?["token_type"] == "service")
        _ = await client.call(
            "POST",
            "auth/token/roles/d",
            #"{"token_type":"default-batch","orphan":true,"renewable":false}"#
        )
        let chosen = await client.call("POST", "auth/token/create/d", #"{"type":"service","policies":["reader"]}"#)
        #expect(chosen.body["auth"]?["token_type"] == "service")
        let given = await client.call("POST", "auth/token/create/d", #"{"policies":["reader"]}"#)
        #expect(given.body["auth"]?["token_type"] == "batch")
    }
}

extension VaultClient {
    /// The names of all tokens that are kept.
    func tokens() throws -> [String] {
        try vault.perform("test.read", .read, on: "sys/test", changing: false) { (directory) throws(StoreError) in
            try directory.names(in: CollectionName.tokens)
        }
    }
}
