/* Finds where a JSON object ends in a stream of objects with or without anything between them.
 *
 * Looks at braces, strings and escapes only (RFC 8259); whether the object is well-formed,
 * and not too deep, is for the parser to say. Braces alone tell the end, so that a wrong bracket
 * costs one object only; and a '{' where none can be begins the next object, so that a missing '}'
 * costs no more. Keeps its place, so that no byte is looked at twice however small the pieces.
 * Pure; owned by one thread. */
#ifndef TEAHOUSE_CODEC_JSON_SCAN_H
#define TEAHOUSE_CODEC_JSON_SCAN_H

#include "base/str.h"

enum json_scan_result {
    JSON_SCAN_MORE,    /* no whole object yet */
    JSON_SCAN_OBJECT,  /* an object: *start to *end */
    JSON_SCAN_GARBAGE, /* not an object: *start to *end can be thrown away and the stream goes on */
};

/* All zero at the start of a stream. */
struct json_scan {
    size_t at;      /* bytes of the input that have been looked at */
    size_t start;   /* where the object or garbage began, while there is one */
    uint32_t depth; /* braces open */
    bool string, escape, garbage;
    char last; /* in an object: the last byte that was not blank, strings left out */
};

/* `in` begins where the last call's did, or, when that returned something other than MORE, after
 * its *end. White space between objects is skipped (it lies before *start). A line end inside a
 * string, which no JSON has, ends the garbage: the stream is taken up after it. So does a '{' that
 * no value can begin with (not behind ':', ',' or '['): it begins the next object. Anything between
 * objects that is not white space is garbage up to the next '{' or line end, neither included.
 * *start and *end are set unless it is MORE. */
enum json_scan_result json_scan_next(struct json_scan *scan, struct str in, size_t *start,
                                     size_t *end);

/* After MORE: how many bytes at the front of `in` are only white space before what is being read.
 * The caller has dropped them when it calls next: `in` then begins after them. */
size_t json_scan_drop(struct json_scan *scan);

#endif
