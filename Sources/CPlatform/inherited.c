// What a process inherited, kept from its first instant so that what it starts can have the same.
#define _GNU_SOURCE
#include "kf_process.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/syscall.h>
#define DESCRIPTOR_FOLDER "/proc/self/fd"
#else
#define DESCRIPTOR_FOLDER "/dev/fd"
#endif

// The signals with fixed meanings. Real-time signals are never touched here, so they pass as they are.
#define LAST_SIGNAL 31
// More inherited descriptors than this are not told from our own; see is_inherited.
#define DESCRIPTORS 1024

static struct {
    int done;
    int descriptors_known;
    int has_core_limit;
    uint32_t ignored; // bit n: signal n was ignored
    sigset_t mask;
    struct rlimit core;
    uint8_t descriptors[DESCRIPTORS / 8];
} inherited;

// Calls back with each open descriptor. Returns 0 when the system does not list them.
static int each_descriptor(void (*visit)(int)) {
#ifdef __linux__
    // Straight from the kernel: opendir would allocate, and this runs at every start.
    int folder = open(DESCRIPTOR_FOLDER, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0) return 0;
    struct entry { uint64_t inode; int64_t offset; uint16_t length; uint8_t type; char name[]; };
    char buffer[4096] __attribute__((aligned(8)));
    long count;
    while ((count = syscall(SYS_getdents64, folder, buffer, sizeof buffer)) > 0) {
        for (long at = 0; at < count;) {
            struct entry *entry = (struct entry *)(buffer + at);
            at += entry->length;
            if (entry->name[0] == '.') continue;
            int descriptor = atoi(entry->name);
            if (descriptor != folder) visit(descriptor);
        }
    }
    close(folder);
    return count == 0;
#else
    DIR *folder = opendir(DESCRIPTOR_FOLDER);
    if (!folder) return 0;
    for (struct dirent *entry; (entry = readdir(folder));) {
        if (entry->d_name[0] != '.' && atoi(entry->d_name) != dirfd(folder)) visit(atoi(entry->d_name));
    }
    closedir(folder);
    return 1;
#endif
}

static void note_descriptor(int descriptor) {
    if (descriptor < DESCRIPTORS) inherited.descriptors[descriptor / 8] |= 1 << (descriptor % 8);
}

// A descriptor too high to be noted counts as inherited: one too many kept is a smaller harm than a service's socket lost.
static int is_inherited(int descriptor) {
    return descriptor >= DESCRIPTORS || inherited.descriptors[descriptor / 8] & 1 << (descriptor % 8);
}

void kf_inherited_remember(void) {
    if (inherited.done) return;
    for (int number = 1; number <= LAST_SIGNAL; number++) {
        struct sigaction action;
        if (sigaction(number, NULL, &action) == 0 && action.sa_handler == SIG_IGN) inherited.ignored |= 1u << number;
    }
    sigprocmask(SIG_SETMASK, NULL, &inherited.mask);
    inherited.has_core_limit = getrlimit(RLIMIT_CORE, &inherited.core) == 0;
    inherited.descriptors_known = each_descriptor(note_descriptor);
    inherited.done = 1;
}

static void close_on_exec(int descriptor) {
    if (descriptor <= 2 || is_inherited(descriptor)) return;
    int flags = fcntl(descriptor, F_GETFD);
    if (flags >= 0 && !(flags & FD_CLOEXEC)) fcntl(descriptor, F_SETFD, flags | FD_CLOEXEC);
}

void kf_inherited_close_others_on_exec(void) {
    if (!inherited.descriptors_known) return;
    each_descriptor(close_on_exec);
}

void kf_inherited_restore(void) {
    if (!inherited.done) return;
    for (int number = 1; number <= LAST_SIGNAL; number++) {
        if (number == SIGKILL || number == SIGSTOP) continue;
        struct sigaction action;
        if (sigaction(number, NULL, &action) != 0) continue;
        void (*wanted)(int) = inherited.ignored & 1u << number ? SIG_IGN : SIG_DFL;
        if (action.sa_handler == wanted) continue;
        memset(&action, 0, sizeof action);
        action.sa_handler = wanted;
        sigaction(number, &action, NULL);
    }
    if (inherited.has_core_limit) setrlimit(RLIMIT_CORE, &inherited.core);
    sigprocmask(SIG_SETMASK, &inherited.mask, NULL);
}

void kf_core_limit_zero(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_CORE, &limit) != 0 || limit.rlim_cur == 0) return;
    limit.rlim_cur = 0;
    setrlimit(RLIMIT_CORE, &limit);
}

void kf_crash_handlers_remove(void) {
    static const int fatal[] = {SIGQUIT, SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV, SIGSYS};
    for (size_t index = 0; index < sizeof fatal / sizeof *fatal; index++) {
        struct sigaction action;
        if (sigaction(fatal[index], NULL, &action) != 0) continue;
        if (action.sa_handler == SIG_DFL || action.sa_handler == SIG_IGN) continue;
        memset(&action, 0, sizeof action);
        action.sa_handler = SIG_DFL;
        sigaction(fatal[index], &action, NULL);
    }
}

int kf_pipe(int ends[2]) {
#ifdef __linux__
    return pipe2(ends, O_CLOEXEC);
#else
    if (pipe(ends) != 0) return -1;
    fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    fcntl(ends[1], F_SETFD, FD_CLOEXEC);
    return 0;
#endif
}
