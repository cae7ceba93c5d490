// Signals as bytes in a pipe: the one way to wait for them and for descriptors together that is the same everywhere.
#define _GNU_SOURCE
#include "kf_process.h"
#include "kf_supervise.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

static const int watched[] = {SIGHUP, SIGINT, SIGQUIT, SIGUSR1, SIGUSR2, SIGTERM, SIGTSTP, SIGCONT, SIGWINCH, SIGCHLD};
#define WATCHED (sizeof watched / sizeof *watched)

static int inbox[2] = {-1, -1};
static struct sigaction before[WATCHED];
static struct sigaction pipe_before;
static sigset_t mask_before;

static void note(int number) {
    int error = errno;
    char byte = (char)number;
    // A full pipe already holds more than will be done; the same signal twice is the same as once.
    if (write(inbox[1], &byte, 1) < 0) { }
    errno = error;
}

int kf_signals_watch(void) {
    if (kf_pipe(inbox) != 0) return -1;
    for (int end = 0; end < 2; end++) fcntl(inbox[end], F_SETFL, O_NONBLOCK);
    struct sigaction action;
    memset(&action, 0, sizeof action);
    sigfillset(&action.sa_mask);
    action.sa_handler = note;
    for (size_t index = 0; index < WATCHED; index++) {
        sigaction(watched[index], NULL, &before[index]);
        // What nohup(1) has set to be ignored stays ignored, here and in the child.
        if (before[index].sa_handler == SIG_IGN && watched[index] != SIGCHLD) continue;
        sigaction(watched[index], &action, NULL);
    }
    action.sa_handler = SIG_IGN;
    sigaction(SIGPIPE, &action, &pipe_before);
    // What this process has blocked for a reason of its own must arrive here all the same.
    sigset_t awaited;
    sigemptyset(&awaited);
    for (size_t index = 0; index < WATCHED; index++) sigaddset(&awaited, watched[index]);
    sigprocmask(SIG_UNBLOCK, &awaited, &mask_before);
    return inbox[0];
}

void kf_signals_release(void) {
    if (inbox[0] < 0) return;
    for (size_t index = 0; index < WATCHED; index++) sigaction(watched[index], &before[index], NULL);
    sigaction(SIGPIPE, &pipe_before, NULL);
    sigprocmask(SIG_SETMASK, &mask_before, NULL);
    for (int end = 0; end < 2; end++) {
        close(inbox[end]);
        inbox[end] = -1;
    }
}

void kf_stop_self(int number) {
    if (number == SIGSTOP) {
        raise(SIGSTOP);
        return;
    }
    struct sigaction action, old;
    memset(&action, 0, sizeof action);
    action.sa_handler = SIG_DFL;
    sigaction(number, NULL, &old);
    if (old.sa_handler == SIG_IGN) return;
    sigaction(number, &action, NULL);
    kill(0, number);
    sigaction(number, &old, NULL);
}

static int raw_terminal = -1;
static struct termios modes_before;

void kf_terminal_restore(void) {
    if (raw_terminal < 0) return;
    // From the background the system would stop this process for touching the terminal.
    sigset_t stop, old;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTTOU);
    sigprocmask(SIG_BLOCK, &stop, &old);
    tcsetattr(raw_terminal, TCSANOW, &modes_before);
    sigprocmask(SIG_SETMASK, &old, NULL);
    raw_terminal = -1;
}

// Gives the terminal back and dies of the same signal.
static void restore_and_die(int number) {
    kf_terminal_restore();
    signal(number, SIG_DFL);
    raise(number);
}

int kf_terminal_raw(int terminal) {
    static const int fatal[] = {
        SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV, SIGSYS, SIGALRM, SIGVTALRM, SIGPROF, SIGXCPU, SIGXFSZ,
    };
    if (tcgetattr(terminal, &modes_before) != 0) return -1;
    raw_terminal = terminal;
    struct sigaction action, old;
    memset(&action, 0, sizeof action);
    sigemptyset(&action.sa_mask);
    action.sa_flags = SA_NODEFER | SA_RESETHAND;
    action.sa_handler = restore_and_die;
    for (size_t index = 0; index < sizeof fatal / sizeof *fatal; index++) {
        sigaction(fatal[index], NULL, &old);
        if (old.sa_handler == SIG_DFL) sigaction(fatal[index], &action, NULL);
    }
    struct termios raw = modes_before;
    cfmakeraw(&raw);
    return tcsetattr(terminal, TCSANOW, &raw);
}

int kf_terminal_give(int terminal, pid_t group) {
    sigset_t stop, old;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTTOU);
    sigprocmask(SIG_BLOCK, &stop, &old);
    int result = tcsetpgrp(terminal, group);
    sigprocmask(SIG_SETMASK, &old, NULL);
    return result;
}

void kf_terminal_copy_size(int from, int to) {
    struct winsize size;
    if (ioctl(from, TIOCGWINSZ, &size) == 0) ioctl(to, TIOCSWINSZ, &size);
}
