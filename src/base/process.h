/* What this process takes of the machine, as the system tells it (proc(5), getrusage(2)). Any
 * thread. */
#ifndef TEAHOUSE_BASE_PROCESS_H
#define TEAHOUSE_BASE_PROCESS_H

#include <stdint.h>

struct process_usage {
    uint64_t resident_bytes, virtual_bytes;
    uint64_t open_fds, max_fds; /* descriptors; the soft limit */
    uint64_t cpu_ns;            /* of all threads, the kernel's work for them too */
};

/* What cannot be learned is 0. Before Linux 6.2 every descriptor is looked at. */
void process_usage_get(struct process_usage *out);

#endif
