/* Every sentence of the line doors, in every variant. Pure; any thread.
 *
 * A sentence is a template: "$n" a nick, "$o" another nick, "$r" a room, "$q" another room, "$t" a
 * text, "$c" a count, "$s" the server's name, "\n" where a new line begins. No variant's line end
 * is in it: who writes it knows whether there is one (line_write in write.h). */
#ifndef TEAHOUSE_PROTOCOL_LINE_TEXT_H
#define TEAHOUSE_PROTOCOL_LINE_TEXT_H

#include "core/command.h"
#include "core/event.h"
#include "protocol/line/line.h"

enum text {
    /* the tutorials' own */
    TEXT_WELCOME,     /* $s */
    TEXT_LOGIN_FIRST, /* $t: the word that was sent */
    TEXT_LOGIN_EMPTY,
    TEXT_LOGIN_TAKEN, /* $n */
    TEXT_LOGGED_IN,   /* empty where nothing is said */
    TEXT_JOINED,      /* $n */
    TEXT_LEFT,        /* $n */
    TEXT_NAMES,
    TEXT_WHO,
    TEXT_UNKNOWN, /* $t */

    /* in front of every line of a message */
    TEXT_SPEAKER,         /* $n */
    TEXT_SPEAKER_PRIVATE, /* $n, $o */

    /* what we add */
    TEXT_NO_MESSAGES,
    TEXT_FOUND,
    TEXT_FOUND_MORE,
    TEXT_FOUND_NONE,
    TEXT_ENTERED,     /* $r */
    TEXT_EXITED,      /* $r, $q */
    TEXT_EXITED_LAST, /* $r */
    TEXT_ROOMS,
    TEXT_TOPIC,         /* $r, $t */
    TEXT_TOPIC_NONE,    /* $r */
    TEXT_TOPIC_SET,     /* $n, $t */
    TEXT_TOPIC_CLEARED, /* $n */
    TEXT_RENAMED,       /* $n, $o */
    TEXT_NICK,          /* $n */
    TEXT_MUTED,
    TEXT_UNMUTED,
    TEXT_IGNORED,   /* $n */
    TEXT_UNIGNORED, /* $n */
    TEXT_IGNORES,
    TEXT_IGNORES_NONE,
    TEXT_CHARSET, /* $t */
    TEXT_HELP,
    TEXT_ANNOUNCE, /* $t */
    TEXT_STORE_DOWN,
    TEXT_STORE_UP,
    TEXT_USAGE,          /* $t */
    TEXT_CLOSED,         /* $t: why */
    TEXT_CLOSED_BECAUSE, /* $t: why, $q: an operator's words */
    TEXTS
};

/* The template, in the words of this variant. */
const char *text_of(enum line_variant variant, enum text text);
/* What a refusal says; never NULL. */
const char *text_refusal(enum line_variant variant, enum refusal refusal);
/* What a room is told of somebody who was made to leave ("$n"); NULL: nothing. */
const char *text_left_because(enum line_variant variant, enum close_reason why);
/* Why a session ends, to the one whose it is; NULL: nothing is said. */
const char *text_close_reason(enum line_variant variant, enum close_reason why);

/* Of EVENT_CROWD: how many came, went and are there. */
void text_append_crowd(enum line_variant variant, const struct event *event, struct buf *out);

/* The language of what the tutorials did not have. */
enum language text_language(enum line_variant variant);

#endif
