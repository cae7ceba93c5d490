internal import Secrets

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// One connection, for a few questions, until a moment that nothing that the server does puts off.
///
/// Only the look-up of the host's name is the system's own and takes as long as it takes.
@safe final class PostgresConnection {
    private let library: LibPQ
    private var handle: OpaquePointer?
    private let target: PostgresTarget?
    private let deadline: ContinuousClock.Instant
    /// Whether the time was over before the server had answered.
    private(set) var isLate = false

    /// How many pieces of an answer are read: none of the questions has an answer of more than a few.
    private static let mostPieces = 256

    /// Connects. Ask ``failure`` whether it worked.
    ///
    /// - Parameters:
    ///   - library: The client library.
    ///   - url: The URL.
    ///   - target: What the URL says, nil when it cannot be read.
    ///   - seconds: How long all of it may take.
    init(_ library: LibPQ, url: Secret<String>, target: PostgresTarget?, seconds: Int) {
        self.library = library
        self.target = target
        deadline = ContinuousClock.now + .seconds(seconds)
        guard let target else { return }
        unsafe handle = Self.start(library, url.reveal(), encrypted: target.mustBeEncrypted)
        // Notices would go to standard error otherwise, and nobody has checked what is in them.
        _ = unsafe library.listen(handle, { _, _ in }, nil)
        connect(until: min(deadline, ContinuousClock.now + .seconds(target.seconds)))
    }

    deinit { unsafe library.finish(handle) }

    /// What went wrong, told from the library's text, which is never shown: it may repeat parts of the URL.
    var failure: PostgresFailure? {
        guard target != nil else { return .badURL }
        if isLate { return .timedOut }
        guard unsafe library.status(handle) != LibPQ.connectionOK else { return nil }
        guard let text = unsafe library.errorMessage(handle) else { return .other }
        return PostgresFailure(message: unsafe String(cString: text))
    }

    /// The rows of a query, as texts.
    func rows(_ query: String) -> [[String]]? {
        guard !isLate, unsafe library.send(handle, query) == 1 else { return nil }
        var rows: [[String]]?
        while finishResult(), let result = unsafe library.result(handle) {
            if unsafe library.resultStatus(result) == LibPQ.tuplesOK { rows = unsafe Self.rows(library, result) }
            unsafe library.clear(result)
        }
        return isLate ? nil : rows
    }

    /// Takes steps until the connection is there, has failed, or the time is over.
    private func connect(until end: ContinuousClock.Instant) {
        // Where it could not even begin, the status says so.
        guard unsafe library.socket(handle) >= 0 else { return }
        var step = LibPQ.Step.writing
        while step == .reading || step == .writing || step == .active {
            guard wait(for: step == .reading ? POLLIN : POLLOUT, until: end) else { return }
            step = unsafe LibPQ.Step(rawValue: library.poll(handle)) ?? .failed
        }
    }

    /// Reads until the next result is there in whole, so that taking it does not wait.
    private func finishResult() -> Bool {
        var pieces = 0
        while unsafe library.isBusy(handle) != 0 {
            pieces += 1
            guard pieces <= Self.mostPieces else {
                isLate = true
                return false
            }
            guard wait(for: POLLIN, until: deadline), unsafe library.consume(handle) == 1 else { return false }
        }
        return true
    }

    /// Waits for the socket; false when the time is over.
    private func wait(for events: Int32, until end: ContinuousClock.Instant) -> Bool {
        while true {
            let left = ContinuousClock.now.duration(to: end).components
            let milliseconds = left.seconds * 1000 + left.attoseconds / 1_000_000_000_000_000
            guard milliseconds > 0 else {
                isLate = true
                return false
            }
            var socket = unsafe pollfd(fd: library.socket(handle), events: Int16(events), revents: 0)
            let count = unsafe poll(&socket, 1, Int32(clamping: milliseconds))
            if count > 0 { return true }
            if count < 0 && errno != EINTR { return false }
        }
    }

    private static func rows(_ library: LibPQ, _ result: OpaquePointer) -> [[String]] {
        let columns = unsafe library.columnCount(result)
        return unsafe (0..<library.rowCount(result)).map { row in
            (0..<columns).map { column in
                guard let text = unsafe library.value(result, row, column) else { return "" }
                return unsafe String(cString: text)
            }
        }
    }

    /// Begins to connect. What is said after the URL counts over it; nothing is added to the URL's own text, whose parts
    /// only libpq knows.
    private static func start(_ library: LibPQ, _ url: String, encrypted: Bool) -> OpaquePointer? {
        unsafe url.withCString { url in
            unsafe "dbname".withCString { name in
                unsafe "sslmode".withCString { mode in
                    unsafe "require".withCString { require in
                        unsafe library.connect(
                            encrypted ? [name, mode, nil] : [name, nil],
                            encrypted ? [url, require, nil] : [url, nil],
                            1
                        )
                    }
                }
            }
        }
    }
}

/// What the way to a database is like, by its URL and this process's own settings of libpq.
struct PostgresTarget {
    /// Whether TLS must be asked for here, because the URL lets the server do without and the way is a network: the
    /// password must not go in the clear for a mere question.
    let mustBeEncrypted: Bool
    /// How long a connection may take to come about.
    let seconds: Int

    /// Reads a URL; nil when it is none or libpq cannot read it.
    ///
    /// - Parameters:
    ///   - url: The URL.
    ///   - library: Reads it.
    ///   - most: The most seconds there are.
    init?(_ url: Secret<String>, _ library: LibPQ, most: Int) {
        let text = url.reveal()
        guard text.hasPrefix("postgresql://") || text.hasPrefix("postgres://"),
            let settings = library.settings(of: text)
        else { return nil }
        let hosts = Self.first(settings["hostaddr"], "PGHOSTADDR") ?? Self.first(settings["host"], "PGHOST") ?? ""
        let list = hosts.split(separator: ",", omittingEmptySubsequences: false)
        let mode = Self.first(settings["sslmode"], "PGSSLMODE") ?? "prefer"
        // A service's file is the user's own, and may demand more than is demanded here.
        let hasService = Self.first(settings["service"], "PGSERVICE") != nil
        mustBeEncrypted = !list.allSatisfy(Self.isHere) && ["prefer", "allow"].contains(mode) && !hasService
        let own = Self.first(settings["connect_timeout"], "PGCONNECT_TIMEOUT").flatMap { Int($0) } ?? 5
        // Each of several hosts has its own time.
        seconds = own > 0 ? min(most, own * max(list.count, 1)) : most
    }

    /// Whether a host is this machine: no name at all and a path are a socket of it.
    private static func isHere(_ host: Substring) -> Bool {
        host.isEmpty || host.hasPrefix("/") || host.hasPrefix("@") || host == "localhost" || host == "::1"
            || host.hasPrefix("127.") && host.allSatisfy { $0 == "." || $0.isNumber }
    }

    private static func first(_ setting: String?, _ variable: String) -> String? {
        if let setting, !setting.isEmpty { return setting }
        guard let text = unsafe getenv(variable) else { return nil }
        let value = unsafe String(cString: text)
        return value.isEmpty ? nil : value
    }
}
