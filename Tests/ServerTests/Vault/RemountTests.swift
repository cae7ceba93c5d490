import Findings
import SecretStore
import Testing
import Vaulting

@testable import Server

struct VaultRemountTests {
    private func move(_ client: VaultClient, _ from: String, _ to: String) async -> VaultClient.Answer {
        await client.call("POST", "sys/remount", "{\"from\":\"\(from)\",\"to\":\"\(to)\"}")
    }

    @Test(arguments: ["1", "2"])
    func secretsMoveWithTheirMount(_ version: String) async throws {
        let client = try VaultClient()
        _ = await client.call("POST", "sys/mounts/kv", "{\"type\":\"kv\",\"options\":{\"version\":\"\(version)\"}}")
        let data = version == "2" ? "data/" : ""
        for value in ["one", "two"] {
            let body = version == "2" ? "{\"data\":{\"k\":\"\(value)\"}}" : "{\"k\":\"\(value)\"}"
            for path in ["a", "deep/b c", "x=2F"] {
                let spelled = path.replacing(" ", with: "%20")
                #expect(await client.call("POST", "kv/\(data)\(spelled)", body).status < 300, "\(path)")
            }
        }
        let before = version == "2" ? await client.call("GET", "kv/metadata/a") : nil
        let answer = await move(client, "kv", "team/")
        #expect(answer.status == 200)
        let id = answer["migration_id"]?.asString ?? ""
        // Clients from before the envelope read it at the top.
        #expect(answer.body["migration_id"]?.asString == id)
        let state = await client.call("GET", "sys/remount/status/\(id)")
        #expect(state["migration_info"] == ["source_mount": "kv/", "status": "success", "target_mount": "team/"])
        #expect(await client.call("GET", "kv/\(data)a").status == 404)
        for path in ["a", "deep/b%20c", "x=2F"] {
            let read = await client.call("GET", "team/\(data)\(path)")
            #expect((version == "2" ? read["data"]?["k"] : read["k"]) == "two", "\(path)")
        }
        if let before {
            let after = await client.call("GET", "team/metadata/a")
            #expect(after.body["data"] == before.body["data"])
            #expect(await client.call("GET", "team/data/a?version=1")["data"]?["k"] == "one")
            #expect(await client.call("LIST", "team/metadata/deep").keys == ["b c"])
        }
        // Its old path is free, and what is made there is another.
        _ = await client.call("POST", "sys/mounts/kv", "{\"type\":\"kv\",\"options\":{\"version\":\"\(version)\"}}")
        #expect(await client.call("GET", "kv/\(data)a").status == 404)
        #expect(try client.vault.verifyAudit().isIntact)
    }

    @Test func aWayToLogInMovesWithItsRolesAndEndsItsTokens() async throws {
        let client = try VaultClient()
        _ = await client.call("POST", "sys/auth/approle", #"{"type":"approle"}"#)
        _ = await client.call("POST", "auth/approle/role/x", #"{"token_ttl":"1h"}"#)
        let role = await client.call("GET", "auth/approle/role/x/role-id")["role_id"]?.asString ?? ""
        let secret = await client.call("POST", "auth/approle/role/x/secret-id", "{}")["secret_id"]?.asString ?? ""
        let body = "{\"role_id\":\"\(role)\",\"secret_id\":\"\(secret)\"}"
        let old = await client.call("POST", "auth/approle/login", body, token: "").token
        #expect(await client.call("GET", "auth/token/lookup-self", token: old).status == 200)
        #expect(await move(client, "auth/approle", "auth/machines").status == 200)
        #expect(await client.call("GET", "auth/token/lookup-self", token: old).status == 403)
        #expect(await client.call("POST", "auth/approle/login", body, token: "").status != 200)
        #expect(await client.call("POST", "auth/machines/login", body, token: "").status == 200)
        // A new one at the old path shares nothing with it.
        _ = await client.call("POST", "sys/auth/approle", #"{"type":"approle"}"#)
        #expect(await client.call("LIST", "auth/approle/role").status == 404)
        #expect(await client.call("POST", "auth/approle/login", body, token: "").status == 400)
        _ = await client.call("DELETE", "sys/auth/approle")
        #expect(await client.call("POST", "auth/machines/login", body, token: "").status == 200)
    }

    @Test func aMountWhoseMetadataCannotGoStaysWhereItIs() async throws {
        let client = try VaultClient()
        _ = await client.call("POST", "sys/mounts/kv", #"{"type":"kv-v2"}"#)
        #expect(await client.call("POST", "kv/data/a", #"{"data":{"k":"v"}}"#).status == 200)
        // Said before there is a version, at the longest path that the old mount can have.
        let long = Array(repeating: String(repeating: "x", count: 49), count: 30).joined(separator: "/")
            .prefix(StoreLimits.pathBytes - "@kv/".utf8.count)
        #expect(await client.call("POST", "kv/metadata/\(long)", #"{"max_versions":3}"#).status == 204)
        let answer = await move(client, "kv", "longer")
        #expect(answer.status == 400)
        #expect(await client.call("GET", "kv/data/a")["data"]?["k"] == "v")
        #expect(await client.call("GET", "kv/metadata/\(long)")["max_versions"] == 3)
        #expect(await client.call("GET", "longer/data/a").status == 404)
        #expect(await move(client, "kv", "k").status == 200)
        #expect(await client.call("GET", "k/data/a")["data"]?["k"] == "v")
        #expect(await client.call("GET", "k/metadata/\(long)")["max_versions"] == 3)
        #expect(try client.vault.verifyAudit().isIntact)
    }

    @Test func whatCannotMoveStays() async throws {
        let client = try VaultClient()
        _ = await client.call("POST", "sys/mounts/kv", #"{"type":"kv"}"#)
        _ = await client.call("POST", "sys/mounts/other", #"{"type":"kv"}"#)
        _ = await client.call("POST", "kv/a", #"{"k":"v"}"#)
        for (from, to) in [
            ("none", "x"), ("secret", "x"), ("sys", "x"), ("cubbyhole", "x"), ("auth/token", "auth/x"),
            ("kv", "auth/x"),
            ("kv", "other"), ("kv", "OTHER"), ("kv", "kv"), ("kv", "sys"), ("kv", "cubbyhole"), ("kv", "a/b"),
            ("kv", ""),
            ("", "x"), ("kv", "secret"), ("kv", "../x"),
        ] {
            #expect(await move(client, from, to).status == 400, "\(from) \(to)")
        }
        #expect(await client.call("POST", "sys/remount", #"{"from":{},"to":"x"}"#).status == 400)
        #expect(await client.call("GET", "sys/remount/status/none").status == 404)
        #expect(await client.call("GET", "kv/a")["k"] == "v")
    }
}
