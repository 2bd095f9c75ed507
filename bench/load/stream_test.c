/* The checker must see what it is there to see: loss, doubles, wrong order, changed bytes. */
#include "mark.h"
#include "stream.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

enum { MEMBERS = 3, SPEAKERS = 2, TEXT_BYTES = 24, WIRE_MAX = 4096 };

struct wire {
    size_t len;
    char bytes[WIRE_MAX];
};

static unsigned done_count;

static void count_done(void *ctx, unsigned speaker, uint64_t seq)
{
    done_count++;
}

/* One line for each pair of a letter (the speaker, from 'a') and a digit (its count); "!x" is a
 * line without a mark, "?0" speaker a's text 0 with a changed byte. */
static struct wire wire_of(const char *script)
{
    struct wire w = {0};
    for (; *script; script += 2) {
        if (*script == '!') {
            w.len += (size_t)snprintf(w.bytes + w.len, WIRE_MAX - w.len, "* %c\r\n", script[1]);
            continue;
        }
        bool changed = *script == '?';
        memcpy(w.bytes + w.len, "m: ", 3);
        mark_write(w.bytes + w.len + 3, TEXT_BYTES, changed ? 0 : (unsigned)(*script - 'a'),
                   (uint64_t)(script[1] - '0'));
        if (changed)
            w.bytes[w.len + 3 + TEXT_BYTES - 1] = '#';
        memcpy(w.bytes + w.len + 3 + TEXT_BYTES, "\r\n", 2);
        w.len += 3 + TEXT_BYTES + 2;
    }
    return w;
}

struct row {
    const char *read[MEMBERS]; /* by each member; a "-" in front: then disconnected */
    unsigned deliveries, done, order_errors, others, closed;
};

static const struct row rows[] = {
    {{"a0b0a1", "a0b0a1", "a0b0a1"}, 9, 3, 0, 0, 0},
    {{"", "", ""}, 0, 0, 0, 0, 0},
    {{"a0b0a1", "a0b0", "a0b0a1"}, 8, 2, 0, 0, 0},     /* lost at the end */
    {{"a0b0a1", "a0a1", "a0b0a1"}, 6, 3, 1, 0, 0},     /* lost in the middle: set aside */
    {{"a0b0a1", "a0b0a1", "a0b0b0a1"}, 6, 3, 1, 0, 0}, /* doubled for one */
    {{"a0a0", "a0a0", "a0a0"}, 3, 1, 1, 0, 0},         /* doubled for all */
    {{"a1a0", "a1a0", "a1a0"}, 3, 1, 2, 0, 0},         /* swapped for all */
    {{"a0b0", "b0a0", "a0b0"}, 4, 2, 1, 0, 0},         /* swapped for one */
    {{"a0a2", "a0a2", "a0a2"}, 6, 2, 1, 0, 0},         /* lost for all */
    {{"a0!xa1", "a0!xa1", "a0!xa1"}, 6, 2, 0, 1, 0},   /* another line */
    {{"?0", "?0", "?0"}, 0, 0, 0, 1, 0},               /* a text that was changed */
    {{"c0", "c0", "c0"}, 0, 0, 0, 1, 0},               /* nobody of that number */
    {{"a0b0a1", "-a0", "a0b0a1"}, 7, 3, 0, 0, 1},      /* gone */
};

static void check_row(const struct row *row, size_t chunk)
{
    struct stream s;
    stream_init(&s, door_find(STR("english")), MEMBERS, SPEAKERS, TEXT_BYTES);
    s.done = count_done;
    s.quiet = true;
    done_count = 0;
    for (unsigned m = 0; m < MEMBERS; m++) {
        bool gone = row->read[m][0] == '-';
        struct wire w = wire_of(row->read[m] + gone);
        for (size_t at = 0; at < w.len; at += chunk)
            stream_read(&s, m, str_of(w.bytes + at, w.len - at < chunk ? w.len - at : chunk));
        if (gone)
            stream_read(&s, m, str_of("", 0));
    }
    /* A member in whose bytes the difference comes late in a chunk has none of that chunk. */
    if (row->order_errors == 0 || chunk == WIRE_MAX)
        assert_int_equal(s.deliveries, row->deliveries);
    assert_int_equal(done_count, row->done);
    assert_int_equal(s.order_errors, row->order_errors);
    assert_int_equal(s.other_lines, row->others);
    assert_int_equal(s.closed, row->closed);
    stream_finish(&s);
}

static void test_rows(void **state)
{
    static const size_t chunks[] = {1, 2, 7, 29, 30, WIRE_MAX};
    for (size_t c = 0; c < sizeof chunks / sizeof *chunks; c++)
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
            check_row(&rows[i], chunks[c]);
}

/* The first to read lays the stream down, whoever that is; what all have read is dropped. */
static void test_leaders_change(void **state)
{
    struct stream s;
    struct wire w = wire_of("a0b0a1b1a2b2");
    size_t line = w.len / 6;
    stream_init(&s, door_find(STR("english")), MEMBERS, SPEAKERS, TEXT_BYTES);
    s.done = count_done;
    done_count = 0;
    stream_read(&s, 0, str_of(w.bytes, line + 3));
    stream_read(&s, 1, str_of(w.bytes, 3 * line + 1));
    stream_read(&s, 2, str_of(w.bytes, 2 * line - 1));
    assert_int_equal(done_count, 1);
    stream_read(&s, 0, str_of(w.bytes + line + 3, 5 * line - 3));
    stream_read(&s, 2, str_of(w.bytes + 2 * line - 1, 4 * line + 1));
    assert_int_equal(done_count, 3);
    stream_read(&s, 1, str_of(w.bytes + 3 * line + 1, 3 * line - 1));
    assert_int_equal(done_count, 6);
    assert_int_equal(s.deliveries, 18);
    assert_int_equal(s.kept.len, 0);
    assert_int_equal(s.lines.len, 0);
    assert_int_equal(s.line_bytes, line);
    stream_finish(&s);
}

static void test_mark(void **state)
{
    char text[MARK_BYTES_MAX];
    unsigned speaker = 7;
    uint64_t seq = 7;
    mark_write(text, MARK_BYTES_MIN, 99999, 9999999999);
    assert_true(mark_read(str_of(text, MARK_BYTES_MIN), MARK_BYTES_MIN, &speaker, &seq));
    assert_int_equal(speaker, 99999);
    assert_int_equal(seq, 9999999999);
    assert_false(mark_read(str_of(text, MARK_BYTES_MIN - 1), MARK_BYTES_MIN, &speaker, &seq));
    assert_false(mark_read(str_of("", 0), MARK_BYTES_MIN, &speaker, &seq));
    mark_write(text, MARK_BYTES_MAX, 0, 0);
    assert_true(mark_read(str_of(text, MARK_BYTES_MAX), MARK_BYTES_MAX, &speaker, &seq));
    for (size_t i = 0; i < MARK_BYTES_MIN; i++) {
        char kept = text[i];
        text[i] = '!';
        assert_false(mark_read(str_of(text, MARK_BYTES_MAX), MARK_BYTES_MAX, &speaker, &seq));
        text[i] = kept;
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_leaders_change),
        cmocka_unit_test(test_mark),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
