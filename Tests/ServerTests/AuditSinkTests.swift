import Findings
import Glibc
import HTTPModel
import SecretStore
import Secrets
import Server
import StorageSQLite
import Synchronization
import Testing
import Vaulting

/// Followers of the audit log: nothing is lost, nobody waits for them, and what they write to is theirs.
@Suite struct AuditSinkTests {
    @Test func `a file gets every record once and in order, with a checkpoint that the store's chain leads through`()
        throws
    {
        let bench = try AuditBench()
        try bench.write(5)
        let file = bench.folder + "/audit.jsonl"
        let sinks = try bench.sinks([try .file("copy", path: file)])
        try bench.write(150, "b")
        #expect(sinks.stop(within: 20_000))
        #expect(try bench.records(file) == bench.log())
        #expect(sinks.states[0].lag == 0 && sinks.states[0].code == nil)
        var status = stat()
        #expect(unsafe stat(file, &status) == 0 && status.st_mode & 0o777 == 0o600)
        var reader = AuditCheckpointReader()
        reader.update(bench.bytes(file)[...])
        reader.finish()
        #expect(try reader.unreadable == 0 && reader.checkpoints.last?.sequence == bench.vault.auditLength())
        #expect(try bench.vault.verifyAudit(through: reader.checkpoints).isIntact)
        // The next start goes on where this one ended.
        let next = try bench.sinks([try .file("copy", path: file)])
        #expect(next.stop(within: 20_000))
        #expect(try bench.records(file) == bench.log())
    }

    @Test func `a file that was moved, removed or replaced is noticed before the next batch`() throws {
        let bench = try AuditBench()
        let file = bench.folder + "/audit.jsonl"
        let sinks = try bench.sinks([try .file("copy", path: file)])
        #expect(eventually { sinks.states[0].lag == 0 })
        unsafe rename(file, file + ".1")
        try bench.write(3)
        #expect(eventually { sinks.states[0].lag == 0 })
        unsafe rename(file, file + ".2")
        try bench.put("{\"hash\":\"torn by somebody", file)
        try bench.write(3)
        #expect(eventually { sinks.states[0].lag == 0 })
        unsafe rename(file, file + ".3")
        sinks.reopen()
        try bench.write(3)
        #expect(sinks.stop(within: 20_000))
        let all = ["\(file).1", "\(file).2", "\(file).3", file].map(bench.records)
        #expect(all.allSatisfy { !$0.isEmpty })
        // The torn line stands alone.
        let whole = all.flatMap { $0 }.filter { !$0.hasSuffix("somebody") }
        #expect(try bench.log() == whole)
        unsafe unlink(file)
        let last = try bench.sinks([try .file("copy", path: file)])
        try bench.write(2)
        #expect(last.stop(within: 20_000))
        #expect(bench.records(file).count == 3)
    }

    @Test(arguments: [
        "folder", "pipe", "link", "dangling link", "hard link", "readable", "foreign text", "key file", "device",
        "relative", "writable folder", "writable folder above", "dots", "socket",
    ])
    func `what is no file of its own in a safe folder is refused and not touched`(kind: String) throws {
        let bench = try AuditBench()
        var path = bench.folder + "/target"
        let other = bench.folder + "/other"
        var socket: LogSocket?
        switch kind {
        case "folder": unsafe mkdir(path, 0o700)
        case "pipe": unsafe mkfifo(path, 0o600)
        case "link":
            try bench.put("", other)
            unsafe symlink(other, path)
        case "dangling link": unsafe symlink(other, path)
        case "hard link":
            try bench.put("", other)
            unsafe link(other, path)
        case "readable": try bench.put("", path, mode: 0o640)
        case "foreign text": try bench.put("#!/bin/sh\n", path)
        case "key file": path = bench.folder + "/keys/key"
        case "device": path = "/dev/null"
        case "relative": path = "target"
        case "writable folder":
            unsafe mkdir(other, 0o700)
            unsafe chmod(other, 0o777)
            path = other + "/target"
        case "writable folder above":
            unsafe mkdir(other, 0o700)
            unsafe mkdir(other + "/inner", 0o700)
            unsafe chmod(other, 0o770)
            path = other + "/inner/target"
        case "dots": path = bench.folder + "/.."
        default: socket = try LogSocket(path)
        }
        let before = bench.bytes(kind == "pipe" || kind == "folder" ? "/dev/null" : path)
        do throws(AuditSinkError) {
            _ = try AuditTarget.file("copy", path: path)
            Issue.record("\(kind) was taken")
        } catch {
            #expect(error.code == "KF-AUDIT-010", "\(error)")
            #expect(!error.message.isEmpty && !error.fix.isEmpty)
        }
        #expect(bench.bytes(kind == "pipe" || kind == "folder" ? "/dev/null" : path) == before)
        if kind == "dangling link" || kind == "link" { #expect(bench.bytes(other).isEmpty) }
        withExtendedLifetime(socket) {}
    }

    @Test func `a socket that nobody reads stops neither another sink nor a write, and loses nothing`() throws {
        let bench = try AuditBench()
        let socket = try LogSocket(bench.folder + "/log")
        var options = SyslogAuditSink.Options()
        options.socket = socket.path
        options.milliseconds = 30
        let file = bench.folder + "/audit.jsonl"
        let sinks = try bench.sinks([try .syslog("system", options), try .file("copy", path: file)])
        try bench.write(300)
        let log = try bench.log()
        #expect(eventually { bench.records(file).count == log.count })
        #expect(eventually { sinks.states[0].code == "KF-AUDIT-013" })
        let stuck = sinks.states[0]
        #expect(stuck.lag > 200 && stuck.failingSince != nil && stuck.message?.isEmpty == false)
        #expect(sinks.states[1].code == nil && sinks.states[1].lag == 0)
        // Somebody reads again.
        var messages: [String] = []
        #expect(
            eventually {
                messages += socket.messages()
                return sinks.states[0].lag == 0
            }
        )
        messages += socket.messages()
        let numbers = messages.filter { $0.contains(" action=") }.compactMap { message -> Int? in
            message.firstMatch(of: #/sequence="(\d+)"/#).flatMap { Int($0.1) }
        }
        // What the socket took is not sent again, so here it is exactly once.
        #expect(numbers == Array(1...log.count + 1) || numbers == Array(1...log.count), "\(numbers.count)")
        // Said when the delivery is over, a moment after its last record is taken.
        #expect(eventually { sinks.states[0].code == nil && sinks.states[0].failingSince == nil })
        #expect(sinks.stop(within: 20_000))
    }

    @Test func `a sink that hangs for ever is seen to, and the end does not wait for it`() throws {
        let bench = try AuditBench()
        let (stuck, fine) = (DrivenSink.Control(), DrivenSink.Control())
        stuck.hangs.store(true, ordering: .releasing)
        let sinks = try bench.sinks([try DrivenSink.target("stuck", stuck), try DrivenSink.target("fine", fine)])
        #expect(eventually { stuck.isHanging.load(ordering: .acquiring) })
        try bench.write(50)
        #expect(eventually { sinks.states[1].lag == 0 && sinks.states[0].lag > 40 })
        #expect(sinks.states[0].busySince != nil)
        #expect(eventually { sinks.states[1].busySince == nil })
        #expect(!sinks.stop(within: 50))
        stuck.hangs.store(false, ordering: .releasing)
        #expect(sinks.stop(within: 20_000))
        // What it was at when nobody waited any more, and nothing behind that until the next start.
        #expect(stuck.taken.withLock { $0.count } < 40 && fine.taken.withLock { $0.count } > 40)
        let next = try bench.sinks([try DrivenSink.target("stuck", stuck)])
        #expect(eventually { next.states[0].lag == 0 && next.states[0].position > 0 })
        #expect(next.stop(within: 20_000))
        #expect(try stuck.taken.withLock { $0 } == Array(1...bench.vault.auditLength()))
    }

    @Test func `a sink that was away gets everything when it is back`() throws {
        let bench = try AuditBench()
        let control = DrivenSink.Control()
        control.error.withLock { $0 = .unusable("away") }
        let sinks = try bench.sinks([try DrivenSink.target("away", control)])
        try bench.write(40)
        #expect(eventually { sinks.states[0].code == "KF-AUDIT-012" })
        let since = sinks.states[0].failingSince
        try bench.write(40, "b")
        #expect(sinks.states[0].failingSince == since)
        control.error.withLock { $0 = nil }
        #expect(eventually { sinks.states[0].lag == 0 && sinks.states[0].failingSince == nil })
        let length = try bench.vault.auditLength()
        #expect(control.taken.withLock { $0 } == Array(1...length))
        #expect(sinks.stop(within: 20_000))
    }

    @Test func `a full disk is a state, and what waits is written when there is room`() throws {
        let bench = try AuditBench()
        let file = bench.folder + "/audit.jsonl"
        try bench.put("{\"hash\":\"", file)
        // As large as this process may make a file, but for a few records: the write that crosses it is torn.
        let limit = 96 << 20
        signal(SIGXFSZ, SIG_IGN)
        unsafe truncate(file, limit - 1500)
        var before = rlimit()
        unsafe getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &before)
        var small = before
        small.rlim_cur = rlim_t(limit)
        unsafe setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &small)
        let sinks = try bench.sinks([try .file("copy", path: file)])
        try bench.write(20)
        #expect(eventually { sinks.states[0].code == "KF-AUDIT-011" })
        unsafe setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &before)
        #expect(sinks.stop(within: 20_000))
        let log = try bench.log()
        let end = bench.folder + "/end"
        try bench.put(String(decoding: bench.bytes(file).suffix(64 << 10).filter { $0 != 0 }, as: UTF8.self), end)
        let found = bench.records(end)
        var next = 0
        for line in found where next < log.count && line == log[next] { next += 1 }
        #expect(next == log.count, "record \(next + 1) is missing")
    }

    @Test func `two of one name are refused, and so is a second process on one sink`() throws {
        let bench = try AuditBench()
        let control = DrivenSink.Control()
        for name in ["", "A", "a/b", "..", "a b", String(repeating: "a", count: 65)] {
            #expect(throws: AuditSinkError.name()) { try DrivenSink.target(name, control) }
        }
        let target = try DrivenSink.target("one", control)
        #expect(throws: AuditSinkError.name()) { try bench.sinks([target, target]) }
        let first = try bench.sinks([target])
        #expect(eventually { first.states[0].position > 0 })
        let second = try bench.sinks([target])
        #expect(eventually { second.states[0].code == "KF-AUDIT-016" })
        #expect(first.stop(within: 20_000))
        #expect(eventually { second.states[0].code == nil })
        #expect(second.stop(within: 20_000))
    }

    @Test func `a store that was put back to an older state is followed on from the last place that it still has`()
        throws
    {
        let bench = try AuditBench()
        let control = DrivenSink.Control()
        let names = ["", "-wal", "-shm"].map { bench.folder + "/store" + $0 }
        func run(_ vault: Vault) throws -> AuditSinkState {
            var options = AuditSinks.Options()
            options.firstPause = 5
            let sinks = try AuditSinks(
                [try DrivenSink.target("copy", control)],
                of: vault,
                folder: bench.folder + "/positions",
                signal: bench.signal,
                options: options
            )
            #expect(sinks.stop(within: 20_000))
            return sinks.states[0]
        }
        try bench.write(10)
        _ = try run(bench.vault)
        let old = names.map { bench.bytes($0) }
        let length = try bench.log().count
        try bench.write(10, "b")
        _ = try run(bench.vault)
        // A second store, of the first one's files as they were.
        let copy = bench.folder + "/copy"
        for (name, bytes) in zip(["", "-wal", "-shm"], old) where !bytes.isEmpty {
            let file = unsafe open(copy + name, O_WRONLY | O_CREAT, 0o600)
            _ = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(file, $0.baseAddress, $0.count) }
            close(file)
        }
        let restored = try LocalVault.open(
            at: copy,
            key: .keyFile(bench.folder + "/keys/key"),
            identity: .owner(Principal("user:test")),
            acceptRollback: true
        )
        for number in 0..<30 { try restored.write(try SecretPath("c/\(number)"), .fields([:])) }
        control.taken.withLock { $0 = [] }
        let state = try run(restored)
        #expect(state.rewinds == 1 && state.code == nil)
        let taken = control.taken.withLock { $0 }
        let end = try restored.auditLength()
        // From the last checkpoint that both have, not from the beginning.
        #expect(taken == Array(Int64(length + 1)...end), "\(taken)")
        #expect(try restored.verifyAudit(through: [control.checkpoints.withLock { $0 }[0]]).isIntact)
        #expect(try !restored.verifyAudit(through: control.checkpoints.withLock { $0 }).isIntact)
    }

    @Test func `checkpoints come after a number of records, and not with every batch`() throws {
        let bench = try AuditBench()
        let control = DrivenSink.Control()
        let sinks = try bench.sinks([try DrivenSink.target("copy", control)]) { $0.checkpointRecords = 50 }
        for _ in 0..<20 {
            try bench.write(10)
            #expect(eventually { sinks.states[0].lag == 0 })
        }
        let numbers = control.checkpoints.withLock { $0 }.map(\.sequence)
        #expect((4...6).contains(numbers.count), "\(numbers)")
        #expect(zip(numbers, numbers.dropFirst()).allSatisfy { $1 - $0 >= 50 })
        #expect(sinks.stop(within: 20_000))
        let length = try bench.vault.auditLength()
        #expect(control.checkpoints.withLock { $0 }.last?.sequence == length)
    }

    @Test func `an endpoint gets lines of JSON, and a body that was refused comes again`() throws {
        let (bench, far) = (try AuditBench(), FarEnd())
        try bench.write(3)
        far.refuses.withLock { $0 = [0, 1, 2] }
        let told = Mutex<[String?]>([])
        let sinks = try bench.sinks([try .upload("siem") { Uploader(far) }]) { options in
            options.onChange = { state in told.withLock { $0.append(state.code) } }
        }
        #expect(eventually { sinks.states[0].lag == 0 && sinks.states[0].position > 0 })
        #expect(sinks.stop(within: 20_000))
        let bodies = far.bodies.withLock { $0 }
        try #require(bodies.count > 3)
        #expect(bodies[1...3].allSatisfy { $0 == bodies[0] })
        #expect(try FarEnd.records(Array(bodies.dropFirst(3))) == bench.log())
        #expect(bodies.last.map { String(decoding: $0, as: UTF8.self) }?.contains("\n{\"checkpoint\":") == true)
        #expect(bodies.allSatisfy { $0.last == 0x0A })
        // Once when it began to fail, once when it was over: whoever reads what the server says is told.
        #expect(told.withLock { $0 } == ["KF-AUDIT-014", nil])
    }

    @Test func `a delivery is cut into bodies, and what of it was confirmed does not come again`() throws {
        let (bench, far) = (try AuditBench(), FarEnd())
        try bench.write(60)
        var options = AuditTarget.UploadOptions()
        options.bodyBytes = 4096
        far.refuses.withLock { $0 = [2, 3, 5] }
        let sinks = try bench.sinks([try .upload("siem", options) { Uploader(far) }])
        #expect(eventually { sinks.states[0].lag == 0 && sinks.states[0].position > 0 })
        #expect(sinks.stop(within: 20_000))
        let bodies = far.bodies.withLock { $0 }
        #expect(bodies.count > 8 && bodies.allSatisfy { $0.count <= 4096 }, "\(bodies.map(\.count))")
        let confirmed = bodies.indices.filter { ![2, 3, 5].contains($0) }.map { bodies[$0] }
        // Once each, in order.
        #expect(try FarEnd.records(confirmed) == bench.log())
        options.bodyBytes = 1
        let (small, end) = (FarEnd(), bench.folder + "/small")
        let each = try AuditSinks(
            [try .upload("each", options) { Uploader(small) }],
            of: bench.vault,
            folder: end,
            signal: bench.signal
        )
        #expect(each.stop(within: 20_000))
        // A record is never cut.
        #expect(try FarEnd.records(small.bodies.withLock { $0 }) == bench.log())
    }

    /// Where an uploader sends to.
    private final class FarEnd: Sendable {
        let bodies = Mutex<[[UInt8]]>([])
        /// Which of the bodies are refused.
        let refuses = Mutex<Set<Int>>([])

        static func records(_ bodies: [[UInt8]]) -> [String] {
            bodies.flatMap { $0.split(separator: 0x0A) }.map { String(decoding: $0, as: UTF8.self) }
                .filter { $0.hasPrefix("{\"hash\":") }
        }
    }

    private final class Uploader: AuditUploader {
        private let far: FarEnd

        init(_ far: FarEnd) { self.far = far }

        func upload(_ body: [UInt8], within milliseconds: Int) throws(AuditSinkError) {
            let number = far.bodies.withLock { bodies in
                bodies.append(body)
                return bodies.count - 1
            }
            if far.refuses.withLock({ $0.contains(number) }) { throw .refused(status: 503) }
        }
    }

    @Test func `a sink is woken when a group of requests has committed`() throws {
        struct Adapter: ProtocolAdapter {
            let wire = "test"
            func plan(_ request: HTTPRequest) -> Plan {
                .visit { vault in
                    let secret = try? SecretPath("a")
                    if let secret { _ = try? vault.write(secret, .fields([:])) }
                    return HTTPResponse(status: 200)
                }
            }
            func failure(_ error: StoreError, _ request: HTTPRequest) -> HTTPResponse { HTTPResponse(status: 500) }
            func refusal(_ error: AuthenticationError, _ request: HTTPRequest) -> HTTPResponse {
                HTTPResponse(status: 403)
            }
        }
        let bench = try AuditBench()
        let service = try Service(vault: bench.vault, adapters: [Adapter()]) { _ in 0 }
        let control = DrivenSink.Control()
        var options = AuditSinks.Options()
        options.gather = 0
        // Only a signal can wake it in time.
        options.lookAfter = 600_000
        let sinks = try AuditSinks(
            [try DrivenSink.target("copy", control)],
            of: bench.vault,
            folder: bench.folder + "/positions",
            signal: service.committed,
            options: options
        )
        #expect(eventually { sinks.states[0].position == 2 })
        let worker = service.makeWorker()
        for number in 3...12 {
            worker.handle(HTTPRequest(method: "GET", rawPath: "/")) { _ in }
            worker.flush()
            #expect(eventually { control.taken.withLock { $0.last } == Int64(number) })
        }
        #expect(sinks.stop(within: 20_000))
        service.stop()
    }

    @Test func `metrics name each sink`() throws {
        let bench = try AuditBench()
        let control = DrivenSink.Control()
        control.error.withLock { $0 = .refused(status: 500) }
        let sinks = try bench.sinks([try DrivenSink.target("one", control)])
        #expect(eventually { sinks.states[0].code == "KF-AUDIT-014" })
        let text = sinks.metricsText
        #expect(text.contains("keyfolio_audit_sink_failing{sink=\"one\",kind=\"driven\"} 1.0\n"))
        #expect(text.contains("keyfolio_audit_sink_lag{sink=\"one\",kind=\"driven\"} 2.0\n"))
        #expect(text.split(separator: "\n").filter { $0.hasPrefix("# TYPE") }.count == 6)
        control.error.withLock { $0 = nil }
        #expect(sinks.stop(within: 20_000))
    }
}
