#include "base/suggest.h"
#include "server/complaint.h"
#include "server/config.h"
#include "server/config_text.h"
#include "server/settings.h"

#include "base/alloc.h"

#include <confuse.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum { WHERE_BYTES = 512, SENTENCE_BYTES = 1024, SECTION_OPTIONS = 2 };

/* libconfuse hands its callbacks no pointer of ours, so the reader at work stands here. Values are
 * taken in the callbacks and not from the finished tree, since only they know the line. */
static struct reader {
    struct config *config;
    const char *path;
    struct buf *errors;
    struct buf topic; /* of the room that is being read */
    bool failed;
} * reader;

static const char *where_in(const cfg_t *cfg, char out[WHERE_BYTES])
{
    snprintf(out, WHERE_BYTES, "%s:%d", reader->path, cfg->line);
    return out;
}

static void note(int rc)
{
    if (rc < 0)
        reader->failed = true;
}

/* libconfuse's callbacks (cfg_callback_t) give back 0 to go on, with the value in *result. Ours go
 * on after an error too, so that all of them are told. */
static int on_setting(cfg_t *cfg, cfg_opt_t *option, const char *value, void *result)
{
    char where[WHERE_BYTES];
    const struct setting *setting = setting_find(str_from(option->name));
    const char *first = reader->config->where[setting - settings_table];
    if (first) {
        complaint_add(reader->errors, where_in(cfg, where), "%s is set already (%s)", option->name,
                      first);
        note(-EINVAL);
    }
    note(config_set(reader->config, str_from(option->name), str_from(value), where_in(cfg, where),
                    reader->errors));
    *(const char **)result = value;
    return 0;
}

static int on_listen(cfg_t *cfg, cfg_opt_t *option, const char *value, void *result)
{
    char where[WHERE_BYTES];
    note(config_door_listen(reader->config, str_from(cfg_title(cfg)), str_from(value),
                            where_in(cfg, where), reader->errors));
    *(const char **)result = value;
    return 0;
}

static int on_topic(cfg_t *cfg, cfg_opt_t *option, const char *value, void *result)
{
    buf_clear(&reader->topic);
    buf_append_str(&reader->topic, str_from(value));
    *(const char **)result = value;
    return 0;
}

/* A section has been read to its end. */
static struct str title_of(cfg_opt_t *option)
{
    return str_from(cfg_title(cfg_opt_getnsec(option, cfg_opt_size(option) - 1)));
}

static int on_door(cfg_t *cfg, cfg_opt_t *option)
{
    char where[WHERE_BYTES];
    note(config_door(reader->config, title_of(option), where_in(cfg, where), reader->errors));
    return 0;
}

static int on_room(cfg_t *cfg, cfg_opt_t *option)
{
    char where[WHERE_BYTES];
    note(config_room(reader->config, title_of(option), buf_str(&reader->topic),
                     where_in(cfg, where), reader->errors));
    buf_clear(&reader->topic);
    return 0;
}

static void complain_unknown(const cfg_t *cfg, struct str name)
{
    char where[WHERE_BYTES], quoted[COMPLAINT_QUOTE_BYTES];
    complaint_quote(name, quoted);
    where_in(cfg, where);
    if (strcmp(cfg_name((cfg_t *)cfg), "door") == 0) {
        complaint_add(reader->errors, where, "a door has no setting %s, only listen", quoted);
    } else if (strcmp(cfg_name((cfg_t *)cfg), "room") == 0) {
        complaint_add(reader->errors, where, "a room has no setting %s, only topic", quoted);
    } else {
        struct suggestion nearest;
        suggest_start(&nearest, name);
        for (size_t i = 0; i < settings_count; i++)
            suggest_consider(&nearest, settings_table[i].name);
        suggest_consider(&nearest, "door");
        suggest_consider(&nearest, "room");
        complaint_add(reader->errors, where, "there is no setting %s%s%s%s", quoted,
                      nearest.best ? "; did you mean \"" : "", nearest.best ? nearest.best : "",
                      nearest.best ? "\"?" : "");
    }
}

/* libconfuse's own errors. */
__attribute__((format(printf, 2, 0))) static void on_error(cfg_t *cfg, const char *format,
                                                           va_list args)
{
    static const char unknown[] = "no such option '";
    char sentence[SENTENCE_BYTES], where[WHERE_BYTES];
    vsnprintf(sentence, sizeof(sentence), format, args);
    reader->failed = true;

    size_t len = strlen(sentence);
    if (str_starts(str_of(sentence, len), STR("no such option '")) && len > sizeof(unknown)) {
        complain_unknown(cfg, str_of(sentence + sizeof(unknown) - 1, len - sizeof(unknown)));
        return;
    }
    for (size_t i = 0; i < len; i++) {
        if (sentence[i] == '\'')
            sentence[i] = '"';
        else if ((unsigned char)sentence[i] < 0x20 || sentence[i] == 0x7F)
            sentence[i] = ' ';
    }
    complaint_add(reader->errors, where_in(cfg, where), "%s", sentence);
}

static cfg_t *create_parser(cfg_opt_t *door, cfg_opt_t *room)
{
    cfg_opt_t *options = alloc_zero((settings_count + 3) * sizeof(*options));
    size_t n = 0;
    for (; n < settings_count; n++)
        options[n] =
            (cfg_opt_t)CFG_STR_CB(settings_table[n].name, NULL, CFGF_NODEFAULT, on_setting);
    const cfg_flag_t flags = CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES;
    options[n++] = (cfg_opt_t)CFG_SEC("door", door, flags);
    options[n++] = (cfg_opt_t)CFG_SEC("room", room, flags);
    options[n] = (cfg_opt_t)CFG_END();

    cfg_t *cfg = cfg_init(options, CFGF_NONE); /* copies them */
    free(options);
    if (!cfg)
        return NULL;
    cfg_set_error_function(cfg, on_error);
    cfg_set_validate_func(cfg, "door", on_door);
    cfg_set_validate_func(cfg, "room", on_room);
    return cfg;
}

static int parse(const char *text)
{
    cfg_opt_t door[SECTION_OPTIONS] = {
        CFG_STR_LIST_CB("listen", NULL, CFGF_NODEFAULT, on_listen),
        CFG_END(),
    };
    cfg_opt_t room[SECTION_OPTIONS] = {
        CFG_STR_CB("topic", NULL, CFGF_NODEFAULT, on_topic),
        CFG_END(),
    };
    cfg_t *cfg = create_parser(door, room);
    if (!cfg)
        return -ENOMEM;
    int rc = cfg_parse_buf(cfg, text);
    if (rc != CFG_SUCCESS && !reader->failed) {
        /* The one error of which libconfuse says nothing: an empty word in a setting's place. */
        char where[WHERE_BYTES];
        complaint_add(reader->errors, where_in(cfg, where), "a setting has no name here");
    }
    cfg_free(cfg);
    return rc == CFG_SUCCESS && !reader->failed ? 0 : -EINVAL;
}

int config_load_text(struct config *config, const char *path, struct str text, struct buf *errors)
{
    struct reader here = {.config = config, .path = path, .errors = errors};
    struct buf ready;
    buf_init(&ready, CONFIG_FILE_BYTES + 1);
    buf_init(&here.topic, CONFIG_FILE_BYTES);
    int rc = config_text_prepare(text, path, &ready, errors);
    if (rc == 0) {
        reader = &here;
        rc = parse(ready.ptr);
        reader = NULL;
    }
    buf_finish(&here.topic);
    buf_finish(&ready);
    return rc;
}

static int read_all(FILE *file, struct buf *text)
{
    char chunk[4096];
    size_t n;
    while ((n = fread(chunk, 1, sizeof(chunk), file)) > 0)
        if (buf_append(text, chunk, n) < 0)
            return -EFBIG;
    return ferror(file) ? -errno : 0;
}

int config_load(struct config *config, const char *path, struct buf *errors)
{
    struct buf text;
    int rc;
    buf_init(&text, CONFIG_FILE_BYTES);
    FILE *file = fopen(path, "re");
    if (file) {
        errno = EIO;
        rc = read_all(file, &text);
        fclose(file);
    } else {
        rc = -errno;
    }
    if (rc == -EFBIG)
        complaint_add(errors, path, "a configuration file may have %d bytes", CONFIG_FILE_BYTES);
    else if (rc < 0)
        complaint_add(errors, path, "cannot be read: %s", strerror(-rc));
    else
        rc = config_load_text(config, path, buf_str(&text), errors);
    buf_finish(&text);
    return rc;
}
