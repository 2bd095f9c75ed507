/* The drives of the web's codecs: see drive.h. */
#ifndef TEAHOUSE_TESTS_UNIT_CODEC_DRIVE_WEB_H
#define TEAHOUSE_TESTS_UNIT_CODEC_DRIVE_WEB_H

#include "codec/http.h"
#include "codec/websocket.h"
#include "drive.h"

struct drive_websocket_how {
    enum websocket_role role;
    struct websocket_limits limits;
};

/* `out`: "T(" text ")", "B(" binary ")", "P(" ping ")", "O(" pong ")", "C" code "(" reason ")",
 * "F" code for a failure; at last "M(" what has come of a message that is not ended ")". */
struct drive_outcome drive_websocket(struct str in, struct cutting cutting,
                                     struct drive_websocket_how how);

/* `out`: a line "METHOD path ?query @host" with " +" when kept alive, " ^" for an upgrade and
 * " ..." for Expect: 100-continue; a line "name: value" a header; "[" body "]"; and so on for each
 * request; "F" status for a failure; "M" when a request is begun and not whole. After a request
 * that is not kept alive, or an upgrade, the rest is written behind "=". */
struct drive_outcome drive_http(struct str in, struct cutting cutting, struct http_limits limits);

#endif
