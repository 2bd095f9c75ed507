/* Network addresses as text, and the groups that limits and bans count by. Pure; any thread. */
#ifndef TEAHOUSE_BASE_ADDRESS_H
#define TEAHOUSE_BASE_ADDRESS_H

#include "base/str.h"

enum { ADDRESS_TEXT_BYTES = 64 };

/* Writes the group of an address (no port): an IPv4 address is its own, an IPv4-mapped one counts
 * as IPv4, an IPv6 one counts by its /64 ("2001:db8::/64"), which may also be given as such.
 * False, and nothing written, when it is no address. */
bool address_group(struct str text, char out[ADDRESS_TEXT_BYTES]);

#endif
