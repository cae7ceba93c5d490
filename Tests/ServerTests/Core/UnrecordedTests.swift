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
        // There is little room, and it is enough: one record says so, whoever asks.
        let before = try vault.auditLength()
        for _ in 0..<20 { #expect(await status() == 200) }
        #expect(try vault.auditLength() == before + 1)
        disk.fill()
        try await Task.sleep(for: .milliseconds(1100))
        #expect(service.isHealthy)
        #expect(await status() == 503)
        #expect(!service.isHealthy)
        disk.makeRoom()
        // It is tried once a second.
        try await Task.sleep(for: .milliseconds(1100))
        #expect(await status() == 200)
        #expect(service.isHealthy)
    }

    @Test(
        .enabled(if: canMount, "needs the right to mount a disk"),
        arguments: [(1, nil), (1, 200 << 10), (1, 32 << 10), (40, nil)]
    )
    func `who asks whether it is ready does not fill a disk that has little room`(megabytes: Int, left: Int?) throws {
        let disk = try SmallDisk(megabytes: megabytes)
        let vault = disk.vault
        let service = try Service.standard(vault, ServiceSettings(address: "https://127.0.0.1:8200"))
        defer { service.stop() }
        if let left { disk.fill(leaving: left) }
        // Nobody does anything in a group, so nobody but who asks has the log tidied.
        let before = try vault.auditLength()
        let now = ContinuousClock.now
        var refused = 0
        for seconds in 0..<6000 where refused < 40 {
            if !service.tryHealth(at: now + .seconds(seconds)) {
                refused += 1
                // Until room was made.
                usleep(20_000)
            }
        }
        let records = try vault.auditLength() - before
        #expect((1..<40).contains(records) && refused < 40, "\(records) \(refused)")
        #expect(service.tryHealth(at: now + .seconds(6000)))
    }

    @Test(.enabled(if: canMount, "needs the right to mount a disk"))
    func `who asks whether it is ready is told what is known while strangers' logins take all places`() throws {
        let disk = try SmallDisk(megabytes: 40)
        let service = try Service.standard(disk.vault, ServiceSettings(address: "https://127.0.0.1:8200"))
        defer { service.stop() }
        let statuses = Mutex<[Int]>([])
        let worker = service.makeWorker()
        func ask() {
            worker.handle(HTTPRequest(method: "GET", rawPath: "/readyz")) { answer in
                statuses.withLock { $0.append(answer.status) }
            }
            worker.flush()
        }
        ask()
        #expect(eventually { statuses.withLock { $0 } == [200] })
        let goes = Atomic<Bool>(false)
        defer { goes.store(true, ordering: .releasing) }
        var taken = 0
        for address in 0..<20 {
            for _ in 0..<8 {
                let isTaken = service.workForStranger(at: "203.0.113.\(address)") {
                    while !goes.load(ordering: .acquiring) { usleep(1000) }
                }
                if isTaken { taken += 1 }
            }
        }
        #expect(taken >= 64 && !service.workForStranger(at: "198.51.100.1") {})
        for _ in 0..<10 { ask() }
        #expect(statuses.withLock { $0 } == [Int](repeating: 200, count: 11))
    }

    @Test(.enabled(if: canMount, "needs the right to mount a disk"))
    func `a group that finds no room has the log tidied, also when nobody asks whether it is ready`() throws {
        let disk = try SmallDisk(megabytes: 1)
        let service = try Service.standard(disk.vault, ServiceSettings(address: "https://127.0.0.1:8200"))
        defer { service.stop() }
        // What lies in the log and not in the store's file yet.
        try disk.vault.write(try SecretPath("a"), Payload.text(Secret("v")))
        disk.fill()
        let file = disk.changed
        usleep(50_000)
        try #require(file > 0 && disk.changed == file)
        let statuses = Mutex<[Int]>([])
        let worker = service.makeWorker()
        for _ in 1...200 where service.isHealthy {
            var request = HTTPRequest(method: "GET", rawPath: "/v1/secret/data/a")
            request.headers.set("X-Vault-Token", "wrong")
            worker.handle(request) { answer in statuses.withLock { $0.append(answer.status) } }
            worker.flush()
        }
        #expect(!service.isHealthy)
        #expect(statuses.withLock { $0.last } == 500)
        #expect(eventually { disk.changed != file })
    }

    @Test func `room is made once a second, however many find none`() throws {
        let bench = try AuditBench()
        let keeper = StoreKeeper(vault: bench.vault)
        let now = ContinuousClock.now
        let times = (0..<35).map { keeper.makeRoom(at: now + .milliseconds(100 * $0)) }
        #expect(times.filter { $0 }.count == 4 && times[0])
    }

    @Test func `a full disk is tried once a second, and one with room when a quarter of that has gone`() {
        var last = RoomTry()
        let now = ContinuousClock.now
        func isDue(_ seconds: Double, _ room: Int, isFull: Bool = false) -> Bool {
            last.isDue(at: now + .seconds(seconds), room: room, isFull: isFull)
        }
        #expect(isDue(0, 4096))
        last.begin(at: now, room: 4096)
        #expect(!isDue(0.9, 0, isFull: true) && isDue(1, 4096, isFull: true))
        #expect(!isDue(5, 3072) && isDue(5, 3071) && !isDue(0.9, 0))
        last.hasFailed = true
        #expect(!isDue(0.9, 4096) && isDue(1, 4096))
        last = RoomTry()
        last.begin(at: now, room: 0)
        #expect(!isDue(5, 0))
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
            knownHealth: { nil },
            tryHealth: {
                while !goes.load(ordering: .acquiring) { usleep(1000) }
                return false
            }
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

    /// Takes every block that is left, but for so many bytes.
    func fill(leaving count: Int = 0) {
        let filler = unsafe open(folder + "/filler", O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        let zeros = [UInt8](repeating: 0, count: 4096)
        var size = 0
        while unsafe write(filler, zeros, zeros.count) > 0 { size += zeros.count }
        ftruncate(filler, max(0, size - count))
        close(filler)
    }

    /// When the store's file was changed last, in nanoseconds.
    var changed: Int {
        var status = stat()
        guard unsafe stat(folder + "/store", &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return -1 }
        return status.st_mtim.tv_sec * 1_000_000_000 + status.st_mtim.tv_nsec
    }

    /// Gives them back.
    func makeRoom() { unsafe unlink(folder + "/filler") }
}
