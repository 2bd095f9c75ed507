#include "core/name.h"

#include "base/utf8.h"

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
    for (struct str rest = name; rest.len > 0; first = false) {
        uint32_t cp;
        rest = str_skip(rest, utf8_next(rest, &cp));
        enum utf8_kind kind = utf8_kind(cp);
        if (kind == UTF8_BLANK)
            return NAME_BLANK;
        if (forbidden(cp) || (kind != UTF8_VISIBLE && kind != UTF8_MARK))
            return NAME_INVALID;
        if (first && kind == UTF8_MARK)
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
    if (folded.len == 0 || check_characters(folded) != NAME_OK) {
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
    struct buf fold;
    buf_init(&fold, NAME_FOLD_BYTES);
    bool reserved = str_equal(nick_fold, STR("system"));
    if (!reserved && utf8_append_folded(&fold, server_name) == 0)
        reserved = str_equal(nick_fold, buf_str(&fold));
    buf_finish(&fold);
    return reserved;
}

/* U+202A..E and U+2066..9: they reorder what stands around them on a stranger's screen. */
static bool bidi_override(uint32_t cp)
{
    return (cp >= 0x202A && cp <= 0x202E) || (cp >= 0x2066 && cp <= 0x2069);
}

static int append_clean(struct buf *out, struct str text, char line_break)
{
    size_t start = out->len;
    bool after_cr = false;
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
        else if (cp < 0x20 || (cp >= 0x7F && cp < 0xA0) || bidi_override(cp))
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
