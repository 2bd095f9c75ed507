#include "check.h"

#include "base/log.h"

#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What log_write writes for one text. */
static struct str logged(enum log_level level, const char *text, char *out, size_t size)
{
    int fds[2], saved = dup(STDERR_FILENO);
    assert_true(saved >= 0);
    assert_int_equal(pipe(fds), 0);
    dup2(fds[1], STDERR_FILENO);
    log_write(level, "%s", text);
    dup2(saved, STDERR_FILENO);
    close(saved);
    close(fds[1]);
    size_t len = 0;
    for (ssize_t n; (n = read(fds[0], out + len, size - len)) > 0;)
        len += (size_t)n;
    close(fds[0]);
    return str_of(out, len);
}

static void test_levels(void **state)
{
    char out[4096];
    assert_int_equal(logged(LOG_DEBUG, "x", out, sizeof(out)).len, 0); /* LOG_INFO at start */
    for (int highest = LOG_ERROR; highest <= LOG_DEBUG; highest++) {
        log_set_level((enum log_level)highest);
        for (int level = LOG_ERROR; level <= LOG_DEBUG; level++) {
            struct str line = logged((enum log_level)level, "x", out, sizeof(out));
            assert_int_equal(line.len > 0, level <= highest);
        }
    }
    log_set_level(LOG_INFO);
}

static void test_line(void **state)
{
    char out[4096];
    struct str line = logged(LOG_WARNING, "two\nlines\r\x1b[31m\ttab", out, sizeof(out));
    check_str(str_skip(line, 19), STR(" warning two lines  [31m tab\n"));
    for (size_t i = 0; i < 19; i++)
        assert_int_equal(isdigit((unsigned char)line.ptr[i]) != 0, "dddd-dd-dd dd:dd:dd"[i] == 'd');
    check_str(str_skip(logged(LOG_ERROR, "", out, sizeof(out)), 19), STR(" error   \n"));
}

/* However long the text: one line of at most 1,024 bytes, with its end. */
static void test_long(void **state)
{
    char out[4096], text[2000];
    for (size_t len = 900; len < sizeof(text); len++) {
        memset(text, 'x', len);
        text[len] = '\0';
        struct str line = logged(LOG_INFO, text, out, sizeof(out));
        size_t whole = 19 + 9 + len + 1;
        assert_int_equal(line.len, whole < 1024 ? whole : 1024);
        assert_int_equal(line.ptr[line.len - 1], '\n');
        assert_int_equal(line.ptr[line.len - 2], 'x');
    }
}

static void test_journal(void **state)
{
    static const char *const lines[] = {"<3>two lines\n", "<4>two lines\n", "<6>two lines\n"};
    char out[4096], text[2000];
    log_set_journal(true);
    for (int level = LOG_ERROR; level <= LOG_INFO; level++)
        check_str(logged((enum log_level)level, "two\nlines", out, sizeof(out)),
                  str_from(lines[level]));
    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    assert_int_equal(logged(LOG_INFO, text, out, sizeof(out)).len, 1024);
    log_set_journal(false);
    assert_int_equal(logged(LOG_INFO, "", out, sizeof(out)).len, 19 + 9 + 1);
}

static void test_is_journal(void **state)
{
    static const struct {
        const char *between, *end;
        int more; /* than the inode */
        bool is;
    } table[] = {
        {":", "", 0, true}, {":", "", 1, false}, {":", "0", 0, false}, {":", " ", 0, false},
        {"", "", 0, false}, {"", ":", 0, false}, {" ", "", 0, false},
    };
    struct stat st;
    char stream[64];
    assert_int_equal(fstat(STDERR_FILENO, &st), 0);
    assert_false(log_is_journal(NULL));
    assert_false(log_is_journal(""));
    for (size_t i = 0; i < COUNT(table); i++) {
        snprintf(stream, sizeof(stream), "%ju%s%ju%s", (uintmax_t)st.st_dev, table[i].between,
                 (uintmax_t)st.st_ino + (uintmax_t)table[i].more, table[i].end);
        assert_int_equal(log_is_journal(stream), table[i].is);
    }
}

static void test_level_from(void **state)
{
    static const char *const names[] = {"error", "warning", "info", "debug"};
    enum log_level level;
    for (size_t i = 0; i < COUNT(names); i++) {
        assert_true(log_level_from(str_from(names[i]), &level));
        assert_int_equal(level, i);
    }
    level = LOG_INFO;
    assert_false(log_level_from(STR(""), &level));
    assert_false(log_level_from(STR("warn"), &level));
    assert_false(log_level_from(STR("error "), &level));
    assert_int_equal(level, LOG_INFO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_levels),     cmocka_unit_test(test_line),
        cmocka_unit_test(test_long),       cmocka_unit_test(test_journal),
        cmocka_unit_test(test_is_journal), cmocka_unit_test(test_level_from),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
