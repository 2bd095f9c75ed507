/* The input line, key by key. */
#include "../../base/check.h"

#include "clients/terminal/editor.h"

static void check_at(const struct editor *e, const char *text, const char *file, int line)
{
    struct buf shown;
    buf_init(&shown, EDITOR_TEXT_BYTES * 2);
    buf_append(&shown, e->text.ptr, e->cursor);
    buf_append_char(&shown, '|');
    buf_append_str(&shown, str_skip(buf_str(&e->text), e->cursor));
    check_str_at(buf_str(&shown), str_from(text), file, line);
    buf_finish(&shown);
}

/* The text, with | where the cursor is. */
#define check(e, text) check_at(e, text, __FILE__, __LINE__)

static void test_keys(void **state)
{
    static const struct {
        const char *text;
        void (*key)(struct editor *);
        unsigned times;
        const char *then;
    } rows[] = {
        {"abc", editor_left, 1, "ab|c"},
        {"abc", editor_left, 9, "|abc"},
        {"中文", editor_left, 1, "中|文"},
        {"ae\u0301", editor_left, 1, "a|e\u0301"},
        {"ok \U0001F44D\U0001F3FD", editor_left, 1, "ok |\U0001F44D\U0001F3FD"},
        {"ok \u2764\uFE0F", editor_backspace, 1, "ok |"},
        {"中文", editor_backspace, 1, "中|"},
        {"", editor_backspace, 1, "|"},
        {"", editor_delete, 1, "|"},
        {"one two  ", editor_word_left, 1, "one |two  "},
        {"one two  ", editor_word_left, 2, "|one two  "},
        {"one /usr/bin  ", editor_kill_word, 1, "one |"},
        {"one two", editor_kill_to_start, 1, "|"},
        {"one two", editor_kill_to_end, 1, "one two|"},
        {"one", editor_home, 1, "|one"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct editor e;
        editor_init(&e);
        editor_insert(&e, str_from(rows[i].text));
        for (unsigned n = 0; n < rows[i].times; n++)
            rows[i].key(&e);
        check(&e, rows[i].then);
        editor_finish(&e);
    }
}

static void test_forward(void **state)
{
    struct editor e;
    editor_init(&e);
    editor_set(&e, STR("a\u0301 中文 end"));
    editor_home(&e);
    assert_int_equal(editor_after(&e, 0), 3);
    assert_int_equal(editor_after(&e, e.text.len), e.text.len);
    editor_right(&e);
    check(&e, "a\u0301| 中文 end");
    editor_delete(&e);
    check(&e, "a\u0301|中文 end");
    editor_word_right(&e);
    check(&e, "a\u0301中文| end");
    editor_end(&e);
    editor_right(&e);
    check(&e, "a\u0301中文 end|");
    editor_finish(&e);
}

static void test_yank(void **state)
{
    struct editor e;
    editor_init(&e);
    editor_yank(&e);
    check(&e, "|");
    editor_insert(&e, STR("one two"));
    editor_kill_word(&e);
    editor_kill_to_end(&e); /* nothing: what was taken before is still there */
    editor_home(&e);
    editor_yank(&e);
    check(&e, "two|one ");
    editor_finish(&e);
}

/* What a terminal would obey cannot be typed or pasted; breaks may. */
static void test_what_may_stand_there(void **state)
{
    struct editor e;
    editor_init(&e);
    editor_insert(&e, STR("a\x1b[31mb\r\nc\td\xFF"));
    check(&e, "a[31mb\nc d\uFFFD|");
    editor_set(&e, STR("x"));
    char much[EDITOR_TEXT_BYTES];
    memset(much, 'y', sizeof(much));
    editor_insert(&e, str_of(much, sizeof(much))); /* one too many: as if it had not been typed */
    check(&e, "x|");
    editor_finish(&e);
}

static void test_history(void **state)
{
    struct editor e;
    editor_init(&e);
    editor_older(&e);
    check(&e, "|");
    for (int i = 0; i < 2; i++) { /* the same once more is not remembered twice */
        editor_insert(&e, STR("one"));
        editor_accept(&e);
    }
    editor_accept(&e); /* nothing is not remembered */
    editor_insert(&e, STR("two"));
    editor_accept(&e);
    editor_insert(&e, STR("draft"));
    editor_older(&e);
    check(&e, "two|");
    editor_older(&e);
    editor_older(&e);
    check(&e, "one|");
    editor_newer(&e);
    editor_newer(&e);
    editor_newer(&e);
    check(&e, "draft|");
    editor_finish(&e);
}

static void test_long_history(void **state)
{
    struct editor e;
    char line[16];
    editor_init(&e);
    for (int i = 0; i <= EDITOR_HISTORY_LINES; i++) {
        snprintf(line, sizeof(line), "%d", i);
        editor_insert(&e, str_from(line));
        editor_accept(&e);
    }
    assert_int_equal(e.history_count, EDITOR_HISTORY_LINES);
    for (int i = 0; i <= EDITOR_HISTORY_LINES; i++)
        editor_older(&e);
    check(&e, "1|");
    editor_finish(&e);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_keys),    cmocka_unit_test(test_forward),
        cmocka_unit_test(test_yank),    cmocka_unit_test(test_what_may_stand_there),
        cmocka_unit_test(test_history), cmocka_unit_test(test_long_history),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
