#include "server/names_file.h"

#include "base/alloc.h"
#include "core/name.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static int read_file(const char *path, struct buf *out)
{
    char piece[4096];
    size_t n;
    FILE *in = fopen(path, "re");
    if (!in)
        return -errno;
    while ((n = fread(piece, 1, sizeof(piece), in)) > 0 && buf_append(out, piece, n) == 0)
        ;
    int rc = ferror(in) ? -errno : 0;
    fclose(in);
    return rc;
}

static bool is_nick(const struct server_info *info, struct str name)
{
    struct buf fold;
    buf_init(&fold, NAME_FOLD_BYTES);
    bool good = name_check_nick(&info->limits, name, &fold) == REFUSAL_NONE &&
                !name_reserved(info->name, buf_str(&fold));
    buf_finish(&fold);
    return good;
}

int names_file_load(struct names_file *file, const char *path, const struct server_info *info,
                    size_t *bad)
{
    struct buf text;
    buf_init(&text, NAMES_FILE_BYTES);
    int rc = read_file(path, &text);
    if (rc < 0) {
        buf_finish(&text);
        return rc;
    }
    struct str rest = buf_str(&text);
    struct str *list = NULL;
    size_t count = 0, room = 0;
    *bad = 0;
    while (rest.len > 0) {
        struct str name = str_trim(str_cut(&rest, '\n'));
        if (name.len > 0 && !is_nick(info, name)) {
            ++*bad;
        } else if (name.len > 0) {
            if (count == room)
                list = alloc_resize(list, (room = room ? 2 * room : 64) * sizeof(*list));
            list[count++] = name;
        }
    }
    file->text = text.ptr;
    file->names = (struct names){list, count};
    return 0;
}

void names_file_finish(struct names_file *file)
{
    free((void *)(uintptr_t)file->names.list);
    free(file->text);
    *file = (struct names_file){0};
}
