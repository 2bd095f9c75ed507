/* A client with a clock of the test's and a server that says what the test says. Events are written
 * down as lines, so that a test shows all of them, in order. */
#ifndef TEAHOUSE_TESTS_CLIENTS_SCRIPTED_H
#define TEAHOUSE_TESTS_CLIENTS_SCRIPTED_H

#include "../../base/check.h"

#include "clients/common/client.h"

struct scripted {
    struct client *client;
    int64_t now_ms;
    unsigned connects, disconnects;
    struct buf log;  /* events since the last look */
    bool items;      /* write CLIENT_ITEMS down too */
    size_t mirrored; /* by CLIENT_ITEMS alone: how many items all conversations must have */
};

void scripted_start(struct scripted *s, const char *nick);
/* ... with rooms and a window of a size of one's own. */
void scripted_start_with(struct scripted *s, const struct client_options *options);
void scripted_finish(struct scripted *s);

/* Connected, hello, login, welcome as user 1, the lobby entered with nothing in it; events
 * forgotten. */
void scripted_log_in(struct scripted *s, const char *nick);
/* The line breaks, and comes back up to (without) the welcome; events forgotten. */
void scripted_break(struct scripted *s);

/* The server says this: lines are separated by | in `lines`, ' is ", and no line end is needed at
 * the end. */
void scripted_server(struct scripted *s, const char *lines);
void scripted_wait(struct scripted *s, int64_t ms);

/* What the client has said, in the same writing; and forgets it. */
#define scripted_said(s, lines) scripted_said_at(s, lines, __FILE__, __LINE__)
void scripted_said_at(struct scripted *s, const char *lines, const char *file, int line);
/* What has happened, lines separated by |; and forgets it. */
#define scripted_events(s, lines) scripted_events_at(s, lines, __FILE__, __LINE__)
void scripted_events_at(struct scripted *s, const char *lines, const char *file, int line);
/* A transcript: "ann: hello|bob? not acknowledged|bob! refused|+cat|-cat". */
#define scripted_transcript(s, name, lines)                                                        \
    scripted_transcript_at(s, name, lines, __FILE__, __LINE__)
void scripted_transcript_at(struct scripted *s, const char *name, const char *lines,
                            const char *file, int line);

/* By name; a nick has an @ in front. It must be there. */
struct conversation *scripted_conversation(struct scripted *s, const char *name);
void scripted_say(struct scripted *s, const char *name, const char *text);

#endif
