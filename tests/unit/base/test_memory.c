/* alloc, arena, bytes: what hands out memory. Leaks and use after free are for the sanitizers. */
#include "check.h"

#include "base/alloc.h"
#include "base/arena.h"
#include "base/bytes.h"

#include <errno.h>
#include <stdlib.h>

static void test_alloc(void **state)
{
    char *p = alloc_bytes(0);
    assert_non_null(p);
    p = alloc_resize(p, 100);
    memset(p, 'x', 100);
    p = alloc_resize(p, 1000);
    assert_int_equal(p[99], 'x');
    p = alloc_resize(p, 0);
    assert_non_null(p);
    free(p);
    p = alloc_zero(64);
    for (int i = 0; i < 64; i++)
        assert_int_equal(p[i], 0);
    free(p);
    p = alloc_zero(0);
    assert_non_null(p);
    free(p);
    p = alloc_resize(NULL, 8);
    assert_non_null(p);
    free(p);
}

static void test_copy_str(void **state)
{
    char source[] = "abc\0def";
    char *copy = alloc_copy_str(str_of(source, 7));
    source[0] = 'X';
    check_str(str_of(copy, 8), str_of("abc\0def", 8));
    free(copy);
    copy = alloc_copy_str(str_of(source, 2)); /* only what the str covers */
    assert_string_equal(copy, "Xb");
    free(copy);
    copy = alloc_copy_str(str_from(NULL));
    assert_string_equal(copy, "");
    free(copy);
}

enum { PIECES = 3000 };

static void test_arena(void **state)
{
    static unsigned char *pieces[PIECES];
    static size_t sizes[PIECES];
    struct arena a;
    arena_init(&a);
    uint32_t draw = 1;
    size_t total = 0;
    for (size_t i = 0; i < PIECES; i++) {
        sizes[i] = check_draw(&draw) % (i % 100 == 99 ? 10000 : 200);
        pieces[i] = arena_alloc(&a, sizes[i]);
        assert_non_null(pieces[i]);
        assert_int_equal((uintptr_t)pieces[i] % _Alignof(max_align_t), 0);
        memset(pieces[i], (int)(i & 0xFF), sizes[i]);
        total += sizes[i];
    }
    assert_true(a.bytes >= total);
    for (size_t i = 0; i < PIECES; i++)
        for (size_t k = 0; k < sizes[i]; k++)
            assert_int_equal(pieces[i][k], i & 0xFF);
    arena_finish(&a);
    assert_int_equal(a.bytes, 0);
    check_str(arena_copy(&a, STR("again")), STR("again"));
    arena_finish(&a);
    arena_finish(&a);
}

/* Sizes around a chunk's: each lies whole in one. */
static void test_arena_edges(void **state)
{
    for (size_t size = 4096 - 64; size <= 4096 + 64; size++) {
        struct arena a;
        arena_init(&a);
        char *one = arena_alloc(&a, 1), *big = arena_zero(&a, size), *two = arena_alloc(&a, 1);
        *one = *two = 'x';
        for (size_t i = 0; i < size; i++)
            assert_int_equal(big[i], 0);
        memset(big, 'b', size);
        assert_int_equal(*one, 'x');
        assert_int_equal(*two, 'x');
        arena_finish(&a);
    }
}

static void test_arena_copy(void **state)
{
    struct arena a;
    arena_init(&a);
    char source[] = "abc\0def";
    struct str copy = arena_copy(&a, str_of(source, 7)), empty = arena_copy(&a, str_from(NULL));
    source[0] = 'X';
    check_str(copy, STR("abc\0def"));
    assert_int_equal(copy.ptr[7], 0);
    assert_int_equal(empty.len, 0);
    assert_int_equal(empty.ptr[0], 0);
    arena_finish(&a);
}

static void test_bytes(void **state)
{
    struct bytes *b = bytes_create(5);
    assert_int_equal(b->refs, 1);
    assert_int_equal(buf_append_str(&b->buf, STR("hello")), 0);
    assert_ptr_equal(bytes_ref(b), b);
    assert_int_equal(b->refs, 2);
    bytes_unref(b);
    assert_int_equal(b->refs, 1);
    check_str(buf_str(&b->buf), STR("hello"));
    assert_int_equal(buf_append_char(&b->buf, '!'), -ENOBUFS);
    bytes_unref(b);
    bytes_unref(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_alloc),      cmocka_unit_test(test_copy_str),
        cmocka_unit_test(test_arena),      cmocka_unit_test(test_arena_edges),
        cmocka_unit_test(test_arena_copy), cmocka_unit_test(test_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
