import AccessPolicy
import SecretStore
import Secrets
import StorageSQLite
import Testing
import Vaulting

@Suite struct ThinPathTests {
    @Test func `what is written is read by another process's vault`() throws {
        let store = try TemporaryStore()
        let path = try SecretPath("shop/production")
        let written = try store.create().write(
            path,
            fields(["A": "one", "B": "two"]),
            options: WriteOptions(environment: try EnvironmentName("production"))
        )
        #expect(written.number == 1)
        #expect(written.labels == [.current])
        let read = try store.open().read(path)
        #expect(read.clear == ["A": "one", "B": "two"])
        #expect(read.number == 1)
        #expect(read.environment.text == "production")
    }

    @Test func `texts and bytes come back as they were`() throws {
        let store = try TemporaryStore()
        let vault = try store.create()
        let bytes = (0...255).map { UInt8($0) }
        try vault.write(try SecretPath("a/text"), .text(Secret("päss\0word")))
        try vault.write(try SecretPath("a/bytes"), .bytes(Secret(bytes)))
        try vault.write(try SecretPath("a/empty"), .fields([:]))
        #expect(try vault.read(try SecretPath("a/text")).payload == .text(Secret("päss\0word")))
        #expect(try vault.read(try SecretPath("a/bytes")).payload == .bytes(Secret(bytes)))
        #expect(try vault.read(try SecretPath("a/empty")).payload == .fields([:]))
    }

    @Test func `a listing shows secrets by path, and only those below a prefix`() throws {
        let store = try TemporaryStore()
        let vault = try store.create()
        for name in ["b/two", "a/one", "a/onemore", "a/one/below"] {
            try vault.write(try SecretPath(name), fields([:]))
        }
        #expect(try vault.list().map(\.path.text) == ["a/one", "a/one/below", "a/onemore", "b/two"])
        #expect(try vault.list(under: try SecretPath("a/one")).map(\.path.text) == ["a/one", "a/one/below"])
    }

    @Test func `every decision is in the audit log, and the log verifies`() throws {
        let store = try TemporaryStore()
        let vault = try store.create()
        let path = try SecretPath("shop/production")
        try vault.write(path, fields(["A": "one"]))
        _ = try vault.read(path)
        expectError("KF-STORE-001") { _ = try vault.read(try SecretPath("shop/none")) }
        let nobody = vault.acting(
            as: Identity(principal: Principal("user:nobody"), access: AccessControl([], identity: TemplateValues()))
        )
        expectError("KF-STORE-010") { _ = try nobody.read(path) }
        let records = try vault.auditRecords(last: 100)
        #expect(records.map(\.action) == [.createStore, .write, .read, .read, .read])
        #expect(records.map(\.outcome) == [.allowed, .allowed, .allowed, .failed, .denied])
        #expect(records.map(\.sequence) == [1, 2, 3, 4, 5])
        #expect(records[1].fields == ["A"])
        #expect(records[1].version == 1)
        #expect(records[3].code == "KF-STORE-001")
        #expect(records[4].principal.name == "user:nobody")
        #expect(try vault.verifyAudit().isIntact)
    }

    @Test func `nothing readable is in the files`() throws {
        let store = try TemporaryStore()
        let vault = try store.create()
        try vault.write(
            try SecretPath("canarypath/here"),
            fields(["CANARYNAME": "canaryvalue"]),
            options: WriteOptions(environment: try EnvironmentName("canaryring"), labels: [try Label("canarylabel")])
        )
        _ = try vault.read(try SecretPath("canarypath/here"))
        for name in names(in: store.folder) where name.hasPrefix("store") {
            let bytes = try contents(of: "\(store.folder)/\(name)")
            #expect(!bytes.isEmpty)
            for canary in ["canary", "CANARY", "user:test", "secret.write"] {
                #expect(!contains(bytes, canary), "\(canary) is in \(name)")
            }
        }
    }
}
