/* What the desktop client keeps of a conversation beside the library's own: it is the
 * conversation's user_data from CLIENT_ADDED to CLIENT_REMOVED. On the main thread alone. */
#ifndef TEAHOUSE_DESKTOP_TALK_H
#define TEAHOUSE_DESKTOP_TALK_H

#include "clients/desktop/transcript_model.h"

struct talk {
    struct conversation *conversation;
    TranscriptModel *model;
    char *draft; /* what was typed and not sent; NULL: nothing */
    char *title; /* the name, fit for widgets */
};

struct talk *talk_create(struct conversation *conversation);
void talk_destroy(struct talk *talk);
/* The conversation may be called otherwise now. */
void talk_rename(struct talk *talk);
struct talk *talk_of(const struct conversation *conversation);

#endif
