/* From root to somebody else, for good (credentials(7), capabilities(7)). */
#include "server/cage.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Leaves only what opens ports below 1024. */
static int keep_low_ports(void)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {
        {.effective = 1U << CAP_NET_BIND_SERVICE, .permitted = 1U << CAP_NET_BIND_SERVICE}};
    return syscall(SYS_capset, &header, data) < 0 ? -errno : 0;
}

static int try_files(const char *data)
{
    static const char *const files[] = {"history.db", "history.db-wal", "index.db", "lock"};
    int folder = open(data, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0)
        return -errno;
    int rc = faccessat(folder, ".", R_OK | W_OK | X_OK, AT_EACCESS) < 0 ? -errno : 0;
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]) && rc == 0; i++)
        if (faccessat(folder, files[i], R_OK | W_OK, AT_EACCESS) < 0 && errno != ENOENT)
            rc = -errno;
    close(folder);
    return rc;
}

/* As the user for a moment: whether it can write in the folder, and what is there already. */
static int try_data(const char *data, const struct passwd *user)
{
    if (setegid(user->pw_gid) < 0)
        return -errno;
    int rc = seteuid(user->pw_uid) < 0 ? -errno : 0;
    if (rc == 0) {
        rc = try_files(data);
    }
    if (seteuid(0) < 0 || setegid(0) < 0)
        return -EPERM;
    return rc;
}

static int become(const struct passwd *user, bool low_ports)
{
    if (low_ports && prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) < 0)
        return -errno;
    if (setgroups(0, NULL) < 0 || setresgid(user->pw_gid, user->pw_gid, user->pw_gid) < 0 ||
        setresuid(user->pw_uid, user->pw_uid, user->pw_uid) < 0)
        return -errno;
    int rc = low_ports ? keep_low_ports() : 0;
    /* The way back must be closed. */
    if (rc == 0 && (setresuid(0, 0, 0) == 0 || geteuid() == 0))
        rc = -EPERM;
    return rc;
}

/* Why it stays root; an error when the user was asked for by name. */
static int stay(bool automatic, int rc)
{
    return automatic ? CAGE_USER_ROOT : rc;
}

int cage_change_user(const char *name, const char *data, bool fresh, bool low_ports,
                     char sentence[CAGE_SENTENCE_BYTES])
{
    bool automatic = strcmp(name, "auto") == 0;
    sentence[0] = '\0';
    if (geteuid() != 0)
        return CAGE_USER_SAME;
    if (strcmp(name, "none") == 0) {
        snprintf(sentence, CAGE_SENTENCE_BYTES, "it runs as root, as \"user = none\" says");
        return CAGE_USER_ROOT;
    }
    const char *wanted = automatic ? CAGE_USER : name;
    const struct passwd *user = getpwnam(wanted);
    if (!user || user->pw_uid == 0) {
        snprintf(sentence, CAGE_SENTENCE_BYTES,
                 user ? "the user %s is root itself" : "there is no user %s to become", wanted);
        return stay(automatic, -ENOENT);
    }
    int rc = fresh && chown(data, user->pw_uid, user->pw_gid) < 0 ? -errno : 0;
    if (rc == 0)
        rc = try_data(data, user);
    if (rc < 0) {
        if (fresh && chown(data, 0, 0) < 0)
            rc = -errno;
        snprintf(sentence, CAGE_SENTENCE_BYTES,
                 "the user %s cannot write in %s (%s); chown -R %s %s may help", wanted, data,
                 strerror(-rc), wanted, data);
        return stay(automatic, rc);
    }
    rc = become(user, low_ports);
    if (rc < 0) {
        snprintf(sentence, CAGE_SENTENCE_BYTES, "it cannot become the user %s: %s", wanted,
                 strerror(-rc));
        return rc;
    }
    snprintf(sentence, CAGE_SENTENCE_BYTES, "root has become the user %s%s", wanted,
             low_ports ? ", who may open ports below 1024" : "");
    return CAGE_USER_CHANGED;
}
