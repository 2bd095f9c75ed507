#include "protocol/json/request.h"

#include "codec/json_value.h"
#include "core/submit.h"

/* What a type of object is, and which of its fields go where; NULL: not used. */
struct form {
    struct str type;
    enum entry_kind kind;
    const char *nick, *text, *count;
    bool ack;
};

static const struct form forms[] = {
    {.type = STR("login"), .kind = ENTRY_LOGIN, .nick = "msg"},
    {.type = STR("broadcast"), .kind = ENTRY_SAY, .text = "msg", .ack = true},
    {.type = STR("sendto"), .kind = ENTRY_TELL, .nick = "nickname", .text = "msg", .ack = true},
    {.type = STR("ls"), .kind = ENTRY_WHO},
    {.type = STR("help"), .kind = ENTRY_HELP},
    {.type = STR("ignore"), .kind = ENTRY_MUTE},
    {.type = STR("history"), .kind = ENTRY_HISTORY, .count = "count"},
    {.type = STR("search"), .kind = ENTRY_SEARCH, .text = "msg"},
    {.type = STR("logout"), .kind = ENTRY_QUIT},
};

/* How many; absent or null: 0, and the hub has a default. False: not a number above 0. */
static bool get_count(const struct json_value *object, const char *field, uint32_t *out)
{
    const struct json_value *value = json_value_member(object, field);
    uint64_t count;
    *out = 0;
    if (!value)
        return true;
    if (!json_value_integer(value, UINT64_MAX, &count) || count == 0)
        return false;
    *out = count > UINT32_MAX ? UINT32_MAX : (uint32_t)count;
    return true;
}

/* The client's own id as JSON, so that it goes back as it came; absent or null: nothing. False:
 * neither a short string nor an integer. */
static bool get_ack(const struct json_value *object, struct buf *out)
{
    const struct json_value *value = json_value_member(object, "ack");
    return !value || json_value_mark(value, out);
}

static bool get_string(const struct json_value *object, const char *field, struct str *out)
{
    return json_value_string(json_value_member(object, field), out);
}

static void submit_form(struct peer *peer, const struct form *form, const struct json_value *object)
{
    struct request request = {.kind = form->kind};
    const char *wrong = NULL;
    struct buf ack;
    buf_init(&ack, JSON_MARK_TEXT_BYTES);

    if (form->ack && !get_ack(object, &ack)) {
        wrong = "ack";
        buf_clear(&ack);
    } else if (form->nick && !get_string(object, form->nick, &request.nick)) {
        wrong = form->nick;
    } else if (form->text && !get_string(object, form->text, &request.text)) {
        wrong = form->text;
    } else if (form->count && !get_count(object, form->count, &request.count)) {
        wrong = form->count;
    }
    request.ack = buf_str(&ack);
    if (wrong)
        submit_refused(peer, &request, REFUSAL_USAGE, str_from(wrong), 0);
    else
        submit(peer, &request);
    buf_finish(&ack);
}

static bool take_object(struct peer *peer, const struct json_value *object)
{
    struct str type;
    if (!get_string(object, "type", &type)) {
        submit_refusal(peer, REFUSAL_USAGE, ENTRY_KINDS, STR("type"), 0);
        return false;
    }
    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        if (!str_equal(forms[i].type, type))
            continue;
        if (forms[i].kind == ENTRY_QUIT)
            return true;
        submit_form(peer, &forms[i], object);
        return false;
    }
    submit_refusal(peer, REFUSAL_UNKNOWN_COMMAND, ENTRY_KINDS, type, 0);
    return false;
}

bool request_take(struct peer *peer, struct str text)
{
    const char *why;
    bool deep;
    struct json_value *object = json_value_read(text, &why, &deep);
    if (!object) {
        /* How deep an object may be nested, when that is what is wrong. */
        submit_refusal(peer, REFUSAL_SYNTAX, ENTRY_KINDS, str_from(why),
                       deep ? JSON_VALUE_DEPTH : 0);
        return false;
    }
    bool goodbye = take_object(peer, object);
    json_value_free(object);
    return goodbye;
}
