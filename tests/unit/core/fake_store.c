#include "fake_store.h"

#include "base/alloc.h"

#include <assert.h>
#include <stdlib.h>

enum { JOURNAL_BYTES = 1 << 22 };

static struct fake_store *fake_of(struct store *store)
{
    return (struct fake_store *)(void *)store;
}

static struct fake_kept *keep(struct fake_store *s, struct str fold, struct message *m)
{
    s->kept = alloc_resize(s->kept, (s->kept_count + 1) * sizeof(*s->kept));
    char *copy = alloc_zero(fold.len + 1);
    if (fold.len > 0)
        memcpy(copy, fold.ptr, fold.len);
    s->kept[s->kept_count] = (struct fake_kept){.fold = copy, .message = message_ref(m)};
    return &s->kept[s->kept_count++];
}

static void note_record(struct buf *out, const struct record *r)
{
    const struct message *m = r->message;
    switch (r->kind) {
    case RECORD_MESSAGE:
        buf_printf(out, "message %.*s %.*s %llu/%llu %.*s: %.*s\n", STR_ARG(r->room),
                   STR_ARG(r->room_fold), (unsigned long long)m->position.epoch,
                   (unsigned long long)m->position.seq, STR_ARG(m->from), STR_ARG(m->text));
        break;
    case RECORD_PRIVATE:
        buf_printf(out, "private %llu %llu %.*s: %.*s\n", (unsigned long long)r->from_user,
                   (unsigned long long)r->to_user, STR_ARG(m->from), STR_ARG(m->text));
        break;
    case RECORD_SESSION:
        buf_printf(out, "session %llu %.*s\n", (unsigned long long)r->from_user, STR_ARG(r->from));
        break;
    case RECORD_SESSION_GONE:
        buf_printf(out, "gone %llu\n", (unsigned long long)r->from_user);
        break;
    case RECORD_TOPIC:
        buf_printf(out, "topic %.*s %.*s %.*s: %.*s\n", STR_ARG(r->room), STR_ARG(r->room_fold),
                   STR_ARG(r->from), STR_ARG(r->text));
        break;
    case RECORD_BAN:
        buf_printf(out, "ban %.*s: %.*s\n", STR_ARG(r->address), STR_ARG(r->text));
        break;
    case RECORD_SENT:
        buf_printf(out, "sent %llu %.*s %.*s %llu/%llu\n", (unsigned long long)r->from_user,
                   STR_ARG(r->client_id), STR_ARG(r->room), (unsigned long long)r->position.epoch,
                   (unsigned long long)r->position.seq);
        break;
    case RECORD_LOST:
        buf_printf(out, "lost %llu %llu/%llu\n", (unsigned long long)r->from_user,
                   (unsigned long long)r->position.epoch, (unsigned long long)r->position.seq);
        break;
    case RECORD_UNBAN: buf_printf(out, "unban %.*s\n", STR_ARG(r->address)); break;
    }
}

static void keep_record(struct fake_store *s, const struct record *r)
{
    if (r->kind == RECORD_MESSAGE)
        keep(s, r->room_fold, r->message);
    if (r->kind != RECORD_PRIVATE)
        return;
    struct fake_kept *kept = keep(s, str_of(NULL, 0), r->message);
    kept->from_user = r->from_user;
    kept->to_user = r->to_user;
}

void fake_store_write_done(struct fake_store *s, int status)
{
    struct store_write *write = s->writing;
    assert(write);
    s->writing = write->next;
    if (!s->writing)
        s->writing_last = &s->writing;
    s->writing_count--;
    write->status = status;
    if (status == 0)
        for (const struct record *r = write->records; r; r = r->next)
            keep_record(s, r);
    write->next = NULL;
    *s->written_last = write;
    s->written_last = &write->next;
}

static void fake_write(struct store *store, struct store_write *write)
{
    struct fake_store *s = fake_of(store);
    size_t count = 0;
    for (const struct record *r = write->records; r; r = r->next, count++)
        note_record(&s->journal, r);
    assert(count == write->count);
    write->next = NULL;
    *s->writing_last = write;
    s->writing_last = &write->next;
    s->writing_count++;
    if (!s->hold_writes)
        fake_store_write_done(s, s->write_status);
}

static struct store_write *fake_take_written(struct store *store)
{
    struct fake_store *s = fake_of(store);
    struct store_write *write = s->written;
    if (write && !(s->written = write->next))
        s->written_last = &s->written;
    return write;
}

static bool found(const struct store_query *q, const struct fake_kept *kept)
{
    struct str text = kept->message->text;
    struct position position = kept->message->position;
    if ((position_given(q->before) && position_compare(position, q->before) >= 0) ||
        position_compare(position, q->after) <= 0)
        return false;
    if (q->kind == QUERY_PRIVATE)
        return kept->from_user == q->user || kept->to_user == q->user;
    return str_equal(str_from(kept->fold), q->room_fold) &&
           (q->kind != QUERY_SEARCH || memmem(text.ptr, text.len, q->words.ptr, q->words.len));
}

static void answer_after(const struct fake_store *s, struct store_query *q)
{
    for (size_t i = 0; i < s->kept_count; i++) {
        if (!found(q, &s->kept[i]))
            continue;
        if (q->count == q->limit) {
            q->more = true;
            break;
        }
        q->messages[q->count++] = message_ref(s->kept[i].message);
    }
}

static void answer(const struct fake_store *s, struct store_query *q)
{
    q->messages = alloc_bytes(q->limit * sizeof(*q->messages));
    q->lost = s->lost_private && q->kind == QUERY_PRIVATE;
    if (q->kind == QUERY_AFTER) {
        answer_after(s, q);
        return;
    }
    for (size_t i = s->kept_count; i > 0; i--) {
        const struct fake_kept *kept = &s->kept[i - 1];
        q->reached |= q->kind == QUERY_RECENT && str_equal(str_from(kept->fold), q->room_fold) &&
                      position_compare(kept->message->position, q->after) <= 0;
        if (!found(q, kept))
            continue;
        if (q->count == q->limit) {
            q->more = true;
            break;
        }
        q->messages[q->count++] = message_ref(s->kept[i - 1].message);
    }
    for (unsigned i = 0; q->kind != QUERY_SEARCH && i < q->count / 2; i++) {
        struct message *m = q->messages[i];
        q->messages[i] = q->messages[q->count - 1 - i];
        q->messages[q->count - 1 - i] = m;
    }
}

void fake_store_read_done(struct fake_store *s, int status)
{
    struct store_query *q = s->asked;
    assert(q);
    s->asked = q->next;
    if (!s->asked)
        s->asked_last = &s->asked;
    s->asked_count--;
    q->status = status;
    if (status == 0)
        answer(s, q);
    q->next = NULL;
    *s->answered_last = q;
    s->answered_last = &q->next;
}

static void fake_read(struct store *store, struct store_query *q)
{
    struct fake_store *s = fake_of(store);
    static const char *const kinds[] = {"recent", "after", "private", "search"};
    buf_printf(&s->journal, "%s %.*s", kinds[q->kind], STR_ARG(q->room_fold));
    if (q->kind == QUERY_PRIVATE)
        buf_printf(&s->journal, "%llu", (unsigned long long)q->user);
    if (position_given(q->after))
        buf_printf(&s->journal, " after %llu/%llu", (unsigned long long)q->after.epoch,
                   (unsigned long long)q->after.seq);
    buf_printf(&s->journal, " before %llu/%llu limit %u: %.*s\n",
               (unsigned long long)q->before.epoch, (unsigned long long)q->before.seq, q->limit,
               STR_ARG(q->words));
    q->next = NULL;
    *s->asked_last = q;
    s->asked_last = &q->next;
    s->asked_count++;
    if (!s->hold_reads)
        fake_store_read_done(s, s->read_status);
}

static struct store_query *fake_take_answered(struct store *store)
{
    struct fake_store *s = fake_of(store);
    struct store_query *q = s->answered;
    if (q && !(s->answered = q->next))
        s->answered_last = &s->answered;
    return q;
}

static void fake_close(struct store *store)
{
    struct fake_store *s = fake_of(store);
    for (size_t i = 0; i < s->kept_count; i++) {
        free(s->kept[i].fold);
        message_unref(s->kept[i].message);
    }
    free(s->kept);
    buf_finish(&s->journal);
    free(s);
}

static bool fake_take_forgotten(struct store *store)
{
    struct fake_store *s = (struct fake_store *)(void *)store;
    bool forgotten = s->forgotten;
    s->forgotten = false;
    return forgotten;
}

static bool fake_take_lost(struct store *store)
{
    struct fake_store *s = fake_of(store);
    bool lost = s->lost;
    s->lost = false;
    return lost;
}

static void fake_restore(struct store *store, struct store_write *write)
{
    buf_printf(&fake_of(store)->journal, "restore\n");
    fake_write(store, write);
}

static const struct store_ops fake_ops = {
    .write = fake_write,
    .take_written = fake_take_written,
    .read = fake_read,
    .take_answered = fake_take_answered,
    .take_forgotten = fake_take_forgotten,
    .take_lost = fake_take_lost,
    .restore = fake_restore,
    .close = fake_close,
};

struct fake_store *fake_store_create(void)
{
    struct fake_store *s = alloc_zero(sizeof(*s));
    s->store.ops = &fake_ops;
    s->writing_last = &s->writing;
    s->written_last = &s->written;
    s->asked_last = &s->asked;
    s->answered_last = &s->answered;
    buf_init(&s->journal, JOURNAL_BYTES);
    return s;
}

void fake_store_put(struct fake_store *s, const char *room_fold, uint64_t epoch, uint64_t seq,
                    const char *from, const char *text)
{
    struct message *m = message_create(str_from(room_fold), str_from(from), str_from(text),
                                       (struct position){epoch, seq}, 1000);
    keep(s, str_from(room_fold), m);
    message_unref(m);
}
