/* The files in the program. */
#include "../base/check.h"
#include "web/page.h"

#include <errno.h>

static struct page page_of(void)
{
    return (struct page){page_embedded, page_embedded_count};
}

static void test_find(void **state)
{
    struct page page = page_of();
    const struct page_file *index = page_find(&page, STR("/index.html"));
    assert_non_null(index);
    assert_true(str_equal(index->type, STR("text/html; charset=utf-8")));
    const struct page_file *folder = page_find(&page, STR("/"));
    assert_non_null(folder);
    assert_ptr_equal(folder->bytes.ptr, index->bytes.ptr);
    assert_null(page_find(&page, STR("")));
    assert_null(page_find(&page, STR("/index")));
    assert_null(page_find(&page, STR("/../meson.build")));
    assert_null(page_find(&(struct page){NULL, 0}, STR("/")));
}

/* Every file is there once, has two tags, and is packed only where that is shorter. */
static void test_table(void **state)
{
    struct page page = page_of();
    for (size_t i = 0; i < page.count; i++) {
        const struct page_file *f = &page.files[i];
        assert_ptr_equal(page_find(&page, f->path), f);
        assert_true(f->path.len > 0 && f->path.ptr[0] == '/');
        assert_true(f->type.len > 0);
        assert_true(f->tag.len > 2 && f->tag.ptr[0] == '"' && f->tag.ptr[f->tag.len - 1] == '"');
        assert_false(str_equal(f->tag, f->packed_tag));
        assert_true(f->packed.len < f->bytes.len || f->packed.len == 0);
        if (f->packed.len > 0)
            assert_true(str_starts(f->packed, STR("\x1f\x8b")));
    }
}

static void test_policy(void **state)
{
    struct buf out;
    buf_init(&out, 1000);
    assert_int_equal(page_append_policy(&out, STR("tea.example:5000")), 0);
    buf_append_char(&out, '\0');
    assert_non_null(strstr(out.ptr, "default-src 'none';"));
    assert_non_null(strstr(out.ptr, "connect-src 'self' ws://tea.example:5000 "
                                    "wss://tea.example:5000;"));
    assert_null(strstr(out.ptr, "unsafe"));
    buf_finish(&out);
    buf_init(&out, 10);
    assert_int_equal(page_append_policy(&out, STR("x")), -ENOBUFS);
    buf_finish(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_find), cmocka_unit_test(test_table),
                                       cmocka_unit_test(test_policy)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
