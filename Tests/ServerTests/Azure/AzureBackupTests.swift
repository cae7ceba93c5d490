import Findings
import HTTPModel
import SecretStore
import Secrets
import Testing
import Vaulting

@testable import Server

struct AzureBackupTests {
    let server: AzureServer

    init() throws { server = try AzureServer() }

    private func backUp(_ name: String, host: String = "keyfolio.vault.localhost:8200") throws -> String {
        let reply = server.send("POST", "/secrets/\(name)/backup", host: host)
        #expect(reply.status == 200)
        return try #require(reply.value)
    }

    private func restore(_ blob: String, on server: AzureServer? = nil, host: String = "keyfolio.vault.localhost:8200")
        -> AzureServer.Reply
    {
        (server ?? self.server).send("POST", "/secrets/restore", "{\"value\":\"\(blob)\"}", host: host)
    }

    @Test func aPurgedSecretIsPutBackWithItsVersions() throws {
        let first = try server.set("A--b", "canary-one")
        #expect(server.send("PATCH", "/secrets/a--b/\(first)", #"{"tags":{"k":"v"}}"#).status == 200)
        let second = try server.set("A--b", "canary-two")
        let blob = try backUp("a--B")
        #expect(!blob.contains("canary"))
        #expect(Base64.decodeForURL(blob).map { String(decoding: $0, as: UTF8.self).contains("canary") } == false)
        let taken = restore(blob)
        #expect(taken.status == 409)
        #expect(taken.code == "Conflict")
        #expect(server.send("DELETE", "/secrets/a--b").status == 200)
        #expect(restore(blob).status == 409)
        #expect(server.send("DELETE", "/deletedsecrets/a--b").status == 204)
        let restored = restore(blob)
        #expect(restored.status == 200)
        #expect(restored.value == nil)
        #expect(restored.json?["id"]?.asString?.hasSuffix("/secrets/A--b/\(second)") == true)
        #expect(server.send("GET", "/secrets/a--b").value == "canary-two")
        #expect(server.send("GET", "/secrets/a--b/\(first)").value == "canary-one")
        #expect(server.send("GET", "/secrets/a--b/\(first)").json?["tags"] == ["k": "v"])
    }

    @Test func onlyTheSameStoreAndVaultOpenIt() throws {
        try server.set("n", "v")
        let blob = try backUp("n")
        let other = try AzureServer()
        #expect(restore(blob, on: other).json == JSONValue.object(from: AzureError.backupUnreadable))
        #expect(restore(blob, host: "team.vault.localhost:8200").message.hasPrefix("Cannot decrypt backup blob"))
        try server.set("n", "v", host: "team.vault.localhost:8200")
        let team = try backUp("n", host: "team.vault.localhost:8200")
        #expect(restore(team).status == 400)
    }

    @Test func aChangedBackupIsRefused() throws {
        try server.set("n", "v")
        let blob = try backUp("n")
        #expect(server.send("DELETE", "/secrets/n").status == 200)
        #expect(server.send("DELETE", "/deletedsecrets/n").status == 204)
        let bytes = try #require(Base64.decodeForURL(blob))
        for position in stride(from: 0, to: bytes.count, by: 7) {
            var changed = bytes
            changed[position] ^= 1
            #expect(restore(Base64.encodeForURL(changed)).status == 400)
            #expect(restore(Base64.encodeForURL(Array(bytes.prefix(position)))).status == 400)
        }
        #expect(server.send("GET", "/secrets/n").status == 404)
        #expect(restore(blob).status == 200)
    }
}

extension JSONValue {
    fileprivate static func object(from error: AzureError) -> JSONValue? {
        try? JSONValue(parsing: error.body)
    }
}
