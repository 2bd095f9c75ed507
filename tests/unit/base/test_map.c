#include "check.h"

#include "base/map.h"

enum { KEYS = 5000 };

struct value {
    char key[24];
    size_t key_len;
    bool in; /* what the table should say */
    bool seen;
};

static struct value values[KEYS];

static struct str key_of(const struct value *v)
{
    return str_of(v->key, v->key_len);
}

static void fill_values(void)
{
    for (size_t i = 0; i < KEYS; i++) {
        values[i] = (struct value){0};
        values[i].key_len = (size_t)snprintf(values[i].key, sizeof(values[i].key), "key %zu", i);
    }
}

/* Every key is found or not as it should be, and a walk meets each value once. */
static void check_map(const struct map *m)
{
    size_t in = 0, at = 0, walked = 0;
    for (size_t i = 0; i < KEYS; i++) {
        assert_ptr_equal(map_get(m, key_of(&values[i])), values[i].in ? &values[i] : NULL);
        in += values[i].in;
        values[i].seen = false;
    }
    assert_int_equal(m->count, in);
    for (struct value *v; (v = map_next(m, &at));) {
        assert_true(v->in && !v->seen);
        v->seen = true;
        walked++;
    }
    assert_int_equal(walked, in);
}

static void test_empty(void **state)
{
    struct map m;
    map_init(&m);
    size_t at = 0;
    assert_null(map_get(&m, STR("x")));
    assert_null(map_remove(&m, STR("x")));
    assert_null(map_next(&m, &at));
    assert_null(m.slots);
    map_finish(&m);
    map_finish(&m);
}

/* Against the plain truth in values[], through growth and shrinking and back. */
static void test_model(void **state)
{
    struct map m;
    map_init(&m);
    fill_values();
    uint32_t draw = 7;
    static const uint32_t puts_in_10[] = {9, 1, 6, 4, 0};
    for (size_t phase = 0; phase < COUNT(puts_in_10); phase++) {
        for (int step = 0; step < 20000; step++) {
            struct value *v = &values[check_draw(&draw) % KEYS];
            if (check_draw(&draw) % 10 < puts_in_10[phase]) {
                if (!v->in)
                    map_put(&m, key_of(v), v);
                v->in = true;
            } else {
                assert_ptr_equal(map_remove(&m, key_of(v)), v->in ? v : NULL);
                v->in = false;
            }
        }
        check_map(&m);
        assert_true(m.count * 4 <= (m.mask + 1) * 3);
    }
    for (size_t i = 0; i < KEYS; i++) {
        map_remove(&m, key_of(&values[i]));
        values[i].in = false;
    }
    check_map(&m);
    assert_true(m.mask + 1 <= 64); /* it gives memory back */
    map_finish(&m);
}

static void test_keys(void **state)
{
    struct map m;
    map_init(&m);
    int empty, nul, two_nuls, a, a_nul;
    map_put(&m, STR(""), &empty);
    map_put(&m, STR("\0"), &nul);
    map_put(&m, STR("\0\0"), &two_nuls);
    map_put(&m, STR("a"), &a);
    map_put(&m, STR("a\0"), &a_nul);
    assert_ptr_equal(map_get(&m, STR("")), &empty);
    assert_ptr_equal(map_get(&m, str_from(NULL)), &empty);
    assert_ptr_equal(map_get(&m, STR("\0")), &nul);
    assert_ptr_equal(map_get(&m, STR("\0\0")), &two_nuls);
    assert_ptr_equal(map_get(&m, STR("a")), &a);
    assert_ptr_equal(map_get(&m, STR("a\0")), &a_nul);
    assert_ptr_equal(map_remove(&m, str_from(NULL)), &empty);
    assert_null(map_get(&m, STR("")));
    map_finish(&m);
}

static void test_u64_keys(void **state)
{
    static struct {
        uint64_t id;
    } things[1000];
    struct map m;
    map_init(&m);
    for (size_t i = 0; i < COUNT(things); i++) {
        things[i].id = (uint64_t)i << 40;
        map_put(&m, MAP_KEY_U64(things[i].id), &things[i]);
    }
    for (uint64_t i = 0; i < COUNT(things); i++) {
        uint64_t id = i << 40;
        assert_ptr_equal(map_get(&m, MAP_KEY_U64(id)), &things[i]);
        id++;
        assert_null(map_get(&m, MAP_KEY_U64(id)));
    }
    map_finish(&m);
}

/* Each byte and the length count, at every length around the words of eight. */
static void test_hash(void **state)
{
    char text[40];
    memset(text, 'h', sizeof(text));
    for (size_t len = 0; len < sizeof(text); len++) {
        uint64_t hash = map_hash(str_of(text, len));
        assert_true(hash == map_hash(str_of(text, len)));
        assert_true(hash != map_hash(str_of(text, len + 1 > sizeof(text) ? 0 : len + 1)));
        for (size_t i = 0; i < len; i++) {
            text[i] ^= 1;
            assert_true(hash != map_hash(str_of(text, len)));
            text[i] ^= 1;
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_empty),    cmocka_unit_test(test_model), cmocka_unit_test(test_keys),
        cmocka_unit_test(test_u64_keys), cmocka_unit_test(test_hash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
