/* Many have come and gone: one sentence, whose words follow the numbers. */
#include "protocol/line/text.h"

/* 9310 is "9,310". */
static void append_number(struct buf *out, uint32_t n)
{
    if (n >= 1000) {
        append_number(out, n / 1000);
        buf_printf(out, ",%03u", n % 1000);
    } else {
        buf_printf(out, "%u", n);
    }
}

static const char *have(uint32_t n)
{
    return n == 1 ? " has" : " have";
}

static const char *people(uint32_t n)
{
    return n == 1 ? " person" : " people";
}

static void append_english(struct buf *out, const struct event *event)
{
    buf_append_str(out, STR("* "));
    if (event->came > 0) {
        append_number(out, event->came);
        buf_printf(out, "%s%s entered the room", people(event->came), have(event->came));
    }
    if (event->came > 0 && event->went > 0) {
        buf_append_str(out, STR(", "));
        append_number(out, event->went);
        buf_printf(out, "%s left", have(event->went));
    } else if (event->went > 0) {
        append_number(out, event->went);
        buf_printf(out, "%s%s left the room", people(event->went), have(event->went));
    }
    buf_append_str(out, STR("; "));
    append_number(out, event->total);
    buf_printf(out, " %s here.", event->total == 1 ? "is" : "are");
}

static void append_chinese(struct buf *out, const struct event *event)
{
    buf_append_str(out, STR("* "));
    if (event->came > 0)
        buf_printf(out, "%u人进入聊天室，", event->came);
    if (event->went > 0)
        buf_printf(out, event->came > 0 ? "%u人离开，" : "%u人离开聊天室，", event->went);
    buf_printf(out, "现有%u人", event->total);
}

void text_append_crowd(enum line_variant variant, const struct event *event, struct buf *out)
{
    if (text_language(variant) == LANGUAGE_CHINESE)
        append_chinese(out, event);
    else
        append_english(out, event);
}
