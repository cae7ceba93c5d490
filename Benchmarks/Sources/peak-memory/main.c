// Runs a command and prints the largest memory that it had, in KiB:   peak-memory COMMAND ARGUMENT…
//
// Linux counts what a process had before execve(2) as the process's own, so a command that a large program starts is
// never smaller than that program: `true` started by Python has Python's 15 MiB. This program is small, which makes
// the floor small. The command's output goes nowhere; its exit status becomes this one's.
#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int count, char **arguments) {
    if (count < 2) {
        fputs("usage: peak-memory COMMAND ARGUMENT…\n", stderr);
        return 2;
    }
    pid_t child = fork();
    if (child == 0) {
        int null = open("/dev/null", O_RDWR);
        dup2(null, 0);
        dup2(null, 1);
        execv(arguments[1], arguments + 1);
        _exit(127);
    }
    int status = 0;
    struct rusage usage;
    if (child < 0 || wait4(child, &status, 0, &usage) != child) {
        perror("peak-memory");
        return 2;
    }
    printf("%ld\n", usage.ru_maxrss);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
