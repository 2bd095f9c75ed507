/* who, look, rooms: one list serves all who ask in a turn, and what it takes is measured. */
#include "../base/check.h"
#include "fake_hub.h"

/* The event at this place of the last batch that was kept. */
static const struct event *event_at(const struct fake_hub *h, unsigned place)
{
    const struct event *event = h->kept[h->kept_count - 1]->first;
    while (place-- > 0)
        event = event->next;
    return event;
}

static void test_lists_are_shared(void **state)
{
    struct fake_hub *h = fake_hub_create_with(&limits_default, NULL);
    fake_hub_come(h, 3);
    fake_hub_do(h, 1, ENTRY_JOIN, "tea", NULL);
    fake_hub_forget(h);
    h->keep = true;
    fake_hub_add(h, 1, ENTRY_LOOK, "lobby", NULL);    /* 0 */
    fake_hub_add(h, 1, ENTRY_LOOK, "tea", NULL);      /* 1 */
    fake_hub_add(h, 2, ENTRY_LOOK, NULL, NULL);       /* 2 */
    fake_hub_add(h, 1, ENTRY_WHO, NULL, NULL);        /* 3 */
    fake_hub_add(h, 2, ENTRY_WHO, NULL, NULL);        /* 4 */
    fake_hub_add(h, 1, ENTRY_ROOMS, NULL, NULL);      /* 5 */
    fake_hub_add(h, 3, ENTRY_ROOMS, NULL, NULL);      /* 6 */
    fake_hub_add(h, OPERATOR, ENTRY_WHO, NULL, NULL); /* 7 */
    fake_hub_turn(h);
    expect(h, "@1 names Lobby: alice bob carol\n"
              "@1 names tea: alice\n"
              "@2 names Lobby: alice bob carol\n"
              "@1 who: alice bob carol\n"
              "@2 who: alice bob carol\n"
              "@1 rooms: Lobby(3) tea(1)\n"
              "@3 rooms: Lobby(3) tea(1)\n"
              "@200 who: alice[192.0.2.1]{Lobby tea} bob[192.0.2.2]{Lobby} "
              "carol[192.0.2.3]{Lobby}\n");
    assert_ptr_equal(event_at(h, 0)->people, event_at(h, 2)->people);
    assert_ptr_not_equal(event_at(h, 0)->people, event_at(h, 1)->people);
    assert_ptr_equal(event_at(h, 3)->people, event_at(h, 4)->people);
    assert_ptr_equal(event_at(h, 5)->rooms, event_at(h, 6)->rooms);
    assert_ptr_not_equal(event_at(h, 3)->people, event_at(h, 7)->people);
    fake_hub_destroy(h);
}

/* Who asks for some gets those who came first, and how many there are. */
static void test_names_are_cut(void **state)
{
    struct fake_hub *h = fake_hub_create_with(&limits_default, NULL);
    fake_hub_come(h, 3);
    h->keep = true;
    fake_hub_add(h, 1, ENTRY_LOOK, NULL, NULL)->count = 2;
    fake_hub_add(h, 2, ENTRY_LOOK, NULL, NULL)->count = 4;
    fake_hub_add(h, 3, ENTRY_LOOK, NULL, NULL);
    fake_hub_turn(h);
    expect(h, "@1 names Lobby: alice bob\n"
              "@2 names Lobby: alice bob carol\n"
              "@3 names Lobby: alice bob carol\n");
    for (unsigned i = 0; i < 3; i++)
        assert_int_equal(event_at(h, i)->total, 3);
    fake_hub_destroy(h);
}

/* Whatever a list shows may change in the middle of a turn. */
static void test_lists_follow_changes(void **state)
{
    struct fake_hub *h = fake_hub_create_with(&limits_default, NULL);
    fake_hub_come(h, 2);
    static const struct {
        enum entry_kind kind;
        const char *name, *text, *who, *look, *rooms;
    } table[] = {
        {ENTRY_HELP, NULL, NULL, "alice bob", "alice bob", "Lobby(2)"},
        {ENTRY_RENAME, "bert", NULL, "alice bert", "alice bert", "Lobby(2)"},
        {ENTRY_JOIN, "tea", NULL, "alice bert", "alice bert", "Lobby(2) tea(1)"},
        {ENTRY_TOPIC, NULL, "green", "alice bert", "alice bert", "Lobby(2) tea(1)=green"},
        {ENTRY_PART, "lobby", NULL, "alice bert", "alice", "Lobby(1) tea(1)=green"},
        {ENTRY_PART, "tea", NULL, "alice bert", "alice", "Lobby(1)"},
        {ENTRY_QUIT, NULL, NULL, "alice", "alice", "Lobby(1)"},
    };
    struct buf expected;
    buf_init(&expected, 4096);
    h->keep = true;
    for (size_t i = 0; i < COUNT(table); i++) {
        fake_hub_add(h, 2, table[i].kind, table[i].name, table[i].text);
        fake_hub_add(h, 1, ENTRY_WHO, NULL, NULL);
        fake_hub_add(h, 1, ENTRY_LOOK, NULL, NULL);
        fake_hub_add(h, 1, ENTRY_ROOMS, NULL, NULL);
        buf_printf(&expected, "@1 who: %s\n@1 names Lobby: %s\n@1 rooms: %s\n", table[i].who,
                   table[i].look, table[i].rooms);
    }
    fake_hub_turn(h);
    struct buf got;
    buf_init(&got, 4096);
    static const char *const ours[] = {"@1 who: ", "@1 names ", "@1 rooms: "};
    for (struct str rest = buf_str(&h->journal); rest.len > 0;) {
        struct str line = str_cut(&rest, '\n');
        for (size_t i = 0; i < COUNT(ours); i++)
            if (str_starts(line, str_from(ours[i])))
                buf_printf(&got, "%.*s\n", STR_ARG(line));
    }
    check_str(buf_str(&got), buf_str(&expected));
    buf_finish(&got);
    buf_finish(&expected);
    fake_hub_destroy(h);
}

/* A list of the turn before is gone with it. */
static void test_lists_end_with_the_turn(void **state)
{
    struct fake_hub *h = fake_hub_create_with(&limits_default, NULL);
    fake_hub_come(h, 1);
    for (unsigned i = 0; i < 3; i++) {
        fake_hub_add(h, 1, ENTRY_WHO, NULL, NULL);
        fake_hub_add(h, 1, ENTRY_LOOK, NULL, NULL);
        fake_hub_add(h, 1, ENTRY_ROOMS, NULL, NULL);
        fake_hub_turn(h);
        expect(h, "@1 who: alice\n"
                  "@1 names Lobby: alice\n"
                  "@1 rooms: Lobby(1)\n");
    }
    fake_hub_destroy(h);
}

enum { PEOPLE = 500, QUESTIONS = 200, SMALL = 64 };

/* `count` times the same question: what it takes of the pipeline while somebody reads it. */
static size_t measure(struct fake_hub *h, enum entry_kind kind, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        fake_hub_add(h, 1, kind, NULL, NULL);
    struct entry_batch *entries = h->entries;
    h->entries = entry_batch_create();
    assert_int_equal(atomic_load(&h->pipeline), 0);
    atomic_fetch_add(&h->pipeline, SMALL);
    hub_apply(h->hub, entries, SMALL, &h->pipeline);
    size_t taken = atomic_load(&h->pipeline);
    event_batch_unref(h->kept[--h->kept_count]);
    assert_int_equal(atomic_load(&h->pipeline), 0);
    return taken;
}

static void test_answers_are_measured(void **state)
{
    static const enum entry_kind kinds[] = {ENTRY_WHO, ENTRY_LOOK, ENTRY_ROOMS};
    struct fake_hub *h = fake_hub_create_with(&limits_default, NULL);
    for (unsigned i = 1; i <= PEOPLE; i++) {
        char name[16];
        snprintf(name, sizeof(name), "n%u", i);
        struct entry *entry = fake_hub_add(h, i, ENTRY_LOGIN, name, NULL);
        entry->door = NULL;
        fake_hub_add(h, i, ENTRY_JOIN, name, NULL)->door = NULL;
        if (i == 1)
            fake_hub_add(h, i, ENTRY_JOIN, "lobby", NULL);
    }
    fake_hub_turn(h);
    fake_hub_forget(h);
    h->keep = true;
    for (size_t i = 0; i < COUNT(kinds); i++) {
        size_t row =
            kinds[i] == ENTRY_ROOMS ? sizeof(struct event_room) : sizeof(struct event_person);
        size_t once = measure(h, kinds[i], 1), often = measure(h, kinds[i], QUESTIONS);
        assert_true(once > PEOPLE * row);
        /* The list once, and each answer's own event. */
        assert_true(often < once + QUESTIONS * 2 * sizeof(struct event));
    }
    fake_hub_destroy(h);
}

/* Entries that take more than what becomes of them count as before. */
static void test_short_answers_cost_nothing(void **state)
{
    struct fake_hub *h = fake_hub_create_with(&limits_default, NULL);
    fake_hub_come(h, 1);
    h->keep = true;
    fake_hub_do(h, 1, ENTRY_WHO, NULL, NULL);
    assert_int_equal(atomic_load(&h->pipeline), FAKE_BYTES);
    fake_hub_destroy(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lists_are_shared),
        cmocka_unit_test(test_names_are_cut),
        cmocka_unit_test(test_lists_follow_changes),
        cmocka_unit_test(test_lists_end_with_the_turn),
        cmocka_unit_test(test_answers_are_measured),
        cmocka_unit_test(test_short_answers_cost_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
