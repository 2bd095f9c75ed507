/* The operators' door: one command, one answer, goodbye. */
#include "../base/check.h"

#include "fake_peer.h"
#include "protocol/ctl/columns.h"
#include "protocol/ctl/ctl.h"

#include <stdlib.h>
#include <time.h>

static struct fake_peer *operator_peer(void)
{
    struct fake_peer *fake = fake_peer_create(&protocol_ctl, 0);
    fake->door.for_operators = true;
    return fake;
}

static void test_says_nothing_first(void **state)
{
    struct fake_peer *fake = operator_peer();
    assert_int_equal(fake_sent(fake).len, 0);
    assert_int_equal(fake->hold_count, 0);
    fake_peer_destroy(fake);
}

static void test_commands(void **state)
{
    static const struct {
        const char *line;
        enum entry_kind kind;
        const char *nick, *text;
        enum refusal refusal;
        enum entry_kind about;
    } rows[] = {
        {"who", ENTRY_WHO, "", "", REFUSAL_NONE, ENTRY_KINDS},
        {" WHO ", ENTRY_WHO, "", "", REFUSAL_NONE, ENTRY_KINDS},
        {"bans", ENTRY_BANS, "", "", REFUSAL_NONE, ENTRY_KINDS},
        {"stats", ENTRY_STATS, "", "", REFUSAL_NONE, ENTRY_KINDS},
        {"help", ENTRY_HELP, "", "", REFUSAL_NONE, ENTRY_KINDS},
        {"kick tom", ENTRY_KICK, "tom", "", REFUSAL_NONE, ENTRY_KINDS},
        {"kick 汤姆 too  loud", ENTRY_KICK, "汤姆", "too  loud", REFUSAL_NONE, ENTRY_KINDS},
        {"ban tom", ENTRY_BAN, "tom", "", REFUSAL_NONE, ENTRY_KINDS},
        {"ban 2001:db8::1 spam", ENTRY_BAN, "2001:db8::1", "spam", REFUSAL_NONE, ENTRY_KINDS},
        {"unban 192.0.2.7", ENTRY_UNBAN, "192.0.2.7", "", REFUSAL_NONE, ENTRY_KINDS},
        {"say tea is ready", ENTRY_ANNOUNCE, "", "tea is ready", REFUSAL_NONE, ENTRY_KINDS},
        {"say", ENTRY_REFUSE, "", "", REFUSAL_TEXT_EMPTY, ENTRY_ANNOUNCE},
        {"kick", ENTRY_REFUSE, "", "", REFUSAL_NICK_EMPTY, ENTRY_KICK},
        {"ban", ENTRY_REFUSE, "", "", REFUSAL_NICK_EMPTY, ENTRY_BAN},
        {"unban", ENTRY_REFUSE, "", "", REFUSAL_NICK_EMPTY, ENTRY_UNBAN},
        {"login tom", ENTRY_REFUSE, "login", "login", REFUSAL_UNKNOWN_COMMAND, ENTRY_KINDS},
        {"look", ENTRY_REFUSE, "look", "look", REFUSAL_UNKNOWN_COMMAND, ENTRY_KINDS},
        {"\xC4\xE3", ENTRY_REFUSE, "\xEF\xBF\xBD\xEF\xBF\xBD", "\xEF\xBF\xBD\xEF\xBF\xBD",
         REFUSAL_UNKNOWN_COMMAND, ENTRY_KINDS},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        for (size_t piece = 1; piece < 64; piece += 62) {
            struct fake_peer *fake = operator_peer();
            fake_feed(fake, STR("\n \r\n")); /* empty lines are nothing */
            fake_feed_pieces(fake, str_from(rows[i].line), piece);
            assert_int_equal(fake_entry_count(fake), 0);
            fake_feed(fake, STR("\nwho\n")); /* a second one is not looked at */
            fake_feed_end(fake);
            assert_int_equal(fake_entry_count(fake), 1);
            const struct entry *entry = fake_entry(fake, 0);
            if (entry->kind != rows[i].kind || entry->refusal != rows[i].refusal)
                fprintf(stderr, "  %s: kind %d, refusal %d\n", rows[i].line, entry->kind,
                        entry->refusal);
            assert_int_equal(entry->kind, rows[i].kind);
            assert_int_equal(entry->refusal, rows[i].refusal);
            assert_int_equal(entry->about, rows[i].about);
            check_str(entry->nick, str_from(rows[i].nick));
            check_str(entry->text, str_from(rows[i].text));
            assert_int_equal(fake->waiting.len, 0);
            assert_int_equal(fake_sent(fake).len, 0);
            assert_false(fake->finished);
            fake_peer_destroy(fake);
        }
    }
}

/* `printf who | nc -UN`: the last line needs no end. */
static void test_end_without_line_end(void **state)
{
    struct fake_peer *fake = operator_peer();
    fake_feed(fake, STR("who"));
    fake_feed_end(fake);
    assert_int_equal(fake_entry_count(fake), 1);
    fake_peer_destroy(fake);
}

static void test_overlong(void **state)
{
    struct fake_peer *fake = operator_peer();
    char line[20000];
    memset(line, 'a', sizeof(line));
    line[sizeof(line) - 1] = '\n';
    fake_feed(fake, str_of(line, sizeof(line)));
    fake_feed(fake, STR("who\n"));
    assert_int_equal(fake_entry_count(fake), 1);
    assert_int_equal(fake_entry(fake, 0)->refusal, REFUSAL_LINE_LONG);
    fake_peer_destroy(fake);
}

static void check_answer(const struct event *event, const char *expected)
{
    struct fake_peer *fake = operator_peer();
    struct buf last;
    buf_init(&last, 4096);
    fake_deliver(fake, event);
    check_str(fake_sent(fake), str_from(expected));
    assert_true(fake->finished);
    assert_int_equal(fake->why, CLOSE_GOODBYE);
    /* Whatever the end, there is but one last line. */
    protocol_ctl.close(&fake->peer, CLOSE_SHUTDOWN, STR(""), &last);
    assert_int_equal(last.len, 0);
    buf_finish(&last);
    fake_peer_destroy(fake);
}

static void test_who(void **state)
{
    static const struct door door = {.name = "line-english"}, json = {.name = "json"};
    struct event_person people[] = {
        {STR("tom"), STR("192.0.2.7"), &door, STR("lobby tea"), 1795205220000},
        {STR("汤姆"), STR("2001:db8::1"), &json, STR(""), 1795205221000},
        {STR("a"), STR(""), NULL, STR("lobby"), 0},
    };
    struct event event = {.kind = EVENT_WHO, .people = people, .count = COUNT(people)};
    check_answer(&event, "NICK  DOOR          ADDRESS      SINCE                ROOMS\n"
                         "tom   line-english  192.0.2.7    2026-11-20 20:07:00  lobby tea\n"
                         "汤姆  json          2001:db8::1  2026-11-20 20:07:01  -\n"
                         "a     -             -            1970-01-01 00:00:00  lobby\n"
                         "ok\n");
    event.count = 0;
    check_answer(&event, "NICK  DOOR  ADDRESS  SINCE  ROOMS\nok\n");
}

static void test_answers(void **state)
{
    struct event_ban bans[] = {{STR("192.0.2.7"), STR("spam and more")},
                               {STR("2001:db8::/64"), STR("")}};
    struct event_stats stats = {3, 2, 100, 7, 9, 4, 1795205220000};
    const struct {
        struct event event;
        const char *answer;
    } rows[] = {
        {{.kind = EVENT_DONE, .about = ENTRY_KICK}, "ok\n"},
        {{.kind = EVENT_DONE, .about = ENTRY_ANNOUNCE}, "ok\n"},
        {{.kind = EVENT_DONE, .about = ENTRY_BAN, .text = STR("2001:db8::/64")},
         "banned 2001:db8::/64\nok\n"},
        {{.kind = EVENT_DONE, .about = ENTRY_UNBAN, .text = STR("192.0.2.7")},
         "no longer banned 192.0.2.7\nok\n"},
        {{.kind = EVENT_BANS, .bans = bans, .count = 2},
         "192.0.2.7      spam and more\n2001:db8::/64  -\nok\n"},
        {{.kind = EVENT_BANS, .bans = bans}, "ok\n"},
        {{.kind = EVENT_STATS, .stats = &stats, .at_ms = 1795205220000 + 61999},
         "users: 3\nrooms: 2\nmessages: 100\nprivate-messages: 7\nrefused: 9\nepoch: 4\n"
         "started: 2026-11-20 20:07:00\nuptime-seconds: 61\nok\n"},
        /* a clock that was set back */
        {{.kind = EVENT_STATS, .stats = &stats, .at_ms = 0},
         "users: 3\nrooms: 2\nmessages: 100\nprivate-messages: 7\nrefused: 9\nepoch: 4\n"
         "started: 2026-11-20 20:07:00\nuptime-seconds: 0\nok\n"},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        check_answer(&rows[i].event, rows[i].answer);
}

static void test_refusals(void **state)
{
    static const struct {
        enum refusal refusal;
        enum entry_kind about;
        const char *given;
        const char *answer;
    } rows[] = {
        {REFUSAL_UNKNOWN_COMMAND, ENTRY_KINDS, "foo",
         "error: There is no command \"foo\"; \"help\" lists them.\n"},
        {REFUSAL_NICK_EMPTY, ENTRY_KICK, "", "error: Usage: kick NICK [REASON]\n"},
        {REFUSAL_NICK_EMPTY, ENTRY_BAN, "", "error: Usage: ban NICK-OR-ADDRESS [REASON]\n"},
        {REFUSAL_NICK_EMPTY, ENTRY_UNBAN, "", "error: Usage: unban ADDRESS\n"},
        {REFUSAL_TEXT_EMPTY, ENTRY_ANNOUNCE, "", "error: Usage: say TEXT\n"},
        {REFUSAL_NICK_UNKNOWN, ENTRY_KICK, "tom", "error: Nobody is called \"tom\".\n"},
        {REFUSAL_ADDRESS_INVALID, ENTRY_BAN, "x",
         "error: \"x\" is neither somebody's nick nor an address.\n"},
        {REFUSAL_NOT_BANNED, ENTRY_UNBAN, "192.0.2.7", "error: \"192.0.2.7\" is not banned.\n"},
        {REFUSAL_TEXT_LONG, ENTRY_ANNOUNCE, "", "error: That is too long: at most 4000 bytes.\n"},
        {REFUSAL_NOT_KEPT, ENTRY_BAN, "",
         "error: It could not be written: the disk is full or failing.\n"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct event event = {.kind = EVENT_REFUSED,
                              .refusal = rows[i].refusal,
                              .about = rows[i].about,
                              .count = 4000};
        event.nick = event.text = str_from(rows[i].given);
        check_answer(&event, rows[i].answer);
    }
}

/* Whatever is refused: one line, an error. */
static void test_every_refusal_is_an_error(void **state)
{
    for (unsigned refusal = 1; refusal < REFUSALS; refusal++) {
        struct event event = {.kind = EVENT_REFUSED, .refusal = (enum refusal)refusal};
        struct fake_peer *fake = operator_peer();
        event.about = ENTRY_KINDS;
        fake_deliver(fake, &event);
        struct str sent = fake_sent(fake);
        assert_true(str_starts(sent, STR("error: ")));
        assert_ptr_equal(memchr(sent.ptr, '\n', sent.len), sent.ptr + sent.len - 1);
        assert_true(fake->finished);
        fake_peer_destroy(fake);
    }
}

static void test_help_lists_all(void **state)
{
    struct event event = {.kind = EVENT_HELP};
    struct fake_peer *fake = operator_peer();
    size_t lines = 0;
    fake_deliver(fake, &event);
    struct str sent = fake_sent(fake);
    assert_true(str_starts(sent, STR("who - ")));
    for (; sent.len > 0; lines++)
        str_cut(&sent, '\n');
    assert_int_equal(lines, 8 + 1);
    fake_peer_destroy(fake);
}

/* What is not an answer does not end it. */
static void test_other_events(void **state)
{
    static const enum event_kind kinds[] = {EVENT_MESSAGE, EVENT_NOTICE, EVENT_CLOSED,
                                            EVENT_ANNOUNCE};
    for (size_t i = 0; i < COUNT(kinds); i++) {
        struct event event = {.kind = kinds[i]};
        struct fake_peer *fake = operator_peer();
        fake_deliver(fake, &event);
        assert_int_equal(fake_sent(fake).len, 0);
        assert_false(fake->finished);
        fake_peer_destroy(fake);
    }
}

static void test_closed_without_an_answer(void **state)
{
    struct fake_peer *fake = operator_peer();
    for (unsigned why = 0; why < CLOSE_REASONS; why++) {
        bool silent = why == CLOSE_GOODBYE || why == CLOSE_GONE;
        struct buf out;
        buf_init(&out, 4096);
        protocol_ctl.close(&fake->peer, (enum close_reason)why, STR(""), &out);
        assert_int_equal(out.len == 0, silent);
        assert_true(silent ||
                    (str_starts(buf_str(&out), STR("error: ")) && out.ptr[out.len - 1] == '\n'));
        buf_clear(&out);
        protocol_ctl.refuse(&fake->info, &fake->door, (enum close_reason)why, &out);
        assert_int_equal(out.len == 0, silent);
        buf_finish(&out);
    }
    fake_peer_destroy(fake);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_says_nothing_first),
        cmocka_unit_test(test_commands),
        cmocka_unit_test(test_end_without_line_end),
        cmocka_unit_test(test_overlong),
        cmocka_unit_test(test_who),
        cmocka_unit_test(test_answers),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_every_refusal_is_an_error),
        cmocka_unit_test(test_help_lists_all),
        cmocka_unit_test(test_other_events),
        cmocka_unit_test(test_closed_without_an_answer),
    };
    setenv("TZ", "UTC", 1);
    tzset();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
