/* The small help: with SQLite (db.c), with the folder (folder.c), with queues and answers. */
#include "help.h"

#include "store/answer.h"
#include "store/sqlite_priv.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static void errors(void **state)
{
    static const struct {
        int rc, status;
    } table[] = {
        {SQLITE_OK, 0},
        {SQLITE_ROW, 0},
        {SQLITE_DONE, 0},
        {SQLITE_FULL, -ENOSPC},
        {SQLITE_BUSY, -EBUSY},
        {SQLITE_BUSY_SNAPSHOT, -EBUSY}, /* extended codes count as their primary ones */
        {SQLITE_IOERR_WRITE, -EIO},
        {SQLITE_CORRUPT, -EBADMSG},
        {SQLITE_NOTADB, -EBADMSG},
        {SQLITE_READONLY, -EACCES},
        {SQLITE_INTERRUPT, -ETIMEDOUT},
        {SQLITE_CONSTRAINT, -EEXIST},
        {SQLITE_CONSTRAINT_UNIQUE, -EEXIST},
        {SQLITE_TOOBIG, -EINVAL},
        {SQLITE_PROTOCOL, -EIO},
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
        assert_int_equal(db_errno(table[i].rc), table[i].status);
    assert_true(db_is_corrupt(SQLITE_CORRUPT));
    assert_true(db_is_corrupt(SQLITE_NOTADB));
    assert_false(db_is_corrupt(SQLITE_IOERR));
    assert_false(db_is_corrupt(SQLITE_OK));
}

static void opening(void **state)
{
    struct help h;
    char path[FOLDER_BYTES * 2];
    sqlite3 *db = NULL;
    int64_t value = 7;
    help_start(&h);
    help_path(&h, "a.db", path, sizeof(path));
    assert_int_equal(db_open(path, DB_READ, &db), SQLITE_CANTOPEN);
    assert_null(db); /* written only on success */
    assert_int_equal(access(path, F_OK), -1);
    assert_int_equal(db_open(path, DB_WRITE, &db), SQLITE_OK);
    assert_int_equal(db_run(db, "CREATE TABLE t (x); INSERT INTO t VALUES (3)"), SQLITE_OK);
    assert_int_equal(db_run(db, "nonsense"), SQLITE_ERROR);
    sqlite3_close(db);
    assert_int_equal(db_open(path, DB_READ, &db), SQLITE_OK);
    assert_int_equal(db_int64_of(db, "SELECT x FROM t", 0, &value), SQLITE_OK);
    assert_int_equal(value, 3);
    assert_int_equal(db_run(db, "INSERT INTO t VALUES (4)"), SQLITE_READONLY);
    sqlite3_close(db);
    help_finish(&h);
}

static void integers(void **state)
{
    static const struct {
        const char *sql;
        int64_t value;
    } table[] = {
        {"SELECT 5", 5},
        {"SELECT NULL", -1},
        {"SELECT 1 WHERE 0", -1},
        {"SELECT 9223372036854775807", INT64_MAX},
        {"SELECT 1 UNION ALL SELECT 2", 1},
    };
    sqlite3 *db;
    int64_t value = 7;
    assert_int_equal(db_open(":memory:", DB_WRITE, &db), SQLITE_OK);
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        assert_int_equal(db_int64_of(db, table[i].sql, -1, &value), SQLITE_OK);
        assert_true(value == table[i].value);
    }
    value = 7;
    assert_int_equal(db_int64_of(db, "SELECT x FROM nowhere", -1, &value), SQLITE_ERROR);
    assert_int_equal(value, 7);
    sqlite3_close(db);
}

static void strings(void **state)
{
    static const struct str table[] = {{"tea", 3}, {"a\0b", 3}, {"", 0}, {NULL, 0}, {"茶", 3}};
    sqlite3 *db;
    sqlite3_stmt *echo;
    assert_int_equal(db_open(":memory:", DB_WRITE, &db), SQLITE_OK);
    assert_int_equal(db_prepare(db, "SELECT ?1, ?1 IS NULL", &echo), SQLITE_OK);
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        db_bind_str(echo, 1, table[i]);
        assert_int_equal(sqlite3_step(echo), SQLITE_ROW);
        assert_true(str_equal(db_column_str(echo, 0), table[i]));
        assert_int_equal(sqlite3_column_int(echo, 1), 0);
        sqlite3_reset(echo);
    }
    sqlite3_finalize(echo);
    assert_int_equal(db_prepare(db, "SELECT NULL", &echo), SQLITE_OK);
    assert_int_equal(sqlite3_step(echo), SQLITE_ROW);
    assert_int_equal(db_column_str(echo, 0).len, 0);
    sqlite3_finalize(echo);
    assert_int_equal(db_prepare(db, "SELECT FROM", &echo), SQLITE_ERROR);
    assert_null(echo);
    /* Ends what is open, and is fine when nothing is. */
    db_roll_back(db);
    assert_int_equal(db_run(db, "BEGIN"), SQLITE_OK);
    db_roll_back(db);
    assert_int_equal(sqlite3_get_autocommit(db), 1);
    sqlite3_close(db);
}

static void folders(void **state)
{
    struct help h;
    char path[FOLDER_BYTES * 2], error[ERROR_BYTES] = "";
    struct stat st;
    int first = -1, second = -1;
    help_start(&h);
    help_path(&h, "a//b/", path, sizeof(path));
    assert_int_equal(folder_make(path, error, sizeof(error)), 0);
    assert_int_equal(folder_make(path, error, sizeof(error)), 0); /* there already */
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0700);
    assert_int_equal(folder_make("", error, sizeof(error)), -ENOENT);
    assert_true(strlen(error) > 0);

    char *file = folder_path(path, "c");
    assert_int_equal(folder_touch(path, "c", error, sizeof(error)), 0);
    assert_int_equal(stat(file, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
    assert_int_equal(truncate(file, 5), 0);
    assert_int_equal(folder_touch(path, "c", error, sizeof(error)), 0); /* left as it is */
    assert_int_equal(stat(file, &st), 0);
    assert_int_equal(st.st_size, 5);
    assert_int_equal(folder_touch(file, "d", error, sizeof(error)), -ENOTDIR);
    free(file);

    assert_int_equal(folder_lock(path, &first, error, sizeof(error)), 0);
    assert_int_equal(folder_lock(path, &second, error, sizeof(error)), -EAGAIN);
    assert_non_null(strstr(error, "in use"));
    assert_int_equal(second, -1);
    close(first);
    assert_int_equal(folder_lock(path, &second, error, sizeof(error)), 0);
    close(second);
    help_finish(&h);
}

static void queues(void **state)
{
    struct store_write writes[4] = {0};
    struct write_queue one, two;
    write_queue_init(&one);
    write_queue_init(&two);
    assert_null(write_queue_take(&one));
    write_queue_move(&one, &two); /* nothing */
    assert_null(write_queue_take(&two));
    for (unsigned round = 0; round < 2; round++) {
        write_queue_put(&two, &writes[0]);
        write_queue_put(&one, &writes[1]);
        write_queue_put(&one, &writes[2]);
        write_queue_move(&one, &two);
        assert_null(one.first);
        write_queue_put(&one, &writes[3]);
        for (unsigned i = 0; i < 3; i++) {
            assert_ptr_equal(write_queue_take(&two), &writes[i]);
            assert_null(writes[i].next);
        }
        assert_null(write_queue_take(&two));
        assert_ptr_equal(write_queue_take(&one), &writes[3]);
    }
}

static struct message *numbered(unsigned n)
{
    char text[16];
    int len = snprintf(text, sizeof(text), "%u", n);
    return message_create(STR("r"), STR("ann"), str_of(text, (size_t)len), (struct position){1, n},
                          5);
}

static void answers(void **state)
{
    static const char *const turned[] = {"", "0", "1|0", "2|1|0", "3|2|1|0"};
    char texts[64];
    for (unsigned limit = 0; limit < 5; limit++) {
        struct store_query q = {.limit = limit};
        answer_begin(&q);
        for (unsigned i = 0; i < limit; i++) {
            assert_true(answer_has_room(&q));
            answer_add(&q, numbered(i));
        }
        assert_false(q.more);
        assert_false(answer_has_room(&q));
        assert_true(q.more);
        answer_turn_round(&q);
        assert_string_equal(help_texts(&q, texts, sizeof(texts)), turned[limit]);
        answer_drop(&q);
        assert_int_equal(q.count, 0);
        assert_null(q.messages);
        assert_false(q.more);
    }
    struct store_query q = {.limit = 2};
    answer_begin(&q);
    assert_int_equal(answer_give_up(&q), -ETIMEDOUT);
    assert_false(q.more);
    answer_add(&q, numbered(1));
    assert_int_equal(answer_give_up(&q), 0);
    assert_true(q.more);
    answer_drop(&q);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(errors),  cmocka_unit_test(opening), cmocka_unit_test(integers),
        cmocka_unit_test(strings), cmocka_unit_test(folders), cmocka_unit_test(queues),
        cmocka_unit_test(answers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
