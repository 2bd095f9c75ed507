#include "core/name.h"

#include "base/utf8.h"
#include "core/alike.h"

#include <errno.h>

enum { BRAILLE_BLANK = 0x2800 }; /* a symbol by its category, and nothing to see */

static bool forbidden(uint32_t cp)
{
    if (cp < 0x80)
        return strchr(":,!@#*?/<>[]", (int)cp) != NULL && cp != 0;
    return cp == BRAILLE_BLANK;
}

enum name_fault { NAME_OK, NAME_EMPTY, NAME_BLANK, NAME_INVALID, NAME_LONG };

static enum name_fault check_characters(struct str name)
{
    bool first = true;
    unsigned marks = 0;
    for (struct str rest = name; rest.len > 0; first = false) {
        uint32_t cp;
        rest = str_skip(rest, utf8_next(rest, &cp));
        enum utf8_kind kind = utf8_kind(cp);
        if (kind == UTF8_BLANK)
            return NAME_BLANK;
        if (forbidden(cp) || (kind != UTF8_VISIBLE && kind != UTF8_MARK))
            return NAME_INVALID;
        marks = kind == UTF8_MARK ? marks + 1 : 0;
        if ((first && marks > 0) || marks > NAME_MARKS_MAX)
            return NAME_INVALID;
    }
    return NAME_OK;
}

static enum name_fault check_name(struct str name, unsigned max_characters, struct buf *fold)
{
    if (name.len == 0)
        return NAME_EMPTY;
    /* Four bytes are the most that a character takes: no need to look at a megabyte. */
    if (name.len > (size_t)max_characters * 4)
        return NAME_LONG;
    if (!utf8_valid(name))
        return NAME_INVALID;
    enum name_fault fault = check_characters(name);
    if (fault != NAME_OK)
        return fault;
    if (utf8_count(name) > max_characters)
        return NAME_LONG;

    /* What looks like a forbidden character counts as one: "root：" folds to "root:". */
    size_t start = fold->len;
    if (utf8_append_folded(fold, name) < 0)
        return NAME_INVALID;
    struct str folded = str_of(fold->ptr + start, fold->len - start);
    if (folded.len == 0 || check_characters(folded) != NAME_OK || alike_is_mixed(folded)) {
        fold->len = start;
        return NAME_INVALID;
    }
    return NAME_OK;
}

enum refusal name_check_nick(const struct limits *limits, struct str nick, struct buf *fold)
{
    switch (check_name(nick, limits->nick_characters, fold)) {
    case NAME_OK: return REFUSAL_NONE;
    case NAME_EMPTY: return REFUSAL_NICK_EMPTY;
    case NAME_BLANK: return REFUSAL_NICK_BLANK;
    case NAME_LONG: return REFUSAL_NICK_LONG;
    case NAME_INVALID: break;
    }
    return REFUSAL_NICK_INVALID;
}

enum refusal name_check_room(const struct limits *limits, struct str room, struct buf *fold)
{
    switch (check_name(room, limits->room_characters, fold)) {
    case NAME_OK: return REFUSAL_NONE;
    case NAME_EMPTY: return REFUSAL_ROOM_EMPTY;
    case NAME_LONG: return REFUSAL_ROOM_LONG;
    case NAME_BLANK:
    case NAME_INVALID: break;
    }
    return REFUSAL_ROOM_INVALID;
}

bool name_reserved(struct str server_name, struct str nick_fold)
{
    struct buf fold, likeness, nick;
    buf_init(&fold, NAME_FOLD_BYTES);
    buf_init(&likeness, NAME_FOLD_BYTES);
    buf_init(&nick, NAME_FOLD_BYTES);
    bool reserved = false;
    if (alike_append(&nick, nick_fold) == 0)
        reserved = str_equal(buf_str(&nick), STR("system"));
    if (!reserved && utf8_append_folded(&fold, server_name) == 0 &&
        alike_append(&likeness, buf_str(&fold)) == 0)
        reserved = str_equal(buf_str(&nick), buf_str(&likeness));
    buf_finish(&fold);
    buf_finish(&likeness);
    buf_finish(&nick);
    return reserved;
}

/* U+202A..E and U+2066..9 reorder what stands around them on a stranger's screen, U+206A..F are
 * their deprecated kin; U+FFF9..B hide what stands between them. */
static bool misleads(uint32_t cp)
{
    return (cp >= 0x202A && cp <= 0x202E) || (cp >= 0x2066 && cp <= 0x206F) ||
           (cp >= 0xFFF9 && cp <= 0xFFFB);
}

enum {
    FIRST_MARK = 0x300,
    FIRST_HAN = 0x4E00,
    LAST_HAN = 0x9FFF,
    SOFT_HYPHEN = 0xAD,
    JOINER = 0x200D
};

/* What most texts are made of, without asking Unicode's tables. */
static bool surely_stands_alone(uint32_t cp)
{
    return (cp < FIRST_MARK && cp != SOFT_HYPHEN) || (cp >= FIRST_HAN && cp <= LAST_HAN);
}

/* What stands upon the character that was seen last. */
struct cluster {
    unsigned marks, joins;
    bool joined; /* the last was a joiner */
};

/* Whether one more is too many. */
static bool towers(struct cluster *c, uint32_t cp)
{
    enum utf8_kind kind = surely_stands_alone(cp) ? UTF8_VISIBLE : utf8_kind(cp);
    if (kind != UTF8_MARK && kind != UTF8_INVISIBLE) {
        c->joins = c->joined ? c->joins + 1 : 0;
        c->marks = 0;
        c->joined = false;
        return false;
    }
    if (c->marks >= TEXT_MARKS_MAX || (cp == JOINER && c->joins >= TEXT_JOINS_MAX))
        return true;
    c->marks++;
    c->joined = cp == JOINER;
    return false;
}

static int append_clean(struct buf *out, struct str text, char line_break)
{
    size_t start = out->len;
    bool after_cr = false;
    struct cluster cluster = {0};
    while (text.len > 0) {
        uint32_t cp;
        char bytes[4];
        text = str_skip(text, utf8_next(text, &cp));
        bool line_feed_of_cr = after_cr && cp == '\n';
        after_cr = cp == '\r';
        if (line_feed_of_cr)
            continue;
        if (cp == '\n' || cp == '\r' || cp == 0x85 || cp == 0x2028 || cp == 0x2029)
            cp = (unsigned char)line_break;
        else if (cp == '\t')
            cp = ' ';
        else if (cp < 0x20 || (cp >= 0x7F && cp < 0xA0) || misleads(cp) || towers(&cluster, cp))
            continue;
        if (out->len == start && (cp == ' ' || cp == '\n'))
            continue;
        int rc = buf_append(out, bytes, utf8_put(cp, bytes));
        if (rc < 0)
            return rc;
    }
    while (out->len > start && (out->ptr[out->len - 1] == ' ' || out->ptr[out->len - 1] == '\n'))
        out->len--;
    return 0;
}

int text_append_clean(struct buf *out, struct str text)
{
    return append_clean(out, text, '\n');
}

int text_append_clean_line(struct buf *out, struct str text)
{
    return append_clean(out, text, ' ');
}
