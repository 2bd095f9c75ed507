#include "base/process.h"

#include <dirent.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static void read_memory(struct process_usage *out)
{
    unsigned long pages = 0, resident = 0;
    FILE *file = fopen("/proc/self/statm", "re");
    if (!file)
        return;
    uint64_t page_bytes = (uint64_t)sysconf(_SC_PAGESIZE);
    if (fscanf(file, "%lu %lu", &pages, &resident) == 2) {
        out->virtual_bytes = pages * page_bytes;
        out->resident_bytes = resident * page_bytes;
    }
    fclose(file);
}

/* The folder that is being read is open too, and is not counted. */
static uint64_t count_entries(void)
{
    uint64_t count = 0;
    DIR *folder = opendir("/proc/self/fd");
    if (!folder)
        return 0;
    for (const struct dirent *entry; (entry = readdir(folder));)
        count += entry->d_name[0] != '.';
    closedir(folder);
    return count > 0 ? count - 1 : 0;
}

static uint64_t open_descriptors(void)
{
    struct stat folder;
    /* Since Linux 6.2 its size is their number; before that it is 0. */
    if (stat("/proc/self/fd", &folder) == 0 && folder.st_size > 0)
        return (uint64_t)folder.st_size;
    return count_entries();
}

static uint64_t ns_of(struct timeval time)
{
    return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_usec * 1000;
}

void process_usage_get(struct process_usage *out)
{
    struct rlimit limit;
    struct rusage usage;
    *out = (struct process_usage){0};
    read_memory(out);
    out->open_fds = open_descriptors();
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0)
        out->max_fds = limit.rlim_cur;
    if (getrusage(RUSAGE_SELF, &usage) == 0)
        out->cpu_ns = ns_of(usage.ru_utime) + ns_of(usage.ru_stime);
}
