import HTTPModel
import Testing

@testable import Server

struct AzureHostTests {
    private func request(_ hosts: [String], encrypted: Bool = true) -> HTTPRequest {
        HTTPRequest(
            method: "GET",
            rawPath: "/secrets",
            headers: HTTPHeaders(hosts.map { HTTPHeaders.Field("Host", $0) }),
            origin: HTTPOrigin(address: "127.0.0.1", isEncrypted: encrypted)
        )
    }

    @Test(arguments: [
        ("team.vault.localhost:8200", AzureHost.Vault.named("team"), "https://vault.localhost:8200"),
        ("TEAM.Vault.localhost:8200", .named("team"), "https://vault.localhost:8200"),
        ("team.vault.localhost", .named("team"), "https://vault.localhost"),
        ("keyfolio.vault.localhost:8200", .standard, "https://vault.localhost:8200"),
        ("vault.localhost:8200", .standard, "https://localhost:8200"),
        ("a.team.vault.localhost", .standard, "https://team.vault.localhost"),
        ("secrets.example.org", .standard, "https://example.org"),
        ("localhost:8200", .standard, "https://localhost:8200"),
        ("127.0.0.1:8200", .standard, "https://127.0.0.1:8200"), ("[::1]:8200", .standard, "https://[::1]:8200"),
    ])
    func theHostSaysVaultAndResource(_ host: String, _ vault: AzureHost.Vault, _ resource: String) throws {
        let read = try AzureHost(request([host]), settings: AzureSettings())
        #expect(read.vault == vault)
        #expect(read.resource == resource)
        #expect(read.base == "https://" + host.lowercased())
    }

    @Test(arguments: [
        [], ["a", "a"], [""], ["a\"b"], ["a b"], ["a,b"], ["a/b"], ["a\\b"], ["u@a"], ["a:"], ["a:x"], ["a:123456"],
        ["a:8200:1"], [":8200"], ["[::1"], ["[]"], ["[zz]"], ["[::1]8200"], ["a..b"], [".a"], ["a."], ["é.localhost"],
        ["a\r\nb"], [String(repeating: "a", count: 254)], ["x.vault.localhost"], ["1team.vault.localhost"],
        ["team-.vault.localhost"], [String(repeating: "a", count: 25) + ".vault.localhost"],
    ])
    func whatCannotStandInALinkIsRefused(_ hosts: [String]) {
        #expect(throws: AzureError.self) { try AzureHost(request(hosts), settings: AzureSettings()) }
    }

    @Test func linksAreAsTheConnectionIs() throws {
        let plain = request(["localhost:8200"], encrypted: false)
        #expect(try AzureHost(plain, settings: AzureSettings()).base == "http://localhost:8200")
        #expect(try AzureHost(plain, settings: AzureSettings(isBehindTLS: true)).base == "https://localhost:8200")
    }
}
