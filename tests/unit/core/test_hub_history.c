/* What was said before: replay on joining, history, search; from memory and from the disk. */
#include "../base/check.h"
#include "fake_hub.h"

#include <errno.h>

/* " | alice: FROM | ... | alice: TO" */
static void append_run(char *out, size_t size, unsigned from, unsigned to)
{
    for (unsigned i = from; i <= to; i++) {
        size_t len = strlen(out);
        snprintf(out + len, size - len, " | alice: %u", i);
    }
}

static void say_numbers(struct fake_hub *h, unsigned from, unsigned to)
{
    for (unsigned i = from; i <= to; i++) {
        char text[16];
        snprintf(text, sizeof(text), "%u", i);
        fake_hub_add(h, 1, ENTRY_SAY, NULL, text);
    }
    fake_hub_turn(h);
}

/* The first to come asks the disk, for a whole backlog, up to where it came in. */
static void test_cold_room(void **state)
{
    struct fake_hub *h = fake_hub_create();
    for (unsigned i = 1; i <= 25; i++) {
        char text[16];
        snprintf(text, sizeof(text), "%u", i);
        fake_store_put(h->store, "lobby", 4, i, "alice", text);
    }
    fake_store_put(h->store, "tea", 4, 1, "alice", "another room");
    fake_hub_do(h, 1, ENTRY_LOGIN, "alice", NULL);
    char line[2048] = "@1 logged-in alice\n"
                      "#Lobby joined alice\n"
                      "@1 entered Lobby by-login\n"
                      "@1 fetch 1\n"
                      "@1 join of Lobby fetched 1";
    append_run(line, sizeof(line), 6, 25);
    strcat(line, " | more\n");
    expect(h, line);
    expect_stored(h, "recent lobby before 5/1 limit 100: \n");

    /* From then on memory has it all: a hundred of it need not be asked for. */
    fake_hub_do(h, 2, ENTRY_LOGIN, "bob", NULL);
    strcpy(line, "@2 logged-in bob\n"
                 "#Lobby joined bob\n"
                 "@2 entered Lobby by-login");
    append_run(line, sizeof(line), 6, 25);
    strcat(line, " | more\n");
    expect(h, line);
    fake_hub_add(h, 2, ENTRY_HISTORY, NULL, NULL)->count = 200;
    fake_hub_turn(h);
    strcpy(line, "@2 history of Lobby");
    append_run(line, sizeof(line), 1, 25);
    strcat(line, "\n");
    expect(h, line);
    expect_stored(h, "");
    fake_hub_destroy(h);
}

/* The seam: what is said while the answer is under way is not in it, and not lost to memory. */
static void test_replay_ends_where_one_came_in(void **state)
{
    struct fake_hub *h = fake_hub_create();
    h->store->hold_reads = true;
    fake_store_put(h->store, "lobby", 4, 9, "zoe", "before");
    fake_hub_add(h, 1, ENTRY_LOGIN, "alice", NULL);
    fake_hub_add(h, 1, ENTRY_SAY, NULL, "1");
    fake_hub_add(h, 2, ENTRY_LOGIN, "bob", NULL);
    fake_hub_turn(h);
    fake_hub_do(h, 1, ENTRY_SAY, NULL, "2");
    expect(h, "@1 logged-in alice\n"
              "#Lobby joined alice\n"
              "@1 entered Lobby by-login\n"
              "@1 fetch 1\n"
              "#Lobby 5/1 alice: 1\n"
              "@2 logged-in bob\n"
              "#Lobby joined bob\n"
              "@2 entered Lobby by-login\n"
              "@2 fetch 2\n"
              "#Lobby 5/2 alice: 2\n");
    expect_stored(h, "message Lobby lobby 5/1 alice: 1\n"
                     "recent lobby before 5/1 limit 100: \n"
                     "recent lobby before 5/2 limit 100: \n"
                     "message Lobby lobby 5/2 alice: 2\n");
    fake_hub_answered(h, 0);
    fake_hub_answered(h, 0);
    expect(h, "@1 join of Lobby fetched 1 | zoe: before\n"
              "@2 join of Lobby fetched 2 | zoe: before | alice: 1\n");
    fake_hub_do(h, 3, ENTRY_LOGIN, "carol", NULL);
    expect(h, "@3 logged-in carol\n"
              "#Lobby joined carol\n"
              "@3 entered Lobby by-login | zoe: before | alice: 1 | alice: 2\n");
    fake_hub_destroy(h);
}

/* The question goes out when everything before it is on disk, not earlier. */
static void test_fetch_waits_for_writes(void **state)
{
    struct fake_hub *h = fake_hub_create();
    fake_hub_come(h, 1);
    fake_hub_do(h, 1, ENTRY_JOIN, "tea", NULL);
    fake_hub_forget(h);
    h->store->hold_writes = true;
    fake_hub_do(h, 1, ENTRY_SAY, NULL, "words");
    fake_hub_do(h, 1, ENTRY_SEARCH, NULL, "words");
    expect(h, "");
    assert_int_equal(h->store->asked_count, 0);
    fake_hub_written(h, 0);
    expect(h, "#tea 5/1 alice: words\n"
              "@1 fetch 3\n"
              "@1 search of tea fetched 3 for words | alice: words\n");
    expect_stored(h, "message tea tea 5/1 alice: words\n"
                     "search tea before 0/0 limit 20: words\n");
    fake_hub_destroy(h);
}

static void test_history_counts(void **state)
{
    static const struct {
        unsigned asked, from;
    } table[] = {{0, 11}, {1, 30}, {5, 26}, {30, 1}, {31, 1}, {100, 1}, {4000000000u, 1}};
    struct fake_hub *h = fake_hub_create();
    fake_hub_come(h, 1);
    say_numbers(h, 1, 30);
    fake_hub_forget(h);
    for (size_t i = 0; i < COUNT(table); i++) {
        char line[2048] = "@1 history of Lobby";
        append_run(line, sizeof(line), table[i].from, 30);
        strcat(line, table[i].from > 1 ? " | more\n" : "\n");
        fake_hub_add(h, 1, ENTRY_HISTORY, NULL, NULL)->count = table[i].asked;
        fake_hub_turn(h);
        expect(h, line);
    }
    expect_stored(h, "");
    fake_hub_destroy(h);
}

/* More than memory has comes from the disk, and no more than the limit. */
static void test_history_beyond_memory(void **state)
{
    struct fake_hub *h = fake_hub_create();
    fake_hub_come(h, 1);
    say_numbers(h, 1, 250);
    fake_hub_forget(h);
    char line[8192] = "@1 history of Lobby";
    append_run(line, sizeof(line), 151, 250);
    strcat(line, " | more\n");
    fake_hub_add(h, 1, ENTRY_HISTORY, NULL, NULL)->count = 100;
    fake_hub_turn(h);
    expect(h, line);
    fake_hub_add(h, 1, ENTRY_HISTORY, NULL, NULL)->count = 1000;
    fake_hub_turn(h);
    strcpy(line, "@1 fetch 2\n@1 history of Lobby fetched 2");
    append_run(line, sizeof(line), 51, 250);
    strcat(line, " | more\n");
    expect(h, line);
    expect_stored(h, "recent lobby before 5/251 limit 200: \n");
    fake_hub_destroy(h);
}

/* A backlog that has filled up before the first answer came: there is more than that. */
static void test_answer_comes_after_the_backlog_is_full(void **state)
{
    struct fake_hub *h = fake_hub_create();
    h->store->hold_reads = true;
    fake_hub_come(h, 1);
    say_numbers(h, 1, 120);
    fake_hub_answered(h, 0);
    fake_hub_forget(h);
    h->store->hold_reads = false;
    fake_hub_add(h, 1, ENTRY_HISTORY, NULL, NULL)->count = 110;
    fake_hub_turn(h);
    char line[4096] = "@1 fetch 2\n@1 history of Lobby fetched 2";
    append_run(line, sizeof(line), 11, 120);
    strcat(line, " | more\n");
    expect(h, line);
    fake_hub_destroy(h);
}

/* An answer to an old question must not leave a gap in memory. */
static void test_late_answer_leaves_no_gap(void **state)
{
    struct fake_hub *h = fake_hub_create();
    h->store->hold_reads = true;
    fake_store_put(h->store, "lobby", 4, 1, "zoe", "long ago");
    fake_hub_come(h, 1);
    say_numbers(h, 1, 120); /* 1 to 20 are on the disk only */
    h->store->write_status = -ENOSPC;
    say_numbers(h, 121, 200); /* push out 21 to 100, and are lost */
    h->store->write_status = 0;
    fake_hub_answered(h, 0);
    fake_hub_forget(h);
    h->store->hold_reads = false;
    fake_hub_do(h, 2, ENTRY_LOGIN, "bob", NULL);
    char line[4096] = "@2 logged-in bob\n"
                      "#Lobby joined bob\n"
                      "@2 entered Lobby by-login\n"
                      "@2 fetch 2\n"
                      "@2 join of Lobby fetched 2";
    append_run(line, sizeof(line), 101, 120);
    strcat(line, " | more\n");
    expect(h, line);
    /* Then memory has the newest hundred again. */
    fake_hub_add(h, 2, ENTRY_HISTORY, NULL, NULL)->count = 100;
    fake_hub_turn(h);
    strcpy(line, "@2 history of Lobby");
    append_run(line, sizeof(line), 21, 120);
    strcat(line, " | more\n");
    expect(h, line);
    fake_hub_destroy(h);
}

/* Memory is a ring; newcomers see its end, wherever that stands. */
static void test_backlog_turns_round(void **state)
{
    struct fake_hub *h = fake_hub_create_with(&limits_default, NULL);
    fake_hub_come(h, 1);
    for (unsigned said = 0; said < 330; said += 33) {
        say_numbers(h, said + 1, said + 33);
        fake_hub_forget(h);
        char line[4096] = "@1 history of Lobby";
        append_run(line, sizeof(line), said + 33 > 100 ? said + 33 - 99 : 1, said + 33);
        strcat(line, "\n");
        fake_hub_add(h, 1, ENTRY_HISTORY, NULL, NULL)->count = 200;
        fake_hub_turn(h);
        expect(h, line);
    }
    fake_hub_destroy(h);
}

static void test_no_replay(void **state)
{
    struct limits limits = limits_default;
    struct fake_store *store = fake_store_create();
    limits.replay_lines = 0;
    struct fake_hub *h = fake_hub_create_with(&limits, &store->store);
    fake_store_put(store, "lobby", 4, 1, "zoe", "long ago");
    fake_hub_do(h, 1, ENTRY_LOGIN, "alice", NULL);
    fake_hub_do(h, 1, ENTRY_SAY, NULL, "hi");
    fake_hub_do(h, 2, ENTRY_LOGIN, "bob", NULL);
    expect(h, "@1 logged-in alice\n"
              "#Lobby joined alice\n"
              "@1 entered Lobby by-login\n"
              "#Lobby 5/1 alice: hi\n"
              "@2 logged-in bob\n"
              "#Lobby joined bob\n"
              "@2 entered Lobby by-login\n");
    fake_hub_do(h, 2, ENTRY_HISTORY, NULL, NULL);
    expect(h, "@2 fetch 1\n"
              "@2 history of Lobby fetched 1 | zoe: long ago | alice: hi\n");
    fake_hub_destroy(h);
}

static void test_replay_longer_than_usual(void **state)
{
    struct limits limits = limits_default;
    limits.replay_lines = 150;
    struct fake_hub *h = fake_hub_create_with(&limits, NULL);
    fake_hub_come(h, 1);
    say_numbers(h, 1, 160);
    fake_hub_forget(h);
    fake_hub_do(h, 2, ENTRY_LOGIN, "bob", NULL);
    char line[4096] = "@2 logged-in bob\n"
                      "#Lobby joined bob\n"
                      "@2 entered Lobby by-login";
    append_run(line, sizeof(line), 11, 160);
    strcat(line, "\n");
    expect(h, line);
    fake_hub_destroy(h);
}

/* Anybody may read what anybody may join: other rooms, and rooms that are gone. */
static void test_history_of_other_rooms(void **state)
{
    struct fake_hub *h = fake_hub_create();
    fake_store_put(h->store, "gone", 3, 1, "zoe", "long ago");
    fake_hub_come(h, 2);
    fake_hub_do(h, 2, ENTRY_JOIN, "tea", NULL);
    fake_hub_do(h, 2, ENTRY_SAY, NULL, "black");
    fake_hub_forget(h);
    fake_hub_do(h, 1, ENTRY_HISTORY, "TEA", NULL);
    fake_hub_do(h, 1, ENTRY_HISTORY, "Gone", NULL);
    fake_hub_do(h, 1, ENTRY_HISTORY, "never", NULL);
    expect(h, "@1 history of tea | bob: black\n"
              "@1 fetch 3\n"
              "@1 history of Gone fetched 3 | zoe: long ago\n"
              "@1 fetch 4\n"
              "@1 history of never fetched 4\n");
    fake_hub_do(h, 1, ENTRY_SEARCH, "Gone", "ago");
    fake_hub_add(h, 1, ENTRY_SEARCH, "tea", "lac")->count = 3;
    fake_hub_turn(h);
    expect_stored(h, "recent gone before 5/1 limit 20: \n"
                     "recent never before 5/1 limit 20: \n"
                     "search gone before 0/0 limit 20: ago\n"
                     "search tea before 0/0 limit 3: lac\n");
    expect(h, "@1 fetch 5\n"
              "@1 search of Gone fetched 5 for ago | zoe: long ago\n"
              "@1 fetch 6\n"
              "@1 search of tea fetched 6 for lac | bob: black\n");
    fake_hub_destroy(h);
}

static void test_search_is_newest_first(void **state)
{
    struct limits limits = limits_default;
    struct fake_store *store = fake_store_create();
    limits.search_lines = 2;
    struct fake_hub *h = fake_hub_create_with(&limits, &store->store);
    fake_hub_come(h, 1);
    say_numbers(h, 10, 13);
    fake_hub_forget(h);
    fake_hub_do(h, 1, ENTRY_SEARCH, NULL, "1");
    fake_hub_do(h, 1, ENTRY_SEARCH, NULL, "12");
    fake_hub_do(h, 1, ENTRY_SEARCH, NULL, "x");
    expect(h, "@1 fetch 2\n"
              "@1 search of Lobby fetched 2 for 1 | alice: 13 | alice: 12 | more\n"
              "@1 fetch 3\n"
              "@1 search of Lobby fetched 3 for 12 | alice: 12\n"
              "@1 fetch 4\n"
              "@1 search of Lobby fetched 4 for x\n");
    fake_hub_destroy(h);
}

/* Who asks is told that it cannot be read; who comes in can do without. */
static void test_store_cannot_read(void **state)
{
    struct fake_hub *h = fake_hub_create();
    h->store->read_status = -ETIMEDOUT;
    fake_store_put(h->store, "lobby", 4, 1, "zoe", "before");
    fake_hub_do(h, 1, ENTRY_LOGIN, "alice", NULL);
    expect(h, "@1 logged-in alice\n"
              "#Lobby joined alice\n"
              "@1 entered Lobby by-login\n"
              "@1 fetch 1\n"
              "@1 join of Lobby fetched 1\n");
    fake_hub_do(h, 1, ENTRY_HISTORY, NULL, NULL);
    fake_hub_do(h, 1, ENTRY_SEARCH, NULL, "x");
    expect(h, "@1 fetch 2\n"
              "@1 refused history not-read room=Lobby\n"
              "@1 fetch 3\n"
              "@1 refused search not-read room=Lobby text=x\n");
    h->store->read_status = 0;
    fake_hub_do(h, 2, ENTRY_LOGIN, "bob", NULL);
    expect(h, "@2 logged-in bob\n"
              "#Lobby joined bob\n"
              "@2 entered Lobby by-login\n"
              "@2 fetch 4\n"
              "@2 join of Lobby fetched 4 | zoe: before\n");
    fake_hub_destroy(h);
}

/* The answer to who has gone is nobody's; its room may be another one by then. */
static void test_answer_after_all_have_gone(void **state)
{
    struct fake_hub *h = fake_hub_create();
    fake_hub_come(h, 1);
    h->store->hold_reads = true;
    fake_hub_do(h, 1, ENTRY_JOIN, "tea", NULL);
    fake_hub_do(h, 1, ENTRY_SAY, NULL, "1");
    fake_hub_do(h, 1, ENTRY_PART, NULL, NULL);
    fake_hub_do(h, 1, ENTRY_JOIN, "tea", NULL); /* the same name, another life */
    fake_hub_forget(h);
    fake_hub_answered(h, 0);
    expect(h, "@1 join of tea fetched 2\n");
    fake_hub_answered(h, 0);
    expect(h, "@1 join of tea fetched 3 | alice: 1\n");
    fake_hub_do(h, 1, ENTRY_HISTORY, NULL, NULL);
    expect(h, "@1 history of tea | alice: 1\n");
    fake_hub_destroy(h);
}

/* The store has few questions at once, searches beside the others; those of sessions that have gone
 * are not asked any more. */
static void test_questions_wait_their_turn(void **state)
{
    enum { AT_ONCE = 16, ASKERS = 40 };
    struct fake_hub *h = fake_hub_create();
    char name[16], line[64];
    fake_hub_come(h, 1);
    for (uint64_t n = 1; n <= ASKERS; n++) {
        snprintf(name, sizeof(name), "n%u", (unsigned)n);
        fake_hub_do(h, 100 + n, ENTRY_LOGIN, name, NULL);
    }
    h->store->hold_reads = true;
    for (uint64_t n = 1; n <= ASKERS; n++)
        fake_hub_do(h, 100 + n, ENTRY_HISTORY, "elsewhere", NULL);
    assert_int_equal(h->store->asked_count, AT_ONCE);
    fake_hub_do(h, 1, ENTRY_SEARCH, NULL, "tea");
    assert_int_equal(h->store->asked_count, AT_ONCE + 1);
    fake_hub_forget(h);
    /* One that has been asked is answered, also to who has gone; of the others it is said at once.
     */
    fake_hub_do(h, 101, ENTRY_QUIT, NULL, NULL);
    fake_hub_do(h, 100 + AT_ONCE + 1, ENTRY_QUIT, NULL, NULL);
    snprintf(line, sizeof(line), "@%u refused history not-read", 100 + AT_ONCE + 1);
    assert_non_null(memmem(h->journal.ptr, h->journal.len, line, strlen(line)));
    assert_null(memmem(h->journal.ptr, h->journal.len, "@101 refused", 12));
    fake_hub_forget(h);
    for (unsigned n = 1; n <= ASKERS; n++) {
        if (n == AT_ONCE + 1)
            continue;
        fake_hub_answered(h, 0);
        snprintf(line, sizeof(line), "@%u history of elsewhere fetched", 100 + n);
        assert_non_null(memmem(h->journal.ptr, h->journal.len, line, strlen(line)));
        fake_hub_forget(h);
        assert_true(h->store->asked_count <= AT_ONCE + 1);
        /* The search has been asked after the first sixteen. */
        if (n == AT_ONCE) {
            fake_hub_answered(h, 0);
            expect(h, "@1 search of Lobby fetched 42 for tea\n");
        }
    }
    assert_int_equal(h->store->asked_count, 0);
    /* Asked and gone in one turn, with nothing before it: it may still listen. */
    fake_hub_add(h, 102, ENTRY_HISTORY, "elsewhere", NULL);
    fake_hub_add(h, 102, ENTRY_QUIT, NULL, NULL);
    fake_hub_turn(h);
    assert_int_equal(h->store->asked_count, 1);
    fake_hub_destroy(h);
}

/* The events of an answer are at the time of the question. */
static void test_answers_have_a_time(void **state)
{
    struct fake_hub *h = fake_hub_create();
    fake_hub_come(h, 1);
    h->keep = true;
    h->store->read_status = -EIO;
    h->now_ms = 77;
    fake_hub_do(h, 1, ENTRY_SEARCH, NULL, "x");
    assert_int_equal(h->kept_count, 2);
    assert_int_equal(h->kept[1]->first->kind, EVENT_REFUSED);
    assert_int_equal(h->kept[1]->first->at_ms, 77);
    fake_hub_destroy(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cold_room),
        cmocka_unit_test(test_replay_ends_where_one_came_in),
        cmocka_unit_test(test_fetch_waits_for_writes),
        cmocka_unit_test(test_history_counts),
        cmocka_unit_test(test_history_beyond_memory),
        cmocka_unit_test(test_answer_comes_after_the_backlog_is_full),
        cmocka_unit_test(test_late_answer_leaves_no_gap),
        cmocka_unit_test(test_backlog_turns_round),
        cmocka_unit_test(test_no_replay),
        cmocka_unit_test(test_replay_longer_than_usual),
        cmocka_unit_test(test_history_of_other_rooms),
        cmocka_unit_test(test_search_is_newest_first),
        cmocka_unit_test(test_store_cannot_read),
        cmocka_unit_test(test_answer_after_all_have_gone),
        cmocka_unit_test(test_questions_wait_their_turn),
        cmocka_unit_test(test_answers_have_a_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
