#include "protocol/socketio/names.h"

#include "base/utf8.h"
#include "core/name.h"

#include <sys/random.h>

enum {
    TRIES_BARE = 6, /* then names get numbers */
    NUMBER_MAX = 10000,
};

static uint32_t random_below(uint32_t end)
{
    uint32_t number = 0;
    /* Not a secret: without random bits the first name will do, and then its numbers. */
    if (getrandom(&number, sizeof(number), 0) != sizeof(number))
        return 0;
    return number % end;
}

int names_pick(const struct names *names, unsigned tries, struct buf *out)
{
    if (!names || names->count == 0)
        names = &names_default;
    buf_append_str(out, names->list[random_below((uint32_t)names->count)]);
    if (tries >= TRIES_BARE)
        buf_printf(out, "%u", 2 + random_below(NUMBER_MAX) + tries);
    return out->full ? -1 : 0;
}

/* Whether a character may stand somewhere in a nick. */
static bool fits(const struct limits *limits, struct str character)
{
    struct buf fold;
    char text[8] = {'1'}; /* of no script: what a mix of them is, the whole name shows */
    buf_init(&fold, NAME_FOLD_BYTES);
    memcpy(text + 1, character.ptr, character.len);
    bool good = name_check_nick(limits, str_of(text, 1 + character.len), &fold) == REFUSAL_NONE;
    buf_finish(&fold);
    return good;
}

int names_clean(const struct limits *limits, struct str wanted, unsigned spare, struct buf *out)
{
    size_t before = out->len;
    unsigned left = limits->nick_characters > spare ? limits->nick_characters - spare : 1;
    wanted = str_trim(wanted);
    while (wanted.len > 0 && left > 0) {
        uint32_t code_point;
        struct str character = str_of(wanted.ptr, utf8_next(wanted, &code_point));
        wanted = str_skip(wanted, character.len);
        if (utf8_kind(code_point) == UTF8_BLANK)
            character = STR("_");
        if (code_point == UTF8_REPLACEMENT || !fits(limits, character))
            continue;
        buf_append_str(out, character);
        left--;
    }
    struct buf fold;
    buf_init(&fold, NAME_FOLD_BYTES);
    struct str made = str_skip(buf_str(out), before);
    if (made.len == 0 || name_check_nick(limits, made, &fold) != REFUSAL_NONE) {
        out->len = before;
        buf_append_str(out, STR("guest"));
    }
    buf_finish(&fold);
    return out->full ? -1 : 0;
}
