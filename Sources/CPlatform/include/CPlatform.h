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
