#include "server/config.h"

#include "base/alloc.h"
#include "base/suggest.h"
#include "base/utf8.h"
#include "core/name.h"
#include "server/complaint.h"
#include "server/endpoint.h"
#include "server/settings.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { SENTENCE_BYTES = 1024 };

void config_init(struct config *config)
{
    *config = (struct config){
        .limits = limits_default,
        .name = alloc_copy_str(STR("Teahouse")),
        .lobby = alloc_copy_str(STR("lobby")),
        .cage = true,
        .user = alloc_copy_str(STR("auto")),
        .threads = 1,
        .log_level = LOG_INFO,
        .durability = CONFIG_DURABILITY_POWER,
        .history_delete_at_once = 10000,
        .search_ms = 2000,
        .web_hosts = alloc_copy_str(STR("none")),
        .web_origins = alloc_copy_str(STR("none")),
        .web_ping_ms = 25000,
        .web_ping_timeout_ms = 20000,
        .names = alloc_copy_str(STR("none")),
        .door_given = alloc_zero(door_count * sizeof(bool)),
    };
}

static void drop_listens(struct config *config)
{
    for (size_t i = 0; i < config->listen_count; i++) {
        free(config->listens[i].address);
        free(config->listens[i].where);
    }
    config->listen_count = 0;
}

void config_finish(struct config *config)
{
    drop_listens(config);
    for (size_t i = 0; i < config->room_count; i++) {
        free(config->rooms[i].name);
        free(config->rooms[i].topic);
        free(config->rooms[i].where);
    }
    for (size_t i = 0; i < CONFIG_SETTINGS_MAX; i++)
        free(config->where[i]);
    free(config->listens);
    free(config->rooms);
    free(config->door_given);
    free(config->name);
    free(config->data);
    free(config->lobby);
    free(config->user);
    free(config->web_hosts);
    free(config->web_origins);
    free(config->names);
    *config = (struct config){0};
}

static int unknown_setting(struct str key, const char *where, struct buf *errors)
{
    char quoted[COMPLAINT_QUOTE_BYTES];
    struct suggestion nearest;
    suggest_start(&nearest, key);
    for (size_t i = 0; i < settings_count; i++)
        suggest_consider(&nearest, settings_table[i].name);
    if (nearest.best)
        complaint_add(errors, where, "there is no setting %s; did you mean \"%s\"?",
                      complaint_quote(key, quoted), nearest.best);
    else
        complaint_add(errors, where, "there is no setting %s", complaint_quote(key, quoted));
    return -EINVAL;
}

int config_set(struct config *config, struct str key, struct str value, const char *where,
               struct buf *errors)
{
    const struct setting *setting = setting_find(key);
    if (!setting)
        return unknown_setting(key, where, errors);
    struct buf why;
    buf_init(&why, SENTENCE_BYTES);
    int rc = setting_parse(setting, value, config, &why);
    if (rc < 0) {
        complaint_add(errors, where, "%.*s", STR_ARG(why));
    } else {
        char **chosen = &config->where[setting - settings_table];
        free(*chosen);
        *chosen = alloc_copy_str(str_from(where));
    }
    buf_finish(&why);
    return rc;
}

int config_assign(struct config *config, struct str assignment, const char *where,
                  struct buf *errors)
{
    struct str value = assignment, key = str_cut(&value, '=');
    if (key.len == assignment.len) {
        char quoted[COMPLAINT_QUOTE_BYTES];
        complaint_add(errors, where, "write KEY=VALUE, not %s",
                      complaint_quote(assignment, quoted));
        return -EINVAL;
    }
    return config_set(config, str_trim(key), str_trim(value), where, errors);
}

static int find_door(struct str name, const char *where, const struct door_row **out,
                     struct buf *errors)
{
    const struct door_row *row = door_find(name);
    if (row && !door_for_operators(row)) {
        *out = row;
        return 0;
    }
    char quoted[COMPLAINT_QUOTE_BYTES];
    struct buf known;
    buf_init(&known, SENTENCE_BYTES);
    for (size_t i = 0; i < door_count; i++)
        if (!door_for_operators(&door_rows[i]))
            buf_printf(&known, "%s%s", known.len ? ", " : "", door_rows[i].door.name);
    complaint_add(errors, where, "there is no door %s; the doors are %.*s",
                  complaint_quote(name, quoted), STR_ARG(known));
    buf_finish(&known);
    return -EINVAL;
}

static void append_listen(struct config *config, const struct door_row *door, const char *address,
                          unsigned port, bool optional, const char *where)
{
    config->listens =
        alloc_resize(config->listens, (config->listen_count + 1) * sizeof(config->listens[0]));
    config->listens[config->listen_count++] = (struct config_listen){
        .door = door,
        .address = alloc_copy_str(str_from(address)),
        .port = port,
        .optional = optional,
        .where = where ? alloc_copy_str(str_from(where)) : NULL,
    };
}

static int add_listen(struct config *config, const struct door_row *door, struct str text,
                      const char *where, struct buf *errors)
{
    struct endpoint endpoint;
    const char *wrong = endpoint_parse(text, &endpoint);
    if (wrong) {
        char quoted[COMPLAINT_QUOTE_BYTES];
        complaint_add(errors, where, "%s %s", complaint_quote(text, quoted), wrong);
        return -EINVAL;
    }
    if (config->listen_count >= CONFIG_LISTENS_MAX) {
        complaint_add(errors, where, "there are more than %d addresses to listen on",
                      CONFIG_LISTENS_MAX);
        return -EINVAL;
    }
    append_listen(config, door, endpoint.address, endpoint.port, false, where);
    return 0;
}

int config_door(struct config *config, struct str door, const char *where, struct buf *errors)
{
    const struct door_row *row;
    int rc = find_door(door, where, &row, errors);
    if (rc == 0)
        config->door_given[row - door_rows] = true;
    return rc;
}

int config_door_listen(struct config *config, struct str door, struct str endpoint,
                       const char *where, struct buf *errors)
{
    /* An unknown door is config_door's error, once and not with every address. */
    const struct door_row *row = door_find(door);
    return row && !door_for_operators(row) ? add_listen(config, row, endpoint, where, errors)
                                           : -EINVAL;
}

int config_listen(struct config *config, struct str text, const char *where, struct buf *errors)
{
    const struct door_row *row;
    struct str endpoint = text, door = str_cut(&endpoint, '=');
    if (door.len == text.len) {
        char quoted[COMPLAINT_QUOTE_BYTES];
        complaint_add(errors, where, "write DOOR=ADDRESS:PORT, not %s",
                      complaint_quote(text, quoted));
        return -EINVAL;
    }
    if (!config->listens_given)
        drop_listens(config);
    config->listens_given = true;
    int rc = find_door(door, where, &row, errors);
    return rc < 0 ? rc : add_listen(config, row, endpoint, where, errors);
}

int config_room(struct config *config, struct str name, struct str topic, const char *where,
                struct buf *errors)
{
    if (config->room_count >= CONFIG_ROOMS_MAX) {
        complaint_add(errors, where, "there are more than %d rooms", CONFIG_ROOMS_MAX);
        return -EINVAL;
    }
    config->rooms =
        alloc_resize(config->rooms, (config->room_count + 1) * sizeof(config->rooms[0]));
    config->rooms[config->room_count++] = (struct config_room){
        .name = alloc_copy_str(name),
        .topic = alloc_copy_str(topic),
        .where = alloc_copy_str(str_from(where)),
    };
    return 0;
}

/* Where the setting `name` was chosen, or else `other`. */
static const char *where_of(const struct config *config, const char *name, const char *other)
{
    const char *where = config->where[setting_find(str_from(name)) - settings_table];
    if (!where)
        where = config->where[setting_find(str_from(other)) - settings_table];
    return where ? where : "default";
}

/* Appends what the room is compared by to `fold`. */
static int check_room_name(const struct config *config, const char *what, const char *name,
                           const char *where, struct buf *fold, struct buf *errors)
{
    char quoted[COMPLAINT_QUOTE_BYTES];
    complaint_quote(str_from(name), quoted);
    switch (name_check_room(&config->limits, str_from(name), fold)) {
    case REFUSAL_NONE: return 0;
    case REFUSAL_ROOM_LONG:
        complaint_add(errors, where, "%s %s is longer than room-characters (%u)", what, quoted,
                      config->limits.room_characters);
        return -EINVAL;
    default:
        complaint_add(errors, where,
                      "%s %s cannot be the name of a room: no blanks, no control characters and "
                      "none of : , ! @ # * ? / < > [ ] may be in it",
                      what, quoted);
        return -EINVAL;
    }
}

static int check_topic(const struct config *config, struct config_room *room, struct buf *errors)
{
    struct buf clean;
    buf_init(&clean, config->limits.topic_bytes);
    int rc = text_append_clean_line(&clean, str_from(room->topic));
    if (rc < 0) {
        complaint_add(errors, room->where,
                      "the topic of room \"%s\" is longer than topic-bytes (%u)", room->name,
                      config->limits.topic_bytes);
    } else {
        free(room->topic);
        room->topic = alloc_copy_str(buf_str(&clean));
    }
    buf_finish(&clean);
    return rc < 0 ? -EINVAL : 0;
}

/* The earlier room that is the same as `at`, or NULL. */
static const struct config_room *same_room(const struct config *config, size_t at)
{
    const struct config_room *found = NULL;
    struct buf fold, other;
    buf_init(&fold, NAME_FOLD_BYTES);
    buf_init(&other, NAME_FOLD_BYTES);
    name_check_room(&config->limits, str_from(config->rooms[at].name), &fold);
    for (size_t i = 0; i < at && !found; i++) {
        buf_clear(&other);
        name_check_room(&config->limits, str_from(config->rooms[i].name), &other);
        if (str_equal(buf_str(&fold), buf_str(&other)))
            found = &config->rooms[i];
    }
    buf_finish(&fold);
    buf_finish(&other);
    return found;
}

static int check_rooms(struct config *config, struct buf *errors)
{
    int rc = 0;
    struct buf fold;
    buf_init(&fold, NAME_FOLD_BYTES);
    /* A default lobby can only be wrong because names were made too short for it. */
    const char *where = where_of(config, "lobby", "room-characters");
    if (check_room_name(config, "lobby", config->lobby, where, &fold, errors) < 0)
        rc = -EINVAL;
    for (size_t i = 0; i < config->room_count; i++) {
        struct config_room *room = &config->rooms[i];
        buf_clear(&fold);
        if (check_room_name(config, "room", room->name, room->where, &fold, errors) < 0) {
            rc = -EINVAL;
            continue;
        }
        const struct config_room *first = same_room(config, i);
        if (first) {
            complaint_add(errors, room->where, "room \"%s\" is there already (%s)", room->name,
                          first->where);
            rc = -EINVAL;
        }
        if (check_topic(config, room, errors) < 0)
            rc = -EINVAL;
    }
    buf_finish(&fold);
    return rc;
}

static void add_default_listens(struct config *config)
{
    for (size_t i = 0; i < door_count && !config->listens_given; i++) {
        const struct door_row *row = &door_rows[i];
        if (row->port == 0 || door_for_operators(row) || config->door_given[i])
            continue;
        append_listen(config, row, config->public_ ? "0.0.0.0" : "127.0.0.1", row->port, false,
                      NULL);
        append_listen(config, row, config->public_ ? "::" : "::1", row->port, true, NULL);
    }
}

/* Of a chosen address and a default one, `told` is the chosen one. */
static void complain_twice(const struct config_listen *told, const struct config_listen *other,
                           struct buf *errors)
{
    const char *where = told->where ? told->where : "default";
    const char *first = other->where ? other->where : "by default";
    bool apart = strcmp(where, first) != 0;
    complaint_add(errors, where, "%s port %u is taken by door %s already%s%s%s", told->address,
                  told->port, other->door->door.name, apart ? " (" : "", apart ? first : "",
                  apart ? ")" : "");
}

static int check_listens(const struct config *config, struct buf *errors)
{
    int rc = 0;
    if (config->listen_count == 0) {
        complaint_add(errors, "teahouse", "the configuration opens no door at all");
        rc = -EINVAL;
    }
    for (size_t i = 0; i < config->listen_count; i++) {
        const struct config_listen *later = &config->listens[i];
        for (size_t j = 0; j < i; j++) {
            const struct config_listen *first = &config->listens[j];
            if (later->port == 0 || later->port != first->port ||
                strcmp(later->address, first->address) != 0)
                continue;
            complain_twice(later->where ? later : first, later->where ? first : later, errors);
            rc = -EINVAL;
            break;
        }
    }
    return rc;
}

char *config_default_data(void)
{
    const char *base = getenv("XDG_DATA_HOME"), *below = "/teahouse";
    /* A relative one is to be ignored, says the XDG Base Directory Specification. */
    if (!base || base[0] != '/') {
        base = getenv("HOME");
        below = "/.local/share/teahouse";
        if (!base || base[0] != '/') {
            const struct passwd *user = getpwuid(getuid());
            base = user ? user->pw_dir : NULL;
        }
    }
    if (!base || base[0] != '/')
        return NULL;
    size_t size = strlen(base) + strlen(below) + 1;
    char *path = alloc_bytes(size);
    snprintf(path, size, "%s%s", base, below);
    return path;
}

int config_complete(struct config *config, struct buf *errors)
{
    int rc = check_rooms(config, errors);
    add_default_listens(config);
    if (check_listens(config, errors) < 0)
        rc = -EINVAL;
    if (!config->data)
        config->data = config_default_data();
    if (!config->data) {
        complaint_add(errors, "teahouse",
                      "no home folder to keep the history in; choose one with --data DIR");
        rc = -EINVAL;
    }
    return rc;
}
