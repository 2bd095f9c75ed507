/* A history that is damaged is set aside, with all that SQLite keeps beside it, so that somebody
 * may save what can be read of it, and a new one begins. */
#include "base/alloc.h"
#include "store/sqlite_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

enum { ASIDE_MAX = 1000, NAME_BYTES = 64 };

/* The log first: should this end in the middle, the file is still in its place. */
static const char *const companions[] = {"-shm", "-wal", ""};

static bool is_there(const char *folder, const char *name)
{
    char *path = folder_path(folder, name);
    bool there = access(path, F_OK) == 0;
    free(path);
    return there;
}

static int move(const char *folder, const char *from, const char *to)
{
    char *old = folder_path(folder, from), *new = folder_path(folder, to);
    int rc = rename(old, new) < 0 && errno != ENOENT ? -errno : 0;
    free(old);
    free(new);
    return rc;
}

static void delete (const char *folder, const char *name)
{
    char *path = folder_path(folder, name);
    unlink(path);
    free(path);
}

static void sync_folder(const char *folder)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return;
    fsync(fd);
    close(fd);
}

int aside_put(const char *folder, char *name, size_t size)
{
    char from[NAME_BYTES], to[NAME_BYTES];
    unsigned number = 1;
    int rc = 0;
    do
        snprintf(name, size, HISTORY_FILE ".damaged-%u", number);
    while (is_there(folder, name) && ++number < ASIDE_MAX);
    if (number == ASIDE_MAX)
        return -EEXIST;
    for (size_t i = 0; i < sizeof(companions) / sizeof(companions[0]) && rc == 0; i++) {
        snprintf(from, sizeof(from), HISTORY_FILE "%s", companions[i]);
        snprintf(to, sizeof(to), "%.40s%s", name, companions[i]);
        rc = move(folder, from, to);
    }
    sync_folder(folder);
    return rc;
}

int aside_take_back(const char *folder, const char *name)
{
    char from[NAME_BYTES], to[NAME_BYTES];
    int rc = 0;
    delete (folder, HISTORY_FILE "-shm");
    delete (folder, HISTORY_FILE "-wal");
    /* The log last: without its file it is nothing. */
    for (size_t i = sizeof(companions) / sizeof(companions[0]); i > 0 && rc == 0; i--) {
        snprintf(from, sizeof(from), "%.40s%s", name, companions[i - 1]);
        snprintf(to, sizeof(to), HISTORY_FILE "%s", companions[i - 1]);
        rc = move(folder, from, to);
    }
    sync_folder(folder);
    return rc;
}

void aside_note_epoch(int lock_fd, uint64_t epoch)
{
    char text[NAME_BYTES];
    int n = snprintf(text, sizeof(text), "%020llu\n", (unsigned long long)epoch);
    if (pwrite(lock_fd, text, (size_t)n, 0) == n)
        fdatasync(lock_fd);
}

uint64_t aside_epoch(int lock_fd)
{
    char text[NAME_BYTES] = "";
    uint64_t epoch;
    ssize_t n = pread(lock_fd, text, sizeof(text) - 1, 0);
    if (n > 0 && str_to_u64(str_trim(str_from(text)), UINT32_MAX, &epoch))
        return epoch;
    return 0;
}
