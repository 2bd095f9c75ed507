#include "protocol/socketio/request.h"

#include "codec/json_value.h"
#include "core/submit.h"
#include "protocol/socketio/login.h"

#include <inttypes.h>
#include <stdio.h>

/* An event in hand. */
struct asked {
    struct peer *peer;
    struct request request;         /* with the id for the answer in `ref` */
    const struct json_value *value; /* its first argument; NULL: none, or null */
    struct str raw;                 /* its arguments as they came */
};

struct form {
    struct str name;
    void (*take)(struct asked *asked);
};

bool socketio_request_position(struct str text, struct position *position)
{
    struct position p;
    struct str epoch = str_cut(&text, '.');
    if (!str_to_u64(epoch, UINT64_MAX, &p.epoch) || !str_to_u64(text, UINT64_MAX, &p.seq))
        return false;
    *position = p;
    return true;
}

static void refuse(struct asked *asked, enum refusal refusal, struct str what, uint32_t count)
{
    submit_refused(asked->peer, &asked->request, refusal, what, count);
}

/* The text of a string or a number, which is written to `number`. */
static bool text_of(const struct json_value *value, struct buf *number, struct str *out)
{
    if (json_value_string(value, out))
        return true;
    if (json_value_kind(value) != JSON_NUMBER || !json_value_mark(value, number))
        return false;
    *out = buf_str(number);
    return true;
}

/* The member of the argument, or the argument itself when it is no object. */
static const struct json_value *member(const struct asked *asked, const char *name)
{
    return json_value_kind(asked->value) == JSON_OBJECT ? json_value_member(asked->value, name)
                                                        : asked->value;
}

/* What is to be said: submitted with the text at `value`. */
static void submit_text(struct asked *asked, const struct json_value *value, const char *field)
{
    struct buf number;
    buf_init(&number, JSON_MARK_TEXT_BYTES);
    if (text_of(value, &number, &asked->request.text))
        submit(asked->peer, &asked->request);
    else if (value == asked->value && json_value_kind(value) == JSON_NUMBER) {
        asked->request.text = str_cut(&asked->raw, ','); /* a fraction, as it was written */
        submit(asked->peer, &asked->request);
    } else {
        refuse(asked, REFUSAL_USAGE, str_from(field), 0);
    }
    buf_finish(&number);
}

static void take_say(struct asked *asked)
{
    asked->request.kind = ENTRY_SAY;
    submit_text(asked, member(asked, "msg"), "msg");
}

static void take_private(struct asked *asked)
{
    asked->request.kind = ENTRY_TELL;
    if (json_value_kind(asked->value) != JSON_OBJECT ||
        !json_value_string(json_value_member(asked->value, "to"), &asked->request.nick))
        refuse(asked, REFUSAL_USAGE, STR("to"), 0);
    else
        submit_text(asked, json_value_member(asked->value, "msg"), "msg");
}

static void take_nick(struct asked *asked)
{
    asked->request.kind = ENTRY_RENAME;
    if (json_value_string(member(asked, "nick"), &asked->request.nick))
        submit(asked->peer, &asked->request);
    else
        refuse(asked, REFUSAL_USAGE, STR("nick"), 0);
}

/* How many, and before what; NULL when that is well, else what is not. */
static const char *take_page(struct asked *asked)
{
    const struct json_value *count = NULL, *before = NULL;
    uint64_t number = 0;
    struct str text;
    if (json_value_kind(asked->value) == JSON_OBJECT) {
        count = json_value_member(asked->value, "count");
        before = json_value_member(asked->value, "before");
    }
    if (count && (!json_value_integer(count, UINT32_MAX, &number) || number == 0))
        return "count";
    if (before && (!json_value_string(before, &text) ||
                   !socketio_request_position(text, &asked->request.before)))
        return "before";
    asked->request.count = (uint32_t)number;
    return NULL;
}

static void take_history(struct asked *asked)
{
    asked->request.kind = ENTRY_HISTORY;
    const char *wrong = take_page(asked);
    if (wrong)
        refuse(asked, REFUSAL_USAGE, str_from(wrong), 0);
    else
        submit(asked->peer, &asked->request);
}

static void take_search(struct asked *asked)
{
    asked->request.kind = ENTRY_SEARCH;
    const char *wrong = take_page(asked);
    if (wrong)
        refuse(asked, REFUSAL_USAGE, str_from(wrong), 0);
    else
        submit_text(asked, member(asked, "msg"), "msg");
}

static void take_add_user(struct asked *asked)
{
    struct str name;
    asked->request.kind = ENTRY_RENAME;
    if (json_value_string(asked->value, &name))
        login_add_user(asked->peer, name);
    else
        refuse(asked, REFUSAL_USAGE, STR("name"), 0);
}

static void take_typing(struct asked *asked)
{
    asked->request.kind = ENTRY_TYPING;
    submit(asked->peer, &asked->request);
}

static void take_stop_typing(struct asked *asked)
{
    asked->request.clear = true;
    take_typing(asked);
}

static const struct form forms[] = {
    {STR("msg"), take_say},
    {STR("new message"), take_say},
    {STR("private"), take_private},
    {STR("nick"), take_nick},
    {STR("history"), take_history},
    {STR("search"), take_search},
    {STR("add user"), take_add_user},
    {STR("typing"), take_typing},
    {STR("stop typing"), take_stop_typing},
};

static void take_named(struct asked *asked, struct str name)
{
    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
        if (str_equal(forms[i].name, name)) {
            forms[i].take(asked);
            return;
        }
    refuse(asked, REFUSAL_UNKNOWN_COMMAND, name, 0);
}

bool socketio_request_take(struct peer *peer, const struct socketio_packet *packet)
{
    char id[SOCKETIO_ID_CHARS + 1] = "";
    const char *why;
    bool deep;
    struct str name, raw_name;
    struct asked asked = {.peer = peer, .request.kind = ENTRY_KINDS};
    if (packet->has_id)
        snprintf(id, sizeof(id), "%" PRIu64, packet->id);
    asked.request.ref = str_from(id);
    if (packet->json.len > peer->info->limits.line_bytes) {
        refuse(&asked, REFUSAL_LINE_LONG, str_of(NULL, 0), peer->info->limits.line_bytes);
        return true;
    }
    struct json_value *event = json_value_read(packet->json, &why, &deep);
    bool good = json_value_string(json_value_at(event, 0), &name) &&
                socketio_split_event(packet->json, &raw_name, &asked.raw);
    asked.value = json_value_at(event, 1);
    if (good && packet->attachments > 0)
        refuse(&asked, REFUSAL_USAGE, STR("binary attachments"), 0);
    else if (good)
        take_named(&asked, name);
    json_value_free(event);
    return good;
}
