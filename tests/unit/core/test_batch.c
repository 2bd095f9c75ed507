/* Messages, and the batches in which entries and events travel. */
#include "../base/check.h"
#include "core/event.h"

static void test_position_order(void **state)
{
    static const struct {
        struct position a, b;
        int order;
    } table[] = {
        {{0, 0}, {0, 0}, 0},
        {{0, 0}, {1, 0}, -1},
        {{1, 1}, {1, 2}, -1},
        {{1, UINT64_MAX}, {2, 0}, -1},
        {{UINT64_MAX, 0}, {UINT64_MAX, UINT64_MAX}, -1},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        assert_int_equal(position_compare(table[i].a, table[i].b), table[i].order);
        assert_int_equal(position_compare(table[i].b, table[i].a), -table[i].order);
    }
}

static void test_message(void **state)
{
    char text[] = "hello";
    struct message *m =
        message_create(STR("tea"), STR("alice"), str_from(text), (struct position){3, 4}, 5);
    text[0] = 'j';
    check_str(m->room, STR("tea"));
    check_str(m->from, STR("alice"));
    check_str(m->text, STR("hello"));
    assert_int_equal(m->position.epoch, 3);
    assert_int_equal(m->position.seq, 4);
    assert_int_equal(m->at_ms, 5);
    assert_false(m->lost);
    assert_ptr_equal(message_ref(m), m);
    message_unref(m);
    check_str(m->text, STR("hello"));
    message_unref(m);
    message_unref(NULL);

    struct str none = {NULL, 0};
    m = message_create(none, none, none, (struct position){0, 0}, 0);
    assert_int_equal(m->room.len + m->from.len + m->text.len, 0);
    message_unref(m);
}

static void test_entries(void **state)
{
    struct entry_batch *batch = entry_batch_create();
    assert_null(batch->first);
    for (unsigned i = 0; i < 1000; i++) {
        struct entry *entry = entry_batch_add(batch, ENTRY_SAY, i);
        assert_int_equal(entry->about, ENTRY_KINDS);
        assert_null(entry->next);
        assert_null(entry->door);
        assert_int_equal(entry->text.len, 0);
        entry->text = arena_copy(&batch->arena, STR("x"));
    }
    uint64_t session = 0;
    for (const struct entry *entry = batch->first; entry; entry = entry->next)
        assert_int_equal(entry->session, session++);
    assert_int_equal(session, 1000);
    assert_int_equal(batch->count, 1000);
    entry_batch_destroy(batch);
    entry_batch_destroy(NULL);
}

static void test_event_scopes(void **state)
{
    struct event_batch *batch = event_batch_create();
    for (unsigned kind = 0; kind < EVENT_KINDS; kind++) {
        const struct event *event = event_batch_add(batch, (enum event_kind)kind);
        assert_int_equal(event->kind, kind);
        assert_int_equal(event->about, ENTRY_KINDS);
        assert_int_equal(event->scope, kind <= EVENT_ROSTER     ? SCOPE_ROOM
                                       : kind == EVENT_ANNOUNCE ? SCOPE_ALL
                                                                : SCOPE_SESSION);
    }
    assert_int_equal(batch->count, EVENT_KINDS);
    event_batch_unref(batch);
}

static void test_records(void **state)
{
    struct event_batch *batch = event_batch_create();
    assert_int_equal(batch->write.count, 0);
    assert_null(batch->write.records);
    event_batch_add_record(batch, RECORD_TOPIC);
    event_batch_add_record(batch, RECORD_BAN);
    assert_int_equal(batch->write.count, 2);
    assert_int_equal(batch->write.records->kind, RECORD_TOPIC);
    assert_int_equal(batch->write.records->next->kind, RECORD_BAN);
    assert_null(batch->write.records->next->next);
    assert_int_equal(batch->count, 0);
    event_batch_unref(batch);
    event_batch_unref(NULL);
}

static void test_batch_holds_messages(void **state)
{
    struct event_batch *batch = event_batch_create();
    struct message *m = message_create(STR("r"), STR("f"), STR("t"), (struct position){1, 1}, 0);
    for (unsigned i = 0; i < 100; i++)
        event_batch_hold(batch, m);
    assert_int_equal(atomic_load(&m->refs), 101);
    event_batch_unref(batch);
    assert_int_equal(atomic_load(&m->refs), 1);
    message_unref(m);
}

static void test_batch_and_pipeline(void **state)
{
    atomic_size_t pipeline;
    atomic_init(&pipeline, 150);
    struct event_batch *batch = event_batch_create();
    batch->pipeline = &pipeline;
    batch->bytes = 100;
    assert_ptr_equal(event_batch_ref(batch), batch);
    event_batch_unref(batch);
    assert_int_equal(atomic_load(&pipeline), 150);
    event_batch_unref(batch);
    assert_int_equal(atomic_load(&pipeline), 50);
}

static void test_close_reasons_have_names(void **state)
{
    for (unsigned i = 0; i < CLOSE_REASONS; i++) {
        const char *name = close_reason_name((enum close_reason)i);
        assert_non_null(name);
        assert_true(strlen(name) > 0);
        for (unsigned k = 0; k < i; k++)
            assert_string_not_equal(name, close_reason_name((enum close_reason)k));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_position_order),
        cmocka_unit_test(test_message),
        cmocka_unit_test(test_entries),
        cmocka_unit_test(test_event_scopes),
        cmocka_unit_test(test_records),
        cmocka_unit_test(test_batch_holds_messages),
        cmocka_unit_test(test_batch_and_pipeline),
        cmocka_unit_test(test_close_reasons_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
