#define _GNU_SOURCE
#include "CPlatform.h"
#ifdef __linux__
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

// Whether any amount may be locked (mlock(2), "Limits and permissions"). What would be refused later must not begin: each
// allocation would fail then.
static int may_lock_everything(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_MEMLOCK, &limit) != 0) return 0;
    if (limit.rlim_cur == RLIM_INFINITY) return 1;
    if (limit.rlim_max == RLIM_INFINITY) {
        limit.rlim_cur = RLIM_INFINITY;
        return setrlimit(RLIMIT_MEMLOCK, &limit) == 0;
    }
    // CAP_IPC_LOCK has no limit. Where there is a namespace of users, a process may seem to have it and has it not: so
    // it is tried, with a limit of nothing.
    struct rlimit none = limit;
    none.rlim_cur = 0;
    if (setrlimit(RLIMIT_MEMLOCK, &none) != 0) return 0;
    long size = sysconf(_SC_PAGESIZE);
    void *page = mmap(NULL, (size_t)size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    int may = page != MAP_FAILED && mlock(page, (size_t)size) == 0;
    if (page != MAP_FAILED) munmap(page, (size_t)size);
    return setrlimit(RLIMIT_MEMLOCK, &limit) == 0 && may;
}

int kf_lock_memory(void) {
    return may_lock_everything() && mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) == 0;
}
#else
int kf_lock_memory(void) { return 0; }
#endif
