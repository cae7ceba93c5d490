import AccessPolicy
import Testing

struct ResourcePathTests {
    @Test(arguments: [
        ("secret/data/app/production", "secret/data/app/production"), ("/secret/data/a", "secret/data/a"),
        ("secret/metadata/", "secret/metadata/"), ("a/.../b", "a/.../b"), ("a..b/c", "a..b/c"), ("..a/b.", "..a/b."),
        ("", ""), ("/", ""), ("a%20b", "a b"), ("a%2Fb", "a/b"), ("%c3%a9", "é"), ("é", "é"), ("a+b/*", "a+b/*"),
        ("/\u{301}a", "\u{301}a"), ("/a/.b/..c/", "a/.b/..c/"),
        ("100%25", "100%"), (".well-known/x", ".well-known/x"),
    ])
    func aPathIsDecodedOnce(_ raw: String, _ path: String) throws {
        #expect(try ResourcePath.check(raw) == path)
    }

    @Test(arguments: [
        ("secret/metadata/a/../b", "054"), ("..", "054"), (".", "054"), ("a/.", "054"), ("a/./b", "054"),
        ("a/..", "054"),
        ("../a", "054"), ("a/%2e%2e/b", "054"), ("a/%2E./b", "054"), ("a/..%2fb", "054"), ("a%2f..%2Fb", "054"),
        ("a//b", "055"), ("//a", "055"), ("a//", "055"), ("a/%2f", "055"), ("%2fa", "055"), ("a/..;/b", "056"),
        ("a;b", "056"), ("a%3bb", "056"), ("a\\..\\b", "056"), ("a%5cb", "056"), ("a%00", "053"), ("a\u{0}b", "053"),
        ("a%0d%0ab", "053"), ("a%7f", "053"), ("a\u{85}b", "053"), ("a%e2%80%a8", "053"),
        ("%c0%ae%c0%ae/a", "052"), ("%c0%af", "052"), ("%e0%80%ae", "052"), ("%ff", "052"), ("%ed%a0%80", "052"),
        ("a%", "051"), ("a%2", "051"), ("a%zz", "051"), ("%252e%252e/a", "051"), ("a%252fb", "051"),
        ("%25%32%65", "051"),
        ("a%+1", "051"),
    ])
    func aSecondSpellingIsRefused(_ raw: String, _ code: String) {
        let error = #expect(throws: PolicyError.self) { try ResourcePath.check(raw) }
        #expect(error?.code == "KF-POLICY-\(code)")
        #expect(error?.line == nil)
    }

    @Test func aLongPathIsRefused() throws {
        #expect(try ResourcePath.check(String(repeating: "a", count: 4096)).utf8.count == 4096)
        let error = #expect(throws: PolicyError.self) { try ResourcePath.check(String(repeating: "a", count: 4097)) }
        #expect(error?.code == "KF-POLICY-050")
    }

    @Test func anAttackOnAnothersSecretNeverReachesThePolicy() {
        // CVE-2026-3605
        let control = access(policy("secret/metadata/a/*: delete"))
        for raw in ["secret/metadata/a/../b", "secret/metadata/a/%2e%2e/b", "secret/metadata/a/..%2fb"] {
            let path = try? ResourcePath.check(raw)
            #expect(path.map { control.decide(.delete, on: $0).isAllowed } != true)
        }
    }
}

struct PolicyNameTests {
    @Test(arguments: [
        ("App", "app"), (" app\t", "app"), ("team/a:b@c.d_e-1", "team/a:b@c.d_e-1"), ("DEFAULT", "default"),
    ])
    func aNameHasOneSpelling(_ raw: String, _ name: String) throws {
        #expect(try PolicyName.normalized(raw) == name)
        #expect(try PolicyName.assignable(raw) == name)
    }

    @Test(arguments: ["root", "ROOT", " root", "Root\n", "\troOt ", "root\r\n"])
    func rootCannotBeGivenHoweverItIsSpelled(_ raw: String) throws {
        // CVE-2025-5999, CVE-2025-64761
        let error = #expect(throws: PolicyError.self) { try PolicyName.assignable(raw) }
        #expect(error?.code == "KF-POLICY-041")
        #expect(try PolicyName.assignable(raw, giverIsRoot: true) == "root")
    }

    @Test(arguments: [
        "", "  ", "ro\u{200B}ot", "rооt", "ｒｏｏｔ", "root\u{0}", "root\u{A0}", "a b", "a\nb", "é", "a;b", "\u{130}",
    ])
    func whatLooksLikeANameIsRefused(_ raw: String) {
        let error = #expect(throws: PolicyError.self) { try PolicyName.normalized(raw) }
        #expect(error?.code == "KF-POLICY-040")
    }

    @Test func aLongNameIsRefused() {
        #expect(throws: PolicyError.self) { try PolicyName.normalized(String(repeating: "a", count: 257)) }
    }
}
