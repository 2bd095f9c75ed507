#include "core/submit.h"

#include "base/utf8.h"
#include "core/name.h"

/* A reply may quote so much of what was wrong. */
enum { QUOTE_BYTES = 128 };

static struct str quote(struct peer *peer, struct str text)
{
    struct buf clean;
    buf_init(&clean, QUOTE_BYTES * 4);
    text_append_clean_line(&clean, utf8_prefix(text, QUOTE_BYTES));
    struct str copy = arena_copy(peer->ops->arena(peer), buf_str(&clean));
    buf_finish(&clean);
    return copy;
}

static struct entry *refuse(struct peer *peer, const struct request *r, enum refusal refusal,
                            struct str text, uint32_t count)
{
    struct entry *entry = peer->ops->entry(peer, ENTRY_REFUSE);
    entry->refusal = refusal;
    entry->about = r->kind;
    entry->count = count;
    entry->text = quote(peer, text);
    entry->nick = entry->room = entry->text;
    entry->ack = arena_copy(peer->ops->arena(peer), r->ack);
    entry->ref = arena_copy(peer->ops->arena(peer), r->ref);
    return entry;
}

void submit_refused(struct peer *peer, const struct request *r, enum refusal refusal,
                    struct str text, uint32_t count)
{
    peer->ops->charge(peer, 1);
    refuse(peer, r, refusal, text, count);
}

void submit_refusal(struct peer *peer, enum refusal refusal, enum entry_kind about, struct str text,
                    uint32_t count)
{
    struct request r = {.kind = about};
    submit_refused(peer, &r, refusal, text, count);
}

/* Which of a request's fields its kind uses, and whether they may be left empty. */
enum {
    NICK = 1,
    NICK_MAYBE = 2,
    ROOM = 4,
    ROOM_MAYBE = 8,
    TEXT = 16,
    TEXT_MAYBE = 32,
    ONE_LINE = 64,  /* line breaks in the text become blanks */
    NICK_RAW = 128, /* looked up, so the grammar does not matter */
    PLACES = 256,
};

static const unsigned fields[ENTRY_KINDS] = {
    [ENTRY_LOGIN] = NICK | PLACES,
    [ENTRY_RESUME] = PLACES,
    [ENTRY_RENAME] = NICK,
    [ENTRY_SAY] = ROOM_MAYBE | TEXT,
    [ENTRY_TELL] = NICK_RAW | TEXT,
    [ENTRY_JOIN] = ROOM,
    [ENTRY_PART] = ROOM_MAYBE,
    [ENTRY_TOPIC] = ROOM_MAYBE | TEXT_MAYBE | ONE_LINE,
    [ENTRY_IGNORE] = NICK_MAYBE,
    [ENTRY_LOOK] = ROOM_MAYBE,
    [ENTRY_HISTORY] = ROOM_MAYBE,
    [ENTRY_SEARCH] = ROOM_MAYBE | TEXT | ONE_LINE,
    [ENTRY_TYPING] = ROOM_MAYBE | NICK_MAYBE,
    [ENTRY_ECHO] = TEXT_MAYBE,
    [ENTRY_KICK] = NICK_RAW | TEXT_MAYBE | ONE_LINE,
    [ENTRY_BAN] = NICK_RAW | TEXT_MAYBE | ONE_LINE,
    [ENTRY_UNBAN] = NICK_RAW,
    [ENTRY_ANNOUNCE] = TEXT | ONE_LINE,
};

static enum refusal check_nick(const struct limits *limits, const struct request *r,
                               struct buf *fold)
{
    unsigned use = fields[r->kind];
    if (!(use & (NICK | NICK_MAYBE | NICK_RAW)) || (r->nick.len == 0 && (use & NICK_MAYBE)))
        return REFUSAL_NONE;
    enum refusal refusal = name_check_nick(limits, r->nick, fold);
    if (!(use & (NICK_RAW | NICK_MAYBE)) || refusal == REFUSAL_NONE ||
        refusal == REFUSAL_NICK_EMPTY)
        return refusal;
    /* No nick, but it may be an address; otherwise nobody is called so. */
    bool address = r->kind == ENTRY_BAN || r->kind == ENTRY_UNBAN;
    return address ? REFUSAL_NONE : REFUSAL_NICK_UNKNOWN;
}

static enum refusal check_room(const struct limits *limits, const struct request *r,
                               struct buf *fold)
{
    unsigned use = fields[r->kind];
    if (!(use & (ROOM | ROOM_MAYBE)) || (r->room.len == 0 && (use & ROOM_MAYBE)))
        return REFUSAL_NONE;
    return name_check_room(limits, r->room, fold);
}

static uint32_t text_limit(const struct limits *limits, enum entry_kind kind)
{
    return kind == ENTRY_TOPIC ? limits->topic_bytes : limits->message_bytes;
}

static enum refusal check_text(const struct limits *limits, const struct request *r,
                               struct buf *clean)
{
    unsigned use = fields[r->kind];
    if (!(use & (TEXT | TEXT_MAYBE)))
        return REFUSAL_NONE;
    buf_init(clean, text_limit(limits, r->kind));
    /* So that blanks at the end do not count. */
    struct str text = str_trim(r->text);
    int rc = use & ONE_LINE ? text_append_clean_line(clean, text) : text_append_clean(clean, text);
    if (rc < 0)
        return r->kind == ENTRY_TOPIC ? REFUSAL_TOPIC_LONG : REFUSAL_TEXT_LONG;
    if (clean->len == 0 && (use & TEXT))
        return r->kind == ENTRY_SEARCH ? REFUSAL_SEARCH_EMPTY : REFUSAL_TEXT_EMPTY;
    return REFUSAL_NONE;
}

static uint32_t place_count(const struct limits *limits, const struct request *r)
{
    if (!(fields[r->kind] & PLACES) || !r->places)
        return 0;
    return r->count < limits->rooms_per_user ? r->count : limits->rooms_per_user;
}

/* Copies the places that the request names; the first name that no room can have is `*wrong`. */
static enum refusal take_places(struct peer *peer, const struct request *r,
                                struct entry_place **out, struct str *wrong)
{
    const struct limits *limits = &peer->info->limits;
    struct arena *arena = peer->ops->arena(peer);
    uint32_t count = place_count(limits, r);
    enum refusal refusal = REFUSAL_NONE;
    struct buf fold;
    buf_init(&fold, NAME_FOLD_BYTES);
    *out = count > 0 ? arena_alloc(arena, count * sizeof(**out)) : NULL;
    for (uint32_t i = 0; i < count && refusal == REFUSAL_NONE; i++) {
        buf_clear(&fold);
        *wrong = r->places[i].room;
        refusal = name_check_room(limits, *wrong, &fold);
        (*out)[i] = (struct entry_place){arena_copy(arena, *wrong),
                                         arena_copy(arena, buf_str(&fold)), r->places[i].position};
    }
    buf_finish(&fold);
    return refusal == REFUSAL_NONE ? refusal : REFUSAL_ROOM_INVALID;
}

static uint32_t limit_of(const struct limits *limits, enum refusal refusal, enum entry_kind kind)
{
    switch (refusal) {
    case REFUSAL_NICK_LONG: return limits->nick_characters;
    case REFUSAL_ROOM_LONG: return limits->room_characters;
    case REFUSAL_TEXT_LONG:
    case REFUSAL_TOPIC_LONG: return text_limit(limits, kind);
    default: return 0;
    }
}

void submit(struct peer *peer, const struct request *r)
{
    const struct limits *limits = &peer->info->limits;
    struct buf nick_fold, room_fold, text;
    buf_init(&nick_fold, NAME_FOLD_BYTES);
    buf_init(&room_fold, NAME_FOLD_BYTES);
    buf_init(&text, 0);

    peer->ops->charge(peer, command_cost(r->kind));

    struct str wrong = r->nick;
    enum refusal refusal = check_nick(limits, r, &nick_fold);
    if (refusal == REFUSAL_NONE) {
        wrong = r->room;
        refusal = check_room(limits, r, &room_fold);
    }
    if (refusal == REFUSAL_NONE) {
        wrong = str_of(NULL, 0);
        refusal = check_text(limits, r, &text);
    }
    struct entry_place *places = NULL;
    if (refusal == REFUSAL_NONE)
        refusal = take_places(peer, r, &places, &wrong);
    if (refusal != REFUSAL_NONE) {
        refuse(peer, r, refusal, wrong, limit_of(limits, refusal, r->kind));
    } else {
        struct entry *entry = peer->ops->entry(peer, r->kind);
        struct arena *arena = peer->ops->arena(peer);
        entry->nick = arena_copy(arena, r->nick);
        entry->nick_fold = arena_copy(arena, buf_str(&nick_fold));
        entry->room = arena_copy(arena, r->room);
        entry->room_fold = arena_copy(arena, buf_str(&room_fold));
        entry->text = arena_copy(arena, buf_str(&text));
        entry->ack = arena_copy(arena, r->ack);
        entry->ref = arena_copy(arena, r->ref);
        entry->count = fields[r->kind] & PLACES ? place_count(limits, r) : r->count;
        entry->clear = r->clear;
        entry->before = r->before;
        entry->after = r->after;
        entry->token = arena_copy(arena, r->token);
        entry->new_token = arena_copy(arena, r->new_token);
        entry->places = places;
        entry->private_after = r->private_after;
    }
    buf_finish(&nick_fold);
    buf_finish(&room_fold);
    buf_finish(&text);
}
