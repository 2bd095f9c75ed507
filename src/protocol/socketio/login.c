#include "protocol/socketio/login.h"

#include "base/alloc.h"
#include "core/name.h"
#include "core/submit.h"
#include "protocol/socketio/frame.h"
#include "protocol/socketio/names.h"

#include <stdlib.h>

enum {
    TRIES_MAX = 200,  /* then somebody else may be called so */
    SUFFIX_CHARS = 5, /* of a number behind a name */
    NICK_BYTES = NAME_CHARACTERS_MAX * 4 + SUFFIX_CHARS,
};

/* No token for who could not come back with it: to the others it has left as soon as its line
 * breaks. */
static struct str token_digest(struct state *state, char digest[SECRET_DIGEST_BYTES])
{
    if (!state->offsets)
        return str_of(NULL, 0);
    secret_digest(str_of(state->token, SECRET_TEXT_BYTES), digest);
    return str_of(digest, SECRET_DIGEST_BYTES);
}

static void submit_login(struct peer *peer)
{
    struct state *state = peer->state;
    char digest[SECRET_DIGEST_BYTES];
    struct buf nick;
    buf_init(&nick, NICK_BYTES);
    names_pick(peer->info->names, state->tries, &nick);
    struct request request = {
        .kind = ENTRY_LOGIN, .nick = buf_str(&nick), .new_token = token_digest(state, digest)};
    submit(peer, &request);
    buf_finish(&nick);
}

void login_start(struct peer *peer)
{
    struct state *state = peer->state;
    state->phase = PHASE_NAMING;
    state->tries = 0;
    if (state->offsets && secret_create(state->token) < 0)
        state->offsets = false; /* no random bits: it cannot come back, but it can chat */
    state_choose_dialect(peer);
    submit_login(peer);
}

void login_resume(struct peer *peer, struct str pid, struct position position)
{
    struct state *state = peer->state;
    char digest[SECRET_DIGEST_BYTES];
    state->phase = PHASE_RESUMING;
    memcpy(state->token, pid.ptr, SECRET_TEXT_BYTES);
    struct str token = token_digest(state, digest);
    struct request_place place = {.room = peer->info->lobby, .position = position};
    struct request request = {
        .kind = ENTRY_RESUME,
        .token = token,
        .places = &place,
        .count = 1,
        /* What was said in private has no offset that a client could name: none of it comes, so
         * that none comes twice. */
        .private_after = {UINT64_MAX, UINT64_MAX},
    };
    submit(peer, &request);
}

/* The name that is wanted, with 2, 3... behind it when it was taken. */
static void submit_wanted(struct peer *peer)
{
    struct state *state = peer->state;
    struct buf nick;
    buf_init(&nick, NICK_BYTES);
    buf_append_str(&nick, str_from(state->wanted));
    if (state->tries > 0)
        buf_printf(&nick, "%u", state->tries + 1);
    struct request request = {.kind = ENTRY_RENAME, .nick = buf_str(&nick)};
    submit(peer, &request);
    buf_finish(&nick);
}

void login_add_user(struct peer *peer, struct str name)
{
    struct state *state = peer->state;
    struct buf nick;
    if (state->example || state->wanted)
        return; /* the example takes a name once */
    buf_init(&nick, NICK_BYTES);
    names_clean(&peer->info->limits, name, SUFFIX_CHARS, &nick);
    state->wanted = alloc_copy_str(buf_str(&nick));
    state->tries = 0;
    submit_wanted(peer);
    buf_finish(&nick);
}

bool login_refused(struct peer *peer, const struct event *refused)
{
    struct state *state = peer->state;
    bool again = refused->refusal >= REFUSAL_NICK_EMPTY && refused->refusal <= REFUSAL_NICK_TAKEN &&
                 state->tries < TRIES_MAX;
    if (refused->about == ENTRY_RESUME && state->phase == PHASE_RESUMING) {
        login_start(peer);
        return true;
    }
    if (refused->about == ENTRY_LOGIN && state->phase == PHASE_NAMING && again) {
        state->tries++;
        submit_login(peer);
        return true;
    }
    if (refused->about == ENTRY_RENAME && state->wanted && refused->ref.len == 0) {
        state->tries++;
        if (again) {
            submit_wanted(peer);
            return true;
        }
        free(state->wanted);
        state->wanted = NULL;
    }
    return false;
}

void login_append_connected(const struct peer *peer, unsigned dialect, struct buf *out)
{
    const struct state *state = peer->state;
    size_t begin = socketio_frame_begin(out);
    buf_append_char(out, '0');
    char sid[SECRET_TEXT_BYTES];
    /* Protocol 4 has no more to say. The sid is nothing's key, and never Engine.IO's. */
    if (peer->engine != 3 && secret_create(sid) == 0) {
        buf_printf(out, "{\"sid\":\"%.*s\"", SECRET_TEXT_BYTES, sid);
        if (state->offsets)
            buf_printf(out, ",\"pid\":\"%.*s\"", SECRET_TEXT_BYTES, state->token);
        buf_append_char(out, '}');
    }
    socketio_frame_end(out, begin, dialect);
}
