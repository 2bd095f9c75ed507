#include "server/doors.h"

#include "protocol/ctl/ctl.h"
#include "protocol/json/json.h"
#include "protocol/line/line.h"
#include "protocol/native/native.h"

/* clang-format off: a table */
const struct door_row door_rows[] = {
    {{.name = "line-english", .protocol = &protocol_line, .variant = LINE_ENGLISH}, 5005, "telnet"},
    {{.name = "line-chinese", .protocol = &protocol_line, .variant = LINE_CHINESE}, 6666, "telnet"},
    {{.name = "line-terse", .protocol = &protocol_line, .variant = LINE_TERSE}, 6668, "nc"},
    {{.name = "json", .protocol = &protocol_json, .open = true}, 12231, "nc"},
    {{.name = "native", .protocol = &protocol_native}, 7000, "nc"},
    {{.name = "web"}, 5000, NULL, .web = true},
    {{.name = "metrics"}, 0, NULL, .web = true, .path = "metrics"},
    {{.name = "ctl", .protocol = &protocol_ctl, .for_operators = true, .open = true}, 0, NULL},
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
