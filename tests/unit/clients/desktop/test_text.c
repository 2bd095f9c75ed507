/* What strangers have written, days, the settings, sentences. */
#include "../../base/check.h"

#include "clients/desktop/sentence.h"
#include "clients/desktop/settings.h"
#include "clients/desktop/text.h"
#include "clients/desktop/when.h"

#include <glib/gstdio.h>
#include <stdlib.h>

static void check_text(char *got, const char *expected)
{
    assert_non_null(got);
    assert_string_equal(got, expected);
    g_free(got);
}

static void test_valid(void **state)
{
    check_text(text_of(STR("")), "");
    check_text(text_of(STR("a\nb")), "a\nb");
    check_text(text_of(STR("a\xff z")), "a\xef\xbf\xbd z");
    check_text(text_line_of(STR("a\r\nb\tc")), "a  b c");
}

static void test_links(void **state)
{
    static const struct {
        const char *text, *markup;
    } rows[] = {
        {"plain <b> & text", NULL},
        {"see http://a.example/x.", "see <a href=\"http://a.example/x\">http://a.example/x</a>."},
        {"<https://a.example/?b=1&c>",
         "&lt;<a href=\"https://a.example/?b=1&amp;c\">https://a.example/?b=1&amp;c</a>&gt;"},
        {"(https://a.example/(b))",
         "(<a href=\"https://a.example/(b)\">https://a.example/(b)</a>)"},
        {"看https://a.example/茶，好",
         "看<a href=\"https://a.example/茶\">https://a.example/茶</a>，好"},
        {"https://bank.example@evil.example/", NULL},
        {"javascript:alert(1) file:///etc/passwd", NULL},
        {"xhttp://a.example", NULL},
        {"http://", NULL},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        char *markup = text_with_links(rows[i].text);
        if (rows[i].markup)
            check_text(markup, rows[i].markup);
        else
            assert_null(markup);
    }
    assert_true(text_address_safe("https://a.example/"));
    assert_false(text_address_safe("https://a@b.example/"));
    assert_false(text_address_safe("file:///etc/passwd"));
}

static void test_notification_and_hue(void **state)
{
    check_text(text_for_notification("<b>a</b> & b"), "‹b›a‹/b› ＆ b");
    assert_int_equal(text_hue("Ann"), text_hue("ann"));
    assert_true(text_hue("bob") < TEXT_HUES);
}

static void test_days(void **state)
{
    const gint64 noon = 1795262400000, hour = 3600 * 1000; /* 2026-11-21 12:00 UTC */
    assert_true(when_same_day(noon, noon + 11 * hour));
    assert_false(when_same_day(noon, noon + 12 * hour));
    assert_int_equal(when_day_of(noon + 12 * hour), when_day_of(noon) + 1);
    assert_int_equal(when_day_of(INT64_MAX), 0);
    check_text(when_day(noon, noon + hour), "Today");
    check_text(when_day(noon - 24 * hour, noon), "Yesterday");
    check_text(when_day(noon, noon + 100 * hour), "Saturday, 21 November 2026");
    check_text(when_clock(noon), "12:00");
    check_text(when_full(noon), "2026-11-21 12:00");
    check_text(when_clock(INT64_MAX), ""); /* no time that a calendar has */
}

static void test_sentences(void **state)
{
    struct item item = {.kind = ITEM_LEFT, .nick = STR("bob"), .code = STR("slow")};
    check_text(sentence_item(&item), "bob has left (could not keep up)");
    item.code = STR("new reason");
    check_text(sentence_item(&item), "bob has left");
    item.kind = ITEM_TOPIC;
    check_text(sentence_item(&item), "bob has taken the topic away");
    item.text = STR("%s%n <b>");
    check_text(sentence_item(&item), "bob has set the topic: %s%n <b>");
    item = (struct item){.kind = ITEM_CROWD, .came = 312, .went = 1, .people = 9310};
    check_text(sentence_item(&item), "312 people have come in, 1 has left; 9310 are here");
    item.came = 0;
    check_text(sentence_item(&item), "1 person has left; 9310 are here");
    check_text(sentence_failed(STR("muted"), STR("You are muted.")), "Not sent: You are muted.");
    struct typing typing = {.count = 2, .people = {{.nick = "me"}, {.nick = "bob"}}};
    check_text(sentence_typing(&typing, STR("me")), "bob is typing…");
    check_text(sentence_typing(&typing, STR("x")), "me and bob are typing…");
    assert_string_equal(sentence_door(STR("line-english")), "telnet");
    assert_string_equal(sentence_door(STR("of the future")), "");
    struct link link = {.state = LINK_WAITING, .due_ms = 1500};
    check_text(sentence_line(&link, 1000), "Not connected. Trying again in 1 second.");
    check_text(sentence_line(&link, 0), "Not connected. Trying again in 2 seconds.");
    link.state = LINK_READY;
    assert_null(sentence_line(&link, 0));
}

static void test_settings(void **state)
{
    char *folder = g_dir_make_tmp("teahouse-test-XXXXXX", NULL);
    char *path = g_build_filename(folder, "deeper", "desktop.ini", NULL);
    char *deeper = g_path_get_dirname(path);
    struct settings s;
    settings_load(&s, path);
    assert_string_equal(s.server, "localhost");
    assert_string_equal(s.nick, "");
    int width = s.width;
    settings_set_login(&s, "[::1]:7001", "小明");
    s.width = 500;
    s.maximized = TRUE;
    assert_int_equal(settings_save(&s), 0);
    settings_finish(&s);
    settings_load(&s, path);
    assert_string_equal(s.server, "[::1]:7001");
    assert_string_equal(s.nick, "小明");
    assert_true(s.maximized && s.width == 500);
    settings_finish(&s);
    assert_true(g_file_set_contents(path, "[window\nwidth=-5\0garbage", 22, NULL));
    settings_load(&s, path);
    assert_int_equal(s.width, width);
    settings_finish(&s);
    settings_load(&s, "/dev/null/none");
    assert_true(settings_save(&s) < 0);
    settings_finish(&s);
    g_unlink(path);
    g_rmdir(deeper);
    g_rmdir(folder);
    g_free(deeper);
    g_free(path);
    g_free(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_valid),
        cmocka_unit_test(test_links),
        cmocka_unit_test(test_notification_and_hue),
        cmocka_unit_test(test_days),
        cmocka_unit_test(test_sentences),
        cmocka_unit_test(test_settings),
    };
    setenv("TZ", "UTC", 1);
    return cmocka_run_group_tests_name("desktop/text", tests, NULL, NULL);
}
