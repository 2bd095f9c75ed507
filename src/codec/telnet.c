#include "codec/telnet.h"

#include "codec/charset.h"

enum {
    /* RFC 854, "Command structure". From 236 on the commands of RFC 1184 and RFC 885 too. */
    FIRST_COMMAND = 236,
    SE = 240,
    SB = 250,
    WILL = 251,
    WONT = 252,
    DO = 253,
    DONT = 254,
    IAC = 255,

    OPTION_TIMING_MARK = 6, /* RFC 860 */
    OPTION_CHARSET = 42,    /* RFC 2066, 1 */

    CHARSET_REQUEST = 1, /* RFC 2066, 1 */
    CHARSET_ACCEPTED = 2,
    CHARSET_REJECTED = 3,
};

static void answer_option(struct buf *answer, uint8_t verb, uint8_t option)
{
    uint8_t bytes[] = {IAC, verb, option};
    buf_append(answer, bytes, sizeof(bytes));
}

/* Refuses once: an endless exchange of refusals cannot start, whatever the peer does. */
static void refuse_once(uint8_t refused[32], struct buf *answer, uint8_t verb, uint8_t option)
{
    uint8_t bit = (uint8_t)(1u << (option & 7));
    if (refused[option >> 3] & bit)
        return;
    refused[option >> 3] |= bit;
    answer_option(answer, verb, option);
}

/* RFC 2066, 2: IAC SB CHARSET verb text IAC SE. */
static void answer_charset(struct buf *answer, uint8_t verb, struct str text)
{
    uint8_t head[] = {IAC, SB, OPTION_CHARSET, verb}, tail[] = {IAC, SE};
    buf_append(answer, head, sizeof(head));
    buf_append_str(answer, text);
    buf_append(answer, tail, sizeof(tail));
}

static void receive_charset_option(struct telnet *t, uint8_t verb, struct buf *answer)
{
    /* What is as the peer wants it already is not answered (RFC 854, "General considerations"). */
    if (verb == WILL && !t->charset_theirs) {
        t->charset_theirs = true;
        answer_option(answer, DO, OPTION_CHARSET);
    } else if (verb == WONT && t->charset_theirs) {
        t->charset_theirs = false;
        answer_option(answer, DONT, OPTION_CHARSET);
    } else if (verb == DO && !t->charset_ours) {
        t->charset_ours = t->charset_asked = true;
        answer_option(answer, WILL, OPTION_CHARSET);
        answer_charset(answer, CHARSET_REQUEST, STR(";UTF-8;GB18030;GBK"));
    } else if (verb == DONT && t->charset_ours) {
        t->charset_ours = t->charset_asked = false;
        answer_option(answer, WONT, OPTION_CHARSET);
    }
}

static void receive_option(struct telnet *t, uint8_t verb, uint8_t option, struct buf *answer)
{
    if (option == OPTION_CHARSET)
        receive_charset_option(t, verb, answer);
    else if (verb == WILL)
        refuse_once(t->refused_will, answer, DONT, option);
    else if (verb == DO && option == OPTION_TIMING_MARK)
        answer_option(answer, WONT, option);
    else if (verb == DO)
        refuse_once(t->refused_do, answer, WONT, option);
    /* WONT and DONT ask for what is the case already. */
}

/* Takes a name that charset_from knows, all of which are short. */
static bool take_charset(struct telnet *t, struct str name)
{
    enum charset charset;
    if (name.len >= sizeof(t->charset) || !charset_from(name, &charset))
        return false;
    memcpy(t->charset, name.ptr, name.len);
    t->charset[name.len] = '\0';
    return true;
}

/* The peer's REQUEST: `list` is a separator of its choice before each name, the best one first. */
static void receive_charset_request(struct telnet *t, struct str list, struct buf *answer)
{
    const struct str ttable = STR("[TTABLE]");
    if (str_starts(list, ttable))
        list = str_skip(list, ttable.len + 1); /* and its version */

    /* RFC 2066: when both sides have asked, the server rejects and the client answers. */
    if (list.len > 0 && !t->charset_asked) {
        char separator = list.ptr[0];
        list = str_skip(list, 1);
        while (list.len > 0) {
            struct str name = str_cut(&list, separator);
            if (take_charset(t, name)) {
                answer_charset(answer, CHARSET_ACCEPTED, name);
                return;
            }
        }
    }
    answer_charset(answer, CHARSET_REJECTED, STR(""));
}

/* `body` is what stands between IAC SB and IAC SE. Its doubled IACs stay doubled: CHARSET's texts
 * have none. */
static void receive_subnegotiation(struct telnet *t, struct str body, struct buf *answer)
{
    if (body.len < 2 || (uint8_t)body.ptr[0] != OPTION_CHARSET)
        return;
    struct str text = str_skip(body, 2);
    switch ((uint8_t)body.ptr[1]) {
    case CHARSET_REQUEST:
        if (t->charset_theirs)
            receive_charset_request(t, text, answer);
        break;
    case CHARSET_ACCEPTED:
        if (t->charset_asked)
            take_charset(t, text);
        t->charset_asked = false;
        break;
    case CHARSET_REJECTED: t->charset_asked = false; break;
    default: break;
    }
}

/* Where the first IAC stands that is not one of two, or s.len. `closed`: it has its command. */
static size_t find_command(struct str s, size_t at, bool *closed)
{
    *closed = false;
    while (at < s.len) {
        const char *found = memchr(s.ptr + at, IAC, s.len - at);
        if (!found)
            return s.len;
        at = (size_t)(found - s.ptr);
        if (at + 1 == s.len)
            return at;
        if ((uint8_t)s.ptr[at + 1] != IAC) {
            *closed = true;
            return at;
        }
        at += 2;
    }
    return at;
}

/* Behind the IAC SE at `at`; any other command that should not stand in a subnegotiation ends it
 * too and is then read as itself. */
static size_t after_subnegotiation(struct str s, size_t at)
{
    return (uint8_t)s.ptr[at + 1] == SE ? at + 2 : at;
}

/* `s` begins with IAC SB. Bytes used up, 0 when incomplete. */
static size_t feed_subnegotiation(struct telnet *t, struct str s, struct buf *answer)
{
    bool closed;
    size_t at = find_command(s, 2, &closed), body = at - 2;
    if (!closed) {
        if (body <= TELNET_SUBNEGOTIATION_BYTES)
            return 0;
        t->skipping = true;
        return at;
    }
    if (body <= TELNET_SUBNEGOTIATION_BYTES && (uint8_t)s.ptr[at + 1] == SE)
        receive_subnegotiation(t, str_of(s.ptr + 2, body), answer);
    return after_subnegotiation(s, at);
}

/* Passes over a subnegotiation that is too long. Bytes used up. */
static size_t skip_subnegotiation(struct telnet *t, struct str s)
{
    bool closed;
    size_t at = find_command(s, 0, &closed);
    if (!closed)
        return at;
    t->skipping = false;
    return after_subnegotiation(s, at);
}

/* `s` begins with IAC. Bytes used up, 0 when incomplete. */
static size_t feed_command(struct telnet *t, struct str s, struct buf *data, struct buf *answer)
{
    if (s.len < 2)
        return 0;
    uint8_t command = (uint8_t)s.ptr[1];
    if (command < FIRST_COMMAND)
        return 1; /* no command: somebody's stray 255, which must not take a line end with it */
    switch (command) {
    case IAC: buf_append(data, s.ptr, 1); return 2;
    case SB: return feed_subnegotiation(t, s, answer);
    case WILL:
    case WONT:
    case DO:
    case DONT:
        if (s.len < 3)
            return 0;
        receive_option(t, command, (uint8_t)s.ptr[2], answer);
        return 3;
    default: return 2; /* functions that we do not have */
    }
}

static bool is_text(char c)
{
    uint8_t byte = (uint8_t)c;
    return byte != '\0' && byte != '\n' && byte != '\r' && byte != IAC;
}

size_t telnet_feed(struct telnet *t, struct str in, bool end, struct buf *data, struct buf *answer)
{
    size_t at = 0;
    t->line_end = 0;
    while (at < in.len) {
        size_t used;
        if (t->skipping) {
            used = skip_subnegotiation(t, str_skip(in, at));
            at += used;
            if (t->skipping)
                break;
            continue;
        }
        size_t text = at;
        while (at < in.len && is_text(in.ptr[at]))
            at++;
        buf_append(data, in.ptr + text, at - text);
        if (at == in.len)
            break;
        char c = in.ptr[at];
        if (c == '\n' || c == '\r') {
            t->line_end = c;
            return at + 1;
        }
        used = c == '\0' ? 1 : feed_command(t, str_skip(in, at), data, answer);
        if (used == 0)
            break;
        at += used;
    }
    return end ? in.len : at;
}
