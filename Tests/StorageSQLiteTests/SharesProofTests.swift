import Crypto
import SecretStore
import Secrets
import StorageSQLite
import Testing

@testable import Vaulting

/// What shares prove at an open store.
@Suite struct SharesProofTests {
    @Test func `shares prove the slot that they open, and leave a record`() throws {
        let store = try TemporaryStore()
        let vault = try store.create()
        let key = try SharedKey(shares: 3, threshold: 2)
        let slot = try vault.addSlot(.shares(key))
        let combined = try #require(SharedKey(combining: Array(key.shares[1...2])))
        #expect(try vault.proveShares(combined, for: "test").slot == slot)
        let other = try SharedKey(shares: 1, threshold: 1)
        let error = #expect(throws: StoreError.self) { try vault.proveShares(other, for: "test") }
        #expect(error?.isWrongShares == true)
        let records = try vault.auditRecords(last: 10).filter { $0.action == .proveShares }
        #expect(Set(records.map(\.outcome)) == [.allowed, .denied])
    }

    @Test func `a slot that somebody wrote into the file proves nothing`() throws {
        let store = try TemporaryStore()
        let vault = try store.create()
        try vault.addSlot(.shares(SharedKey(shares: 3, threshold: 2)))
        // Whoever can write the file knows the store's id, and so can make a slot of their own key and shares.
        let own = try SharedKey(shares: 1, threshold: 1)
        let row = try Seal.slot(
            3,
            wrapping: SymmetricKey(size: .bits256),
            for: .shares(own),
            storeID: vault.engine.keys.storeID,
            scrypt: .standard(logN: 10)
        )
        try vault.engine.storage.transaction(.durable) { () throws(StoreError) in try vault.engine.storage.putSlot(row)
        }
        let error = #expect(throws: StoreError.self) { try vault.proveShares(own, for: "test") }
        #expect(error?.category == .corrupt)
    }

    @Test func `a rotation gives every environment a new key, and changes no slot`() throws {
        let store = try TemporaryStore()
        let vault = try store.create()
        let production = try EnvironmentName("production")
        let path = try SecretPath("shop/production")
        try vault.write(path, fields(["A": "1"]), options: WriteOptions(environment: production))
        let slots = try vault.engine.storage.slots()
        let (generation, since) = try vault.sharedRing()
        #expect(generation == 1)
        #expect(try vault.rotateRings() == 2)
        #expect(try vault.sharedRing().generation == 2)
        #expect(try vault.sharedRing().since > since)
        #expect(try vault.rotateRing(of: production) == 3)
        try vault.write(path, fields(["A": "2"]), options: WriteOptions(environment: production))
        #expect(try vault.read(path, version: .number(1)).clear == ["A": "1"])
        #expect(try vault.engine.storage.slots().map(\.wrapped) == slots.map(\.wrapped))
        #expect(try vault.verifyAudit().isIntact)
    }
}
