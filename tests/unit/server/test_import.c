/* Lines of an export, good and bad; the store behind them is real. */
#include "server/import.h"
#include "store/sqlite.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define GOOD                                                                                       \
    "{\"room\":\"tea\",\"epoch\":1,\"seq\":1,\"at\":17,\"from\":\"ann\",\"text\":\"hello\"}"

struct folder {
    char base[64], data[80];
};

static void make(struct folder *f)
{
    snprintf(f->base, sizeof(f->base), "/tmp/teahouse-import-XXXXXX");
    assert_non_null(mkdtemp(f->base));
    snprintf(f->data, sizeof(f->data), "%s/data", f->base);
}

static void drop(const struct folder *f)
{
    static const char *const files[] = {"history.db", "history.db-wal", "history.db-shm", "lock"};
    char path[160];
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        snprintf(path, sizeof(path), "%s/%s", f->data, files[i]);
        unlink(path);
    }
    rmdir(f->data);
    assert_int_equal(rmdir(f->base), 0);
}

static int take(const struct folder *f, const char *text, uint64_t *count, struct buf *errors)
{
    FILE *in = fmemopen((void *)(uintptr_t)text, strlen(text), "r");
    assert_non_null(in);
    int rc = import_lines(f->data, in, "in", count, errors);
    fclose(in);
    return rc;
}

static void lines_are_checked(void **state)
{
    static const struct {
        const char *text, *complaint; /* NULL: none */
    } table[] = {
        {GOOD, NULL},
        {GOOD "\n", NULL},
        {GOOD " \n{ \"text\": \"\\u8336\\nx\", \"from\": \"ann\", \"at\": 0, \"seq\": 2,"
              " \"epoch\": 1, \"room\": \"tea\" }\n",
         NULL},
        {GOOD "\n" GOOD "\n", "in:2: there is a message at this epoch and seq"},
        {GOOD "\n\n" GOOD, "in:2: it is not JSON"},
        {GOOD GOOD, "in:1: it is not JSON"},
        {"[1]", "in:1: it is not an object"},
        {"{}", "in:1: \"room\", \"from\" and \"text\" must be strings"},
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        struct folder f;
        struct buf errors;
        uint64_t count;
        buf_init(&errors, 4096);
        make(&f);
        int rc = take(&f, table[i].text, &count, &errors);
        buf_append_char(&errors, '\0');
        if (table[i].complaint) {
            assert_true(rc < 0);
            assert_memory_equal(errors.ptr, table[i].complaint, strlen(table[i].complaint));
        } else {
            assert_int_equal(rc, 0);
            assert_string_equal(errors.ptr, "");
        }
        buf_finish(&errors);
        drop(&f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(lines_are_checked)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
