import AccessPolicy
import Findings
import Foundation
import SecretStore
import StorageSQLite
import Testing
import Vaulting

@testable import Server

/// What names a mount: aliases of entities are kept by it.
struct MountNameTests {
    private let client: VaultClient

    init() async throws {
        client = try VaultClient()
        await enable("people")
    }

    private func enable(_ mount: String) async {
        #expect(await client.call("POST", "sys/auth/\(mount)", #"{"type":"userpass"}"#).status == 204)
        let user = await client.call("POST", "auth/\(mount)/users/ada", #"{"password":"correct horse battery"}"#)
        #expect(user.status == 204)
    }

    private func login(_ mount: String) async -> VaultClient.Answer {
        await client.call("POST", "auth/\(mount)/login/ada", #"{"password":"correct horse battery"}"#, token: "")
    }

    private func accessor(_ mount: String) async -> String {
        await client.call("GET", "sys/auth").body[mount + "/"]?["accessor"]?.asString ?? ""
    }

    private func entity(_ answer: VaultClient.Answer) -> String { answer.body["auth"]?["entity_id"]?.asString ?? "" }

    private func remount(_ from: String, _ to: String) async {
        let body = "{\"from\":\"auth/\(from)\",\"to\":\"auth/\(to)\"}"
        #expect(await client.call("POST", "sys/remount", body).status == 200)
    }

    @Test func `whoever is disabled stays so when the mount moves`() async {
        let id = entity(await login("people"))
        let name = await accessor("people")
        #expect(name.hasPrefix("auth_userpass_") && name.utf8.count == "auth_userpass_".utf8.count + 16)
        #expect(await client.call("POST", "identity/entity/id/\(id)", #"{"disabled":true}"#).status < 300)
        #expect(await login("people").status == 403)
        await remount("people", "staff")
        #expect(await accessor("staff") == name)
        #expect(await login("staff").status == 403)
        #expect(await client.call("LIST", "identity/entity/id").keys == [id])
        #expect(
            await client.call("GET", "identity/entity/id/\(id)")["aliases"]?.asArray?.first?["mount_path"]
                == "auth/staff/"
        )
    }

    @Test func `who makes a mount at an old path takes nobody's aliases, and one that goes takes its own`() async {
        let old = entity(await login("people"))
        await remount("people", "staff")
        await enable("people")
        #expect(await accessor("people") != accessor("staff"))
        let new = entity(await login("people"))
        #expect(!new.isEmpty && new != old)
        #expect(entity(await login("staff")) == old)
        #expect(await client.call("DELETE", "sys/auth/staff").status == 204)
        #expect(await client.call("GET", "identity/entity/id/\(old)").status == 404)
        #expect(entity(await login("people")) == new)
        // A mount that is made anew at the same path is another.
        let name = await accessor("people")
        #expect(await client.call("DELETE", "sys/auth/people").status == 204)
        await enable("people")
        #expect(await accessor("people") != name)
    }

    @Test func `a mount from before names were kept keeps its name where it goes, and from then on`() async throws {
        try client.vault.perform(.init(rawValue: "test"), .update, on: "test", changing: true) {
            (directory) throws(StoreError) in
            var document = try directory.document("vault.mounts", "auth/people")?.asObject ?? JSONObject()
            document["accessor"] = nil
            document["uuid"] = nil
            try directory.put("vault.mounts", "auth/people", .object(document))
        }
        client.adapter.forgetMounts()
        let (id, name) = (entity(await login("people")), await accessor("people"))
        #expect(name.utf8.count == "auth_userpass_".utf8.count + 8)
        await remount("people", "staff")
        #expect(await accessor("staff") == name)
        #expect(entity(await login("staff")) == id)
        await enable("people")
        #expect(await accessor("people") != name)
    }

    @Test func `a mount that is made anew at its path is another`() async {
        let (id, name) = (entity(await login("people")), await accessor("people"))
        #expect(await client.call("DELETE", "sys/auth/people").status == 204)
        await enable("people")
        #expect(await accessor("people") != name)
        #expect(entity(await login("people")) != id)
    }

    @Test func `a restored store has the same mounts, built-in ones as well`() async throws {
        func names(_ vault: Vault) throws -> [String] {
            try vault.perform(.init(rawValue: "test"), .read, on: "test", changing: false) {
                (directory) throws(StoreError) in
                try MountTable(directory).mounts.map { "\($0.path) \($0.accessor) \($0.uuid)" }
            }
        }
        await remount("people", "staff")
        await enable("others")
        let before = try names(client.vault)
        #expect(before.count == MountRecord.builtIn.count + 2 && Set(before).count == before.count)
        var pieces: [[UInt8]] = []
        _ = try client.vault.exportSnapshot { pieces.append($0) }
        pieces.reverse()
        let (path, key) = (client.folder + "/restored.keyfolio", client.folder + "/keys/restored")
        let owner = Identity.owner(Principal("test"))
        _ = try LocalVault.restore(at: path, key: .keyFile(key), identity: owner) { pieces.popLast() }
        #expect(try names(LocalVault.open(at: path, key: .keyFile(key), identity: owner)) == before)
    }
}
