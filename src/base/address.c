#include "base/address.h"

#include <arpa/inet.h>
#include <stdio.h>

enum { V6_GROUP_BYTES = 8 };

bool address_group(struct str text, char out[ADDRESS_TEXT_BYTES])
{
    char zero_ended[ADDRESS_TEXT_BYTES], canonical[INET6_ADDRSTRLEN];
    struct in_addr v4;
    struct in6_addr v6;

    if (text.len == 0 || text.len >= sizeof(zero_ended) || memchr(text.ptr, '\0', text.len))
        return false;
    memcpy(zero_ended, text.ptr, text.len);
    zero_ended[text.len] = '\0';

    if (inet_pton(AF_INET, zero_ended, &v4) == 1) {
        inet_ntop(AF_INET, &v4, out, ADDRESS_TEXT_BYTES);
        return true;
    }
    if (text.len > 3 && strcmp(zero_ended + text.len - 3, "/64") == 0)
        zero_ended[text.len - 3] = '\0';
    char *zone = strchr(zero_ended, '%');
    if (zone)
        *zone = '\0';
    if (inet_pton(AF_INET6, zero_ended, &v6) != 1)
        return false;
    if (IN6_IS_ADDR_V4MAPPED(&v6)) {
        memcpy(&v4, v6.s6_addr + 12, sizeof(v4));
        inet_ntop(AF_INET, &v4, out, ADDRESS_TEXT_BYTES);
        return true;
    }
    memset(v6.s6_addr + V6_GROUP_BYTES, 0, sizeof(v6.s6_addr) - V6_GROUP_BYTES);
    inet_ntop(AF_INET6, &v6, canonical, sizeof(canonical));
    snprintf(out, ADDRESS_TEXT_BYTES, "%s/64", canonical);
    return true;
}
