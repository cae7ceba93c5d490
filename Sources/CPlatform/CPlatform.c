#define _GNU_SOURCE
#include "CPlatform.h"
#include <string.h>
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
