/// What a supervised child gets as its input, output and errors, decided from what this process has.
///
/// A stream that is a terminal here is one there. Both input and output on a terminal is a person at work: the child
/// gets a session with a terminal of its own, and keys are relayed to it. In any other case the child stays in this
/// session, because in a pipeline (`keyfolio run --redact -- app | less`) the keyboard belongs to all of it.
struct Wiring: Equatable {
    /// What one of this process's three standard streams is.
    enum Stream: Equatable {
        case closed, terminal, other
    }

    /// What the child gets in its place.
    enum Place: Equatable {
        /// The same descriptor: nothing to mask, or nothing there.
        case inherited
        /// A pipe whose other end is relayed.
        case pipe
        /// The pseudo-terminal.
        case terminal
        /// What it gets as its output: both go to the same place, so that their order stays.
        case sameAsOutput
    }

    let input: Place
    let output: Place
    let errors: Place
    /// Whether the pseudo-terminal is the child's controlling one, in a session of its own.
    let hasSession: Bool

    init(input: Stream, output: Stream, errors: Stream, errorsGoWhereOutputGoes: Bool) {
        func place(_ stream: Stream) -> Place {
            switch stream {
            case .closed: .inherited
            case .terminal: .terminal
            case .other: .pipe
            }
        }
        hasSession = input == .terminal && output == .terminal
        self.input = hasSession ? .terminal : .inherited
        self.output = place(output)
        self.errors = errors == .other && output == .other && errorsGoWhereOutputGoes ? .sameAsOutput : place(errors)
    }

    /// Whether a pseudo-terminal is needed.
    var needsTerminal: Bool { output == .terminal || errors == .terminal }
}
