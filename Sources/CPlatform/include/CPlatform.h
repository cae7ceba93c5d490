// What Swift's import of the C library leaves out: variadic calls and Linux's own memory advice.
#pragma once
#include <stddef.h>
#include <stdint.h>
#include "kf_process.h"
#include "kf_supervise.h"

/// Overwrites memory in a way that no optimiser may remove (glibc's explicit_bzero).
void kf_wipe(void *memory, size_t count);

/// Fills memory from the system's cryptographic generator (getrandom(2), getentropy(3)), in as few calls as it allows.
/// Ends the process when the system gives none: nothing may go on with bytes that are not random.
void kf_random_bytes(void *memory, size_t count);

/// Makes the process undumpable: no core file, and no ptrace by another process of the same user
/// (prctl(2), PR_SET_DUMPABLE). Returns 0, or -1 with errno set.
int kf_make_undumpable(void);

/// Whether the process may be dumped and traced: 1 or 0 (prctl(2), PR_GET_DUMPABLE), always 1 where that is unknown.
int kf_is_dumpable(void);

/// Keeps all memory of the process out of swap, each page from its first use on (mlockall(2), MCL_ONFAULT: what is never
/// used takes no memory). Returns 1 when it is so, and 0 when the limit of locked memory does not let it be, or the system
/// cannot. To be called before there are other threads.
int kf_lock_memory(void);
