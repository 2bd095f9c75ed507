#include "protocol/json/request.h"

#include "base/json_escape.h"
#include "base/utf8.h"
#include "codec/json_scan.h"
#include "core/submit.h"

#include <inttypes.h>
#include <json-c/json.h>
#include <pthread.h>
#include <stdio.h>

enum {
    ACK_BYTES = 64, /* of an "ack" that is a string */
    ACK_JSON_BYTES = 2 + ACK_BYTES * JSON_ESCAPE_CHARACTER_BYTES,
};

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

static pthread_key_t parser_key;
static pthread_once_t parser_once = PTHREAD_ONCE_INIT;

static void free_parser(void *parser)
{
    json_tokener_free(parser);
}

static void make_parser_key(void)
{
    pthread_key_create(&parser_key, free_parser);
}

/* This thread's parser, reset. NULL: no memory. */
static struct json_tokener *get_parser(void)
{
    pthread_once(&parser_once, make_parser_key);
    struct json_tokener *parser = pthread_getspecific(parser_key);
    if (!parser) {
        /* json-c counts the value inside as a level too. */
        parser = json_tokener_new_ex(REQUEST_DEPTH + 1);
        if (!parser)
            return NULL;
        json_tokener_set_flags(parser, JSON_TOKENER_STRICT);
        pthread_setspecific(parser_key, parser);
    }
    json_tokener_reset(parser);
    return parser;
}

/* A string field. False: it is not there, or something else. */
static bool get_string(struct json_object *object, const char *field, struct str *out)
{
    struct json_object *value;
    if (!json_object_object_get_ex(object, field, &value) ||
        !json_object_is_type(value, json_type_string))
        return false;
    *out = str_of(json_object_get_string(value), (size_t)json_object_get_string_len(value));
    return true;
}

/* How many; absent or null: 0, and the hub has a default. False: not a number above 0. */
static bool get_count(struct json_object *object, const char *field, uint32_t *out)
{
    struct json_object *value;
    *out = 0;
    if (!json_object_object_get_ex(object, field, &value) || !value)
        return true;
    if (!json_object_is_type(value, json_type_int) || json_object_get_int64(value) < 1)
        return false;
    uint64_t count = json_object_get_uint64(value);
    *out = count > UINT32_MAX ? UINT32_MAX : (uint32_t)count;
    return true;
}

/* The client's own id as JSON, so that it goes back as it came; absent or null: nothing. False:
 * neither a short string nor an integer. */
static bool get_ack(struct json_object *object, struct buf *out)
{
    struct json_object *value;
    if (!json_object_object_get_ex(object, "ack", &value) || !value)
        return true;
    if (json_object_is_type(value, json_type_string)) {
        struct str s =
            str_of(json_object_get_string(value), (size_t)json_object_get_string_len(value));
        return s.len <= ACK_BYTES && json_escape_append_quoted(out, s) == 0;
    }
    /* What is outside 64 bits comes from json-c as the outermost number. */
    int64_t number = json_object_get_int64(value);
    uint64_t positive = json_object_get_uint64(value);
    if (!json_object_is_type(value, json_type_int) || number == INT64_MIN || positive == UINT64_MAX)
        return false;
    int rc =
        number < 0 ? buf_printf(out, "%" PRId64, number) : buf_printf(out, "%" PRIu64, positive);
    return rc == 0;
}

/* As submit_refusal, for a message that has an id: its refusal has it too. */
static void refuse_field(struct peer *peer, enum entry_kind about, const char *field,
                         struct str ack)
{
    struct arena *arena = peer->ops->arena(peer);
    if (ack.len == 0) {
        submit_refusal(peer, REFUSAL_USAGE, about, str_from(field), 0);
        return;
    }
    peer->ops->charge(peer, 1);
    struct entry *entry = peer->ops->entry(peer, ENTRY_REFUSE);
    entry->refusal = REFUSAL_USAGE;
    entry->about = about;
    entry->text = arena_copy(arena, str_from(field));
    entry->ack = arena_copy(arena, ack);
}

static void submit_form(struct peer *peer, const struct form *form, struct json_object *object)
{
    struct request request = {.kind = form->kind};
    const char *wrong = NULL;
    struct buf ack;
    buf_init(&ack, ACK_JSON_BYTES);

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
        refuse_field(peer, form->kind, wrong, request.ack);
    else
        submit(peer, &request);
    buf_finish(&ack);
}

static bool take_object(struct peer *peer, struct json_object *object)
{
    struct str type;
    if (!get_string(object, "type", &type)) {
        refuse_field(peer, ENTRY_KINDS, "type", str_of(NULL, 0));
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

/* `depth`: how deep an object may be nested, when that is what is wrong; else 0. */
static void refuse_syntax(struct peer *peer, const char *what, uint32_t depth)
{
    submit_refusal(peer, REFUSAL_SYNTAX, ENTRY_KINDS, str_from(what), depth);
}

bool request_take(struct peer *peer, struct str text)
{
    /* json-c's own check lets overlong forms and surrogates pass. */
    if (!utf8_valid(text)) {
        refuse_syntax(peer, "invalid utf-8", 0);
        return false;
    }
    struct json_tokener *parser = get_parser();
    if (!parser) {
        refuse_syntax(peer, "out of memory", 0);
        return false;
    }
    struct json_object *object = json_tokener_parse_ex(parser, text.ptr, (int)text.len);
    if (!object) {
        enum json_tokener_error error = json_tokener_get_error(parser);
        refuse_syntax(peer, json_tokener_error_desc(error),
                      error == json_tokener_error_depth ? REQUEST_DEPTH : 0);
        return false;
    }
    bool goodbye = take_object(peer, object);
    json_object_put(object);
    return goodbye;
}
