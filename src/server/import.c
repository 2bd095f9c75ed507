/* One JSON object a line (RFC 8259), each with what `teahouse export` writes: room, epoch, seq, at,
 * from, text. What no member could have said is refused, not mended: the history must be the same
 * again when it is exported. */
#include "server/import.h"

#include "codec/json_value.h"
#include "core/name.h"
#include "server/complaint.h"
#include "store/sqlite.h"

#include <errno.h>
#include <inttypes.h>

enum {
    TEXT_BYTES = 65536,   /* the most that message-bytes may allow */
    LINE_BYTES = 1 << 20, /* far beyond that, with each byte six times as long when escaped */
    ERROR_BYTES = 512,
    WHERE_BYTES = 4200,
};

/* The longest names that any configuration allows. */
static struct limits widest(void)
{
    struct limits limits = limits_default;
    limits.nick_characters = limits.room_characters = NAME_CHARACTERS_MAX;
    return limits;
}

/* 1 with a line, without its end; 0 at the end of the file; or a negative errno. */
static int read_line(FILE *in, struct buf *line)
{
    int c;
    buf_clear(line);
    while ((c = getc_unlocked(in)) != EOF && c != '\n')
        if (buf_append_char(line, (char)c) < 0)
            return -EMSGSIZE;
    if (ferror(in))
        return -EIO;
    return c == '\n' || line->len > 0;
}

static const char *check_nick(struct str nick)
{
    struct limits limits = widest();
    struct buf fold;
    buf_init(&fold, NAME_FOLD_BYTES);
    enum refusal refusal = name_check_nick(&limits, nick, &fold);
    buf_finish(&fold);
    return refusal == REFUSAL_NONE ? NULL : "\"from\" is not a nick";
}

static const char *check_room(struct str room, struct buf *fold)
{
    struct limits limits = widest();
    buf_clear(fold);
    return name_check_room(&limits, room, fold) == REFUSAL_NONE ? NULL
                                                                : "\"room\" is not a room's name";
}

static const char *check_text(struct str text)
{
    struct buf clean;
    buf_init(&clean, TEXT_BYTES);
    bool fits = text_append_clean(&clean, text) == 0;
    bool same = fits && clean.len > 0 && str_equal(buf_str(&clean), text);
    buf_finish(&clean);
    if (!fits)
        return "\"text\" is too long";
    return same ? NULL : "\"text\" is empty, or has in it what no message may have";
}

/* NULL, or what is wrong. The strings of `m` are the object's, and `fold`'s. */
static const char *read_message(const struct json_value *o, struct import_message *m,
                                struct buf *fold)
{
    uint64_t at;
    if (json_value_kind(o) != JSON_OBJECT)
        return "it is not an object";
    if (!json_value_string(json_value_member(o, "room"), &m->room) ||
        !json_value_string(json_value_member(o, "from"), &m->from) ||
        !json_value_string(json_value_member(o, "text"), &m->text))
        return "\"room\", \"from\" and \"text\" must be strings";
    if (!json_value_integer(json_value_member(o, "epoch"), INT64_MAX, &m->position.epoch) ||
        !json_value_integer(json_value_member(o, "seq"), INT64_MAX, &m->position.seq) ||
        !json_value_integer(json_value_member(o, "at"), INT64_MAX, &at) || m->position.epoch == 0 ||
        m->position.seq == 0)
        return "\"epoch\", \"seq\" and \"at\" must be numbers, the first two from 1";
    m->at_ms = (int64_t)at;
    const char *wrong = check_room(m->room, fold);
    m->room_fold = buf_str(fold);
    if (!wrong)
        wrong = check_nick(m->from);
    return wrong ? wrong : check_text(m->text);
}

static int add_line(struct store_import *import, struct str line, const char *where,
                    struct buf *errors)
{
    char error[ERROR_BYTES] = "";
    struct import_message m;
    struct buf fold;
    const char *why = NULL;
    bool deep;
    struct json_value *value = json_value_read(line, &why, &deep);
    if (!value) {
        complaint_add(errors, where, "it is not JSON: %s", why);
        return -EINVAL;
    }
    buf_init(&fold, NAME_FOLD_BYTES);
    int rc = 0;
    why = read_message(value, &m, &fold);
    if (why) {
        rc = -EINVAL;
    } else {
        rc = store_sqlite_import_add(import, &m, error, sizeof(error));
        why = error;
    }
    if (rc < 0)
        complaint_add(errors, where, "%s", why);
    buf_finish(&fold);
    json_value_free(value);
    return rc;
}

static int add_all(struct store_import *import, FILE *in, const char *name, uint64_t *count,
                   struct buf *errors)
{
    char where[WHERE_BYTES];
    struct buf line;
    buf_init(&line, LINE_BYTES);
    int more, rc = 0;
    *count = 0;
    while (rc == 0 && (more = read_line(in, &line)) != 0) {
        snprintf(where, sizeof(where), "%s:%" PRIu64, name, *count + 1);
        if (more < 0) {
            complaint_add(errors, where, "%s",
                          more == -EMSGSIZE ? "the line is too long" : "it cannot be read");
            rc = more;
        } else {
            rc = add_line(import, buf_str(&line), where, errors);
            ++*count;
        }
    }
    buf_finish(&line);
    return rc;
}

int import_lines(const char *data, FILE *in, const char *name, uint64_t *count, struct buf *errors)
{
    char error[ERROR_BYTES] = "";
    struct store_import *import;
    int rc = store_sqlite_import(data, &import, error, sizeof(error));
    if (rc == 0) {
        rc = add_all(import, in, name, count, errors);
        if (rc == 0)
            rc = store_sqlite_import_keep(import, error, sizeof(error));
        store_sqlite_import_close(import);
    }
    if (error[0] != '\0')
        complaint_add(errors, "teahouse", "%s", error);
    return rc;
}
