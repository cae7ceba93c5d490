import AccessPolicy
import Findings
import SecretStore
import Testing
import Vaulting

@testable import Server

struct IdentityFlowTests {
    let client: VaultClient

    init() async throws {
        client = try VaultClient()
        for type in ["userpass", "approle"] {
            #expect(await client.call("POST", "sys/auth/\(type)", "{\"type\":\"\(type)\"}").status == 204)
        }
    }

    private func user(_ name: String) async {
        let body = #"{"password":"correct horse battery"}"#
        #expect(await client.call("POST", "auth/userpass/users/\(name)", body).status == 204)
    }

    private func login(_ name: String) async -> VaultClient.Answer {
        await client.call("POST", "auth/userpass/login/\(name)", #"{"password":"correct horse battery"}"#, token: "")
    }

    private func policy(_ name: String, _ text: String) async {
        let body = JSONValue.object(JSONObject(members: ["policy": .string(text)])).text()
        #expect(await client.call("PUT", "sys/policies/acl/\(name)", body).status == 204)
    }

    private func accessor(_ mount: String) async -> String {
        await client.call("GET", "sys/auth").body[mount + "/"]?["accessor"]?.asString ?? ""
    }

    @Test func `a first login makes an entity, and the next finds it`() async throws {
        await user("ada")
        let first = await login("ada")
        let id = first.body["auth"]?["entity_id"]?.asString ?? ""
        #expect(!id.isEmpty)
        #expect(await login("ADA").body["auth"]?["entity_id"] == .string(id))
        let own = await client.call("GET", "auth/token/lookup-self", token: first.token)
        #expect(own["entity_id"] == .string(id))
        let entity = await client.call("GET", "identity/entity/id/\(id)")
        let alias = entity["aliases"]?.asArray?.first
        #expect(alias?["name"] == "ada")
        #expect(alias?["mount_type"] == "userpass")
        #expect(alias?["mount_path"] == "auth/userpass/")
        #expect(alias?["canonical_id"] == .string(id))
        let name = entity["name"]?.asString ?? ""
        #expect(await client.call("GET", "identity/entity/name/\(name)")["id"] == .string(id))
        #expect(await client.call("LIST", "identity/entity/id").keys == [id])
        #expect(await client.call("LIST", "identity/entity/name").keys == [name])
        let aliasID = alias?["id"]?.asString ?? ""
        #expect(await client.call("GET", "identity/entity-alias/id/\(aliasID)")["name"] == "ada")
        #expect(await client.call("LIST", "identity/entity-alias/id").keys == [aliasID])
        let mount = await accessor("userpass")
        for query in [
            "{\"id\":\"\(id)\"}", "{\"name\":\"\(name.uppercased())\"}", "{\"alias_id\":\"\(aliasID)\"}",
            "{\"alias_name\":\"ada\",\"alias_mount_accessor\":\"\(mount)\"}",
        ] {
            #expect(await client.call("POST", "identity/lookup/entity", query)["id"] == .string(id), "\(query)")
        }
        #expect(await client.call("POST", "identity/lookup/entity", #"{"name":"none"}"#).status == 204)
        #expect(await client.call("POST", "identity/lookup/entity", "{}").status == 400)
        // A mount that goes takes its aliases along, and the entities that nobody said anything about.
        #expect(await client.call("DELETE", "sys/auth/userpass").status == 204)
        #expect(await client.call("GET", "identity/entity/id/\(id)").status == 404)
        #expect(await client.call("LIST", "identity/entity/id").status == 404)
    }

    @Test func `policies of an entity and of its groups hold for its tokens, at once`() async throws {
        await policy("one", #"path "secret/data/one" { capabilities = ["read"] }"#)
        await policy("two", #"path "secret/data/two" { capabilities = ["read"] }"#)
        for name in ["one", "two"] {
            _ = await client.call("POST", "secret/data/\(name)", #"{"data":{"a":"b"}}"#)
        }
        await user("ada")
        let entered = await login("ada")
        let (token, id) = (entered.token, entered.body["auth"]?["entity_id"]?.asString ?? "")
        func statuses() async -> [Int] {
            var found: [Int] = []
            for name in ["one", "two"] {
                found.append(await client.call("GET", "secret/data/\(name)", token: token).status)
            }
            return found
        }
        #expect(await statuses() == [403, 403])
        #expect(await client.call("POST", "identity/entity/id/\(id)", #"{"policies":["one"]}"#).status == 204)
        #expect(await statuses() == [200, 403])
        let made = await client.call(
            "POST",
            "identity/group",
            "{\"name\":\"team\",\"policies\":\"two\",\"member_entity_ids\":[\"\(id)\"]}"
        )
        #expect(made.status == 200)
        let group = made["id"]?.asString ?? ""
        #expect(await statuses() == [200, 200])
        let own = await client.call("GET", "auth/token/lookup-self", token: token)
        #expect(own["identity_policies"] == ["one", "two"])
        #expect(own["policies"] == ["default"])
        let again = await login("ada")
        #expect(again.body["auth"]?["identity_policies"] == ["one", "two"])
        #expect(again.body["auth"]?["policies"] == ["default", "one", "two"])
        // A child has them too, and an orphan has not.
        let child = await client.call("POST", "auth/token/create", "{}", token: token)
        #expect(child.status == 403)
        #expect(await client.call("GET", "identity/group/id/\(group)")["member_entity_ids"] == [.string(id)])
        #expect(await client.call("GET", "identity/entity/id/\(id)")["group_ids"] == [.string(group)])
        #expect(await client.call("POST", "identity/group/id/\(group)", #"{"member_entity_ids":[]}"#).status == 204)
        #expect(await statuses() == [200, 403])
        #expect(
            await client.call("POST", "identity/group/name/TEAM", "{\"member_entity_ids\":\"\(id)\"}").status == 204
        )
        #expect(await statuses() == [200, 200])
        #expect(await client.call("DELETE", "identity/group/name/team").status == 204)
        #expect(await statuses() == [200, 403])
        #expect(await client.call("LIST", "identity/group/id").status == 404)
        // Disabled, it may do nothing, and logs in no more.
        #expect(await client.call("POST", "identity/entity/id/\(id)", #"{"disabled":true}"#).status == 204)
        #expect(await client.call("GET", "auth/token/lookup-self", token: token).status == 403)
        #expect(await login("ada").status == 403)
        #expect(await client.call("POST", "identity/entity/id/\(id)", #"{"disabled":false}"#).status == 204)
        #expect(await client.call("GET", "auth/token/lookup-self", token: token).status == 200)
        #expect(await client.call("DELETE", "identity/entity/id/\(id)").status == 204)
        #expect(await client.call("GET", "auth/token/lookup-self", token: token).status == 403)
        #expect(await login("ada").body["auth"]?["entity_id"] != .string(id))
    }

    @Test func `what an entity's token makes belongs to the entity, and ends with it`() async throws {
        await policy("maker", #"path "auth/token/*" { capabilities = ["create","update","sudo"] }"#)
        await user("ada")
        let id = await login("ada").body["auth"]?["entity_id"]?.asString ?? ""
        _ = await client.call("POST", "identity/entity/id/\(id)", #"{"policies":["maker"]}"#)
        let token = await login("ada").token
        let child = await client.call("POST", "auth/token/create", "{}", token: token)
        #expect(child.body["auth"]?["entity_id"] == .string(id))
        #expect(child.body["auth"]?["identity_policies"] == ["maker"])
        let orphan = await client.call("POST", "auth/token/create-orphan", #"{"policies":["maker"]}"#, token: token)
        #expect(orphan.body["auth"]?["entity_id"] == "")
        let second = await client.call("POST", "auth/token/create-orphan", "{}", token: orphan.token)
        for one in [child, orphan, second] {
            #expect(await client.call("GET", "auth/token/lookup-self", token: one.token).status == 200)
        }
        _ = await client.call("POST", "identity/entity/id/\(id)", #"{"disabled":true}"#)
        for one in [child, orphan, second] {
            #expect(await client.call("GET", "auth/token/lookup-self", token: one.token).status == 403)
        }
    }

    /// threats.md, 3 (GHSA-59w7-v8rr-pr4p).
    @Test func `metadata widens no path of a templated policy`() async throws {
        let mount = await accessor("userpass")
        await policy(
            "own",
            """
            path "secret/data/{{identity.entity.id}}/*" { capabilities = ["read"] }
            path "secret/data/{{identity.entity.name}}" { capabilities = ["read"] }
            path "secret/data/team/{{identity.entity.metadata.team}}/x" { capabilities = ["read"] }
            path "secret/data/user/{{identity.entity.aliases.\(mount).name}}" { capabilities = ["read"] }
            path "secret/data/group/{{identity.groups.names.crew.metadata.zone}}" { capabilities = ["read"] }
            path "secret/data/id/{{identity.groups.names.crew.id}}" { capabilities = ["read"] }
            """
        )
        await user("ada")
        let id = await login("ada").body["auth"]?["entity_id"]?.asString ?? ""
        let made = await client.call(
            "POST",
            "identity/group",
            "{\"name\":\"crew\",\"metadata\":{\"zone\":\"z1\"},\"member_entity_ids\":\"\(id)\"}"
        )
        let group = made["id"]?.asString ?? ""
        _ = await client.call(
            "POST",
            "identity/entity/id/\(id)",
            #"{"name":"ada-l","policies":"own","metadata":{"team":"blue"}}"#
        )
        let token = await login("ada").token
        func mayRead(_ path: String) async -> Bool {
            let body = "{\"paths\":[\"secret/data/\(path)\"]}"
            let answer = await client.call("POST", "sys/capabilities-self", body, token: token)
            return answer["capabilities"] == ["read"]
        }
        let allowed = ["\(id)/a", "ada-l", "team/blue/x", "user/ada", "group/z1", "id/\(group)"]
        for path in allowed { #expect(await mayRead(path), "\(path)") }
        for path in ["x/a", "team/red/x", "user/eve", "group/z2", "id/x"] { #expect(await !mayRead(path), "\(path)") }
        for evil in ["*", "+", "blue/../red", "red/x", "", ".", "..", "re*", "\\u0000", "a\\\\b"] {
            let answer = await client.call("POST", "identity/entity/id/\(id)", "{\"metadata\":{\"team\":\"\(evil)\"}}")
            #expect(answer.status == 204, "\(evil) \(answer.text)")
            for path in ["team/red/x", "team/blue/x", "team/x", "team/a/b/x"] {
                #expect(await !mayRead(path), "\(evil): \(path)")
            }
        }
        _ = await client.call("POST", "identity/group/id/\(group)", #"{"metadata":{"zone":"*"}}"#)
        for path in ["group/z1", "group/anything", "group/a/b"] { #expect(await !mayRead(path)) }
    }

    /// threats.md, 4 (CVE-2025-5999, CVE-2025-64761).
    @Test func `nobody becomes root by an entity or a group`() async throws {
        for name in ["root", "ROOT", " root", "Root ", "ro\u{0}ot"] {
            for path in ["identity/entity", "identity/group", "identity/entity/name/x", "identity/group/name/x"] {
                let body = JSONValue.object(JSONObject(members: ["policies": [.string(name)]])).text()
                let answer = await client.call("POST", path, body)
                #expect(answer.status == 400, "\(path) \(name): \(answer.text)")
            }
        }
        // Nor by what is written past the check.
        await user("ada")
        let entered = await login("ada")
        let id = entered.body["auth"]?["entity_id"]?.asString ?? ""
        try client.vault.perform(.init(rawValue: "test"), .update, on: "sys/x", changing: true) {
            (directory) throws(StoreError) in
            if var entity = try directory.entity(id) {
                entity.policies = ["root"]
                try directory.keep(entity)
            }
        }
        #expect(await client.call("GET", "secret/data/x", token: entered.token).status == 403)
    }

    @Test func `aliases join ways to log in, and stay apart by every byte`() async throws {
        let mount = await accessor("userpass")
        let made = await client.call(
            "POST",
            "identity/entity",
            #"{"name":"Ada","metadata":{"a":"b"},"policies":["p"]}"#
        )
        #expect(made.status == 200)
        let id = made["id"]?.asString ?? ""
        #expect(await client.call("POST", "identity/entity", #"{"name":"ADA","metadata":{"a":"c"}}"#).status == 204)
        #expect(await client.call("GET", "identity/entity/name/ada")["metadata"] == ["a": "c"])
        let alias = await client.call(
            "POST",
            "identity/entity-alias",
            "{\"name\":\"ada\",\"canonical_id\":\"\(id)\",\"mount_accessor\":\"\(mount)\",\"custom_metadata\":{\"x\":\"y\"}}"
        )
        #expect(alias["canonical_id"] == .string(id))
        await user("ada")
        #expect(await login("ada").body["auth"]?["entity_id"] == .string(id))
        let other = await client.call("POST", "identity/entity", "{}")["id"]?.asString ?? ""
        let aliasID = alias["id"]?.asString ?? ""
        let wrong = [
            "{\"canonical_id\":\"\(id)\"}", #"{"name":"x"}"#, #"{"name":"x","mount_accessor":"none"}"#,
            "{\"name\":\"x\",\"mount_accessor\":\"\(mount)\",\"canonical_id\":\"none\"}",
            "{\"name\":\"x\",\"mount_accessor\":\"\(mount)\",\"canonical_id\":\"\(id)\"}", #"{"id":"none","name":"x"}"#,
        ]
        for body in wrong { #expect(await client.call("POST", "identity/entity-alias", body).status == 400, "\(body)") }
        // Given to another entity, it logs in as that.
        let moved = await client.call("POST", "identity/entity-alias/id/\(aliasID)", "{\"canonical_id\":\"\(other)\"}")
        #expect(moved["canonical_id"] == .string(other))
        #expect(await login("ada").body["auth"]?["entity_id"] == .string(other))
        #expect(await client.call("DELETE", "identity/entity-alias/id/\(aliasID)").status == 204)
        #expect(await client.call("GET", "identity/entity-alias/id/\(aliasID)").status == 404)
        let fresh = await login("ada").body["auth"]?["entity_id"]?.asString ?? ""
        #expect(![id, other, ""].contains(fresh))
        // Two spellings of one look are two.
        let ids = try client.vault.perform(.init(rawValue: "test"), .update, on: "sys/x", changing: true) {
            (directory) throws(StoreError) in
            var ids: [String] = []
            for name in ["\u{E9}", "e\u{301}", "E\u{301}"] {
                ids.append(try directory.entity(loggingInAs: name, mount: "m", metadata: [:]).id)
            }
            return ids
        }
        #expect(Set(ids).count == 3)
    }

    @Test func `what is wrong is said and changes nothing`() async throws {
        let many = (0..<65).map { "\"k\($0)\":\"v\"" }.joined(separator: ",")
        let bodies = [
            ("entity", #"{"id":"none"}"#), ("entity", #"{"name":["a"]}"#), ("entity", "{\"metadata\":{\(many)}}"),
            ("entity", #"{"metadata":"x"}"#), ("entity", #"{"disabled":"perhaps"}"#),
            ("entity", #"{"name":"a\u0007"}"#),
            ("entity", "{\"name\":\"\(String(repeating: "n", count: 513))\"}"), ("entity", #"{"policies":{"a":1}}"#),
            ("entity", "{\"metadata\":{\"k\":\"\(String(repeating: "v", count: 513))\"}}"), ("entity/id/none", "{}"),
            ("group", #"{"id":"none"}"#), ("group", #"{"type":"external"}"#), ("group", #"{"type":"x"}"#),
            ("group", #"{"member_entity_ids":["none"]}"#), ("group", #"{"member_group_ids":["x"]}"#),
            ("group/id/none", "{}"),
            ("lookup/group", "{}"), ("entity-alias/id/none", "{}"),
        ]
        for (path, body) in bodies {
            #expect(await client.call("POST", "identity/\(path)", body).status == 400, "\(path) \(body.prefix(60))")
        }
        for path in ["entity/id", "group/id", "entity/name", "group/name", "entity-alias/id"] {
            #expect(await client.call("LIST", "identity/\(path)").status == 404)
            #expect(await client.call("GET", "identity/\(path)/none").status == (path == "entity-alias/id" ? 404 : 404))
        }
        for path in ["entity/id/none", "entity/name/none", "group/id/none", "group/name/none", "entity-alias/id/none"] {
            #expect(await client.call("DELETE", "identity/\(path)").status == 204)
        }
        #expect(await client.call("POST", "sys/mounts/identity", #"{"type":"kv"}"#).status == 400)
        #expect(await client.call("DELETE", "sys/mounts/identity").status == 400)
        let weak = await client.call("POST", "auth/token/create", #"{"policies":["default"]}"#).token
        for path in ["identity/entity", "identity/group", "identity/lookup/entity"] {
            #expect(await client.call("POST", path, "{}", token: weak).status == 403)
        }
        // Two groups of one name, in whatever case, are one.
        let first = await client.call("POST", "identity/group", #"{"name":"G"}"#)["id"]?.asString ?? ""
        let second = await client.call("POST", "identity/group", #"{"name":"h"}"#)["id"]?.asString ?? ""
        #expect(first != second)
        #expect(await client.call("POST", "identity/group/id/\(second)", #"{"name":"g"}"#).status == 400)
        #expect(await client.call("GET", "identity/group/name/h")["id"] == .string(second))
        #expect(await client.call("LIST", "identity/group/name").keys == ["G", "h"])
    }
}
