// Preloaded into the daemon: makes writes or syncs of the journal fail as a file says, for as long as it says so.
// FAULT_FILE holds "write EIO", "write ENOSPC", "write EROFS", "sync EIO" or nothing.
// CLOCK_FILE holds the seconds by which the wall clock is wrong; the monotonic clock stays right.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

static int fault_text(const char *variable, char *text, int size)
{
    const char *file = getenv(variable);
    int saved = errno, control = file ? open(file, O_RDONLY | O_CLOEXEC) : -1;
    ssize_t n = control < 0 ? 0 : read(control, text, size - 1);
    if (control >= 0)
        close(control);
    errno = saved;
    text[n > 0 ? n : 0] = 0;
    return n > 0;
}

static int fault(int fd, const char *call)
{
    char link[64], path[4096], text[32];
    int saved = errno;
    if (!fault_text("FAULT_FILE", text, sizeof text) || strncmp(text, call, strlen(call)) != 0)
        return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, sizeof path - 1);
    errno = saved;
    if (n <= 0)
        return 0;
    path[n] = 0;
    if (!strstr(path, "journal.db"))
        return 0;
    errno = strstr(text, "ENOSPC") ? ENOSPC : strstr(text, "EROFS") ? EROFS : EIO;
    return 1;
}

#define REAL(name) __typeof__(&name) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

ssize_t pwrite(int fd, const void *b, size_t n, off_t o) { REAL(pwrite); return fault(fd, "write") ? -1 : real(fd, b, n, o); }
ssize_t pwrite64(int fd, const void *b, size_t n, off64_t o) { REAL(pwrite64); return fault(fd, "write") ? -1 : real(fd, b, n, o); }
ssize_t write(int fd, const void *b, size_t n) { REAL(write); return fault(fd, "write") ? -1 : real(fd, b, n); }
int fsync(int fd) { REAL(fsync); return fault(fd, "sync") ? -1 : real(fd); }
int fdatasync(int fd) { REAL(fdatasync); return fault(fd, "sync") ? -1 : real(fd); }

int clock_gettime(clockid_t clock, struct timespec *now)
{
    static __typeof__(&clock_gettime) real;
    char text[32];
    if (!real)
        real = (__typeof__(real))dlsym(RTLD_NEXT, "clock_gettime");
    int answer = real(clock, now);
    if (answer == 0 && clock == CLOCK_REALTIME && fault_text("CLOCK_FILE", text, sizeof text))
        now->tv_sec += atol(text);
    return answer;
}
