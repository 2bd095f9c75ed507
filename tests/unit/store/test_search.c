/* Cutting texts into tokens, and finding words in texts. */
#include "help.h"

#include "base/utf8.h"
#include "store/search.h"

#include <stdlib.h>

static int join(void *arg, struct str token)
{
    struct buf *out = arg;
    if (out->len > 0)
        buf_append_char(out, '|');
    buf_append_str(out, token);
    return 0;
}

static void check_tokens(const char *text, bool asked, const char *expected)
{
    struct buf folded, out;
    buf_init(&folded, 1 << 16);
    buf_init(&out, 1 << 16);
    assert_int_equal(utf8_append_search_folded(&folded, str_from(text)), 0);
    struct str rest = buf_str(&folded);
    struct search_run run;
    while (search_cut_run(&rest, &run))
        assert_int_equal(search_run_tokens(&run, asked, join, &out), 0);
    buf_append_char(&out, '\0');
    assert_string_equal(out.ptr, expected);
    buf_finish(&folded);
    buf_finish(&out);
}

static void tokens(void **state)
{
    static const struct {
        const char *text, *kept, *asked;
    } table[] = {
        {"", "", ""},
        {" .,!?-", "", ""},
        {"Hello, World", "hello|world", "hello|world"},
        {"naïve CAFÉ", "naive|cafe", "naive|cafe"},
        {"ＡＢＣ１２", "abc12", "abc12"},
        {"don't", "don|t", "don|t"},
        {"茶", "茶", "茶"},
        {"喝茶", "喝|喝茶|茶", "喝茶"},
        {"来喝茶", "来|来喝|喝|喝茶|茶", "来喝|喝茶"},
        {"来，茶", "来|茶", "来|茶"},
        {"来\n茶", "来|茶", "来|茶"},
        {"用C语言", "用|c|语|语言|言", "用|c|语言"},
        {"iPhone手机", "iphone|手|手机|机", "iphone|手机"},
        {"ひらカナ", "ひ|ひら|ら|らカ|カ|カナ|ナ", "ひら|らカ|カナ"},
        {"ｶﾅ", "カ|カナ|ナ", "カナ"},
        {"한국", "한|한국|국", "한국"},
        {"привет", "привет", "привет"},
        {"ok 😀😀!", "ok|😀|😀", "ok|😀|😀"},
        {"𠮷野", "𠮷|𠮷野|野", "𠮷野"},
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        check_tokens(table[i].text, false, table[i].kept);
        check_tokens(table[i].text, true, table[i].asked);
    }
}

static void long_word_is_cut_at_a_character(void **state)
{
    char text[256] = "", expected[256] = "";
    for (unsigned i = 0; i < 40; i++)
        strcat(text, "ж");
    for (unsigned i = 0; i < SEARCH_TOKEN_BYTES / 2; i++)
        strcat(expected, "ж");
    check_tokens(text, false, expected);
    memmove(text + 1, text, strlen(text) + 1);
    text[0] = 'a';
    memmove(expected + 1, expected, strlen(expected) + 1);
    expected[0] = 'a';
    expected[SEARCH_TOKEN_BYTES - 1] = '\0';
    check_tokens(text, true, expected);
}

static void matches(void **state)
{
    static const struct {
        const char *words, *text;
        bool found;
    } table[] = {
        {"", "anything", false},
        {"!?", "wow!?", false},
        {"tea", "Tea time", true},
        {"tea", "steam", false},
        {"tea", "teas", false},
        {"tea", "steam tea", true},
        {"tea", "(tea)", true},
        {"tea", "喝tea吧", true},
        {"tea time", "time for tea", true},
        {"tea time", "tea", false},
        {"éa", "ea", true},
        {"STRASSE", "straße", true},
        {"茶", "喝茶吧", true},
        {"喝茶", "喝茶吧", true},
        {"喝茶", "茶喝", false},
        {"喝茶", "喝，茶", false},
        {"北京人", "北京的京人", false},
        {"北京人", "我是北京人。", true},
        {"北京 人", "人在北京", true},
        {"\"tea\"", "tea", true},
        {"tea*", "teapot", false},
        {"😀", "so 😀", true},
        {"😀", "so 😁", false},
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        struct search s;
        assert_int_equal(search_init(&s, str_from(table[i].words)), 0);
        if (search_matches(&s, str_from(table[i].text)) != table[i].found)
            fail_msg("\"%s\" in \"%s\": expected %d", table[i].words, table[i].text,
                     table[i].found);
        search_finish(&s);
    }
}

static void malformed(void **state)
{
    struct search s;
    assert_true(search_init(&s, STR("a \xff")) < 0);
    assert_int_equal(search_init(&s, STR("tea")), 0);
    assert_true(search_matches(&s, STR("\xff tea \xff")));
    search_finish(&s);
}

/* Whatever the index is asked for must be among what it has been given, or messages would not be
 * found: for every stretch of a text that is found in it. */
static void asked_is_in_kept(void **state)
{
    static const char text[] = "Wir trinken Tee，我们喝茶吧 ok😀 日本のお茶 ไทย";
    size_t starts[128], count = 0;
    for (size_t at = 0; at < sizeof(text) - 1; count++) {
        uint32_t cp;
        starts[count] = at;
        at += utf8_next(str_of(text + at, sizeof(text) - 1 - at), &cp);
    }
    starts[count] = sizeof(text) - 1;
    struct buf kept, asked;
    buf_init(&kept, 1 << 16);
    buf_init(&asked, 1 << 16);
    struct search whole;
    assert_int_equal(search_init(&whole, str_of(text, sizeof(text) - 1)), 0);
    buf_append_char(&kept, '|');
    for (size_t i = 0; i < whole.count; i++)
        search_run_tokens(&whole.runs[i], false, join, &kept);
    buf_append_str(&kept, STR("|"));
    search_finish(&whole);

    unsigned found = 0;
    for (size_t from = 0; from < count; from++) {
        for (size_t to = from + 1; to <= count; to++) {
            struct search part;
            struct str stretch = str_of(text + starts[from], starts[to] - starts[from]);
            assert_int_equal(search_init(&part, stretch), 0);
            if (search_matches(&part, str_of(text, sizeof(text) - 1))) {
                found++;
                for (size_t i = 0; i < part.count; i++) {
                    buf_clear(&asked);
                    search_run_tokens(&part.runs[i], true, join, &asked);
                    struct str rest = buf_str(&asked);
                    while (rest.len > 0) {
                        char token[SEARCH_TOKEN_BYTES + 3];
                        struct str one = str_cut(&rest, '|');
                        int n = snprintf(token, sizeof(token), "|%.*s|", STR_ARG(one));
                        assert_non_null(memmem(kept.ptr, kept.len, token, (size_t)n));
                    }
                }
            }
            search_finish(&part);
        }
    }
    assert_true(found > 200);
    buf_finish(&kept);
    buf_finish(&asked);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tokens),           cmocka_unit_test(long_word_is_cut_at_a_character),
        cmocka_unit_test(matches),          cmocka_unit_test(malformed),
        cmocka_unit_test(asked_is_in_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
