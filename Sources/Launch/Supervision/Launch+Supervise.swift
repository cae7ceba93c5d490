internal import CPlatform

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

extension Launch {
    /// Runs a program to its end and masks secrets in what it writes to its standard output and error.
    ///
    /// It is started as ``replaceProcess(by:environment:)`` would, so it finds the same signals, limits and
    /// descriptors. What stands between is as thin as it can be:
    ///
    /// - **Streams.** Standard input is the same descriptor, untouched. Output and errors come through pipes of their
    ///   own, each in order, or through one pipe where both go to the same place. They are written as they come; held
    ///   back is only what may yet turn out to be a secret, and of that up to three bytes for 20 milliseconds
    ///   (``RedactingStream/release(into:)``). A slow reader slows the program; when nobody reads any more, its next
    ///   write gets SIGPIPE.
    /// - **Terminals.** An output that is a terminal is one for the program too, with the same modes and size. With
    ///   input and output on a terminal the program gets a session with a pseudo-terminal of its own; ours is raw
    ///   meanwhile and is put back on every way out but SIGKILL. What programs write to `/dev/tty` is then masked as
    ///   well; in a pipeline it goes to our own terminal, unmasked. What was typed ahead and not read by the program is
    ///   lost with it, and modes that it sets for others (`stty -echo`) end with it.
    /// - **Signals.** HUP, INT, QUIT, TERM, USR1, USR2, TSTP, CONT and WINCH go on to the program's process group, of
    ///   which it is the leader. Ctrl-Z stops it and then us, so that the shell sees the job stop; `fg` and `bg`
    ///   continue both.
    /// - **End.** The status is the program's, or 128 and the number of the signal that ended it. Its output is read to
    ///   the end of the stream; where it left processes that hold the stream open, until these have been silent for
    ///   250 milliseconds, or for two seconds if they never are. What they write later gets SIGPIPE: a daemon must have
    ///   its output elsewhere. If this process is killed, the program gets SIGTERM, or SIGHUP on a terminal.
    ///
    /// A service manager's `LISTEN_PID` and `WATCHDOG_PID` are changed to the program's own id where they named this
    /// process. A notification socket accepts the program's messages only with `NotifyAccess=all`.
    ///
    /// Calls fork(2) and changes this process's signal handlers while it runs; call it once, from the main thread.
    ///
    /// - Parameters:
    ///   - program: What to run and with which arguments.
    ///   - environment: All that the program's environment will be.
    ///   - redactor: What to mask.
    /// - Returns: The status to exit with.
    /// - Throws: ``LaunchError`` when the program cannot be started, or its output could not be written.
    public static func supervise(
        _ program: Program,
        environment: ProcessEnvironment,
        redactor: Redactor
    ) throws(LaunchError) -> Int32 {
        let image = try ExecImage(program: program, environment: environment)
        kf_inherited_remember()
        _ = fflush(nil)
        let wiring = Wiring(
            input: Descriptor.kind(of: 0),
            output: Descriptor.kind(of: 1),
            errors: Descriptor.kind(of: 2),
            errorsGoWhereOutputGoes: Descriptor.areOne(1, 2)
        )
        let inbox = kf_signals_watch()
        guard inbox >= 0 else { throw .noProcess(errno) }
        defer { kf_signals_release() }
        var supervisor = try Streams(wiring, redactor).start(image, inbox: inbox)
        let (status, failure) = supervisor.run()
        if let failure { throw .outputLost(failure) }
        return status
    }
}

/// The pipes and the pseudo-terminal of one child, both ends.
private struct Streams {
    private let wiring: Wiring
    private var terminal: (master: Descriptor, slave: Descriptor)?
    private var relays: [OutputRelay] = []
    /// The child's ends, closed here when it has them.
    private var outputEnd: Descriptor?
    private var errorEnd: Descriptor?

    init(_ wiring: Wiring, _ redactor: Redactor) throws(LaunchError) {
        self.wiring = wiring
        if wiring.needsTerminal {
            let sink: Int32 = wiring.output == .terminal ? 1 : 2
            var (master, slave): (Int32, Int32) = (-1, -1)
            guard unsafe kf_pty_open(sink, wiring.hasSession ? 0 : 1, &master, &slave) == 0 else {
                throw .noTerminal(errno)
            }
            let ends = (master: Descriptor(master), slave: Descriptor(slave))
            ends.master.doNotBlock()
            terminal = ends
            relays.append(OutputRelay(source: ends.master, isTerminal: true, sink: sink, redactor: redactor))
        }
        if wiring.output == .pipe { outputEnd = try addPipe(sink: 1, redactor) }
        if wiring.errors == .pipe { errorEnd = try addPipe(sink: 2, redactor) }
    }

    private mutating func addPipe(sink: Int32, _ redactor: Redactor) throws(LaunchError) -> Descriptor {
        guard let (reading, writing) = Descriptor.pipe() else { throw .noProcess(errno) }
        reading.doNotBlock()
        relays.append(OutputRelay(source: reading, isTerminal: false, sink: sink, redactor: redactor))
        return writing
    }

    /// Starts the child on its ends.
    consuming func start(_ image: ExecImage, inbox: Int32) throws(LaunchError) -> Supervisor {
        func number(_ place: Wiring.Place, _ pipe: Descriptor?) -> Int32 {
            switch place {
            case .inherited: -1
            case .terminal: terminal?.slave.number ?? -1
            case .pipe: pipe?.number ?? -1
            case .sameAsOutput: outputEnd?.number ?? -1
            }
        }
        let session = TerminalSession(isRelayed: wiring.hasSession)
        let child = try ChildProcess(
            image,
            descriptors: (
                number(wiring.input, nil), number(wiring.output, outputEnd), number(wiring.errors, errorEnd)
            ),
            terminal: wiring.hasSession ? terminal?.slave.number ?? -1 : -1
        )
        outputEnd?.close()
        errorEnd?.close()
        return Supervisor(child: child, session: session, inbox: inbox, terminal: terminal, outputs: relays)
    }
}
