import AccessPolicy
import Findings
import HTTPModel
import SecretStore
import Secrets
import Testing

@testable import Server
@testable import Vaulting

/// The encryption service behind the gate: what its memory of keys must never show.
struct TransitFlowTests {
    func client() async throws -> VaultClient {
        let client = try VaultClient()
        #expect(await client.call("POST", "sys/mounts/transit", #"{"type":"transit"}"#).status == 204)
        #expect(await client.call("POST", "transit/keys/k").status == 200)
        return client
    }

    func latest(_ client: VaultClient) async -> JSONValue? {
        await client.call("GET", "transit/keys/k")["latest_version"]
    }

    @Test func `a rotation that is taken back is forgotten`() async throws {
        let client = try await client()
        let text = await client.call("POST", "transit/encrypt/k", #"{"plaintext":"AAAA"}"#)["ciphertext"]?.asString
        #expect(throws: StoreError.self) {
            try client.vault.perform(.init(rawValue: "test"), .update, on: "test", changing: true) {
                (directory) throws(StoreError) in
                guard var key = try directory.transitKey("transit", "k") else { return }
                do { try key.rotate(at: directory.time) } catch { return }
                try directory.keep(key, in: "transit")
                // It is read in the transaction, and so remembered.
                #expect(try directory.transitKey("transit", "k")?.latest == 2)
                throw .invalidAttribute("no")
            }
        }
        #expect(await latest(client) == 1)
        let made = await client.call("POST", "transit/encrypt/k", #"{"plaintext":"AAAA"}"#)
        #expect(made["key_version"] == 1)
        let opened = await client.call("POST", "transit/decrypt/k", #"{"ciphertext":"\#(text ?? "")"}"#)
        #expect(opened["plaintext"] == "AAAA")
    }

    @Test func `a rotation of one request is seen by the next of the same group`() async throws {
        let client = try await client()
        _ = await client.call("POST", "transit/encrypt/k", #"{"plaintext":""}"#)
        var seen: [Int] = []
        _ = try client.vault.group { vault in
            let owner = vault.acting(as: .owner(Principal("test")))
            for _ in 0..<2 {
                let found = try? owner.perform(.init(rawValue: "test"), .update, on: "test", changing: true) {
                    (directory) throws(StoreError) -> Int in
                    guard var key = try directory.transitKey("transit", "k") else { return 0 }
                    do { try key.rotate(at: directory.time) } catch { return 0 }
                    try directory.keep(key, in: "transit")
                    return try directory.transitKey("transit", "k")?.latest ?? 0
                }
                seen.append(found ?? -1)
            }
        }
        #expect(seen == [2, 3])
        #expect(await latest(client) == 3)
    }

    @Test(arguments: ["keys/late", "keys/late/rotate", "encrypt/late", "restore/late"])
    func `a key that was long in the making is not kept in a mount that has gone meanwhile`(_ path: String) async throws
    {
        let client = try await client()
        _ = await client.call("POST", "transit/keys/late", #"{"exportable":true,"allow_plaintext_backup":true}"#)
        let backup = await client.call("GET", "transit/backup/late")["backup"]?.asString ?? ""
        #expect(!backup.isEmpty)
        _ = await client.call("POST", "transit/keys/late/config", #"{"deletion_allowed":true}"#)
        _ = await client.call("DELETE", "transit/keys/late")
        let request = try LogicalRequest(
            HTTPRequest(
                method: "POST",
                rawPath: "/v1/transit/\(path)",
                headers: ["Content-Type": "application/json"],
                body: Array(#"{"plaintext":"AAAA","force":true,"backup":"\#(backup)"}"#.utf8)
            )
        )
        let table = try client.adapter.mounts(client.vault)
        let mount = try #require(table["transit"])
        let context = LogicalContext(
            vault: client.vault,
            session: nil,
            request: request,
            routed: try Route.find(.transit, request.path.split(separator: "/").dropFirst(), request),
            mount: mount,
            table: table,
            adapter: client.adapter
        )
        #expect(await client.call("DELETE", "sys/mounts/transit").status == 204)
        for isThereAnother in [false, true] {
            if isThereAnother { _ = await client.call("POST", "sys/mounts/transit", #"{"type":"transit"}"#) }
            #expect { try context.respond() } throws: { error in
                (error as? LogicalFault)?.status == 404
            }
            let names = try client.vault.perform(.init(rawValue: "test"), .list, on: "test", changing: false) {
                (directory) throws(StoreError) in try directory.transitKeyNames(mount.kept)
            }
            #expect(names == [])
        }
    }

    @Test func `what a key made that the disk has not confirmed waits for the disk`() async throws {
        let client = try await client()
        let use = { (vault: Vault) -> Bool in
            let owner = vault.acting(as: .owner(Principal("test")))
            _ = try? owner.perform(.init(rawValue: "test"), .read, on: "test", changing: false) {
                (directory) throws(StoreError) in try directory.transitKey("transit", "k")
            }
            return vault.takeIsFresh()
        }
        var fresh: [Bool] = []
        try client.vault.sync()
        _ = try client.vault.group { fresh.append(use($0)) }
        _ = try client.vault.group { vault in
            _ = try? vault.acting(as: .owner(Principal("test")))
                .perform(.init(rawValue: "test"), .update, on: "test", changing: true) {
                    (directory) throws(StoreError) in
                    guard var key = try directory.transitKey("transit", "k") else { return }
                    do { try key.rotate(at: directory.time) } catch { return }
                    try directory.keep(key, in: "transit")
                }
            fresh.append(vault.takeIsFresh())
            fresh.append(use(vault))
        }
        _ = try client.vault.group { fresh.append(use($0)) }
        #expect(try client.vault.transitKeyState("transit", "k")?.isFresh == true)
        try client.vault.sync()
        _ = try client.vault.group { fresh.append(use($0)) }
        #expect(try client.vault.transitKeyState("transit", "k")?.isFresh == false)
        #expect(fresh == [false, true, true, true, false])
    }

    @Test func `keys stay in memory when policies change, and are forgotten when they do`() async throws {
        let client = try await client()
        let text = await client.call("POST", "transit/encrypt/k", #"{"plaintext":"AAAA"}"#)["ciphertext"]?.asString
        _ = await client.call("PUT", "sys/policies/acl/p", #"{"policy":"path \"a\" {}"}"#)
        let place = TransitKeyCache.Place(collection: "transit/transit", name: "k")
        #expect(client.vault.engine.synchronized { client.vault.engine.directory.transitKeys[place] } != nil)
        _ = await client.call("POST", "transit/keys/k/config", #"{"deletion_allowed":true}"#)
        #expect(await client.call("DELETE", "transit/keys/k").status == 204)
        #expect(client.vault.engine.synchronized { client.vault.engine.directory.transitKeys[place] } == nil)
        let answer = await client.call("POST", "transit/decrypt/k", #"{"ciphertext":"\#(text ?? "")"}"#)
        #expect(answer.errors == "encryption key not found")
    }

    @Test func `a key that is due is rotated by its next use, and once`() async throws {
        let client = try await client()
        #expect(await client.call("POST", "transit/keys/k/config", #"{"auto_rotate_period":"1h"}"#).status == 200)
        #expect(await client.call("POST", "transit/encrypt/k", #"{"plaintext":""}"#)["key_version"] == 1)
        // Two hours ago.
        try client.vault.perform(.init(rawValue: "test"), .update, on: "test", changing: true) {
            (directory) throws(StoreError) in
            guard let key = try directory.transitKey("transit", "k"), var members = key.document.asObject,
                var version = members["versions"]?.asArray?.first?.asObject
            else { return }
            let past = Timestamp(microseconds: directory.time.microseconds - 7_200_000_000)
            version["created"] = .string(past.description)
            members["versions"] = .array([.object(version)])
            try directory.put("transit/transit", "k", .object(members))
        }
        for _ in 0..<2 {
            #expect(await client.call("POST", "transit/encrypt/k", #"{"plaintext":""}"#)["key_version"] == 2)
        }
        #expect(await client.call("POST", "transit/sign/k", #"{"input":""}"#).status == 400)
        #expect(await latest(client) == 2)
    }

    @Test func `a key's document opens in another store, as a backup of the directory needs it`() async throws {
        let client = try await client()
        let document = try client.vault.perform(.init(rawValue: "test"), .read, on: "test", changing: false) {
            (directory) throws(StoreError) in try directory.document("transit/transit", "k")
        }
        let text = await client.call("POST", "transit/encrypt/k", #"{"plaintext":"AAAA"}"#)["ciphertext"]?.asString
        let other = try await self.client()
        try other.vault.perform(.init(rawValue: "test"), .update, on: "test", changing: true) {
            (directory) throws(StoreError) in try directory.put("transit/transit", "k", document ?? .null)
        }
        let opened = await other.call("POST", "transit/decrypt/k", #"{"ciphertext":"\#(text ?? "")"}"#)
        #expect(opened["plaintext"] == "AAAA")
    }

    @Test func `a mount of another path has no key of this one`() async throws {
        let client = try await client()
        #expect(await client.call("POST", "sys/mounts/other", #"{"type":"transit"}"#).status == 204)
        #expect(await client.call("GET", "other/keys/k").status == 404)
        #expect(await client.call("DELETE", "sys/mounts/transit").status == 204)
        #expect(await client.call("POST", "sys/mounts/transit", #"{"type":"transit"}"#).status == 204)
        #expect(await client.call("GET", "transit/keys/k").status == 404)
    }

    static let apart: [(String, String, Int, Bool)] = [
        ("POST", "transit/encrypt/k", 100, false), ("POST", "transit/encrypt/k", 1 << 20, true),
        ("POST", "transit/sign/k", 10, true), ("POST", "transit/keys/k", 2, true), ("GET", "transit/keys/k", 0, false),
        ("POST", "transit/datakey/wrapped/k", 10, false), ("POST", "encrypt", 1 << 20, false),
    ]

    @Test(arguments: apart)
    func `what takes long is done apart`(_ row: (String, String, Int, Bool)) throws {
        let body = row.2 == 0 ? [] : Array(#"{"a":"\#(String(repeating: "x", count: row.2))"}"#.utf8)
        let request = try LogicalRequest(HTTPRequest(method: row.0, rawPath: "/v1/" + row.1, body: body))
        #expect(TransitCost.isHigh(request) == row.3)
    }
}
