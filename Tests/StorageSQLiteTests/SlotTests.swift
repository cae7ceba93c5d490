import Glibc
import SecretStore
import Secrets
import StorageSQLite
import Synchronization
import Testing
import Vaulting

/// A key management service as a slot sees one, in this process: a mock of what is outside of it.
final class MockWrappingService: WrappingService {
    let kind: SealSlot.Kind
    let place: String
    private let kept = Mutex<[[UInt8]: (key: Secret<[UInt8]>, binding: SlotBinding)]>([:])
    private let failure = Mutex<StoreError?>(nil)
    private let isForgetful: Bool

    init(
        _ kind: SealSlot.Kind = .awsKMS,
        place: String = "region=eu-central-1\nkey=alias/test",
        isForgetful: Bool = false
    ) {
        (self.kind, self.place, self.isForgetful) = (kind, place, isForgetful)
    }

    /// What every call throws from now on.
    func fail(with error: StoreError?) { failure.withLock { $0 = error } }

    func wrap(_ key: Secret<[UInt8]>, for binding: SlotBinding) throws(StoreError) -> [UInt8] {
        if let error = failure.withLock({ $0 }) { throw error }
        let name = Array("wrapped \(kept.withLock { $0.count })".utf8)
        kept.withLock { $0[name] = (isForgetful ? Secret(Array(repeating: 0, count: 32)) : key, binding) }
        return name
    }

    func unwrap(_ wrapped: [UInt8], for binding: SlotBinding) throws(StoreError) -> Secret<[UInt8]> {
        if let error = failure.withLock({ $0 }) { throw error }
        guard let found = kept.withLock({ $0[wrapped] }), found.binding == binding else {
            throw .serviceRefused("InvalidCiphertextException")
        }
        return found.key
    }
}

@Suite struct SlotTests {
    let path: SecretPath

    init() throws { path = try SecretPath("shop/production") }

    private var options: VaultOptions {
        var options = VaultOptions()
        options.scryptLogN = 10
        return options
    }

    private func open(_ store: TemporaryStore, _ key: KeySource) throws -> [String: String] {
        try LocalVault.open(at: store.path, key: key, identity: store.identity).read(path).clear
    }

    private func combined(_ shares: some Sequence<Secret<[UInt8]>>) throws -> KeySource {
        .shares(try #require(SharedKey(combining: Array(shares))))
    }

    @Test func `every kind of key opens the same store, and removing one leaves the others`() throws {
        let store = try TemporaryStore()
        let vault = try store.create(options: options)
        try vault.write(path, fields(["A": "1"]))
        let shared = try SharedKey(shares: 5, threshold: 3)
        let service = MockWrappingService()
        let second = KeySource.keyFile(store.folder + "/keys/second")
        let passphrase = KeySource.passphrase(Secret("correct horse"))
        for key in [passphrase, .shares(shared), .service(service), second] { try vault.addSlot(key) }
        let slots = try vault.slots()
        #expect(slots.map(\.kind) == [.keyFile, .passphrase, .shares, .awsKMS, .keyFile])
        #expect(slots[2].shares.map { [$0.count, $0.threshold] } == [5, 3])
        #expect(slots[3].place == service.place)
        #expect(try LocalVault.slots(at: store.path) == slots)
        let keys = try [store.key, passphrase, combined(shared.shares[0...2]), .service(service), second]
        for key in keys { #expect(try open(store, key) == ["A": "1"]) }
        for (position, slot) in slots.enumerated().dropLast() {
            try vault.removeSlot(slot.number)
            for (other, key) in keys.enumerated() {
                if other > position {
                    #expect(try open(store, key) == ["A": "1"])
                } else {
                    #expect(throws: StoreError.self) { try open(store, key) }
                }
            }
        }
        expectError("KF-STORE-064") { try vault.removeSlot(slots[4].number) }
        #expect(try vault.verifyAudit().isIntact)
    }

    @Test func `shares open the store when enough of them come together, whichever they are`() throws {
        let store = try TemporaryStore()
        let shared = try SharedKey(shares: 4, threshold: 2)
        _ = try LocalVault.create(at: store.path, key: .shares(shared), identity: store.identity)
            .write(path, fields(["A": "1"]))
        for (first, second) in [(0, 1), (3, 0), (2, 1)] {
            let key = try combined([shared.shares[first], shared.shares[second]])
            #expect(try open(store, key) == ["A": "1"])
        }
        #expect(try open(store, combined(shared.shares)) == ["A": "1"])
        let other = try SharedKey(shares: 4, threshold: 2)
        for wrong in [[shared.shares[0], other.shares[1]], Array(other.shares[0...1])] {
            // Two of them may be of one place, which is no set at all.
            guard let key = SharedKey(combining: wrong) else { continue }
            expectError("KF-STORE-028") { _ = try open(store, .shares(key)) }
        }
        expectError("KF-STORE-025") { _ = try open(store, .passphrase(Secret("x"))) }
    }

    @Test func `a slot is bound to its store, its number and what it says of itself`() throws {
        let (store, other) = (try TemporaryStore(), try TemporaryStore())
        let shared = try SharedKey(shares: 3, threshold: 2)
        let vault = try store.create(options: options)
        try vault.write(path, fields(["A": "1"]))
        try vault.addSlot(.shares(shared))
        _ = try other.create().write(path, fields(["A": "2"]))
        let key = try combined(shared.shares[0...1])
        #expect(try open(store, key) == ["A": "1"])
        // Saying that fewer shares are enough, or that it is another slot, opens nothing.
        let wrapped = try text(store.path, "SELECT hex(wrapped) FROM slot WHERE kind = 3")
        for change in ["parameters = x'010303'", "parameters = x'010202'", "number = 7", "wrapped = zeroblob(60)"] {
            try edit(store.path, "UPDATE slot SET \(change) WHERE kind = 3")
            expectError("KF-STORE-028") { _ = try open(store, key) }
            try edit(
                store.path,
                "UPDATE slot SET number = 2, parameters = x'010302', wrapped = x'\(wrapped)' WHERE kind = 3"
            )
            #expect(try open(store, key) == ["A": "1"])
        }
        try edit(other.path, "INSERT INTO slot VALUES (2, 3, x'010302', x'\(wrapped)')")
        expectError("KF-STORE-028") { _ = try open(other, key) }
    }

    @Test func `a second set of shares, the same key file and the same service are not added twice`() throws {
        let store = try TemporaryStore()
        let vault = try store.create(options: options)
        let service = MockWrappingService(.vaultTransit, place: "address=https://vault\nmount=transit\nkey=k")
        try vault.addSlot(.shares(try SharedKey(shares: 3, threshold: 2)))
        try vault.addSlot(.service(service))
        for key in [store.key, .shares(try SharedKey(shares: 3, threshold: 2)), .service(service)] {
            expectError("KF-STORE-084") { try vault.addSlot(key) }
        }
        #expect(try vault.slots().count == 3)
        // Another key of the same service is another slot.
        let another = MockWrappingService(.vaultTransit, place: "address=https://vault\nmount=transit\nkey=other")
        #expect(try vault.addSlot(.service(another)).number == 4)
    }

    @Test func `there is a bound on slots`() throws {
        let store = try TemporaryStore()
        let vault = try store.create(options: options)
        for number in 2...32 { try vault.addSlot(.keyFile("\(store.folder)/keys/\(number)")) }
        expectError("KF-STORE-079") { try vault.addSlot(.keyFile("\(store.folder)/keys/33")) }
    }

    @Test func `a service that is down or refuses opens nothing, and another slot does`() throws {
        let store = try TemporaryStore()
        let vault = try store.create(options: options)
        try vault.write(path, fields(["A": "1"]))
        let service = MockWrappingService()
        service.fail(with: .serviceUnavailable("connection refused"))
        expectError("KF-STORE-037") { try vault.addSlot(.service(service)) }
        service.fail(with: nil)
        try vault.addSlot(.service(service))
        service.fail(with: .serviceRefused("AccessDeniedException"))
        expectError("KF-STORE-029") { _ = try open(store, .service(service)) }
        #expect(try open(store, store.key) == ["A": "1"])
        service.fail(with: nil)
        #expect(try open(store, .service(service)) == ["A": "1"])
        // A service that gives back another key than it took is found out before the slot is made.
        let forgetful = MockWrappingService(.azureKeyVault, place: "x", isForgetful: true)
        expectError("KF-STORE-029") { try vault.addSlot(.service(forgetful)) }
        #expect(try vault.slots().count == 2)
        // What was wrapped for one slot is not another's.
        let stranger = MockWrappingService()
        expectError("KF-STORE-029") { _ = try open(store, .service(stranger)) }
        expectError("KF-STORE-020") { _ = try open(store, .service(MockWrappingService(place: "elsewhere"))) }
    }

    @Test func `a place that is longer than a slot keeps is refused`() throws {
        let store = try TemporaryStore()
        let vault = try store.create(options: options)
        let long = MockWrappingService(place: String(repeating: "x", count: 2049))
        expectError("KF-STORE-029") { try vault.addSlot(.service(long)) }
    }

    @Test func `replacing a key is one step: the old one opens nothing from then on, and the data stay as they are`()
        throws
    {
        let store = try TemporaryStore()
        let vault = try store.create(options: options)
        try vault.write(path, fields(["A": "1"]))
        let second = KeySource.keyFile(store.folder + "/keys/second")
        #expect(try vault.replaceSlot(1, with: second).number == 2)
        #expect(try vault.slots().map(\.number) == [2])
        expectError("KF-STORE-020") { _ = try open(store, store.key) }
        #expect(try open(store, second) == ["A": "1"])
        let passphrase = KeySource.passphrase(Secret("correct horse"))
        try vault.replaceSlot(2, with: passphrase)
        expectError("KF-STORE-025") { _ = try open(store, second) }
        #expect(try open(store, passphrase) == ["A": "1"])
        expectError("KF-STORE-008") { try vault.replaceSlot(1, with: second) }
    }

    @Test func `new shares stand beside the old ones until those are removed`() throws {
        let store = try TemporaryStore()
        let old = try SharedKey(shares: 3, threshold: 2)
        let vault = try LocalVault.create(at: store.path, key: .shares(old), identity: store.identity)
        try vault.write(path, fields(["A": "1"]))
        let new = try SharedKey(shares: 5, threshold: 4)
        #expect(try vault.addShares(new).number == 2)
        expectError("KF-STORE-079") { try vault.addShares(try SharedKey(shares: 3, threshold: 2)) }
        for key in try [combined(old.shares[0...1]), combined(new.shares[1...4])] {
            #expect(try open(store, key) == ["A": "1"])
        }
        try vault.removeSlot(1)
        expectError("KF-STORE-028") { _ = try open(store, combined(old.shares[0...1])) }
        #expect(try open(store, combined(new.shares[0...3])) == ["A": "1"])
        // A mixture of both sets opens nothing.
        if let mixed = SharedKey(combining: Array(old.shares[0...1]) + Array(new.shares[0...1])) {
            expectError("KF-STORE-028") { _ = try open(store, .shares(mixed)) }
        }
    }

    @Test func `a rotated ring leaves every slot and every share as it was`() throws {
        // openbao#2619: a rotation took the shares with it.
        let store = try TemporaryStore()
        let shared = try SharedKey(shares: 3, threshold: 2)
        let vault = try LocalVault.create(at: store.path, key: .shares(shared), identity: store.identity)
        let production = try EnvironmentName("production")
        try vault.write(path, fields(["A": "1"]), options: WriteOptions(environment: production))
        let before = try text(store.path, "SELECT hex(wrapped) FROM slot")
        try vault.rotateRing(of: production)
        try vault.rewrapRing(of: production)
        #expect(try text(store.path, "SELECT hex(wrapped) FROM slot") == before)
        #expect(try open(store, combined(shared.shares[1...2])) == ["A": "1"])
    }

    @Test func `a removed slot that is put back into the file is noticed`() throws {
        let store = try TemporaryStore()
        let vault = try store.create(options: options)
        try vault.addSlot(.passphrase(Secret("correct horse")))
        let wrapped = try text(store.path, "SELECT hex(wrapped) FROM slot WHERE number = 2")
        let parameters = try text(store.path, "SELECT hex(parameters) FROM slot WHERE number = 2")
        try vault.removeSlot(2)
        try edit(store.path, "INSERT INTO slot VALUES (2, 2, x'\(parameters)', x'\(wrapped)')")
        expectError("KF-STORE-041") { _ = try open(store, .passphrase(Secret("correct horse"))) }
        expectError("KF-STORE-041") { _ = try open(store, store.key) }
    }

    @Test func `a slot of a kind that is not known is shown as that, and opens nothing`() throws {
        let store = try TemporaryStore()
        _ = try store.create()
        try edit(store.path, "UPDATE slot SET kind = 99")
        #expect(try LocalVault.slots(at: store.path).map(\.kind) == [.unknown])
        expectError("KF-STORE-025") { _ = try store.open() }
    }
}

/// Stores that earlier versions of the program made: each must open for ever.
@Suite struct SealFormatTests {
    /// `Fixtures/seal-1`: made by the program before there were other slots than key files and passphrases. Its key is in
    /// the repository, so nothing in it is a secret; the passphrase is `correct horse`, with a cost of 2^10.
    private func copyOfFirstFormat() throws -> TemporaryStore {
        let store = try TemporaryStore()
        let fixtures = #filePath.split(separator: "/").dropLast().joined(separator: "/")
        unsafe mkdir(store.folder + "/keys", 0o700)
        try write(try contents(of: "/\(fixtures)/Fixtures/seal-1/store.keyfolio"), to: store.path)
        try write(try contents(of: "/\(fixtures)/Fixtures/seal-1/key.txt"), to: store.keyFile)
        unsafe chmod(store.keyFile, 0o600)
        return store
    }

    @Test func `a store of the first format opens with its key file and its passphrase`() throws {
        let store = try copyOfFirstFormat()
        let path = try SecretPath("shop/production")
        let passphrase = KeySource.passphrase(Secret("correct horse"))
        for key in [store.key, passphrase] {
            let vault = try LocalVault.open(at: store.path, key: key, identity: store.identity)
            #expect(try vault.read(path).clear == ["A": "2", "B": "two"])
            #expect(try vault.read(path, version: .number(1)).clear == ["A": "1", "B": "two"])
            #expect(try vault.slots().map(\.kind) == [.keyFile, .passphrase])
            #expect(try vault.verifyAudit().isIntact)
        }
    }

    @Test func `a store of the first format takes new kinds of slots, and its old ones stay`() throws {
        let store = try copyOfFirstFormat()
        let path = try SecretPath("shop/production")
        let shared = try SharedKey(shares: 3, threshold: 2)
        try store.open().addSlot(.shares(shared))
        let key = try #require(SharedKey(combining: Array(shared.shares[0...1])))
        for key in [store.key, .passphrase(Secret("correct horse")), .shares(key)] {
            let vault = try LocalVault.open(at: store.path, key: key, identity: store.identity)
            #expect(try vault.read(path).clear == ["A": "2", "B": "two"])
        }
        try store.open().removeSlot(1)
        _ = try LocalVault.open(at: store.path, key: .shares(key), identity: store.identity)
    }
}
