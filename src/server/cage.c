#include "server/cage.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) ||                         \
    __has_feature(memory_sanitizer)
#define SANITIZED 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#endif

/* There where the program counts what of it has run, and writes that beside its objects. */
void __gcov_init(void *info) __attribute__((weak));
int __llvm_profile_write_file(void) __attribute__((weak));

const char *cage_hindrance(void)
{
#ifdef SANITIZED
    return "it was built with a sanitizer";
#endif
    if (__gcov_init || __llvm_profile_write_file)
        return "it was built to measure coverage";
    const char *preload = getenv("LD_PRELOAD");
    if (preload && strstr(preload, "vgpreload"))
        return "valgrind runs it";
    return NULL;
}

/* A limit of 0 alone would not do: the kernel does not look at it when cores go to a program, as to
 * systemd-coredump. And marking pages as not to be dumped would mean all of them: messages are in
 * the heap, on the stacks and in SQLite's pages. */
int cage_no_cores(void)
{
    const struct rlimit none = {0, 0};
    int rc = setrlimit(RLIMIT_CORE, &none) < 0 ? -errno : 0;
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
        return -errno;
    return rc;
}
