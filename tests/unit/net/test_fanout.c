/* From events to outboxes, with sessions that have no socket. */
#include "../base/check.h"
#include "base/alloc.h"
#include "net/net_priv.h"

#include <stdlib.h>
#include <sys/uio.h>

enum { SESSIONS = 6, TEA = 11, MILK = 12 };

/* ---- what fanout.c needs of the rest of net */

static struct session *sessions[SESSIONS + 1];
static unsigned encoded, ended;

struct session *session_find(struct reactor *r, uint64_t id)
{
    return id <= SESSIONS ? sessions[id] : NULL;
}

void session_mark_dirty(struct session *s)
{
    if (list_empty(&s->dirty))
        list_append(&s->reactor->dirty, &s->dirty);
}

void session_end(struct session *s, enum close_reason why, struct str text)
{
    s->state = SESSION_LEAVING;
    s->why = (uint8_t)why;
    fanout_forget(s);
    ended++;
}

void session_finish(struct session *s, enum close_reason why)
{
    s->state = SESSION_ENDING;
}

static unsigned answered;

void session_answered(struct session *s)
{
    answered++;
}

/* ---- a protocol that shows what it is given */

static void on_encode(const struct server_info *info, unsigned dialect, const struct event *event,
                      struct buf *out)
{
    encoded++;
    if (event->kind == EVENT_MESSAGE)
        buf_printf(out, "%u<%.*s>", dialect, STR_ARG(event->text));
    else if (event->kind != EVENT_NOTICE)
        buf_printf(out, "%u(%d)", dialect, (int)event->kind);
}

static void on_deliver(struct peer *peer, const struct event *event)
{
    struct session *s = (struct session *)(void *)peer;
    char text[64];
    int n = snprintf(text, sizeof(text), "[%d%s%.*s]", (int)event->kind, event->text.len ? " " : "",
                     STR_ARG(event->text));
    if (s->capturing)
        buf_append(&s->reactor->capture, text, (size_t)n);
    else
        outbox_append_copy(&s->outbox, str_of(text, (size_t)n));
}

static const struct protocol shown = {.name = "shown", .encode = on_encode, .deliver = on_deliver};
static const struct protocol other = {.name = "other", .encode = on_encode, .deliver = on_deliver};
static const struct door door_shown = {.name = "shown", .protocol = &shown};
static const struct door door_other = {.name = "other", .protocol = &other};

/* ---- the turn */

struct fixture {
    struct reactor *r;
    struct net net;
    struct event_batch *batch;
};

static int set_up(void **state)
{
    struct fixture *f = alloc_zero(sizeof(*f));
    struct reactor *r = f->r = alloc_zero(sizeof(*r));
    r->net = &f->net;
    r->slots = alloc_zero(SESSIONS * sizeof(*r->slots));
    r->slot_count = SESSIONS;
    list_init(&r->dirty);
    list_init(&r->open_halls);
    map_init(&r->halls);
    buf_init(&r->capture, 1 << 20);
    f->batch = event_batch_create();
    encoded = ended = 0;
    for (unsigned i = 1; i <= SESSIONS; i++) {
        struct session *s = sessions[i] = alloc_zero(sizeof(*s));
        s->reactor = r;
        s->peer.session = i;
        s->peer.door = &door_shown;
        s->logged_in = true;
        outbox_init(&s->outbox);
        list_init(&s->dirty);
        list_init(&s->life.item);
        r->slots[i - 1].session = s;
    }
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    fanout_end_turn(f->r);
    for (unsigned i = 1; i <= SESSIONS; i++) {
        fanout_forget(sessions[i]);
        outbox_finish(&sessions[i]->outbox);
        free(sessions[i]->ignores);
        free(sessions[i]);
    }
    assert_int_equal(f->r->halls.count, 0);
    event_batch_unref(f->batch);
    map_finish(&f->r->halls);
    buf_finish(&f->r->capture);
    free(f->r->slots);
    free(f->r);
    free(f);
    return 0;
}

static struct event *add(struct fixture *f, enum event_kind kind, uint64_t who, uint32_t room)
{
    struct event *event = event_batch_add(f->batch, kind);
    event->session = who;
    event->user = who;
    event->fold_hash = who + 1000;
    event->room_id = room;
    event->current = true;
    return event;
}

static void say(struct fixture *f, uint64_t who, uint32_t room, const char *text)
{
    add(f, EVENT_MESSAGE, who, room)->text = str_from(text);
}

static void fan_out(struct fixture *f)
{
    fanout_batches(f->r, f->batch);
    event_batch_unref(f->batch);
    f->batch = event_batch_create();
}

static void turn(struct fixture *f)
{
    fan_out(f);
    fanout_end_turn(f->r);
}

/* These are in the room; what they were sent for it is forgotten. */
static void enter(struct fixture *f, uint32_t room, unsigned first, unsigned last)
{
    for (unsigned i = first; i <= last; i++)
        add(f, EVENT_ENTERED, i, room);
    turn(f);
    for (unsigned i = first; i <= last; i++)
        outbox_drop(&sessions[i]->outbox);
}

/* What the session's outbox has; `segments`: in so many pieces. Takes it out. */
static void sent_at(unsigned session, const char *expected, unsigned segments, const char *file,
                    int line)
{
    struct outbox *o = &sessions[session]->outbox;
    struct iovec buffers[WRITE_SEGMENTS];
    struct buf out;
    buf_init(&out, 1 << 20);
    unsigned count = outbox_pieces(o, buffers);
    for (unsigned i = 0; i < count; i++)
        buf_append(&out, buffers[i].iov_base, buffers[i].iov_len);
    check_str_at(buf_str(&out), str_from(expected), file, line);
    if (segments > 0)
        _assert_int_equal(count, segments, file, line);
    outbox_consume(o, out.len);
    buf_finish(&out);
}

#define sent(session, expected)           sent_at(session, expected, 0, __FILE__, __LINE__)
#define sent_in(session, expected, count) sent_at(session, expected, count, __FILE__, __LINE__)

/* ---- */

/* A turn's events of a room are one run: encoded once each, one segment a member. */
static void test_one_run_for_all(void **state)
{
    struct fixture *f = *state;
    enter(f, TEA, 1, 5);
    say(f, 1, TEA, "a");
    say(f, 2, TEA, "b");
    fan_out(f);
    say(f, 3, TEA, "c");
    turn(f);
    assert_int_equal(encoded, 3);
    struct iovec first, another;
    outbox_pieces(&sessions[1]->outbox, &first);
    outbox_pieces(&sessions[5]->outbox, &another);
    assert_ptr_equal(first.iov_base, another.iov_base);
    for (unsigned i = 1; i <= 5; i++)
        sent_in(i, "0<a>0<b>0<c>", 1);
    sent(6, "");
    /* The next turn has a run of its own. */
    say(f, 1, TEA, "d");
    turn(f);
    sent_in(4, "0<d>", 1);
}

static void test_dialects_and_protocols(void **state)
{
    struct fixture *f = *state;
    sessions[2]->peer.dialect = sessions[2]->peer.dialect_other = 3;
    sessions[4]->peer.door = &door_other;
    enter(f, TEA, 1, 4);
    say(f, 1, TEA, "a");
    say(f, 1, TEA, "b");
    turn(f);
    sent(1, "0<a>0<b>");
    sent(2, "3<a>3<b>");
    sent(3, "0<a>0<b>");
    sent(4, "0<a>0<b>");
    assert_int_equal(encoded, 6);
}

static void test_rooms_are_apart(void **state)
{
    struct fixture *f = *state;
    enter(f, TEA, 1, 2);
    enter(f, MILK, 2, 3);
    say(f, 1, TEA, "tea");
    say(f, 3, MILK, "milk");
    say(f, 3, 99, "nobody is there");
    turn(f);
    sent(1, "0<tea>");
    sent(2, "0<tea>0<milk>");
    sent(3, "0<milk>");
}

/* Who comes in the middle of a turn reads what is said from then on, who goes what was said. */
static void test_joining_and_leaving_in_a_turn(void **state)
{
    struct fixture *f = *state;
    enter(f, TEA, 1, 2);
    say(f, 1, TEA, "a");
    add(f, EVENT_ENTERED, 3, TEA)->text = STR("replay");
    say(f, 1, TEA, "b");
    add(f, EVENT_EXITED, 2, TEA);
    add(f, EVENT_LEFT, 2, TEA);
    say(f, 1, TEA, "c");
    add(f, EVENT_ENTERED, 2, TEA)->text = STR("again");
    say(f, 1, TEA, "d");
    turn(f);
    char left[16], exited[16], all[128], two[128], three[128];
    snprintf(left, sizeof(left), "0(%d)", EVENT_LEFT);
    snprintf(exited, sizeof(exited), "[%d]", EVENT_EXITED);
    snprintf(all, sizeof(all), "0<a>0<b>%s0<c>0<d>", left);
    snprintf(two, sizeof(two), "0<a>0<b>%s[%d again]0<d>", exited, EVENT_ENTERED);
    snprintf(three, sizeof(three), "[%d replay]0<b>%s0<c>0<d>", EVENT_ENTERED, left);
    sent_in(1, all, 1);
    sent(2, two);
    sent(3, three);
}

/* One's own answers stand between the others' words where they belong. */
static void test_answers_keep_their_place(void **state)
{
    struct fixture *f = *state;
    char expected[64];
    enter(f, TEA, 1, 2);
    say(f, 1, TEA, "a");
    add(f, EVENT_ACK, 1, 0);
    say(f, 2, TEA, "b");
    add(f, EVENT_ACK, 2, 0);
    add(f, EVENT_ACK, 99, 0); /* gone */
    turn(f);
    snprintf(expected, sizeof(expected), "0<a>[%d]0<b>", EVENT_ACK);
    sent(1, expected);
    snprintf(expected, sizeof(expected), "0<a>0<b>[%d]", EVENT_ACK);
    sent(2, expected);
}

/* Who does not want its own words has the others' in the run that all share. */
static void test_no_echo(void **state)
{
    struct fixture *f = *state;
    char expected[64];
    sessions[2]->peer.no_echo = sessions[3]->peer.no_echo = true;
    enter(f, TEA, 1, 3);
    say(f, 1, TEA, "a");
    say(f, 2, TEA, "b");
    add(f, EVENT_TYPING, 2, TEA);
    add(f, EVENT_JOINED, 5, TEA);
    say(f, 1, TEA, "c");
    turn(f);
    snprintf(expected, sizeof(expected), "0<a>0<b>0(%d)0(%d)0<c>", EVENT_TYPING, EVENT_JOINED);
    sent_in(1, expected, 1);
    sent_in(3, expected, 1);
    snprintf(expected, sizeof(expected), "0<a>0(%d)0<c>", EVENT_JOINED);
    sent_in(2, expected, 2);
}

/* A room of many hears late who has come: that one does not read it. */
static void test_own_coming(void **state)
{
    struct fixture *f = *state;
    char expected[64];
    sessions[4]->peer.individual = true;
    enter(f, TEA, 1, 4);
    say(f, 1, TEA, "a");
    add(f, EVENT_JOINED, 2, TEA);
    say(f, 1, TEA, "b");
    add(f, EVENT_JOINED, 4, TEA);
    add(f, EVENT_JOINED, 0, TEA); /* its line is broken by now */
    add(f, EVENT_LEFT, 2, TEA);
    turn(f);
    snprintf(expected, sizeof(expected), "0<a>0(%d)0<b>0(%d)0(%d)0(%d)", EVENT_JOINED, EVENT_JOINED,
             EVENT_JOINED, EVENT_LEFT);
    sent_in(1, expected, 1);
    sent_in(3, expected, 1);
    snprintf(expected, sizeof(expected), "0<a>0<b>0(%d)0(%d)0(%d)", EVENT_JOINED, EVENT_JOINED,
             EVENT_LEFT);
    sent_in(2, expected, 2);
    snprintf(expected, sizeof(expected), "[%d a][%d][%d b][%d][%d]", EVENT_MESSAGE, EVENT_JOINED,
             EVENT_MESSAGE, EVENT_JOINED, EVENT_LEFT);
    sent(4, expected);
}

static void test_muted_and_ignoring(void **state)
{
    struct fixture *f = *state;
    char expected[128];
    enter(f, TEA, 1, 4);
    say(f, 1, TEA, "a");
    add(f, EVENT_MUTED, 3, 0)->flag = true;
    struct event *ignored = add(f, EVENT_IGNORED, 4, 0);
    ignored->flag = true;
    ignored->user = 1;
    ignored->fold_hash = 1001;
    say(f, 1, TEA, "b");
    say(f, 2, TEA, "c");
    add(f, EVENT_JOINED, 5, TEA);
    say(f, 1, TEA, "d");
    turn(f);
    snprintf(expected, sizeof(expected), "0<a>0<b>0<c>0(%d)0<d>", EVENT_JOINED);
    sent_in(2, expected, 1);
    snprintf(expected, sizeof(expected), "0<a>[%d]0(%d)", EVENT_MUTED, EVENT_JOINED);
    sent(3, expected);
    snprintf(expected, sizeof(expected), "0<a>[%d]0<c>0(%d)", EVENT_IGNORED, EVENT_JOINED);
    sent(4, expected);
    /* Under another nick still; another person under the old nick too. */
    struct event *renamed = add(f, EVENT_MESSAGE, 1, TEA),
                 *same_nick = add(f, EVENT_MESSAGE, 5, TEA);
    renamed->text = STR("e");
    renamed->fold_hash = 77;
    same_nick->text = STR("f");
    same_nick->fold_hash = 1001;
    say(f, 2, TEA, "g");
    turn(f);
    sent(4, "0<g>");
    sent(3, "");
    /* And hears again. */
    add(f, EVENT_MUTED, 3, 0);
    ignored = add(f, EVENT_IGNORED, 4, 0);
    ignored->user = 1;
    ignored->fold_hash = 1001;
    say(f, 1, TEA, "h");
    turn(f);
    snprintf(expected, sizeof(expected), "[%d]0<h>", EVENT_MUTED);
    sent(3, expected);
    snprintf(expected, sizeof(expected), "[%d]0<h>", EVENT_IGNORED);
    sent(4, expected);
}

/* The current room and the others may be told apart. */
static void test_current_room(void **state)
{
    struct fixture *f = *state;
    sessions[1]->peer.dialect_other = 1;
    enter(f, TEA, 1, 1);
    enter(f, MILK, 1, 1);
    say(f, 2, TEA, "a");
    say(f, 2, MILK, "b");
    turn(f);
    sent(1, "1<a>0<b>");
    add(f, EVENT_ENTERED, 1, TEA);
    fan_out(f);
    outbox_drop(&sessions[1]->outbox);
    say(f, 2, TEA, "c");
    say(f, 2, MILK, "d");
    turn(f);
    sent(1, "0<c>1<d>");
    struct event *exited = add(f, EVENT_EXITED, 1, TEA);
    exited->current_id = MILK;
    say(f, 2, TEA, "e");
    say(f, 2, MILK, "f");
    fan_out(f);
    fanout_end_turn(f->r);
    char expected[64];
    snprintf(expected, sizeof(expected), "[%d]0<f>", EVENT_EXITED);
    sent(1, expected);
}

/* In the middle of a turn, by the protocol's wish. */
static void test_change_of_dialect(void **state)
{
    struct fixture *f = *state;
    enter(f, TEA, 1, 3);
    say(f, 1, TEA, "a");
    fan_out(f);
    sessions[2]->peer.dialect = 5;
    fanout_regroup(sessions[2]);
    say(f, 1, TEA, "b");
    turn(f);
    sent(1, "0<a>0<b>");
    sent(2, "0<a>5<b>");
    sent(3, "0<a>0<b>");
}

static void test_individual_peers(void **state)
{
    struct fixture *f = *state;
    char expected[64];
    sessions[2]->peer.individual = true;
    enter(f, TEA, 1, 3);
    add(f, EVENT_MUTED, 3, 0)->flag = true;
    turn(f);
    outbox_drop(&sessions[3]->outbox);
    sessions[3]->peer.individual = true;
    fanout_regroup(sessions[3]);
    say(f, 1, TEA, "a");
    add(f, EVENT_NOTICE, 1, TEA);
    turn(f);
    sent(1, "0<a>");
    snprintf(expected, sizeof(expected), "[%d a][%d]", EVENT_MESSAGE, EVENT_NOTICE);
    sent(2, expected);
    snprintf(expected, sizeof(expected), "[%d]", EVENT_NOTICE);
    sent(3, expected);
}

/* What is sent behind a question to the disk waits for its answer, which stands before it. */
static void test_fetch(void **state)
{
    struct fixture *f = *state;
    char expected[64];
    enter(f, TEA, 1, 2);
    say(f, 1, TEA, "a");
    add(f, EVENT_FETCH, 2, 0)->fetch = 5;
    say(f, 1, TEA, "b");
    turn(f);
    sent(1, "0<a>0<b>");
    sent(2, "0<a>");
    assert_int_equal(sessions[2]->fetches, 1);
    struct event *answer = add(f, EVENT_HISTORY, 2, 0);
    answer->fetch = 5;
    answer->text = STR("past");
    say(f, 1, TEA, "c");
    turn(f);
    snprintf(expected, sizeof(expected), "[%d past]0<b>0<c>", EVENT_HISTORY);
    sent(2, expected);
    assert_int_equal(sessions[2]->fetches, 0);
}

/* Who comes back is in several rooms, and the past of each is still to be read: what is live waits
 * behind all of it, whichever is read first. */
static void test_several_fetches(void **state)
{
    struct fixture *f = *state;
    char expected[128];
    enter(f, TEA, 1, 1);
    enter(f, MILK, 1, 1);
    say(f, 1, TEA, "before");
    add(f, EVENT_ENTERED, 2, TEA);
    add(f, EVENT_FETCH, 2, 0)->fetch = 5;
    add(f, EVENT_ENTERED, 2, MILK)->current = false;
    add(f, EVENT_FETCH, 2, 0)->fetch = 6;
    say(f, 1, TEA, "a");
    say(f, 1, MILK, "b");
    turn(f);
    snprintf(expected, sizeof(expected), "[%d]", EVENT_ENTERED);
    sent(2, expected);
    for (unsigned i = 0; i < 2; i++) {
        struct event *answer = add(f, EVENT_HISTORY, 2, 0);
        answer->about = ENTRY_RESUME;
        answer->fetch = 6 - i;
        answer->text = i ? STR("first") : STR("second");
        say(f, 1, MILK, i ? "d" : "c");
        turn(f);
        if (i == 0)
            sent(2, "");
    }
    snprintf(expected, sizeof(expected), "[%d first][%d][%d second]", EVENT_HISTORY, EVENT_ENTERED,
             EVENT_HISTORY);
    struct iovec buffers[WRITE_SEGMENTS];
    struct buf out;
    buf_init(&out, 1 << 10);
    unsigned count = outbox_pieces(&sessions[2]->outbox, buffers);
    for (unsigned i = 0; i < count; i++)
        buf_append(&out, buffers[i].iov_base, buffers[i].iov_len);
    struct str got = buf_str(&out);
    assert_true(got.len > strlen(expected));
    check_str(str_of(got.ptr, strlen(expected)), str_from(expected));
    /* Each once, in the order of its room. */
    struct str live = str_skip(got, strlen(expected));
    assert_int_equal(live.len, strlen("0<a>0<b>0<c>0<d>"));
    const char *b = memmem(live.ptr, live.len, "<b>", 3), *c = memmem(live.ptr, live.len, "<c>", 3);
    const char *d = memmem(live.ptr, live.len, "<d>", 3);
    assert_true(memmem(live.ptr, live.len, "<a>", 3) && b && c && d && b < c && c < d);
    outbox_consume(&sessions[2]->outbox, out.len);
    buf_finish(&out);
    assert_int_equal(sessions[2]->fetches, 0);
}

/* Not heard by those who do not hear the writer. */
static void test_typing(void **state)
{
    struct fixture *f = *state;
    char expected[16];
    enter(f, TEA, 1, 3);
    add(f, EVENT_MUTED, 2, 0)->flag = true;
    turn(f);
    outbox_drop(&sessions[2]->outbox);
    add(f, EVENT_TYPING, 1, TEA);
    add(f, EVENT_AWAY, 1, TEA);
    turn(f);
    snprintf(expected, sizeof(expected), "0(%d)0(%d)", EVENT_TYPING, EVENT_AWAY);
    sent(3, expected);
    snprintf(expected, sizeof(expected), "0(%d)", EVENT_AWAY);
    sent(2, expected);
}

static void test_the_end(void **state)
{
    struct fixture *f = *state;
    enter(f, TEA, 1, 2);
    say(f, 2, TEA, "last words");
    add(f, EVENT_CLOSED, 2, 0)->why = CLOSE_KICKED;
    add(f, EVENT_LEFT, 2, TEA);
    say(f, 1, TEA, "gone");
    add(f, EVENT_ACK, 2, 0);
    turn(f);
    assert_int_equal(ended, 1);
    assert_int_equal(sessions[2]->why, CLOSE_KICKED);
    sent(2, "0<last words>");
    char expected[64];
    snprintf(expected, sizeof(expected), "0<last words>0(%d)0<gone>", EVENT_LEFT);
    sent(1, expected);
}

/* A line that takes nothing any more is given nothing, and holds up nobody. */
static void test_broken_line(void **state)
{
    struct fixture *f = *state;
    enter(f, TEA, 1, 3);
    sessions[2]->broken = true;
    say(f, 1, TEA, "a");
    turn(f);
    sent(1, "0<a>");
    sent(2, "");
    sent(3, "0<a>");
}

static void test_to_all(void **state)
{
    struct fixture *f = *state;
    char expected[64];
    sessions[4]->logged_in = false;
    sessions[5]->state = SESSION_LEAVING;
    enter(f, TEA, 1, 2);
    say(f, 1, TEA, "a");
    add(f, EVENT_ANNOUNCE, 0, 0)->text = STR("x");
    say(f, 1, TEA, "b");
    turn(f);
    snprintf(expected, sizeof(expected), "0<a>[%d x]0<b>", EVENT_ANNOUNCE);
    sent(1, expected);
    sent(2, expected);
    snprintf(expected, sizeof(expected), "[%d x]", EVENT_ANNOUNCE);
    sent(3, expected);
    sent(4, "");
    sent(5, "");
    sent(6, expected);
}

/* Members come, go and change in any order: everyone reads what was said while they were there. */
static void test_random_changes(void **state)
{
    struct fixture *f = *state;
    uint32_t draw = 42;
    bool in[SESSIONS + 1] = {false};
    struct buf expected[SESSIONS + 1];
    for (unsigned i = 1; i <= SESSIONS; i++)
        buf_init(&expected[i], 1 << 20);
    for (unsigned round = 0; round < 4000; round++) {
        unsigned who = 1 + check_draw(&draw) % SESSIONS;
        char text[16];
        snprintf(text, sizeof(text), "%u", round);
        switch (check_draw(&draw) % 8) {
        case 0:
            add(f, EVENT_ENTERED, who, TEA);
            buf_printf(&expected[who], "[%d]", EVENT_ENTERED);
            in[who] = true;
            break;
        case 1:
            if (!in[who])
                break;
            add(f, EVENT_EXITED, who, TEA);
            buf_printf(&expected[who], "[%d]", EVENT_EXITED);
            in[who] = false;
            break;
        case 2:
            fan_out(f); /* what is under way is not of the new dialect */
            sessions[who]->peer.dialect = (uint8_t)(check_draw(&draw) % 3);
            sessions[who]->peer.dialect_other = sessions[who]->peer.dialect;
            fanout_regroup(sessions[who]);
            break;
        case 3: turn(f); break;
        default:
            say(f, who, TEA, text);
            fan_out(f);
            for (unsigned i = 1; i <= SESSIONS; i++)
                if (in[i])
                    buf_printf(&expected[i], "%u<%s>", sessions[i]->peer.dialect, text);
        }
        if (round % 50 == 49) {
            turn(f);
            for (unsigned i = 1; i <= SESSIONS; i++) {
                buf_append_char(&expected[i], '\0');
                sent(i, expected[i].ptr);
                buf_clear(&expected[i]);
            }
        }
    }
    for (unsigned i = 1; i <= SESSIONS; i++)
        buf_finish(&expected[i]);
}

/* A member who may hear only a little of a run does not keep all of it in memory. */
static void test_a_small_piece_pins_no_run(void **state)
{
    struct fixture *f = *state;
    char text[1000];
    memset(text, 'x', sizeof(text));
    enter(f, TEA, 1, 3);
    add(f, EVENT_MUTED, 2, 0)->flag = true;
    turn(f);
    outbox_drop(&sessions[2]->outbox);
    for (int i = 0; i < 100; i++)
        add(f, EVENT_MESSAGE, 1, TEA)->text = str_of(text, sizeof(text));
    add(f, EVENT_TOPIC, 1, TEA);
    turn(f);
    const struct outbox *muted = &sessions[2]->outbox, *open = &sessions[3]->outbox;
    assert_int_equal(muted->count, 1);
    assert_true(muted->bytes < 100);
    assert_true(muted->few[0].run->buf.len < 100);
    assert_true(open->few[0].run->buf.len > 100 * sizeof(text));
}

/* A turn with very much in it has several runs, of which every member gets all. */
static void test_a_long_run_is_ended(void **state)
{
    struct fixture *f = *state;
    size_t size = RUN_LONG_BYTES / 2;
    char *text = alloc_bytes(size);
    memset(text, 'x', size);
    enter(f, TEA, 1, 2);
    for (int i = 0; i < 7; i++)
        add(f, EVENT_MESSAGE, 1, TEA)->text = str_of(text, size);
    turn(f);
    for (unsigned i = 1; i <= 2; i++) {
        const struct outbox *o = &sessions[i]->outbox;
        assert_true(o->count > 1);
        assert_true(o->bytes >= 7 * size);
        const struct segment *segments = o->more ? o->more : o->few;
        for (uint32_t k = 0; k < o->count; k++)
            assert_true(segments[o->start + k].run->buf.len <= 2 * RUN_LONG_BYTES);
    }
    free(text);
}

/* Each message to each who hears it, however it comes to them; the rest is not counted. */
static void test_counts(void **state)
{
    struct fixture *f = *state;
    const struct reactor_stats *stats = reactor_stats(f->r);
    sessions[2]->peer.dialect = sessions[2]->peer.dialect_other = 3;
    sessions[3]->peer.individual = true;
    enter(f, TEA, 1, 5);
    uint64_t encodes = stats->encodes, runs = stats->runs;
    assert_int_equal(stats->deliveries, 0);
    say(f, 1, TEA, "a");
    say(f, 2, TEA, "b");
    turn(f);
    assert_int_equal(stats->deliveries, 10);
    assert_int_equal(stats->encodes - encodes, 4);
    assert_int_equal(stats->runs - runs, 2);
    add(f, EVENT_MUTED, 4, 0)->flag = true;
    add(f, EVENT_MUTED, 3, 0)->flag = true;
    say(f, 1, TEA, "c");
    turn(f);
    assert_int_equal(stats->deliveries, 13);
    add(f, EVENT_JOINED, 6, TEA);
    add(f, EVENT_PRIVATE, 1, 0);
    add(f, EVENT_PRIVATE, 2, 0);
    add(f, EVENT_PRIVATE, 99, 0); /* on another reactor, or gone */
    say(f, 1, MILK, "to nobody");
    turn(f);
    assert_int_equal(stats->deliveries, 15);
    uint64_t waiting = 0;
    for (unsigned i = 1; i <= SESSIONS; i++)
        waiting += sessions[i]->outbox.bytes;
    assert_true(waiting > 0);
    assert_int_equal(reactor_outbox_bytes(f->r), waiting);
    atomic_store(&f->net.pipeline, 77);
    assert_int_equal(reactor_pipeline_bytes(f->r), 77);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_one_run_for_all),
        TEST(test_dialects_and_protocols),
        TEST(test_rooms_are_apart),
        TEST(test_joining_and_leaving_in_a_turn),
        TEST(test_answers_keep_their_place),
        TEST(test_no_echo),
        TEST(test_own_coming),
        TEST(test_muted_and_ignoring),
        TEST(test_a_small_piece_pins_no_run),
        TEST(test_a_long_run_is_ended),
        TEST(test_current_room),
        TEST(test_change_of_dialect),
        TEST(test_individual_peers),
        TEST(test_fetch),
        TEST(test_several_fetches),
        TEST(test_typing),
        TEST(test_the_end),
        TEST(test_broken_line),
        TEST(test_counts),
        TEST(test_to_all),
        TEST(test_random_changes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
