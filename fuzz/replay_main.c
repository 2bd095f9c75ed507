/* Runs a harness over files, and over the files of folders, without libFuzzer: every compiler can
 * build it. One line of TAP (testanything.org) a file; a finding aborts. */
#include "fuzz.h"

#include "base/alloc.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { FILE_BYTES = 1 << 20 };

static unsigned done;

static bool replay_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return false;
    uint8_t *data = alloc_bytes(FILE_BYTES);
    size_t size = fread(data, 1, FILE_BYTES, file);
    bool ok = !ferror(file);
    fclose(file);
    if (ok) {
        data = alloc_resize(data, size); /* so that reads beyond it are seen */
        LLVMFuzzerTestOneInput(data, size);
        printf("ok %u - %s\n", ++done, path);
    }
    free(data);
    return ok;
}

static bool replay(const char *path)
{
    struct stat st;
    if (stat(path, &st) != 0)
        return false;
    if (!S_ISDIR(st.st_mode))
        return replay_file(path);

    struct dirent **entries;
    int n = scandir(path, &entries, NULL, alphasort);
    bool ok = n >= 0;
    for (int i = 0; i < n; i++) {
        char inner[4096];
        int len = snprintf(inner, sizeof(inner), "%s/%s", path, entries[i]->d_name);
        if (entries[i]->d_name[0] != '.')
            ok = ok && len < (int)sizeof(inner) && replay(inner);
        free(entries[i]);
    }
    if (n >= 0)
        free(entries);
    return ok;
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (!replay(argv[i])) {
            fprintf(stderr, "%s: %s\n", argv[i], strerror(errno));
            return 1;
        }
    }
    if (done == 0)
        printf("ok %u - nothing to replay # SKIP\n", ++done);
    printf("1..%u\n", done);
    return 0;
}
