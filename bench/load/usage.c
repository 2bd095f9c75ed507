#include "usage.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

int usage_cpu_ns(pid_t pid, uint64_t *out)
{
    clockid_t clock;
    struct timespec t;
    int error = clock_getcpuclockid(pid, &clock);
    if (error)
        return -error;
    if (clock_gettime(clock, &t) < 0)
        return -errno;
    *out = (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
    return 0;
}

/* The number behind `key` in /proc/PID/`file`. */
static int proc_number(pid_t pid, const char *file, const char *key, uint64_t *out)
{
    char path[64], line[256];
    snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, file);
    FILE *f = fopen(path, "re");
    if (!f)
        return -errno;
    int r = -ENOENT;
    unsigned long long number;
    while (r < 0 && fgets(line, sizeof line, f)) {
        size_t len = strlen(key);
        if (strncmp(line, key, len) == 0 && sscanf(line + len, ": %llu", &number) == 1) {
            *out = number;
            r = 0;
        }
    }
    fclose(f);
    return r;
}

int usage_resident_bytes(pid_t pid, uint64_t *out)
{
    uint64_t kib;
    int r = proc_number(pid, "smaps_rollup", "Rss", &kib);
    if (r == 0)
        *out = kib * 1024;
    return r;
}

int usage_writes(pid_t pid, uint64_t *out)
{
    return proc_number(pid, "io", "syscw", out);
}
