import RemoteStores
import Testing

/// What is taken for a server's address.
@Suite struct ServerAddressTests {
    @Test(arguments: [
        ("https://vault.example.org", "https://vault.example.org", 443),
        ("HTTPS://Vault.Example.ORG/", "https://vault.example.org", 443),
        ("https://vault.example.org:443", "https://vault.example.org", 443),
        ("https://vault.example.org:8200", "https://vault.example.org:8200", 8200),
        ("https://[::1]:8200", "https://[::1]:8200", 8200), ("https://[2001:db8::1]", "https://[2001:db8::1]", 443),
        ("http://127.0.0.1:8200", "http://127.0.0.1:8200", 8200), ("http://127.9.9.9", "http://127.9.9.9", 80),
        ("http://localhost:1", "http://localhost:1", 1), ("http://[::1]", "http://[::1]", 80),
    ])
    func `an address has one spelling`(text: String, spelled: String, port: Int) throws {
        let address = try ServerAddress(text)
        #expect(address.description == spelled)
        #expect(address.port == port)
        #expect(try ServerAddress(spelled) == address)
    }

    @Test(arguments: [
        "http://vault.example.org", "http://10.0.0.1", "http://127.1", "http://127.0.0.1.example.org",
        "http://localhost.example.org", "http://127.0.0.256", "http://127.0.0.1@example.org", "http://[::2]",
        "http://0.0.0.0", "http://127.0.0.+1",
    ])
    func `without TLS no other machine is taken`(text: String) {
        #expect(throws: RemoteError.self) { try ServerAddress(text) }
    }

    @Test(arguments: [
        "", "https://", "https:///", "https://:443", "https://a:0", "https://a:65536", "https://a:+1", "https://a:",
        "https://a:99999999999999999999", "https://a/path", "https://a?x", "https://a#x", "https://user@a",
        "https://ada:Kf9Canary@a", "https://a b", "https://a\r\nX: y", "https://a\u{0}", "https://é.example", "ftp://a",
        "https://[::1", "https://[::1]x", "https://[vault]", "https://-a", "/var/store.db", "https://a:1:2",
        "https://" + String(repeating: "a", count: 600),
    ])
    func `what is no address is refused, and not repeated`(text: String) {
        do throws(RemoteError) {
            let address = try ServerAddress(text)
            Issue.record("\(address) was taken")
        } catch {
            #expect(error.code == "KF-REMOTE-002")
            #expect(!"\(error)".contains("Kf9Canary"))
        }
    }

    @Test func `a path is no address`() {
        #expect(ServerAddress.isMeant(by: "https://a") && ServerAddress.isMeant(by: "HTTP://a"))
        #expect(!ServerAddress.isMeant(by: "/var/store.db") && !ServerAddress.isMeant(by: "https:"))
    }
}
