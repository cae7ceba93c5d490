// Starting a child: fork, and all that runs between it and exec. Only what signal-safety(7) allows is called there.
#define _GNU_SOURCE
#include "kf_process.h"
#include "kf_supervise.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#include <sys/syscall.h>
#endif
#ifndef SOCK_CLOEXEC
#define SOCK_CLOEXEC 0
#endif

int kf_pty_open(int like, int keeps_output, int *master, int *slave) {
    *master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (*master < 0) return -1;
    if (grantpt(*master) != 0 || unlockpt(*master) != 0) goto failed;
#ifdef TIOCGPTPEER
    // The slave by its master: works also where /dev/pts is another container's.
    *slave = ioctl(*master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (*slave < 0)
#endif
    {
        const char *name = ptsname(*master);
        *slave = name ? open(name, O_RDWR | O_NOCTTY | O_CLOEXEC) : -1;
    }
    if (*slave < 0) goto failed;
    struct termios modes;
    if (tcgetattr(like, &modes) == 0) {
        if (keeps_output) modes.c_oflag &= ~(tcflag_t)OPOST;
        tcsetattr(*slave, TCSANOW, &modes);
    }
    kf_terminal_copy_size(like, *slave);
    return 0;
failed:;
    int error = errno;
    close(*master);
    errno = error;
    return -1;
}

// What the child writes where a successful exec closes the pipe.
struct failure {
    int32_t what;
    int32_t error;
    int32_t which;
};

static void give_up(int descriptor, int what, int which) {
    struct failure failure = {what, errno, which};
    if (write(descriptor, &failure, sizeof failure) < 0) { }
    _exit(127);
}

static void write_process_id(char *place) {
    if (!place) return;
    char digits[11];
    int count = 0;
    for (pid_t number = getpid(); number > 0 && count < 10; number /= 10) digits[count++] = (char)('0' + number % 10);
    while (count > 0) *place++ = digits[--count];
    *place = 0;
}

// The child itself; does not return.
static void become_program(const struct kf_start *start, int failures) {
    for (int number = 0; number < 3; number++) {
        if (start->descriptors[number] >= 0 && dup2(start->descriptors[number], number) < 0) {
            give_up(failures, KF_START_PROCESS, -1);
        }
    }
    for (int index = 0; index < 2; index++) write_process_id(start->process_ids[index]);
    kf_inherited_restore();
    int32_t which;
    errno = kf_exec_first(start->candidates, start->arguments, start->environment, &which);
    give_up(failures, KF_START_EXEC, which);
}

static void close_from(int first) {
#if defined(__linux__) && defined(SYS_close_range)
    if (syscall(SYS_close_range, first, ~0U, 0) == 0) return;
#endif
    long end = sysconf(_SC_OPEN_MAX);
    for (int number = first; number < (end > 0 && end < 65536 ? end : 65536); number++) close(number);
}

static void send_report(int socket, int event, int value) {
    struct kf_report report = {event, value};
    if (write(socket, &report, sizeof report) < 0) { }
}

// Waits for a child to do something. An end is seen but not taken: its number stays its own.
static struct kf_report observe(pid_t process, int options) {
    siginfo_t info;
    memset(&info, 0, sizeof info);
    while (waitid(P_PID, (id_t)process, &info, WEXITED | WSTOPPED | WNOWAIT | options) != 0) {
        if (errno != EINTR) return (struct kf_report){KF_CHILD_NOTHING, 0};
    }
    if (info.si_pid == 0) return (struct kf_report){KF_CHILD_NOTHING, 0};
    switch (info.si_code) {
    case CLD_EXITED: return (struct kf_report){KF_CHILD_EXITED, info.si_status};
    case CLD_KILLED: case CLD_DUMPED: return (struct kf_report){KF_CHILD_KILLED, info.si_status};
    default: break;
    }
    struct kf_report report = {KF_CHILD_STOPPED, info.si_status};
    // A stop is taken, or it would be seen for ever.
    waitid(P_PID, (id_t)process, &info, WSTOPPED | WNOHANG);
    return report;
}

// The leader of the child's session; does not return.
static void monitor(const struct kf_start *start, int socket, int failures) {
    if (setsid() < 0 || ioctl(start->terminal, TIOCSCTTY, 0) != 0) give_up(failures, KF_START_TERMINAL, -1);
    pid_t process = fork();
    if (process < 0) give_up(failures, KF_START_PROCESS, -1);
    if (process == 0) {
        // Signals are blocked, so taking the terminal does not stop it.
        setpgid(0, 0);
        tcsetpgrp(start->terminal, getpid());
        become_program(start, failures);
    }
    setpgid(process, process);
    // All but the socket is closed: what the monitor held open nobody would see the end of.
    dup2(socket, 0);
    close_from(1);
    // A hang-up of the terminal reaches the session's leader only; its death tells the child's group.
    kf_inherited_restore();
    signal(SIGHUP, SIG_DFL);
    sigset_t all;
    sigfillset(&all);
    sigdelset(&all, SIGHUP);
    sigprocmask(SIG_SETMASK, &all, NULL);
    send_report(0, KF_CHILD_NOTHING, process);
    for (;;) {
        struct kf_report report = observe(process, 0);
        send_report(0, report.event, report.value);
        if (report.event != KF_CHILD_STOPPED) break;
    }
    char byte;
    while (read(0, &byte, 1) < 0 && errno == EINTR) { }
    _exit(0);
}

// Runs after fork in the new process; does not return.
static void run_child(const struct kf_start *start, pid_t parent, int socket, int failures) {
    if (start->terminal >= 0) monitor(start, socket, failures);
    setpgid(0, 0);
#ifdef __linux__
    // Without its watcher nobody would read its output. The watcher may be gone already.
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent) _exit(127);
#endif
    become_program(start, failures);
}

static ssize_t read_whole(int descriptor, void *memory, size_t size) {
    ssize_t count;
    do count = read(descriptor, memory, size);
    while (count < 0 && errno == EINTR);
    return count;
}

int kf_child_start(const struct kf_start *start, struct kf_child *child, int32_t *which) {
    int failures[2] = {-1, -1}, sockets[2] = {-1, -1}, result = KF_START_PROCESS;
    pid_t parent = getpid();
    *which = -1;
    *child = (struct kf_child){-1, -1, -1};
    if (kf_pipe(failures) != 0) return result;
    if (start->terminal >= 0 && socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) != 0) goto cleanup;

    // No handler of this process may run in the child.
    sigset_t all, old;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &old);
    child->process = fork();
    if (child->process == 0) run_child(start, parent, sockets[1], failures[1]);
    int error = errno;
    sigprocmask(SIG_SETMASK, &old, NULL);
    errno = error;
    if (child->process < 0) goto cleanup;

    close(failures[1]);
    failures[1] = -1;
    if (start->terminal >= 0) {
        close(sockets[1]);
        sockets[1] = -1;
    } else {
        setpgid(child->process, child->process);
        child->group = child->process;
    }
    struct failure failure;
    if (read_whole(failures[0], &failure, sizeof failure) == sizeof failure) {
        if (sockets[0] >= 0) close(sockets[0]);
        sockets[0] = -1;
        kf_child_reap(child->process);
        *which = failure.which;
        result = failure.what;
        errno = failure.error;
        goto cleanup;
    }
    if (start->terminal >= 0) {
        struct kf_report report;
        if (read_whole(sockets[0], &report, sizeof report) != sizeof report) {
            kf_child_reap(child->process);
            errno = ECHILD;
            goto cleanup;
        }
        child->group = report.value;
        child->reports = sockets[0];
        sockets[0] = -1;
    }
    result = 0;
cleanup:;
    int kept = errno;
    for (int end = 0; end < 2; end++) {
        if (failures[end] >= 0) close(failures[end]);
        if (sockets[end] >= 0) close(sockets[end]);
    }
    errno = kept;
    return result;
}

struct kf_report kf_child_ask(pid_t process) { return observe(process, WNOHANG); }

void kf_orphans_reap(pid_t child) {
    for (;;) {
        siginfo_t info;
        memset(&info, 0, sizeof info);
        if (waitid(P_ALL, 0, &info, WEXITED | WNOWAIT | WNOHANG) != 0) return;
        if (info.si_pid == 0 || info.si_pid == child) return;
        kf_child_reap(info.si_pid);
    }
}

void kf_child_reap(pid_t process) {
    int status;
    while (waitpid(process, &status, 0) < 0 && errno == EINTR) { }
}
