/* What is said, and what was said. */
#include "core/hub_priv.h"

enum { HISTORY_DEFAULT = 20 };

/* Sent again by who had not heard that it was kept: its answer is the first one's. */
static bool sent_again(struct apply *a)
{
    const struct sent *sent = sent_find(a->user, a->entry->ack);
    if (!sent)
        return false;
    struct message *m =
        message_create(sent->room, a->user->nick, str_of(NULL, 0), sent->position, sent->at_ms);
    event_batch_hold(a->batch, m);
    message_unref(m);
    struct event *event = apply_answer(a, EVENT_ACK);
    event->ack = apply_copy(a, a->entry->ack);
    event->room = m->room;
    event->message = m;
    event->user = a->user->id;
    event->again = true;
    return true;
}

/* Whoever can come back may have to send again. */
static void remember_sent(struct apply *a, const struct message *m, struct record *record)
{
    record->from_user = a->user->id;
    if (!a->user->resumable || a->entry->ack.len == 0)
        return;
    record->client_id = apply_copy(a, a->entry->ack);
    sent_add(a->user->resumable, a->entry->ack, m->room, m->position, m->at_ms);
}

static void answer_ack(struct apply *a, struct str room, struct message *m)
{
    if (a->entry->ack.len == 0 && a->entry->ref.len == 0)
        return;
    struct event *event = apply_answer(a, EVENT_ACK);
    event->about = a->entry->kind;
    event->ack = apply_copy(a, a->entry->ack);
    event->room = room;
    event->message = m;
    event->kept_pending = true;
}

/* Gives the message to the batch, which holds it from now on. */
static struct message *make_message(struct apply *a, struct str room, struct position position)
{
    struct message *m =
        message_create(room, a->user->nick, a->entry->text, position, a->entry->at_ms);
    m->user = a->user->id;
    event_batch_hold(a->batch, m);
    message_unref(m);
    return m;
}

void apply_say(struct apply *a)
{
    if (sent_again(a))
        return;
    struct room *room = apply_room(a);
    if (!room)
        return;
    if (a->user->muted) {
        apply_refuse(a, REFUSAL_MUTED);
        return;
    }
    struct position position = {a->hub->options.epoch, room->next_seq++};
    struct message *m = make_message(a, room->name, position);
    room_remember(a->hub, room, m);
    a->hub->stats.messages++;

    struct event *event = event_batch_add(a->batch, EVENT_MESSAGE);
    event->room_id = room->id;
    event->room = m->room;
    event->nick = m->from;
    event->session = a->user->session;
    event->user = a->user->id;
    event->fold_hash = a->user->fold_hash;
    event->at_ms = m->at_ms;
    event->ack = apply_copy(a, a->entry->ack);
    event->ref = apply_copy(a, a->entry->ref); /* of the refusal, should it not be kept */
    event->message = m;
    event->kept_pending = true;
    apply_reaches(a, room);
    answer_ack(a, m->room, m);

    struct record *record = event_batch_add_record(a->batch, RECORD_MESSAGE);
    record->message = m;
    record->at_ms = m->at_ms;
    record->room = m->room;
    record->room_fold = apply_copy(a, room->fold);
    remember_sent(a, m, record);
}

static void tell_one(struct apply *a, const struct user *to, const struct user *addressee,
                     struct message *m, bool own)
{
    if (user_away(addressee))
        return;
    struct event *event = event_batch_add(a->batch, EVENT_PRIVATE);
    event->session = addressee->session;
    event->message = m;
    event->nick = apply_copy(a, to->nick);
    event->user = a->user->id;
    event->at_ms = m->at_ms;
    event->flag = own;
    event->ack = apply_copy(a, own ? a->entry->ack : str_of(NULL, 0));
    event->ref = apply_copy(a, own ? a->entry->ref : str_of(NULL, 0));
    event->kept_pending = true;
}

static struct str at_nick(struct apply *a, struct str nick)
{
    char *name = arena_alloc(&a->batch->arena, nick.len + 1);
    name[0] = '@';
    memcpy(name + 1, nick.ptr, nick.len);
    return str_of(name, nick.len + 1);
}

void apply_tell(struct apply *a)
{
    if (sent_again(a))
        return;
    struct user *from = a->user, *to = user_find(a->hub, a->entry->nick_fold);
    if (!to) {
        apply_refuse(a, REFUSAL_NICK_UNKNOWN);
        return;
    }
    struct position position = {a->hub->options.epoch, ++a->hub->private_seq};
    struct message *m = make_message(a, at_nick(a, to->nick), position);
    a->hub->stats.private_messages++;

    /* Who ignores the sender does not hear it, and the sender does not hear of that. */
    bool heard = !user_ignores(to, from);
    if (to != from && heard)
        tell_one(a, to, to, m, false);
    tell_one(a, to, from, m, true);
    answer_ack(a, m->room, m);

    from->has_private = true;
    to->has_private |= heard;
    struct record *record = event_batch_add_record(a->batch, RECORD_PRIVATE);
    record->message = m;
    remember_sent(a, m, record);
    record->to_user = heard ? to->id : 0;
    record->at_ms = m->at_ms;
}

static void type_to_one(struct apply *a)
{
    const struct user *to = user_find(a->hub, a->entry->nick_fold);
    if (!to) {
        apply_refuse(a, REFUSAL_NICK_UNKNOWN);
        return;
    }
    if (to == a->user || user_away(to) || user_ignores(to, a->user))
        return;
    struct event *event = event_batch_add(a->batch, EVENT_TYPING);
    event->scope = SCOPE_SESSION;
    event->session = to->session;
    event->nick = apply_copy(a, a->user->nick);
    event->user = a->user->id;
    event->fold_hash = a->user->fold_hash;
    event->at_ms = a->entry->at_ms;
    event->flag = !a->entry->clear;
}

/* Said to who is there now; nobody else hears of it, and nothing keeps it. */
void apply_typing(struct apply *a)
{
    if (a->entry->nick.len > 0) {
        type_to_one(a);
        return;
    }
    const struct room *room = apply_room(a);
    if (room && a->user->muted)
        apply_refuse(a, REFUSAL_MUTED);
    else if (room)
        apply_tell_room(a, EVENT_TYPING, room, a->user)->flag = !a->entry->clear;
}

/* The room whose history is asked for: any that the asker might join. False: refused. */
static bool history_room(struct apply *a, struct asked *asked)
{
    *asked = (struct asked){
        .room = a->user->current, .before = a->entry->before, .after = a->entry->after};
    if (a->entry->room.len > 0) {
        asked->room = room_find(a->hub, a->entry->room_fold);
        asked->name = a->entry->room;
        asked->fold = a->entry->room_fold;
    }
    if (asked->room) {
        asked->name = asked->room->name;
        asked->fold = asked->room->fold;
    } else if (a->entry->room.len == 0) {
        apply_refuse(a, REFUSAL_ROOM_NOT_IN);
        return false;
    }
    return true;
}

void apply_history(struct apply *a)
{
    struct asked asked;
    uint32_t most = a->hub->options.limits.history_lines;
    uint32_t count = a->entry->count ? a->entry->count : HISTORY_DEFAULT;
    if (!history_room(a, &asked))
        return;
    asked.count = count > most ? most : count;
    if (position_given(asked.after))
        apply_after(a, &asked);
    else
        apply_recent(a, &asked);
}

void apply_search(struct apply *a)
{
    struct asked asked;
    if (!history_room(a, &asked))
        return;
    if (!a->hub->options.store) {
        apply_refuse(a, REFUSAL_NOT_READ);
        return;
    }
    uint32_t most = a->hub->options.limits.search_lines;
    struct store_query query = {
        .kind = QUERY_SEARCH,
        .room_fold = asked.fold,
        .words = a->entry->text,
        .before = asked.before,
        .limit = a->entry->count && a->entry->count < most ? a->entry->count : most,
    };
    apply_fetch(a, &query, asked.room ? asked.room->id : 0, asked.name);
}

void apply_help(struct apply *a)
{
    apply_answer(a, EVENT_HELP);
}

void apply_echo(struct apply *a)
{
    apply_answer(a, EVENT_ECHO)->text = apply_copy(a, a->entry->text);
}

void apply_refused(struct apply *a)
{
    struct event *event = apply_answer(a, EVENT_REFUSED);
    event->refusal = a->entry->refusal;
    event->about = a->entry->about;
    event->count = a->entry->count;
    event->nick = event->room = event->text = apply_copy(a, a->entry->text);
    event->ack = apply_copy(a, a->entry->ack);
    event->flag = a->user == NULL;
    a->hub->stats.refused++;
}
