/* A client's own mark of what it asks comes back with the answer, with each of them if there are
 * more, and with the refusal; and never to anybody else. */
#include "../base/check.h"
#include "fake_hub.h"

struct seen {
    enum event_kind kinds[64];
    unsigned count;
};

static void on_event(void *arg, const struct event *event)
{
    struct seen *seen = arg;
    if (event->ref.len == 0)
        return;
    check_str(event->ref, STR("7"));
    assert_true(event->scope == SCOPE_ROOM || event->session == 1);
    assert_true(seen->count < COUNT(seen->kinds));
    seen->kinds[seen->count++] = event->kind;
}

struct row {
    enum entry_kind kind;
    const char *name, *text;
    unsigned count;
    enum event_kind events[4]; /* those with the ref */
};

static const struct row rows[] = {
    {ENTRY_SAY, NULL, "hello", 2, {EVENT_MESSAGE, EVENT_ACK}},
    {ENTRY_TELL, "bob", "psst", 2, {EVENT_PRIVATE, EVENT_ACK}},
    {ENTRY_TELL, "dave", "psst", 1, {EVENT_REFUSED}},
    {ENTRY_RENAME, "anna", NULL, 1, {EVENT_NICK}},
    {ENTRY_RENAME, "bob", NULL, 1, {EVENT_REFUSED}},
    {ENTRY_TOPIC, NULL, "tea", 2, {EVENT_TOPIC, EVENT_ACK}},
    {ENTRY_TOPIC, NULL, NULL, 1, {EVENT_SHOW_TOPIC}},
    {ENTRY_LOOK, NULL, NULL, 1, {EVENT_NAMES}},
    {ENTRY_WHO, NULL, NULL, 1, {EVENT_WHO}},
    {ENTRY_ROOMS, NULL, NULL, 1, {EVENT_ROOMS}},
    {ENTRY_IGNORE, "bob", NULL, 1, {EVENT_IGNORED}},
    {ENTRY_IGNORE, NULL, NULL, 1, {EVENT_IGNORES}},
    {ENTRY_HISTORY, "Elsewhere", NULL, 2, {EVENT_FETCH, EVENT_HISTORY}},
    {ENTRY_SEARCH, NULL, "tea", 2, {EVENT_FETCH, EVENT_HISTORY}},
    {ENTRY_REFUSE, NULL, NULL, 1, {EVENT_REFUSED}},
    {ENTRY_MUTE, NULL, NULL, 1, {EVENT_MUTED}},
    {ENTRY_SAY, NULL, "muted", 1, {EVENT_REFUSED}},
};

static void ask(struct fake_hub *h, const struct row *row)
{
    fake_hub_add(h, 1, row->kind, row->name, row->text)->ref = STR("7");
    fake_hub_turn(h);
}

static void check_seen(const struct seen *seen, const enum event_kind *kinds, unsigned count)
{
    assert_int_equal(seen->count, count);
    for (unsigned i = 0; i < count; i++)
        assert_int_equal(seen->kinds[i], kinds[i]);
}

static void test_refs(void **state)
{
    struct fake_hub *h = fake_hub_create();
    struct seen seen;
    fake_hub_come(h, 2);
    h->on_event = on_event;
    h->arg = &seen;
    for (size_t i = 0; i < COUNT(rows); i++) {
        seen.count = 0;
        ask(h, &rows[i]);
        check_seen(&seen, rows[i].events, rows[i].count);
    }
    fake_hub_destroy(h);
}

/* What the disk does not take is refused once. */
static void test_refs_not_kept(void **state)
{
    static const struct row failing[] = {
        {ENTRY_SAY, NULL, "hello", 1, {EVENT_REFUSED}},
        {ENTRY_TELL, "bob", "psst", 1, {EVENT_REFUSED}},
        {ENTRY_TOPIC, NULL, "tea", 1, {EVENT_REFUSED}},
    };
    struct fake_hub *h = fake_hub_create();
    struct seen seen;
    fake_hub_come(h, 2);
    h->on_event = on_event;
    h->arg = &seen;
    h->store->write_status = -5;
    for (size_t i = 0; i < COUNT(failing); i++) {
        seen.count = 0;
        ask(h, &failing[i]);
        check_seen(&seen, failing[i].events, failing[i].count);
    }
    fake_hub_destroy(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_refs),
        cmocka_unit_test(test_refs_not_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
