#include "roll.h"

#include "mark.h"
#include "stream.h"

#include <stdio.h>

enum { LOOKS = 100, LOOK_MS = 100 };

static void hear(void *ctx, unsigned member, struct str bytes)
{
    stream_read(ctx, member, bytes);
}

bool roll_call(struct crowd *c, uint64_t seq)
{
    const struct options *o = c->options;
    struct stream stream;
    struct buf line;
    char text[MARK_BYTES_MAX];
    stream_init(&stream, o->doors[0], o->members, 1, o->text_bytes);
    stream.next_seq[0] = seq;
    buf_init(&line, 2 * MARK_BYTES_MAX);
    c->read = hear;
    c->ctx = &stream;
    mark_write(text, o->text_bytes, 0, seq);
    door_append_say(o->doors[0], &line, str_of(text, o->text_bytes), o->wire_bytes);
    crowd_send(c, 0, buf_str(&line));
    for (int i = 0; i < LOOKS && stream.deliveries < o->members; i++)
        crowd_settle(c, LOOK_MS);
    bool all = stream.deliveries == o->members && stream.order_errors == 0 && stream.closed == 0;
    if (!all)
        fprintf(stderr, "bench-load: only %llu of %u members got the message\n",
                (unsigned long long)stream.deliveries, o->members);
    c->read = NULL;
    buf_finish(&line);
    stream_finish(&stream);
    return all;
}
