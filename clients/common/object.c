#include "clients/common/object.h"

#include <json-c/json.h>

enum { DEPTH_MAX = 32 };

void object_reader_init(struct object_reader *r)
{
    *r = (struct object_reader){0};
}

static void forget_root(struct object_reader *r)
{
    json_object_put(r->root);
    r->root = NULL;
}

void object_reader_finish(struct object_reader *r)
{
    forget_root(r);
    if (r->parser)
        json_tokener_free(r->parser);
    r->parser = NULL;
}

static struct json_tokener *parser_of(struct object_reader *r)
{
    if (!r->parser) {
        r->parser = json_tokener_new_ex(DEPTH_MAX);
        if (r->parser)
            json_tokener_set_flags(r->parser, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
    } else {
        json_tokener_reset(r->parser);
    }
    return r->parser;
}

struct json_object *object_read(struct object_reader *r, struct str text)
{
    struct json_tokener *parser = parser_of(r);
    forget_root(r);
    if (!parser || text.len == 0 || text.len > INT32_MAX)
        return NULL;
    r->root = json_tokener_parse_ex(parser, text.ptr, (int)text.len);
    if (!json_object_is_type(r->root, json_type_object))
        forget_root(r);
    return r->root;
}

static struct json_object *get(struct json_object *object, const char *field, json_type type)
{
    struct json_object *value;
    if (!json_object_object_get_ex(object, field, &value) || !json_object_is_type(value, type))
        return NULL;
    return value;
}

static struct str str_in(struct json_object *value)
{
    return str_of(json_object_get_string(value), (size_t)json_object_get_string_len(value));
}

bool object_str(struct json_object *object, const char *field, struct str *out)
{
    struct json_object *value = get(object, field, json_type_string);
    if (!value)
        return false;
    *out = str_in(value);
    return true;
}

bool object_u64(struct json_object *object, const char *field, uint64_t *out)
{
    struct json_object *value = get(object, field, json_type_int);
    if (!value || json_object_get_int64(value) < 0)
        return false;
    *out = json_object_get_uint64(value);
    return true;
}

bool object_flag(struct json_object *object, const char *field, bool *out)
{
    struct json_object *value = get(object, field, json_type_boolean);
    if (!value)
        return false;
    *out = json_object_get_boolean(value);
    return true;
}

struct json_object *object_object(struct json_object *object, const char *field)
{
    return get(object, field, json_type_object);
}

struct json_object *object_array(struct json_object *object, const char *field)
{
    return get(object, field, json_type_array);
}

size_t object_array_count(struct json_object *array)
{
    return array ? json_object_array_length(array) : 0;
}

struct json_object *object_array_at(struct json_object *array, size_t at)
{
    struct json_object *value = json_object_array_get_idx(array, at);
    return json_object_is_type(value, json_type_object) ? value : NULL;
}

bool object_array_str(struct json_object *array, size_t at, struct str *out)
{
    struct json_object *value = json_object_array_get_idx(array, at);
    if (!json_object_is_type(value, json_type_string))
        return false;
    *out = str_in(value);
    return true;
}
