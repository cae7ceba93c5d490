internal import CPlatform

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// The terminal that this process and its child share: who has the keyboard, in which mode.
final class TerminalSession {
    /// Whether the child has a terminal of its own, to which keys are relayed.
    let isRelayed: Bool
    /// The terminal of this session, or -1: standard input for a relayed child, `/dev/tty` else.
    private let terminal: Int32
    private let opened: Descriptor?
    private(set) var isRaw = false
    /// Whether the child's group has been given this session's terminal.
    private var isGiven = false

    init(isRelayed: Bool) {
        self.isRelayed = isRelayed
        if isRelayed {
            terminal = 0
            opened = nil
        } else {
            let descriptor = Descriptor(unsafe open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC))
            opened = descriptor
            terminal = descriptor.number
        }
    }

    /// Whether this process's group has the keyboard. At a terminal that is not the controlling one (a container may
    /// have it so) there are no groups, and whoever reads gets the keys.
    var isForeground: Bool {
        guard terminal >= 0 else { return false }
        let group = tcgetpgrp(terminal)
        return group == getpgrp() || (group < 0 && errno == ENOTTY)
    }

    /// Takes the keyboard for a relayed child, if it is ours to take.
    func listen() {
        guard isRelayed, !isRaw, isForeground else { return }
        isRaw = kf_terminal_raw(terminal) == 0
    }

    /// Gives the terminal to a child that asked for it by trying to read it, or to set it, from the background.
    ///
    /// - Returns: Whether it is the child's now.
    func give(to group: pid_t) -> Bool {
        guard !isRelayed, isForeground else { return false }
        isGiven = kf_terminal_give(terminal, group) == 0
        return isGiven
    }

    /// Puts the terminal back as it was: for a stop or the end.
    ///
    /// - Returns: Whether the child had been given it.
    @discardableResult
    func takeBack() -> Bool {
        if isRaw {
            kf_terminal_restore()
            isRaw = false
        }
        guard isGiven else { return false }
        isGiven = false
        _ = kf_terminal_give(terminal, getpgrp())
        return true
    }
}
