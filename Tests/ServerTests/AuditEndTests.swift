import Foundation
import Glibc
import SecretStore
import Secrets
import StorageSQLite
import Synchronization
import Testing

@testable import Server
@testable import Vaulting

/// How followers of the audit log end: soon, with nothing lost, and without the store's keys.
@Suite struct AuditEndTests {
    @Test func `a backlog at a slow endpoint ends with the body under way, once nobody waits for it`() throws {
        let (bench, far) = (try AuditBench(), HeldEnd(at: 2))
        try bench.write(60)
        var options = AuditTarget.UploadOptions()
        options.bodyBytes = 1
        let sinks = try bench.sinks([try .upload("siem", options) { HeldUploader(far) }])
        #expect(eventually { far.isHolding })
        #expect(!sinks.stop(within: 50))
        far.release()
        #expect(sinks.stop(within: 20_000))
        #expect(far.numbers == [1, 2, 3])
        // It failed at nothing.
        #expect(sinks.states[0].code == nil)
        let next = try bench.sinks([try .upload("siem", options) { HeldUploader(far) }])
        #expect(next.stop(within: 20_000))
        #expect(try far.numbers == Array(1...bench.vault.auditLength()))
    }

    @Test func `a checkpoint that was given up is none that the other side has`() throws {
        let bench = try AuditBench()
        try bench.write(5)
        // The follower's own beginning is the last record.
        let count = try Int(bench.vault.auditLength()) + 1
        let far = HeldEnd(at: count - 1)
        var options = AuditTarget.UploadOptions()
        // The checkpoint has a body of its own, after that of the last record.
        options.bodyBytes = 1
        let sinks = try bench.sinks([try .upload("siem", options) { HeldUploader(far) }])
        #expect(eventually { far.isHolding })
        #expect(!sinks.stop(within: 50))
        far.release()
        #expect(sinks.stop(within: 20_000))
        #expect(far.numbers.count == count && far.bodies.withLock { $0.count } == count)
        #expect(sinks.states[0].code == nil)
        // The records need not come again, and no checkpoint is among the places.
        let places = try PositionFile(folder: bench.folder + "/positions", name: "siem").load()
        #expect(places.map(\.sequence) == [Int64(count)])
    }

    @Test func `a follower that finds its place taken closes nobody else's files`() throws {
        let bench = try AuditBench()
        let folder = bench.folder + "/positions"
        let holder = try PositionFile(folder: folder, name: "siem")
        let isOver = Mutex(false)
        let lost = Mutex(0)
        var refused = 0
        let others = DispatchGroup()
        for _ in 0..<3 {
            others.enter()
            Thread.detachNewThread {
                defer { others.leave() }
                while !isOver.withLock({ $0 }) {
                    let file = unsafe open("/dev/null", O_RDONLY | O_CLOEXEC)
                    sched_yield()
                    // Somebody else closed it.
                    if close(file) != 0 { lost.withLock { $0 += 1 } }
                }
            }
        }
        for _ in 0..<20_000 {
            // As cheap as can be: what is looked for is a matter of microseconds.
            do { _ = try PositionFile(folder: folder, name: "siem") } catch { refused += 1 }
        }
        #expect(refused == 20_000)
        isOver.withLock { $0 = true }
        others.wait()
        #expect(lost.withLock { $0 } == 0)
        withExtendedLifetime(holder) {}
    }

    @Test func `what waits for an endpoint that fails is given up as well`() throws {
        let (bench, far) = (try AuditBench(), HeldEnd(at: 0))
        far.fails.store(true, ordering: .releasing)
        let told = Mutex<[String?]>([])
        let sinks = try bench.sinks([try .upload("siem") { HeldUploader(far) }]) { options in
            options.onChange = { state in told.withLock { $0.append(state.code) } }
        }
        #expect(eventually { far.isHolding })
        #expect(!sinks.stop(within: 50))
        far.release()
        #expect(sinks.stop(within: 20_000))
        #expect(far.numbers == [] && told.withLock { $0.isEmpty })
    }

    @Test func `sealing takes the keys from a follower whose endpoint hangs, and the next goes on behind it`() throws {
        let (bench, far) = (try AuditBench(), HeldEnd(at: 0))
        let key = try SharedKey(shares: 3, threshold: 2)
        try bench.vault.addSlot(.shares(key))
        let (path, told) = (bench.folder + "/store", Told())
        let place = ServedStore.Place(
            slots: { () throws(StoreError) in try LocalVault.slots(at: path) },
            open: { (key) throws(StoreError) in
                try LocalVault.open(at: path, key: key, identity: .owner(Principal("test")), anchorFolder: bench.folder)
            }
        )
        let store = try ServedStore(place, ServiceSettings(address: "https://127.0.0.1:8200")) {
            (service) throws(StoreError) in
            do throws(AuditSinkError) {
                let target = try AuditTarget.upload("siem") { HeldUploader(far) }
                try service.follow([target], folder: bench.folder + "/positions") { told.add($0.code) }
            } catch { throw .cannotOpen(error.message) }
        }
        try store.open(with: .shares(key))
        #expect(eventually { far.isHolding })
        weak let engine = store.service?.vault.engine
        #expect(engine != nil)
        try store.seal()
        // After the five seconds that a follower has.
        #expect(eventually { engine == nil })
        #expect(far.isHolding && far.numbers.isEmpty)
        try store.open(with: .shares(key))
        // There is one of a name at a time.
        #expect(eventually { told.codes == ["KF-AUDIT-016"] })
        #expect(far.isHolding && far.numbers.isEmpty)
        far.release()
        #expect(eventually { (try? far.numbers == Array(1...bench.vault.auditLength())) == true }, "\(far.numbers)")
        #expect(eventually { told.codes == ["KF-AUDIT-016", nil] })
        store.stop()
    }

    @Test func `a checkpoint makes no body larger than it may be`() throws {
        let bench = try AuditBench()
        try bench.write(20)
        let entries = try #require(try bench.vault.auditBatch(after: .beginning, records: 9, bytes: .max)).entries
        let all = try #require(try bench.vault.auditBatch(after: .beginning, records: .max, bytes: .max))
        let checkpoint = try #require(all.checkpoint)
        let end = checkpoint.line + [0x0A]
        let length = entries.reduce(0) { $0 + $1.line.count + 1 } + end.count
        for (most, count) in [(length + 1, 1), (length, 1), (length - 1, 2), (length - end.count, 2)] {
            var options = AuditTarget.UploadOptions()
            options.bodyBytes = most
            let far = HeldEnd(at: nil)
            var taken = 0
            try UploadAuditSink(options) { HeldUploader(far) }
                .write(AuditDelivery(entries: entries, checkpoint: checkpoint), taken: &taken)
            let sizes = far.bodies.withLock { $0.map(\.count) }
            #expect(sizes.count == count && sizes.allSatisfy { $0 <= most }, "\(most): \(sizes)")
            #expect(taken == entries.count && far.numbers == entries.map(\.record.sequence))
            #expect(far.bodies.withLock { $0.last?.suffix(end.count).elementsEqual(end) } == true)
        }
    }

    /// What was told of a sink.
    private final class Told: Sendable {
        private let all = Mutex<[String?]>([])
        var codes: [String?] { all.withLock { $0 } }
        func add(_ code: String?) { all.withLock { $0.append(code) } }
    }
}

/// Where an uploader sends to; it hangs at one body until it is told to go on.
private final class HeldEnd: Sendable {
    let bodies = Mutex<[[UInt8]]>([])
    let fails = Atomic<Bool>(false)
    private let held: Int?
    private let isReleased = Atomic<Bool>(false)
    private let holds = Atomic<Bool>(false)

    init(at held: Int?) { self.held = held }

    var isHolding: Bool { holds.load(ordering: .acquiring) }
    func release() { isReleased.store(true, ordering: .releasing) }

    /// The numbers of the records that it has, as they came.
    var numbers: [Int64] {
        bodies.withLock { $0 }.flatMap { $0.split(separator: 0x0A) }
            .compactMap { line in
                let text = String(decoding: line, as: UTF8.self)
                guard text.hasPrefix("{\"hash\":") else { return nil }
                return text.firstMatch(of: #/"sequence":(\d+)/#).flatMap { Int64($0.1) }
            }
    }

    func take(_ body: [UInt8]) throws(AuditSinkError) {
        if bodies.withLock({ $0.count }) == held, !isReleased.load(ordering: .acquiring) {
            holds.store(true, ordering: .releasing)
            while !isReleased.load(ordering: .acquiring) { usleep(1000) }
            holds.store(false, ordering: .releasing)
        }
        if fails.load(ordering: .acquiring) { throw .refused(status: 503) }
        bodies.withLock { $0.append(body) }
    }
}

private final class HeldUploader: AuditUploader {
    private let far: HeldEnd

    init(_ far: HeldEnd) { self.far = far }

    func upload(_ body: [UInt8], within milliseconds: Int) throws(AuditSinkError) { try far.take(body) }
}
