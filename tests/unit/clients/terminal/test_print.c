/* Items as lines, for other programs. */
#include "../../base/check.h"

#include "clients/terminal/print.h"

#include <stdlib.h>

static struct conversation room = {.name = STR("tea")};
static struct conversation private = {.name = STR("bob"), .private = true};

static void test_lines(void **state)
{
    static const struct {
        struct conversation *of;
        struct item item;
        const char *text, *json;
    } rows[] = {
        {&room,
         {.kind = ITEM_MESSAGE,
          .position = {3, 17},
          .at_ms = 1700020800000,
          .nick = STR("小明"),
          .text = STR("你好 \"x\""),
          .mention = true},
         "2023-11-15 12:00:00 [tea] 小明: 你好 \"x\"\n",
         "{\"type\":\"message\",\"room\":\"tea\",\"from\":\"小明\",\"text\":\"你好 \\\"x\\\"\","
         "\"at\":1700020800000,\"epoch\":3,\"seq\":17,\"mine\":false,\"mention\":true}\n"},
        {&private,
         {.kind = ITEM_MESSAGE,
          .position = {3, 2},
          .at_ms = 1700020800000,
          .nick = STR("ann"),
          .text = STR("one\ntwo\033[m"),
          .mine = true},
         "2023-11-15 12:00:00 [@bob] ann: one\n2023-11-15 12:00:00 [@bob] ann: two[m\n",
         "{\"type\":\"private\",\"with\":\"bob\",\"from\":\"ann\",\"text\":\"one\\ntwo[m\","
         "\"at\":1700020800000,\"epoch\":3,\"seq\":2,\"mine\":true,\"mention\":false}\n"},
        {&room,
         {.kind = ITEM_LEFT, .at_ms = 1700020800000, .nick = STR("bob"), .code = STR("gone")},
         "2023-11-15 12:00:00 [tea] * bob has left (the line broke)\n",
         "{\"type\":\"left\",\"room\":\"tea\",\"nick\":\"bob\",\"reason\":\"gone\","
         "\"at\":1700020800000}\n"},
        {&room,
         {.kind = ITEM_RENAMED, .at_ms = 1700020800000, .nick = STR("bob"), .text = STR("rob")},
         "2023-11-15 12:00:00 [tea] * bob is now called rob\n",
         "{\"type\":\"renamed\",\"room\":\"tea\",\"nick\":\"bob\",\"now\":\"rob\","
         "\"at\":1700020800000}\n"},
        {&room,
         {.kind = ITEM_CROWD, .at_ms = 1700020800000, .came = 2, .went = 3, .people = 4},
         "2023-11-15 12:00:00 [tea] * 2 people have entered, 3 have left; 4 are here\n",
         "{\"type\":\"crowd\",\"room\":\"tea\",\"came\":2,\"left\":3,\"people\":4,"
         "\"at\":1700020800000}\n"},
        {&room, {.kind = ITEM_PENDING, .text = STR("not kept yet")}, "", ""},
        {&room, {.kind = ITEM_NOTE, .text = STR("the program's own")}, "", ""},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        for (int json = 0; json < 2; json++) {
            char *got = NULL;
            size_t bytes = 0;
            FILE *file = open_memstream(&got, &bytes);
            print_item(file, json ? FORMAT_JSON : FORMAT_TEXT, rows[i].of, &rows[i].item);
            fclose(file);
            check_str(str_of(got, bytes), str_from(json ? rows[i].json : rows[i].text));
            free(got);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_lines)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
