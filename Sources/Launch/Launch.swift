internal import CPlatform

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// How `keyfolio run` becomes an application, or watches one.
///
/// Two ways, and nothing between them:
///
/// - ``replaceProcess(by:environment:)`` becomes the application: the process id stays, no wrapper is left, and what
///   starts finds what it would have found without Keyfolio. This is the default.
/// - ``supervise(_:environment:redactor:)`` stays, so that secrets in the application's output are masked. It is
///   as faithful as a process in between can be; where it cannot be, its documentation says so.
public enum Launch {
    /// Becomes a program: execve(2), after which nothing of this process is left.
    ///
    /// The program is looked up as execvp(3) does, along the PATH of `environment`, the application's own, as env(1)
    /// does with an assignment: a manifest that declares PATH decides where its program comes from. Without a PATH
    /// there it is `/bin:/usr/bin`. A name with a slash is not looked up. A script without `#!` is given to
    /// `/bin/sh`, as POSIX asks of execvp.
    ///
    /// Given back as they were inherited: ignored signals, the signal mask, the soft core limit. The kernel itself
    /// resets caught signals and the mark that forbids dumping. Descriptors that this process inherited stay open
    /// under their numbers: a service manager's sockets (`LISTEN_FDS`), make's jobserver, a shell's `<(…)`. Those
    /// that it opened itself are closed, whichever library opened them.
    ///
    /// - Parameters:
    ///   - program: What to run and with which arguments.
    ///   - environment: All that the application's environment will be.
    /// - Throws: ``LaunchError`` when the program cannot be started; this process is then as it was.
    public static func replaceProcess(
        by program: Program,
        environment: ProcessEnvironment
    ) throws(LaunchError) -> Never {
        let image = try ExecImage(program: program, environment: environment)
        // Buffered output of this process would be lost with it.
        _ = fflush(nil)
        kf_inherited_close_others_on_exec()
        kf_inherited_restore()
        let failure = image.execute()
        kf_core_limit_zero()
        throw image.explain(failure)
    }
}
