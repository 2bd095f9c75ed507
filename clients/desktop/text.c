#include "clients/desktop/text.h"

char *text_of(struct str s)
{
    return s.len > 0 ? g_utf8_make_valid(s.ptr, (gssize)s.len) : g_strdup("");
}

char *text_line_of(struct str s)
{
    char *text = text_of(s);
    return g_strdelimit(text, "\r\n\t", ' ');
}

/* How long the address is that `at` begins with; 0: none. */
static size_t scheme_bytes(const char *at)
{
    if (g_ascii_strncasecmp(at, "https://", 8) == 0)
        return 8;
    return g_ascii_strncasecmp(at, "http://", 7) == 0 ? 7 : 0;
}

/* Blanks, quotes, and the punctuation of Chinese end an address. */
static bool ends_address(gunichar c)
{
    return c <= ' ' || g_unichar_isspace(c) || g_unichar_iscntrl(c) || c == '<' || c == '>' ||
           c == '"' || c == '\'' || c == '`' || (c >= 0x3000 && c <= 0x303f) ||
           (c >= 0xff01 && c <= 0xff60) || (c >= 0x2018 && c <= 0x201f);
}

static size_t count_of(const char *from, const char *to, char c)
{
    size_t count = 0;
    for (; from < to; from++)
        count += *from == c;
    return count;
}

/* A full stop or a bracket that the sentence, not the address, ends with. */
static const char *trim_end(const char *from, const char *to)
{
    static const char closing[] = ")]}", opening[] = "([{";
    while (to > from) {
        const char *pair = strchr(closing, to[-1]);
        if (!strchr(".,:;!?", to[-1]) &&
            !(pair && count_of(from, to, *pair) > count_of(from, to, opening[pair - closing])))
            break;
        to--;
    }
    return to;
}

bool text_address_safe(const char *address)
{
    GUri *uri = g_uri_parse(address, G_URI_FLAGS_NONE, NULL);
    if (!uri)
        return false;
    const char *scheme = g_uri_get_scheme(uri), *host = g_uri_get_host(uri);
    bool safe = (strcmp(scheme, "http") == 0 || strcmp(scheme, "https") == 0) && host && *host &&
                !g_uri_get_userinfo(uri);
    g_uri_unref(uri);
    return safe;
}

/* Where the address ends that begins at `at`; `at` itself when there is none. */
static const char *address_end(const char *text, const char *at)
{
    size_t scheme = scheme_bytes(at);
    if (scheme == 0 || (at > text && g_ascii_isalnum(at[-1])))
        return at;
    const char *end = at + scheme;
    while (*end && !ends_address(g_utf8_get_char(end)))
        end = g_utf8_next_char(end);
    end = trim_end(at + scheme, end);
    char *address = g_strndup(at, (size_t)(end - at));
    bool safe = text_address_safe(address);
    g_free(address);
    return safe ? end : at;
}

static void append_escaped(GString *out, const char *from, const char *to)
{
    char *escaped = g_markup_escape_text(from, to - from);
    g_string_append(out, escaped);
    g_free(escaped);
}

char *text_with_links(const char *text)
{
    GString *out = g_string_new(NULL);
    const char *plain = text;
    bool any = false;
    for (const char *at = text; *at;) {
        const char *end = address_end(text, at);
        if (end == at) {
            at = g_utf8_next_char(at);
            continue;
        }
        any = true;
        append_escaped(out, plain, at);
        g_string_append(out, "<a href=\"");
        append_escaped(out, at, end);
        g_string_append(out, "\">");
        append_escaped(out, at, end);
        g_string_append(out, "</a>");
        at = plain = end;
    }
    append_escaped(out, plain, plain + strlen(plain));
    return g_string_free(out, !any);
}

char *text_for_notification(const char *text)
{
    GString *out = g_string_new(text);
    g_string_replace(out, "<", "\xe2\x80\xb9", 0); /* U+2039 and U+203A */
    g_string_replace(out, ">", "\xe2\x80\xba", 0);
    g_string_replace(out, "&", "\xef\xbc\x86", 0); /* U+FF06 */
    return g_string_free(out, FALSE);
}

unsigned text_hue(const char *nick)
{
    char *folded = g_utf8_casefold(nick, -1);
    guint hash = g_str_hash(folded);
    g_free(folded);
    return (hash ^ (hash >> 15)) % TEXT_HUES;
}
