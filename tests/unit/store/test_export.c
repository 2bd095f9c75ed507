/* The history as JSON lines. */
#include "help.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

static char *export_text(const char *folder, int *rc, char *error)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    error[0] = '\0';
    *rc = store_sqlite_export(folder, out, error, ERROR_BYTES);
    fclose(out);
    return text;
}

static void expect_export(struct help *h, const char *expected)
{
    int rc;
    char *text = export_text(h->folder, &rc, h->error);
    if (rc < 0)
        fail_msg("%s", h->error);
    assert_string_equal(text, expected);
    free(text);
}

static void say_as(struct help *h, const char *room, const char *from, struct str text,
                   int64_t at_ms)
{
    struct message *m = message_create(str_from(room), str_from(from), text,
                                       (struct position){h->epoch, ++h->seq}, at_ms);
    struct record r = {.kind = RECORD_MESSAGE, .message = m};
    assert_int_equal(help_write(h, &r), 0);
    message_unref(m);
}

static const char expected[] =
    "{\"room\":\"Lobby\",\"epoch\":1,\"seq\":1,\"at\":1700000000000,\"from\":\"ann\","
    "\"text\":\"hello\"}\n"
    "{\"room\":\"茶馆\",\"epoch\":1,\"seq\":2,\"at\":-5,\"from\":\"李四\","
    "\"text\":\"一\\n二 😀 𠮷\"}\n"
    "{\"room\":\"Lobby\",\"epoch\":1,\"seq\":3,\"at\":0,\"from\":\"\\\"\\\\\","
    "\"text\":\"\\\"q\\\" \\\\ / \\t\\r\\u0001\\u001f\\u007f</script>\xE2\x80\xA8\"}\n"
    "{\"room\":\"Lobby\",\"epoch\":1,\"seq\":4,\"at\":1,\"from\":\"bob\",\"text\":\"\"}\n"
    "{\"room\":\"Lobby\",\"epoch\":1,\"seq\":5,\"at\":1,\"from\":\"bob\","
    "\"text\":\"a\xEF\xBF\xBD"
    "b\"}\n";

static void say_all(struct help *h)
{
    say_as(h, "Lobby", "ann", STR("hello"), 1700000000000);
    say_as(h, "茶馆", "李四", STR("一\n二 😀 𠮷"), -5);
    say_as(h, "Lobby", "\"\\", STR("\"q\" \\ / \t\r\x01\x1f\x7f</script>\xE2\x80\xA8"), 0);
    say_as(h, "Lobby", "bob", STR(""), 1);
    say_as(h, "Lobby", "bob",
           STR("a\xff"
               "b"),
           1);
}

static void round_trip(void **state)
{
    struct help h;
    help_start(&h);
    help_open(&h);
    expect_export(&h, "");
    say_all(&h);
    expect_export(&h, expected); /* beside the running server */
    help_close(&h);
    expect_export(&h, expected); /* and after it */
    expect_export(&h, expected);
    help_open(&h);
    assert_int_equal(h.epoch, 2); /* asking changed nothing */
    expect_export(&h, expected);
    help_finish(&h);
}

static void private_messages_are_not_exported(void **state)
{
    struct help h;
    help_start(&h);
    help_open(&h);
    struct message *m =
        message_create(STR(""), STR("ann"), STR("secret"), (struct position){1, 1}, 5);
    struct record r = {.kind = RECORD_PRIVATE, .message = m, .from_user = 1, .to_user = 2};
    assert_int_equal(help_write(&h, &r), 0);
    message_unref(m);
    expect_export(&h, "");
    help_finish(&h);
}

static void more_than_a_page(void **state)
{
    enum { MESSAGES = 2500 };
    struct help h;
    int rc;
    char text[32], start[64];
    help_start(&h);
    help_open(&h);
    for (unsigned i = 1; i <= MESSAGES; i++) {
        snprintf(text, sizeof(text), "m%u", i);
        assert_int_equal(help_say(&h, i % 2 ? "a" : "b", text), 0);
    }
    char *all = export_text(h.folder, &rc, h.error);
    assert_int_equal(rc, 0);
    unsigned lines = 0;
    for (char *line = all; *line; line = strchr(line, '\n') + 1) {
        lines++;
        snprintf(start, sizeof(start), "{\"room\":\"%s\",\"epoch\":1,\"seq\":%u,",
                 lines % 2 ? "a" : "b", lines);
        assert_int_equal(strncmp(line, start, strlen(start)), 0);
    }
    assert_int_equal(lines, MESSAGES);
    free(all);
    help_finish(&h);
}

static void what_cannot_be_exported(void **state)
{
    struct help h;
    char path[FOLDER_BYTES * 2];
    int rc;
    help_start(&h);
    help_path(&h, "nowhere", path, sizeof(path));
    free(export_text(path, &rc, h.error));
    assert_int_equal(rc, -ENOENT);
    assert_non_null(strstr(h.error, path));
    free(export_text(h.folder, &rc, h.error));
    assert_int_equal(rc, -ENOENT);
    assert_non_null(strstr(h.error, "no history"));
    /* Nothing was made by looking. */
    assert_int_equal(rmdir(h.folder), 0);
    help_finish(&h);

    help_start(&h);
    help_sql(&h, "history.db", "PRAGMA user_version = 0");
    free(export_text(h.folder, &rc, h.error));
    assert_int_equal(rc, -ENOENT);
    help_sql(&h, "history.db", "CREATE TABLE recipes (x)");
    free(export_text(h.folder, &rc, h.error));
    assert_int_equal(rc, -EPROTO);
    help_finish(&h);

    help_start(&h);
    help_open(&h);
    help_close(&h);
    help_sql(&h, "history.db", "PRAGMA user_version = 99");
    free(export_text(h.folder, &rc, h.error));
    assert_int_equal(rc, -EPROTO);
    assert_non_null(strstr(h.error, "99"));
    help_finish(&h);
}

static void full_output(void **state)
{
    struct help h;
    help_start(&h);
    help_open(&h);
    say_all(&h);
    FILE *out = fopen("/dev/full", "w");
    assert_non_null(out);
    assert_true(store_sqlite_export(h.folder, out, h.error, sizeof(h.error)) < 0);
    assert_true(strlen(h.error) > 0);
    fclose(out);
    help_finish(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(round_trip),       cmocka_unit_test(private_messages_are_not_exported),
        cmocka_unit_test(more_than_a_page), cmocka_unit_test(what_cannot_be_exported),
        cmocka_unit_test(full_output),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
