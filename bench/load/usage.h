/* What the server's process has used, asked of the kernel. Any thread. */
#ifndef TEAHOUSE_BENCH_USAGE_H
#define TEAHOUSE_BENCH_USAGE_H

#include <stdint.h>
#include <sys/types.h>

/* CPU time of all its threads, user and system, in ns. 0 or a negative errno. */
int usage_cpu_ns(pid_t pid, uint64_t *out);
/* Resident memory in bytes. 0 or a negative errno. */
int usage_resident_bytes(pid_t pid, uint64_t *out);
/* Calls of write(2) and its kin, files included, send(2) and its kin not. 0 or a negative errno. */
int usage_writes(pid_t pid, uint64_t *out);

#endif
