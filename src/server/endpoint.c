#include "server/endpoint.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <stdio.h>

enum { PORT_MAX = 65535 };

static const char *parse_v4(struct str text, struct endpoint *out)
{
    char address[INET_ADDRSTRLEN];
    struct in_addr v4;
    if (text.len >= sizeof(address))
        return "must have its address in numbers, such as 127.0.0.1";
    memcpy(address, text.ptr, text.len);
    address[text.len] = '\0';
    if (strlen(address) != text.len || inet_pton(AF_INET, address, &v4) != 1)
        return "must have its address in numbers, such as 127.0.0.1";
    inet_ntop(AF_INET, &v4, out->address, sizeof(out->address));
    return NULL;
}

static const char *parse_v6(struct str text, struct endpoint *out)
{
    struct str zone = text, digits = str_cut(&zone, '%');
    char address[INET6_ADDRSTRLEN];
    struct in6_addr v6;
    if (digits.len >= sizeof(address) || zone.len >= IF_NAMESIZE ||
        (zone.len == 0 && digits.len != text.len))
        return "has no IPv6 address between its brackets";
    memcpy(address, digits.ptr, digits.len);
    address[digits.len] = '\0';
    if (strlen(address) != digits.len || inet_pton(AF_INET6, address, &v6) != 1)
        return "has no IPv6 address between its brackets";
    inet_ntop(AF_INET6, &v6, address, sizeof(address));
    snprintf(out->address, sizeof(out->address), "%s%s%.*s", address, zone.len ? "%" : "",
             STR_ARG(zone));
    return NULL;
}

const char *endpoint_parse(struct str text, struct endpoint *out)
{
    size_t colon = text.len;
    while (colon > 0 && text.ptr[colon - 1] != ':')
        colon--;
    if (colon == 0)
        return "has no port; write ADDRESS:PORT, such as 127.0.0.1:5005 or [::1]:5005";
    struct str address = str_of(text.ptr, colon - 1), port = str_skip(text, colon);
    struct endpoint found;
    const char *wrong;
    uint64_t number;

    if (address.len >= 2 && address.ptr[0] == '[' && address.ptr[address.len - 1] == ']')
        wrong = parse_v6(str_of(address.ptr + 1, address.len - 2), &found);
    else if (address.len > 0 && (address.ptr[0] == '[' || memchr(address.ptr, ':', address.len)))
        wrong = "is not clear; write an IPv6 address in brackets and a port behind it, "
                "such as [::1]:5005";
    else if (address.len == 0)
        wrong = "has no address; 0.0.0.0 and [::] stand for all of them";
    else
        wrong = parse_v4(address, &found);
    if (wrong)
        return wrong;
    if (!str_to_u64(port, PORT_MAX, &number))
        return "has no port from 0 to 65535 at its end";
    found.port = (unsigned)number;
    *out = found;
    return NULL;
}
