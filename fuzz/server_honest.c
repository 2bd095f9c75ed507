#include "server_honest.h"

#include "server_websocket.h"

#include "base/alloc.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    SAID_MAX = 80,
    SAID_BYTES = 200,
    INPUT_BYTES = 1 << 20,
    SECRET_CHARS = 8,
    /* A server without anything to wait for needs none of it. */
    SOON_TIMES = 40,
    SOON_MS = 50,
};

struct said {
    unsigned from;
    bool private;
    char text[SAID_BYTES];
};

struct honest {
    struct honest_pair *pair;
    const struct speech *speech;
    unsigned index;
    int fd;
    struct buf in;
    unsigned heard;      /* of pair->said */
    unsigned acked;      /* of what it has said */
    uint64_t last_ack;   /* one more than its number */
    unsigned told_left;  /* how often that the other one has left */
    bool ended, leaving; /* its line; has said goodbye, or the server stops */
};

struct honest_pair {
    struct world *world;
    struct honest one[SPEECH_PAIR];
    struct said said[SAID_MAX];
    unsigned count;            /* of said */
    unsigned own[SPEECH_PAIR]; /* of them */
    struct buf out;            /* what is not sent yet */
    char secret[SECRET_CHARS + 1];
    bool begun;
    bool alone; /* the first has left, and its nick is free */
};

/* ---- the line */

static void send_all(const struct honest *h, struct str bytes)
{
    ssize_t n = send(h->fd, bytes.ptr, bytes.len, MSG_NOSIGNAL);
    assert(n == (ssize_t)bytes.len || (h->leaving && n < 0));
}

static void wrap(const struct honest *h, struct str words, struct buf *out)
{
    if (h->speech->framed)
        ws_append(out, WS_TEXT, words);
    else
        buf_append_str(out, words);
}

static void send_words(const struct honest *h, struct str words)
{
    struct buf out;
    buf_init(&out, SPEECH_BYTES);
    wrap(h, words, &out);
    send_all(h, buf_str(&out));
    buf_finish(&out);
}

static void take_in(struct honest *h)
{
    char in[1 << 14];
    ssize_t n;
    if (h->ended)
        return;
    while ((n = read(h->fd, in, sizeof(in))) != 0) {
        if (n < 0) {
            assert(errno == EAGAIN);
            return;
        }
        buf_append(&h->in, in, (size_t)n);
        assert(!h->in.full);
    }
    assert(h->leaving);
    h->ended = true;
}

/* ---- hearing */

static void hear_text(struct honest *h, const struct heard *heard)
{
    const struct honest_pair *p = h->pair;
    assert(h->heard < p->count);
    const struct said *said = &p->said[h->heard++];
    assert(said->from == heard->from);
    assert(said->private == (heard->kind == HEARD_PRIVATE));
    assert(!said->private || heard->to == 1 - heard->from);
    assert(str_equal(buf_str(&heard->text), str_from(said->text)));
}

static void hear_ack(struct honest *h, const struct heard *heard)
{
    const struct honest_pair *p = h->pair;
    /* After the message itself, once, in order. */
    assert(heard->number < h->heard && heard->number + 1 > h->last_ack);
    assert(p->said[heard->number].from == h->index);
    h->last_ack = heard->number + 1;
    h->acked++;
}

static void hear_left(struct honest *h, const struct heard *heard)
{
    assert(heard->from == 1 - h->index && h->pair->one[heard->from].leaving);
    h->told_left++;
}

static void hear(struct honest *h, struct str words)
{
    struct heard heard = {.from = SPEECH_NONE, .to = SPEECH_NONE};
    struct buf answer;
    buf_init(&heard.text, INPUT_BYTES);
    buf_init(&answer, SPEECH_BYTES);
    h->speech->hear(words, &heard, &answer);
    if (h->pair->alone && heard.from == 0)
        heard.kind = HEARD_OTHER; /* whoever is called so now */
    assert(heard.kind != HEARD_FORGED);
    if (heard.kind == HEARD_SAID || heard.kind == HEARD_PRIVATE)
        hear_text(h, &heard);
    else if (heard.kind == HEARD_ACK)
        hear_ack(h, &heard);
    else if (heard.kind == HEARD_LEFT)
        hear_left(h, &heard);
    if (answer.len > 0)
        send_words(h, buf_str(&answer));
    buf_finish(&answer);
    buf_finish(&heard.text);
}

static void hear_frame(struct honest *h, unsigned first, struct str payload)
{
    struct buf out;
    buf_init(&out, SPEECH_BYTES);
    if (first == WS_TEXT) {
        hear(h, payload);
    } else if (first == WS_PING) {
        ws_append(&out, WS_PONG, payload);
    } else {
        assert(first == WS_CLOSE && h->leaving);
        ws_append(&out, WS_CLOSE, payload);
    }
    if (out.len > 0)
        send_all(h, buf_str(&out));
    buf_finish(&out);
}

static size_t hear_frames(struct honest *h)
{
    size_t used = 0, n;
    struct str payload;
    unsigned first;
    while ((n = ws_cut(str_skip(buf_str(&h->in), used), &first, &payload)) > 0) {
        hear_frame(h, first, payload);
        used += n;
    }
    return used;
}

static size_t hear_lines(struct honest *h)
{
    struct str rest = buf_str(&h->in);
    while (rest.len > 0 && memchr(rest.ptr, '\n', rest.len)) {
        struct str line = str_cut(&rest, '\n');
        if (line.len > 0 && line.ptr[line.len - 1] == '\r')
            line.len--;
        hear(h, line);
    }
    return h->in.len - rest.len;
}

static void listen_to(struct honest *h)
{
    take_in(h);
    buf_consume(&h->in, h->speech->framed ? hear_frames(h) : hear_lines(h));
}

void honest_listen(struct honest_pair *p)
{
    for (unsigned i = 0; i < SPEECH_PAIR; i++)
        listen_to(&p->one[i]);
}

/* A turn, and a moment passes if it has not been enough. */
static void listen_again(struct honest_pair *p, unsigned times)
{
    if (times % 4 == 3)
        world_pass(p->world, SOON_MS);
    else
        world_turn(p->world);
    honest_listen(p);
}

/* ---- coming in */

/* Until `words` have come, before anybody else is there. */
static void wait_for(struct honest *h, const char *words)
{
    bool there = false;
    for (unsigned i = 0; i < SOON_TIMES && !there; i++) {
        world_pass(h->pair->world, SOON_MS);
        take_in(h);
        there = words[0] == '\0' ||
                (h->in.len > 0 && memmem(h->in.ptr, h->in.len, words, strlen(words)));
    }
    assert(there);
    buf_clear(&h->in);
}

static void upgrade(struct honest *h)
{
    struct buf out;
    buf_init(&out, SPEECH_BYTES);
    buf_printf(&out,
               "GET %s HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
               "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
               "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
               h->speech->upgrade);
    send_all(h, buf_str(&out));
    buf_finish(&out);
}

static void come_in(struct honest *h)
{
    const struct speech *speech = h->speech;
    struct buf out;
    buf_init(&out, SPEECH_BYTES);
    h->fd = world_connect(h->pair->world, speech->door, false);
    if (speech->upgrade)
        upgrade(h);
    if (speech->begin) {
        wait_for(h, "101 ");
        speech->begin(&out);
        send_words(h, buf_str(&out));
        buf_clear(&out);
    }
    wait_for(h, speech->greeted);
    speech->log_in(&out, speech_nicks[h->index]);
    send_words(h, buf_str(&out));
    buf_finish(&out);
    wait_for(h, speech->logged_in);
}

struct honest_pair *honest_create(struct world *w, unsigned doors, uint32_t secret)
{
    struct honest_pair *p = alloc_zero(sizeof(*p));
    p->world = w;
    snprintf(p->secret, sizeof(p->secret), "%08x", secret);
    buf_init(&p->out, SPEECH_BYTES);
    for (unsigned i = 0; i < SPEECH_PAIR; i++) {
        p->one[i] = (struct honest){
            .pair = p, .index = i, .speech = &speeches[(i ? doors / SPEECHES : doors) % SPEECHES]};
        buf_init(&p->one[i].in, INPUT_BYTES);
        come_in(&p->one[i]);
    }
    world_pass(w, SOON_MS);
    for (unsigned i = 0; i < SPEECH_PAIR; i++) {
        take_in(&p->one[i]);
        buf_clear(&p->one[i].in);
    }
    return p;
}

void honest_destroy(struct honest_pair *p)
{
    for (unsigned i = 0; i < SPEECH_PAIR; i++) {
        close(p->one[i].fd);
        buf_finish(&p->one[i].in);
    }
    buf_finish(&p->out);
    free(p);
}

/* ---- speaking */

/* Other words each time, and some that a door might spoil. */
static void make_text(struct honest_pair *p, struct said *said)
{
    static const char filler[] =
        " tea 茶 \"quoted\" back\\slash <b>&amp; %s $n [x] @bob: 50 { } 喝一杯, please; end";
    size_t len = p->count * 13 % sizeof(filler);
    while (len > 0 && (filler[len] & 0x80) != 0) /* not within a character */
        len--;
    while (len > 0 && filler[len - 1] == ' ')
        len--;
    int n = snprintf(said->text, sizeof(said->text), "%u by %.*s%s%s%.*s", p->count,
                     STR_ARG(speech_nicks[said->from]), said->private ? " for you " : "",
                     said->private ? p->secret : "", (int)len, filler);
    assert(n > 0 && (size_t)n < sizeof(said->text));
}

void honest_begin(struct honest_pair *p)
{
    assert(p->count < SAID_MAX && !p->begun);
    struct said *said = &p->said[p->count];
    said->from = p->alone ? 1 : p->count % 2;
    said->private = !p->alone && p->count / 2 % 2;
    make_text(p, said);
    const struct honest *h = &p->one[said->from];
    struct buf words;
    buf_init(&words, SPEECH_BYTES);
    if (said->private)
        h->speech->tell(&words, p->count, speech_nicks[1 - said->from], str_from(said->text));
    else
        h->speech->say(&words, p->count, str_from(said->text));
    buf_clear(&p->out);
    wrap(h, buf_str(&words), &p->out);
    assert(!words.full && !p->out.full);
    buf_finish(&words);
    size_t half = p->out.len * (p->count % 5) / 4;
    send_all(h, str_of(p->out.ptr, half));
    buf_consume(&p->out, half);
    p->begun = true;
    p->own[said->from]++;
    p->count++;
}

static void send_rest(struct honest_pair *p)
{
    if (p->begun && p->out.len > 0)
        send_all(&p->one[p->said[p->count - 1].from], buf_str(&p->out));
    p->begun = false;
}

static bool all_heard(const struct honest_pair *p)
{
    for (unsigned i = p->alone ? 1 : 0; i < SPEECH_PAIR; i++) {
        const struct honest *h = &p->one[i];
        if (h->heard < p->count || (h->speech->acks && h->acked < p->own[i]))
            return false;
    }
    return true;
}

void honest_end(struct honest_pair *p)
{
    send_rest(p);
    for (unsigned i = 0; i < SOON_TIMES && !all_heard(p); i++)
        listen_again(p, i);
    assert(all_heard(p));
}

bool honest_overheard(const struct honest_pair *p, struct str in)
{
    return in.len > 0 && memmem(in.ptr, in.len, p->secret, SECRET_CHARS) != NULL;
}

/* ---- going */

static bool all_ended(const struct honest_pair *p)
{
    return p->one[0].ended && p->one[1].ended;
}

static void leave(struct honest_pair *p, struct honest *h)
{
    struct buf out;
    buf_init(&out, SPEECH_BYTES);
    h->leaving = true;
    h->speech->leave(&out);
    send_words(h, buf_str(&out));
    buf_finish(&out);
    for (unsigned i = 0; i < SOON_TIMES && !h->ended; i++)
        listen_again(p, i);
    assert(h->ended);
}

void honest_first_leaves(struct honest_pair *p, bool told)
{
    const struct honest *second = &p->one[1];
    bool once = told && second->speech->tells_left;
    leave(p, &p->one[0]);
    listen_again(p, 0);
    assert(once ? second->told_left == 1 : second->told_left <= 1);
    p->alone = true;
}

void honest_second_leaves(struct honest_pair *p)
{
    leave(p, &p->one[1]);
    assert(all_heard(p));
}

void honest_be_stopped(struct honest_pair *p)
{
    honest_begin(p);
    send_rest(p);
    world_turn(p->world);
    for (unsigned i = 0; i < SPEECH_PAIR; i++)
        p->one[i].leaving = true;
    world_stop(p->world);
    for (unsigned i = 0; i < SOON_TIMES && !all_ended(p); i++)
        listen_again(p, i);
    assert(all_ended(p) && all_heard(p));
}
