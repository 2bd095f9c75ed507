#include "scripted.h"

enum { LOG_BYTES = 1 << 20 };

static const char *const kind_names[] = {
    [CLIENT_STATE] = "state",
    [CLIENT_WELCOME] = "welcome",
    [CLIENT_LOGIN_REFUSED] = "login-refused",
    [CLIENT_CLOSED] = "closed",
    [CLIENT_ADDED] = "added",
    [CLIENT_REMOVED] = "removed",
    [CLIENT_CHANGED] = NULL, /* too many to be of use */
    [CLIENT_ITEMS] = "items",
    [CLIENT_PEOPLE] = "people",
    [CLIENT_TYPING] = "typing",
    [CLIENT_ENTERED] = "entered",
    [CLIENT_EXITED] = "exited",
    [CLIENT_SAID] = "said",
    [CLIENT_SENT] = "sent",
    [CLIENT_FAILED] = "failed",
    [CLIENT_ROOMS] = "rooms",
    [CLIENT_WHO] = "who",
    [CLIENT_SEARCH] = "search",
    [CLIENT_IGNORES] = "ignores",
    [CLIENT_IGNORE] = "ignore",
    [CLIENT_MUTE] = "mute",
    [CLIENT_NICK] = "nick",
    [CLIENT_ERROR] = "error",
    [CLIENT_NOTICE] = "notice",
};

static const char *const state_names[] = {
    [LINK_OFF] = "off",           [LINK_WAITING] = "waiting", [LINK_CONNECTING] = "connecting",
    [LINK_GREETING] = "greeting", [LINK_LOGIN] = "login",     [LINK_READY] = "ready",
    [LINK_REFUSED] = "refused",   [LINK_ENDED] = "ended",
};

static void on_connect(void *user)
{
    ((struct scripted *)user)->connects++;
}

static void on_disconnect(void *user)
{
    ((struct scripted *)user)->disconnects++;
}

static void write_conversation(struct buf *out, const struct conversation *v)
{
    if (v)
        buf_printf(out, " %s%.*s", v->private ? "@" : "", STR_ARG(v->name));
}

static void write_answer(struct buf *out, const struct client_event *e)
{
    const struct incoming *in = e->answer;
    for (size_t i = 0; i < in->room_count; i++)
        buf_printf(out, " %.*s(%llu)", STR_ARG(in->rooms[i].room),
                   (unsigned long long)in->rooms[i].people);
    for (size_t i = 0; i < in->person_count; i++)
        buf_printf(out, " %.*s", STR_ARG(in->people[i].nick));
    for (size_t i = 0; i < in->message_count; i++)
        buf_printf(out, " %.*s:%.*s", STR_ARG(in->messages[i].from), STR_ARG(in->messages[i].text));
    for (size_t i = 0; i < in->nick_count; i++)
        buf_printf(out, " %.*s", STR_ARG(in->nicks[i]));
}

/* The mirror of a list on a screen: counts only, which shows what was not told. */
static void follow_items(struct scripted *s, const struct client_event *e)
{
    size_t now = e->conversation->timeline.count;
    assert_true(e->at + e->added <= now);
    s->mirrored += e->added;
    s->mirrored -= e->removed;
}

static void on_event(void *user, const struct client_event *e)
{
    struct scripted *s = user;
    struct buf *out = &s->log;
    if (e->kind == CLIENT_ITEMS)
        follow_items(s, e);
    if (e->kind == CLIENT_REMOVED)
        s->mirrored -= e->conversation->timeline.count;
    if (!kind_names[e->kind] || (e->kind == CLIENT_ITEMS && !s->items))
        return;
    buf_append_str(out, str_from(kind_names[e->kind]));
    if (e->kind == CLIENT_STATE)
        buf_printf(out, " %s", state_names[client_link(s->client)->state]);
    write_conversation(out, e->conversation);
    if (e->kind == CLIENT_ITEMS)
        buf_printf(out, " %zu-%zu+%zu", e->at, e->removed, e->added);
    if (e->item)
        buf_printf(out, " %.*s:%.*s%s", STR_ARG(e->item->nick), STR_ARG(e->item->text),
                   e->item->mention ? "*" : "");
    if (e->nick.len > 0)
        buf_printf(out, " %.*s", STR_ARG(e->nick));
    if (e->code.len > 0)
        buf_printf(out, " %.*s", STR_ARG(e->code));
    if (e->answer)
        write_answer(out, e);
    if (e->flag)
        buf_append_str(out, STR(" !"));
    buf_append_char(out, '|');
}

void scripted_start_with(struct scripted *s, const struct client_options *options)
{
    static const struct client_hooks hooks = {
        .connect = on_connect, .disconnect = on_disconnect, .event = on_event};
    *s = (struct scripted){.now_ms = 1000000};
    buf_init(&s->log, LOG_BYTES);
    s->client = client_create(options, &hooks, s);
    client_start(s->client, s->now_ms);
    assert_int_equal(s->connects, 1);
}

void scripted_start(struct scripted *s, const char *nick)
{
    scripted_start_with(s, &(struct client_options){.nick = str_from(nick),
                                                    .lang = STR("en"),
                                                    .name = STR("test"),
                                                    .random = 0xABCD0000});
}

void scripted_finish(struct scripted *s)
{
    size_t items = 0;
    for (size_t i = 0; i < client_conversation_count(s->client); i++)
        items += client_conversation_at(s->client, i)->timeline.count;
    assert_int_equal(items, s->mirrored);
    client_destroy(s->client);
    buf_finish(&s->log);
}

static void forget(struct scripted *s)
{
    client_sent(s->client, client_output(s->client).len);
    buf_clear(&s->log);
}

static const char hello[] = "{'type':'hello','version':1,'versions':[1],'name':'Teahouse',"
                            "'limits':{'text':4000,'rooms':20,'history':200},'grace':30}";

void scripted_log_in(struct scripted *s, const char *nick)
{
    char welcome[200];
    client_connected(s->client, s->now_ms);
    scripted_server(s, hello);
    snprintf(welcome, sizeof(welcome),
             "{'type':'welcome','nick':'%s','user':'1','token':'t1','resumed':false}", nick);
    scripted_server(s, welcome);
    scripted_server(s, "{'type':'entered','room':'lobby','topic':'','current':true,"
                       "'messages':[],'more':false}");
    forget(s);
}

void scripted_break(struct scripted *s)
{
    client_broken(s->client, s->now_ms);
    s->now_ms = client_wakes_at(s->client);
    client_tick(s->client, s->now_ms);
    client_connected(s->client, s->now_ms);
    buf_clear(&s->log);
    scripted_server(s, hello);
}

void scripted_server(struct scripted *s, const char *lines)
{
    struct buf bytes;
    buf_init(&bytes, LOG_BYTES);
    buf_append_str(&bytes, str_from(lines));
    for (size_t i = 0; i < bytes.len; i++)
        bytes.ptr[i] = bytes.ptr[i] == '\'' ? '"' : bytes.ptr[i] == '|' ? '\n' : bytes.ptr[i];
    buf_append_char(&bytes, '\n');
    client_received(s->client, buf_str(&bytes), s->now_ms);
    buf_finish(&bytes);
}

void scripted_wait(struct scripted *s, int64_t ms)
{
    s->now_ms += ms;
    client_tick(s->client, s->now_ms);
}

static void check_lines(struct buf *got, const char *lines, const char *file, int line)
{
    while (got->len > 0 && got->ptr[got->len - 1] == '|')
        got->len--;
    check_str_at(buf_str(got), str_from(lines), file, line);
}

void scripted_said_at(struct scripted *s, const char *lines, const char *file, int line)
{
    struct buf got;
    struct str said = client_output(s->client);
    buf_init(&got, LOG_BYTES);
    for (size_t i = 0; i < said.len; i++)
        buf_append_char(&got, said.ptr[i] == '"' ? '\'' : said.ptr[i] == '\n' ? '|' : said.ptr[i]);
    check_lines(&got, lines, file, line);
    buf_finish(&got);
    client_sent(s->client, said.len);
}

void scripted_events_at(struct scripted *s, const char *lines, const char *file, int line)
{
    check_lines(&s->log, lines, file, line);
    buf_clear(&s->log);
}

static void write_item(struct buf *out, const struct item *item)
{
    struct str nick = item->nick, text = item->text;
    switch (item->kind) {
    case ITEM_MESSAGE: buf_printf(out, "%.*s: %.*s", STR_ARG(nick), STR_ARG(text)); break;
    case ITEM_PENDING: buf_printf(out, "%.*s? %.*s", STR_ARG(nick), STR_ARG(text)); break;
    case ITEM_FAILED:
        buf_printf(out, "%.*s! %.*s (%.*s)", STR_ARG(nick), STR_ARG(text), STR_ARG(item->code));
        break;
    case ITEM_JOINED: buf_printf(out, "+%.*s", STR_ARG(nick)); break;
    case ITEM_LEFT: buf_printf(out, "-%.*s %.*s", STR_ARG(nick), STR_ARG(item->code)); break;
    case ITEM_CROWD: buf_printf(out, "+%u -%u %u", item->came, item->went, item->people); break;
    case ITEM_RENAMED: buf_printf(out, "%.*s>%.*s", STR_ARG(nick), STR_ARG(text)); break;
    case ITEM_TOPIC: buf_printf(out, "%.*s=%.*s", STR_ARG(nick), STR_ARG(text)); break;
    case ITEM_AWAY: buf_printf(out, "~%.*s", STR_ARG(nick)); break;
    case ITEM_BACK: buf_printf(out, "^%.*s", STR_ARG(nick)); break;
    case ITEM_NOTICE: buf_printf(out, "#%.*s", STR_ARG(item->code)); break;
    case ITEM_ANNOUNCE: buf_printf(out, "##%.*s", STR_ARG(text)); break;
    case ITEM_NOTE: buf_printf(out, "(%.*s)", STR_ARG(text)); break;
    }
    buf_append_char(out, '|');
}

void scripted_transcript_at(struct scripted *s, const char *name, const char *lines,
                            const char *file, int line)
{
    struct buf got;
    struct conversation *v = scripted_conversation(s, name);
    const struct timeline *t = &v->timeline;
    buf_init(&got, LOG_BYTES);
    for (size_t i = 0; i < t->count; i++) {
        write_item(&got, t->items[i]);
        if (v->marker == t->items[i]->number)
            buf_append_str(&got, STR("----|"));
    }
    check_lines(&got, lines, file, line);
    buf_finish(&got);
}

struct conversation *scripted_conversation(struct scripted *s, const char *name)
{
    bool private = name[0] == '@';
    struct conversation *v = client_find(s->client, private, str_from(name + private));
    assert_non_null(v);
    return v;
}

void scripted_say(struct scripted *s, const char *name, const char *text)
{
    assert_int_equal(client_say(s->client, scripted_conversation(s, name), str_from(text)), 0);
}
