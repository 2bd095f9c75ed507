#include "codec/charset.h"

#include "base/alloc.h"
#include "base/utf8.h"

#include <assert.h>
#include <errno.h>
#include <iconv.h>
#include <pthread.h>
#include <stdlib.h>

/* What one call of iconv may write. */
enum { CHUNK_BYTES = 1024 };

struct converters {
    iconv_t decode, encode; /* (iconv_t)-1 when there is none */
    int error;              /* 0 or the negative errno of opening them */
};

static pthread_key_t converters_key;
static pthread_once_t converters_once = PTHREAD_ONCE_INIT;

static bool is_open(iconv_t cd)
{
    return cd != (iconv_t)-1;
}

static void close_converters(void *ptr)
{
    struct converters *c = ptr;
    if (is_open(c->decode))
        iconv_close(c->decode);
    if (is_open(c->encode))
        iconv_close(c->encode);
    free(c);
}

static void create_key(void)
{
    int rc = pthread_key_create(&converters_key, close_converters);
    assert(rc == 0);
    (void)rc;
}

static struct converters *thread_converters(void)
{
    pthread_once(&converters_once, create_key);
    struct converters *c = pthread_getspecific(converters_key);
    if (c)
        return c;
    c = alloc_zero(sizeof(*c));
    c->decode = iconv_open("UTF-8", "GB18030");
    if (!is_open(c->decode))
        c->error = -errno;
    c->encode = iconv_open("GB18030", "UTF-8");
    if (!is_open(c->encode))
        c->error = -errno;
    int rc = pthread_setspecific(converters_key, c);
    assert(rc == 0);
    (void)rc;
    return c;
}

int charset_check(void)
{
    return thread_converters()->error;
}

bool charset_from(struct str name, enum charset *out)
{
    static const struct {
        const char *name;
        enum charset charset;
    } names[] = {
        {"utf-8", CHARSET_UTF8},     {"utf8", CHARSET_UTF8},       {"gbk", CHARSET_GB18030},
        {"gb2312", CHARSET_GB18030}, {"gb18030", CHARSET_GB18030}, {"cp936", CHARSET_GB18030},
        {"euc-cn", CHARSET_GB18030},
    };
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (str_equal_nocase(name, str_from(names[i].name))) {
            *out = names[i].charset;
            return true;
        }
    }
    return false;
}

const char *charset_name(enum charset charset)
{
    switch (charset) {
    case CHARSET_UTF8: return "UTF-8";
    case CHARSET_GB18030: return "GB18030";
    case CHARSET_UNKNOWN: break;
    }
    return "";
}

static size_t ascii_prefix(struct str s)
{
    size_t n = 0;
    while (n < s.len && (unsigned char)s.ptr[n] < 0x80)
        n++;
    return n;
}

static bool in_range(unsigned char byte, unsigned char low, unsigned char high)
{
    return byte >= low && byte <= high;
}

/* Bytes (1, 2 or 4) of the well-formed GB18030 code at the front of a non-empty `s`, assigned or
 * not; 0 when there is none. GB 18030-2022, table 1; GBK is its one- and two-byte part. */
static size_t gb_code(struct str s)
{
    const unsigned char *p = (const unsigned char *)s.ptr;
    if (p[0] < 0x80)
        return 1;
    if (s.len < 2 || !in_range(p[0], 0x81, 0xFE))
        return 0;
    if (in_range(p[1], 0x40, 0x7E) || in_range(p[1], 0x80, 0xFE))
        return 2;
    if (s.len >= 4 && in_range(p[1], 0x30, 0x39) && in_range(p[2], 0x81, 0xFE) &&
        in_range(p[3], 0x30, 0x39))
        return 4;
    return 0;
}

/* Bytes of the malformed or unconvertible part at the front of a non-empty `s`. ASCII is never
 * swallowed with a lead byte that it does not belong to. */
static size_t gb_bad(struct str s)
{
    size_t n = gb_code(s);
    return n ? n : 1;
}

static size_t utf8_bad(struct str s)
{
    uint32_t code_point;
    return utf8_next(s, &code_point);
}

/* Appends what `cd` makes of the front of `*s`, a chunk's worth at most, and cuts that off. True
 * when it ran into something that it cannot convert, at which `*s` then begins. */
static bool convert_chunk(iconv_t cd, struct str *s, struct buf *out)
{
    if (!is_open(cd))
        return true;
    /* iconv's prototype is older than const: it does not write to its input. */
    char chunk[CHUNK_BYTES], *from = (char *)(uintptr_t)s->ptr, *to = chunk;
    size_t from_left = s->len, to_left = sizeof(chunk);
    bool stuck = iconv(cd, &from, &from_left, &to, &to_left) == (size_t)-1 && errno != E2BIG;
    buf_append(out, chunk, sizeof(chunk) - to_left);
    *s = str_of(from, from_left);
    return stuck;
}

/* Appends `s` converted by `cd`; in the place of what it cannot convert, whose length `bad` tells,
 * `replacement`. All or nothing. */
static int convert(iconv_t cd, struct str s, size_t (*bad)(struct str), struct str replacement,
                   struct buf *out)
{
    size_t len = out->len;
    while (s.len > 0 && !out->full) {
        size_t ascii = ascii_prefix(s);
        buf_append(out, s.ptr, ascii);
        s = str_skip(s, ascii);
        if (s.len > 0 && convert_chunk(cd, &s, out)) {
            buf_append_str(out, replacement);
            s = str_skip(s, bad(s));
        }
    }
    if (!out->full)
        return 0;
    out->len = len;
    return -ENOBUFS;
}

static int append_utf8(struct str s, struct buf *out)
{
    size_t len = out->len;
    int rc = utf8_append_valid(out, s);
    if (rc < 0)
        out->len = len;
    return rc;
}

int charset_decode(enum charset from, struct str line, struct buf *out)
{
    if (from != CHARSET_GB18030)
        return append_utf8(line, out);
    return convert(thread_converters()->decode, line, gb_bad, STR("\xEF\xBF\xBD"), out);
}

int charset_encode(enum charset to, struct str text, struct buf *out)
{
    if (to != CHARSET_GB18030)
        return buf_append_str(out, text);
    return convert(thread_converters()->encode, text, utf8_bad, STR("?"), out);
}

static bool is_private(uint32_t code_point)
{
    return code_point >= 0xE000 && code_point <= 0xF8FF;
}

/* GBK or GB18030 from end to end, every code of it a character. */
static bool gb_valid(struct str s)
{
    iconv_t cd = thread_converters()->decode;
    while (s.len > 0) {
        size_t n = gb_code(s);
        if (n == 0)
            return false;
        if (n > 1) {
            char utf8[8], *from = (char *)(uintptr_t)s.ptr, *to = utf8;
            size_t from_left = n, to_left = sizeof(utf8);
            if (!is_open(cd) || iconv(cd, &from, &from_left, &to, &to_left) == (size_t)-1)
                return false;
            uint32_t code_point;
            utf8_next(str_of(utf8, sizeof(utf8) - to_left), &code_point);
            if (n == 2 && is_private(code_point))
                return false;
        }
        s = str_skip(s, n);
    }
    return true;
}

enum charset charset_guess(struct str line, enum charset ambiguous)
{
    if (ascii_prefix(line) == line.len)
        return CHARSET_UNKNOWN;
    bool utf8 = utf8_valid(line), gb = gb_valid(line);
    if (utf8 && gb)
        return ambiguous;
    return utf8 ? CHARSET_UTF8 : gb ? CHARSET_GB18030 : CHARSET_UNKNOWN;
}
