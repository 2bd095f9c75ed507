/* A conversation's transcript as a GListModel, so that a recycling list shows it. Rows are made
 * when they are asked for, and live as long as somebody has them: the list has those on the screen.
 * Needs no display. On the main thread alone. */
#ifndef TEAHOUSE_DESKTOP_TRANSCRIPT_MODEL_H
#define TEAHOUSE_DESKTOP_TRANSCRIPT_MODEL_H

#include "clients/common/conversation.h"

#include <gio/gio.h>

/* How long after the last message a new one goes on below it, without the name again. */
enum { ROW_CONTINUES_MS = 5 * 60 * 1000 };

#define TYPE_TRANSCRIPT_ROW (transcript_row_get_type())
G_DECLARE_FINAL_TYPE(TranscriptRow, transcript_row, TEAHOUSE, TRANSCRIPT_ROW, GObject)

#define TYPE_TRANSCRIPT_MODEL (transcript_model_get_type())
G_DECLARE_FINAL_TYPE(TranscriptModel, transcript_model, TEAHOUSE, TRANSCRIPT_MODEL, GObject)

/* What a row shows: an item (a copy), and what comes of those before it. It emits "changed" when
 * any of that has become another. */
const struct item *transcript_row_item(TranscriptRow *row);
gboolean transcript_row_starts_day(TranscriptRow *row); /* the first one of its day */
gboolean transcript_row_starts_new(TranscriptRow *row); /* the first one that is new */
gboolean transcript_row_continues(TranscriptRow *row);  /* the same speaker goes on */
/* Whether the eye is drawn to it for a moment. */
gboolean transcript_row_flash(TranscriptRow *row);
void transcript_row_set_flash(TranscriptRow *row, gboolean on);

/* Borrows the conversation, until transcript_model_detach. */
TranscriptModel *transcript_model_new(const struct conversation *conversation);
/* The conversation goes away: the model is empty from here on. */
void transcript_model_detach(TranscriptModel *model);
/* The timeline has changed, as struct timeline says. */
void transcript_model_items(TranscriptModel *model, size_t at, size_t removed, size_t added);
/* The conversation's marker may have moved. */
void transcript_model_marker(TranscriptModel *model);
/* Another day has begun: what days are called has become another. */
void transcript_model_new_day(TranscriptModel *model);
/* How many rows live just now. */
guint transcript_model_rows(TranscriptModel *model);

#endif
