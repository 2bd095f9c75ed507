#include "clients/desktop/transcript_model.h"

#include "clients/desktop/when.h"

struct _TranscriptRow {
    GObject parent;
    TranscriptModel *model; /* which knows this row; NULL: not any more */
    struct item *item;
    gboolean starts_day, starts_new, continues, flash;
};

struct _TranscriptModel {
    GObject parent;
    const struct conversation *conversation; /* NULL: gone */
    guint count;
    GHashTable *rows; /* number -> TranscriptRow, of those that live; owns nothing */
    uint64_t marker;
};

enum { CHANGED, SIGNALS };
static guint signals[SIGNALS];

/* ---- a row */

G_DEFINE_FINAL_TYPE(TranscriptRow, transcript_row, G_TYPE_OBJECT)

static void transcript_row_finalize(GObject *object)
{
    TranscriptRow *row = TEAHOUSE_TRANSCRIPT_ROW(object);
    if (row->model)
        g_hash_table_remove(row->model->rows, &row->item->number);
    item_destroy(row->item);
    G_OBJECT_CLASS(transcript_row_parent_class)->finalize(object);
}

static void transcript_row_class_init(TranscriptRowClass *class)
{
    G_OBJECT_CLASS(class)->finalize = transcript_row_finalize;
    signals[CHANGED] = g_signal_new("changed", TYPE_TRANSCRIPT_ROW, G_SIGNAL_RUN_LAST, 0, NULL,
                                    NULL, NULL, G_TYPE_NONE, 0);
}

static void transcript_row_init(TranscriptRow *row)
{
}

const struct item *transcript_row_item(TranscriptRow *row)
{
    return row->item;
}

gboolean transcript_row_starts_day(TranscriptRow *row)
{
    return row->starts_day;
}

gboolean transcript_row_starts_new(TranscriptRow *row)
{
    return row->starts_new;
}

gboolean transcript_row_continues(TranscriptRow *row)
{
    return row->continues;
}

gboolean transcript_row_flash(TranscriptRow *row)
{
    return row->flash;
}

void transcript_row_set_flash(TranscriptRow *row, gboolean on)
{
    row->flash = on;
    g_signal_emit(row, signals[CHANGED], 0);
}

/* ---- what comes of those before it */

static bool said(const struct item *item)
{
    return item->kind == ITEM_MESSAGE || item->kind == ITEM_PENDING || item->kind == ITEM_FAILED;
}

/* What is not sent yet is of now. */
static gint64 time_of(const struct item *item)
{
    return item->at_ms != 0 ? item->at_ms : when_now_ms();
}

static void place_row(TranscriptRow *row, const struct item *before, uint64_t marker)
{
    const struct item *item = row->item;
    row->starts_day = !before || !when_same_day(time_of(before), time_of(item));
    row->starts_new = before && marker != 0 && before->number == marker && !item->mine;
    row->continues = before && !row->starts_day && !row->starts_new && said(before) && said(item) &&
                     str_equal(before->nick, item->nick) &&
                     time_of(item) - time_of(before) < ROW_CONTINUES_MS;
}

/* ---- the model */

static const struct item *item_at(const TranscriptModel *model, size_t at)
{
    return model->conversation->timeline.items[at];
}

static void place_row_at(TranscriptModel *model, TranscriptRow *row, size_t at)
{
    place_row(row, at > 0 ? item_at(model, at - 1) : NULL, model->conversation->marker);
}

static TranscriptRow *make_row(TranscriptModel *model, size_t at)
{
    TranscriptRow *row = g_object_new(TYPE_TRANSCRIPT_ROW, NULL);
    row->item = item_create(item_at(model, at));
    row->model = model;
    place_row_at(model, row, at);
    g_hash_table_insert(model->rows, &row->item->number, row);
    return row;
}

static GType get_item_type(GListModel *list)
{
    return TYPE_TRANSCRIPT_ROW;
}

static guint get_n_items(GListModel *list)
{
    return TEAHOUSE_TRANSCRIPT_MODEL(list)->count;
}

static gpointer get_item(GListModel *list, guint at)
{
    TranscriptModel *model = TEAHOUSE_TRANSCRIPT_MODEL(list);
    if (at >= model->count)
        return NULL;
    TranscriptRow *row = g_hash_table_lookup(model->rows, &item_at(model, at)->number);
    return row ? g_object_ref(row) : make_row(model, at);
}

static void list_model_init(GListModelInterface *interface)
{
    interface->get_item_type = get_item_type;
    interface->get_n_items = get_n_items;
    interface->get_item = get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE(TranscriptModel, transcript_model, G_TYPE_OBJECT,
                              G_IMPLEMENT_INTERFACE(G_TYPE_LIST_MODEL, list_model_init))

static void forget_rows(TranscriptModel *model)
{
    GHashTableIter at;
    gpointer row;
    g_hash_table_iter_init(&at, model->rows);
    while (g_hash_table_iter_next(&at, NULL, &row))
        TEAHOUSE_TRANSCRIPT_ROW(row)->model = NULL;
    g_hash_table_remove_all(model->rows);
}

static void transcript_model_finalize(GObject *object)
{
    TranscriptModel *model = TEAHOUSE_TRANSCRIPT_MODEL(object);
    forget_rows(model);
    g_hash_table_unref(model->rows);
    G_OBJECT_CLASS(transcript_model_parent_class)->finalize(object);
}

static void transcript_model_class_init(TranscriptModelClass *class)
{
    G_OBJECT_CLASS(class)->finalize = transcript_model_finalize;
}

static void transcript_model_init(TranscriptModel *model)
{
    model->rows = g_hash_table_new(g_int64_hash, g_int64_equal);
}

TranscriptModel *transcript_model_new(const struct conversation *conversation)
{
    TranscriptModel *model = g_object_new(TYPE_TRANSCRIPT_MODEL, NULL);
    model->conversation = conversation;
    model->count = (guint)conversation->timeline.count;
    model->marker = conversation->marker;
    return model;
}

void transcript_model_detach(TranscriptModel *model)
{
    guint count = model->count;
    forget_rows(model);
    model->conversation = NULL;
    model->count = 0;
    g_list_model_items_changed(G_LIST_MODEL(model), 0, count, 0);
}

/* The item may be another under the same number, and others may stand before it. */
static void refresh_row(TranscriptModel *model, size_t at)
{
    const struct item *item = item_at(model, at);
    TranscriptRow *row = g_hash_table_lookup(model->rows, &item->number);
    if (!row)
        return;
    struct item *before = row->item;
    row->item = item_create(item);
    g_hash_table_replace(model->rows, &row->item->number, row); /* the key is in the item */
    item_destroy(before);
    place_row_at(model, row, at);
    g_signal_emit(row, signals[CHANGED], 0);
}

void transcript_model_items(TranscriptModel *model, size_t at, size_t removed, size_t added)
{
    if (!model->conversation)
        return;
    model->count = (guint)model->conversation->timeline.count;
    for (size_t i = at; i < at + added && g_hash_table_size(model->rows) > 0; i++)
        refresh_row(model, i);
    g_list_model_items_changed(G_LIST_MODEL(model), (guint)at, (guint)removed, (guint)added);
    if (at + added < model->count) /* has another one before it now */
        refresh_row(model, at + added);
}

void transcript_model_marker(TranscriptModel *model)
{
    if (!model->conversation || model->marker == model->conversation->marker)
        return;
    uint64_t markers[] = {model->marker, model->conversation->marker};
    model->marker = model->conversation->marker;
    for (size_t i = 0; i < G_N_ELEMENTS(markers); i++) {
        size_t at = timeline_find(&model->conversation->timeline, markers[i]);
        if (markers[i] != 0 && at + 1 < model->count)
            refresh_row(model, at + 1);
    }
}

void transcript_model_new_day(TranscriptModel *model)
{
    GList *rows = g_hash_table_get_values(model->rows);
    for (GList *at = rows; at; at = at->next)
        g_object_ref(at->data);
    for (GList *at = rows; at; at = at->next)
        if (TEAHOUSE_TRANSCRIPT_ROW(at->data)->starts_day)
            g_signal_emit(at->data, signals[CHANGED], 0);
    g_list_free_full(rows, g_object_unref);
}

guint transcript_model_rows(TranscriptModel *model)
{
    return g_hash_table_size(model->rows);
}
