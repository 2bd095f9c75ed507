/* A server with nothing but an Engine.IO door, for the programs that the public conformance suites
 * are run against. */
#ifndef TEAHOUSE_TESTS_ECHO_SERVER_H
#define TEAHOUSE_TESTS_ECHO_SERVER_H

#include "core/protocol.h"

enum {
    /* Between what readers miss who wait for one thing after the other and do not keep what comes
     * meanwhile. Long enough for one that does not get the processor at once. */
    ECHO_APART_MS = 20,
};

/* Serves `protocol` at `path` on 127.0.0.1, and on ::1 where there is one, until SIGTERM, and gives
 * back the exit status. A session that has not logged in after `login_seconds` is closed; 0: none
 * is. */
int echo_server_run(int argc, char **argv, struct str path, const struct protocol *protocol,
                    unsigned login_seconds);

/* Sends an Engine.IO message, however the peer's session travels. */
void echo_send(struct peer *peer, bool binary, struct str payload);

#endif
