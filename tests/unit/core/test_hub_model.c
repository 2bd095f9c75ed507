/* Seen means kept, and what is shown again is what was seen: random talk over a store that is slow,
 * fails and recovers, against the plainest model of it. */
#include "../base/check.h"
#include "base/alloc.h"
#include "fake_hub.h"

#include <errno.h>
#include <stdlib.h>

enum { TURNS = 3000, PEOPLE = 6, ROOMS = 4, FETCHES_MAX = 8192, HISTORY = 150 };

static const char *const room_names[ROOMS] = {"Lobby", "tea", "coffee", "milk"};

/* What has been heard in a room, in the order of hearing. */
struct heard {
    struct message **messages;
    unsigned count;
};

struct model {
    struct fake_hub *h;
    struct heard rooms[ROOMS];
    unsigned at_fetch[FETCHES_MAX][ROOMS]; /* rooms[].count when the fetch was announced */
    unsigned messages, refused, replays, fetched;
};

static unsigned room_number(struct str name)
{
    for (unsigned i = 0; i < ROOMS; i++)
        if (str_equal_nocase(name, str_from(room_names[i])))
            return i;
    fail_msg("a room that nobody made");
    return 0;
}

static bool is_kept(const struct model *model, const struct message *m)
{
    for (size_t i = model->h->store->kept_count; i > 0; i--)
        if (model->h->store->kept[i - 1].message == m)
            return true;
    return false;
}

static void on_message(struct model *model, const struct event *event)
{
    struct heard *heard = &model->rooms[room_number(event->room)];
    assert_true(is_kept(model, event->message));
    assert_false(event->message->lost);
    if (heard->count > 0)
        assert_true(position_compare(heard->messages[heard->count - 1]->position,
                                     event->message->position) < 0);
    heard->messages = alloc_resize(heard->messages, (heard->count + 1) * sizeof(*heard->messages));
    heard->messages[heard->count++] = message_ref(event->message);
    model->messages++;
}

/* `most` messages, or as many as there were, up to the `upto`th of the room. Of those that memory
 * had to show some may have turned out lost by now: then there are fewer. */
static void check_shown(const struct model *model, const struct event *event, unsigned upto,
                        unsigned most)
{
    const struct heard *heard = &model->rooms[room_number(event->room)];
    unsigned shown = 0, at;
    for (uint32_t i = 0; i < event->count; i++)
        shown += !event->messages[i]->lost;
    assert_true(shown <= upto && event->count <= most);
    if (shown == event->count)
        assert_int_equal(shown, upto < most ? upto : most);
    at = upto - shown;
    for (uint32_t i = 0; i < event->count; i++)
        if (!event->messages[i]->lost && event->messages[i] != heard->messages[at++])
            fail_msg("shown out of place");
}

static void on_event(void *arg, const struct event *event)
{
    struct model *model = arg;
    unsigned room;
    switch (event->kind) {
    case EVENT_MESSAGE: on_message(model, event); break;
    case EVENT_REFUSED:
        model->refused += event->refusal == REFUSAL_NOT_KEPT;
        if (event->message)
            assert_true(event->message->lost && !is_kept(model, event->message));
        break;
    case EVENT_ENTERED:
        if (event->messages) {
            room = room_number(event->room);
            check_shown(model, event, model->rooms[room].count, limits_default.replay_lines);
            model->replays++;
        }
        break;
    case EVENT_FETCH:
        assert_true(event->fetch < FETCHES_MAX);
        for (room = 0; room < ROOMS; room++)
            model->at_fetch[event->fetch][room] = model->rooms[room].count;
        break;
    case EVENT_HISTORY:
        room = room_number(event->room);
        check_shown(model, event,
                    event->fetch ? model->at_fetch[event->fetch][room] : model->rooms[room].count,
                    event->about == ENTRY_JOIN ? limits_default.replay_lines : HISTORY);
        model->fetched += event->fetch != 0;
        break;
    default: break;
    }
}

static void add_random(struct fake_hub *h, uint32_t *draw)
{
    char nick[8];
    uint64_t session = 1 + check_draw(draw) % PEOPLE;
    const char *room = room_names[check_draw(draw) % ROOMS];
    uint32_t n = check_draw(draw) % 100;
    snprintf(nick, sizeof(nick), "n%u", (unsigned)session);
    if (n < 10)
        fake_hub_add(h, session, ENTRY_LOGIN, nick, NULL);
    else if (n < 12)
        fake_hub_add(h, session, ENTRY_QUIT, NULL, NULL);
    else if (n < 20)
        fake_hub_add(h, session, ENTRY_JOIN, room, NULL);
    else if (n < 25)
        fake_hub_add(h, session, ENTRY_PART, NULL, NULL);
    else if (n < 28)
        fake_hub_add(h, session, ENTRY_HISTORY, room, NULL)->count = HISTORY;
    else
        fake_hub_add(h, session, ENTRY_SAY, NULL, nick);
}

/* Long calm, short trouble. */
static int draw_status(unsigned turn)
{
    return turn % 400 > 330 ? -ENOSPC : 0;
}

static void play(struct model *model, uint32_t seed)
{
    struct fake_hub *h = model->h;
    uint32_t draw = seed;
    h->on_event = on_event;
    h->arg = model;
    h->store->hold_writes = h->store->hold_reads = true;
    for (unsigned turn = 0; turn < TURNS; turn++) {
        unsigned count = check_draw(&draw) % 6;
        for (unsigned i = 0; i < count; i++)
            add_random(h, &draw);
        fake_hub_turn(h);
        while (h->store->writing_count > 0 && check_draw(&draw) % 3 > 0)
            fake_hub_written(h, draw_status(turn));
        while (h->store->asked_count > 0 && check_draw(&draw) % 4 == 0)
            fake_hub_answered(h, 0);
        buf_clear(&h->journal);
    }
    while (h->store->writing_count > 0)
        fake_hub_written(h, 0);
    while (h->store->asked_count > 0)
        fake_hub_answered(h, 0);
    assert_true(hub_idle(h->hub));
    assert_int_equal(atomic_load(&h->pipeline), 0);
}

static void play_with(const struct limits *limits)
{
    for (uint32_t seed = 1; seed <= 3; seed++) {
        struct model *model = alloc_zero(sizeof(*model));
        struct fake_store *store = fake_store_create();
        model->h = fake_hub_create_with(limits, &store->store);
        model->h->store = store;
        play(model, seed);
        assert_true(model->messages > 2000 && model->refused > 200);
        assert_true(model->replays + model->fetched > 100 && model->fetched > 50);
        /* All that is kept has been heard. */
        assert_int_equal(model->h->store->kept_count, model->messages);
        fake_hub_destroy(model->h);
        for (unsigned i = 0; i < ROOMS; i++) {
            for (unsigned k = 0; k < model->rooms[i].count; k++)
                message_unref(model->rooms[i].messages[k]);
            free(model->rooms[i].messages);
        }
        free(model);
    }
}

static void test_random_talk(void **state)
{
    play_with(&limits_default);
}

/* The same where memory holds two rooms, one, some messages of one, none. */
static void test_with_little_memory(void **state)
{
    static const size_t bytes[] = {16000, 9000, 2500, 0};
    for (size_t i = 0; i < COUNT(bytes); i++) {
        struct limits limits = limits_default;
        limits.backlog_bytes = bytes[i];
        play_with(&limits);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_talk),
        cmocka_unit_test(test_with_little_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
