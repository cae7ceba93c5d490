import Glibc
import SecretStore
import Secrets
import Server
import StorageSQLite
import Synchronization
import Testing
import Vaulting

/// A store in a private folder, and files beside it; removed when the test is over.
final class AuditBench: Sendable {
    let folder: String
    let vault: Vault
    let signal = CommitSignal()

    init() throws {
        var template = Array("/tmp/keyfolio-audit-XXXXXX".utf8CString)
        try #require(unsafe mkdtemp(&template) != nil)
        folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        vault = try LocalVault.create(
            at: folder + "/store",
            key: .keyFile(folder + "/keys/key"),
            identity: .owner(Principal("user:test"))
        )
    }

    deinit { Self.remove(folder) }

    static func remove(_ path: String) {
        if unsafe unlink(path) == 0 { return }
        if let stream = unsafe opendir(path) {
            while let entry = unsafe readdir(stream) {
                let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                    unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
                }
                if name != "." && name != ".." { remove("\(path)/\(name)") }
            }
            unsafe closedir(stream)
        }
        unsafe rmdir(path)
    }

    /// Followers that do everything at once.
    func sinks(_ targets: [AuditTarget], _ change: (inout AuditSinks.Options) -> Void = { _ in }) throws -> AuditSinks {
        var options = AuditSinks.Options()
        options.gather = 0
        options.firstPause = 5
        options.longestPause = 20
        options.lookAfter = 20
        change(&options)
        return try AuditSinks(targets, of: vault, folder: folder + "/positions", signal: signal, options: options)
    }

    /// Writes secrets: one record each.
    func write(_ count: Int, _ name: String = "a") throws {
        for number in 0..<count {
            try vault.write(
                try SecretPath("\(name)/\(number)"),
                .fields(["A": Secret("\(number)")])
            )
            signal.raise()
        }
    }

    /// The log as lines of an export, without their ends.
    func log() throws -> [String] {
        let batch = try #require(try vault.auditBatch(after: .beginning, records: .max, bytes: .max))
        return batch.entries.map { String(decoding: $0.line, as: UTF8.self) }
    }

    /// The lines of a file.
    func lines(_ path: String) -> [String] {
        String(decoding: bytes(path), as: UTF8.self).split(separator: "\n").map(String.init)
    }

    /// The records in a file, without checkpoints.
    func records(_ path: String) -> [String] { lines(path).filter { $0.hasPrefix("{\"hash\":") } }

    func bytes(_ path: String) -> [UInt8] {
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return [] }
        defer { close(file) }
        var (bytes, buffer) = ([UInt8](), [UInt8](repeating: 0, count: 1 << 16))
        while true {
            let count = unsafe buffer.withUnsafeMutableBytes { unsafe read(file, $0.baseAddress, $0.count) }
            guard count > 0 else { return bytes }
            bytes += buffer[..<count]
        }
    }

    func put(_ text: String, _ path: String, mode: mode_t = 0o600) throws {
        let file = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
        try #require(file >= 0)
        defer { close(file) }
        let bytes = Array(text.utf8)
        try #require(unsafe bytes.withUnsafeBytes { unsafe Glibc.write(file, $0.baseAddress, $0.count) } == bytes.count)
        unsafe chmod(path, mode)
    }
}

/// Waits until something is so, and says whether it was in time.
func eventually(_ seconds: Int = 30, _ condition: () throws -> Bool) rethrows -> Bool {
    for _ in 0..<(seconds * 500) {
        if try condition() { return true }
        usleep(2000)
    }
    return false
}

/// A sink that a test drives.
final class DrivenSink: AuditSink {
    /// What a test and the sink's thread share.
    final class Control: Sendable {
        let taken = Mutex<[Int64]>([])
        let checkpoints = Mutex<[AuditCheckpoint]>([])
        let error = Mutex<AuditSinkError?>(nil)
        let hangs = Atomic<Bool>(false)
        let isHanging = Atomic<Bool>(false)
    }

    let control: Control

    init(_ control: Control) { self.control = control }

    static func target(_ name: String, _ control: Control) throws -> AuditTarget {
        try AuditTarget(name: name, kind: "driven") { DrivenSink(control) }
    }

    func write(_ delivery: AuditDelivery, taken: inout Int) throws(AuditSinkError) {
        control.isHanging.store(true, ordering: .releasing)
        while control.hangs.load(ordering: .acquiring) { usleep(1000) }
        control.isHanging.store(false, ordering: .releasing)
        if let error = control.error.withLock({ $0 }) { throw error }
        control.taken.withLock { $0 += delivery.entries.map(\.record.sequence) }
        if let checkpoint = delivery.checkpoint { control.checkpoints.withLock { $0.append(checkpoint) } }
        taken = delivery.entries.count
    }

    func reopen() {}
}

/// A socket as the system's log has it.
@safe final class LogSocket {
    let path: String
    private let descriptor: Int32

    init(_ path: String) throws {
        self.path = path
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: Array(path.utf8)) }
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        let status = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                unsafe bind(descriptor, generic, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(status == 0)
    }

    deinit { close(descriptor) }

    /// The messages that are there.
    func messages() -> [String] {
        var (messages, buffer) = ([String](), [UInt8](repeating: 0, count: 1 << 16))
        while true {
            let count = unsafe buffer.withUnsafeMutableBytes {
                unsafe recv(descriptor, $0.baseAddress, $0.count, Int32(MSG_DONTWAIT))
            }
            guard count >= 0 else { return messages }
            messages.append(String(decoding: buffer[..<count], as: UTF8.self))
        }
    }
}
