import Testing

@testable import PortfolioBackend

struct HostListTests {
    @Test(arguments: [
        ("app.example.com", "app.example.com", true), ("app.example.com", "APP.example.com:443", true),
        (" app.example.com , b.example.com", "b.example.com", true), (".example.com", "a.b.example.com", true),
        (".example.com", "example.com", true), (".example.com", "badexample.com", false),
        ("app.example.com", "app.example.com.evil.org", false), ("app.example.com", "evil.org", false),
        ("example.com", "bad-example.com", false),
        ("example.com", "app.example.com", false),
        ("app.example.com", "app.example.com:80:90", false), ("app.example.com", "app.example.com:x", false),
        ("app.example.com", "", false), ("", "app.example.com", false), ("[::1]", "[::1]:8000", true),
        ("[::1]", "[::1", false), ("*", "anything", true), ("localhost", "user@localhost", false),
        (".example.com", "evil.org/.example.com", false),
    ])
    func `a host is ours or it is not`(list: String, host: String, accepted: Bool) {
        #expect(HostList(list).accepts(host) == accepted)
    }

    @Test func `a request without a host is for nobody unless anybody will do`() {
        #expect(!HostList("localhost").accepts(nil))
        #expect(HostList("*").accepts(nil))
    }

    @Test(arguments: [
        ("https://app.example.com", true, true), ("http://app.example.com", true, false),
        ("http://app.example.com:3000", false, true), ("https://evil.org", true, false), ("null", false, false),
        ("ftp://app.example.com", false, false), ("https://app.example.com.evil.org", true, false),
    ])
    func `a page's origin is one of ours, and in production over TLS`(origin: String, tls: Bool, accepted: Bool) {
        #expect(HostList("app.example.com").acceptsOrigin(origin, requireTLS: tls) == accepted)
    }
}
