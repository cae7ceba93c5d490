import AccessPolicy
import Glibc
import HTTPModel
import SecretStore
import Secrets
import StorageSQLite
import Synchronization
import Testing
import Vaulting

@testable import Server

/// What has no record is counted, and what must have one is not answered without.
@Suite struct UnrecordedTests {
    @Test(arguments: ["listing", "status"])
    func `refusals beyond those that are recorded are counted in the next record, also apart from groups`(
        what: String
    ) async throws {
        let client = try VaultClient()
        if what == "status" {
            let range = try #require(AddressRange("203.0.113.7/32"))
            try client.vault.perform("block.add", .sudo, on: "sys/blocks", changing: true) {
                (directory) throws(StoreError) in try directory.put(Block(range))
            }
        }
        func ask() async -> Int {
            what == "listing"
                ? await client.call("LIST", "secret/metadata", token: "wrong", from: "203.0.113.7").status
                : await client.call("GET", "sys/rekey/init", token: "", from: "203.0.113.7").status
        }
        for _ in 0..<65 { #expect(await ask() == 403) }
        func details() throws -> [String?] {
            try #require(try client.vault.auditBatch(after: .beginning, records: .max, bytes: .max)).entries
                .map(\.record).filter { $0.action == .refuse }.map(\.detail)
        }
        #expect(try details() == [String?](repeating: nil, count: 60))
        client.time.pass(seconds: 60)
        #expect(await ask() == 403)
        #expect(try details().last == "5 more were not recorded")
    }

    /// Only root of a whole system can mount.
    private static let canMount: Bool = {
        var template = Array("/tmp/keyfolio-mount-XXXXXX".utf8CString)
        guard unsafe mkdtemp(&template) != nil else { return false }
        let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer { unsafe rmdir(folder) }
        return unsafe mount("tmpfs", folder, "tmpfs", 0, "size=1m") == 0 && umount2(folder, 2) == 0
    }()

    @Test(.enabled(if: canMount, "needs the right to mount a disk of a megabyte"))
    func `on a disk without a free block no handler's answer leaves without its record`() throws {
        let disk = try SmallDisk(megabytes: 1)
        let vault = disk.vault
        let service = try Service(vault: vault, adapters: []) { _ in nil }
        defer { service.stop() }
        func ask() throws -> LogicalFault {
            do {
                try LogicalContext.run(vault, "vault.test", .list, on: "secret/metadata/none/", changing: false) { _ in
                    throw LogicalFault.notFound
                }
            } catch let fault as LogicalFault { return fault }
            Issue.record("the handler throws")
            return .notFound
        }
        #expect(try ask() == .notFound)
        #expect(service.isHealthy)
        disk.fill()
        let error = #expect(throws: StoreError.self) { for _ in 1...500 { _ = try ask() } }
        #expect(error?.code == "KF-AUDIT-001")
        // This one was in no group.
        #expect(!service.isHealthy)
        // A group that has nothing to write, as of who asks without a credential, says nothing of the disk.
        #expect(try vault.group { _ in } == false)
        #expect(!service.isHealthy)
        disk.makeRoom()
        #expect(try ask() == .notFound)
        #expect(service.isHealthy)
    }

    @Test(.enabled(if: canMount, "needs the right to mount a disk of a megabyte"))
    func `the first who asks whether it is ready after the disk is full is told no`() async throws {
        let disk = try SmallDisk(megabytes: 1)
        let vault = disk.vault
        let service = try Service.standard(vault, ServiceSettings(address: "https://127.0.0.1:8200"))
        defer { service.stop() }
        func status() async -> Int {
            let worker = service.makeWorker()
            return await withCheckedContinuation { continuation in
                worker.handle(HTTPRequest(method: "GET", rawPath: "/readyz")) {
                    continuation.resume(returning: $0.status)
                }
                worker.flush()
            }
        }
        // There is little room, and it is enough: a record says so, one a second whoever asks.
        let before = try vault.auditLength()
        let began = ContinuousClock.now
        for _ in 0..<20 { #expect(await status() == 200) }
        let seconds = (ContinuousClock.now - began).components.seconds
        #expect((1...(seconds + 2)).contains(try vault.auditLength() - before))
        disk.fill()
        try await Task.sleep(for: .milliseconds(1100))
        #expect(service.isHealthy)
        #expect(await status() == 503)
        #expect(!service.isHealthy)
        disk.makeRoom()
        #expect(await status() == 200)
        #expect(service.isHealthy)
    }

    @Test(.enabled(if: canMount, "needs the right to mount a disk"), arguments: [1, 40])
    func `who asks whether it is ready does not fill a disk that has little room`(megabytes: Int) throws {
        let disk = try SmallDisk(megabytes: megabytes)
        let vault = disk.vault
        let service = try Service.standard(vault, ServiceSettings(address: "https://127.0.0.1:8200"))
        defer { service.stop() }
        // Nobody does anything in a group, so nobody but who asks has the log tidied. It would be full after a third of this.
        let before = try vault.auditLength()
        let now = ContinuousClock.now
        for seconds in stride(from: 0, to: 600, by: 2) {
            #expect(service.tryHealth(at: now + .seconds(seconds)))
            usleep(2000)
        }
        // While the room is what it was, it is not asked again.
        let records = try vault.auditLength() - before
        #expect(megabytes == 1 ? records == 300 : records <= 2, "\(records)")
    }

    @Test func `the log gives its room on the disk back when little is done`() throws {
        let store = try StoreFolder()
        try store.vault.deferSync()
        let keeper = StoreKeeper(vault: store.vault, secondsOfRest: 0.3)
        keeper.start()
        defer { keeper.stop() }
        let payload = Payload.text(Secret(String(repeating: "x", count: 60_000)))
        func logSize() -> Int {
            var status = stat()
            return unsafe stat(store.path + "/store.keyfolio-wal", &status) == 0 ? Int(status.st_size) : -1
        }
        for round in 0..<2 {
            for number in 0..<100 { try store.vault.write(try SecretPath("s/\(round)/\(number)"), payload) }
            #expect(logSize() > 4 << 20)
            keeper.note(bytes: 17 << 20)
            #expect(eventually { logSize() == 0 })
        }
    }

    @Test func `who asks whether it is ready while nobody finds out is told no`() throws {
        let bench = try AuditBench()
        let goes = Atomic<Bool>(false)
        let operations = OperationsAdapter(
            isOpen: false,
            tryHealth: {
                while !goes.load(ordering: .acquiring) { usleep(1000) }
                return false
            },
            state: { (false, "") }
        )
        let service = try Service(vault: bench.vault, adapters: [operations]) { _ in 0 }
        let statuses = Mutex<[Int]>([])
        let worker = service.makeWorker()
        for _ in 0..<10 {
            worker.handle(HTTPRequest(method: "GET", rawPath: "/readyz")) { answer in
                statuses.withLock { $0.append(answer.status) }
            }
        }
        worker.flush()
        // Eight of an address wait.
        #expect(statuses.withLock { $0 } == [503, 503])
        goes.store(true, ordering: .releasing)
        #expect(eventually { statuses.withLock { $0.count } == 10 })
        #expect(statuses.withLock { $0.allSatisfy { $0 == 503 } })
        service.stop()
    }
}

/// A disk of a few megabytes with a store on it.
private final class SmallDisk {
    let vault: Vault
    private let bench: AuditBench
    private let folder: String

    init(megabytes: Int) throws {
        bench = try AuditBench()
        folder = bench.folder + "/disk"
        unsafe mkdir(folder, 0o700)
        try #require(unsafe mount("tmpfs", folder, "tmpfs", 0, "size=\(megabytes)m,mode=700") == 0)
        vault = try LocalVault.create(
            at: folder + "/store",
            key: .keyFile(bench.folder + "/disk-keys/key"),
            identity: .owner(Principal("test"))
        )
    }

    deinit { unsafe umount2(folder, 2) }

    /// Takes every block that is left.
    func fill() {
        let filler = unsafe open(folder + "/filler", O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        let zeros = [UInt8](repeating: 0, count: 4096)
        while unsafe write(filler, zeros, zeros.count) > 0 {}
        close(filler)
    }

    /// Gives them back.
    func makeRoom() { unsafe unlink(folder + "/filler") }
}
