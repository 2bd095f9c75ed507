#include "codec/json_value.h"

#include "base/utf8.h"

#include <inttypes.h>
#include <json-c/json.h>
#include <limits.h>
#include <pthread.h>

static pthread_key_t parser_key;
static pthread_once_t parser_once = PTHREAD_ONCE_INIT;

static void free_parser(void *parser)
{
    json_tokener_free(parser);
}

static void make_parser_key(void)
{
    pthread_key_create(&parser_key, free_parser);
}

/* This thread's parser, reset. NULL: no memory. */
static struct json_tokener *get_parser(void)
{
    pthread_once(&parser_once, make_parser_key);
    struct json_tokener *parser = pthread_getspecific(parser_key);
    if (!parser) {
        /* json-c counts the value inside as a level too. */
        parser = json_tokener_new_ex(JSON_VALUE_DEPTH + 1);
        if (!parser)
            return NULL;
        json_tokener_set_flags(parser, JSON_TOKENER_STRICT);
        pthread_setspecific(parser_key, parser);
    }
    json_tokener_reset(parser);
    return parser;
}

/* What is a struct json_value outside is json-c's own inside. */
static struct json_object *inside(const struct json_value *v)
{
    return (struct json_object *)(void *)(uintptr_t)v;
}

static struct json_value *outside(struct json_object *v)
{
    return (struct json_value *)(void *)v;
}

/* A reset does not forget half a surrogate pair that an object has ended in, which would go into
 * the next one's text, be it somebody else's: after an error there is a new parser. */
static void drop_parser(struct json_tokener *parser)
{
    pthread_setspecific(parser_key, NULL);
    json_tokener_free(parser);
}

struct json_value *json_value_read(struct str text, const char **why, bool *deep)
{
    *deep = false;
    /* json-c's own check lets overlong forms and surrogates pass. */
    if (!utf8_valid(text)) {
        *why = "invalid utf-8";
        return NULL;
    }
    struct json_tokener *parser = get_parser();
    if (!parser || text.len > INT_MAX) {
        *why = "out of memory";
        return NULL;
    }
    struct json_object *value = json_tokener_parse_ex(parser, text.ptr, (int)text.len);
    if (!value) {
        enum json_tokener_error error = json_tokener_get_error(parser);
        *deep = error == json_tokener_error_depth;
        *why = json_tokener_error_desc(error);
        drop_parser(parser);
    }
    return outside(value);
}

void json_value_free(struct json_value *v)
{
    json_object_put(inside(v));
}

enum json_kind json_value_kind(const struct json_value *v)
{
    switch (json_object_get_type(inside(v))) {
    case json_type_boolean: return JSON_BOOLEAN;
    case json_type_double:
    case json_type_int: return JSON_NUMBER;
    case json_type_string: return JSON_STRING;
    case json_type_array: return JSON_ARRAY;
    case json_type_object: return JSON_OBJECT;
    default: return JSON_NULL;
    }
}

struct json_value *json_value_member(const struct json_value *object, const char *name)
{
    struct json_object *value = NULL;
    if (json_value_kind(object) == JSON_OBJECT)
        json_object_object_get_ex(inside(object), name, &value);
    return outside(value);
}

size_t json_value_count(const struct json_value *array)
{
    return json_value_kind(array) == JSON_ARRAY ? json_object_array_length(inside(array)) : 0;
}

struct json_value *json_value_at(const struct json_value *array, size_t i)
{
    return i < json_value_count(array) ? outside(json_object_array_get_idx(inside(array), i))
                                       : NULL;
}

bool json_value_string(const struct json_value *v, struct str *out)
{
    if (json_value_kind(v) != JSON_STRING)
        return false;
    *out = str_of(json_object_get_string(inside(v)), (size_t)json_object_get_string_len(inside(v)));
    return true;
}

bool json_value_boolean(const struct json_value *v, bool *out)
{
    if (json_value_kind(v) != JSON_BOOLEAN)
        return false;
    *out = json_object_get_boolean(inside(v));
    return true;
}

bool json_value_integer(const struct json_value *v, uint64_t max, uint64_t *out)
{
    if (!json_object_is_type(inside(v), json_type_int) || json_object_get_int64(inside(v)) < 0)
        return false;
    /* What is above 64 bits comes from json-c as the largest number. */
    uint64_t number = json_object_get_uint64(inside(v));
    if (number > max)
        return false;
    *out = number;
    return true;
}

bool json_value_mark(const struct json_value *v, struct buf *out)
{
    struct str s;
    if (json_value_string(v, &s))
        return s.len <= JSON_MARK_BYTES && json_escape_append_quoted(out, s) == 0;
    if (!json_object_is_type(inside(v), json_type_int))
        return false;
    /* What is outside 64 bits comes from json-c as the outermost number. */
    int64_t number = json_object_get_int64(inside(v));
    uint64_t positive = json_object_get_uint64(inside(v));
    if (number == INT64_MIN || positive == UINT64_MAX)
        return false;
    int rc =
        number < 0 ? buf_printf(out, "%" PRId64, number) : buf_printf(out, "%" PRIu64, positive);
    return rc == 0;
}
