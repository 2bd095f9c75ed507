/* JSON objects of the server, read. Here alone the clients know who reads JSON for them.
 * Owned by one thread. */
#ifndef TEAHOUSE_CLIENTS_OBJECT_H
#define TEAHOUSE_CLIENTS_OBJECT_H

#include "base/str.h"

struct json_object;

struct object_reader {
    void *parser;             /* NULL before the first object */
    struct json_object *root; /* of the last text */
};

void object_reader_init(struct object_reader *r);
void object_reader_finish(struct object_reader *r);

/* Parses one object. NULL: it is none, or too deep, or not UTF-8. Borrowed, with all that is in it,
 * until the next call. */
struct json_object *object_read(struct object_reader *r, struct str text);

/* The fields of an object. False, and nothing written: not there, or of another kind. */
bool object_str(struct json_object *object, const char *field, struct str *out);
bool object_u64(struct json_object *object, const char *field, uint64_t *out);
bool object_flag(struct json_object *object, const char *field, bool *out);

/* The field's object, or array; NULL if it is none. */
struct json_object *object_object(struct json_object *object, const char *field);
struct json_object *object_array(struct json_object *object, const char *field);
size_t object_array_count(struct json_object *array);
/* The object at a place; NULL if it is something else. */
struct json_object *object_array_at(struct json_object *array, size_t at);
/* The string at a place. */
bool object_array_str(struct json_object *array, size_t at, struct str *out);

#endif
