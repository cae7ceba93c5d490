import AccessPolicy
import SecretStore
import StorageSQLite
import Testing
import Vaulting

@Suite struct AdministratorTests {
    private static func change(_ vault: Vault, _ act: (inout Directory) throws(StoreError) -> Void) throws {
        try vault.perform("test.change", .update, on: "sys/test", changing: true, act)
    }

    /// Writes a policy of one rule, as the native protocol does.
    private static func set(_ vault: Vault, _ policy: String, _ path: String, _ capability: String = "update") throws {
        let text = "path \"\(path)\" { capabilities = [\"\(capability)\"] }"
        try change(vault) { (directory) throws(StoreError) in
            try directory.keepingAnAdministrator(unless: false, changing: .policy(policy, to: text)) {
                (directory) throws(StoreError) in try directory.setPolicy(policy, text)
            }
        }
    }

    private static func setRole(_ vault: Vault, _ role: String, _ policies: [String]) throws {
        try change(vault) { (directory) throws(StoreError) in
            try directory.keepingAnAdministrator(unless: false, changing: .role(role, to: policies)) {
                (directory) throws(StoreError) in try directory.setRole(role, policies: policies, summary: "")
            }
        }
    }

    private static func put(
        _ vault: Vault,
        _ name: String,
        roles: [String] = [],
        policies: [String] = []
    ) throws {
        try change(vault) { (directory) throws(StoreError) in
            var principal = try PrincipalRecord(name: name, kind: .machine, policies: policies, created: directory.time)
            principal.roles = roles
            try directory.put(principal)
        }
    }

    @Test func `a change of policies opens one administrator, and all principals only when that one is none any more`()
        throws
    {
        let store = try TemporaryStore()
        let vault = try store.create()
        try Self.set(vault, "administration", "sys/principals/*")
        try #require(try number(store.path, "SELECT count(*) FROM entry") == 1)
        let policy = try text(store.path, "SELECT hex(collection) FROM entry")
        try Self.put(vault, "ada", policies: ["administration"])
        let principals = "hex(collection) <> '\(policy)'"
        let ada = try text(store.path, "SELECT hex(key) FROM entry WHERE \(principals)")
        for machine in 0..<60 { try Self.put(vault, "machine-\(machine)") }
        // Somebody was looked for, and found.
        try Self.set(vault, "other", "sys/*")
        // Whoever opens a machine now fails.
        try edit(store.path, "UPDATE entry SET sealed = zeroblob(64) WHERE \(principals) AND hex(key) <> '\(ada)'")
        for round in 0..<3 { try Self.set(vault, "other", "sys/principals/\(round)") }
        // Nobody else is found without opening them.
        expectError("KF-STORE-041") { try Self.set(vault, "administration", "secret/data/x") }
        try Self.set(vault, "other", "sys/*")
    }

    @Test func `a change of what says nothing of principals looks for no administrator`() throws {
        let store = try TemporaryStore()
        let vault = try store.create()
        for machine in 0..<3 { try Self.put(vault, "machine-\(machine)") }
        // Whoever looks for one fails.
        try edit(store.path, "UPDATE entry SET sealed = zeroblob(64)")
        try Self.set(vault, "other", "secret/data/x")
        try Self.set(vault, "other", "secret/data/{{identity.entity.name}}/*")
        try Self.set(vault, "other", "sys/principals")
        try Self.setRole(vault, "reader", ["other", "default"])
        try Self.setRole(vault, "reader", [])
        for path in ["sys/principals/*", "+/+/ada", "sys/{{identity.entity.name}}/*", "*"] {
            expectError("KF-STORE-041") { try Self.set(vault, "other", path) }
            expectError("KF-STORE-041") { try Self.set(vault, "other", path, "deny") }
        }
        expectError("KF-STORE-041") { try Self.setRole(vault, "reader", ["other", "security"]) }
    }

    @Test func `the last administrator is kept whatever of a policy or a role takes the right away`() throws {
        let store = try TemporaryStore()
        let vault = try store.create()
        try Self.set(vault, "administration", "sys/principals/*")
        try Self.set(vault, "narrow", "secret/data/x")
        try Self.setRole(vault, "manager", ["administration"])
        try Self.put(vault, "ada", roles: ["manager"], policies: ["narrow"])
        func expectKept(_ act: () throws -> Void) { expectError("KF-STORE-085", act) }
        expectKept { try Self.set(vault, "administration", "secret/data/x") }
        expectKept { try Self.setRole(vault, "manager", ["narrow"]) }
        // A rule that comes before the one that gives, and does not give as much.
        expectKept { try Self.set(vault, "narrow", "sys/principals/+", "read") }
        expectKept { try Self.set(vault, "narrow", "sys/principals/*", "deny") }
        try Self.set(vault, "narrow", "sys/*", "deny")
        try Self.set(vault, "administration", "sys/principals/+")
        // By somebody else's rights they may be taken away.
        try Self.put(vault, "eve", policies: ["administration"])
        try Self.setRole(vault, "manager", ["narrow"])
    }
}
