#include "clients/common/client_priv.h"

#include "base/alloc.h"
#include "clients/common/mention.h"

#include <stdlib.h>

void client_set(struct str *field, struct str value)
{
    struct str before = *field;
    *field = str_of(alloc_copy_str(value), value.len);
    free((char *)before.ptr);
}

static void copy_rooms(struct client *c, const struct client_options *options)
{
    c->room_count = options->room_count;
    c->rooms = alloc_zero((c->room_count + 1) * sizeof(*c->rooms));
    for (size_t i = 0; i < c->room_count; i++)
        client_set(&c->rooms[i], options->rooms[i]);
}

static void set_default_limits(struct server_limits *limits)
{
    *limits = (struct server_limits){
        .text_bytes = 4000,
        .nick_characters = 32,
        .room_characters = 50,
        .topic_bytes = 500,
        .rooms = 20,
        .history = 200,
        .unacknowledged = OUTGOING_UNACKNOWLEDGED,
    };
}

struct client *client_create(const struct client_options *options, const struct client_hooks *hooks,
                             void *user)
{
    struct client *c = alloc_zero(sizeof(*c));
    c->hooks = *hooks;
    c->user = user;
    client_set(&c->nick, options->nick);
    client_set(&c->lang, options->lang);
    client_set(&c->name, options->name);
    client_set(&c->user_id, STR(""));
    client_set(&c->token, STR(""));
    client_set(&c->server_name, STR(""));
    copy_rooms(c, options);
    c->window = options->window ? options->window : CLIENT_WINDOW;
    if (c->window < CLIENT_WINDOW_LEAST)
        c->window = CLIENT_WINDOW_LEAST;
    c->crowds_apart = options->crowds_apart;
    link_init(&c->link, options->random);
    lines_init(&c->lines, CLIENT_INPUT_BYTES);
    decoder_init(&c->decoder);
    buf_init(&c->output, CLIENT_OUTPUT_BYTES);
    outgoing_init(&c->outgoing, options->random >> 16);
    set_default_limits(&c->limits);
    c->hold_until_ms = INT64_MAX;
    c->random = options->random ^ options->random >> 32;
    return c;
}

void client_destroy(struct client *c)
{
    if (!c)
        return;
    for (size_t i = 0; i < c->count; i++)
        conversation_destroy(c->conversations[i]);
    free(c->conversations);
    for (size_t i = 0; i < c->room_count; i++)
        free((char *)c->rooms[i].ptr);
    free(c->rooms);
    outgoing_finish(&c->outgoing);
    lines_finish(&c->lines);
    decoder_finish(&c->decoder);
    buf_finish(&c->output);
    struct str own[] = {c->nick, c->lang, c->name, c->user_id, c->token, c->server_name};
    for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
        free((char *)own[i].ptr);
    free(c);
}

void client_emit(struct client *c, const struct client_event *event)
{
    c->hooks.event(c->user, event);
}

void client_emit_of(struct client *c, enum client_event_kind kind, struct conversation *v)
{
    client_emit(c, &(struct client_event){.kind = kind, .conversation = v});
}

/* What is of the past has no user: then the nick must do. */
bool client_is_me(const struct client *c, struct str user, struct str nick)
{
    if (user.len > 0)
        return str_equal(user, c->user_id);
    return mention_same_nick(nick, c->nick);
}

const struct link *client_link(const struct client *c)
{
    return &c->link;
}

struct str client_nick(const struct client *c)
{
    return c->nick;
}

struct str client_server_name(const struct client *c)
{
    return c->server_name;
}

const struct server_limits *client_limits(const struct client *c)
{
    return &c->limits;
}

bool client_muted(const struct client *c)
{
    return c->muted;
}

size_t client_pending(const struct client *c)
{
    return c->outgoing.count;
}
