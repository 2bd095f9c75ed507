/* A copy of the history, and messages of another one. */
#include "help.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static void backup_path(struct help *h, char *out, size_t size)
{
    help_path(h, "copy", out, size);
}

static int64_t ask(const char *file, const char *sql)
{
    sqlite3 *db;
    sqlite3_stmt *statement;
    assert_int_equal(sqlite3_open(file, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    int64_t value = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return value;
}

/* While the store is open: all that was said before, nothing private, for one pair of eyes. */
static void of_a_running_store(void **state)
{
    struct help h;
    char file[FOLDER_BYTES], part[FOLDER_BYTES + 8];
    struct stat st;
    help_start(&h);
    h.keep_sessions = true;
    help_open(&h);
    help_say(&h, "tea", "one");
    help_say(&h, "tea", "two");
    struct record session = {
        .kind = RECORD_SESSION, .from_user = 7, .token = STR("t"), .from = STR("ann"), .at_ms = 1};
    assert_int_equal(help_write(&h, &session), 0);
    struct message *m =
        message_create(STR("@bob"), STR("ann"), STR("secret"), (struct position){1, 1}, 1);
    struct record private = {
        .kind = RECORD_PRIVATE, .message = m, .from_user = 7, .to_user = 7, .client_id = STR("c")};
    assert_int_equal(help_write(&h, &private), 0);
    message_unref(m);
    struct record ban = {.kind = RECORD_BAN, .address = STR("192.0.2.7"), .text = STR("noise")};
    assert_int_equal(help_write(&h, &ban), 0);
    assert_int_equal(help_int(&h, "history.db", "SELECT count(*) FROM private"), 1);

    backup_path(&h, file, sizeof(file));
    assert_int_equal(store_sqlite_backup(h.folder, file, h.error, ERROR_BYTES), 0);
    help_say(&h, "tea", "three");
    assert_int_equal(stat(file, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    snprintf(part, sizeof(part), "%s.part", file);
    assert_int_equal(stat(part, &st), -1);
    assert_int_equal(ask(file, "SELECT count(*) FROM message"), 2);
    assert_int_equal(ask(file, "SELECT count(*) FROM ban"), 1);
    assert_int_equal(ask(file, "SELECT (SELECT count(*) FROM private) + (SELECT count(*) FROM sent)"
                               " + (SELECT count(*) FROM session)"),
                     0);
    assert_int_equal(ask(file, "SELECT value FROM meta WHERE key = 'epoch'"), 1000001);
    assert_int_equal(ask(file, "SELECT count(*) FROM pragma_integrity_check"
                               " WHERE integrity_check = 'ok'"),
                     1);
    /* The history itself is as it was. */
    assert_int_equal(help_int(&h, "history.db", "SELECT count(*) FROM private"), 1);

    /* Nothing is replaced. */
    assert_int_equal(store_sqlite_backup(h.folder, file, h.error, ERROR_BYTES), -EEXIST);
    assert_non_null(strstr(h.error, file));
    assert_int_equal(ask(file, "SELECT count(*) FROM message"), 2);
    unlink(file);
    help_finish(&h);
}

static void what_cannot_be_copied(void **state)
{
    struct help h;
    char file[FOLDER_BYTES], part[FOLDER_BYTES + 8];
    struct stat st;
    help_start(&h);
    backup_path(&h, file, sizeof(file));
    assert_int_equal(store_sqlite_backup("/no/such/folder", file, h.error, ERROR_BYTES), -ENOENT);
    help_open(&h);
    assert_int_equal(store_sqlite_backup(h.folder, "/no/such/folder/copy", h.error, ERROR_BYTES),
                     -ENOENT);
    assert_non_null(strstr(h.error, "/no/such/folder/copy"));
    /* Another backup is at work, or was broken off. */
    snprintf(part, sizeof(part), "%s.part", file);
    fclose(fopen(part, "w"));
    assert_int_equal(store_sqlite_backup(h.folder, file, h.error, ERROR_BYTES), -EEXIST);
    assert_non_null(strstr(h.error, ".part"));
    unlink(part);
    help_close(&h);
    help_sql(&h, "history.db", "PRAGMA user_version = 99");
    assert_int_equal(store_sqlite_backup(h.folder, file, h.error, ERROR_BYTES), -EPROTO);
    assert_int_equal(stat(file, &st), -1);
    assert_int_equal(stat(part, &st), -1);
    help_finish(&h);
}

static struct import_message message(const char *room, uint64_t seq, const char *text)
{
    return (struct import_message){.room = str_from(room),
                                   .room_fold = str_from(room),
                                   .from = STR("ann"),
                                   .text = str_from(text),
                                   .position = {5, seq},
                                   .at_ms = 17};
}

static void import_fills_a_folder(void **state)
{
    struct help h;
    struct store_import *import, *other;
    help_start(&h);
    assert_int_equal(store_sqlite_import(h.folder, &import, h.error, ERROR_BYTES), 0);
    assert_int_equal(store_sqlite_import(h.folder, &other, h.error, ERROR_BYTES), -EAGAIN);
    assert_int_equal(help_try_open(&h), -EAGAIN);
    struct import_message all[] = {message("tea", 1, "one"), message("hall", 1, "two"),
                                   message("tea", 2, "three")};
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(store_sqlite_import_add(import, &all[i], h.error, ERROR_BYTES), 0);
    assert_int_equal(store_sqlite_import_keep(import, h.error, ERROR_BYTES), 0);
    store_sqlite_import_close(import);
    /* The next epoch comes after all of them; what is said now stands behind them. */
    help_open(&h);
    assert_int_equal(h.epoch, 6);
    help_say(&h, "tea", "four");
    help_expect(&h, "tea", "three", "three");
    struct store_query q = help_recent(&h, "tea", (struct position){0, 0}, 10);
    char texts[ERROR_BYTES];
    assert_string_equal(help_texts(&q, texts, sizeof(texts)), "one|three|four");
    help_release(&q);
    help_close(&h);
    assert_int_equal(store_sqlite_import(h.folder, &import, h.error, ERROR_BYTES), -ENOTEMPTY);
    help_finish(&h);
}

/* All or nothing; and a folder whose messages have been deleted will do. */
static void import_takes_back(void **state)
{
    struct help h;
    struct store_import *import;
    help_start(&h);
    help_open(&h);
    help_say(&h, "tea", "old words");
    store_sqlite_wait_indexed(h.store);
    help_close(&h);
    help_sql(&h, "history.db", "DELETE FROM message");
    assert_int_equal(store_sqlite_import(h.folder, &import, h.error, ERROR_BYTES), 0);
    struct import_message m = message("tea", 1, "new words");
    assert_int_equal(store_sqlite_import_add(import, &m, h.error, ERROR_BYTES), 0);
    assert_int_equal(store_sqlite_import_add(import, &m, h.error, ERROR_BYTES), -EEXIST);
    store_sqlite_import_close(import);
    assert_int_equal(help_int(&h, "history.db", "SELECT count(*) FROM message"), 0);

    assert_int_equal(store_sqlite_import(h.folder, &import, h.error, ERROR_BYTES), 0);
    assert_int_equal(store_sqlite_import_add(import, &m, h.error, ERROR_BYTES), 0);
    assert_int_equal(store_sqlite_import_keep(import, h.error, ERROR_BYTES), 0);
    store_sqlite_import_close(import);
    help_open(&h);
    help_expect(&h, "tea", "new", "new words");
    help_expect(&h, "tea", "old", "");
    help_finish(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_a_running_store),
        cmocka_unit_test(what_cannot_be_copied),
        cmocka_unit_test(import_fills_a_folder),
        cmocka_unit_test(import_takes_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
