internal import CPlatform

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// A child that this process watches: its signals, its stops, its end.
final class ChildProcess {
    /// What a child did.
    enum Event: Equatable {
        /// It ended, with the status that a shell would show: its own, or 128 and the number of the signal.
        case ended(status: Int32)
        /// A signal stopped it.
        case stopped(by: Int32)
    }

    /// The group that it leads.
    let group: pid_t
    /// Where its monitor reports; nil when this process is its parent.
    let reports: Descriptor?
    private let process: pid_t

    /// Starts a child.
    ///
    /// - Parameters:
    ///   - image: What it becomes.
    ///   - descriptors: What becomes its 0, 1 and 2; -1 leaves what stands there.
    ///   - terminal: The pseudo-terminal that becomes its controlling one, or -1.
    init(_ image: ExecImage, descriptors: (Int32, Int32, Int32), terminal: Int32) throws(LaunchError) {
        kf_inherited_close_others_on_exec()
        let places = unsafe image.processIDs
        var start = unsafe kf_start(
            candidates: UnsafePointer(image.candidates),
            arguments: image.arguments,
            environment: UnsafePointer(image.variables),
            descriptors: descriptors,
            terminal: terminal,
            process_ids: (places.first, places.dropFirst().first)
        )
        var child = kf_child()
        var which: Int32 = -1
        let failure = unsafe kf_child_start(&start, &child, &which)
        let error = errno
        switch failure {
        case 0: break
        case Int32(KF_START_EXEC.rawValue): throw image.explain(ExecFailure(error: error, candidate: which))
        case Int32(KF_START_TERMINAL.rawValue): throw .noTerminal(error)
        default: throw .noProcess(error)
        }
        process = child.process
        group = child.group
        reports = child.reports >= 0 ? Descriptor(child.reports) : nil
        reports?.doNotBlock()
    }

    /// Sends a signal to its group. That it is gone, or another user's by now, is no error: a terminal does not tell
    /// either.
    func send(_ signal: Int32) { _ = kill(-group, signal) }

    /// What it did since it was last asked, or nil.
    func nextEvent() -> Event? {
        var report = kf_report()
        if let reports {
            guard reports.isOpen else { return nil }
            switch unsafe withUnsafeMutableBytes(of: &report, { unsafe Descriptor.read(reports.number, into: $0) }) {
            case .bytes(MemoryLayout<kf_report>.size): break
            case .notNow: return nil
            // The monitor is gone without a word, as only SIGKILL can do; what it watched gets SIGHUP by the kernel.
            default:
                reports.close()
                return .ended(status: 128 + SIGHUP)
            }
        } else {
            report = kf_child_ask(process)
        }
        switch UInt32(bitPattern: report.event) {
        case KF_CHILD_EXITED.rawValue: return .ended(status: report.value)
        case KF_CHILD_KILLED.rawValue: return .ended(status: 128 + report.value)
        case KF_CHILD_STOPPED.rawValue: return .stopped(by: report.value)
        default: return nil
        }
    }

    /// Forgets ended processes that were never ours to watch.
    func reapOrphans() { kf_orphans_reap(process) }

    /// Forgets it after its end.
    func reap() {
        // The monitor ends when nobody listens any more.
        reports?.close()
        kf_child_reap(process)
    }
}

extension LaunchError {
    static func noTerminal(_ error: Int32) -> LaunchError {
        LaunchError(
            .noTerminal,
            "no pseudo-terminal for the application: \(ExecFailure.text(of: error))",
            fix: "mount devpts on /dev/pts, or run it without a terminal: keyfolio run --redact … | cat"
        )
    }

    static func noProcess(_ error: Int32) -> LaunchError {
        LaunchError(
            .noProcess,
            "the system gave no process or pipe for the application: \(ExecFailure.text(of: error))",
            fix: "raise the user's limits (ulimit -u, ulimit -n) or end other programs"
        )
    }

    static func outputLost(_ error: Int32) -> LaunchError {
        LaunchError(
            .outputLost,
            "the application's output could not be written: \(ExecFailure.text(of: error))",
            fix: "make room where standard output or error goes, then run it again"
        )
    }
}
