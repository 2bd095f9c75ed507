#include "../base/check.h"

#include "protocol/ctl/columns.h"

enum { CELLS_MAX = COLUMNS_MAX, ROWS_MAX = 3 };

static const struct table {
    const char *name;
    unsigned count;
    const char *cells[ROWS_MAX][CELLS_MAX];
    const char *shown;
} tables[] = {
    {"one cell", 1, {{"a"}}, "a\n"},
    {"one column has no blanks", 1, {{"a"}, {"longer"}}, "a\nlonger\n"},
    {"as wide as the widest", 2, {{"a", "b"}, {"longer", "c"}}, "a       b\nlonger  c\n"},
    {"no blanks behind the last", 2, {{"a", "longer"}, {"b", "c"}}, "a  longer\nb  c\n"},
    {"an empty cell", 3, {{"", "b", ""}, {"a", "", "c"}}, "-  b  -\na  -  c\n"},
    {"wide characters take two cells",
     2,
     {{"汤姆", "1"}, {"abcd", "2"}, {"abcde", "3"}},
     "汤姆   1\nabcd   2\nabcde  3\n"},
    {"marks take none", 2, {{"e\xCC\x81", "1"}, {"e", "2"}}, "e\xCC\x81  1\ne  2\n"},
    {"beyond the basic plane",
     2,
     {{"\xF0\x9F\x8D\xB5", "1"}, {"\xF0\xA0\xAE\xB7", "2"}, {"ab", "3"}},
     "\xF0\x9F\x8D\xB5  1\n\xF0\xA0\xAE\xB7  2\nab  3\n"},
    {"the edges of a block of wide ones",
     2,
     {{"\xE1\x84\x80", "1"}, {"\xE1\x85\x9F", "2"}, {"a", "3"}},
     "\xE1\x84\x80  1\n\xE1\x85\x9F  2\na   3\n"},
    {"as many as there may be",
     8,
     {{"1", "2", "3", "4", "5", "6", "7", "8"}},
     "1  2  3  4  5  6  7  8\n"},
};

static unsigned rows_of(const struct table *table, struct str rows[ROWS_MAX][CELLS_MAX])
{
    unsigned n = 0;
    for (; n < ROWS_MAX && table->cells[n][0]; n++)
        for (unsigned k = 0; k < table->count; k++)
            rows[n][k] = str_from(table->cells[n][k]);
    return n;
}

static void test_tables(void **state)
{
    for (size_t i = 0; i < COUNT(tables); i++) {
        struct columns columns = {.count = tables[i].count};
        struct str rows[ROWS_MAX][CELLS_MAX];
        unsigned n = rows_of(&tables[i], rows);
        struct buf out;
        buf_init(&out, 1024);
        for (unsigned r = 0; r < n; r++)
            columns_measure(&columns, rows[r]);
        for (unsigned r = 0; r < n; r++)
            assert_int_equal(columns_append(&columns, rows[r], &out), 0);
        if (!str_equal(buf_str(&out), str_from(tables[i].shown)))
            fprintf(stderr, "  %s\n", tables[i].name);
        check_str(buf_str(&out), str_from(tables[i].shown));
        buf_finish(&out);
    }
}

/* A row that was not measured is out of line, and whole. */
static void test_not_measured(void **state)
{
    struct columns columns = {.count = 2};
    struct str row[] = {STR("ab"), STR("c")};
    struct buf out;
    buf_init(&out, 16);
    assert_int_equal(columns_append(&columns, row, &out), 0);
    check_str(buf_str(&out), STR("abc\n"));
    buf_finish(&out);
}

static void test_full(void **state)
{
    struct columns columns = {.count = 2};
    struct str row[] = {STR("ab"), STR("c")};
    columns_measure(&columns, row);
    for (size_t max = 0; max <= 6; max++) {
        struct buf out;
        buf_init(&out, max);
        assert_int_equal(columns_append(&columns, row, &out) == 0, max == 6);
        buf_finish(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tables),
        cmocka_unit_test(test_not_measured),
        cmocka_unit_test(test_full),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
