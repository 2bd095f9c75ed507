#include "../base/check.h"

#include "base/utf8.h"
#include "core/command.h"

static void test_find(void **state)
{
    static const struct {
        struct str name;
        enum entry_kind kind; /* ENTRY_KINDS: no such command */
    } rows[] = {
        {{"login", 5}, ENTRY_LOGIN},     {{"logout", 6}, ENTRY_QUIT},
        {{"say", 3}, ENTRY_SAY},         {{"look", 4}, ENTRY_LOOK},
        {{"who", 3}, ENTRY_WHO},         {{"help", 4}, ENTRY_HELP},
        {{"msg", 3}, ENTRY_TELL},        {{"nick", 4}, ENTRY_RENAME},
        {{"join", 4}, ENTRY_JOIN},       {{"part", 4}, ENTRY_PART},
        {{"rooms", 5}, ENTRY_ROOMS},     {{"topic", 5}, ENTRY_TOPIC},
        {{"mute", 4}, ENTRY_MUTE},       {{"ignore", 6}, ENTRY_IGNORE},
        {{"history", 7}, ENTRY_HISTORY}, {{"search", 6}, ENTRY_SEARCH},
        {{"charset", 7}, ENTRY_ECHO},    {{"SAY", 3}, ENTRY_SAY},
        {{"LogIn", 5}, ENTRY_LOGIN},     {{"", 0}, ENTRY_KINDS},
        {{NULL, 0}, ENTRY_KINDS},        {{"sa", 2}, ENTRY_KINDS},
        {{"says", 4}, ENTRY_KINDS},      {{"say ", 4}, ENTRY_KINDS},
        {{"say\0", 4}, ENTRY_KINDS},     {{"kick", 4}, ENTRY_KINDS},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct command *command = command_find(rows[i].name);
        assert_int_equal(command ? command->kind : ENTRY_KINDS, rows[i].kind);
    }
    assert_int_equal(command_count, 17);
}

/* What an operator does is in no member's table. */
static void test_of(void **state)
{
    for (unsigned kind = 0; kind <= ENTRY_KINDS; kind++) {
        const struct command *command = command_of((enum entry_kind)kind);
        bool members = kind <= ENTRY_ECHO && kind != ENTRY_RESUME && kind != ENTRY_TYPING;
        assert_int_equal(command != NULL, members);
        if (command) {
            assert_int_equal(command->kind, kind);
            assert_ptr_equal(command_find(command->name), command);
        }
    }
}

static void test_cost(void **state)
{
    static const unsigned costs[ENTRY_KINDS] = {
        [ENTRY_LOGIN] = 1,   [ENTRY_SAY] = 1,      [ENTRY_TELL] = 1,   [ENTRY_RENAME] = 3,
        [ENTRY_JOIN] = 3,    [ENTRY_PART] = 1,     [ENTRY_TOPIC] = 3,  [ENTRY_MUTE] = 1,
        [ENTRY_IGNORE] = 1,  [ENTRY_LOOK] = 2,     [ENTRY_WHO] = 2,    [ENTRY_ROOMS] = 2,
        [ENTRY_HISTORY] = 3, [ENTRY_SEARCH] = 5,   [ENTRY_HELP] = 1,   [ENTRY_ECHO] = 1,
        [ENTRY_REFUSE] = 1,  [ENTRY_KICK] = 1,     [ENTRY_BAN] = 1,    [ENTRY_UNBAN] = 1,
        [ENTRY_BANS] = 1,    [ENTRY_ANNOUNCE] = 1, [ENTRY_STATS] = 1,  [ENTRY_SHUTDOWN] = 1,
        [ENTRY_QUIT] = 0,    [ENTRY_RESUME] = 3,   [ENTRY_TYPING] = 1, [ENTRY_TICK] = 1,
    };
    for (unsigned kind = 0; kind < ENTRY_KINDS; kind++)
        assert_int_equal(command_cost((enum entry_kind)kind), costs[kind]);
}

/* Help is shown as "USAGE - HELP" on one line, in either language. */
static void test_rows(void **state)
{
    for (size_t i = 0; i < command_count; i++) {
        const struct command *command = &command_table[i];
        assert_true(str_starts(str_from(command->usage), command->name));
        for (unsigned language = 0; language < LANGUAGES; language++) {
            struct str help = str_from(command->help[language]);
            assert_true(help.len > 0 && utf8_valid(help));
            assert_null(memchr(help.ptr, '\n', help.len));
        }
        for (size_t k = 0; k < i; k++) {
            assert_false(str_equal_nocase(command->name, command_table[k].name));
            assert_int_not_equal(command->kind, command_table[k].kind);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_find),
        cmocka_unit_test(test_of),
        cmocka_unit_test(test_cost),
        cmocka_unit_test(test_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
