// How a process becomes another: what was inherited, what is given on, and the call itself. Everything here is safe
// between fork and exec (signal-safety(7)) unless it says otherwise.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// Remembers what this process inherited and a started program must get back: which signals are ignored, the signal
/// mask, the soft core limit, the open descriptors. Fills 0, 1 and 2 with /dev/null, closed on exec, where they are
/// closed. The first call counts; later calls do nothing.
/// Not for use between fork and exec.
void kf_inherited_remember(void);

/// Marks every descriptor that was not inherited as close-on-exec, 0 to 2 apart. Not for use between fork and exec.
/// Does nothing when kf_inherited_remember was never called.
void kf_inherited_close_others_on_exec(void);

/// Gives signals, mask and core limit back as they were inherited. Signals that are caught become default.
/// Does nothing to what was not remembered.
void kf_inherited_restore(void);

/// No core file: sets the soft limit to 0 and leaves the hard limit, so that an exec can give the old one back.
void kf_core_limit_zero(void);

/// Gives the fatal signals (and SIGQUIT, which a crash reporter catches too) their default action where a handler
/// stands; an ignored signal stays ignored.
void kf_crash_handlers_remove(void);

/// The process's own variables: environ(7).
char *const *kf_environment(void);

/// Replaces the process by the first of some files that the system can execute, as execvp(3) goes along PATH.
///
/// A file of text without `#!` is given to /bin/sh, as POSIX asks of execvp; one that is neither is an error.
/// - candidates: NULL-terminated paths, in order.
/// - arguments: slot 0 is spare (for the shell), then argv[0] and on, NULL-terminated.
/// - which: receives the index of the candidate that the error speaks of, or -1 when none was there.
/// Returns errno: it came back, so it failed.
int kf_exec_first(const char *const *candidates, char **arguments, char *const *environment, int32_t *which);

/// A pipe whose both ends close on exec: pipe2(2), which no started program can inherit by accident.
/// Returns 0, or -1 with errno set.
int kf_pipe(int ends[2]);

/// Lets a program that is going to be spawned stand in another folder (posix_spawn_file_actions_addchdir_np, which Swift
/// does not see). actions: a posix_spawn_file_actions_t. Returns an error number.
int kf_spawn_in_folder(void *actions, const char *folder);
