#define _GNU_SOURCE
#include "CPlatform.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

void kf_wipe(void *memory, size_t count) {
#ifdef __linux__
    explicit_bzero(memory, count);
#else
    memset_s(memory, count, 0, count);
#endif
}

void kf_random_bytes(void *memory, size_t count) {
    unsigned char *next = memory;
    while (count > 0) {
        // What getentropy gives at once, and what no signal interrupts.
        size_t some = count < 256 ? count : 256;
        if (getentropy(next, some) != 0) abort();
        next += some;
        count -= some;
    }
}

int kf_make_undumpable(void) {
#ifdef __linux__
    return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#else
    return 0;
#endif
}

int kf_is_dumpable(void) {
#ifdef __linux__
    return prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 0;
#else
    return 1;
#endif
}
