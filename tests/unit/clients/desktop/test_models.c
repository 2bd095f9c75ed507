/* The lists behind the transcript and the people. */
#include "mirror.h"

#include "clients/desktop/people_model.h"
#include "clients/desktop/talk.h"
#include "clients/desktop/transcript_model.h"

#include <stdlib.h>

enum { MANY = 100000, MINUTE_MS = 60 * 1000 };

struct fixture {
    uint64_t number;
    struct conversation *conversation;
    struct talk *talk;
    struct mirror mirror;
    uint64_t seq;
    int64_t at_ms;
};

static void tell(void *user, size_t at, size_t removed, size_t added)
{
    struct fixture *f = user;
    transcript_model_items(f->talk->model, at, removed, added);
}

static void start(struct fixture *f, size_t window)
{
    *f = (struct fixture){.at_ms = 1795262400000}; /* 2026-11-21 12:00 UTC */
    f->conversation = conversation_create(NULL, false, STR("lobby"), window, &f->number);
    f->talk = talk_create(f->conversation);
    f->conversation->timeline.changed = tell;
    f->conversation->timeline.user = f;
    mirror_init(&f->mirror, G_LIST_MODEL(f->talk->model));
}

static void finish(struct fixture *f)
{
    TranscriptModel *model = g_object_ref(f->talk->model);
    talk_destroy(f->talk);
    assert_int_equal(g_list_model_get_n_items(G_LIST_MODEL(model)), 0);
    g_object_unref(model);
    conversation_destroy(f->conversation);
}

static void say(struct fixture *f, const char *nick, int64_t later_ms)
{
    f->at_ms += later_ms;
    timeline_add_message(&f->conversation->timeline, &(struct item){.kind = ITEM_MESSAGE,
                                                                    .nick = str_from(nick),
                                                                    .text = STR("hello"),
                                                                    .at_ms = f->at_ms,
                                                                    .position = {1, ++f->seq}});
}

static TranscriptRow *row_at(struct fixture *f, guint at)
{
    return g_list_model_get_item(G_LIST_MODEL(f->talk->model), at);
}

/* "d": starts a day, "n": starts what is new, "c": goes on. */
static void check_row(struct fixture *f, guint at, const char *expected)
{
    TranscriptRow *row = row_at(f, at);
    char got[4] = "";
    assert_non_null(row);
    if (transcript_row_starts_day(row))
        strcat(got, "d");
    if (transcript_row_starts_new(row))
        strcat(got, "n");
    if (transcript_row_continues(row))
        strcat(got, "c");
    assert_string_equal(got, expected);
    g_object_unref(row);
}

static void test_rows(void **state)
{
    struct fixture f;
    start(&f, 1000);
    say(&f, "ann", 0);
    say(&f, "ann", 1000);
    say(&f, "ann", ROW_CONTINUES_MS);
    say(&f, "bob", 1000);
    say(&f, "bob", 24 * 60 * MINUTE_MS);
    static const char *const expected[] = {"d", "c", "", "", "d"};
    for (guint i = 0; i < COUNT(expected); i++)
        check_row(&f, i, expected[i]);
    assert_null(row_at(&f, 5));
    assert_int_equal(transcript_model_rows(f.talk->model), 0); /* nobody has one */
    finish(&f);
}

static void count_changes(TranscriptRow *row, gpointer user)
{
    ++*(int *)user;
}

/* A row that somebody has follows what happens to its item and before it. */
static void test_rows_follow(void **state)
{
    struct fixture f;
    int changes = 0;
    start(&f, 1000);
    say(&f, "ann", 0);
    say(&f, "ann", 1000);
    TranscriptRow *row = row_at(&f, 1), *same = row_at(&f, 1);
    assert_ptr_equal(row, same);
    g_object_unref(same);
    g_signal_connect(row, "changed", G_CALLBACK(count_changes), &changes);
    assert_true(transcript_row_continues(row));
    f.conversation->marker = f.conversation->timeline.items[0]->number;
    transcript_model_marker(f.talk->model);
    assert_true(transcript_row_starts_new(row) && !transcript_row_continues(row));
    f.conversation->marker = 0;
    transcript_model_marker(f.talk->model);
    assert_true(!transcript_row_starts_new(row) && transcript_row_continues(row));
    assert_int_equal(changes, 2);
    timeline_remove(&f.conversation->timeline, 0); /* nobody stands before it any more */
    assert_true(transcript_row_starts_day(row) && !transcript_row_continues(row));
    timeline_change(&f.conversation->timeline, 0,
                    &(struct item){.kind = ITEM_FAILED, .nick = STR("ann"), .text = STR("no")});
    assert_int_equal(transcript_row_item(row)->kind, ITEM_FAILED);
    finish(&f);
    g_object_unref(row); /* outlives the model */
}

/* What days are called changes at midnight: only the rows that say it are told. */
static void test_new_day(void **state)
{
    struct fixture f;
    int changes[3] = {0};
    TranscriptRow *rows[3];
    start(&f, 1000);
    say(&f, "ann", 0);
    say(&f, "ann", 1000);
    say(&f, "ann", 24 * 60 * MINUTE_MS);
    for (guint i = 0; i < COUNT(rows); i++) {
        rows[i] = row_at(&f, i);
        g_signal_connect(rows[i], "changed", G_CALLBACK(count_changes), &changes[i]);
    }
    transcript_model_new_day(f.talk->model);
    assert_true(changes[0] == 1 && changes[1] == 0 && changes[2] == 1);
    g_object_unref(rows[2]); /* nobody has it any more */
    transcript_model_new_day(f.talk->model);
    assert_true(changes[0] == 2 && changes[1] == 0 && changes[2] == 1);
    finish(&f);
    g_object_unref(rows[0]);
    g_object_unref(rows[1]);
}

/* Past the window the oldest go; what is far away costs nothing. */
static void test_many(void **state)
{
    struct fixture f;
    start(&f, MANY);
    TranscriptRow *held[50];
    for (int i = 0; i < MANY; i++)
        say(&f, "ann", 1);
    for (guint i = 0; i < COUNT(held); i++)
        held[i] = row_at(&f, i * 2000);
    assert_int_equal(transcript_model_rows(f.talk->model), COUNT(held));
    for (int i = 0; i < 100; i++)
        say(&f, "ann", 1);
    assert_true(f.mirror.count <= MANY);
    for (guint i = 0; i < COUNT(held); i++)
        g_object_unref(held[i]);
    assert_int_equal(transcript_model_rows(f.talk->model), 0);
    finish(&f);
}

static void test_people(void **state)
{
    struct people people;
    PeopleModel *model = people_model_new();
    struct mirror mirror;
    mirror_init(&mirror, G_LIST_MODEL(model));
    people_init(&people);
    for (int i = 0; i < 5000; i++) {
        char name[16];
        g_snprintf(name, sizeof(name), "n%d", i);
        people_append(&people, &(struct person){.nick = str_from(name), .user = str_from(name)});
    }
    people_model_update(model, &people);
    assert_int_equal(mirror.count, 5000);
    assert_int_equal(mirror.changes, 1);
    people_model_update(model, &people); /* nothing is different */
    assert_int_equal(mirror.changes, 1);
    people_remove(&people, STR("n7"));
    people_set_away(&people, STR("n9"), true);
    people_append(&people,
                  &(struct person){.nick = STR("last"), .user = STR("x"), .door = STR("json")});
    people_model_update(model, &people);
    assert_int_equal(mirror.count, 5000);
    PersonRow *row = g_list_model_get_item(G_LIST_MODEL(model), 8);
    assert_string_equal(person_row_nick(row), "n9");
    assert_true(person_row_away(row));
    g_object_unref(row);
    row = g_list_model_get_item(G_LIST_MODEL(model), 4999);
    assert_string_equal(person_row_nick(row), "last");
    assert_string_equal(person_row_door(row), "json");
    check_str(person_row_raw_nick(row), STR("last"));
    g_object_unref(row);
    people_model_update(model, NULL);
    assert_int_equal(mirror.count, 0);
    people_finish(&people);
    g_object_unref(model);
}

static void test_talk(void **state)
{
    struct fixture f;
    start(&f, 100);
    assert_ptr_equal(talk_of(f.conversation), f.talk);
    assert_null(talk_of(NULL));
    conversation_set_name(f.conversation, STR("a\nb"));
    talk_rename(f.talk);
    assert_string_equal(f.talk->title, "a b");
    finish(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),    cmocka_unit_test(test_rows_follow),
        cmocka_unit_test(test_new_day), cmocka_unit_test(test_many),
        cmocka_unit_test(test_people),  cmocka_unit_test(test_talk),
    };
    setenv("TZ", "UTC", 1);
    return cmocka_run_group_tests_name("desktop/models", tests, NULL, NULL);
}
