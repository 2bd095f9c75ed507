/* JSON (RFC 8259) that a peer has sent, read by json-c: strict, well-formed UTF-8 only, bounded in
 * depth.
 *
 * Any thread; one parser each, made at first use. A value lives as long as the outermost one, and
 * what is read of it is borrowed. */
#ifndef TEAHOUSE_CODEC_JSON_VALUE_H
#define TEAHOUSE_CODEC_JSON_VALUE_H

#include "base/buf.h"
#include "base/json_escape.h"

enum {
    /* Objects and arrays in each other, the outermost one counted. */
    JSON_VALUE_DEPTH = 32,
    /* A mark: what a client gives in order to get it back. */
    JSON_MARK_BYTES = 64,
    JSON_MARK_TEXT_BYTES = 2 + JSON_MARK_BYTES * JSON_ESCAPE_CHARACTER_BYTES,
};

struct json_value;

enum json_kind { JSON_NULL, JSON_BOOLEAN, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

/* Reads one whole object or array. NULL: `why` says in a few words what is wrong (never freed), and
 * `deep` whether it is the depth. */
struct json_value *json_value_read(struct str text, const char **why, bool *deep);
void json_value_free(struct json_value *v); /* of the outermost one; NULL is fine */

/* Absent ones are NULL, and so is null. */
enum json_kind json_value_kind(const struct json_value *v);
struct json_value *json_value_member(const struct json_value *object, const char *name);
size_t json_value_count(const struct json_value *array);
struct json_value *json_value_at(const struct json_value *array, size_t i);

/* These give false when the value is something else. */
bool json_value_string(const struct json_value *v, struct str *out);
bool json_value_boolean(const struct json_value *v, bool *out);
/* An integer from 0 to `max`, without fraction and exponent. */
bool json_value_integer(const struct json_value *v, uint64_t max, uint64_t *out);
/* Appends, as JSON, a string of at most JSON_MARK_BYTES or an integer of 64 bits. */
bool json_value_mark(const struct json_value *v, struct buf *out);

#endif
