#include "check.h"

#include <errno.h>
#include <stdlib.h>

static void check_invariant(const struct buf *b)
{
    assert_true(b->len <= b->cap);
    assert_true(b->cap <= b->max);
}

static void test_empty(void **state)
{
    struct buf b;
    buf_init(&b, 10);
    assert_null(b.ptr);
    assert_int_equal(b.cap, 0);
    assert_int_equal(buf_append(&b, NULL, 0), 0);
    assert_int_equal(buf_append_str(&b, str_from(NULL)), 0);
    buf_consume(&b, 0);
    buf_clear(&b);
    assert_null(b.ptr);
    check_str(buf_str(&b), STR(""));
    buf_finish(&b);
    buf_finish(NULL);
}

/* Every ceiling around the sizes at which it grows: exactly full is fine, one more is not, and
 * leaves what was there alone. */
static void test_ceiling(void **state)
{
    static const size_t ceilings[] = {0, 1, 2, 127, 128, 129, 255, 256, 257, 1000, 4096};
    for (size_t i = 0; i < COUNT(ceilings); i++) {
        struct buf b;
        buf_init(&b, ceilings[i]);
        for (size_t n = 0; n < ceilings[i]; n++) {
            assert_int_equal(buf_append_char(&b, (char)('a' + n % 26)), 0);
            check_invariant(&b);
        }
        assert_false(b.full);
        assert_int_equal(b.len, ceilings[i]);
        assert_int_equal(buf_append_char(&b, '!'), -ENOBUFS);
        assert_true(b.full);
        assert_int_equal(b.len, ceilings[i]);
        for (size_t n = 0; n < ceilings[i]; n++)
            assert_int_equal(b.ptr[n], 'a' + n % 26);
        buf_finish(&b);
        assert_int_equal(b.max, ceilings[i]);
    }
}

static void test_full_stays(void **state)
{
    struct buf b;
    buf_init(&b, 4);
    assert_int_equal(buf_append_str(&b, STR("abc")), 0);
    assert_int_equal(buf_append_str(&b, STR("de")), -ENOBUFS);
    check_str(buf_str(&b), STR("abc"));
    assert_int_equal(buf_append_char(&b, 'd'), -ENOBUFS); /* though it would fit */
    assert_int_equal(buf_append(&b, NULL, 0), -ENOBUFS);
    assert_int_equal(buf_printf(&b, "%s", ""), -ENOBUFS);
    assert_int_equal(buf_reserve(&b, 1), -ENOBUFS);
    buf_consume(&b, 3);
    assert_true(b.full);
    buf_clear(&b);
    assert_false(b.full);
    assert_int_equal(buf_append_str(&b, STR("abcd")), 0);
    check_str(buf_str(&b), STR("abcd"));
    buf_finish(&b);
    assert_null(b.ptr);
    assert_int_equal(buf_append_str(&b, STR("wxyz")), 0); /* may be used again */
    buf_finish(&b);
}

static void test_huge(void **state)
{
    struct buf b;
    buf_init(&b, 100);
    buf_append_char(&b, 'x');
    assert_int_equal(buf_reserve(&b, SIZE_MAX), -ENOBUFS); /* len + SIZE_MAX wraps to 0 */
    buf_clear(&b);
    assert_int_equal(buf_append(&b, "x", SIZE_MAX), -ENOBUFS);
    assert_int_equal(b.len, 0);
    buf_finish(&b);
}

static void test_reserve(void **state)
{
    struct buf b;
    buf_init(&b, 1000);
    assert_int_equal(buf_reserve(&b, 600), 0);
    assert_true(b.cap >= 600);
    memset(b.ptr, 'r', 600);
    b.len += 600;
    check_invariant(&b);
    assert_int_equal(buf_reserve(&b, 400), 0);
    assert_int_equal(b.cap, 1000);
    assert_int_equal(buf_reserve(&b, 401), -ENOBUFS);
    buf_finish(&b);
}

static void test_consume(void **state)
{
    struct buf b;
    buf_init(&b, 10);
    buf_append_str(&b, STR("0123456789"));
    buf_consume(&b, 3);
    check_str(buf_str(&b), STR("3456789"));
    assert_int_equal(buf_append_str(&b, STR("abc")), 0); /* there is room again */
    check_str(buf_str(&b), STR("3456789abc"));
    buf_consume(&b, 10);
    check_str(buf_str(&b), STR(""));
    buf_finish(&b);
}

/* Around the 256 bytes up to which it prints without asking for memory. */
static void test_printf(void **state)
{
    static const int widths[] = {0, 1, 254, 255, 256, 257, 1000};
    for (size_t i = 0; i < COUNT(widths); i++) {
        struct buf b;
        size_t want = (size_t)(widths[i] > 1 ? widths[i] : 1);
        buf_init(&b, want + 1);
        assert_int_equal(buf_printf(&b, "%*d%c", widths[i], 7, '.'), 0);
        assert_int_equal(b.len, want + 1);
        assert_int_equal(b.ptr[want - 1], '7');
        assert_int_equal(b.ptr[want], '.');
        buf_finish(&b);

        buf_init(&b, want);
        assert_int_equal(buf_printf(&b, "%*d%c", widths[i], 7, '.'), -ENOBUFS);
        assert_int_equal(b.len, 0);
        assert_true(b.full);
        buf_finish(&b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_empty),      cmocka_unit_test(test_ceiling),
        cmocka_unit_test(test_full_stays), cmocka_unit_test(test_huge),
        cmocka_unit_test(test_reserve),    cmocka_unit_test(test_consume),
        cmocka_unit_test(test_printf),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
