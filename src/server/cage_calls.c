/* seccomp (seccomp(2)), by libseccomp: from here on only the calls of these tables get through. All
 * others fail with EPERM as if somebody without rights had made them; those that libraries try for
 * being new fail with ENOSYS, so that they take the older one; and who runs another program has
 * been taken over, and is ended. */
#include "server/cage.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#ifndef HAVE_SECCOMP

int cage_close_calls(char sentence[CAGE_SENTENCE_BYTES])
{
    snprintf(sentence, CAGE_SENTENCE_BYTES,
             "it was built without libseccomp, and so the server can make any system call");
    return -ENOSYS;
}

#else

#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

/* Tables. */
/* clang-format off */
static const char *const allowed[] = {
    /* what is open */
    "read", "readv", "pread64", "preadv", "write", "writev", "pwrite64", "pwritev", "lseek",
    "_llseek", "close", "fsync", "fdatasync", "ftruncate", "ftruncate64", "fallocate", "fcntl",
    "fcntl64", "flock", "fchmod", "fchown", "fchown32", "dup",
    /* files: which ones, Landlock says */
    "open", "openat", "stat", "stat64", "fstat", "fstat64", "lstat", "lstat64", "newfstatat",
    "fstatat64", "statx", "statfs", "statfs64", "fstatfs", "fstatfs64", "access", "faccessat",
    "faccessat2", "readlink", "readlinkat", "getdents", "getdents64", "unlink", "unlinkat",
    "rename", "renameat", "renameat2", "getcwd", "umask",
    /* memory; mmap and mprotect are below */
    "munmap", "mremap", "madvise", "brk", "msync",
    /* connections; socket, sendto and ioctl are below */
    "bind", "listen", "accept", "accept4", "getsockname", "getpeername", "getsockopt",
    "setsockopt", "shutdown", "recv", "recvfrom", "recvmsg", "send",
    /* waiting */
    "epoll_wait", "epoll_pwait", "epoll_ctl", "poll", "ppoll", "ppoll_time64", "select",
    "_newselect", "pselect6", "futex", "futex_time64", "sched_yield", "nanosleep",
    "clock_nanosleep", "clock_nanosleep_time64", "restart_syscall",
    /* what time it is, who one is */
    "clock_gettime", "clock_gettime64", "clock_getres", "gettimeofday", "time", "times", "getpid",
    "gettid", "getuid", "getuid32", "geteuid", "geteuid32", "getgid", "getgid32", "getegid",
    "getegid32", "getrandom", "getrlimit", "ugetrlimit", "getrusage", "sysinfo", "uname", "getcpu",
    "sched_getaffinity", "getpriority", "setpriority",
    /* what a thread begins with that was made just before */
    "set_robust_list", "rseq",
    /* signals */
    "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sigreturn", "sigaltstack",
    /* the end */
    "exit", "exit_group",
};

static const char *const unknown[] = {
    "clone3", "openat2", "futex_waitv", "epoll_pwait2", "io_uring_setup", "close_range",
    "membarrier", "preadv2", "pwritev2",
};

static const char *const deadly[] = {"execve", "execveat"};
/* clang-format on */

/* A call that this machine, or this libseccomp, has not got cannot be made. */
static int add(scmp_filter_ctx filter, uint32_t action, const char *name)
{
    int call = seccomp_syscall_resolve_name(name);
    return call == __NR_SCMP_ERROR ? 0 : seccomp_rule_add(filter, action, call, 0);
}

static int add_all(scmp_filter_ctx filter, uint32_t action, const char *const *names, size_t count)
{
    int rc = 0;
    for (size_t i = 0; i < count && rc == 0; i++)
        rc = add(filter, action, names[i]);
    return rc;
}

#define ADD_ALL(filter, action, names)                                                             \
    add_all(filter, action, names, sizeof(names) / sizeof((names)[0]))

/* Calls that get through with some arguments alone. */
static int add_particular(scmp_filter_ctx filter)
{
    static const int families[] = {AF_INET, AF_INET6};
    /* How libuv says that nothing is to wait for a socket, and that no child gets it. */
    static const unsigned long controls[] = {FIONBIO, FIOCLEX};
    int rc = 0;
    for (size_t i = 0; i < 2 && rc == 0; i++)
        rc = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 1,
                              SCMP_A1(SCMP_CMP_EQ, controls[i]));
    /* Doors that a reload opens. */
    for (size_t i = 0; i < 2 && rc == 0; i++)
        rc = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(socket), 2,
                              SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)families[i]),
                              SCMP_A1(SCMP_CMP_MASKED_EQ, 0xf, SOCK_STREAM));
    /* To whom it is connected; an address could open a connection (MSG_FASTOPEN). */
    if (rc == 0)
        rc = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(sendto), 1, SCMP_A4(SCMP_CMP_EQ, 0));
    /* No new code: all libraries are loaded. */
    if (rc == 0)
        rc = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1,
                              SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
    if (rc == 0)
        rc = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
                              SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
    /* Its limits may be read. */
    if (rc == 0)
        rc = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 1,
                              SCMP_A2(SCMP_CMP_EQ, 0));
    /* abort() */
    if (rc == 0)
        rc = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1,
                              SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid()));
    return rc;
}

static int fill(scmp_filter_ctx filter)
{
    int rc = seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1);
    if (rc == 0)
        rc = ADD_ALL(filter, SCMP_ACT_ALLOW, allowed);
    if (rc == 0)
        rc = ADD_ALL(filter, SCMP_ACT_ERRNO(ENOSYS), unknown);
    if (rc == 0)
        rc = ADD_ALL(filter, SCMP_ACT_KILL_PROCESS, deadly);
    return rc < 0 ? rc : add_particular(filter);
}

int cage_close_calls(char sentence[CAGE_SENTENCE_BYTES])
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    int rc = filter ? fill(filter) : -ENOMEM;
    if (rc == 0)
        rc = seccomp_load(filter);
    seccomp_release(filter);
    if (rc < 0)
        snprintf(sentence, CAGE_SENTENCE_BYTES,
                 "seccomp cannot be used (%s), and so the server can make any system call",
                 strerror(-rc));
    else
        snprintf(sentence, CAGE_SENTENCE_BYTES, "no system calls but those it needs (seccomp)");
    return rc;
}

#endif
