/* The queue of a paced client by itself: merging, splitting, and the places that are kept for
 * answers. */
#include "../base/check.h"

#include "protocol/json/paced.h"

static void add_object(struct paced *paced, const char *object)
{
    buf_append_str(paced_begin(paced), str_from(object));
    paced_end(paced);
}

/* The objects of `list`, a word each. */
static struct paced *make(const char *list)
{
    struct paced *paced = paced_create();
    struct str rest = str_from(list);
    while (rest.len > 0) {
        buf_append_str(paced_begin(paced), str_cut(&rest, ' '));
        paced_end(paced);
    }
    return paced;
}

/* Takes all that is to be had: `list`, and then nothing or a barrier. */
static void take(struct paced *paced, const char *list)
{
    struct str rest = str_from(list);
    while (rest.len > 0) {
        assert_true(paced_count(paced) > 0);
        check_str(paced_front(paced), str_cut(&rest, ' '));
        paced_pop(paced);
    }
    assert_int_equal(paced_front(paced).len, 0);
}

/* Nothing is left, and what comes now finds its way. */
static void finish(struct paced *paced)
{
    assert_int_equal(paced_count(paced), 0);
    assert_int_equal(paced_barriers(paced), 0);
    assert_int_equal(paced_bytes(paced), 0);
    add_object(paced, "later");
    take(paced, "later");
    assert_int_equal(paced_bytes(paced), 0);
    paced_destroy(paced);
}

static void test_empty(void **state)
{
    struct paced *paced = paced_create();
    assert_int_equal(paced_front(paced).len, 0);
    paced_seal(paced);
    finish(paced);
    paced_destroy(NULL);
}

/* "|" is the barrier that is filled; before and behind it stand objects. */
static void test_fill(void **state)
{
    static const struct {
        const char *queue, *answer, *after;
    } rows[] = {
        /* the barrier first, in the middle, last, alone */
        {"| b c", "x y", "x y b c"},
        {"a | c", "x y", "a x y c"},
        {"a b |", "x y", "a b x y"},
        {"|", "x y", "x y"},
        /* the same, and the answer is empty */
        {"| b c", "", "b c"},
        {"a | c", "", "a c"},
        {"a b |", "", "a b"},
        {"|", "", ""},
        /* no such barrier: at the end */
        {"a b", "x y", "a b x y"},
        {"a b", "", "a b"},
        {"", "x", "x"},
        {"", "", ""},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        for (int add_later = 0; add_later < 2; add_later++) {
            struct paced *paced = paced_create();
            struct str rest = str_from(rows[i].queue);
            size_t barriers = memchr(rest.ptr, '|', rest.len) != NULL;
            while (rest.len > 0) {
                struct str word = str_cut(&rest, ' ');
                if (str_equal(word, STR("|"))) {
                    paced_add_barrier(paced, 5);
                } else {
                    buf_append_str(paced_begin(paced), word);
                    paced_end(paced);
                }
            }
            assert_int_equal(paced_barriers(paced), barriers);
            paced_fill(paced, 5, make(rows[i].answer));
            assert_int_equal(paced_barriers(paced), 0);
            if (add_later)
                add_object(paced, "z");
            struct buf expected;
            buf_init(&expected, 64);
            buf_append_str(&expected, str_from(rows[i].after));
            if (add_later)
                buf_append_str(&expected, expected.len ? STR(" z") : STR("z"));
            buf_append_char(&expected, '\0');
            take(paced, expected.ptr);
            buf_finish(&expected);
            finish(paced);
        }
    }
}

/* What is behind a place waits for it, whichever answer comes first. */
static void test_two_barriers(void **state)
{
    for (int first = 0; first < 2; first++) {
        struct paced *paced = make("a");
        paced_add_barrier(paced, 6);
        add_object(paced, "b");
        paced_add_barrier(paced, 7);
        assert_int_equal(paced_count(paced), 4);
        assert_int_equal(paced_barriers(paced), 2);
        take(paced, "a");
        if (first) {
            paced_fill(paced, 6, make("x"));
            take(paced, "x b");
            paced_fill(paced, 7, make("y"));
            take(paced, "y");
        } else {
            paced_fill(paced, 7, make("y"));
            take(paced, "");
            paced_fill(paced, 6, make("x"));
            take(paced, "x b y");
        }
        finish(paced);
    }
}

/* A barrier can be dropped as an object can. */
static void test_pop_barrier(void **state)
{
    struct paced *paced = paced_create();
    paced_add_barrier(paced, 5);
    add_object(paced, "a");
    take(paced, "");
    paced_pop(paced);
    take(paced, "a");
    finish(paced);
}

static const struct text list = {.type = STR("t"), .prefix = {STR("> ")}, .list = true};
static const struct text lines = {.type = STR("t"), .prefix = {STR("> ")}};

/* Lines join neither over a place nor what an answer ended with. */
static void test_text_beside_barriers(void **state)
{
    struct paced *paced = paced_create(), *answer = paced_create();
    paced_add_line(paced, &lines, STR("a"));
    paced_add_line(paced, &lines, STR("b"));
    paced_add_barrier(paced, 5);
    paced_add_line(paced, &lines, STR("c"));
    paced_add_line(answer, &lines, STR("x"));
    paced_fill(paced, 5, answer);
    paced_add_line(paced, &lines, STR("d"));
    check_str(paced_front(paced), STR("{\"type\":\"t\",\"msg\":\"> a\\n> b\"}"));
    paced_pop(paced);
    check_str(paced_front(paced), STR("{\"type\":\"t\",\"msg\":\"> x\"}"));
    paced_pop(paced);
    check_str(paced_front(paced), STR("{\"type\":\"t\",\"msg\":\"> c\"}"));
    paced_pop(paced);
    check_str(paced_front(paced), STR("{\"type\":\"t\",\"msg\":\"> d\"}"));
    paced_pop(paced);
    finish(paced);
}

/* Every length around the one that just fits; nothing is lost, no object is too long. */
static void test_limit(void **state)
{
    for (size_t len = PACED_BYTES - 60; len < PACED_BYTES + 10; len++) {
        struct paced *paced = paced_create();
        struct buf text;
        buf_init(&text, 2 * PACED_BYTES);
        while (text.len < len)
            buf_append_char(&text, 'a');
        paced_add_line(paced, &list, buf_str(&text));
        paced_add_line(paced, &list, STR("b"));
        size_t letters = 0;
        while (paced_count(paced) > 0) {
            struct str front = paced_front(paced);
            assert_true(front.len <= PACED_BYTES);
            for (size_t i = 0; i < front.len; i++)
                letters += front.ptr[i] == 'a' || front.ptr[i] == 'b';
            paced_pop(paced);
        }
        assert_int_equal(letters, len + 1);
        buf_finish(&text);
        finish(paced);
    }
}

/* An object that is too large for any buffer is not sent by half, and leaves no hole. */
static void test_too_large(void **state)
{
    for (int before = 0; before < 2; before++) {
        struct paced *paced = make(before ? "a" : "");
        struct buf *object = paced_begin(paced);
        for (unsigned i = 0; i <= (1 << 16); i++)
            buf_append_str(object, STR("sixteen letters,"));
        paced_end(paced);
        assert_int_equal(paced_count(paced), before);
        add_object(paced, "b");
        take(paced, before ? "a b" : "b");
        finish(paced);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_empty),
        cmocka_unit_test(test_fill),
        cmocka_unit_test(test_two_barriers),
        cmocka_unit_test(test_pop_barrier),
        cmocka_unit_test(test_text_beside_barriers),
        cmocka_unit_test(test_limit),
        cmocka_unit_test(test_too_large),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
