/* An address and a port, as the operator writes them: 127.0.0.1:5005 or [::1]:5005. Pure; any
 * thread. */
#ifndef TEAHOUSE_SERVER_ENDPOINT_H
#define TEAHOUSE_SERVER_ENDPOINT_H

#include "base/str.h"

enum { ENDPOINT_ADDRESS_BYTES = 64 };

struct endpoint {
    char address[ENDPOINT_ADDRESS_BYTES]; /* in its shortest form, without brackets */
    unsigned port;                        /* 0: any that is free */
};

/* Addresses are numbers, never names: what is opened must not depend on a name server. An IPv6
 * address may have a zone (fe80::1%eth0). NULL and `out` filled, or what is wrong, as the end of a
 * sentence that begins with the text in quotes. */
const char *endpoint_parse(struct str text, struct endpoint *out);

#endif
