/* The whole server: up to eight hostile peers at all doors and an honest pair among them, whose
 * chat must stay correct whatever the others send and whenever they go (see server_honest.h). When
 * all are gone, nothing may be left of them.
 *
 * Input (behind how it is cut, see fuzz.h; its choice is where the pair comes in): a byte that says
 * what kind of server it is, see enum world_choice and enum life, then parts, each ended by a byte
 * 0xF7. A part begins with a byte that says who does what, see enum part; the rest of it is sent,
 * with the last sid or token that the server has told any of them in the place of "$sid" and
 * "$token". Between its two ends, or behind it, one of the pair says something. */
#include "fuzz.h"

#include "server_honest.h"

#include "web/engineio_priv.h"

#include <assert.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum part {
    PART_PEER = 0x07,   /* which of them, and so at which door */
    PART_NEW = 0x08,    /* breaks its line before, and comes anew */
    PART_ENDS = 0x10,   /* sends no more behind it */
    PART_UNREAD = 0x20, /* does not read what is answered for now */
    PART_LATE = 0x40,   /* some seconds pass before */
    PART_LONG = 0x80,   /* so much passes that who is away has gone */
};

enum life {
    LIFE_FAILS = 0x20,   /* the store fails while every second part is sent */
    LIFE_ALONE = 0x40,   /* the first of the pair leaves early, and its nick is free */
    LIFE_STOPPED = 0x80, /* ends when the server stops, not when the pair leaves */
};

enum {
    PART_END = 0xF7,
    PARTS_MAX = 64,
    PARTS_TOGETHER = 3, /* of LIFE_ALONE */
    PEERS = PART_PEER + 1,
    READ_MAX = 1 << 16,
    INPUT_MAX = 4096,
    PIECE_REST = 255, /* all that is left at once */
    MOMENT_MS = 100,  /* of each part: as much as one command costs of the flood's tokens */
    LATE_MS = 3000,
    LONG_TIMES = 7, /* WORLD_TURN_MS each */
    GONE_TIMES = 40,
    TOKEN_CHARS = 22,
};

static const enum world_door peer_doors[PEERS] = {
    WORLD_LINE_ENGLISH, WORLD_LINE_CHINESE, WORLD_LINE_TERSE, WORLD_JSON,
    WORLD_NATIVE,       WORLD_WEB,          WORLD_WEB,        WORLD_NATIVE,
};

struct scene {
    struct world *world;
    struct honest_pair *pair;
    const struct fuzz_input *input;
    int peers[PEERS]; /* -1: not there */
    bool begun[PEERS];
    char sid[ENGINEIO_SID_CHARS], token[TOKEN_CHARS];
    bool fails; /* the store, while the next part is sent */
};

/* ---- the peers */

static void close_peer(struct scene *s, unsigned peer)
{
    if (s->peers[peer] >= 0)
        close(s->peers[peer]);
    s->peers[peer] = -1;
}

static void open_peer(struct scene *s, unsigned peer)
{
    close_peer(s, peer);
    s->peers[peer] = world_connect(s->world, peer_doors[peer], true);
    s->begun[peer] = false;
}

/* What stands behind `name`, up to a quotation mark, if it is as long as it should be. */
static void find_secret(struct str in, struct str name, char *out, size_t chars)
{
    const char *at = memmem(in.ptr, in.len, name.ptr, name.len);
    struct str rest = at ? str_skip(in, (size_t)(at - in.ptr) + name.len) : str_of(NULL, 0);
    if (rest.len > chars && rest.ptr[chars] == '"')
        memcpy(out, rest.ptr, chars);
}

/* What the web answers begins as answers do. */
static void read_peer(struct scene *s, unsigned peer)
{
    static char in[READ_MAX];
    ssize_t n;
    while (s->peers[peer] >= 0 && (n = read(s->peers[peer], in, sizeof(in))) > 0) {
        struct str got = str_of(in, (size_t)n);
        assert(!honest_overheard(s->pair, got));
        assert(s->begun[peer] || peer_doors[peer] != WORLD_WEB ||
               str_starts(got, STR("HTTP/1.1 ")));
        s->begun[peer] = true;
        find_secret(got, STR("\"sid\":\""), s->sid, sizeof(s->sid));
        find_secret(got, STR("\"token\":\""), s->token, sizeof(s->token));
    }
}

/* All hear what there is, but for the one who does not want to. */
static void listen_all(struct scene *s, unsigned deaf)
{
    honest_listen(s->pair);
    for (unsigned i = 0; i < PEERS; i++)
        if (i != deaf)
            read_peer(s, i);
}

static void send_piece(struct scene *s, unsigned peer, struct str piece, unsigned deaf)
{
    /* What does not go, since the server is not reading or is gone, is lost. */
    if (piece.len > 0)
        (void)!send(s->peers[peer], piece.ptr, piece.len, MSG_NOSIGNAL);
    world_turn(s->world);
    listen_all(s, deaf);
}

/* ---- parts */

static void fill_in(const struct scene *s, struct str part, struct buf *out)
{
    while (part.len > 0) {
        bool sid = str_starts(part, STR("$sid")), token = str_starts(part, STR("$token"));
        if (sid)
            buf_append(out, s->sid, sizeof(s->sid));
        else if (token)
            buf_append(out, s->token, sizeof(s->token));
        else
            buf_append_char(out, part.ptr[0]);
        part = str_skip(part, sid ? 4 : token ? 6 : 1);
    }
}

static void pass(struct scene *s, unsigned ms)
{
    world_pass(s->world, ms);
    listen_all(s, PEERS);
}

static void send_part(struct scene *s, unsigned peer, struct str part, unsigned deaf)
{
    const struct cutting *cutting = &s->input->cutting;
    struct buf bytes;
    buf_init(&bytes, READ_MAX);
    fill_in(s, part, &bytes);
    struct str left = buf_str(&bytes);
    for (size_t i = 0; left.len > 0; i++) {
        size_t n = cutting->sizes[i % cutting->count];
        n = n < left.len && n < PIECE_REST ? n : left.len;
        if (n > 0)
            send_piece(s, peer, str_of(left.ptr, n), deaf);
        left = str_skip(left, n);
    }
    buf_finish(&bytes);
}

static void play_part(struct scene *s, struct str part)
{
    unsigned what = (unsigned char)part.ptr[0], peer = what & PART_PEER;
    unsigned deaf = what & PART_UNREAD ? peer : PEERS;
    pass(s, MOMENT_MS);
    if (what & PART_LATE)
        pass(s, LATE_MS);
    for (unsigned i = 0; what & PART_LONG && i < LONG_TIMES; i++)
        pass(s, WORLD_TURN_MS);
    if (!s->fails)
        honest_begin(s->pair);
    world_fail(s->world, s->fails);
    if (what & PART_NEW || s->peers[peer] < 0)
        open_peer(s, peer);
    send_part(s, peer, str_skip(part, 1), deaf);
    if (what & PART_ENDS)
        shutdown(s->peers[peer], SHUT_WR);
    send_piece(s, peer, STR(""), deaf);
    world_fail(s->world, false);
    if (s->fails)
        honest_begin(s->pair);
    honest_end(s->pair);
}

/* ---- a life */

static void leave_nothing(struct scene *s)
{
    for (unsigned i = 0; i < PEERS; i++)
        close_peer(s, i);
    for (unsigned i = 0; i < GONE_TIMES && !world_is_empty(s->world); i++)
        world_pass(s->world, WORLD_TURN_MS);
    assert(world_is_empty(s->world));
}

/* FNV-1a: no input has its own in it but by chance. */
static uint32_t digest(const uint8_t *bytes, size_t size)
{
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ bytes[i]) * 16777619u;
    return hash;
}

static void live(struct scene *s, struct str parts, unsigned choice)
{
    bool told = !(choice & WORLD_CROWDS), both = true;
    for (unsigned i = 0; parts.len > 0 && i < PARTS_MAX; i++) {
        struct str part = str_cut(&parts, (char)PART_END);
        s->fails = choice & LIFE_FAILS && i % 2;
        if (part.len > 0)
            play_part(s, part);
        if (choice & LIFE_ALONE && i == PARTS_TOGETHER) {
            honest_first_leaves(s->pair, told);
            both = false;
        }
    }
    if (choice & LIFE_STOPPED) {
        honest_be_stopped(s->pair);
    } else {
        if (both)
            honest_first_leaves(s->pair, told);
        honest_second_leaves(s->pair);
    }
    honest_destroy(s->pair);
    leave_nothing(s);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct fuzz_input f;
    if (!fuzz_input_from(&f, bytes, size) || f.rest.len < 1 || f.rest.len > INPUT_MAX)
        return 0;
    unsigned choice = (unsigned char)f.rest.ptr[0];
    struct scene s = {.world = world_create(choice), .input = &f};
    for (unsigned i = 0; i < PEERS; i++)
        s.peers[i] = -1;
    s.pair = honest_create(s.world, f.choice, digest(bytes, size));
    live(&s, str_skip(f.rest, 1), choice);
    world_destroy(s.world);
    return 0;
}
