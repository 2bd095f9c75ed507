/* Answers who asks for metrics: each reactor is asked for its numbers, and when all have given
 * them, they go out as one text. On the reactor of the connection. */
#ifndef TEAHOUSE_SERVER_METRICS_DOOR_H
#define TEAHOUSE_SERVER_METRICS_DOOR_H

#include "core/hub.h"
#include "core/store.h"
#include "web/routes.h"

/* Both while the net runs. */
struct metrics_subject {
    const struct hub *hub; /* asked on reactor 0's thread */
    struct store *store;
};

/* The route's `arg` is a struct metrics_subject. GET and HEAD. */
extern const struct http_handler metrics_handler;

#endif
