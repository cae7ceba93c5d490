import SecretStore
import Testing
import Vaulting

@Suite struct PolicyTests {
    @Test(arguments: [
        ("a/b", "a/b", true), ("a/b", "a/b/c", false), ("a/b", "a", false), ("a/*", "a/b", true),
        ("a/*", "a/b/c", true),
        ("a/*", "a", false), ("a/*", "ab", false), ("a/b*", "a/bc/d", true), ("a/b*", "a/b", true),
        ("a/b*", "a/c", false),
        ("+/production", "shop/production", true), ("+/production", "shop/x/production", false),
        ("+/production", "production", false), ("a/+/c", "a/b/c", true), ("a/+/c", "a/c", false),
        ("+/+/*", "a/b/c", true),
        ("+/+/*", "a/b", false), ("*", "anything/at/all", true), ("a*", "ab/c", true), ("a*", "b", false),
    ])
    func `a pattern means whole segments, a lone plus, and a star at the end`(
        pattern: String,
        path: String,
        matches: Bool
    ) throws {
        #expect(try PathPattern(pattern).matches(try SecretPath(path)) == matches)
    }

    @Test(arguments: ["", "a/*/b", "**", "a/../b", "a//b", "/a", "a/", "../*", "a/./*", "a\0*", "*a"])
    func `what could mean more than it says is no pattern`(pattern: String) {
        expectError("KF-STORE-070") { _ = try PathPattern(pattern) }
    }

    @Test func `the default is no, and a denial wins whatever the order`() throws {
        let path = try SecretPath("a/private/x")
        let allow = Policy.Rule(.allow, [.read, .list], on: try PathPattern("a/*"))
        let deny = Policy.Rule(.deny, [.read], on: try PathPattern("a/private/*"))
        #expect(!Policy(name: "none", rules: []).allows(.read, on: path))
        for rules in [[allow, deny], [deny, allow]] {
            let policy = Policy(name: "p", rules: rules)
            #expect(!policy.allows(.read, on: path))
            #expect(policy.allows(.list, on: path))
            let open = try SecretPath("a/public")
            #expect(policy.allows(.read, on: open))
            #expect(!policy.allows(.write, on: path))
        }
    }

    @Test func `only a rule on everything is about the store`() throws {
        let broad = Policy(name: "broad", rules: [.init(.allow, Set(Capability.allCases), on: try PathPattern("a*"))])
        #expect(!broad.allows(.administer, on: nil))
        #expect(Policy.owner.allows(.administer, on: nil))
    }

    @Test func `every operation asks the policy, and every refusal is on record`() throws {
        let store = try TemporaryStore()
        let owner = try store.create()
        let path = try SecretPath("a/b")
        try owner.write(path, fields(["A": "1"]))
        let nobody = owner.acting(as: Identity(principal: Principal("nobody"), policy: Policy(name: "none", rules: [])))
        let environment = try EnvironmentName("production")
        let operations: [(AuditAction, () throws -> Void)] = [
            (.read, { _ = try nobody.read(path) }), (.read, { _ = try nobody.read(paths: [path])[0].get() }),
            (.write, { try nobody.write(path, fields([:])) }), (.write, { try nobody.writeAll([(path, fields([:]))]) }),
            (.update, { try nobody.update(path) { $0 = [:] } }),
            (.rollback, { try nobody.rollback(path, to: .number(1)) }),
            (.label, { try nobody.setLabel(try Label("l"), on: path, to: .current) }),
            (.unlabel, { try nobody.removeLabel(try Label("l"), from: path) }), (.delete, { try nobody.delete(path) }),
            (.undelete, { try nobody.undelete(path) }), (.destroy, { try nobody.destroy(path, version: .current) }),
            (.remove, { try nobody.remove(path) }), (.list, { _ = try nobody.list() }),
            (.list, { try nobody.forEachSecret { _ in } }), (.versions, { _ = try nobody.versions(of: path) }),
            (.fields, { _ = try nobody.fields(of: path) }), (.history, { _ = try nobody.history(path) }),
            (.listSlots, { _ = try nobody.slots() }),
            (.addSlot, { try nobody.addSlot(.keyFile(store.folder + "/keys/k2")) }),
            (.removeSlot, { try nobody.removeSlot(1) }), (.rotateRing, { try nobody.rotateRing(of: environment) }),
            (.rewrapRing, { try nobody.rewrapRing(of: environment) }),
            (.readAudit, { try nobody.forEachAuditRecord { _ in } }),
            (.readAudit, { _ = try nobody.auditRecords(last: 1) }),
            (.verifyAudit, { _ = try nobody.verifyAudit() }), (.exportAudit, { try nobody.exportAudit { _ in } }),
        ]
        for (action, operation) in operations {
            expectError("KF-STORE-010", operation)
            let record = try #require(try owner.auditRecords(last: 1).last)
            // The owner's own look at the log comes after each.
            #expect(record.action == action)
            #expect(record.outcome == .denied)
            #expect(record.principal.name == "nobody")
        }
        #expect(try owner.read(path).clear == ["A": "1"])
        #expect(try owner.slots().count == 1)
    }

    // The shape of GHSA-xp3c-3jw3-4vcr: a listing must not show below a denied prefix.
    @Test func `a listing shows what each path's own rules allow`() throws {
        let store = try TemporaryStore()
        let owner = try store.create()
        for name in ["foo/open", "foo/private/secret", "bar/other"] {
            try owner.write(try SecretPath(name), fields([:]))
        }
        let some = Policy(
            name: "some",
            rules: [
                .init(.allow, [.list], on: try PathPattern("foo/*")),
                .init(.deny, [.list], on: try PathPattern("foo/private/*")),
            ]
        )
        let vault = owner.acting(as: Identity(principal: Principal("some"), policy: some))
        #expect(try vault.list().map(\.path.text) == ["foo/open"])
        #expect(try vault.list(under: try SecretPath("foo")).map(\.path.text) == ["foo/open"])
        #expect(try vault.list(under: try SecretPath("foo/private")).isEmpty)
        expectError("KF-STORE-010") { _ = try vault.list(under: try SecretPath("bar")) }
    }
}
