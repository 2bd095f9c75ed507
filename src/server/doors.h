/* The doors of this server: one row each. */
#ifndef TEAHOUSE_SERVER_DOORS_H
#define TEAHOUSE_SERVER_DOORS_H

#include "core/protocol.h"

struct door_row {
    struct door door;
    unsigned port;      /* the usual one; 0: opened only where the operator says so */
    const char *client; /* the program that people come in with, given an address and a port */
    bool web;           /* speaks HTTP: what is where stands in web_doors.c */
    const char *path;   /* of a web door: what to begin with, behind the "/"; NULL: that itself */
};

extern const struct door_row door_rows[];
extern const size_t door_count;

/* Whether the door is for operators: opened by the server itself, never by configuration. */
static inline bool door_for_operators(const struct door_row *row)
{
    return row->door.for_operators;
}

/* By name; NULL when there is none. */
const struct door_row *door_find(struct str name);

#endif
