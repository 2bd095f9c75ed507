/* Landlock (landlock(7)): from here on only what a rule names can be opened. Rights that a kernel
 * does not know are left out: what its version ("ABI") knows is what it can forbid. */
#include "server/cage.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <linux/landlock.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Of newer kernels than the headers may be of; linux/landlock.h of Linux 6.12. */
enum {
    ABI_REFER = 2,
    ABI_TRUNCATE = 3,
    ABI_NET = 4,
    ABI_IOCTL = 5,
    ABI_SCOPE = 6,
};
#define RIGHT_TRUNCATE  (UINT64_C(1) << 14)
#define RIGHT_IOCTL_DEV (UINT64_C(1) << 15)
#define NET_CONNECT_TCP (UINT64_C(1) << 1)
#define SCOPE_ABSTRACT  (UINT64_C(1) << 0)
#define SCOPE_SIGNAL    (UINT64_C(1) << 1)

struct ruleset_attr {
    uint64_t handled_access_fs;
    uint64_t handled_access_net; /* from ABI 4 on */
    uint64_t scoped;             /* from ABI 6 on */
};

enum {
    ALL_OF_ABI_1 = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1,
    READ = LANDLOCK_ACCESS_FS_READ_FILE,
    LIST = LANDLOCK_ACCESS_FS_READ_DIR,
    OWN = READ | LIST | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_FILE |
          LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK,
};

struct ruleset {
    int fd, abi;
    struct ruleset_attr attr;
};

static int create(struct ruleset *r)
{
    r->abi = (int)syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    if (r->abi < 0)
        return -errno;
    size_t size = sizeof(uint64_t);
    r->attr = (struct ruleset_attr){.handled_access_fs = ALL_OF_ABI_1};
    if (r->abi >= ABI_REFER)
        r->attr.handled_access_fs |= LANDLOCK_ACCESS_FS_REFER;
    if (r->abi >= ABI_TRUNCATE)
        r->attr.handled_access_fs |= RIGHT_TRUNCATE;
    if (r->abi >= ABI_IOCTL)
        r->attr.handled_access_fs |= RIGHT_IOCTL_DEV;
    if (r->abi >= ABI_NET) { /* it never connects to anything; opening doors is not handled */
        r->attr.handled_access_net = NET_CONNECT_TCP;
        size = 2 * sizeof(uint64_t);
    }
    if (r->abi >= ABI_SCOPE) {
        r->attr.scoped = SCOPE_ABSTRACT | SCOPE_SIGNAL;
        size = sizeof(r->attr);
    }
    r->fd = (int)syscall(SYS_landlock_create_ruleset, &r->attr, size, 0);
    return r->fd < 0 ? -errno : 0;
}

/* `keep`: the path stays open, so that the kernel goes on knowing it by the same inode: in /proc,
 * what nobody looks at is made anew at the next look. */
static int allow(const struct ruleset *r, const char *path, uint64_t rights, bool keep)
{
    struct stat st;
    int fd = open(path, O_PATH | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    if (fstat(fd, &st) == 0 && !S_ISDIR(st.st_mode))
        rights &= READ | LANDLOCK_ACCESS_FS_WRITE_FILE | RIGHT_TRUNCATE;
    struct landlock_path_beneath_attr rule = {.allowed_access = rights & r->attr.handled_access_fs,
                                              .parent_fd = fd};
    int rc = syscall(SYS_landlock_add_rule, r->fd, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) < 0
                 ? -errno
                 : 0;
    if (rc < 0 || !keep)
        close(fd);
    return rc;
}

/* The folder of a file: who edits a file mostly puts another one in its place. */
static int allow_folder_of(const struct ruleset *r, const char *file)
{
    char path[PATH_MAX];
    if (strlen(file) >= sizeof(path))
        return -ENAMETOOLONG;
    strcpy(path, file);
    int rc = allow(r, dirname(path), READ, false);
    /* What the name points to may be elsewhere. */
    if (rc == 0 && realpath(file, path))
        rc = allow(r, dirname(path), READ, false);
    return rc;
}

static int add_rules(const struct ruleset *r, const struct cage_files *files)
{
    int rc = allow(r, files->data, OWN | RIGHT_TRUNCATE, false);
    for (const char *const *file = files->reads; *file && rc == 0; file++) {
        rc = allow_folder_of(r, *file);
        if (rc == -ENOENT)
            rc = 0;
    }
    /* Without these only some numbers for operators are missing, or a spare descriptor. */
    allow(r, "/dev/null", READ | LANDLOCK_ACCESS_FS_WRITE_FILE, false);
    allow(r, "/dev/urandom", READ, false);
    allow(r, "/proc/self/statm", READ, true);
    allow(r, "/proc/self/fd", LIST, true);
    return rc;
}

int cage_close_files(const struct cage_files *files, char sentence[CAGE_SENTENCE_BYTES])
{
    struct ruleset r = {.fd = -1};
    int rc = create(&r);
    if (rc == 0)
        rc = add_rules(&r, files);
    if (rc == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
        rc = -errno;
    if (rc == 0 && syscall(SYS_landlock_restrict_self, r.fd, 0) < 0)
        rc = -errno;
    if (r.fd >= 0)
        close(r.fd);
    if (rc == -ENOSYS || rc == -EOPNOTSUPP)
        snprintf(sentence, CAGE_SENTENCE_BYTES,
                 "this kernel has no Landlock, and so the server can open all files of its user");
    else if (rc < 0)
        snprintf(sentence, CAGE_SENTENCE_BYTES,
                 "Landlock cannot be used (%s), and so the server can open all files of its user",
                 strerror(-rc));
    else
        snprintf(sentence, CAGE_SENTENCE_BYTES, "no files but those in %s%s (Landlock %d)",
                 files->data, r.abi >= ABI_NET ? ", no connections to elsewhere" : "", r.abi);
    return rc;
}
