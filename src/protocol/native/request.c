/* From an object to a request. */
#include "base/alloc.h"
#include "codec/json_value.h"
#include "core/submit.h"
#include "protocol/native/native.h"
#include "protocol/native/state.h"

#include <stdlib.h>

enum { ID_BYTES = 64 };

/* What JavaScript's numbers hold. */
#define INTEGER_MAX ((UINT64_C(1) << 53) - 1)

/* Which fields a type has. */
enum {
    NICK = 1,
    NICK_MAYBE = 2,
    ROOM_MAYBE = 4,
    ROOM = 8,
    TEXT = 16,
    TOPIC = 32,
    ID = 64,
    COUNT = 128,
    BEFORE = 256,
    AFTER = 512,
    ON = 1024,
    SESSION = 2048, /* version, lang, rooms */
    TOKEN = 4096,   /* token, private */
};

struct form {
    struct str type;
    enum entry_kind kind;
    unsigned fields;
};

static const struct form forms[] = {
    {STR("login"), ENTRY_LOGIN, NICK | SESSION},
    {STR("resume"), ENTRY_RESUME, TOKEN | SESSION},
    {STR("say"), ENTRY_SAY, ROOM_MAYBE | TEXT | ID},
    {STR("tell"), ENTRY_TELL, NICK | TEXT | ID},
    {STR("typing"), ENTRY_TYPING, NICK_MAYBE | ROOM_MAYBE | ON},
    {STR("history"), ENTRY_HISTORY, ROOM_MAYBE | COUNT | BEFORE | AFTER},
    {STR("search"), ENTRY_SEARCH, ROOM_MAYBE | TEXT | COUNT | BEFORE},
    {STR("join"), ENTRY_JOIN, ROOM},
    {STR("part"), ENTRY_PART, ROOM_MAYBE},
    {STR("rooms"), ENTRY_ROOMS, 0},
    {STR("names"), ENTRY_LOOK, ROOM_MAYBE | COUNT},
    {STR("who"), ENTRY_WHO, 0},
    {STR("topic"), ENTRY_TOPIC, ROOM_MAYBE | TOPIC},
    {STR("nick"), ENTRY_RENAME, NICK},
    {STR("mute"), ENTRY_MUTE, 0},
    {STR("ignore"), ENTRY_IGNORE, NICK_MAYBE},
    {STR("ping"), ENTRY_ECHO, 0},
    {STR("bye"), ENTRY_QUIT, 0},
};

/* One object on its way to a request. */
struct reading {
    struct peer *peer;
    const struct json_value *object;
    struct request request;
    struct buf ref;
    struct request_place *places; /* owned */
    char token[SECRET_DIGEST_BYTES], new_token[SECRET_DIGEST_BYTES];
    const char *wrong; /* the first field that is; NULL: none */
};

static const struct json_value *member(const struct reading *r, const char *name)
{
    return json_value_member(r->object, name);
}

static void check(struct reading *r, const char *name, bool right)
{
    if (!right && !r->wrong)
        r->wrong = name;
}

static void read_string(struct reading *r, const char *name, bool maybe, struct str *out)
{
    const struct json_value *value = member(r, name);
    check(r, name, (maybe && !value) || json_value_string(value, out));
}

static void read_id(struct reading *r)
{
    struct str id = {"", 0};
    read_string(r, "id", true, &id);
    check(r, "id", id.len <= ID_BYTES && (id.len > 0 || !member(r, "id")));
    if (!r->wrong)
        r->request.ack = id;
}

static void read_ref(struct reading *r)
{
    const struct json_value *value = member(r, "ref");
    bool right = !value || json_value_mark(value, &r->ref);
    check(r, "ref", right);
    r->request.ref = right ? buf_str(&r->ref) : str_of(NULL, 0);
}

static void read_count(struct reading *r)
{
    const struct json_value *value = member(r, "count");
    uint64_t count = 0;
    check(r, "count", !value || (json_value_integer(value, INTEGER_MAX, &count) && count > 0));
    r->request.count = count > UINT32_MAX ? UINT32_MAX : (uint32_t)count;
}

static bool get_position(const struct json_value *value, struct position *out)
{
    return json_value_kind(value) == JSON_ARRAY && json_value_count(value) == 2 &&
           json_value_integer(json_value_at(value, 0), INTEGER_MAX, &out->epoch) &&
           json_value_integer(json_value_at(value, 1), INTEGER_MAX, &out->seq);
}

static void read_position(struct reading *r, const char *name, struct position *out)
{
    const struct json_value *value = member(r, name);
    check(r, name, !value || get_position(value, out));
}

/* After [0,0] is from the beginning, which an entry has another way of saying: nothing is before
 * epoch 1. */
static void read_after(struct reading *r)
{
    struct position *after = &r->request.after;
    read_position(r, "after", after);
    if (member(r, "after") && after->epoch == 0 && after->seq == 0)
        after->seq = 1;
}

/* An empty one takes the topic away; without the field it is asked for. */
static void read_topic(struct reading *r)
{
    read_string(r, "topic", true, &r->request.text);
    r->request.clear = member(r, "topic") && str_trim(r->request.text).len == 0;
}

static void read_on(struct reading *r)
{
    bool on = true;
    check(r, "on", json_value_boolean(member(r, "on"), &on));
    r->request.clear = !on;
}

/* Sessions */

static bool get_place(const struct json_value *value, struct request_place *place)
{
    const struct json_value *after = json_value_member(value, "after");
    return json_value_string(json_value_member(value, "room"), &place->room) &&
           (!after || get_position(after, &place->position));
}

static void read_places(struct reading *r)
{
    const struct json_value *rooms = member(r, "rooms");
    size_t count = json_value_count(rooms);
    check(r, "rooms", !rooms || json_value_kind(rooms) == JSON_ARRAY);
    check(r, "rooms", count <= r->peer->info->limits.rooms_per_user);
    if (r->wrong || count == 0)
        return;
    r->places = alloc_zero(count * sizeof(*r->places));
    for (size_t i = 0; i < count; i++)
        check(r, "rooms", get_place(json_value_at(rooms, i), &r->places[i]));
    r->request.places = r->places;
    r->request.count = (uint32_t)count;
}

/* "zh", "zh-CN" and the like are Chinese, all else is English. */
static void read_language(struct reading *r)
{
    struct native_state *state = r->peer->state;
    struct str lang = {"", 0};
    read_string(r, "lang", true, &lang);
    if (state->logged_in || lang.len == 0)
        return;
    bool chinese = str_equal_nocase(str_of(lang.ptr, lang.len < 2 ? lang.len : 2), STR("zh")) &&
                   (lang.len == 2 || lang.ptr[2] == '-' || lang.ptr[2] == '_');
    uint8_t language = chinese ? LANGUAGE_CHINESE : LANGUAGE_ENGLISH;
    if (state->language == language)
        return;
    state->language = language;
    r->peer->dialect = r->peer->dialect_other =
        native_dialect((enum framing)r->peer->framing, (enum language)language);
    r->peer->ops->redialect(r->peer);
}

/* What a new session can be resumed by: the same for all attempts until one is let in. Without
 * random bits there is none, and the session ends with its line. */
static void make_token(struct reading *r)
{
    struct tokens *tokens = native_tokens(r->peer->state);
    if (!tokens->has_own)
        tokens->has_own = secret_create(tokens->own) == 0;
    if (!tokens->has_own)
        return;
    secret_digest(str_of(tokens->own, sizeof(tokens->own)), r->new_token);
    r->request.new_token = str_of(r->new_token, sizeof(r->new_token));
}

static void read_token(struct reading *r)
{
    struct tokens *tokens = native_tokens(r->peer->state);
    struct str token = {"", 0};
    read_string(r, "token", false, &token);
    /* The welcome says it again. Of another length it is none. */
    if (token.len == sizeof(tokens->presented))
        memcpy(tokens->presented, token.ptr, token.len);
    read_position(r, "private", &r->request.private_after);
    secret_digest(token, r->token);
    r->request.token = str_of(r->token, sizeof(r->token));
}

/* The version that is asked for, if it is not ours; 0: it is. */
static uint64_t read_version(struct reading *r)
{
    const struct json_value *value = member(r, "version");
    uint64_t version = NATIVE_VERSION;
    check(r, "version", !value || json_value_integer(value, INTEGER_MAX, &version));
    return version == NATIVE_VERSION ? 0 : version;
}

static void read_fields(struct reading *r, unsigned fields)
{
    if (fields & ID)
        read_id(r);
    if (fields & (NICK | NICK_MAYBE))
        read_string(r, "nick", fields & NICK_MAYBE, &r->request.nick);
    if (fields & (ROOM | ROOM_MAYBE))
        read_string(r, "room", fields & ROOM_MAYBE, &r->request.room);
    if (fields & TEXT)
        read_string(r, "text", false, &r->request.text);
    if (fields & TOPIC)
        read_topic(r);
    if (fields & COUNT)
        read_count(r);
    if (fields & BEFORE)
        read_position(r, "before", &r->request.before);
    if (fields & AFTER)
        read_after(r);
    if (fields & ON)
        read_on(r);
    if (fields & TOKEN)
        read_token(r);
    if (fields & SESSION) {
        read_language(r);
        read_places(r);
    }
    if (fields & NICK && fields & SESSION)
        make_token(r);
    /* One direction, one addressee. */
    check(r, "after", !(fields & AFTER) || !member(r, "before") || !member(r, "after"));
    check(r, "nick", !(fields & ON) || !member(r, "nick") || !member(r, "room"));
}

static void refuse_version(struct reading *r, uint64_t version)
{
    struct buf text;
    buf_init(&text, 32);
    buf_printf(&text, "%llu", (unsigned long long)version);
    submit_refused(r->peer, &r->request, REFUSAL_VERSION, buf_str(&text), 0);
    buf_finish(&text);
}

static void submit_reading(struct reading *r, const struct form *form)
{
    read_fields(r, form->fields);
    uint64_t version = form->fields & SESSION ? read_version(r) : 0;
    if (r->wrong) {
        submit_refused(r->peer, &r->request, REFUSAL_USAGE, str_from(r->wrong), 0);
    } else if (version) {
        refuse_version(r, version);
    } else if (form->kind == ENTRY_ECHO) {
        r->peer->ops->charge(r->peer, 1);
        native_pong(r->peer, r->request.ref);
    } else {
        submit(r->peer, &r->request);
    }
}

static const struct form *form_of(struct str type)
{
    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
        if (str_equal(forms[i].type, type))
            return &forms[i];
    return NULL;
}

static bool take(struct peer *peer, const struct json_value *object)
{
    struct reading r = {.peer = peer, .object = object, .request = {.kind = ENTRY_KINDS}};
    struct str type = {"", 0};
    buf_init(&r.ref, JSON_MARK_TEXT_BYTES);
    read_ref(&r);
    bool has_type = json_value_string(member(&r, "type"), &type);
    const struct form *form = form_of(type);
    bool goodbye = form && form->kind == ENTRY_QUIT;
    if (!has_type)
        submit_refused(peer, &r.request, REFUSAL_USAGE, STR("type"), 0);
    else if (!form)
        submit_refused(peer, &r.request, REFUSAL_UNKNOWN_COMMAND, type, 0);
    if (form && !goodbye) {
        r.request.kind = form->kind;
        submit_reading(&r, form);
    }
    buf_finish(&r.ref);
    free(r.places);
    return goodbye;
}

bool native_request(struct peer *peer, struct str text)
{
    const char *why = "not an object";
    bool deep, goodbye = false;
    struct json_value *object = json_value_read(text, &why, &deep);
    if (json_value_kind(object) == JSON_OBJECT)
        goodbye = take(peer, object);
    else
        submit_refusal(peer, REFUSAL_SYNTAX, ENTRY_KINDS, str_from(why), 0);
    json_value_free(object);
    return goodbye;
}
