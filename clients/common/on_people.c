/* Who is in a room. The list is exact as long as the server tells of each who comes and goes; in a
 * room of many it does not (docs/protocol/native.md, "Of others"): then the list is asked for again
 * when the crowd has come to rest, or does not for long. */
#include "clients/common/client_priv.h"

#include "clients/common/encode.h"

enum {
    NAMES_ROOM_MAX = 2000,   /* of a larger room the list is never whole */
    NAMES_FEW = 200,         /* that are asked for of such a room, on entering it */
    NAMES_WAIT_MS = 2000,    /* without a crowd, and as much again at random: not all at once */
    NAMES_LATEST_MS = 20000, /* of waiting, when there is always a crowd, ... */
    NAMES_LATEST_RANDOM_MS = 10000, /* ... and up to so much more */
};

static int64_t draw_wait(struct client *c, int64_t least_ms, uint64_t random_ms)
{
    /* Knuth's linear congruence: clients need only be apart. */
    c->random = c->random * 6364136223846793005u + 1442695040888963407u;
    return c->now_ms + least_ms + (int64_t)((c->random >> 33) % (random_ms + 1));
}

static void ask_later(struct client *c, struct conversation *v)
{
    bool waits = v->names_due_ms < INT64_MAX;
    if (v->total > NAMES_ROOM_MAX) {
        v->names_due_ms = INT64_MAX;
        return;
    }
    if (!waits)
        v->names_latest_ms = draw_wait(c, NAMES_LATEST_MS, NAMES_LATEST_RANDOM_MS);
    int64_t quiet_ms = draw_wait(c, NAMES_WAIT_MS, NAMES_WAIT_MS);
    v->names_due_ms = quiet_ms < v->names_latest_ms ? quiet_ms : v->names_latest_ms;
}

/* A room that is not so large any more. */
static void complete_list(struct client *c, struct conversation *v)
{
    if (conversation_unlisted(v) > 0 && v->names_due_ms == INT64_MAX)
        ask_later(c, v);
}

static void ask_names(struct client *c, struct conversation *v)
{
    v->names_due_ms = INT64_MAX;
    if (v->total > NAMES_ROOM_MAX)
        encode_names(&c->output, v->name, NAMES_FEW, ++c->last_ref);
    else
        encode_about_room(&c->output, "names", v->name, ++c->last_ref);
}

void client_enter_people(struct client *c, struct conversation *v, const struct incoming *in)
{
    v->total = in->people_total;
    ask_names(c, v);
}

void client_leave_people(struct client *c, struct conversation *v)
{
    v->total = 0;
    v->names_due_ms = INT64_MAX;
    people_finish(&v->people);
    client_emit_of(c, CLIENT_PEOPLE, v);
}

void client_people_tick(struct client *c)
{
    for (size_t i = 0; i < c->count; i++) {
        struct conversation *v = c->conversations[i];
        if (v->names_due_ms <= c->now_ms && c->link.state == LINK_READY)
            ask_names(c, v);
    }
}

void client_on_names(struct client *c, const struct incoming *in)
{
    struct conversation *v = client_known_room(c, in->room);
    if (!v)
        return;
    people_finish(&v->people);
    for (size_t i = 0; i < in->person_count; i++) {
        const struct incoming_person *p = &in->people[i];
        people_append(&v->people, &(struct person){p->nick, p->user, p->door, p->away});
    }
    v->total = in->people_total;
    client_emit_of(c, CLIENT_PEOPLE, v);
    client_release(c, v); /* it was asked for on entering: now all of the room's past is here */
}

void client_on_joined(struct client *c, const struct incoming *in)
{
    struct conversation *v = client_known_room(c, in->room);
    if (!v)
        return;
    people_add(&v->people, &(struct person){.nick = in->nick, .user = in->user, .door = in->door});
    v->total = in->people_total;
    complete_list(c, v);
    client_add_happening(v, ITEM_JOINED, in, in->nick, STR(""));
    client_emit_of(c, CLIENT_PEOPLE, v);
}

void client_on_left(struct client *c, const struct incoming *in)
{
    struct conversation *v = client_known_room(c, in->room);
    if (!v)
        return;
    people_remove(&v->people, in->user);
    v->total = in->people_total;
    complete_list(c, v);
    client_stop_typing(c, v, in->nick);
    client_add_happening(v, ITEM_LEFT, in, in->nick, STR(""));
    client_emit_of(c, CLIENT_PEOPLE, v);
}

void client_on_crowd(struct client *c, const struct incoming *in)
{
    struct conversation *v = client_known_room(c, in->room);
    if (!v)
        return;
    v->total = in->people_total;
    ask_later(c, v);
    const struct item item = {.kind = ITEM_CROWD,
                              .at_ms = in->at_ms,
                              .came = (uint32_t)in->came,
                              .went = (uint32_t)in->went,
                              .people = (uint32_t)in->people_total};
    if (c->crowds_apart)
        timeline_add(&v->timeline, &item);
    else
        timeline_add_crowd(&v->timeline, &item);
    client_emit_of(c, CLIENT_PEOPLE, v);
}
