// What a process inherited, kept from its first instant so that what it starts can have the same.
#define _GNU_SOURCE
#include "kf_process.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

// The signals with fixed meanings. Real-time signals are never touched here, so they pass as they are.
#define LAST_SIGNAL 31
// Descriptors from here on count as inherited. The system gives the lowest free number, so this process would have to
// hold as many of its own to be wrong; and one too many kept is a smaller harm than a service's socket lost.
#define DESCRIPTORS 256

static struct {
    int done;
    int descriptors_known;
    int has_core_limit;
    uint32_t ignored; // bit n: signal n was ignored
    sigset_t mask;
    struct rlimit core;
    uint8_t descriptors[DESCRIPTORS / 8];
} inherited;

// Calls back with each open descriptor below DESCRIPTORS: one call of poll(2), which marks the others. Reading the
// system's list of them takes three times as long, and this runs at every start. Returns 0 when that is not possible.
static int each_descriptor(void (*visit)(int)) {
    struct pollfd polled[DESCRIPTORS];
    struct rlimit limit;
    int count = DESCRIPTORS;
    // poll takes no more than may be open.
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < DESCRIPTORS) count = (int)limit.rlim_cur;
    for (int number = 0; number < count; number++) polled[number] = (struct pollfd){.fd = number};
    if (poll(polled, (nfds_t)count, 0) < 0) return 0;
    for (int number = 0; number < count; number++) {
        if (!(polled[number].revents & POLLNVAL)) visit(number);
    }
    return 1;
}

static void note_descriptor(int descriptor) {
    inherited.descriptors[descriptor / 8] |= 1 << (descriptor % 8);
}

static int is_inherited(int descriptor) { return inherited.descriptors[descriptor / 8] & 1 << (descriptor % 8); }

void kf_inherited_remember(void) {
    if (inherited.done) return;
    for (int number = 1; number <= LAST_SIGNAL; number++) {
        struct sigaction action;
        if (sigaction(number, NULL, &action) == 0 && action.sa_handler == SIG_IGN) inherited.ignored |= 1u << number;
    }
    sigprocmask(SIG_SETMASK, NULL, &inherited.mask);
    inherited.has_core_limit = getrlimit(RLIMIT_CORE, &inherited.core) == 0;
    inherited.descriptors_known = each_descriptor(note_descriptor);
    // A file opened later must not become 0, 1 or 2 where one of them is closed: what is printed would land in it.
    // What fills the gap closes on exec, so the program finds the gap again.
    for (int number = 0; inherited.descriptors_known && number <= 2; number++) {
        if (is_inherited(number)) continue;
        int filler = open("/dev/null", O_RDWR | O_CLOEXEC);
        if (filler >= 0 && filler != number) close(filler);
    }
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

int kf_spawn_in_folder(void *actions, const char *folder) {
    return posix_spawn_file_actions_addchdir_np(actions, folder);
}
