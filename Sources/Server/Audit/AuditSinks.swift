internal import SecretStore
public import Vaulting

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// The followers of the audit log: each writes it to a sink of its own, from a thread of its own.
///
/// The log is the store's: records are committed there before any answer leaves. What happens here takes nothing from
/// that. A sink that is away is written to when it is back, from where it was; one that hangs stops neither the others
/// nor any answer. Records reach a sink in their order and at least once: their numbers tell those that came twice.
public final class AuditSinks: Sendable {
    /// How followers behave. Times are in milliseconds where nothing else is said.
    public struct Options: Sendable {
        /// How many records are given to a sink at once.
        public var batchRecords = 1000
        /// After how many bytes of records a delivery is large enough.
        public var batchBytes = 1 << 20
        /// How long a burst is gathered.
        public var gather = 100
        /// How long to wait for a signal before looking without one: other processes write to the store as well.
        public var lookAfter = 1000
        /// How long to wait after the first failure; each further one doubles it.
        public var firstPause = 250
        /// How long to wait at most.
        public var longestPause = 30_000
        /// A checkpoint is written after so many seconds.
        public var checkpointSeconds = 60
        /// A checkpoint is written after so many records.
        public var checkpointRecords: Int64 = 10_000
        /// Is told by a sink's thread when the sink begins to fail, fails with another code, or works again.
        public var onChange: @Sendable (AuditSinkState) -> Void = { _ in }

        /// The usual ones.
        public init() {}
    }

    private let followers: [AuditFollower]
    private let vault: Vault
    private let signal: CommitSignal

    /// Starts a thread for each target.
    ///
    /// - Parameters:
    ///   - targets: The sinks.
    ///   - vault: The store, with the right to read its log.
    ///   - folder: Where the followers' positions are kept; beside the store, on the same disk. It is made when it is
    ///     missing; the one above it must be there.
    ///   - signal: Raised with each commit: ``Service/committed``.
    ///   - options: How they behave.
    /// - Throws: ``AuditSinkError`` `KF-AUDIT-017` when two have the same name.
    public init(
        _ targets: [AuditTarget],
        of vault: Vault,
        folder: String,
        signal: CommitSignal,
        options: Options = Options()
    ) throws(AuditSinkError) {
        guard Set(targets.map(\.name)).count == targets.count else { throw .name() }
        self.vault = vault
        self.signal = signal
        followers = targets.map { AuditFollower($0, vault, folder, signal, options) }
        if !followers.isEmpty { signal.follow() }
        for follower in followers { follower.start() }
    }

    /// How the sinks are, in the order of their targets. A sink lags behind the log as it is now, whatever its thread is
    /// doing.
    public var states: [AuditSinkState] {
        let length = try? vault.auditLength()
        return followers.map { follower in
            var state = follower.state
            state.lag = max(0, (length ?? state.position) - state.position)
            return state
        }
    }

    /// Opens the targets anew before the next delivery, as after the rotation of files: what a server does at SIGHUP.
    /// A sink that waits after a failure tries again at once.
    public func reopen() { for follower in followers { follower.reopen() } }

    /// Ends the threads when each has taken what was committed, or fails. Whatever is left is taken at the next start.
    ///
    /// - Parameter milliseconds: How long to wait for them. One that has not ended then gives up the store at once, also when
    ///   it hangs, and ends with the body that it is sending.
    /// - Returns: Whether all have ended.
    @discardableResult
    public func stop(within milliseconds: Int = 5000) -> Bool {
        for follower in followers { follower.stop() }
        signal.raise()
        let end = monotonicMilliseconds() + Int64(milliseconds)
        while !followers.allSatisfy(\.hasEnded) {
            guard monotonicMilliseconds() < end else {
                for follower in followers { follower.abandon() }
                return false
            }
            usleep(2000)
        }
        return true
    }

    /// The sinks in Prometheus's text format.
    public var metricsText: String {
        let states = states
        guard !states.isEmpty else { return "" }
        let now = Timestamp.now
        func seconds(since time: Timestamp?) -> Double {
            time.map { Double(max(0, now.microseconds - $0.microseconds)) / 1_000_000 } ?? 0
        }
        let gauges: [(name: String, help: String, value: (AuditSinkState) -> Double)] = [
            ("position", "The number of the last record that the sink has.", { Double($0.position) }),
            ("lag", "How many records the sink does not have yet.", { Double($0.lag) }),
            ("failing", "Whether the sink's last attempt failed.", { $0.code == nil ? 0 : 1 }),
            ("failing_seconds", "For how long the sink has failed.", { seconds(since: $0.failingSince) }),
            ("busy_seconds", "For how long the sink has been at one delivery.", { seconds(since: $0.busySince) }),
            ("rewinds", "How often the log was behind what the sink has.", { Double($0.rewinds) }),
        ]
        var text = ""
        for gauge in gauges {
            text += "# HELP keyfolio_audit_sink_\(gauge.name) \(gauge.help)\n"
            text += "# TYPE keyfolio_audit_sink_\(gauge.name) gauge\n"
            for state in states {
                let labels = "{sink=\"\(state.name)\",kind=\"\(state.kind)\"}"
                text += "keyfolio_audit_sink_\(gauge.name)\(labels) \(gauge.value(state))\n"
            }
        }
        return text
    }
}
