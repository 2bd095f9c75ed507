/* Items as rows: the times, the nicks, the lines across. Without curses' colours. */
#include "../common/scripted.h"

#include "clients/terminal/rows.h"

#include <locale.h>

#define MESSAGE(place, at, text)                                                                   \
    "{'type':'message','room':'lobby','epoch':1,'seq':" #place ",'at':" at                         \
    ",'from':'bob','user':'2','text':'" text "'}"
#define NOON  "1700020800000"
#define LATER "1700107200000" /* a day after */

/* The rows of the whole transcript: "time|nick|indent|text", or "--text". */
static void check_at(struct scripted *s, unsigned columns, const char *wanted, const char *file,
                     int line)
{
    struct conversation *v = scripted_conversation(s, "lobby");
    struct rows rows;
    struct buf got;
    rows_init(&rows);
    buf_init(&got, 4096);
    for (size_t at = 0; at < v->timeline.count; at++) {
        rows_make(&rows, v, at, columns);
        for (size_t i = 0; i < rows.count; i++) {
            const struct row *row = &rows.rows[i];
            if (row->rule)
                buf_printf(&got, "--%.*s\n", STR_ARG(row->text));
            else
                buf_printf(&got, "%s|%.*s|%u|%.*s\n", row->time, STR_ARG(str_trim(row->nick)),
                           row->indent, STR_ARG(row->text));
        }
    }
    check_str_at(buf_str(&got), str_from(wanted), file, line);
    buf_finish(&got);
    rows_finish(&rows);
}

#define check(s, columns, wanted) check_at(s, columns, wanted, __FILE__, __LINE__)

static void test_days_and_marker(void **state)
{
    struct scripted s;
    scripted_start(&s, "ann");
    scripted_log_in(&s, "ann");
    client_look(s.client, scripted_conversation(&s, "lobby"));
    scripted_server(&s, MESSAGE(1, NOON, "一二三四"));
    client_look(s.client, NULL);
    scripted_server(&s, MESSAGE(2, NOON, "new") "|" MESSAGE(3, LATER, "newer"));
    check(&s, 80,
          "--Wednesday, 2023-11-15\n12:00|bob|13|一二三四\n--new since you left\n"
          "12:00|bob|13|new\n--Thursday, 2023-11-16\n12:00|bob|13|newer\n");
    /* Where it is narrow the text has blanks where the nick will be drawn. */
    check(&s, 18,
          "--Wednesday, 2023-11-15\n12:00|bob:|6|     一二三\n||6|四\n--new since you left\n"
          "12:00|bob:|6|     new\n--Thursday, 2023-11-16\n12:00|bob:|6|     newer\n");
    scripted_finish(&s);
}

/* The column is as wide as the widest who has spoken, up to a limit. */
static void test_nick_column(void **state)
{
    static const struct {
        const char *nick;
        unsigned indent;
        const char *shown;
    } rows[] = {
        {"小", 13, "小"},
        {"barbara", 14, "barbara"},
        {"bob", 14, "bob"}, /* it stays as wide */
        {"一二三四五六", 19, "一二三四五六"},
        {"一二三四五六七", 19, "一二三四五…"},
    };
    struct scripted s;
    scripted_start(&s, "ann");
    scripted_log_in(&s, "ann");
    struct conversation *v = scripted_conversation(&s, "lobby");
    for (size_t i = 0; i < COUNT(rows); i++) {
        char message[256];
        struct rows made;
        snprintf(message, sizeof(message),
                 "{'type':'message','room':'lobby','epoch':1,'seq':%zu,'at':1700020800000,"
                 "'from':'%s','user':'9','text':'x'}",
                 i + 1, rows[i].nick);
        scripted_server(&s, message);
        rows_widen(v, i, 1);
        rows_init(&made);
        rows_make(&made, v, i, 80);
        const struct row *row = &made.rows[made.count - 1];
        assert_int_equal(row->indent, rows[i].indent);
        check_str(str_trim(row->nick), str_from(rows[i].shown));
        rows_finish(&made);
    }
    scripted_finish(&s);
}

static void test_own_lists_hang(void **state)
{
    struct scripted s;
    scripted_start(&s, "ann");
    scripted_log_in(&s, "ann");
    client_note(s.client, scripted_conversation(&s, "lobby"),
                STR("Commands are these:\n  /help  show this list"), 1700020800000);
    check(&s, 26,
          "--Wednesday, 2023-11-15\n12:00||6|Commands are these:\n||6|  /help  show this\n"
          "||10|list\n");
    scripted_finish(&s);
}

static void test_pending_and_failed(void **state)
{
    struct scripted s;
    scripted_start(&s, "ann");
    scripted_log_in(&s, "ann");
    scripted_say(&s, "lobby", "hi");
    check(&s, 80, "  …|ann|13|hi\n");
    scripted_server(&s, "{'type':'error','code':'muted','message':'You are muted.','id':'abcd-1',"
                        "'about':'say'}");
    check(&s, 80, "|ann|13|hi (not said: You are muted.)\n");
    scripted_finish(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_days_and_marker),
        cmocka_unit_test(test_nick_column),
        cmocka_unit_test(test_own_lists_hang),
        cmocka_unit_test(test_pending_and_failed),
    };
    setlocale(LC_CTYPE, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
