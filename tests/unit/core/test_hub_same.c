/* The same entries in the same order give the same events, whatever the store's pace. */
#include "../base/check.h"
#include "fake_hub.h"

enum { TURNS = 2000, ENTRIES_PER_TURN = 6, SESSIONS = 24 };

static const char *const rooms[] = {"lobby",        "tea", "Tea", "coffee", "milk",
                                    "\xE8\x8C\xB6", NULL,  NULL,  NULL,     NULL};
static const char *const texts[] = {"hello", "", "one\ntwo", "\xE4\xBD\xA0\xE5\xA5\xBD", "x"};
static const char *const addresses[] = {"192.0.2.3", "192.0.2.4", "10.0.0.1", "n7", "nonsense"};

#define PICK(table, state) ((table)[check_draw(state) % COUNT(table)])

/* Mostly talk, and enough of everything else. */
static enum entry_kind pick_kind(uint32_t *state, bool history)
{
    uint32_t n = check_draw(state) % 100;
    if (n < 15)
        return ENTRY_LOGIN;
    if (n < 45)
        return ENTRY_SAY;
    enum entry_kind kind = (enum entry_kind)(check_draw(state) % ENTRY_SHUTDOWN);
    /* Else there would soon be nobody left. */
    if ((kind == ENTRY_QUIT || kind == ENTRY_KICK || kind == ENTRY_BAN) && n < 85)
        return kind == ENTRY_BAN ? ENTRY_UNBAN : ENTRY_JOIN;
    if ((kind == ENTRY_HISTORY || kind == ENTRY_SEARCH || kind == ENTRY_RESUME) && !history)
        return ENTRY_LOOK;
    return kind;
}

/* A few people, in several spellings: plain, capital, fullwidth. */
static const char *pick_name(uint32_t *state, char out[16])
{
    static const char *const letters[] = {"n", "N", "\xEF\xBD\x8E"};
    snprintf(out, 16, "%s%u", PICK(letters, state), check_draw(state) % 40);
    return out;
}

static bool has_name(enum entry_kind kind)
{
    return kind == ENTRY_LOGIN || kind == ENTRY_RENAME || kind == ENTRY_TELL ||
           kind == ENTRY_IGNORE || kind == ENTRY_KICK;
}

/* Half of them can come back; each draw is a token of few, and half a minute has many turns. */
static void add_tokens(struct entry *entry, uint32_t *state)
{
    static const struct entry_place places[] = {{STR("tea"), STR("tea"), {5, 3}},
                                                {STR("milk"), STR("milk"), {0, 0}},
                                                {STR("Lobby"), STR("lobby"), {5, 9}}};
    static const struct str tokens[] = {STR(""),  STR("a"), STR("b"), STR("c"), STR("d"),
                                        STR("e"), STR("f"), STR("g"), STR("h"), STR("")};
    entry->token = PICK(tokens, state);
    entry->new_token = PICK(tokens, state);
    if (entry->kind == ENTRY_LOGIN || entry->kind == ENTRY_RESUME) {
        entry->places = places;
        entry->count = check_draw(state) % (COUNT(places) + 1);
    }
    if (check_draw(state) % 4 == 0) {
        entry->before = (struct position){5, check_draw(state) % 300};
        entry->after = (struct position){5, check_draw(state) % 3 * 100};
    }
}

static void add_random(struct fake_hub *h, uint32_t *state, bool history)
{
    char nick[16];
    enum entry_kind kind = pick_kind(state, history);
    uint64_t session = 1 + check_draw(state) % SESSIONS;
    const char *name = PICK(rooms, state);
    if (has_name(kind))
        name = pick_name(state, nick);
    else if (kind == ENTRY_BAN || kind == ENTRY_UNBAN)
        name = PICK(addresses, state);
    else if (kind == ENTRY_JOIN && !name)
        name = "tea";
    if (kind >= ENTRY_KICK)
        session = OPERATOR;
    struct entry *entry = fake_hub_add(h, session, kind, name, PICK(texts, state));
    entry->count = check_draw(state) % 150;
    entry->clear = check_draw(state) % 4 == 0;
    if (history)
        add_tokens(entry, state);
    if (check_draw(state) % 2)
        entry->why = (enum close_reason)(check_draw(state) % CLOSE_REASONS);
    else
        entry->why = CLOSE_GONE;
    if (check_draw(state) % 3 == 0)
        entry->ack = STR("ack");
}

/* Writes are done at once, or (`late`) by fits and starts. */
static void serve_store(struct fake_hub *h, bool late, uint32_t *pace)
{
    while (h->store->writing_count > 0 && (!late || check_draw(pace) % 3 == 0))
        fake_hub_written(h, 0);
}

static void play(struct fake_hub *h, uint32_t seed, bool history, bool late)
{
    uint32_t state = seed, pace = 77;
    h->whole = true;
    if (h->store)
        h->store->hold_writes = true;
    for (unsigned turn = 0; turn < TURNS; turn++) {
        unsigned count = check_draw(&state) % (ENTRIES_PER_TURN + 1);
        for (unsigned i = 0; i < count; i++)
            add_random(h, &state, history);
        h->now_ms += 1 + check_draw(&state) % 1000;
        if (hub_deadline(h->hub) <= h->now_ms)
            fake_hub_add(h, 0, ENTRY_TICK, NULL, NULL);
        fake_hub_turn(h);
        if (h->store)
            serve_store(h, late, &pace);
    }
    if (h->store)
        serve_store(h, false, &pace);
    assert_true(hub_idle(h->hub));
    assert_int_equal(atomic_load(&h->pipeline), 0);
}

static unsigned count_lines(struct str s, const char *with)
{
    unsigned count = 0;
    while (s.len > 0) {
        struct str line = str_cut(&s, '\n');
        count += memmem(line.ptr, line.len, with, strlen(with)) != NULL;
    }
    return count;
}

/* Two that say the same must not do so by saying nothing. */
static void check_much_happened(struct fake_hub *h)
{
    static const char *const what[] = {
        "logged-in",     "joined",        "left",     "renamed",  "topic", "private",
        " ack ack ",     "exited",        "ignored",  "muted on", "names", "nick ",
        "closed kicked", "closed banned", "done ban", "refused",
    };
    struct str journal = buf_str(&h->journal);
    assert_true(count_lines(journal, " {") > 4000);
    for (size_t i = 0; i < COUNT(what); i++)
        if (count_lines(journal, what[i]) < 5)
            fail_msg("too little of %s", what[i]);
}

static void check_came_back(struct fake_hub *h)
{
    static const char *const what[] = {" resumed", " away ", " again"};
    for (size_t i = 0; i < COUNT(what); i++)
        if (count_lines(buf_str(&h->journal), what[i]) < 5)
            fail_msg("too little of %s", what[i]);
}

static void test_two_hubs(void **state)
{
    static const uint32_t seeds[] = {1, 20061, 4000000007u};
    for (size_t i = 0; i < COUNT(seeds); i++) {
        struct limits limits = limits_default;
        if (i > 0)
            limits.crowd_members = 6;
        struct fake_hub *a = fake_hub_create_with(&limits, NULL);
        struct fake_hub *b = fake_hub_create_with(&limits, NULL);
        play(a, seeds[i], true, false);
        play(b, seeds[i], true, false);
        check_much_happened(a);
        assert_true((count_lines(buf_str(&a->journal), " crowd +") > 5) == (i > 0));
        if (i == 0) /* a room of many does not hear who is away */
            check_came_back(a);
        check_str(buf_str(&b->journal), buf_str(&a->journal));
        fake_hub_destroy(a);
        fake_hub_destroy(b);
    }
}

/* With history and replay too, as long as the stores keep step. */
static void test_two_hubs_with_stores(void **state)
{
    struct fake_hub *a = fake_hub_create(), *b = fake_hub_create();
    play(a, 99, true, false);
    play(b, 99, true, false);
    check_much_happened(a);
    check_came_back(a);
    assert_true(count_lines(buf_str(&a->journal), "fetched") > 20);
    check_str(buf_str(&b->journal), buf_str(&a->journal));
    check_str(buf_str(&b->store->journal), buf_str(&a->store->journal));
    fake_hub_destroy(a);
    fake_hub_destroy(b);
}

/* A slow store changes when things are seen, not what is seen, nor in which order. (Whether a
 * replay comes from memory or from the disk does depend on it: no replays here.) */
static void test_two_hubs_with_stores_of_other_paces(void **state)
{
    struct limits limits = limits_default;
    limits.replay_lines = 0;
    struct fake_store *at_once = fake_store_create(), *slow = fake_store_create();
    struct fake_hub *a = fake_hub_create_with(&limits, &at_once->store);
    struct fake_hub *b = fake_hub_create_with(&limits, &slow->store);
    a->store = at_once;
    b->store = slow;
    play(a, 12345, false, false);
    play(b, 12345, false, true);
    check_much_happened(a);
    check_str(buf_str(&b->journal), buf_str(&a->journal));
    check_str(buf_str(&slow->journal), buf_str(&at_once->journal));
    fake_hub_destroy(a);
    fake_hub_destroy(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_two_hubs),
        cmocka_unit_test(test_two_hubs_with_stores),
        cmocka_unit_test(test_two_hubs_with_stores_of_other_paces),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
