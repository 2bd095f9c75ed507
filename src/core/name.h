/* The grammar of names and texts. Pure; any thread. */
#ifndef TEAHOUSE_CORE_NAME_H
#define TEAHOUSE_CORE_NAME_H

#include "base/buf.h"
#include "core/limits.h"
#include "core/refusal.h"

/* The most characters that nick_characters and room_characters may allow, and the ceiling of a buf
 * for what such a name is compared by. A character takes 4 bytes, and NFKC makes at most 11 times
 * as many of them (U+FDFA). */
enum { NAME_CHARACTERS_MAX = 255, NAME_FOLD_BYTES = NAME_CHARACTERS_MAX * 4 * 11 };

/* Languages have up to three or four marks on a letter, flags of countries' parts six invisible
 * tags, and emoji of families three joins; beyond that it is a tower over other people's lines. */
enum { NAME_MARKS_MAX = 4, TEXT_MARKS_MAX = 16, TEXT_JOINS_MAX = 8 };

/* Checks a nick (REFUSAL_NONE, _NICK_EMPTY, _NICK_BLANK, _NICK_INVALID, _NICK_LONG) and appends
 * what it is compared by to `fold`. 1 to nick_characters code points; no blanks, no controls, none
 * of : , ! @ # * ? / < > [ ] also after folding, nothing invisible, nothing unassigned, no
 * combining mark in front and no more than NAME_MARKS_MAX one upon the other, no Latin letters
 * mixed with those that only look so (core/alike.h). */
enum refusal name_check_nick(const struct limits *limits, struct str nick, struct buf *fold);
/* The same for a room (REFUSAL_ROOM_...). */
enum refusal name_check_room(const struct limits *limits, struct str room, struct buf *fold);

/* Whether a folded nick may never be anybody's: SYSTEM and what the server is called, and what
 * looks like them. */
bool name_reserved(struct str server_name, struct str nick_fold);

/* Appends `text` as others may see it: malformed UTF-8 as U+FFFD; CR LF, CR, U+0085, U+2028 and
 * U+2029 as \n; tabs as blanks; other C0, DEL, C1, bidirectional overrides and interlinear notes
 * left out; blanks and line breaks at both ends left out; of marks and invisible characters upon
 * one character the first TEXT_MARKS_MAX, and TEXT_JOINS_MAX characters joined to it. 0 or
 * -ENOBUFS. */
int text_append_clean(struct buf *out, struct str text);
/* The same on one line: line breaks become blanks. */
int text_append_clean_line(struct buf *out, struct str text);

#endif
