import AccessPolicy
import SecretStore
import StorageSQLite
import Testing
import Vaulting

@Suite struct AdministratorTests {
    @Test func `a change of policies opens one administrator, and all principals only when that one is none any more`()
        throws
    {
        let store = try TemporaryStore()
        let vault = try store.create()
        func change(_ act: (inout Directory) throws(StoreError) -> Void) throws {
            try vault.perform("test.change", .update, on: "sys/test", changing: true, act)
        }
        func set(_ policy: String, _ path: String) throws {
            try change { (directory) throws(StoreError) in
                try directory.keepingAnAdministrator(unless: false, changing: nil) {
                    (directory) throws(StoreError) in
                    try directory.setPolicy(policy, "path \"\(path)\" { capabilities = [\"update\"] }")
                }
            }
        }
        func put(_ name: String, policies: [String] = []) throws {
            try change { (directory) throws(StoreError) in
                try directory.put(
                    try PrincipalRecord(name: name, kind: .machine, policies: policies, created: directory.time)
                )
            }
        }
        try set("administration", "sys/principals/*")
        try #require(try number(store.path, "SELECT count(*) FROM entry") == 1)
        let policy = try text(store.path, "SELECT hex(collection) FROM entry")
        try put("ada", policies: ["administration"])
        let principals = "hex(collection) <> '\(policy)'"
        let ada = try text(store.path, "SELECT hex(key) FROM entry WHERE \(principals)")
        for machine in 0..<60 { try put("machine-\(machine)") }
        // Somebody was looked for, and found.
        try set("other", "secret/data/x")
        // Whoever opens a machine now fails.
        try edit(store.path, "UPDATE entry SET sealed = zeroblob(64) WHERE \(principals) AND hex(key) <> '\(ada)'")
        for round in 0..<3 { try set("other", "secret/data/\(round)") }
        // Nobody else is found without opening them.
        expectError("KF-STORE-041") { try set("administration", "secret/data/x") }
        try set("other", "secret/data/y")
    }
}
