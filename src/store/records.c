/* What each kind of record does to history.db; the writer thread's, within its transaction. */
#include "base/alloc.h"
#include "base/utf8.h"
#include "core/name.h"
#include "store/sqlite_priv.h"

#include <stdlib.h>

enum {
    ROOMS_KNOWN = 4096, /* ids of rooms that are remembered */
    SENT_KEPT = 100,    /* ids of its own that a session is recognised by */
};

struct room_known {
    int64_t id;
    struct str fold, name; /* in bytes */
    char bytes[];
};

void records_forget_rooms(struct writer *w)
{
    size_t at = 0;
    for (struct room_known *room; (room = map_next(&w->rooms, &at));)
        free(room);
    map_finish(&w->rooms);
    map_init(&w->rooms);
}

static void remember_room(struct writer *w, struct str fold, struct str name, int64_t id)
{
    free(map_remove(&w->rooms, fold));
    if (w->rooms.count >= ROOMS_KNOWN)
        records_forget_rooms(w);
    struct room_known *room = alloc_bytes(sizeof(*room) + fold.len + name.len);
    room->id = id;
    room->fold = str_of(room->bytes, fold.len);
    room->name = str_of(room->bytes + fold.len, name.len);
    if (fold.len)
        memcpy(room->bytes, fold.ptr, fold.len);
    if (name.len)
        memcpy(room->bytes + fold.len, name.ptr, name.len);
    map_put(&w->rooms, room->fold, room);
}

static int room_id(struct writer *w, struct str fold, struct str name, int64_t *id)
{
    const struct room_known *known = map_get(&w->rooms, fold);
    if (known && str_equal(known->name, name)) {
        *id = known->id;
        return SQLITE_OK;
    }
    db_bind_str(w->room_put, 1, name);
    db_bind_str(w->room_put, 2, fold);
    int rc = db_int64(w->room_put, 0, id);
    if (rc == SQLITE_OK)
        remember_room(w, fold, name, *id);
    return rc;
}

int records_forget_room(struct writer *w, int64_t room)
{
    sqlite3_bind_int64(w->room_forget, 1, room);
    int rc = db_step(w->room_forget);
    if (rc == SQLITE_OK && sqlite3_changes(w->db) > 0)
        records_forget_rooms(w);
    return rc;
}

/* Whoever makes the record has folded the name already, or has not needed to. */
static struct str fold_of(const struct record *r, struct str name, struct buf *out)
{
    if (r->room_fold.len > 0 || utf8_append_folded(out, name) < 0)
        return r->room_fold;
    return buf_str(out);
}

/* With the message itself or not at all, so that who sends it again is recognised if it is kept. */
static int put_sent(struct writer *w, const struct record *r, struct str room,
                    struct position position, int64_t at_ms)
{
    if (r->client_id.len == 0)
        return SQLITE_OK;
    sqlite3_bind_int64(w->sent_put, 1, (int64_t)r->from_user);
    db_bind_str(w->sent_put, 2, r->client_id);
    db_bind_str(w->sent_put, 3, room);
    sqlite3_bind_int64(w->sent_put, 4, (int64_t)position.epoch);
    sqlite3_bind_int64(w->sent_put, 5, (int64_t)position.seq);
    sqlite3_bind_int64(w->sent_put, 6, at_ms);
    int rc = db_step(w->sent_put);
    if (rc != SQLITE_OK)
        return rc;
    sqlite3_bind_int64(w->sent_trim, 1, (int64_t)r->from_user);
    sqlite3_bind_int(w->sent_trim, 2, SENT_KEPT);
    return db_step(w->sent_trim);
}

static int put_message(struct writer *w, const struct record *r)
{
    const struct message *m = r->message;
    struct str name = r->room.len > 0 ? r->room : m->room;
    struct buf fold;
    buf_init(&fold, NAME_FOLD_BYTES);
    int64_t room;
    int rc = room_id(w, fold_of(r, name, &fold), name, &room);
    buf_finish(&fold);
    if (rc != SQLITE_OK)
        return rc;

    sqlite3_bind_int64(w->message_put, 1, w->next_id);
    sqlite3_bind_int64(w->message_put, 2, room);
    sqlite3_bind_int64(w->message_put, 3, (int64_t)m->position.epoch);
    sqlite3_bind_int64(w->message_put, 4, (int64_t)m->position.seq);
    sqlite3_bind_int64(w->message_put, 5, m->at_ms);
    db_bind_str(w->message_put, 6, m->from);
    db_bind_str(w->message_put, 7, m->text);
    sqlite3_bind_int64(w->message_put, 8, (int64_t)m->user);
    rc = db_step(w->message_put);
    if (rc == SQLITE_OK)
        w->next_id++;
    return rc == SQLITE_OK ? put_sent(w, r, m->room, m->position, m->at_ms) : rc;
}

static int put_private(struct writer *w, const struct record *r)
{
    const struct message *m = r->message;
    sqlite3_bind_int64(w->private_put, 1, (int64_t)r->from_user);
    sqlite3_bind_int64(w->private_put, 2, (int64_t)r->to_user);
    sqlite3_bind_int64(w->private_put, 3, (int64_t)m->position.epoch);
    sqlite3_bind_int64(w->private_put, 4, (int64_t)m->position.seq);
    sqlite3_bind_int64(w->private_put, 5, m->at_ms);
    db_bind_str(w->private_put, 6, m->from);
    db_bind_str(w->private_put, 7, m->text);
    db_bind_str(w->private_put, 8, str_skip(m->room, m->room.len > 0)); /* without its '@' */
    int rc = db_step(w->private_put);
    return rc == SQLITE_OK ? put_sent(w, r, m->room, m->position, m->at_ms) : rc;
}

static int put_session(struct writer *w, const struct record *r)
{
    sqlite3_bind_int64(w->session_put, 1, (int64_t)r->from_user);
    sqlite3_bind_blob64(w->session_put, 2, r->token.ptr, r->token.len, SQLITE_STATIC);
    db_bind_str(w->session_put, 3, r->from);
    sqlite3_bind_int64(w->session_put, 4, r->at_ms);
    return db_step(w->session_put);
}

static int put_session_gone(struct writer *w, const struct record *r)
{
    sqlite3_stmt *steps[] = {w->session_remove,  w->sent_remove,    w->private_from_gone,
                             w->private_to_gone, w->private_forget, w->lost_remove};
    int rc = SQLITE_OK;
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]) && rc == SQLITE_OK; i++) {
        sqlite3_bind_int64(steps[i], 1, (int64_t)r->from_user);
        rc = db_step(steps[i]);
    }
    return rc;
}

static int put_topic(struct writer *w, const struct record *r)
{
    struct buf fold;
    buf_init(&fold, NAME_FOLD_BYTES);
    db_bind_str(w->room_topic, 1, r->room);
    db_bind_str(w->room_topic, 2, fold_of(r, r->room, &fold));
    db_bind_str(w->room_topic, 3, r->text);
    db_bind_str(w->room_topic, 4, r->from);
    sqlite3_bind_int64(w->room_topic, 5, r->at_ms);
    int64_t room;
    int rc = db_int64(w->room_topic, 0, &room);
    buf_finish(&fold);
    if (rc == SQLITE_OK && r->text.len == 0)
        rc = records_forget_room(w, room);
    return rc;
}

static int put_ban(struct writer *w, const struct record *r)
{
    db_bind_str(w->ban_put, 1, r->address);
    db_bind_str(w->ban_put, 2, r->text);
    sqlite3_bind_int64(w->ban_put, 3, r->at_ms);
    return db_step(w->ban_put);
}

static int put_lost(struct writer *w, const struct record *r)
{
    sqlite3_bind_int64(w->lost_put, 1, (int64_t)r->from_user);
    sqlite3_bind_int64(w->lost_put, 2, (int64_t)r->position.epoch);
    sqlite3_bind_int64(w->lost_put, 3, (int64_t)r->position.seq);
    return db_step(w->lost_put);
}

static int put_record(struct writer *w, const struct record *r)
{
    switch (r->kind) {
    case RECORD_MESSAGE: return put_message(w, r);
    case RECORD_PRIVATE: return put_private(w, r);
    case RECORD_SESSION: return put_session(w, r);
    case RECORD_SESSION_GONE: return put_session_gone(w, r);
    case RECORD_TOPIC: return put_topic(w, r);
    case RECORD_BAN: return put_ban(w, r);
    case RECORD_SENT: return put_sent(w, r, r->room, r->position, r->at_ms);
    case RECORD_LOST: return put_lost(w, r);
    case RECORD_UNBAN: db_bind_str(w->ban_remove, 1, r->address); return db_step(w->ban_remove);
    }
    return SQLITE_MISMATCH;
}

int records_put(struct writer *w, struct store_write *write)
{
    int rc = SQLITE_OK;
    for (const struct record *r = write->records; r && rc == SQLITE_OK; r = r->next)
        rc = put_record(w, r);
    write->status = db_errno(rc);
    return rc;
}
