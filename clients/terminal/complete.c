#include "clients/terminal/complete.h"

#include "base/utf8.h"
#include "clients/common/command.h"

enum { WORD_BYTES = 512 };

/* Walks what fits, up to the one that is wanted. */
struct search {
    struct str stem;
    unsigned wanted, seen;
    const char *before, *behind;
    struct buf *found;
};

static bool begins(struct str word, struct str stem)
{
    struct buf a, b;
    buf_init(&a, WORD_BYTES * 8);
    buf_init(&b, WORD_BYTES * 8);
    bool good = utf8_append_folded(&a, word) == 0 && utf8_append_folded(&b, stem) == 0 &&
                str_starts(buf_str(&a), buf_str(&b));
    buf_finish(&a);
    buf_finish(&b);
    return good;
}

static void consider(struct search *s, struct str word)
{
    if (word.len == 0 || !begins(word, s->stem))
        return;
    if (s->seen++ != s->wanted)
        return;
    buf_append_str(s->found, str_from(s->before));
    buf_append_str(s->found, word);
    buf_append_str(s->found, str_from(s->behind));
}

static void consider_commands(struct search *s)
{
    for (size_t i = 0; i < command_count; i++)
        consider(s, str_from(command_rows[i].name));
}

void complete_init(struct completion *c)
{
    *c = (struct completion){0};
    buf_init(&c->rooms, COMPLETE_ROOMS_BYTES);
}

void complete_finish(struct completion *c)
{
    buf_finish(&c->rooms);
}

void complete_know_rooms(struct completion *c, const struct incoming_room *rooms, size_t count)
{
    buf_clear(&c->rooms);
    for (size_t i = 0; i < count; i++) {
        if (c->rooms.len + rooms[i].room.len + 1 > COMPLETE_ROOMS_BYTES)
            return;
        buf_append_str(&c->rooms, rooms[i].room);
        buf_append_char(&c->rooms, '\0');
    }
}

/* Those of the server that are not among them already. */
static void consider_other_rooms(struct search *s, const struct completion *c,
                                 const struct client *client)
{
    struct str rest = buf_str(&c->rooms);
    while (rest.len > 0) {
        struct str room = str_cut(&rest, '\0');
        if (!client_find(client, false, room))
            consider(s, room);
    }
}

static void consider_rooms(struct search *s, const struct client *client)
{
    for (size_t i = 0; i < client_conversation_count(client); i++) {
        const struct conversation *v = client_conversation_at(client, i);
        if (!v->private)
            consider(s, v->name);
    }
}

/* Those who spoke last come first; then the others. */
static void consider_people(struct search *s, const struct client *client,
                            const struct conversation *v)
{
    if (!v)
        return;
    if (v->private)
        consider(s, v->name);
    struct str last = {0};
    const struct timeline *t = &v->timeline;
    for (size_t i = t->count; i > 0 && last.len == 0; i--)
        if (t->items[i - 1]->kind == ITEM_MESSAGE && !t->items[i - 1]->mine)
            last = t->items[i - 1]->nick;
    consider(s, last);
    for (size_t i = 0; i < v->people.count; i++) {
        struct str nick = v->people.persons[i].nick;
        if (!str_equal(nick, client_nick(client)) && !str_equal(nick, last))
            consider(s, nick);
    }
}

static void look(struct search *s, struct str text, const struct completion *c,
                 const struct client *client, const struct conversation *current)
{
    struct str line = str_of(text.ptr, c->start);
    struct str command = line, first = command_cut_word(&command);
    if (c->start == 0 && s->stem.len > 0 && s->stem.ptr[0] == '/') {
        s->stem = str_skip(s->stem, 1);
        s->before = "/";
        s->behind = " ";
        consider_commands(s);
    } else if (c->start == 0 && s->stem.len > 0 && s->stem.ptr[0] == '@') {
        s->stem = str_skip(s->stem, 1);
        s->before = "@";
        s->behind = " ";
        consider_people(s, client, current);
    } else if (str_equal(first, STR("/join")) || str_equal(first, STR("/part")) ||
               str_equal(first, STR("/j")) || str_equal(first, STR("/leave"))) {
        consider_rooms(s, client);
        if (str_equal(first, STR("/join")) || str_equal(first, STR("/j")))
            consider_other_rooms(s, c, client);
    } else {
        s->behind = c->start == 0 ? ": " : " ";
        consider_people(s, client, current);
    }
}

static bool begin(struct completion *c, struct editor *e)
{
    size_t start = e->cursor;
    while (start > 0 && e->text.ptr[start - 1] != ' ' && e->text.ptr[start - 1] != '\n')
        start--;
    size_t len = e->cursor - start;
    if (len >= sizeof(c->stem) || e->text.len == 0)
        return false;
    memcpy(c->stem, e->text.ptr + start, len);
    c->stem[len] = '\0';
    c->start = start;
    c->turn = 0;
    c->active = true;
    return true;
}

static void put(struct completion *c, struct editor *e, struct str word)
{
    struct buf text;
    buf_init(&text, EDITOR_TEXT_BYTES);
    buf_append(&text, e->text.ptr, c->start);
    buf_append_str(&text, word);
    size_t cursor = text.len;
    buf_append_str(&text, str_skip(buf_str(&e->text), e->cursor));
    if (!text.full) {
        editor_set(e, buf_str(&text));
        e->cursor = cursor;
    }
    buf_finish(&text);
}

bool complete_next(struct completion *c, struct editor *e, const struct client *client,
                   const struct conversation *current)
{
    struct buf found;
    if (c->active)
        c->turn++;
    else if (!begin(c, e))
        return false;
    buf_init(&found, WORD_BYTES);
    for (int round = 0; round < 2; round++) {
        struct search s = {.stem = str_from(c->stem),
                           .wanted = c->turn,
                           .before = "",
                           .behind = "",
                           .found = &found};
        look(&s, buf_str(&e->text), c, client, current);
        if (found.len > 0 || s.seen == 0)
            break;
        c->turn = 0; /* from the beginning again */
    }
    bool good = found.len > 0;
    if (good)
        put(c, e, buf_str(&found));
    else
        c->active = false;
    buf_finish(&found);
    return good;
}

void complete_stop(struct completion *c)
{
    c->active = false;
}
