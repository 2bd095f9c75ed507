/* Every limit that a peer can run into, in one place. Configurable under these names (with dashes
 * for underscores); ranges stand in src/server/settings.c and teahouse.conf(5). */
#ifndef TEAHOUSE_CORE_LIMITS_H
#define TEAHOUSE_CORE_LIMITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct limits {
    unsigned message_bytes;    /* text of one message, UTF-8 (4,000) */
    unsigned nick_characters;  /* code points (32) */
    unsigned room_characters;  /* code points (50) */
    unsigned topic_bytes;      /* UTF-8 (500) */
    unsigned rooms_per_user;   /* (20) */
    unsigned ignores_per_user; /* (64) */
    unsigned history_lines;    /* most messages in one answer to history or search (200) */
    unsigned search_lines;     /* messages in one answer to search (20) */
    unsigned replay_lines;     /* messages shown on joining (20), 0: none */

    unsigned resume_lines;  /* most messages that a resume brings of one room (1,000) */
    unsigned grace_seconds; /* a nick is kept so long for who can resume (30) */
    unsigned away_sessions; /* so many at once (20,000); and of one address no more than
                             * connections_per_address; 0: no limit */
    unsigned
        crowd_members;     /* in a room of more people comings and goings are told together (500) */
    unsigned roster_names; /* most names in a roster (1,000) */
    unsigned roster_rate;  /* bytes a second and member that rosters may take (65,536) */

    bool flood;                  /* limit the rate of commands */
    unsigned flood_rate;         /* tokens given back per second (10) */
    unsigned flood_burst;        /* tokens in a full bucket (40) */
    unsigned flood_buffer_bytes; /* input that may wait for tokens (65,536) */

    unsigned connections;             /* in all; 0: as many as file descriptors allow */
    unsigned connections_per_address; /* IPv6 by /64 (128); also of sessions that are kept though
                                       * their line is broken; 0: no limit */
    unsigned outbox_bytes;  /* output that may wait for one session for two seconds, four times as
                             * much  at once (1 MiB); operators': no limit */
    unsigned line_bytes;    /* one raw line or object of input (16,384) */
    unsigned login_seconds; /* from connecting to login (120); 0: no limit */
    unsigned pace_ms;       /* between pieces for clients that tell them apart by time (40) */
    size_t pipeline_bytes;  /* submitted and not yet delivered; past it reading stops (16 MiB) */
    size_t backlog_bytes;   /* last messages of all rooms together, in memory (64 MiB) */
};

/* The defaults given above. */
extern const struct limits limits_default;

#endif
