#include "line_expect.h"

#include <assert.h>

void line_expect(struct buf *out, enum line_variant variant, enum charset charset, const char *room,
                 const struct words *words)
{
    const char *text = variant == LINE_CHINESE                 ? words->chinese
                       : variant == LINE_TERSE && words->terse ? words->terse
                                                               : words->english;
    struct str rest = str_from(text);
    struct buf utf8;
    buf_init(&utf8, 1 << 20);
    while (rest.len > 0) {
        if (room)
            buf_printf(&utf8, "[%s] ", room);
        buf_append_str(&utf8, str_cut(&rest, '\n'));
        buf_append_str(&utf8, variant == LINE_TERSE ? STR("\n") : STR("\r\n"));
    }
    buf_clear(out);
    int rc = charset_encode(charset, buf_str(&utf8), out);
    assert(rc == 0 && !utf8.full);
    (void)rc;
    buf_finish(&utf8);
}

struct message *line_message(const char *text)
{
    struct position position = {1, 1};
    return message_create(STR("lobby"), STR("tom"), str_from(text), position, 1795205220000);
}

struct message *line_large_message(struct str nick, unsigned count, size_t bytes)
{
    struct position position = {1, 1};
    struct buf text;
    buf_init(&text, bytes);
    for (unsigned i = 1; i < count; i++)
        buf_append_char(&text, '\n');
    if ((bytes - text.len) % 2)
        buf_append_char(&text, 'a');
    while (text.len < bytes)
        buf_append_str(&text, STR("\xC3\x80"));
    struct message *m = message_create(STR("lobby"), nick, buf_str(&text), position, 1795205220000);
    buf_finish(&text);
    return m;
}

size_t line_count(struct str s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.len; i++)
        n += s.ptr[i] == '\n';
    return n;
}
