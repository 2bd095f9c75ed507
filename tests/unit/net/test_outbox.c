/* What waits for one session. */
#include "../base/check.h"
#include "base/alloc.h"
#include "net/net_priv.h"

#include <stdlib.h>
#include <sys/uio.h>

static struct bytes *run_of(const char *text)
{
    struct bytes *run = bytes_create(1 << 20);
    buf_append_str(&run->buf, str_from(text));
    return run;
}

/* What may be written now, in one piece. */
static struct str ready(const struct outbox *o, struct buf *out)
{
    struct iovec buffers[WRITE_SEGMENTS];
    unsigned count = outbox_pieces(o, buffers);
    assert_true(count <= WRITE_SEGMENTS);
    buf_clear(out);
    for (unsigned i = 0; i < count; i++) {
        assert_true(buffers[i].iov_len > 0);
        buf_append(out, buffers[i].iov_base, buffers[i].iov_len);
    }
    return buf_str(out);
}

static unsigned segments_ready(const struct outbox *o)
{
    struct iovec buffers[WRITE_SEGMENTS];
    return outbox_pieces(o, buffers);
}

struct fixture {
    struct outbox o;
    struct buf out;
};

static int set_up(void **state)
{
    struct fixture *f = alloc_zero(sizeof(*f));
    outbox_init(&f->o);
    buf_init(&f->out, 1 << 22);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    outbox_finish(&f->o);
    buf_finish(&f->out);
    free(f);
    return 0;
}

static void test_empty(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(segments_ready(&f->o), 0);
    assert_int_equal(f->o.bytes, 0);
    outbox_append_copy(&f->o, STR(""));
    outbox_drop(&f->o);
    outbox_unblock(&f->o);
    outbox_consume(&f->o, 0);
    assert_false(outbox_fill(&f->o, 1, STR("x")));
    assert_int_equal(f->o.count, 0);
}

static void test_runs_are_shared(void **state)
{
    struct fixture *f = *state;
    struct bytes *run = run_of("0123456789");
    outbox_append_run(&f->o, run, 0, 4);
    outbox_append_run(&f->o, run, 6, 10);
    assert_int_equal(run->refs, 3);
    assert_int_equal(f->o.bytes, 8);
    check_str(ready(&f->o, &f->out), STR("01236789"));
    outbox_consume(&f->o, 5);
    assert_int_equal(run->refs, 2);
    check_str(ready(&f->o, &f->out), STR("789"));
    assert_int_equal(f->o.bytes, 3);
    outbox_consume(&f->o, 3);
    assert_int_equal(run->refs, 1);
    assert_int_equal(f->o.bytes, 0);
    assert_int_equal(f->o.count, 0);
    bytes_unref(run);
}

/* However the socket takes it, everything comes, once and in order. */
static void test_any_pace(void **state)
{
    struct fixture *f = *state;
    struct buf expected, got;
    uint32_t draw = 7;
    buf_init(&expected, 1 << 22);
    buf_init(&got, 1 << 22);
    for (unsigned round = 0; round < 3000; round++) {
        char text[64];
        struct bytes *run;
        snprintf(text, sizeof(text), "%u;", round);
        switch (check_draw(&draw) % 3) {
        case 0:
            run = run_of(text);
            outbox_append_run(&f->o, run, 0, strlen(text));
            bytes_unref(run);
            break;
        case 1: outbox_append_copy(&f->o, str_from(text)); break;
        default:
            outbox_append_barrier(&f->o, round + 1);
            assert_true(outbox_fill(&f->o, round + 1, str_from(text)));
        }
        buf_append_str(&expected, str_from(text));
        assert_int_equal(f->o.bytes, expected.len - got.len);
        if (check_draw(&draw) % 3 == 0) {
            struct str some = ready(&f->o, &f->out);
            size_t taken = check_draw(&draw) % (some.len + 1);
            buf_append(&got, some.ptr, taken);
            outbox_consume(&f->o, taken);
        }
    }
    while (f->o.count > 0) {
        struct str some = ready(&f->o, &f->out);
        buf_append_str(&got, some);
        outbox_consume(&f->o, some.len);
    }
    check_str(buf_str(&got), buf_str(&expected));
    assert_int_equal(f->o.bytes, 0);
    assert_int_equal(f->o.cap, INLINE_SEGMENTS);
    buf_finish(&expected);
    buf_finish(&got);
}

/* One writev has so many segments, the next has the rest. */
static void test_many_segments(void **state)
{
    struct fixture *f = *state;
    struct bytes *run = run_of("ab");
    for (unsigned i = 0; i < WRITE_SEGMENTS + 3; i++)
        outbox_append_run(&f->o, run, 0, 2);
    assert_int_equal(segments_ready(&f->o), WRITE_SEGMENTS);
    outbox_consume(&f->o, 2 * WRITE_SEGMENTS);
    assert_int_equal(segments_ready(&f->o), 3);
    outbox_drop(&f->o);
    assert_int_equal(run->refs, 1);
    bytes_unref(run);
}

static void test_copies_are_gathered(void **state)
{
    struct fixture *f = *state;
    for (unsigned i = 0; i < 100; i++)
        outbox_append_copy(&f->o, STR("0123456789"));
    assert_int_equal(segments_ready(&f->o), 1);
    assert_int_equal(f->o.bytes, 1000);
    /* Not into a run that others have too. */
    struct bytes *run = run_of("shared");
    outbox_append_run(&f->o, run, 0, 6);
    outbox_append_copy(&f->o, STR("mine"));
    assert_int_equal(segments_ready(&f->o), 3);
    check_str(buf_str(&run->buf), STR("shared"));
    bytes_unref(run);
    /* Nor into one that is being written: it might move. */
    f->o.writing = true;
    outbox_append_copy(&f->o, STR("later"));
    assert_int_equal(segments_ready(&f->o), 4);
    f->o.writing = false;
    assert_int_equal(f->o.bytes, 1000 + 6 + 4 + 5);
}

/* A piece of a run that nobody else has any more is not the end of it. */
static void test_no_gathering_behind_a_piece(void **state)
{
    struct fixture *f = *state;
    struct bytes *run = run_of("0123456789");
    outbox_append_run(&f->o, run, 0, 4);
    bytes_unref(run);
    outbox_append_copy(&f->o, STR("x"));
    check_str(ready(&f->o, &f->out), STR("0123x"));
}

static void test_barriers(void **state)
{
    struct fixture *f = *state;
    outbox_append_copy(&f->o, STR("a"));
    outbox_append_barrier(&f->o, 7);
    outbox_append_copy(&f->o, STR("b"));
    outbox_append_barrier(&f->o, BARRIER_HOLD);
    outbox_append_copy(&f->o, STR("c"));
    check_str(ready(&f->o, &f->out), STR("a"));
    assert_int_equal(f->o.bytes, 3);
    assert_false(outbox_fill(&f->o, 8, STR("x")));
    /* The hindmost first. */
    assert_true(outbox_fill(&f->o, BARRIER_HOLD, STR("")));
    assert_false(outbox_fill(&f->o, BARRIER_HOLD, STR("")));
    check_str(ready(&f->o, &f->out), STR("a"));
    outbox_consume(&f->o, 1);
    assert_int_equal(segments_ready(&f->o), 0);
    assert_true(outbox_fill(&f->o, 7, STR("answer")));
    check_str(ready(&f->o, &f->out), STR("answerbc"));
    assert_int_equal(f->o.bytes, 8);
}

/* What stands behind an answer that will not come would leave out what is in the answer. */
static void test_unblock(void **state)
{
    struct fixture *f = *state;
    struct bytes *run = run_of("shared");
    outbox_append_barrier(&f->o, BARRIER_HOLD);
    outbox_append_copy(&f->o, STR("a"));
    outbox_append_barrier(&f->o, BARRIER_HOLD);
    outbox_append_barrier(&f->o, BARRIER_HOLD);
    outbox_append_copy(&f->o, STR("b"));
    outbox_append_barrier(&f->o, 4);
    outbox_append_run(&f->o, run, 0, 6);
    outbox_append_barrier(&f->o, BARRIER_HOLD);
    outbox_append_barrier(&f->o, 5);
    outbox_append_copy(&f->o, STR("c"));
    outbox_unblock(&f->o);
    check_str(ready(&f->o, &f->out), STR("ab"));
    assert_int_equal(f->o.count, 2);
    assert_int_equal(f->o.bytes, 2);
    assert_int_equal(run->refs, 1);
    outbox_append_copy(&f->o, STR("goodbye"));
    check_str(ready(&f->o, &f->out), STR("abgoodbye"));
    bytes_unref(run);
}

/* What the kernel is reading from stays until it is done. */
static void test_drop_while_writing(void **state)
{
    struct fixture *f = *state;
    struct bytes *run = run_of("being written");
    outbox_append_run(&f->o, run, 0, 13);
    outbox_append_barrier(&f->o, 1);
    outbox_append_copy(&f->o, STR("later"));
    f->o.writing = true;
    outbox_drop(&f->o);
    assert_int_equal(run->refs, 2);
    assert_int_equal(f->o.bytes, 13);
    f->o.writing = false;
    outbox_consume(&f->o, 13);
    assert_int_equal(run->refs, 1);
    assert_int_equal(f->o.count, 0);
    outbox_append_copy(&f->o, STR("again"));
    check_str(ready(&f->o, &f->out), STR("again"));
    outbox_drop(&f->o);
    assert_int_equal(f->o.bytes, 0);
    bytes_unref(run);
}

/* An idle session's outbox has no memory of its own. */
static void test_idle_costs_nothing(void **state)
{
    struct fixture *f = *state;
    struct bytes *run = run_of("ab");
    for (unsigned i = 0; i < 1000; i++) {
        outbox_append_run(&f->o, run, 0, 2);
        outbox_consume(&f->o, 1);
        outbox_append_run(&f->o, run, 0, 1);
        outbox_consume(&f->o, 2);
        assert_int_equal(f->o.cap, INLINE_SEGMENTS);
    }
    bytes_unref(run);
}

static void test_finish_with_everything_in_it(void **state)
{
    struct fixture *f = *state;
    struct bytes *run = run_of("ab");
    for (unsigned i = 0; i < 10; i++) {
        outbox_append_run(&f->o, run, 0, 2);
        outbox_append_barrier(&f->o, i + 1);
        outbox_append_copy(&f->o, STR("c"));
    }
    outbox_finish(&f->o);
    assert_int_equal(run->refs, 1);
    outbox_append_copy(&f->o, STR("usable again"));
    bytes_unref(run);
}

/* ---- for carriers that write otherwise */

static void test_peek(void **state)
{
    struct fixture *f = *state;
    struct bytes *run = run_of("abcdef");
    outbox_append_run(&f->o, run, 1, 3);
    outbox_append_run(&f->o, run, 3, 6);
    outbox_append_barrier(&f->o, 7);
    outbox_append_copy(&f->o, STR("x"));
    assert_true(str_equal(outbox_peek(&f->o, 0), STR("bc")));
    assert_true(str_equal(outbox_peek(&f->o, 1), STR("def")));
    assert_int_equal(outbox_peek(&f->o, 2).len, 0);
    assert_true(str_equal(outbox_peek(&f->o, 3), STR("x")));
    assert_int_equal(outbox_peek(&f->o, 4).len, 0);
    assert_int_equal(outbox_ready_bytes(&f->o), 5);
    bytes_unref(run);
}

static void test_move_shares_the_run(void **state)
{
    struct fixture *f = *state;
    struct outbox to;
    struct bytes *run = run_of("abcdef");
    outbox_init(&to);
    outbox_append_run(&f->o, run, 0, 3);
    outbox_append_run(&f->o, run, 3, 6);
    outbox_append_barrier(&f->o, 7);
    outbox_move(&f->o, 4, &to);
    assert_int_equal(run->refs, 4);
    assert_true(str_equal(ready(&to, &f->out), STR("abcd")));
    assert_int_equal(to.bytes, 4);
    assert_true(str_equal(ready(&f->o, &f->out), STR("ef")));
    outbox_move(&f->o, 2, &to);
    assert_int_equal(f->o.bytes, 0);
    assert_int_equal(f->o.count, 1);
    assert_true(str_equal(ready(&to, &f->out), STR("abcdef")));
    outbox_finish(&to);
    outbox_finish(&f->o);
    assert_int_equal(run->refs, 1);
    bytes_unref(run);
}

static void test_join(void **state)
{
    struct fixture *f = *state;
    struct outbox front;
    outbox_init(&front);
    outbox_append_copy(&front, STR("head"));
    front.writing = true;
    outbox_append_copy(&f->o, STR("one"));
    outbox_append_barrier(&f->o, 7);
    outbox_append_copy(&f->o, STR("two"));
    outbox_join(&front, &f->o);
    assert_int_equal(front.count, 0);
    assert_false(front.writing);
    assert_true(f->o.writing);
    assert_int_equal(f->o.bytes, 10);
    assert_true(str_equal(ready(&f->o, &f->out), STR("headone")));
    assert_true(outbox_fill(&f->o, 7, STR("-")));
    assert_true(str_equal(ready(&f->o, &f->out), STR("headone-two")));
}

static bool bracket(void *arg, struct str in, struct buf *out)
{
    unsigned *left = arg;
    if ((*left)-- == 0)
        return false;
    return buf_printf(out, "[%.*s]", STR_ARG(in)) == 0;
}

static void test_recut_keeps_barriers(void **state)
{
    struct fixture *f = *state;
    struct bytes *run = run_of("abcdef");
    unsigned left = 2;
    outbox_append_run(&f->o, run, 0, 2);
    outbox_append_run(&f->o, run, 2, 3);
    outbox_append_barrier(&f->o, 7);
    outbox_append_barrier(&f->o, 8);
    outbox_append_run(&f->o, run, 3, 6);
    assert_false(outbox_recut(&f->o, bracket, &(unsigned){1}));
    assert_int_equal(f->o.bytes, 6);
    assert_true(str_equal(ready(&f->o, &f->out), STR("abc")));
    assert_true(outbox_recut(&f->o, bracket, &left));
    assert_int_equal(run->refs, 1);
    assert_int_equal(f->o.bytes, 10);
    assert_true(str_equal(ready(&f->o, &f->out), STR("[abc]")));
    assert_true(outbox_fill(&f->o, 7, STR("7")));
    assert_true(outbox_fill(&f->o, 8, STR("")));
    assert_true(str_equal(ready(&f->o, &f->out), STR("[abc]7[def]")));
    bytes_unref(run);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_empty),
        TEST(test_runs_are_shared),
        TEST(test_any_pace),
        TEST(test_many_segments),
        TEST(test_copies_are_gathered),
        TEST(test_no_gathering_behind_a_piece),
        TEST(test_barriers),
        TEST(test_unblock),
        TEST(test_drop_while_writing),
        TEST(test_idle_costs_nothing),
        TEST(test_finish_with_everything_in_it),
        TEST(test_peek),
        TEST(test_move_shares_the_run),
        TEST(test_join),
        TEST(test_recut_keeps_barriers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
