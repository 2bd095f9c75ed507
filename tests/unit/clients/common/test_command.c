/* What an entered line means. */
#include "../../base/check.h"

#include "clients/common/command.h"

static void test_lines(void **state)
{
    static const struct {
        const char *line;
        enum entered_kind kind;
        const char *nick, *text;
    } rows[] = {
        {"", ENTERED_NOTHING, "", ""},
        {" \t ", ENTERED_NOTHING, "", ""},
        {"hello", ENTERED_SAY, "", "hello"},
        {"  two words ", ENTERED_SAY, "", "two words"},
        {"a /b @c", ENTERED_SAY, "", "a /b @c"},
        {"one\n/two", ENTERED_SAY, "", "one\n/two"},
        {"//etc/passwd", ENTERED_SAY, "", "/etc/passwd"},
        {"@bob several words", ENTERED_TELL, "bob", "several words"},
        {"@小明  你好 🍵", ENTERED_TELL, "小明", "你好 🍵"},
        {"@bob", ENTERED_TELL, "bob", ""},
        {"@bob\n\n  two\n words", ENTERED_TELL, "bob", "two\n words"},
        {"@\ntext", ENTERED_TELL, "", "text"},
        {"@ text", ENTERED_TELL, "", "text"},
        {"/topic  green tea ", ENTERED_COMMAND, "", "green tea"},
        {"/topic\ngreen\ntea", ENTERED_COMMAND, "", "green\ntea"},
        {"/", ENTERED_UNKNOWN, "", ""},
        {"/xyzzyx\nnow", ENTERED_UNKNOWN, "xyzzyx", ""},
        {"/xyzzyx now", ENTERED_UNKNOWN, "xyzzyx", ""},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct entered entered = command_read(str_from(rows[i].line));
        assert_int_equal(entered.kind, rows[i].kind);
        check_str(entered.nick, str_from(rows[i].nick));
        check_str(entered.text, str_from(rows[i].text));
    }
}

static void test_commands(void **state)
{
    static const struct {
        const char *line;
        enum command command;
    } rows[] = {
        {"/help", COMMAND_HELP},
        {"/h", COMMAND_HELP},
        {"/H", COMMAND_HELP},
        {"/ls", COMMAND_WHO},
        {"/i", COMMAND_MUTE},
        {"/join tea", COMMAND_JOIN},
        {"/part", COMMAND_PART},
        {"/msg bob", COMMAND_MSG},
        {"/nick x", COMMAND_NICK},
        {"/search tea", COMMAND_SEARCH},
        {"/quit", COMMAND_QUIT},
        {"/history", COMMAND_HISTORY},
        {"/ignore bob", COMMAND_IGNORE},
        {"/TOPIC", COMMAND_TOPIC},
        {"/rooms", COMMAND_ROOMS},
        {"/names", COMMAND_NAMES},
        {"/close", COMMAND_CLOSE},
        {"/connect", COMMAND_CONNECT},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct entered entered = command_read(str_from(rows[i].line));
        assert_int_equal(entered.kind, ENTERED_COMMAND);
        assert_int_equal(entered.row->command, rows[i].command);
    }
}

static void test_words(void **state)
{
    static const struct {
        const char *line, *word, *rest;
    } rows[] = {
        {"", "", ""},
        {" \n ", "", ""},
        {"bob", "bob", ""},
        {" bob  hello all ", "bob", "hello all"},
        {"bob\nhello\nall\n", "bob", "hello\nall"},
        {"bob\r\n\thello", "bob", "hello"},
        {"bob\thello", "bob", "hello"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct str rest = str_from(rows[i].line);
        check_str(command_cut_word(&rest), str_from(rows[i].word));
        check_str(rest, str_from(rows[i].rest));
    }
}

static void test_measured(void **state)
{
    static const char *const rows[][2] = {
        {"", ""},
        {"hello", "hello"},
        {"//etc", "/etc"},
        {"///", "//"},
        {"@bob hi", "@bob hi"},
        {"/msg bob hi", "/msg bob hi"},
        {"/xyzzyx", "/xyzzyx"},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        check_str(command_measured(str_from(rows[i][0])), str_from(rows[i][1]));
}

static void test_words_behind(void **state)
{
    static const struct {
        const char *line;
        bool takes, needs;
    } rows[] = {
        {"/quit", false, false}, {"/who", false, false},   {"/topic", true, false},
        {"/part", true, false},  {"/search", true, true},  {"/msg", true, true},
        {"/help", false, false}, {"/ignore", true, false}, {"/connect", false, false},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct command_row *row = command_read(str_from(rows[i].line)).row;
        assert_int_equal(command_takes_words(row), rows[i].takes);
        assert_int_equal(command_needs_words(row), rows[i].needs);
    }
}

static void test_nearest(void **state)
{
    static const struct {
        const char *line, *nearest;
    } rows[] = {
        {"/hlep", "help"},   {"/jion tea", "join"},   {"/serach x", "search"}, {"/quti", "quit"},
        {"/topci", "topic"}, {"/histroy", "history"}, {"/xyzzyx", NULL},       {"/", NULL},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct entered entered = command_read(str_from(rows[i].line));
        assert_int_equal(entered.kind, ENTERED_UNKNOWN);
        if (!rows[i].nearest)
            assert_null(entered.row);
        else
            assert_string_equal(entered.row->name, rows[i].nearest);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),        cmocka_unit_test(test_commands),
        cmocka_unit_test(test_words),        cmocka_unit_test(test_measured),
        cmocka_unit_test(test_words_behind), cmocka_unit_test(test_nearest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
