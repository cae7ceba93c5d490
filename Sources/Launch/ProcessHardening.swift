internal import CPlatform

/// What the command does before anything else, so that its memory does not leave it.
public enum ProcessHardening {
    /// Makes the process one that no crash and no neighbour can read, and remembers what it inherited.
    ///
    /// - It cannot be dumped or traced by other processes of the same user (prctl(2), `PR_SET_DUMPABLE`).
    /// - Its soft core limit is 0; the hard one stays, so that what it starts gets the old one back.
    /// - Swift's crash reporter is off: it prints the memory behind each register. Whether it runs is otherwise decided
    ///   by `SWIFT_BACKTRACE`, which a program can set for its children only.
    ///
    /// What was inherited is remembered (ignored signals, mask, core limit, open descriptors), for
    /// ``Launch/replaceProcess(by:environment:)`` to give on. So this must run first in `main`: what a library opened
    /// or ignored before would count as inherited. A second call does no harm. It cannot fail in a way that a caller
    /// could mend.
    public static func apply() {
        kf_inherited_remember()
        _ = kf_make_undumpable()
        kf_core_limit_zero()
        kf_crash_handlers_remove()
    }
    /// Keeps the process's memory out of swap, where the system lets it: the limit of locked memory is none, or the process
    /// has CAP_IPC_LOCK. Pages are locked when they are first used, so that nothing takes more memory than before.
    ///
    /// - Returns: Whether it is so. To be called before there are other threads.
    public static func lockMemory() -> Bool { kf_lock_memory() == 1 }
}
