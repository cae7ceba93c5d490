import AccessPolicy
import SecretStore
import Secrets
import StorageSQLite
import Testing

@testable import Vaulting

/// What takes time says `begins` first, and how it ended when it has ended: nothing is allowed before it was done.
@Suite struct BegunRecordTests {
    private var options: VaultOptions {
        var options = VaultOptions()
        options.scryptLogN = 10
        return options
    }

    /// How the records of an action ended, with their codes, in order.
    private func ends(of action: AuditAction, in vault: Vault) throws -> [String] {
        try vault.auditRecords(last: 40).filter { $0.action == action }
            .map { "\($0.outcome.rawValue) \($0.code ?? "-")" }
    }

    @Test func `a slot is begun, and allowed when it is there`() throws {
        let store = try TemporaryStore()
        let vault = try store.create(options: options)
        try vault.addSlot(.passphrase(Secret("correct horse")))
        #expect(try ends(of: .addSlot, in: vault) == ["begins -", "allowed -"])
        try vault.replaceSlot(2, with: .keyFile(store.folder + "/keys/second"))
        #expect(try ends(of: .rekeySlot, in: vault) == ["begins -", "allowed -"])
        let shares = try SharedKey(shares: 3, threshold: 2)
        try vault.addShares(shares)
        #expect(try ends(of: .addSlot, in: vault) == ["begins -", "allowed -", "begins -", "allowed -"])
    }

    @Test func `a slot that cannot be made, or put in, is begun and fails, whatever the reason`() throws {
        let store = try TemporaryStore()
        let vault = try store.create(options: options)
        var expected: [String] = []
        func refused(_ key: KeySource, _ code: String) throws {
            expectError(code) { try vault.addSlot(key) }
            expected += ["begins -", "failed \(code)"]
            #expect(try ends(of: .addSlot, in: vault) == expected)
        }
        try refused(.passphrase(Secret("")), "KF-STORE-027")
        for error in [StoreError.serviceRefused("AccessDenied"), .serviceUnavailable("timeout")] {
            let service = MockWrappingService()
            service.fail(with: error)
            try refused(.service(service), error.code)
        }
        // Somebody else's slot came meanwhile: that is about the moment, and has a record all the same.
        let slow = SlowService { _ = try? vault.addSlot(.keyFile(store.folder + "/keys/second")) }
        expectError("KF-STORE-030") { try vault.addSlot(.service(slow)) }
        expected += ["begins -", "begins -", "allowed -", "failed KF-STORE-030"]
        #expect(try ends(of: .addSlot, in: vault) == expected)
        expectError("KF-STORE-008") { try vault.replaceSlot(9, with: .keyFile(store.folder + "/keys/third")) }
        #expect(try ends(of: .rekeySlot, in: vault) == ["begins -", "failed KF-STORE-008"])
    }

    @Test func `rewrapping a ring is begun, and each page is allowed when it is done`() throws {
        let store = try TemporaryStore()
        let vault = try store.create(options: options)
        let production = try EnvironmentName("production")
        try vault.write(SecretPath("a"), fields(["A": "1"]), options: WriteOptions(environment: production))
        try vault.rotateRing(of: production)
        try vault.rewrapRing(of: production)
        let found = try ends(of: .rewrapRing, in: vault)
        #expect(found.first == "begins -" && found.dropFirst().allSatisfy { $0 == "allowed -" } && found.count >= 3)
    }

    @Test func `what was begun elsewhere and cannot be done says so, also for want of memory`() throws {
        let store = try TemporaryStore()
        let vault = try store.create(options: options)
        for error in [StoreError.outOfMemory(), .invalidAttribute("a mistake")] {
            expectError(error.code) {
                try vault.begun("test.act", on: "sys/test", detail: "some") { () throws(StoreError) in throw error }
            }
        }
        #expect(try vault.begun("test.act", on: "sys/test") { () throws(StoreError) in 3 } == 3)
        let records = try vault.auditRecords(last: 40).filter { $0.action == "test.act" }
        #expect(records.map(\.outcome) == [.failed, .failed])
        #expect(records.map(\.code) == ["KF-STORE-035", "KF-STORE-082"])
        #expect(records.allSatisfy { $0.resource == "sys/test" && $0.detail == "some" })
    }

    @Test func `what shares have proved is that slot, and not another with its number`() throws {
        let store = try TemporaryStore()
        let vault = try store.create(options: options)
        for other in [KeySource.passphrase(Secret("correct horse")), .shares(try SharedKey(shares: 3, threshold: 2))] {
            let key = try SharedKey(shares: 2, threshold: 2)
            #expect(try vault.addSlot(.shares(key)).number == 2)
            let proven = try vault.proveShares(key, for: "test", in: 2)
            let wrong = #expect(throws: StoreError.self) { try vault.proveShares(key, for: "test", in: 1) }
            #expect(wrong?.isWrongShares == true)
            try vault.removeSlot(2)
            #expect(try vault.addSlot(other).number == 2)
            expectError("KF-STORE-008") { try vault.replaceSlot(proven, with: .shares(key)) }
            expectError("KF-STORE-008") { try vault.removeSlot(proven) }
            #expect(try vault.slots().map(\.kind) == [.keyFile, other.kind])
            try vault.removeSlot(2)
        }
        let key = try SharedKey(shares: 2, threshold: 2)
        try vault.addSlot(.shares(key))
        let proven = try vault.proveShares(key, for: "test")
        #expect(try vault.replaceSlot(proven, with: .keyFile(store.folder + "/keys/second")).number == 3)
        expectError("KF-STORE-008") { try vault.removeSlot(proven) }
    }
}

/// A service that takes its time.
private struct SlowService: WrappingService {
    let kind = SealSlot.Kind.awsKMS
    let place = "region=eu-central-1\nkey=alias/slow"
    let meanwhile: @Sendable () -> Void

    init(_ meanwhile: @escaping @Sendable () -> Void) { self.meanwhile = meanwhile }

    func wrap(_ key: Secret<[UInt8]>, for binding: SlotBinding) throws(StoreError) -> [UInt8] {
        meanwhile()
        return key.reveal()
    }

    func unwrap(_ wrapped: [UInt8], for binding: SlotBinding) throws(StoreError) -> Secret<[UInt8]> { Secret(wrapped) }
}
