import Certificates
import HTTPModel
import HTTPService
import Launch
import RemoteStores
import SecretStore
import Secrets
import Server
import StorageSQLite
import Synchronization
import Vaulting

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// One life of the server: open, listen, say so, wait for a signal, drain, close.
struct ServerRun {
    private let command: ServeCommand

    init(_ command: ServeCommand) { self.command = command }

    func run() throws {
        // In every thread that is started from now on, too: they are taken one by one below.
        let signals = Signals.block()
        // A peer that went away is no reason to die.
        signal(SIGPIPE, SIG_IGN)
        // A file that may not grow is a full disk: a write says so, and the server goes on.
        signal(SIGXFSZ, SIG_IGN)
        if !ProcessHardening.lockMemory(), !command.dev {
            Console.complain(
                "its memory may be written to swap: the limit of locked memory is too low"
                    + "\n  → LimitMEMLOCK=infinity in the unit, or ulimit -l unlimited; else encrypt the swap, or have none"
            )
        }
        // In this order: whatever can be wrong around the store is found before there is one, and before a token of it.
        let certificates = try command.dev && !command.http ? DevelopmentTLS.make() : nil
        defer { certificates?.clean() }
        let sinks = try AuditTargets(command)
        let stage = Stage()
        let transport = try makeTransport(stage, try command.addresses(), certificates)
        // Before the address: who serves the store already most likely has that, too, and is what is to be told.
        let early = try ServerStore.lock(command, isEarly: true)
        let bound = try Self.explained { () throws(HTTPServiceError) in try transport.bind() }
        let scheme = command.http ? "http" : "https"
        let lock = try early ?? ServerStore.lock(command, isEarly: false)
        lock?.tell(bound.first.map { Announcement.url(scheme, $0) } ?? "-")
        defer { withExtendedLifetime(lock) {} }
        let (served, development, state) = try openStore(sinks, lock, stage)
        stage.store.withLock { $0 = served }
        _ = try Self.explained { () throws(HTTPServiceError) in try transport.start() }
        Announcement(
            addresses: bound,
            scheme: scheme,
            region: command.region,
            credentials: development,
            authority: certificates?.path,
            isInMemory: command.dev && command.storage == "memory",
            state: state
        )
        .print()
        stage.isAnnounced.store(true, ordering: .relaxed)
        // Sealed, it is at its work as far as systemd can know: it answers those who unseal it.
        ServiceManager.notify("READY=1\nSTATUS=\(state.status)")
        wait(for: signals, transport, served)
        ServiceManager.notify("STOPPING=1")
        served.withService { $0.drain() }
        transport.shutdown(graceSeconds: 10)
        served.stop()
    }

    private static func explained<Result>(_ body: () throws(HTTPServiceError) -> Result) throws -> Result {
        do throws(HTTPServiceError) { return try body() } catch {
            throw ServerFailure("\(error.code): \(error.message)\n  → \(error.fix)")
        }
    }

    /// Opens the store with what there is, or begins sealed. Nothing here keeps the open store: sealing it must reach all
    /// who hold its keys.
    private func openStore(
        _ sinks: AuditTargets,
        _ lock: ServingLock?,
        _ stage: Stage
    ) throws -> (ServedStore, DevelopmentCredentials?, StartState) {
        let opened = try ServerStore.open(command, lock)
        let development = try command.dev ? opened.vault.map { try DevelopmentCredentials.place(in: $0) } : nil
        let settings = try self.settings()
        let path = command.storePath ?? ""
        let served: ServedStore
        do throws(StoreError) {
            served = try ServedStore(
                opened.place,
                settings,
                isThere: opened.isThere,
                openMetrics: command.openMetrics
            ) { (service) throws(StoreError) in
                try lock?.holdStore()
                do throws(AuditSinkError) { try sinks.follow(service, beside: path) } catch {
                    Console.complain("\(error.code): \(error.message)\n  → \(error.fix)")
                    throw .auditUnwritable(.cannotOpen(error.message))
                }
                service.watchRows(every: Double(command.checkRowsEvery)) { Console.complain(ServerFailure($0).text) }
                ServiceManager.notify("STATUS=the store was opened")
                // At the start, what is said then says so.
                if stage.isAnnounced.load(ordering: .relaxed) { Console.complain("the store was opened") }
            }
            if let vault = opened.vault { try served.open(vault) }
        } catch { throw ServerFailure(error) }
        return (served, development, opened.vault != nil ? .ready : opened.isThere ? .sealed : .empty)
    }

    private func settings() throws -> ServiceSettings {
        let first =
            try command.addresses().first
            .map { address in
                address.host.contains(":") ? "[\(address.host)]:\(address.port)" : "\(address.host):\(address.port)"
            } ?? ""
        var settings = ServiceSettings(
            region: command.region,
            account: command.account,
            address: "\(command.http ? "http" : "https")://\(first)"
        )
        settings.fetchKeySet = KeySets.fetch
        settings.certificates = X509Reader()
        settings.watchHeartbeat = command.watchHeartbeat
        settings.allowsRootGeneration = command.allowGenerateRoot
        return settings
    }

    private func makeTransport(
        _ stage: Stage,
        _ addresses: [HTTPServiceConfiguration.Address],
        _ certificates: DevelopmentTLS?
    ) throws -> HTTPService {
        var configuration = HTTPServiceConfiguration(addresses: addresses)
        configuration.threads = command.threads
        if let certificates {
            configuration.tls = TLSSettings(source: certificates.source)
        } else if let certificate = command.tlsCertificate, let key = command.tlsKey, !command.http {
            configuration.tls = TLSSettings(source: .files(certificates: certificate, key: key))
        }
        if command.tlsOldest == "1.2" { configuration.tls?.oldestVersion = .v12 }
        if command.clientCertificates { configuration.tls?.clientCertificates = .anyIssuer }
        configuration.onEvent = { event in
            switch event {
            case .certificateReloaded: Console.complain("the certificate was read again")
            case .certificateRejected(let error):
                Console.complain("\(error.code): \(error.message); the old certificate stays\n  → \(error.fix)")
            case .connectionRefused, .requestRefused: break
            }
        }
        return try Self.explained { () throws(HTTPServiceError) in
            try HTTPService(configuration) { Bridge(stage.store.withLock { $0?.makeWorker() }) }
        }
    }

    private func wait(for signals: sigset_t, _ transport: HTTPService, _ served: ServedStore) {
        while true {
            switch Signals.wait(for: signals) {
            case SIGHUP:
                transport.reloadCertificates()
                served.withService { $0.reopenSinks() }
            case SIGINT, SIGTERM: return
            default: break
            }
        }
    }
}

/// The store that is served, as soon as it was opened: the addresses are taken before it is.
private final class Stage: Sendable {
    let store = Mutex<ServedStore?>(nil)
    /// Whether whoever started the server was told how it is.
    let isAnnounced = Atomic<Bool>(false)
}

/// The service's part of an event loop, as the transport calls it.
private final class Bridge: HTTPWorker {
    private let worker: ServedWorker?

    init(_ worker: ServedWorker?) { self.worker = worker }

    func handle(_ request: HTTPRequest, _ reply: HTTPReply) {
        let begin: StreamMaker = { status, headers, close in
            let stream = reply.stream(status: status, headers: headers) { event in if event == .closed { close() } }
            return BridgedStream(stream: stream)
        }
        guard let worker else { return reply.send(HTTPResponse(status: 503)) }
        worker.handle(request, stream: begin, sender: { reply.send($0, whenSent: $1) }) { reply.send($0) }
    }

    func flush() { worker?.flush() }

    var patience: Int { worker?.patience ?? 0 }
}

/// A stream of the transport's, as the service writes to it.
private struct BridgedStream: ServiceStream {
    let stream: HTTPStream
    func write(_ bytes: [UInt8]) -> Bool { stream.write(bytes) }
    func end() { stream.end() }
    var isClosed: Bool { stream.isClosed }
}

/// Signals that are waited for instead of interrupting.
private enum Signals {
    static func block() -> sigset_t {
        var set = sigset_t()
        unsafe sigemptyset(&set)
        for number in [SIGHUP, SIGINT, SIGTERM] { unsafe sigaddset(&set, number) }
        unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
        return set
    }

    static func wait(for set: sigset_t) -> Int32 {
        var set = set
        var number: Int32 = 0
        return unsafe sigwait(&set, &number) == 0 ? number : 0
    }
}

/// What systemd is told (sd_notify(3)): one datagram to the socket that it names.
enum ServiceManager {
    static func notify(_ state: String) {
        guard var path = Console.variable("NOTIFY_SOCKET"), path.utf8.count < 108 else { return }
        // An abstract address begins with a NUL, which is written as an at sign.
        if path.first == "@" { path = "\0" + path.dropFirst() }
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count)
        let message = Array(state.utf8)
        unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                _ = unsafe message.withUnsafeBytes {
                    unsafe sendto(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL), address, length)
                }
            }
        }
    }
}
