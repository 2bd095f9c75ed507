/* What happens to the line. */
#include "clients/common/client_priv.h"

#include "clients/common/encode.h"

static void obey(struct client *c, enum link_action action);

static void forget_line(struct client *c)
{
    lines_reset(&c->lines);
    buf_clear(&c->output);
    outgoing_line_broken(&c->outgoing);
    for (size_t i = 0; i < c->count; i++) {
        struct conversation *v = c->conversations[i];
        v->typing.count = 0;
        v->typing_said_ms = 0;
        v->names_due_ms = INT64_MAX; /* it is asked for on entering again */
        if (v->paging != PAGING_NONE) {
            v->paging = PAGING_NONE;
            client_emit_of(c, CLIENT_CHANGED, v);
        }
    }
}

static void obey(struct client *c, enum link_action action)
{
    switch (action) {
    case LINK_NOTHING: break;
    case LINK_CONNECT: c->hooks.connect(c->user); break;
    case LINK_DISCONNECT:
        forget_line(c);
        c->hooks.disconnect(c->user);
        break;
    case LINK_SAY_LOGIN: client_say_login(c); break;
    case LINK_SAY_PING: encode_plain(&c->output, "ping", 0); break;
    }
}

void client_end_line(struct client *c)
{
    link_end(&c->link);
    forget_line(c);
    c->hooks.disconnect(c->user);
}

void client_drop_line(struct client *c)
{
    link_broken(&c->link, c->now_ms);
    obey(c, LINK_DISCONNECT);
}

void client_settle(struct client *c)
{
    if (c->output.full) /* half a line must not go out */
        client_drop_line(c);
    if (c->told_state != c->link.state) {
        c->told_state = c->link.state;
        client_emit_of(c, CLIENT_STATE, NULL);
    }
    if (c->output.len > 0 && c->hooks.output)
        c->hooks.output(c->user);
}

void client_start(struct client *c, int64_t now_ms)
{
    c->now_ms = now_ms;
    obey(c, link_start(&c->link, now_ms));
    client_settle(c);
}

void client_stop(struct client *c)
{
    if (c->link.up) {
        encode_plain(&c->output, "bye", 0);
        if (c->hooks.output)
            c->hooks.output(c->user);
    }
    client_set(&c->token, STR(""));
    outgoing_finish(&c->outgoing);
    client_end_line(c);
    client_settle(c);
}

void client_login(struct client *c, struct str nick, int64_t now_ms)
{
    c->now_ms = now_ms;
    client_set(&c->nick, nick);
    obey(c, link_retry(&c->link, now_ms));
    client_settle(c);
}

void client_connected(struct client *c, int64_t now_ms)
{
    c->now_ms = now_ms;
    link_connected(&c->link, now_ms);
    client_settle(c);
}

void client_received(struct client *c, struct str bytes, int64_t now_ms)
{
    struct str line;
    c->now_ms = now_ms;
    if (!c->link.up)
        return;
    link_heard(&c->link, now_ms);
    if (lines_feed(&c->lines, bytes) < 0)
        client_drop_line(c);
    while (c->link.up && lines_next(&c->lines, &line))
        client_take_line(c, line);
    client_flush(c);
    client_settle(c);
}

void client_broken(struct client *c, int64_t now_ms)
{
    c->now_ms = now_ms;
    link_broken(&c->link, now_ms);
    forget_line(c);
    client_settle(c);
}

struct str client_output(const struct client *c)
{
    return buf_str(&c->output);
}

void client_sent(struct client *c, size_t bytes)
{
    buf_consume(&c->output, bytes < c->output.len ? bytes : c->output.len);
}

int64_t client_wakes_at(const struct client *c)
{
    int64_t at = c->link.due_ms;
    if (c->hold_until_ms < at)
        at = c->hold_until_ms;
    for (size_t i = 0; i < c->count; i++) {
        int64_t typing = typing_wakes_at(&c->conversations[i]->typing);
        at = typing < at ? typing : at;
        int64_t names = c->conversations[i]->names_due_ms;
        at = names < at ? names : at;
    }
    return at;
}

void client_tick(struct client *c, int64_t now_ms)
{
    c->now_ms = now_ms;
    obey(c, link_tick(&c->link, now_ms));
    for (size_t i = 0; i < c->count; i++)
        if (typing_forget(&c->conversations[i]->typing, now_ms))
            client_emit_of(c, CLIENT_TYPING, c->conversations[i]);
    client_people_tick(c);
    if (c->hold_until_ms <= now_ms) {
        client_release(c, NULL);
        client_flush(c);
    }
    client_settle(c);
}
