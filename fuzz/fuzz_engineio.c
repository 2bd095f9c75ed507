/* Engine.IO's payloads and messages in all their forms, Socket.IO's packets and base64: what can be
 * read, written again, reads the same.
 *
 * Input (behind fuzz.h's): what a body or a message holds. */
#include "fuzz.h"

#include "codec/base64.h"
#include "codec/engineio.h"
#include "codec/socketio.h"

#include <assert.h>

enum { WRITTEN_MAX = 1 << 18 };

static const enum engineio_form forms[] = {ENGINEIO_FORM_4, ENGINEIO_FORM_3_TEXT,
                                           ENGINEIO_FORM_3_BINARY};

static void append(struct buf *out, const struct engineio_packet *packet)
{
    int rc = packet->binary ? engineio_append_binary(out, packet->data)
                            : engineio_append_text(out, packet->type, packet->data);
    assert(rc == 0);
}

/* A body as it stands inside; false: it is malformed, or has bare packets. */
static bool read_body(struct str body, enum engineio_form form, struct buf *inside, bool *bare)
{
    struct buf scratch;
    bool good = true;
    buf_init(&scratch, body.len + 1);
    do {
        struct engineio_packet packet;
        good = engineio_payload_next(&body, form, &scratch, &packet) == 0;
        if (good && packet.bare)
            *bare = true;
        if (good)
            append(inside, &packet);
    } while (good && body.len > 0);
    buf_finish(&scratch);
    return good;
}

static void write_and_read(struct str inside, enum engineio_form form, bool bare)
{
    struct buf body, again;
    bool was_bare = false;
    buf_init(&body, WRITTEN_MAX);
    buf_init(&again, WRITTEN_MAX);
    assert(engineio_append_payload(&body, form, bare, inside) == 0);
    assert(body.len <= 3 * inside.len); /* engineio_poll.c has room for so much */
    assert(read_body(buf_str(&body), form, &again, &was_bare));
    assert(str_equal(buf_str(&again), inside));
    buf_finish(&body);
    buf_finish(&again);
}

/* As frames, and back. */
static void frame_and_read(struct str inside, unsigned version, bool bare)
{
    struct str rest = inside, packet, payload;
    struct buf scratch, again;
    buf_init(&scratch, inside.len + 1);
    buf_init(&again, WRITTEN_MAX);
    while (engineio_inside_next(&rest, &packet)) {
        struct engineio_packet read;
        bool binary;
        assert(engineio_frame_payload(packet, version, bare, &scratch, &binary, &payload) == 0);
        assert(engineio_message_read(payload, binary, version, &read) == 0);
        append(&again, &read);
    }
    assert(rest.len == 0 && (bare || str_equal(buf_str(&again), inside)));
    buf_finish(&scratch);
    buf_finish(&again);
}

static void check_body(struct str body, enum engineio_form form)
{
    struct buf inside;
    bool bare = false;
    buf_init(&inside, WRITTEN_MAX);
    if (read_body(body, form, &inside, &bare)) {
        for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
            write_and_read(buf_str(&inside), forms[i], false);
        frame_and_read(buf_str(&inside), 4, false);
        frame_and_read(buf_str(&inside), 3, false);
        frame_and_read(buf_str(&inside), 3, true);
    }
    buf_finish(&inside);
}

/* What need not be well-formed must not be harmful. */
static void check_inside(struct str inside, bool bare)
{
    struct buf body;
    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        buf_init(&body, WRITTEN_MAX);
        int rc = engineio_append_payload(&body, forms[i], bare, inside);
        assert(!body.full && (rc == 0 || body.len == 0));
        buf_finish(&body);
    }
    engineio_inside_has_binary(inside);
}

static void check_socketio(struct str text)
{
    struct socketio_packet packet, again;
    struct str name, arguments;
    struct buf out;
    if (socketio_parse(text, &packet) < 0)
        return;
    buf_init(&out, WRITTEN_MAX);
    packet.query = str_of(NULL, 0);
    assert(socketio_append(&out, &packet) == 0);
    assert(socketio_parse(buf_str(&out), &again) == 0);
    assert(again.type == packet.type && again.has_id == packet.has_id && again.id == packet.id &&
           again.attachments == packet.attachments && str_equal(again.nsp, packet.nsp) &&
           str_equal(again.json, packet.json));
    if (socketio_split_event(packet.json, &name, &arguments))
        assert(name.len >= 2 && name.len + arguments.len < packet.json.len);
    buf_finish(&out);
}

static void check_base64(struct str text)
{
    struct buf bytes, again;
    buf_init(&bytes, text.len);
    buf_init(&again, WRITTEN_MAX);
    if (base64_decode(&bytes, text) == 0) {
        assert(base64_append(&again, buf_str(&bytes)) == 0);
        assert(str_equal(buf_str(&again), text));
    }
    buf_finish(&bytes);
    buf_finish(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct fuzz_input f;
    struct engineio_packet packet;
    if (!fuzz_input_from(&f, bytes, size))
        return 0;
    if (f.rest.len > 0)
        check_body(f.rest, forms[f.choice % 3]);
    check_inside(f.rest, f.choice & 4);
    engineio_message_read(f.rest, f.choice & 8, f.choice & 16 ? 3 : 4, &packet);
    check_socketio(f.rest);
    check_base64(f.rest);
    return 0;
}
