// execvp(3) along a list made beforehand, so that the same code serves a process that becomes the program and a child
// between fork and exec, where nothing may be allocated.
#define _GNU_SOURCE
#include "kf_process.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

extern char **environ;

char *const *kf_environment(void) { return environ; }

// Whether a file that the system refused looks like a shell's script: no NUL in its first line, as shells look.
static int is_script(const char *path) {
    char start[256];
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (file < 0) return 0;
    ssize_t count = read(file, start, sizeof start);
    close(file);
    if (count < 0) return 0;
    const char *end = memchr(start, '\n', (size_t)count);
    return memchr(start, 0, end ? (size_t)(end - start) : (size_t)count) == NULL;
}

int kf_exec_first(const char *const *candidates, char **arguments, char *const *environment, int32_t *which) {
    int refused = 0;
    *which = -1;
    for (int32_t index = 0; candidates[index]; index++) {
        const char *path = candidates[index];
        execve(path, arguments + 1, environment);
        int error = errno;
        struct stat status;
        switch (error) {
        case ENOEXEC:
            *which = index;
            if (!is_script(path)) return error;
            char *name = arguments[1];
            arguments[0] = (char *)"/bin/sh";
            arguments[1] = (char *)path;
            execve("/bin/sh", arguments, environment);
            error = errno;
            arguments[1] = name;
            return error;
        case EACCES:
            // A file that may not be executed is worth naming if nothing better comes; a folder of PATH that may not
            // be searched, or a folder of that name, is not.
            if (!refused && stat(path, &status) == 0 && (S_ISREG(status.st_mode) || !candidates[1])) {
                refused = error;
                *which = index;
            } else if (!candidates[1]) {
                *which = index;
                return error;
            }
            break;
        case ENOENT:
            // The file is there, so what is missing is its interpreter or loader.
            if (stat(path, &status) == 0) {
                *which = index;
                return error;
            }
            break;
        case ENOTDIR: case ESTALE: case ENODEV: case ETIMEDOUT:
            break;
        case ENAMETOOLONG: case ELOOP:
            // One bad folder of PATH does not hide the next one's program.
            if (candidates[1]) break;
            *which = index;
            return error;
        default:
            *which = index;
            return error;
        }
    }
    return refused ? refused : ENOENT;
}
