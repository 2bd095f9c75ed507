#include "codec/websocket_handshake.h"

#include <errno.h>
#include <openssl/evp.h>

enum {
    KEY_CHARS = 24, /* the base64 of 16 bytes, with its two '=' (RFC 6455, 4.1) */
    SHA1_BYTES = 20,
};

/* RFC 6455, 1.3 */
static const struct str guid = {"258EAFA5-E914-47DA-95CA-C5AB0DC85B11", 36};

static bool is_base64(char c)
{
    char lower = c | 0x20;
    return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
}

static bool key_fits(struct str key)
{
    if (key.len != KEY_CHARS || key.ptr[KEY_CHARS - 1] != '=' || key.ptr[KEY_CHARS - 2] != '=')
        return false;
    for (size_t i = 0; i < KEY_CHARS - 2; i++)
        if (!is_base64(key.ptr[i]))
            return false;
    return true;
}

unsigned websocket_handshake_check(const struct http_request *request, const char **why)
{
    static const struct str key = {"Sec-WebSocket-Key", 17};
    if (!str_equal(request->method, STR("GET"))) {
        *why = "a WebSocket begins with GET";
        return 405;
    }
    if (request->minor < 1 || !request->upgrade ||
        !http_header_has_token(request, STR("Upgrade"), STR("websocket"))) {
        *why = "this is a WebSocket's address: upgrade to it";
        return 426;
    }
    if (!str_equal(http_header_value(request, STR("Sec-WebSocket-Version")), STR("13")) ||
        http_header_count(request, STR("Sec-WebSocket-Version")) > 1) {
        *why = "only version 13 of WebSocket is spoken here";
        return 426;
    }
    if (http_header_count(request, key) != 1 || !key_fits(http_header_value(request, key))) {
        *why = "Sec-WebSocket-Key is missing or malformed";
        return 400;
    }
    struct str length = http_header_value(request, STR("Content-Length"));
    if (http_header_find(request, STR("Transfer-Encoding")) ||
        (length.len > 0 && !str_equal(length, STR("0")))) {
        *why = "a WebSocket begins without a body"; /* whose bytes would be taken for frames */
        return 400;
    }
    return 0;
}

int websocket_accept_key(struct str key, char out[WEBSOCKET_ACCEPT_CHARS + 1])
{
    char text[KEY_CHARS + 36];
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned len = 0;
    if (key.len != KEY_CHARS)
        return -EINVAL;
    memcpy(text, key.ptr, KEY_CHARS);
    memcpy(text + KEY_CHARS, guid.ptr, guid.len);
    if (!EVP_Digest(text, sizeof(text), digest, &len, EVP_sha1(), NULL) || len != SHA1_BYTES)
        return -EIO;
    EVP_EncodeBlock((unsigned char *)out, digest, SHA1_BYTES);
    return 0;
}

int websocket_append_accepted(struct buf *out, const struct http_request *request,
                              struct str protocol)
{
    char accept[WEBSOCKET_ACCEPT_CHARS + 1];
    int rc = websocket_accept_key(http_header_value(request, STR("Sec-WebSocket-Key")), accept);
    if (rc < 0)
        return rc;
    size_t before = out->len;
    http_append_status(out, 101);
    http_append_header(out, STR("Upgrade"), STR("websocket"));
    http_append_header(out, STR("Connection"), STR("Upgrade"));
    http_append_header(out, STR("Sec-WebSocket-Accept"), str_from(accept));
    if (protocol.len > 0)
        rc = http_append_header(out, STR("Sec-WebSocket-Protocol"), protocol);
    if (rc == 0)
        rc = http_append_end(out);
    if (rc < 0)
        out->len = before;
    return rc;
}

int websocket_append_version(struct buf *out)
{
    http_append_header(out, STR("Upgrade"), STR("websocket"));
    http_append_header(out, STR("Connection"), STR("Upgrade"));
    return http_append_header(out, STR("Sec-WebSocket-Version"), STR("13"));
}
