import AccessPolicy
import Findings
import HTTPModel
import SecretStore
import Secrets
import Testing
import Vaulting

@testable import Server

/// What is listed as alive is, and what ends with its last use is good for that use.
@Suite struct LiveTokenTests {
    private func listed(_ four: FourProtocols) async -> [String: JSONValue] {
        let tokens = await four.call("GET", "/api/v1/tokens").json["tokens"]?.asArray ?? []
        return Dictionary(uniqueKeysWithValues: tokens.map { ($0["accessor"]?.asString ?? "", $0) })
    }

    @Test func `a token that opens nothing any more is not listed, and one that opens nothing for now says so`()
        async throws
    {
        let four = try FourProtocols()
        var accessors: [String: String] = [:]
        var tokens: [String: String] = [:]
        for name in ["gone", "off", "sent", "role", "here", "group"] {
            let roles = ["role": #"["developer"]"#, "group": #"["devops"]"#][name] ?? "[]"
            let made = await four.call("PUT", "/api/v1/principals/\(name)", #"{"roles":\#(roles)}"#)
            #expect(made.status == 200)
            let issued = await four.call("POST", "/api/v1/tokens", #"{"principal":"\#(name)"}"#)
            accessors[name] = issued.json["accessor"]?.asString
            tokens[name] = issued.json["token"]?.asString
        }
        let counted = await four.call("POST", "/api/v1/tokens", #"{"principal":"here","uses":1}"#)
        accessors["counted"] = counted.json["accessor"]?.asString
        let before = await listed(four)
        #expect(accessors.values.allSatisfy { before[$0]?["disabled"] == false })
        _ = await four.call("DELETE", "/api/v1/principals/gone")
        _ = await four.call("PUT", "/api/v1/principals/off", #"{"disabled":true}"#)
        _ = await four.call("POST", "/api/v1/sessions/end", #"{"principal":"sent"}"#)
        _ = await four.call("POST", "/api/v1/sessions/end", #"{"role":"developer"}"#)
        let own = await four.call("GET", "/api/v1/self", token: counted.json["token"]?.asString)
        #expect(own.status == 200)
        let after = await listed(four)
        let vault = await four.call("LIST", "/v1/auth/token/accessors").json["data"]?["keys"]?.asArray ?? []
        for (name, isListed) in [
            ("gone", false), ("off", true), ("sent", false), ("role", false), ("counted", false), ("here", true),
            ("group", true),
        ] {
            let accessor = try #require(accessors[name])
            #expect((after[accessor] != nil) == isListed, "\(name)")
            #expect(vault.contains(.string(accessor)) == isListed, "\(name)")
            if isListed { #expect(after[accessor]?["disabled"] == .bool(name == "off"), "\(name)") }
            guard let token = tokens[name] else { continue }
            // What the listing says is what the gate does.
            let status = await four.call("GET", "/api/v1/self", token: token).status
            #expect((status == 200) == (isListed && name != "off"), "\(name): \(status)")
        }
        _ = await four.call("POST", "/api/v1/sessions/end", #"{"everyone":true}"#)
        #expect(await four.call("GET", "/api/v1/tokens").status == 401)
    }

    @Test func `a token whose parent's time is over is not listed`() async throws {
        let time = TestClock()
        let client = try VaultClient(clock: time.now)
        let parent = await client.call("POST", "auth/token/create", #"{"policies":["root"],"ttl":"10m"}"#).token
        let child = await client.call("POST", "auth/token/create", #"{"policies":["root"],"ttl":"2h"}"#, token: parent)
        let accessor = try #require(child.body["auth"]?["accessor"]?.asString)
        #expect(await client.call("LIST", "auth/token/accessors").keys.contains(accessor))
        time.pass(seconds: 3600)
        #expect(await client.call("LIST", "auth/token/accessors").keys.count == 1)
    }

    private func kept(_ client: VaultClient, _ accessor: String) throws -> (documents: Int, isListed: Bool) {
        try client.vault.perform("test.look", .read, on: "sys/test", changing: false) {
            (directory) throws(StoreError) in
            (
                try directory.names(in: Directory.documents(ofToken: accessor)).count,
                try directory.accessors().contains(accessor)
            )
        }
    }

    @Test(arguments: [1, 2, 3])
    func `the last use of a counted token reads its drawer, and takes it away`(_ uses: Int) async throws {
        let client = try VaultClient()
        let order = #"{"policies":["default"],"num_uses":\#(uses)}"#
        let made = await client.call("POST", "auth/token/create", order)
        let accessor = try #require(made.body["auth"]?["accessor"]?.asString)
        #expect(await client.call("POST", "cubbyhole/a", #"{"k":"v"}"#, token: made.token).status == 204)
        for use in 1..<max(2, uses) where uses > 1 {
            #expect(try kept(client, accessor) == (1, true))
            #expect(await client.call("GET", "cubbyhole/a", token: made.token)["k"] == "v", "\(use)")
        }
        #expect(try kept(client, accessor) == (0, false))
        #expect(await client.call("GET", "cubbyhole/a", token: made.token).status == 403)
    }

    @Test func `a last use that ends elsewhere than in a group takes the token away too`() async throws {
        let client = try VaultClient()
        let made = await client.call("POST", "auth/token/create", #"{"policies":["root"],"num_uses":1}"#)
        let accessor = try #require(made.body["auth"]?["accessor"]?.asString)
        #expect(await client.call("GET", "sys/metrics", token: made.token).status == 200)
        #expect(try kept(client, accessor) == (0, false))
    }

    /// Setting a password is done in two parts, between which it is hashed.
    @Test(arguments: [
        (#"{"password":"a long password"}"#, "root", 204), (#"{"password":""}"#, "root", 400),
        (#"{"password":"a long password"}"#, "default", 403),
    ])
    func `a last use that sets a password takes the token away too`(body: String, policy: String, status: Int)
        async throws
    {
        let client = try VaultClient()
        _ = await client.call("POST", "sys/auth/userpass", #"{"type":"userpass"}"#)
        let order = #"{"policies":["\#(policy)"],"num_uses":2}"#
        let made = await client.call("POST", "auth/token/create", order)
        let accessor = try #require(made.body["auth"]?["accessor"]?.asString)
        for isLast in [false, true] {
            let answer = await client.call("POST", "auth/userpass/users/ada", body, token: made.token)
            #expect(answer.status == status, "\(answer.text)")
            #expect(try kept(client, accessor) == (0, !isLast))
        }
        #expect(await client.call("POST", "auth/userpass/users/ada", body, token: made.token).status == 403)
    }

    @Test func `a token whose request never ended opens nothing, and is swept`() async throws {
        let client = try VaultClient()
        let made = await client.call("POST", "auth/token/create", #"{"policies":["root"],"num_uses":1}"#)
        let accessor = try #require(made.body["auth"]?["accessor"]?.asString)
        _ = try client.vault.group { group in
            if case .success? = try? group.authenticate(.token(Secret(made.token)), from: "127.0.0.1") {
            } else {
                Issue.record("the last use is one")
            }
        }
        #expect(try kept(client, accessor) == (0, true))
        #expect(await client.call("GET", "auth/token/lookup-self", token: made.token).status == 403)
        #expect(await client.call("LIST", "auth/token/accessors").keys.contains(accessor) == false)
        #expect(await client.call("POST", "auth/token/tidy").status == 202)
        #expect(try kept(client, accessor) == (0, false))
    }

    @Test func `a chosen id has characters that a header and a path can hold`() async throws {
        let client = try VaultClient()
        for id in [
            "a/b/c/d/e", "with blank", "tab\\tinside", "nul\\u0000inside", "line\\nbreak", "ümlautümlaut", "short",
            String(repeating: "x", count: 257), "s.foobarfoo", "hvs.foobarfoo", "kft_foobarfoo", "kfw_foobarfoo",
            "kfb_foobarfoo", "kfc_foobarfoo", "del\\u007fdeldel",
        ] {
            let answer = await client.call("POST", "auth/token/create", "{\"id\":\"\(id)\"}")
            #expect(answer.status == 400 && answer.errors.contains("token ID"), "\(id): \(answer.errors)")
        }
        for id in ["00000000-0000-0000-0000-000000000000", "custom.token_~!*"] {
            #expect(await client.call("POST", "auth/token/create", "{\"id\":\"\(id)\"}").token == id)
        }
    }

    @Test func `restoring a key needs what the rule of its path says, wherever the name comes from`() async throws {
        let client = try VaultClient()
        _ = await client.call("POST", "sys/mounts/transit", #"{"type":"transit"}"#)
        for name in ["a", "b"] {
            let body = #"{"exportable":true,"allow_plaintext_backup":true}"#
            _ = await client.call("POST", "transit/keys/\(name)", body)
        }
        let backup = try #require(await client.call("GET", "transit/backup/a")["backup"]?.asString)
        func token(_ name: String, _ rules: [String: String]) async -> String {
            let text = rules.map { "path \\\"\($0.key)\\\" { capabilities = [\\\"\($0.value)\\\"] }" }.joined(
                separator: " "
            )
            _ = await client.call("PUT", "sys/policies/acl/\(name)", "{\"policy\":\"\(text)\"}")
            return await client.call("POST", "auth/token/create", "{\"policies\":[\"\(name)\"]}").token
        }
        let keys = await token("keys", ["transit/keys/*": "update", "transit/backup/*": "read"])
        let plain = await token("plain", ["transit/restore": "update"])
        let barred = await token("barred", ["transit/restore": "update", "transit/restore/a": "deny"])
        let forced = "{\"backup\":\"\(backup)\",\"force\":true}"
        let unforced = "{\"backup\":\"\(backup)\"}"
        for (who, path, body, status) in [
            (keys, "restore", forced, 403), (keys, "restore/a", forced, 403), (plain, "restore/a", forced, 403),
            (plain, "restore", unforced, 400), (plain, "restore", forced, 204), (barred, "restore", forced, 403),
            (barred, "restore", unforced, 403), (barred, "restore/a", forced, 403), (barred, "restore/b", forced, 403),
        ] {
            #expect(
                await client.call("POST", "transit/" + path, body, token: who).status == status,
                "\(path) \(status)"
            )
        }
        let denied = try client.vault.auditRecords(last: 100).filter { $0.outcome == .denied }
        #expect(denied.contains { $0.rule == #""transit/restore/a" (policy barred) denies"# })
    }

    @Test func `a network with an address in it is refused, with what may be meant`() async throws {
        let four = try FourProtocols()
        for (range, network, host) in [
            ("203.0.113.5/24", "203.0.113.0/24", "203.0.113.5"), ("10.1.2.3/0", "0.0.0.0/0", "10.1.2.3"),
            ("2001:db8::5/32", "2001:db8:0:0:0:0:0:0/32", "2001:db8:0:0:0:0:0:5"),
        ] {
            let answer = await four.call("POST", "/api/v1/blocks", #"{"range":"\#(range)","seconds":60}"#)
            #expect(answer.status == 400 && answer.text.contains("KF-STORE-082"))
            let message =
                "\(host) is one address of the network \(network): give \(network) for the whole network, or \(host) for the one"
            #expect(answer.text.contains(message), "\(answer.text)")
            let principal = await four.call("PUT", "/api/v1/principals/eve", #"{"addresses":["\#(range)"]}"#)
            #expect(principal.status == 400)
            let token = await four.call("POST", "/api/v1/tokens", #"{"principal":"eve","addresses":["\#(range)"]}"#)
            #expect(token.status == 400)
        }
        for range in ["203.0.113.0/24", "203.0.113.5", "203.0.113.5/32", "2001:db8::/32"] {
            #expect(await four.call("POST", "/api/v1/blocks", #"{"range":"\#(range)"}"#).status == 204, "\(range)")
        }
    }
}
