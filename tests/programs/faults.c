/* A library that is loaded before the server (LD_PRELOAD) and plays the disk and the clock false.
 *
 * FAULTS_SHADOW: a folder. Whenever a file of the database is synced, it is copied there as it is
 * then: what is there when the server is killed is what a loss of power would have left, had the
 * disk kept nothing that it was not made to keep.
 * FAULTS_CONTROL: a file of three numbers of 64 bits, which may change at any time: what is added
 * to the wall clock in milliseconds, the errno that writing fails with (0: it does not), and the
 * one that syncing fails with. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

struct control {
    int64_t clock_ms, write_errno, sync_errno;
};

static const volatile struct control *control;
static const char *shadow;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

__attribute__((constructor)) static void faults_begin(void)
{
    const char *path = getenv("FAULTS_CONTROL");
    int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    shadow = getenv("FAULTS_SHADOW");
    if (fd < 0)
        return;
    void *map = mmap(NULL, sizeof(struct control), PROT_READ, MAP_SHARED, fd, 0);
    if (map != MAP_FAILED)
        control = map;
    close(fd);
}

/* The name of the file if it is one of the database's; NULL: it is not. */
static const char *data_name(int fd, char path[PATH_MAX])
{
    char link[64];
    snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, PATH_MAX - 1);
    if (n <= 0)
        return NULL;
    path[n] = '\0';
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    bool ours = strncmp(name, "history.db", 10) == 0 || strncmp(name, "index.db", 8) == 0;
    return ours && !strstr(name, "-shm") ? name : NULL;
}

static bool fails(int fd, int64_t error)
{
    char path[PATH_MAX];
    if (error == 0 || !data_name(fd, path))
        return false;
    errno = (int)error;
    return true;
}

#define WRITE_FAILS(fd) (control && fails(fd, control->write_errno))
#define SYNC_FAILS(fd)  (control && fails(fd, control->sync_errno))

ssize_t write(int fd, const void *data, size_t size)
{
    return WRITE_FAILS(fd) ? -1 : syscall(SYS_write, fd, data, size);
}

/* With files of 64 bits these two are pwrite64 and ftruncate64, which SQLite calls. */
ssize_t pwrite(int fd, const void *data, size_t size, off_t at)
{
    return WRITE_FAILS(fd) ? -1 : syscall(SYS_pwrite64, fd, data, size, at);
}

int ftruncate(int fd, off_t size)
{
    return WRITE_FAILS(fd) ? -1 : (int)syscall(SYS_ftruncate, fd, size);
}

/* As a whole or not at all: the server may be killed in the middle. */
static void copy(int fd, const char *name)
{
    static char buffer[1 << 16];
    char part[PATH_MAX + 64], whole[PATH_MAX + 64];
    snprintf(part, sizeof(part), "%s/.part", shadow);
    snprintf(whole, sizeof(whole), "%s/%s", shadow, name);
    int out = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    off_t at = 0;
    ssize_t n;
    while (out >= 0 && (n = pread(fd, buffer, sizeof(buffer), at)) > 0) {
        if (syscall(SYS_write, out, buffer, (size_t)n) != n)
            abort();
        at += n;
    }
    if (out < 0 || rename(part, whole) < 0)
        abort();
    close(out);
}

static int sync_by(long number, int fd)
{
    char path[PATH_MAX];
    int rc = SYNC_FAILS(fd) ? -1 : (int)syscall(number, fd);
    const char *name = rc == 0 && shadow ? data_name(fd, path) : NULL;
    if (name) {
        pthread_mutex_lock(&lock);
        copy(fd, name);
        pthread_mutex_unlock(&lock);
    }
    return rc;
}

int fsync(int fd)
{
    return sync_by(SYS_fsync, fd);
}

int fdatasync(int fd)
{
    return sync_by(SYS_fdatasync, fd);
}

int clock_gettime(clockid_t clock, struct timespec *out)
{
    int rc = (int)syscall(SYS_clock_gettime, clock, out);
    if (rc == 0 && clock == CLOCK_REALTIME && control) {
        int64_t ns = out->tv_nsec + control->clock_ms % 1000 * 1000000;
        out->tv_sec += control->clock_ms / 1000 + (ns < 0 ? -1 : ns / 1000000000);
        out->tv_nsec = ns < 0 ? ns + 1000000000 : ns % 1000000000;
    }
    return rc;
}

int gettimeofday(struct timeval *restrict out, void *restrict zone)
{
    struct timespec now;
    (void)zone;
    if (clock_gettime(CLOCK_REALTIME, &now) < 0)
        return -1;
    out->tv_sec = now.tv_sec;
    out->tv_usec = now.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *out)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (out)
        *out = now.tv_sec;
    return now.tv_sec;
}
