#include "clients/terminal/print.h"

#include "base/clock.h"
#include "base/json_escape.h"
#include "clients/terminal/safe.h"
#include "clients/terminal/sentence.h"

#include <inttypes.h>

/* A message of any size that a server can send, its characters escaped. */
enum { LINE_BYTES = 1024 * 1024 };

static const char *const type_names[] = {
    [ITEM_MESSAGE] = "message", [ITEM_PENDING] = NULL,    [ITEM_FAILED] = NULL,
    [ITEM_JOINED] = "joined",   [ITEM_LEFT] = "left",     [ITEM_RENAMED] = "renamed",
    [ITEM_TOPIC] = "topic",     [ITEM_AWAY] = "away",     [ITEM_BACK] = "back",
    [ITEM_CROWD] = "crowd",     [ITEM_NOTICE] = "notice", [ITEM_ANNOUNCE] = "announce",
    [ITEM_NOTE] = NULL,
};

static void add(struct buf *out, const char *field, struct str value)
{
    struct buf safe;
    buf_init(&safe, LINE_BYTES);
    safe_append(&safe, value);
    buf_printf(out, ",\"%s\":", field);
    json_escape_append_quoted(out, buf_str(&safe));
    buf_finish(&safe);
}

static void write_json(struct buf *out, const struct conversation *v, const struct item *item)
{
    bool message = item->kind == ITEM_MESSAGE;
    buf_printf(out, "{\"type\":\"%s\"", message && v->private ? "private" : type_names[item->kind]);
    add(out, v->private ? "with" : "room", v->name);
    if (item->nick.len > 0)
        add(out, message ? "from" : "nick", item->nick);
    if (message || item->text.len > 0 || item->kind == ITEM_TOPIC)
        add(out, item->kind == ITEM_RENAMED ? "now" : "text", item->text);
    if (item->code.len > 0)
        add(out, item->kind == ITEM_LEFT ? "reason" : "code", item->code);
    if (item->kind == ITEM_CROWD)
        buf_printf(out, ",\"came\":%u,\"left\":%u,\"people\":%u", item->came, item->went,
                   item->people);
    buf_printf(out, ",\"at\":%" PRId64, item->at_ms);
    if (message)
        buf_printf(out, ",\"epoch\":%" PRIu64 ",\"seq\":%" PRIu64 ",\"mine\":%s,\"mention\":%s",
                   item->position.epoch, item->position.seq, item->mine ? "true" : "false",
                   item->mention ? "true" : "false");
    buf_append_str(out, STR("}\n"));
}

static void write_text(struct buf *out, const struct conversation *v, const struct item *item)
{
    char time[CLOCK_TEXT_BYTES];
    struct buf words, text;
    buf_init(&words, LINE_BYTES);
    buf_init(&text, LINE_BYTES);
    sentence_item(&words, item);
    safe_append(&text, buf_str(&words));
    struct str rest = buf_str(&text);
    do { /* each line has its speaker: none can be forged */
        struct str line = str_cut(&rest, '\n');
        buf_append_str(out, clock_stamp(item->at_ms, time));
        buf_printf(out, " [%s", v->private ? "@" : "");
        safe_append_line(out, v->name);
        buf_append_str(out, STR("] "));
        if (item->kind == ITEM_MESSAGE) {
            safe_append_line(out, item->nick);
            buf_append_str(out, STR(": "));
        } else {
            buf_append_str(out, STR("* "));
        }
        buf_append_str(out, line);
        buf_append_char(out, '\n');
    } while (rest.len > 0);
    buf_finish(&words);
    buf_finish(&text);
}

void print_item(FILE *out, enum options_format format, const struct conversation *v,
                const struct item *item)
{
    struct buf line;
    if (!type_names[item->kind])
        return;
    buf_init(&line, LINE_BYTES * 8);
    if (format == FORMAT_JSON)
        write_json(&line, v, item);
    else
        write_text(&line, v, item);
    fwrite(line.ptr, 1, line.len, out);
    buf_finish(&line);
}
