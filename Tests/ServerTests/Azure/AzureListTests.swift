import Findings
import HTTPModel
import SecretStore
import Secrets
import Testing
import Vaulting

@testable import Server

struct AzureListTests {
    let server: AzureServer

    init() throws { server = try AzureServer() }

    /// Follows a list to its end, as clients do.
    private func names(_ first: String, token: String? = nil) throws -> (names: [String], pages: Int) {
        var (names, pages): ([String], Int) = ([], 0)
        var next: String? = first
        while let target = next, pages < 100 {
            let reply = server.send("GET", target, token: token)
            #expect(reply.status == 200)
            let items = try #require(reply.json?["value"]?.asArray)
            for item in items {
                #expect(item["value"] == nil)
                names.append(try #require(item["id"]?.asString?.split(separator: "/").last.map(String.init)))
            }
            next = reply.json?["nextLink"]?.asString.map {
                #expect($0.hasPrefix("https://keyfolio.vault.localhost:8200/"))
                return String($0.dropFirst("https://keyfolio.vault.localhost:8200".utf8.count))
            }
            pages += 1
        }
        return (names, pages)
    }

    @Test func everySecretWithANameIsListedOnce() throws {
        var expected: [String] = []
        for number in 0..<60 {
            try server.vault.write(SecretPath("s\(number)/x_y"), .text(Secret("v")))
            expected.append("s\(number)--x---5Fy")
        }
        // Paths of other vaults and mounts in between, one without a name, and one that is deleted.
        for number in 0..<600 { try server.vault.write(SecretPath("@kv/\(number)"), .text(Secret("v"))) }
        try server.vault.write(SecretPath("0"), .text(Secret("v")))
        try server.vault.write(SecretPath("s1/-a"), .text(Secret("v")))
        try server.set("gone", "v")
        #expect(server.send("DELETE", "/secrets/gone").status == 200)
        for size in [1, 7, 25] {
            let listed = try names("/secrets?api-version=7.4&maxresults=\(size)")
            #expect(listed.names.sorted() == (["0"] + expected).sorted(), "\(size)")
            #expect(listed.pages >= 61 / size)
        }
        #expect(try names("/secrets").names.count == 61)
        #expect(try names("/deletedsecrets").names == ["gone"])
    }

    @Test func aLineTellsWhatIsSaidOfTheCurrentVersion() throws {
        let body = #"{"value":"canary","tags":{"a":"1"},"contentType":"t","attributes":{"enabled":false}}"#
        #expect(server.send("PUT", "/secrets/n", body).status == 200)
        let item = try #require(server.send("GET", "/secrets").json?["value"]?.asArray?.first)
        #expect(item["id"] == "https://keyfolio.vault.localhost:8200/secrets/n")
        #expect(item["contentType"] == "t")
        #expect(item["tags"] == ["a": "1"])
        #expect(item["attributes"]?["enabled"] == .bool(false))
        #expect(server.send("GET", "/secrets").response.body.contains(Array("canary".utf8)) == false)
    }

    @Test func versionsAreListedInPages() throws {
        let ids = try (0..<30).map { try server.set("n", "v\($0)") }
        #expect(try names("/secrets/n/versions").names == ids)
        #expect(try names("/secrets/N/versions?api-version=7.4&maxresults=7").pages == 5)
        #expect(server.send("GET", "/secrets/none/versions").status == 404)
    }

    @Test func whoMaySeeAPartSeesThatPart() throws {
        try server.set("a--b", "v")
        try server.set("c", "v")
        let token = try server.token(policy: #"path "secret/metadata/a/*" { capabilities = ["list"] }"#)
        #expect(try names("/secrets", token: token).names == ["a--b"])
        let blind = try server.token(policy: #"path "secret/data/*" { capabilities = ["read"] }"#)
        #expect(server.send("GET", "/secrets", token: blind).inner == "ForbiddenByPolicy")
    }
}
