#include "base/alloc.h"
#include "store/sqlite_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

char *folder_path(const char *folder, const char *file)
{
    size_t size = strlen(folder) + strlen(file) + 2;
    char *path = alloc_bytes(size);
    snprintf(path, size, "%s/%s", folder, file);
    return path;
}

static int make_one(const char *folder)
{
    struct stat st;
    if (mkdir(folder, 0700) == 0)
        return 0;
    if (errno != EEXIST)
        return -errno;
    if (stat(folder, &st) < 0)
        return -errno;
    return S_ISDIR(st.st_mode) ? 0 : -ENOTDIR;
}

int folder_make(const char *folder, char *error, size_t error_size)
{
    char *path = folder_path(folder, "");
    int rc = *folder ? 0 : -ENOENT;
    for (char *slash = strchr(path + 1, '/'); slash && rc == 0; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        rc = make_one(path);
        *slash = '/';
    }
    free(path);
    if (rc < 0)
        snprintf(error, error_size, "The data folder %s cannot be made: %s.", folder,
                 strerror(-rc));
    return rc;
}

int store_sqlite_make_folder(const char *folder, char *error, size_t error_size)
{
    return folder_make(folder, error, error_size);
}

int folder_lock(const char *folder, int *fd, char *error, size_t error_size)
{
    char *path = folder_path(folder, LOCK_FILE);
    int opened = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    int rc = opened < 0 || flock(opened, LOCK_EX | LOCK_NB) < 0 ? -errno : 0;
    if (rc == -EAGAIN)
        snprintf(error, error_size, "The data folder %s is in use by another running server.",
                 folder);
    else if (rc < 0)
        snprintf(error, error_size, "%s cannot be locked: %s.", path, strerror(-rc));
    free(path);
    if (rc == 0)
        *fd = opened;
    else if (opened >= 0)
        close(opened);
    return rc;
}

int folder_touch(const char *folder, const char *file, char *error, size_t error_size)
{
    char *path = folder_path(folder, file);
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    int rc = fd < 0 ? -errno : 0;
    if (rc < 0)
        snprintf(error, error_size, "%s cannot be opened: %s.", path, strerror(-rc));
    if (fd >= 0)
        close(fd);
    free(path);

    /* A new name lasts once its folder is synced. */
    int folder_fd = rc == 0 ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    if (folder_fd >= 0) {
        fsync(folder_fd);
        close(folder_fd);
    }
    return rc;
}
