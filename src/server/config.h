/* What the operator may choose: defaults, overridden by a file, overridden by the command line.
 *
 *     config_init, config_load (a file), config_set and config_listen (options), config_complete
 *
 * Errors are complaints: "FILE:LINE: sentence" (complaint.h), appended to the caller's buffer; all
 * of a call's errors, not only the first. Functions that complain give back -EINVAL (-EIO and the
 * like when a file cannot be read) and leave a struct that is still good for config_finish. Main
 * thread only: libconfuse keeps its state in globals. */
#ifndef TEAHOUSE_SERVER_CONFIG_H
#define TEAHOUSE_SERVER_CONFIG_H

#include "base/buf.h"
#include "base/log.h"
#include "core/limits.h"
#include "server/doors.h"

enum {
    CONFIG_FILE_BYTES = 1 << 20,
    CONFIG_LISTENS_MAX = 64,
    CONFIG_ROOMS_MAX = 1000,
    CONFIG_SETTINGS_MAX = 64,
};

/* What a message survives that somebody has seen. */
enum durability {
    CONFIG_DURABILITY_POWER, /* a loss of power */
    CONFIG_DURABILITY_CRASH, /* a crash of the server */
    CONFIG_DURABILITY_NONE,  /* nothing: it is in memory alone */
};

struct config_listen {
    const struct door_row *door;
    char *address; /* in numbers, without brackets */
    unsigned port; /* 0: any that is free */
    bool optional; /* a default for IPv6: no error on a machine that has none */
    char *where;   /* where it was asked for, for errors; NULL: a default */
};

struct config_room {
    char *name;
    char *topic; /* may be empty */
    char *where;
};

struct config {
    struct limits limits;
    char *name;
    char *data; /* NULL until config_complete when nobody chose it */
    char *lobby;
    bool public_;
    bool cage;
    char *user; /* a name, "auto" or "none" */
    unsigned threads;
    enum log_level log_level;
    enum durability durability;
    uint64_t history_keep_messages;  /* 0: no bound */
    uint64_t history_keep_days;      /* 0: no bound */
    unsigned history_delete_at_once; /* messages */
    unsigned search_ms;
    char *web_hosts, *web_origins; /* as web/site.h reads them, or "none" */
    unsigned web_ping_ms, web_ping_timeout_ms;
    char *names; /* a file, or "none" */

    struct config_listen *listens;
    size_t listen_count;
    struct config_room *rooms;
    size_t room_count;

    /* config's own: where each setting was chosen (NULL: default), which doors have their
     * listens from the file, whether the command line has listens. */
    char *where[CONFIG_SETTINGS_MAX];
    bool *door_given;
    bool listens_given;
};

/* The defaults. */
void config_init(struct config *config);
void config_finish(struct config *config);

/* Reads a file over what is there. A setting that was chosen before is an error. */
int config_load(struct config *config, const char *path, struct buf *errors);
/* The same from memory; `path` is for the errors. */
int config_load_text(struct config *config, const char *path, struct str text, struct buf *errors);

/* One setting by its name (settings.h). `where`, copied, is what errors begin with. */
int config_set(struct config *config, struct str key, struct str value, const char *where,
               struct buf *errors);
/* The same from "KEY=VALUE". */
int config_assign(struct config *config, struct str assignment, const char *where,
                  struct buf *errors);

/* One listen from the command line, "DOOR=ADDRESS:PORT". The first one drops those of the file. */
int config_listen(struct config *config, struct str text, const char *where, struct buf *errors);

/* For the reader of the file. A door that was given has no default listens. */
int config_door(struct config *config, struct str door, const char *where, struct buf *errors);
int config_door_listen(struct config *config, struct str door, struct str endpoint,
                       const char *where, struct buf *errors);
int config_room(struct config *config, struct str name, struct str topic, const char *where,
                struct buf *errors);

/* Checks what can be known only at the end (names against their limits, addresses asked for twice)
 * and adds the default listens and the default data folder. Call once, after all the rest. */
int config_complete(struct config *config, struct buf *errors);

/* The data folder when nobody chooses one: $XDG_DATA_HOME/teahouse or ~/.local/share/teahouse. To
 * be freed; NULL when there is no home. */
char *config_default_data(void);

#endif
