/* Doors without protocols behind them: all that configuration looks at is names and ports. */
#include "server/doors.h"

/* clang-format off: a table */
const struct door_row door_rows[] = {
    {{.name = "line-english"}, 5005, "telnet"},
    {{.name = "line-chinese"}, 6666, "telnet"},
    {{.name = "line-terse"}, 6668, "nc"},
    {{.name = "json"}, 12231, "nc"},
    {{.name = "native"}, 7000, "nc"},
    {{.name = "web"}, 5000, NULL, .web = true},
    {{.name = "metrics"}, 0, NULL, .web = true},
    {{.name = "elsewhere"}, 0, "nc"},
    {{.name = "ctl", .for_operators = true}, 0, NULL},
};
/* clang-format on */
const size_t door_count = sizeof(door_rows) / sizeof(door_rows[0]);

const struct door_row *door_find(struct str name)
{
    for (size_t i = 0; i < door_count; i++)
        if (str_equal(name, str_from(door_rows[i].door.name)))
            return &door_rows[i];
    return NULL;
}
