/* From events to outboxes: each event is encoded once for each group of members who read the same
 * bytes, into one run a room, group and turn, of which every member's outbox gets a piece. */
#include "base/alloc.h"
#include "core/protocol.h"
#include "net/net_priv.h"

#include <assert.h>
#include <stdlib.h>

static struct hall *hall_find(struct reactor *r, uint32_t room_id)
{
    uint64_t id = room_id;
    return map_get(&r->halls, MAP_KEY_U64(id));
}

static struct hall *hall_get(struct reactor *r, uint32_t room_id)
{
    struct hall *hall = hall_find(r, room_id);
    if (hall)
        return hall;
    hall = alloc_zero(sizeof(*hall));
    hall->id = room_id;
    list_init(&hall->open);
    map_put(&r->halls, MAP_KEY_U64(hall->id), hall);
    return hall;
}

/* Outside a turn's fan-out only: the groups' runs must be gone. */
static void hall_destroy(struct reactor *r, struct hall *hall)
{
    map_remove(&r->halls, MAP_KEY_U64(hall->id));
    list_remove(&hall->open);
    for (uint32_t i = 0; i < hall->group_count; i++) {
        bytes_unref(hall->groups[i].run);
        free(hall->groups[i].members);
    }
    free(hall->groups);
    free(hall);
}

/* Does not hear everybody. */
static bool is_choosy(const struct session *s)
{
    return s->muted || s->ignore_count > 0;
}

static uint32_t group_get(struct hall *hall, const struct session *s, uint8_t dialect)
{
    bool filtered = s->peer.no_echo || is_choosy(s);
    const struct protocol *protocol = s->peer.door->protocol;
    for (uint32_t i = 0; i < hall->group_count; i++) {
        const struct group *g = &hall->groups[i];
        if (g->protocol == protocol && g->dialect == dialect && g->filtered == filtered &&
            g->individual == s->peer.individual)
            return i;
    }
    hall->groups = alloc_resize(hall->groups, (hall->group_count + 1) * sizeof(*hall->groups));
    hall->groups[hall->group_count] = (struct group){.dialect = dialect,
                                                     .filtered = filtered,
                                                     .individual = s->peer.individual,
                                                     .protocol = protocol};
    return hall->group_count++;
}

/* Brings one member's outbox up to where the run is. */
static void sync_member(struct group *g, struct member *m)
{
    if (!g->run)
        return;
    uint32_t from = m->serial == g->serial ? m->cursor : 0;
    uint32_t to = (uint32_t)g->run->buf.len;
    m->serial = g->serial;
    m->cursor = to;
    if (to > from && !m->session->broken && m->session->state <= SESSION_ENDING) {
        /* Where pieces are cut out of it, a small one must not keep the whole run in memory. */
        if (is_choosy(m->session))
            outbox_append_copy(&m->session->outbox, str_of(g->run->buf.ptr + from, to - from));
        else
            outbox_append_run(&m->session->outbox, g->run, from, to);
        session_mark_dirty(m->session);
    }
}

static struct group *seat_group(const struct seat *seat)
{
    return &seat->hall->groups[seat->group];
}

static struct seat *seats(struct session *s)
{
    return s->seat_count > 1 ? s->seats : &s->seat;
}

static struct seat *seat_add(struct session *s)
{
    if (s->seat_count == 1) {
        struct seat *more = alloc_bytes(2 * sizeof(*more));
        more[0] = s->seat;
        s->seats = more;
    } else if (s->seat_count > 1) {
        s->seats = alloc_resize(s->seats, (s->seat_count + 1) * sizeof(*s->seats));
    }
    s->seat_count++;
    return &seats(s)[s->seat_count - 1];
}

/* The last one takes its place. */
static void seat_remove(struct session *s, struct seat *seat)
{
    *seat = seats(s)[s->seat_count - 1];
    if (--s->seat_count != 1)
        return;
    struct seat *more = s->seats;
    s->seat = more[0];
    free(more);
}

void fanout_sync(struct session *s)
{
    for (uint32_t i = 0; i < s->seat_count; i++) {
        const struct seat *seat = &seats(s)[i];
        sync_member(seat_group(seat), &seat_group(seat)->members[seat->index]);
    }
}

/* Puts the session into the group that suits it now; what the run holds so far is not for it. */
static void sit_down(struct session *s, struct seat *seat)
{
    struct hall *hall = seat->hall;
    uint8_t dialect = hall->id == s->current_room ? s->peer.dialect : s->peer.dialect_other;
    seat->group = group_get(hall, s, dialect);
    struct group *g = &hall->groups[seat->group];
    if (g->count == g->cap) {
        g->cap = g->cap ? g->cap * 2 : 4;
        g->members = alloc_resize(g->members, g->cap * sizeof(*g->members));
    }
    seat->index = g->count;
    g->members[g->count++] = (struct member){
        .session = s, .serial = g->serial, .cursor = g->run ? (uint32_t)g->run->buf.len : 0};
}

static struct seat *seat_find(struct session *s, const struct hall *hall)
{
    for (uint32_t i = 0; i < s->seat_count; i++)
        if (seats(s)[i].hall == hall)
            return &seats(s)[i];
    return NULL;
}

/* The last member of the group takes the place that becomes free. */
static void stand_up(struct session *s, struct seat *seat)
{
    struct group *g = seat_group(seat);
    uint32_t last = --g->count;
    if (seat->index != last) {
        g->members[seat->index] = g->members[last];
        seat_find(g->members[seat->index].session, seat->hall)->index = seat->index;
    }
    if (g->count == 0 && g->cap > 64) {
        free(g->members);
        g->members = NULL;
        g->cap = 0;
    }
}

static void enter(struct session *s, uint32_t room_id)
{
    struct hall *hall = hall_get(s->reactor, room_id);
    if (seat_find(s, hall))
        return;
    struct seat *seat = seat_add(s);
    seat->hall = hall;
    hall->count++;
    sit_down(s, seat);
}

static void leave(struct session *s, struct seat *seat)
{
    struct hall *hall = seat->hall;
    stand_up(s, seat);
    seat_remove(s, seat);
    if (--hall->count == 0 && list_empty(&hall->open))
        hall_destroy(s->reactor, hall);
}

void fanout_regroup(struct session *s)
{
    fanout_sync(s);
    for (uint32_t i = 0; i < s->seat_count; i++) {
        stand_up(s, &seats(s)[i]);
        sit_down(s, &seats(s)[i]);
    }
}

void fanout_forget(struct session *s)
{
    fanout_sync(s);
    while (s->seat_count > 0)
        leave(s, &seats(s)[s->seat_count - 1]);
}

static bool passes_by(const struct session *s, const struct event *event)
{
    if (event->kind != EVENT_MESSAGE && event->kind != EVENT_TYPING)
        return false;
    if (s->muted || (s->peer.no_echo && event->session == s->peer.session))
        return true;
    for (uint32_t i = 0; i < s->ignore_count; i++)
        if (s->ignores[i].user == event->user || s->ignores[i].fold_hash == event->fold_hash)
            return true;
    return false;
}

/* That somebody has come may be told when it has been in the room for a while: it does not read
 * that itself. */
static bool is_own_coming(const struct session *s, const struct event *event)
{
    return event->kind == EVENT_JOINED && event->session == s->peer.session;
}

static struct member *own_member(struct reactor *r, const struct hall *hall, const struct group *g,
                                 const struct event *event)
{
    struct session *s = event->kind == EVENT_JOINED ? session_find(r, event->session) : NULL;
    const struct seat *seat = s ? seat_find(s, hall) : NULL;
    return seat && seat_group(seat) == g ? &g->members[seat->index] : NULL;
}

static void group_deliver(struct hall *hall, uint32_t group, const struct event *event)
{
    /* A protocol may move its peer to another group while it is delivered to: from the end, so
     * that the one who takes the free place has had its turn. */
    for (uint32_t i = hall->groups[group].count; i > 0; i--) {
        struct session *s = hall->groups[group].members[i - 1].session;
        if (s->state > SESSION_ENDING || passes_by(s, event) || is_own_coming(s, event))
            continue;
        s->reactor->stats.deliveries += event->kind == EVENT_MESSAGE;
        s->peer.door->protocol->deliver(&s->peer, event);
    }
}

static void end_run(struct group *g)
{
    if (!g->run)
        return;
    for (uint32_t i = 0; i < g->count; i++)
        sync_member(g, &g->members[i]);
    bytes_unref(g->run);
    g->run = NULL;
}

static void group_encode(struct reactor *r, struct hall *hall, struct group *g,
                         const struct event *event)
{
    if (g->run && g->run->buf.len > RUN_LONG_BYTES)
        end_run(g);
    if (!g->run) {
        g->run = bytes_create(RUN_BYTES);
        r->stats.runs++;
        g->serial = ++r->run_serial;
        if (list_empty(&hall->open))
            list_append(&r->open_halls, &hall->open);
    }
    size_t before = g->run->buf.len;
    uint32_t deaf = 0;
    if (g->filtered)
        for (uint32_t i = 0; i < g->count; i++)
            if (passes_by(g->members[i].session, event)) {
                sync_member(g, &g->members[i]);
                deaf++;
            }
    struct member *own = own_member(r, hall, g, event);
    if (own)
        sync_member(g, own);
    g->protocol->encode(&r->info, g->dialect, event, &g->run->buf);
    r->stats.encodes++;
    if (own)
        own->cursor = (uint32_t)g->run->buf.len;
    if (event->kind == EVENT_MESSAGE)
        r->stats.deliveries += g->count - deaf;
    if (deaf == 0 || g->run->buf.len == before)
        return;
    for (uint32_t i = 0; i < g->count; i++)
        if (passes_by(g->members[i].session, event))
            g->members[i].cursor = (uint32_t)g->run->buf.len;
}

static void room_event(struct reactor *r, const struct event *event)
{
    struct hall *hall = hall_find(r, event->room_id);
    if (!hall)
        return;
    uint32_t count = hall->group_count;
    for (uint32_t i = 0; i < count; i++)
        if (hall->groups[i].count > 0 && !hall->groups[i].individual)
            group_encode(r, hall, &hall->groups[i], event);
    /* After the runs: who moves to one of them while it is delivered to has had this event. */
    for (uint32_t i = 0; i < count; i++)
        if (hall->groups[i].count > 0 && hall->groups[i].individual)
            group_deliver(hall, i, event);
}

void fanout_end_turn(struct reactor *r)
{
    while (!list_empty(&r->open_halls)) {
        struct hall *hall = LIST_ENTRY(r->open_halls.next, struct hall, open);
        list_remove(&hall->open);
        for (uint32_t i = 0; i < hall->group_count; i++)
            end_run(&hall->groups[i]);
        if (hall->count == 0)
            hall_destroy(r, hall);
    }
}

static void set_current(struct session *s, uint32_t room_id)
{
    if (s->current_room == room_id)
        return;
    s->current_room = room_id;
    if (s->peer.dialect != s->peer.dialect_other)
        fanout_regroup(s);
}

static void set_ignored(struct session *s, const struct event *event)
{
    for (uint32_t i = 0; i < s->ignore_count; i++)
        if (s->ignores[i].user == event->user && s->ignores[i].fold_hash == event->fold_hash) {
            s->ignores[i] = s->ignores[--s->ignore_count];
            return;
        }
    if (!event->flag)
        return;
    s->ignores = alloc_resize(s->ignores, (s->ignore_count + 1) * sizeof(*s->ignores));
    s->ignores[s->ignore_count++] = (struct ignored){event->user, event->fold_hash};
}

/* What an event changes in the reactor's picture of the session. */
static void update(struct session *s, const struct event *event)
{
    struct hall *hall;
    switch (event->kind) {
    case EVENT_LOGGED_IN:
        s->logged_in = true;
        reactor_timeout_stop(&s->life);
        break;
    case EVENT_ENTERED:
        if (event->current)
            set_current(s, event->room_id);
        enter(s, event->room_id);
        break;
    case EVENT_EXITED:
        hall = hall_find(s->reactor, event->room_id);
        if (hall && seat_find(s, hall))
            leave(s, seat_find(s, hall));
        set_current(s, event->current_id);
        break;
    case EVENT_MUTED:
        s->muted = event->flag;
        fanout_regroup(s);
        break;
    case EVENT_IGNORED:
        set_ignored(s, event);
        fanout_regroup(s);
        break;
    default: break;
    }
}

/* The answer to a fetch goes where its barrier stands. */
static void deliver_answer(struct session *s, const struct event *event)
{
    struct reactor *r = s->reactor;
    s->fetches--;
    if (s->peer.individual) {
        s->peer.door->protocol->deliver(&s->peer, event);
        return;
    }
    buf_clear(&r->capture);
    s->capturing = true;
    s->peer.door->protocol->deliver(&s->peer, event);
    s->capturing = false;
    if (r->capture.full)
        session_finish(s, CLOSE_SLOW); /* half an answer would be a wrong one */
    /* There is no barrier if the peer was individual when it asked. */
    if (!outbox_fill(&s->outbox, event->fetch, buf_str(&r->capture)))
        outbox_append_copy(&s->outbox, buf_str(&r->capture));
    session_mark_dirty(s);
}

/* The one answer that a question to the history gets. */
static bool is_answer(const struct event *event)
{
    return (event->kind == EVENT_HISTORY || event->kind == EVENT_REFUSED) &&
           (event->about == ENTRY_HISTORY || event->about == ENTRY_SEARCH);
}

static void session_event(struct reactor *r, const struct event *event)
{
    struct session *s = session_find(r, event->session);
    if (!s || s->state > SESSION_ENDING)
        return;
    fanout_sync(s);
    if (event->kind == EVENT_CLOSED) {
        session_end(s, event->why, event->text);
    } else if (event->kind == EVENT_FETCH) {
        s->fetches++;
        if (s->peer.individual)
            s->peer.door->protocol->deliver(&s->peer, event); /* it keeps the place itself */
        else if (!s->broken)
            outbox_append_barrier(&s->outbox, event->fetch);
    } else if (event->fetch != 0) {
        deliver_answer(s, event);
        if (is_answer(event))
            session_answered(s);
        if (s->end_pending && s->fetches == 0)
            session_end(s, s->why, str_of(NULL, 0));
    } else {
        update(s, event);
        r->stats.deliveries += event->kind == EVENT_PRIVATE;
        s->peer.door->protocol->deliver(&s->peer, event);
        if (is_answer(event))
            session_answered(s);
    }
}

static void event_to_all(struct reactor *r, const struct event *event)
{
    struct session *s;
    for (uint32_t at = 0; (s = reactor_next_session(r, &at));) {
        if (!s->logged_in || s->state > SESSION_ENDING)
            continue;
        fanout_sync(s);
        s->peer.door->protocol->deliver(&s->peer, event);
    }
}

static void fanout_batch(struct reactor *r, const struct event_batch *batch)
{
    for (const struct event *event = batch->first; event; event = event->next) {
        switch (event->scope) {
        case SCOPE_ROOM: room_event(r, event); break;
        case SCOPE_SESSION: session_event(r, event); break;
        case SCOPE_ALL: event_to_all(r, event); break;
        }
    }
}

void fanout_batches(struct reactor *r, const struct event_batch *first)
{
    for (const struct event_batch *batch = first; batch; batch = batch->next) {
        fanout_batch(r, batch);
        r->unflushed += batch->bytes;
    }
}
