import Findings
import HTTPModel
import SecretStore
import Secrets
import Testing
import Vaulting

@testable import Server

struct AzureSecretTests {
    let server: AzureServer

    init() throws { server = try AzureServer() }

    @Test func aSecretIsSetAndGotInItsVersions() throws {
        let first = try server.set("portfolio--production", "one")
        let second = try server.set("portfolio--production", "two")
        #expect(first.count == 32)
        #expect(first != second)
        for target in ["/secrets/portfolio--production", "/secrets/portfolio--production/"] {
            let reply = server.send("GET", target)
            #expect(reply.status == 200)
            #expect(reply.value == "two")
            #expect(
                reply.json?["id"]?.asString
                    == "https://keyfolio.vault.localhost:8200/secrets/portfolio--production/\(second)"
            )
            #expect(reply.json?["attributes"]?["enabled"] == .bool(true))
            #expect(reply.json?["attributes"]?["recoverableDays"] == .integer(90))
            #expect(reply.json?["tags"] == nil)
        }
        #expect(server.send("GET", "/secrets/portfolio--production/\(first.uppercased())").value == "one")
        // Another protocol sees the path.
        #expect(try server.vault.read(SecretPath("portfolio/production")).payload == .text(Secret("two")))
    }

    @Test func whatOtherProtocolsWroteIsOneText() throws {
        let path = try SecretPath("p")
        try server.vault.write(path, .fields(["b": Secret("2"), "a": Secret("é\"")]))
        #expect(server.send("GET", "/secrets/p").value == #"{"a":"é\"","b":"2"}"#)
        try server.vault.write(path, .bytes(Secret([0, 255])))
        #expect(server.send("GET", "/secrets/p").value == "AP8=")
    }

    @Test func attributesAreSetAndChanged() throws {
        let body = #"{"value":"v","tags":{"a":"1"},"contentType":"t","attributes":{"nbf":5,"exp":9}}"#
        let set = server.send("PUT", "/secrets/n", body)
        #expect(set.json?["attributes"]?["nbf"] == .integer(5))
        let id = try #require(set.json?["id"]?.asString?.split(separator: "/").last)
        try server.set("n", "w")
        // One version, and the latest.
        let old = server.send("PATCH", "/secrets/n/\(id)", #"{"tags":{"b":"2"},"attributes":{"exp":10}}"#)
        #expect(old.status == 200)
        #expect(old.value == nil)
        #expect(old.json?["tags"] == ["b": "2"])
        #expect(old.json?["contentType"] == "t")
        #expect(old.json?["attributes"]?["nbf"] == .integer(5))
        #expect(old.json?["attributes"]?["exp"] == .integer(10))
        let latest = server.send("PATCH", "/secrets/n/", #"{"contentType":"u"}"#)
        #expect(latest.json?["contentType"] == "u")
        #expect(latest.json?["tags"] == nil)
        #expect(server.send("GET", "/secrets/n").json?["contentType"] == "u")
        #expect(server.send("GET", "/secrets/n/\(id)").json?["tags"] == ["b": "2"])
    }

    @Test func aDisabledVersionIsNotRead() throws {
        let first = try server.set("n", "one")
        try server.set("n", "two")
        #expect(server.send("PATCH", "/secrets/n/\(first)", #"{"attributes":{"enabled":false}}"#).status == 200)
        let reply = server.send("GET", "/secrets/n/\(first)")
        #expect(reply.status == 403)
        #expect(reply.code == "Forbidden")
        #expect(reply.inner == "SecretDisabled")
        #expect(reply.message == "Operation get is not allowed on a disabled secret.")
        #expect(server.send("GET", "/secrets/n").value == "two")
        #expect(server.send("PATCH", "/secrets/n/\(first)", #"{"attributes":{"enabled":true}}"#).status == 200)
        #expect(server.send("GET", "/secrets/n/\(first)").value == "one")
    }

    @Test func aDeletedSecretIsKeptRecoveredAndPurged() throws {
        let version = try server.set("n", "v")
        let deleted = server.send("DELETE", "/secrets/n")
        #expect(deleted.status == 200)
        #expect(deleted.value == nil)
        #expect(deleted.json?["recoveryId"] == "https://keyfolio.vault.localhost:8200/deletedsecrets/n")
        #expect(deleted.json?["id"]?.asString?.hasSuffix("/secrets/n/\(version)") == true)
        let begin = try #require(deleted.json?["deletedDate"]?.asInteger)
        let end = try #require(deleted.json?["scheduledPurgeDate"]?.asInteger)
        #expect((90 * 86_400 - 1...90 * 86_400).contains(end - begin))
        for (method, target) in [
            ("GET", "/secrets/n"), ("GET", "/secrets/n/\(version)"), ("DELETE", "/secrets/n"),
            ("GET", "/secrets/n/versions"), ("POST", "/secrets/n/backup"),
        ] {
            let reply = server.send(method, target)
            #expect(reply.status == 404, "\(method) \(target)")
            #expect(reply.code == "SecretNotFound")
        }
        #expect(server.send("PATCH", "/secrets/n/", "{}").status == 404)
        let conflict = server.send("PUT", "/secrets/n", #"{"value":"w"}"#)
        #expect(conflict.status == 409)
        #expect(conflict.code == "Conflict")
        #expect(conflict.inner == "ObjectIsDeletedButRecoverable")
        #expect(server.send("GET", "/deletedsecrets/n").json?["scheduledPurgeDate"]?.asInteger == end)
        let recovered = server.send("POST", "/deletedsecrets/n/recover")
        #expect(recovered.status == 200)
        #expect(recovered.json?["recoveryId"] == nil)
        #expect(server.send("GET", "/secrets/n").value == "v")
        #expect(server.send("GET", "/deletedsecrets/n").status == 404)
        // What is not deleted cannot be purged.
        #expect(server.send("DELETE", "/deletedsecrets/n").status == 404)
        #expect(server.send("POST", "/deletedsecrets/n/recover").message == "Deleted Secret not found: n")
        #expect(server.send("GET", "/secrets/n").value == "v")
        #expect(server.send("DELETE", "/secrets/n").status == 200)
        let purged = server.send("DELETE", "/deletedsecrets/n")
        #expect(purged.status == 204)
        #expect(purged.response.body.isEmpty)
        #expect(server.send("GET", "/deletedsecrets/n").status == 404)
        try server.set("n", "again")
    }

    @Test(arguments: ["nope", "00ff", String(repeating: "0", count: 32), "versionsx"])
    func anUnknownVersionIsNotFound(_ version: String) throws {
        try server.set("n", "v")
        for method in ["GET", "PATCH"] {
            let reply = server.send(method, "/secrets/n/\(version)", "{}")
            #expect(reply.status == 404)
            #expect(reply.message.hasPrefix("A secret with (name/id) n/\(version) was not found in this key vault."))
        }
    }

    @Test func aVersionThatAnotherProtocolDeletedIsNotFound() throws {
        let first = try server.set("n", "one")
        try server.set("n", "two")
        try server.vault.delete(SecretPath("n"), version: .number(1))
        #expect(server.send("GET", "/secrets/n/\(first)").status == 404)
        #expect(server.send("PATCH", "/secrets/n/\(first)", "{}").status == 404)
        #expect(server.send("GET", "/secrets/n/versions").json?["value"]?.asArray?.count == 1)
        try server.vault.destroy(SecretPath("n"), version: .number(2))
        #expect(server.send("GET", "/secrets/n").status == 404)
    }

    @Test func namesHaveNoCase() throws {
        try server.set("MyApp--Db", "v")
        #expect(server.send("GET", "/secrets/myapp--DB").value == "v")
        try server.set("MYAPP--DB", "w")
        #expect(try server.vault.read(SecretPath("MyApp/Db")).payload == .text(Secret("w")))
        let reply = server.send("GET", "/secrets/myapp--db")
        #expect(reply.value == "w")
        #expect(reply.json?["id"]?.asString?.contains("/secrets/MyApp--Db/") == true)
        #expect(server.send("DELETE", "/secrets/mYaPP--db").status == 200)
        #expect(server.send("PUT", "/secrets/myapp--db", #"{"value":"x"}"#).inner == "ObjectIsDeletedButRecoverable")
        #expect(server.send("POST", "/deletedsecrets/myapp--DB/recover").status == 200)
    }

    @Test func twoThatDifferInCaseOnlyAreToldApartByTheirSpelling() throws {
        try server.vault.write(SecretPath("Ab"), .text(Secret("upper")))
        try server.vault.write(SecretPath("aB"), .text(Secret("lower")))
        #expect(server.send("GET", "/secrets/Ab").value == "upper")
        #expect(server.send("GET", "/secrets/aB").value == "lower")
        for (method, body) in [("GET", ""), ("PUT", #"{"value":"x"}"#), ("DELETE", ""), ("PATCH", "{}")] {
            let reply = server.send(method, "/secrets/ab", body)
            #expect(reply.status == 409, "\(method)")
            #expect(reply.code == "Conflict")
            #expect(reply.inner == nil)
        }
        #expect(server.send("PUT", "/secrets/aB", #"{"value":"x"}"#).status == 200)
        #expect(server.send("GET", "/secrets/Ab").value == "upper")
    }

    @Test func anotherVaultHasOtherSecrets() throws {
        try server.set("n", "standard")
        try server.set("n", "team", host: "team.vault.localhost:8200")
        #expect(server.send("GET", "/secrets/n").value == "standard")
        #expect(server.send("GET", "/secrets/n", host: "127.0.0.1:8200").value == "standard")
        #expect(server.send("GET", "/secrets/n", host: "TEAM.vault.localhost:8200").value == "team")
        #expect(server.send("GET", "/secrets/n", host: "other.vault.localhost:8200").status == 404)
        #expect(try server.vault.read(SecretPath("@azure.team/n")).payload == .text(Secret("team")))
        let list = server.send("GET", "/secrets", host: "team.vault.localhost:8200")
        #expect(list.json?["value"]?.asArray?.count == 1)
        #expect(server.send("GET", "/secrets").json?["value"]?.asArray?.count == 1)
    }
}
