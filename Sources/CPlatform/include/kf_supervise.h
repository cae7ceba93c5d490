// What watching a child takes from C: fork and what runs after it, signal handlers, pseudo-terminals.
#pragma once
#include <stdint.h>
#include <sys/types.h>

// MARK: Signals

/// Starts catching signals: each arrives as one byte, its number, at a pipe whose reading end is returned (or -1, with
/// errno set). Caught are HUP, INT, QUIT, USR1, USR2, TERM, TSTP, CONT and WINCH, unless the process inherited them
/// ignored, and CHLD. PIPE is ignored. Blocking calls return EINTR.
int kf_signals_watch(void);

/// Gives back the dispositions that kf_signals_watch found and closes its pipe.
void kf_signals_release(void);

/// Stops this process as an uncaught signal would (SIGTSTP, SIGTTIN, SIGTTOU for its whole process group, SIGSTOP for
/// itself), and returns when it goes on: at once where the system does not stop it (an orphaned process group).
void kf_stop_self(int number);

// MARK: Terminals

/// Opens a pseudo-terminal; both ends close on exec.
/// - like: a terminal whose modes and size it gets.
/// - keeps_output: not 0 turns off the slave's treatment of output, where another terminal treats it later.
/// Returns 0, or -1 with errno set.
int kf_pty_open(int like, int keeps_output, int *master, int *slave);

/// Gives one terminal the size of another.
void kf_terminal_copy_size(int from, int to);

/// Makes a terminal raw (cfmakeraw(3)): every key arrives at once and as it is. The modes that it had are remembered,
/// and given back by kf_terminal_restore, or when a fatal signal ends the process. Returns 0 or -1.
int kf_terminal_raw(int terminal);

/// Gives back the modes that kf_terminal_raw found, if it was called.
void kf_terminal_restore(void);

/// Makes a process group the terminal's foreground one, also from the background.
int kf_terminal_give(int terminal, pid_t group);

// MARK: The child

/// How to start a child.
struct kf_start {
    const char *const *candidates;
    char **arguments;
    char *const *environment;
    /// What becomes the child's 0, 1 and 2; -1 leaves what stands there.
    int descriptors[3];
    /// The slave that becomes the controlling terminal of a new session; -1 leaves the child in this session, in a
    /// process group of its own.
    int terminal;
    /// Where in the environment the child's own process id is to be written in decimal, ended by NUL: room for 11
    /// bytes each; NULL where there is none.
    char *process_ids[2];
};

/// A started child.
struct kf_child {
    /// What this process waits for: the child itself, or with a terminal its monitor.
    pid_t process;
    /// The child, which leads a process group of that number.
    pid_t group;
    /// With a terminal the monitor's reports (struct kf_report); else -1.
    int reports;
};

/// Why a child did not start: what failed.
enum kf_start_failure { KF_START_PROCESS = 1, KF_START_TERMINAL = 2, KF_START_EXEC = 3 };

/// Starts a child. Its signals, mask and core limit are as kf_inherited_remember found them.
///
/// With a terminal there is a monitor between: it leads the session, so that the child's process group has a parent in
/// it and can be stopped from the keyboard (POSIX discards such stops in orphaned groups); it reports stops and the
/// end, and ends itself when its socket is closed.
/// - which: receives the candidate that errno speaks of, as kf_exec_first gives it.
/// Returns 0, or a kf_start_failure with errno set.
int kf_child_start(const struct kf_start *start, struct kf_child *child, int32_t *which);

/// What a child did: a number as waitid(2) gives it.
enum kf_child_event { KF_CHILD_NOTHING = 0, KF_CHILD_EXITED = 1, KF_CHILD_KILLED = 2, KF_CHILD_STOPPED = 3 };

/// One report of the monitor: a kf_child_event and its status or signal.
struct kf_report {
    int32_t event;
    int32_t value;
};

/// Asks without waiting what a child did. One that has ended stays (so that its number is not given to another) until
/// kf_child_reap.
struct kf_report kf_child_ask(pid_t process);

/// Forgets those that ended of the processes that this one did not start but inherited: the first process of a
/// container gets every orphan, and without this each of them would stay as a zombie.
/// - child: the one that kf_child_ask asks for.
void kf_orphans_reap(pid_t child);

/// Forgets a child that has ended, waiting for it if it has not.
void kf_child_reap(pid_t process);
