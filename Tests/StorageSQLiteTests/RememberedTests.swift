import AccessPolicy
import SecretStore
import Secrets
import Testing
import Vaulting

/// What one process remembers of a store that another one writes to.
@Suite struct RememberedTests {
    private let path: SecretPath
    private let store: TemporaryStore
    private let vault: Vault
    private let other: Vault

    init() throws {
        path = try SecretPath("shop/production/db")
        store = try TemporaryStore()
        vault = try store.create()
        try vault.write(path, fields(["A": "1"]))
        other = try store.open()
    }

    @Test func `a secret that a refused write has found is looked for anew by whoever comes next`() throws {
        let policy = try PolicyDocument(parsing: #"path "secret/data/*" { capabilities = ["read"] }"#)
        let access = AccessControl([(name: "reading", document: policy)], identity: TemplateValues())
        let reader = vault.acting(as: Identity(principal: Principal("reader"), access: access))
        expectError("KF-STORE-010") { try reader.write(path, fields(["A": "2"])) }
        try other.write(path, fields(["A": "3"]))
        #expect(try reader.read(path).clear == ["A": "3"])
        // And what a failed one has found.
        var options = WriteOptions()
        options.expectedVersion = 1
        expectError("KF-STORE-060") { try vault.write(path, fields(["A": "4"]), options: options) }
        try other.remove(path)
        expectError("KF-STORE-001") { _ = try vault.read(path) }
        #expect(try vault.write(path, fields(["A": "5"])).number == 1)
    }

    @Test func `a key that another process has made is the one that seals from then on`() throws {
        let production = try EnvironmentName("production")
        try vault.write(path, fields(["A": "2"]))
        try other.rotateRing(of: production)
        try vault.write(path, fields(["A": "3"]))
        #expect(try number(store.path, "SELECT generation FROM \(everyVersion) WHERE number = 2") == 1)
        #expect(try number(store.path, "SELECT generation FROM \(everyVersion) WHERE number = 3") == 2)
        #expect(try other.rewrapRing(of: production) == 2)
        try vault.write(path, fields(["A": "4"]))
        #expect(try number(store.path, "SELECT count(DISTINCT generation) FROM \(everyVersion)") == 1)
        #expect(try other.read(path).clear == ["A": "4"])
    }
}
