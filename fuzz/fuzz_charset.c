/* charset_*: what comes out of decoding is well-formed; what is well-formed and encoded comes back;
 * cutting between lines changes nothing; what does not fit is not begun; a guess decodes without a
 * replacement. */
#include "fuzz.h"

#include "base/utf8.h"
#include "codec/charset.h"

#include <assert.h>
#include <errno.h>

static struct buf decoded(enum charset from, struct str in)
{
    struct buf out;
    buf_init(&out, 3 * in.len); /* a byte is at most one U+FFFD */
    int rc = charset_decode(from, in, &out);
    assert(rc == 0 && utf8_valid(buf_str(&out)));
    return out;
}

static bool contains(struct str s, struct str part)
{
    return s.len > 0 && memmem(s.ptr, s.len, part.ptr, part.len) != NULL;
}

/* Into the charset and back: the same, but for '?' where there is no code. */
static void check_way_back(enum charset charset, struct str text)
{
    struct buf out;
    buf_init(&out, 4 * text.len);
    int rc = charset_encode(charset, text, &out);
    assert(rc == 0);
    struct buf back = decoded(charset, buf_str(&out));
    struct str a = text, b = buf_str(&back);
    while (a.len > 0 && b.len > 0) {
        uint32_t wanted, got;
        a = str_skip(a, utf8_next(a, &wanted));
        b = str_skip(b, utf8_next(b, &got));
        assert(got == wanted || (got == '?' && utf8_kind(wanted) == UTF8_UNASSIGNED));
    }
    assert(a.len == 0 && b.len == 0);
    buf_finish(&back);
    buf_finish(&out);
}

/* Decodes line by line: no line end is part of a character. */
static void check_lines(enum charset from, struct str in, struct str wanted)
{
    struct buf out;
    buf_init(&out, 3 * in.len);
    while (in.len > 0) {
        const char *line_end = memchr(in.ptr, '\n', in.len);
        size_t len = line_end ? (size_t)(line_end - in.ptr) : in.len;
        int rc = charset_decode(from, str_of(in.ptr, len), &out);
        assert(rc == 0);
        if (line_end)
            buf_append_char(&out, '\n');
        in = str_skip(in, len + 1);
    }
    assert(str_equal(buf_str(&out), wanted));
    buf_finish(&out);
}

static void check_room(enum charset from, struct str in, size_t needed, size_t room)
{
    struct buf out;
    buf_init(&out, 1 + room);
    buf_append_char(&out, 'x');
    int rc = charset_decode(from, in, &out);
    assert(rc == (room < needed ? -ENOBUFS : 0));
    assert(out.len == (rc < 0 ? 1 : 1 + needed) && out.ptr[0] == 'x');
    buf_finish(&out);
}

static void check_guess(enum charset charset, struct str in, struct str decoded_text)
{
    enum charset guess = charset_guess(in, charset), other = charset_guess(in, CHARSET_UNKNOWN);
    assert(other == guess || (other == CHARSET_UNKNOWN && guess == charset));
    if (guess == CHARSET_UTF8)
        assert(utf8_valid(in));
    if (guess == CHARSET_GB18030 && charset == CHARSET_GB18030)
        assert(!contains(decoded_text, STR("\xEF\xBF\xBD")) ||
               contains(in, STR("\x84\x31\xA4\x37")));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct fuzz_input f;
    if (!fuzz_input_from(&f, bytes, size))
        return 0;
    for (enum charset charset = CHARSET_UTF8; charset <= CHARSET_GB18030; charset++) {
        struct buf text = decoded(charset, f.rest);
        check_lines(charset, f.rest, buf_str(&text));
        check_room(charset, f.rest, text.len, f.choice);
        check_guess(charset, f.rest, buf_str(&text));
        check_way_back(CHARSET_GB18030, buf_str(&text));
        check_way_back(CHARSET_UTF8, buf_str(&text));
        buf_finish(&text);
    }
    return 0;
}
