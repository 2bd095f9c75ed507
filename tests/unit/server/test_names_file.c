/* A file of nicks is read as people write such files. */
#include "server/names_file.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

static struct server_info info = {.name = STR("Teahouse")};
static char path[64];

static int set_up(void **state)
{
    info.limits = limits_default;
    strcpy(path, "/tmp/test-names-XXXXXX");
    close(mkstemp(path));
    return 0;
}

static int tear_down(void **state)
{
    return unlink(path);
}

static void write_file(const char *text, size_t len)
{
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    assert_int_equal(fwrite(text, 1, len, out), len);
    assert_int_equal(fclose(out), 0);
}

struct row {
    const char *text;
    const char *names; /* with a blank behind each */
    size_t bad;
};

static void check(const struct row *row)
{
    struct names_file file = {0};
    char found[256] = "";
    size_t bad = 99;
    write_file(row->text, strlen(row->text));
    assert_int_equal(names_file_load(&file, path, &info, &bad), 0);
    for (size_t i = 0; i < file.names.count; i++) {
        strncat(found, file.names.list[i].ptr, file.names.list[i].len);
        strcat(found, " ");
    }
    assert_string_equal(found, row->names);
    assert_int_equal(bad, row->bad);
    names_file_finish(&file);
}

static void test_files(void **state)
{
    static const struct row rows[] = {
        {"", "", 0},
        {"\n\n \n", "", 0},
        {"Oolong\n茉莉\n", "Oolong 茉莉 ", 0},
        {"  Oolong \r\nSencha", "Oolong Sencha ", 0},
        {"two words\nOolong\na\x01\n\xff\n", "Oolong ", 3},
        {"teahouse\nOolong\n", "Oolong ", 1}, /* what the server itself is called */
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        check(&rows[i]);
}

static void test_no_file(void **state)
{
    struct names_file file = {0};
    size_t bad;
    assert_int_equal(names_file_load(&file, "/no/such/file", &info, &bad), -ENOENT);
    assert_int_equal(names_file_load(&file, "/", &info, &bad), -EISDIR);
    names_file_finish(&file);
}

/* What is past the limit is not looked at. */
static void test_too_long(void **state)
{
    struct names_file file = {0};
    size_t bad, len = NAMES_FILE_BYTES + 100000;
    char *text = malloc(len);
    assert_non_null(text);
    for (size_t i = 0; i < len; i++)
        text[i] = i % 2 ? '\n' : 'a';
    write_file(text, len);
    free(text);
    assert_int_equal(names_file_load(&file, path, &info, &bad), 0);
    assert_in_range(file.names.count, 1, NAMES_FILE_BYTES / 2);
    names_file_finish(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_files, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_no_file, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_too_long, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
