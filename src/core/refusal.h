/* Why something was not done. The hub gives the code, the protocols have the sentences. */
#ifndef TEAHOUSE_CORE_REFUSAL_H
#define TEAHOUSE_CORE_REFUSAL_H

enum refusal {
    REFUSAL_NONE,
    REFUSAL_UNKNOWN_COMMAND, /* text: the word */
    REFUSAL_USAGE,           /* arguments are missing or wrong; about: the command */
    REFUSAL_NOT_LOGGED_IN,
    REFUSAL_LOGGED_IN, /* login again */
    REFUSAL_NICK_EMPTY,
    REFUSAL_NICK_INVALID, /* nick */
    REFUSAL_NICK_BLANK,   /* nick: it has blanks in it */
    REFUSAL_NICK_LONG,    /* nick, count: the limit */
    REFUSAL_NICK_TAKEN,   /* nick; reserved names too */
    REFUSAL_NICK_UNKNOWN, /* nick: nobody is called so */
    REFUSAL_ROOM_EMPTY,
    REFUSAL_ROOM_INVALID,    /* room */
    REFUSAL_ROOM_LONG,       /* room, count: the limit */
    REFUSAL_ROOM_LIMIT,      /* count: the limit */
    REFUSAL_ROOM_NOT_IN,     /* room; empty: in none */
    REFUSAL_ROOM_ALREADY_IN, /* room */
    REFUSAL_TEXT_EMPTY,
    REFUSAL_TEXT_LONG,  /* count: the limit in bytes */
    REFUSAL_TOPIC_LONG, /* count: the limit in bytes */
    REFUSAL_LINE_LONG,  /* count: the limit in bytes */
    REFUSAL_MUTED,      /* own group messages while muted */
    REFUSAL_IGNORE_SELF,
    REFUSAL_IGNORE_LIMIT,    /* count: the limit */
    REFUSAL_SEARCH_EMPTY,    /* no words */
    REFUSAL_ADDRESS_INVALID, /* text */
    REFUSAL_NOT_BANNED,      /* text */
    REFUSAL_CHARSET,         /* text: the name */
    REFUSAL_SYNTAX,          /* text: what is wrong with the object */
    REFUSAL_NOT_ALLOWED,
    REFUSAL_NOT_KEPT, /* the store could not write it */
    REFUSAL_NOT_READ, /* the store could not read */
    REFUSAL_TOKEN,    /* no session is resumed by it: never was, or not any more */
    REFUSAL_VERSION,  /* text: a version of the protocol that is not spoken here */
    REFUSALS
};

#endif
