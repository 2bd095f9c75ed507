/* Names that look like others, and towers of marks. */
#include "../base/check.h"
#include "base/utf8.h"
#include "core/alike.h"
#include "core/name.h"

static void test_likeness(void **state)
{
    static const struct {
        const char *fold, *likeness;
        bool mixed;
    } table[] = {
        {"", "", false},
        {"alice", "alice", false},
        {"心动", "心动", false},
        {"аlice", "alice", true},
        {"сосо", "coco", false}, /* Cyrillic throughout */
        {"ѕуѕтем", "system", false},
        {"τεα", "tea", false},
        {"ёж", "ëж", false},
        {"sıcak", "sicak", false}, /* Turkish: Latin's own */
        {"µx", "µx", false},
        {"Ꭺ", "a", false},
        {"ոսօ", "nuo", false},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        struct buf out;
        buf_init(&out, 4096);
        struct str fold = str_from(table[i].fold);
        assert_int_equal(alike_append(&out, fold), 0);
        check_str(buf_str(&out), str_from(table[i].likeness));
        assert_int_equal(alike_has_likeness(fold), !str_equal(fold, buf_str(&out)));
        assert_int_equal(alike_is_mixed(fold), table[i].mixed);
        /* A likeness is its own. */
        assert_false(alike_has_likeness(buf_str(&out)));
        buf_finish(&out);
    }
}

/* `base`, then `count` times `unit`. */
static void tower(struct buf *out, const char *base, const char *unit, size_t count)
{
    buf_clear(out);
    buf_append_str(out, str_from(base));
    for (size_t i = 0; i < count; i++)
        buf_append_str(out, str_from(unit));
}

static void check_tower(const char *base, const char *unit, size_t given, size_t kept)
{
    struct buf in, clean, wanted;
    buf_init(&in, 1 << 20);
    buf_init(&clean, 1 << 20);
    buf_init(&wanted, 1 << 20);
    tower(&in, base, unit, given);
    buf_append_str(&in, STR(" end"));
    tower(&wanted, base, unit, kept);
    buf_append_str(&wanted, STR(" end"));
    assert_int_equal(text_append_clean(&clean, buf_str(&in)), 0);
    check_str(buf_str(&clean), buf_str(&wanted));
    buf_finish(&in);
    buf_finish(&clean);
    buf_finish(&wanted);
}

static void test_towers(void **state)
{
    check_tower("a", "\xCC\x81", 3, 3);
    check_tower("a", "\xCC\x81", TEXT_MARKS_MAX, TEXT_MARKS_MAX);
    check_tower("a", "\xCC\x81", 1000, TEXT_MARKS_MAX);
    check_tower("茶", "\xE2\x83\x9D", 1000, TEXT_MARKS_MAX);    /* enclosing circle */
    check_tower("a", "\xE2\x80\x8B", 1000, TEXT_MARKS_MAX);     /* zero-width space */
    check_tower("a", "\xC2\xAD", 1000, TEXT_MARKS_MAX);         /* soft hyphen */
    check_tower("a", "\xF3\xA0\x81\x81", 1000, TEXT_MARKS_MAX); /* tag A: hidden text */
    check_tower("a", "\xEF\xB8\x8F", 1000, TEXT_MARKS_MAX);     /* variation selector */
    /* Other characters begin anew. */
    check_tower("", "e\xCC\x81\xCC\x82", 100, 100);
    /* A chain of joined emoji. */
    check_tower("👩", "\xE2\x80\x8D👩", TEXT_JOINS_MAX, TEXT_JOINS_MAX);
}

static void test_chain(void **state)
{
    struct buf in, clean, again;
    buf_init(&in, 1 << 20);
    buf_init(&clean, 1 << 20);
    buf_init(&again, 1 << 20);
    tower(&in, "👩", "\xE2\x80\x8D👩", 30);
    assert_int_equal(text_append_clean(&clean, buf_str(&in)), 0);
    /* No run of joined ones is longer; what is clean stays as it is. */
    size_t run = 0, bases = 0;
    bool joined = false;
    for (struct str rest = buf_str(&clean); rest.len > 0;) {
        uint32_t cp;
        rest = str_skip(rest, utf8_next(rest, &cp));
        if (cp != 0x200D) {
            run = joined ? run + 1 : 0;
            bases++;
        }
        joined = cp == 0x200D;
        assert_true(run <= TEXT_JOINS_MAX);
    }
    assert_int_equal(bases, 31);
    assert_int_equal(text_append_clean(&again, buf_str(&clean)), 0);
    check_str(buf_str(&again), buf_str(&clean));
    buf_finish(&in);
    buf_finish(&clean);
    buf_finish(&again);
}

/* What people write: none of it is touched. */
static void test_languages(void **state)
{
    static const char *const texts[] = {
        "Việt Nam, Tiê\xCC\x81ng Viê\xCC\xA3t",
        "ภาษาไทย น้ำใจ ที่นี่",
        "हिन्दी क्ष्म्य",
        "בְּרֵאשִׁ֖ית בָּרָ֣א",
        "العَرَبِيَّة",
        "བཀྲ་ཤིས་བདེ་ལེགས",
        "👨‍👩‍👧‍👦 👩🏽‍❤️‍💋‍👨🏿 "
        "🏴󠁧󠁢󠁥󠁮󠁧󠁿 "
        "🏳️‍🌈 "
        "1️⃣",
        "한국어 日本語 が",
    };
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct buf clean;
        buf_init(&clean, 4096);
        assert_int_equal(text_append_clean(&clean, str_from(texts[i])), 0);
        check_str(buf_str(&clean), str_from(texts[i]));
        buf_finish(&clean);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_likeness),
        cmocka_unit_test(test_towers),
        cmocka_unit_test(test_chain),
        cmocka_unit_test(test_languages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
