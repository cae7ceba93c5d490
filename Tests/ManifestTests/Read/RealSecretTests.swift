import Testing

@testable import Manifest

@Suite struct RealSecretTests {
    @Test(arguments: [
        ("9f8e7d6c5b4a39281706f5e4d3c2b1a0", true), ("sk_live_4eC39HqLyjWDarjtT1zdp7dc", true),
        ("ghp_16C7e42F292c6912E7710c838347Ae178B4a", true), ("postgresql://app:hunter2@db/app", true),
        ("q3v9mXw+8Zk2LrT5yN0cQe7U==", true), ("-----BEGIN PRIVATE KEY-----", true), ("<SECRET_KEY>", false),
        ("your-secret-key-here", false), ("changeme", false), ("", false), ("${SECRET_KEY}", false),
        ("postgresql://<USER>:<PASSWORD>@localhost:5432/<DATABASE>", false),
        ("postgresql://user:password@host:5432/db", false),
        ("AKIAIOSFODNN7EXAMPLE", false), ("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", false),
        ("https://db-1.internal.corp:5432/x", false),
        ("correct horse battery staple", false), ("aaaaaaaaaaaaaaaaaaaa1", false), ("short1", false),
    ])
    func `an example of a secret looks real or does not`(text: String, isReal: Bool) {
        #expect(RealSecret.isLikely(text, isSecret: true) == isReal)
    }

    @Test(arguments: [
        ("9f8e7d6c5b4a39281706f5e4d3c2b1a0", false), ("AKIAIOSFODNN7REALKEY", true),
        ("https://u:9f8e7d6c5b4a39281706@h", true),
        ("https://u:p@h", false), ("xoxb-123456789012-abcdefghijkl", true), ("/usr/share/x", false), ("ghp_", false),
    ])
    func `other values look real only by a known form`(text: String, isReal: Bool) {
        #expect(RealSecret.isLikely(text, isSecret: false) == isReal)
    }
}
