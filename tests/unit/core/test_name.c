/* The grammar of names, and what of a text others may see. */
#include "../base/check.h"
#include "base/utf8.h"
#include "core/name.h"

#include <errno.h>

static enum refusal check(struct str nick, struct buf *fold)
{
    return name_check_nick(&limits_default, nick, fold);
}

static void test_nick(void **state)
{
    static const struct {
        struct str nick;
        enum refusal refusal;
        const char *fold;
    } table[] = {
#define ROW(literal, refusal, fold) {{literal, sizeof(literal) - 1}, refusal, fold}
        ROW("alice", REFUSAL_NONE, "alice"), ROW("Alice", REFUSAL_NONE, "alice"),
        ROW("x", REFUSAL_NONE, "x"),
        ROW("a.b-c_d'e\"f(g)h{i}j|k~l", REFUSAL_NONE, "a.b-c_d'e\"f(g)h{i}j|k~l"),
        ROW("\xEF\xBC\xA1lice", REFUSAL_NONE, "alice"), /* fullwidth A */
        ROW("\xE2\x93\x90", REFUSAL_NONE, "a"),         /* circled a */
        ROW("Stra\xC3\x9F"
            "e",
            REFUSAL_NONE, "strasse"),                       /* sharp s */
        ROW("\xC3\x89mile", REFUSAL_NONE, "\xC3\xA9mile"),  /* E acute */
        ROW("E\xCC\x81mile", REFUSAL_NONE, "\xC3\xA9mile"), /* E, combining acute */
        ROW("\xE5\xBF\x83\xE5\x8A\xA8", REFUSAL_NONE, "\xE5\xBF\x83\xE5\x8A\xA8"),
        ROW("\xF0\x9F\x8D\xB5", REFUSAL_NONE, "\xF0\x9F\x8D\xB5"), /* teacup */
        ROW("\xEF\xAC\x81", REFUSAL_NONE, "fi"),                   /* ligature */

        ROW("", REFUSAL_NICK_EMPTY, ""), ROW(" ", REFUSAL_NICK_BLANK, ""),
        ROW("a b", REFUSAL_NICK_BLANK, ""), ROW("a ", REFUSAL_NICK_BLANK, ""),
        ROW(" a", REFUSAL_NICK_BLANK, ""),
        ROW("a\xC2\xA0"
            "b",
            REFUSAL_NICK_BLANK, ""), /* no-break space */
        ROW("a\xE3\x80\x80"
            "b",
            REFUSAL_NICK_BLANK, ""),                 /* ideographic space */
        ROW("\xE2\x80\x83", REFUSAL_NICK_BLANK, ""), /* em space */

        ROW("a\tb", REFUSAL_NICK_INVALID, ""), ROW("a\nb", REFUSAL_NICK_INVALID, ""),
        ROW("a\rb", REFUSAL_NICK_INVALID, ""), ROW("a\0b", REFUSAL_NICK_INVALID, ""),
        ROW("\0", REFUSAL_NICK_INVALID, ""), ROW("a\x1B[31m", REFUSAL_NICK_INVALID, ""),
        ROW("a\x7F", REFUSAL_NICK_INVALID, ""),
        ROW("a\xC2\x85", REFUSAL_NICK_INVALID, ""), /* next line */
        ROW("a\xC2\x9B"
            "31m",
            REFUSAL_NICK_INVALID, ""),                  /* C1: CSI */
        ROW("a\xE2\x80\xA8", REFUSAL_NICK_INVALID, ""), /* line separator */
        ROW("a\xE2\x80\xA9", REFUSAL_NICK_INVALID, ""), /* paragraph separator */

        ROW("ali\xE2\x80\x8B"
            "ce",
            REFUSAL_NICK_INVALID, ""), /* zero-width space */
        ROW("ali\xE2\x80\x8C"
            "ce",
            REFUSAL_NICK_INVALID, ""), /* zero-width non-joiner */
        ROW("ali\xE2\x80\x8D"
            "ce",
            REFUSAL_NICK_INVALID, ""), /* zero-width joiner */
        ROW("\xEF\xBB\xBF"
            "alice",
            REFUSAL_NICK_INVALID, ""), /* byte order mark */
        ROW("ali\xC2\xAD"
            "ce",
            REFUSAL_NICK_INVALID, ""), /* soft hyphen */
        ROW("ali\xE2\x81\xA0"
            "ce",
            REFUSAL_NICK_INVALID, ""), /* word joiner */
        ROW("ali\xE2\x80\xAE"
            "ce",
            REFUSAL_NICK_INVALID, ""), /* right-to-left override */
        ROW("ali\xE2\x81\xA6"
            "ce",
            REFUSAL_NICK_INVALID, ""), /* left-to-right isolate */
        ROW("ali\xE2\x80\x8F"
            "ce",
            REFUSAL_NICK_INVALID, ""), /* right-to-left mark */
        ROW("ali\xD8\x9C"
            "ce",
            REFUSAL_NICK_INVALID, ""),                          /* Arabic letter mark */
        ROW("alice\xEF\xB8\x8F", REFUSAL_NICK_INVALID, ""),     /* variation selector */
        ROW("\xE2\xA0\x80", REFUSAL_NICK_INVALID, ""),          /* blank Braille */
        ROW("a\xE2\xA0\x80", REFUSAL_NICK_INVALID, ""),         /* the same behind */
        ROW("\xE2\xA0\x81", REFUSAL_NONE, "\xE2\xA0\x81"),      /* Braille with a dot */
        ROW("\xE3\x85\xA4", REFUSAL_NICK_INVALID, ""),          /* Hangul filler */
        ROW("alice\xCD\x8F", REFUSAL_NICK_INVALID, ""),         /* grapheme joiner */
        ROW("alice\xF3\xA0\x81\x81", REFUSAL_NICK_INVALID, ""), /* tag A */

        ROW("\xCC\x81"
            "e",
            REFUSAL_NICK_INVALID, ""), /* combining in front */
        ROW("x\xCC\xB2\xCC\xB3\xCC\xB4\xCC\xB5", REFUSAL_NONE,
            "x\xCC\xB4\xCC\xB5\xCC\xB2\xCC\xB3"), /* four marks */
        ROW("x\xCC\xB2\xCC\xB3\xCC\xB4\xCC\xB5\xCC\xB6", REFUSAL_NICK_INVALID, ""),
        /* Latin letters with what only looks so. */
        ROW("\xD0\xB0lice", REFUSAL_NICK_INVALID, ""), /* Cyrillic a */
        ROW("alic\xD0\x95", REFUSAL_NICK_INVALID, ""), /* Cyrillic capital ie */
        ROW("b\xCE\xBF"
            "b",
            REFUSAL_NICK_INVALID, ""), /* Greek omicron */
        ROW("\xE1\x8E\xAA"
            "dam",
            REFUSAL_NICK_INVALID, ""),                       /* Cherokee go */
        ROW("\xC2\xB5x", REFUSAL_NONE, "\xCE\xBCx"),         /* micro */
        ROW("\xCE\xBB-calc", REFUSAL_NONE, "\xCE\xBB-calc"), /* lambda */
        ROW("\xD0\x98\xD0\xB2\xD0\xB0\xD0\xBD", REFUSAL_NONE,
            "\xD0\xB8\xD0\xB2\xD0\xB0\xD0\xBD"), /* Ivan in Cyrillic */
        ROW("\xD0\xB0\xE5\xBF\x83", REFUSAL_NONE, "\xD0\xB0\xE5\xBF\x83"),
        ROW("\xE2\x83\x9D", REFUSAL_NICK_INVALID, ""), /* enclosing circle alone */

        ROW("a\xEE\x80\x80", REFUSAL_NICK_INVALID, ""), /* private use */
        ROW("a\xEF\xBF\xBE", REFUSAL_NICK_INVALID, ""), /* noncharacter */
        ROW("a\xCD\xB8", REFUSAL_NICK_INVALID, ""),     /* unassigned */
        ROW("a\xED\xA0\x80", REFUSAL_NICK_INVALID, ""), /* surrogate */
        ROW("a\xC0\xAF", REFUSAL_NICK_INVALID, ""),     /* overlong */
        ROW("a\xFF", REFUSAL_NICK_INVALID, ""),
        ROW("\xC4\xE3\xBA\xC3", REFUSAL_NICK_INVALID, ""), /* GBK */
        ROW("a\xE2\x82", REFUSAL_NICK_INVALID, ""),        /* cut short */

        /* What folds to a forbidden character counts as one. */
        ROW("root\xEF\xBC\x9A", REFUSAL_NICK_INVALID, ""),             /* fullwidth : */
        ROW("\xEF\xBC\xA0root", REFUSAL_NICK_INVALID, ""),             /* fullwidth @ */
        ROW("\xEF\xBC\x83root", REFUSAL_NICK_INVALID, ""),             /* fullwidth # */
        ROW("\xEF\xBC\x9Croot\xEF\xBC\x9E", REFUSAL_NICK_INVALID, ""), /* fullwidth < > */
        ROW("\xEF\xBC\xBBroot\xEF\xBC\xBD", REFUSAL_NICK_INVALID, ""), /* fullwidth [ ] */
        ROW("\xEF\xB9\x95x", REFUSAL_NICK_INVALID, ""),                /* small : */
        ROW("\xE2\x84\x80", REFUSAL_NICK_INVALID, ""),                 /* a/c */
        ROW("\xE2\x80\xBC", REFUSAL_NICK_INVALID, ""),                 /* double ! */
        ROW("\xEF\xB7\xBA", REFUSAL_NICK_INVALID, ""), /* one character that folds to a sentence */
        ROW("\xC2\xB4", REFUSAL_NICK_INVALID, ""),     /* acute: folds to a blank and a mark */
#undef ROW
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        struct buf fold;
        buf_init(&fold, 4096);
        enum refusal refusal = check(table[i].nick, &fold);
        if (refusal != table[i].refusal || !str_equal(buf_str(&fold), str_from(table[i].fold))) {
            check_print("nick", table[i].nick);
            check_print("fold", buf_str(&fold));
            fail_msg("row %zu: %d instead of %d", i, (int)refusal, (int)table[i].refusal);
        }
        buf_finish(&fold);
    }
}

/* Each of them: alone, in front, in the middle, at the end; and in the fullwidth form. */
static void test_forbidden_characters(void **state)
{
    static const char forbidden[] = ":,!@#*?/<>[]";
    for (const char *at = forbidden; *at; at++) {
        for (unsigned form = 0; form < 4; form++) {
            char nick[16];
            struct buf fold;
            buf_init(&fold, 4096);
            snprintf(nick, sizeof(nick), "%s%c%s", form & 1 ? "a" : "", *at, form & 2 ? "b" : "");
            assert_int_equal(check(str_from(nick), &fold), REFUSAL_NICK_INVALID);
            assert_int_equal(name_check_room(&limits_default, str_from(nick), &fold),
                             REFUSAL_ROOM_INVALID);
            /* U+FF01 to U+FF5E stand for '!' to '~'. */
            unsigned cp = 0xFF00u + (unsigned char)*at - 0x20;
            snprintf(nick, sizeof(nick), "%s\xEF%c%c%s", form & 1 ? "a" : "",
                     (char)(0x80 | (cp >> 6 & 0x3F)), (char)(0x80 | (cp & 0x3F)),
                     form & 2 ? "b" : "");
            assert_int_equal(check(str_from(nick), &fold), REFUSAL_NICK_INVALID);
            assert_int_equal(fold.len, 0);
            buf_finish(&fold);
        }
    }
    /* And no other one of ASCII's. */
    for (char c = '!'; c <= '~'; c++) {
        struct buf fold;
        buf_init(&fold, 4096);
        assert_int_equal(check(str_of(&c, 1), &fold),
                         strchr(forbidden, c) ? REFUSAL_NICK_INVALID : REFUSAL_NONE);
        buf_finish(&fold);
    }
}

/* `count` times `unit`. */
static struct str repeat(struct buf *out, const char *unit, size_t count)
{
    buf_clear(out);
    for (size_t i = 0; i < count; i++)
        buf_append_str(out, str_from(unit));
    return buf_str(out);
}

static void test_lengths(void **state)
{
    static const char *const units[] = {"a", "\xC3\xA9", "\xE5\xBF\x83", "\xF0\x9F\x8D\xB5"};
    struct buf name, fold;
    buf_init(&name, 1 << 20);
    buf_init(&fold, 4096);
    for (size_t i = 0; i < COUNT(units); i++) {
        assert_int_equal(check(repeat(&name, units[i], 32), &fold), REFUSAL_NONE);
        assert_int_equal(check(repeat(&name, units[i], 33), &fold), REFUSAL_NICK_LONG);
        assert_int_equal(check(repeat(&name, units[i], 100000), &fold), REFUSAL_NICK_LONG);
        buf_clear(&fold);
        assert_int_equal(name_check_room(&limits_default, repeat(&name, units[i], 50), &fold),
                         REFUSAL_NONE);
        assert_int_equal(name_check_room(&limits_default, repeat(&name, units[i], 51), &fold),
                         REFUSAL_ROOM_LONG);
        buf_clear(&fold);
    }
    /* Counted as typed, whatever folding makes of it: the ligature of three letters ffi. */
    assert_int_equal(check(repeat(&name, "\xEF\xAC\x83", 32), &fold), REFUSAL_NONE);
    assert_int_equal(fold.len, 96);
    buf_finish(&name);
    buf_finish(&fold);
}

static void test_room(void **state)
{
    static const struct {
        const char *room;
        enum refusal refusal;
        const char *fold;
    } table[] = {
        {"Tea", REFUSAL_NONE, "tea"},
        {"\xE8\x8C\xB6\xE9\xA6\x86", REFUSAL_NONE, "\xE8\x8C\xB6\xE9\xA6\x86"},
        {"", REFUSAL_ROOM_EMPTY, ""},
        {"a b", REFUSAL_ROOM_INVALID, ""},
        {"#tea", REFUSAL_ROOM_INVALID, ""},
        {"t\xE2\x80\x8B", REFUSAL_ROOM_INVALID, ""},
        {"\xFF", REFUSAL_ROOM_INVALID, ""},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        struct buf fold;
        buf_init(&fold, 4096);
        assert_int_equal(name_check_room(&limits_default, str_from(table[i].room), &fold),
                         table[i].refusal);
        check_str(buf_str(&fold), str_from(table[i].fold));
        buf_finish(&fold);
    }
}

/* What was in the buffer before stays, whatever comes of it. */
static void test_fold_is_appended(void **state)
{
    struct buf fold;
    buf_init(&fold, 4096);
    buf_append_str(&fold, STR("kept"));
    assert_int_equal(check(STR("Bob"), &fold), REFUSAL_NONE);
    assert_int_equal(check(STR("Bob\xEF\xBC\x9A"), &fold), REFUSAL_NICK_INVALID);
    check_str(buf_str(&fold), STR("keptbob"));
    buf_finish(&fold);
}

static void test_reserved(void **state)
{
    static const struct {
        const char *server, *nick;
        bool reserved;
    } table[] = {
        {"TestChat", "system", true},
        {"TestChat", "testchat", true},
        {"TestChat", "testcha", false},
        {"TestChat", "systems", false},
        {"TestChat", "", false},
        {"\xE5\xBF\x83\xE5\x8A\xA8", "\xE5\xBF\x83\xE5\x8A\xA8", true},
        {"\xEF\xBC\xB4"
         "ea",
         "tea", true},
        {"TestChat", "\xD1\x95\xD1\x83\xD1\x95\xD1\x82\xD0\xB5\xD0\xBC", true}, /* Cyrillic */
        {"\xD0\xA2\xD0\xB5\xD0\xB0", "tea", true},  /* the server's name is Cyrillic */
        {"Tea", "\xCF\x84\xCE\xB5\xCE\xB1", true},  /* Greek */
        {"Tea", "\xD1\x87\xD0\xB0\xD0\xB9", false}, /* tea in Russian */
    };
    for (size_t i = 0; i < COUNT(table); i++)
        assert_int_equal(name_reserved(str_from(table[i].server), str_from(table[i].nick)),
                         table[i].reserved);
}

static void test_text(void **state)
{
    static const struct {
        struct str text;
        const char *clean, *line;
    } table[] = {
#define ROW(literal, clean, line) {{literal, sizeof(literal) - 1}, clean, line}
        ROW("", "", ""),
        ROW("hello", "hello", "hello"),
        ROW("  hello  ", "hello", "hello"),
        ROW(" \t\r\n ", "", ""),
        ROW("a\tb", "a b", "a b"),
        ROW("one\ntwo", "one\ntwo", "one two"),
        ROW("one\r\ntwo", "one\ntwo", "one two"),
        ROW("one\rtwo", "one\ntwo", "one two"),
        ROW("one\n\rtwo", "one\n\ntwo", "one  two"),
        ROW("one\r\r\ntwo", "one\n\ntwo", "one  two"),
        ROW("one\r\n\r\ntwo", "one\n\ntwo", "one  two"),
        ROW("one\xC2\x85two", "one\ntwo", "one two"),
        ROW("one\xE2\x80\xA8two", "one\ntwo", "one two"),
        ROW("one\xE2\x80\xA9two", "one\ntwo", "one two"),
        ROW("\n\n one \n two \n\n", "one \n two", "one   two"),
        ROW("one\r\0\ntwo", "one\n\ntwo", "one  two"),
        ROW("a\x1B[31mred\x1B[0m", "a[31mred[0m", "a[31mred[0m"),
        ROW("a\0b\x07"
            "c\x7F"
            "d",
            "abcd", "abcd"),
        ROW("a\xC2\x9B"
            "31m",
            "a31m", "a31m"),
        ROW("\x01\x02", "", ""),
        ROW(" \x01 a \x01 ", "a", "a"),
        ROW("a\xE2\x80\xAE"
            "b\xE2\x80\xAA\xE2\x80\xAC"
            "c",
            "abc", "abc"),
        ROW("a\xE2\x81\xA6"
            "b\xE2\x81\xA9"
            "c",
            "abc", "abc"),
        ROW("a\xE2\x80\x8D"
            "b",
            "a\xE2\x80\x8D"
            "b",
            "a\xE2\x80\x8D"
            "b"), /* joins emoji */
        ROW("a\xFF"
            "b",
            "a\xEF\xBF\xBD"
            "b",
            "a\xEF\xBF\xBD"
            "b"),
        ROW("a\xE2\x82", "a\xEF\xBF\xBD", "a\xEF\xBF\xBD"),
        ROW("\xC0\xAF", "\xEF\xBF\xBD\xEF\xBF\xBD", "\xEF\xBF\xBD\xEF\xBF\xBD"),
        ROW("\xE4\xBD\xA0\xE5\xA5\xBD", "\xE4\xBD\xA0\xE5\xA5\xBD", "\xE4\xBD\xA0\xE5\xA5\xBD"),
        ROW("a\xE2\x81\xAF"
            "b\xEF\xBF\xB9"
            "c\xEF\xBF\xBB",
            "abc", "abc"),                          /* nominal digit shapes, interlinear notes */
        ROW("\xC2\xA0x", "\xC2\xA0x", "\xC2\xA0x"), /* no blank of ASCII's: left alone */
#undef ROW
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        struct buf out;
        buf_init(&out, 4096);
        buf_append_str(&out, STR("\n "));
        assert_int_equal(text_append_clean(&out, table[i].text), 0);
        check_str(str_skip(buf_str(&out), 2), str_from(table[i].clean));
        buf_finish(&out);
        assert_int_equal(text_append_clean_line(&out, table[i].text), 0);
        check_str(buf_str(&out), str_from(table[i].line));
        buf_finish(&out);
    }
}

/* Whatever goes in, what comes out is clean: once more changes nothing. */
static void test_text_of_anything(void **state)
{
    uint32_t draw = 2006;
    for (unsigned round = 0; round < 2000; round++) {
        static const char *const pieces[] = {
            "a",
            " ",
            "\n",
            "\r",
            "\t",
            "\x1B",
            "\xC2\x85",
            "\xE2\x80\xA8",
            "\xE2\x80\xAE",
            "\xE2",
            "\x80",
            "\xFF",
            "\xE4\xBD\xA0",
            "\xF0\x9F\x8D\xB5",
        };
        struct buf in, once, twice;
        buf_init(&in, 4096);
        buf_init(&once, 8192);
        buf_init(&twice, 8192);
        for (uint32_t n = check_draw(&draw) % 12; n > 0; n--)
            buf_append_str(&in, str_from(pieces[check_draw(&draw) % COUNT(pieces)]));
        assert_int_equal(text_append_clean(&once, buf_str(&in)), 0);
        assert_int_equal(text_append_clean(&twice, buf_str(&once)), 0);
        check_str(buf_str(&twice), buf_str(&once));
        for (size_t i = 0; i < once.len; i++)
            assert_true((unsigned char)once.ptr[i] >= 0x20 || once.ptr[i] == '\n');
        buf_finish(&in);
        buf_finish(&once);
        buf_finish(&twice);
    }
}

static void test_text_past_the_end(void **state)
{
    struct buf out;
    buf_init(&out, 4);
    assert_int_equal(text_append_clean(&out, STR("abcd")), 0);
    buf_finish(&out);
    assert_int_equal(text_append_clean(&out, STR("abcde")), -ENOBUFS);
    buf_finish(&out);
    assert_int_equal(text_append_clean(&out, STR("ab\xE4\xBD\xA0")), -ENOBUFS);
    buf_finish(&out);
    assert_int_equal(text_append_clean(&out, STR("\x01\x01\x01\x01\x01"
                                                 "a\x01")),
                     0);
    buf_finish(&out);
}

/* Whatever is allowed as long as can be, folds into a buf of NAME_FOLD_BYTES. */
static void test_longest_fold(void **state)
{
    struct limits limits = limits_default;
    limits.nick_characters = limits.room_characters = NAME_CHARACTERS_MAX;
    for (uint32_t cp = 0x80; cp < 0x30000; cp++) {
        char name[NAME_CHARACTERS_MAX * 4];
        struct buf fold;
        size_t size = utf8_put(cp, name);
        buf_init(&fold, NAME_FOLD_BYTES);
        if (name_check_room(&limits, str_of(name, size), &fold) == REFUSAL_NONE && fold.len > 9) {
            for (unsigned i = 1; i < NAME_CHARACTERS_MAX; i++)
                memcpy(name + i * size, name, size);
            struct str longest = str_of(name, NAME_CHARACTERS_MAX * size);
            buf_clear(&fold);
            assert_int_equal(name_check_room(&limits, longest, &fold), REFUSAL_NONE);
            buf_clear(&fold);
            assert_int_equal(name_check_nick(&limits, longest, &fold), REFUSAL_NONE);
        }
        buf_finish(&fold);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nick),
        cmocka_unit_test(test_forbidden_characters),
        cmocka_unit_test(test_lengths),
        cmocka_unit_test(test_longest_fold),
        cmocka_unit_test(test_room),
        cmocka_unit_test(test_fold_is_appended),
        cmocka_unit_test(test_reserved),
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_text_of_anything),
        cmocka_unit_test(test_text_past_the_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
