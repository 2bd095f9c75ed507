#include "codec/socketio.h"

#include <errno.h>
#include <inttypes.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static struct str cut_digits(struct str *rest)
{
    size_t n = 0;
    while (n < rest->len && is_digit(rest->ptr[n]))
        n++;
    struct str digits = str_of(rest->ptr, n);
    *rest = str_skip(*rest, n);
    return digits;
}

static int parse_attachments(struct str *rest, struct socketio_packet *p)
{
    uint64_t count;
    if (!str_to_u64(cut_digits(rest), UINT32_MAX, &count) || rest->len == 0 || rest->ptr[0] != '-')
        return -EPROTO;
    *rest = str_skip(*rest, 1);
    p->attachments = (uint32_t)count;
    return 0;
}

static void parse_namespace(struct str *rest, struct socketio_packet *p)
{
    p->nsp = STR("/");
    if (rest->len == 0 || rest->ptr[0] != '/')
        return;
    struct str whole = str_cut(rest, ',');
    p->nsp = str_cut(&whole, '?');
    p->query = whole;
}

static int parse_id(struct str *rest, struct socketio_packet *p)
{
    struct str digits = cut_digits(rest);
    p->has_id = digits.len > 0;
    return !p->has_id || str_to_u64(digits, SOCKETIO_ID_MAX, &p->id) ? 0 : -EPROTO;
}

/* What each type's JSON begins with. */
static bool json_fits(const struct socketio_packet *p)
{
    char first = p->json.len > 0 ? p->json.ptr[0] : '\0';
    switch (p->type) {
    case SOCKETIO_CONNECT: return first == '\0' || first == '{';
    case SOCKETIO_DISCONNECT: return first == '\0';
    case SOCKETIO_CONNECT_ERROR: return first == '{' || first == '"';
    case SOCKETIO_ACK:
    case SOCKETIO_BINARY_ACK: return first == '[' && p->has_id;
    case SOCKETIO_EVENT:
    case SOCKETIO_BINARY_EVENT: return first == '[';
    }
    return false;
}

int socketio_parse(struct str text, struct socketio_packet *packet)
{
    struct socketio_packet p = {0};
    if (text.len == 0 || text.ptr[0] < '0' || text.ptr[0] > '6')
        return -EPROTO;
    p.type = (enum socketio_type)(text.ptr[0] - '0');
    text = str_skip(text, 1);
    bool binary = p.type == SOCKETIO_BINARY_EVENT || p.type == SOCKETIO_BINARY_ACK;
    if (binary && parse_attachments(&text, &p) < 0)
        return -EPROTO;
    parse_namespace(&text, &p);
    /* A namespace without a comma is the whole rest, also when digits follow. */
    if (parse_id(&text, &p) < 0)
        return -EPROTO;
    p.json = text;
    if (!json_fits(&p))
        return -EPROTO;
    *packet = p;
    return 0;
}

int socketio_append(struct buf *out, const struct socketio_packet *p)
{
    buf_append_char(out, (char)('0' + p->type));
    if (p->type == SOCKETIO_BINARY_EVENT || p->type == SOCKETIO_BINARY_ACK)
        buf_printf(out, "%" PRIu32 "-", p->attachments);
    if (p->nsp.len > 0 && !str_equal(p->nsp, STR("/"))) {
        buf_append_str(out, p->nsp);
        buf_append_char(out, ',');
    }
    if (p->has_id)
        buf_printf(out, "%" PRIu64, p->id);
    return buf_append_str(out, p->json);
}

bool socketio_split_event(struct str json, struct str *name, struct str *arguments)
{
    struct str s = str_trim(json);
    if (s.len < 2 || s.ptr[0] != '[' || s.ptr[s.len - 1] != ']')
        return false;
    s = str_trim(str_of(s.ptr + 1, s.len - 2));
    if (s.len < 2 || s.ptr[0] != '"')
        return false;
    size_t end = 1;
    while (end < s.len && s.ptr[end] != '"')
        end += s.ptr[end] == '\\' ? 2 : 1;
    if (end >= s.len)
        return false;
    struct str rest = str_trim(str_skip(s, end + 1));
    if (rest.len > 0 && rest.ptr[0] != ',')
        return false;
    *name = str_of(s.ptr, end + 1);
    *arguments = str_trim(str_skip(rest, 1));
    return true;
}
