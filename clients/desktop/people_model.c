#include "clients/desktop/people_model.h"

#include "clients/desktop/text.h"

struct _PersonRow {
    GObject parent;
    char *raw, *nick, *user, *door;
    gboolean away;
};

struct _PeopleModel {
    GObject parent;
    GPtrArray *rows; /* of PersonRow */
};

/* ---- a person */

G_DEFINE_FINAL_TYPE(PersonRow, person_row, G_TYPE_OBJECT)

static void person_row_finalize(GObject *object)
{
    PersonRow *row = TEAHOUSE_PERSON_ROW(object);
    g_free(row->raw);
    g_free(row->nick);
    g_free(row->user);
    g_free(row->door);
    G_OBJECT_CLASS(person_row_parent_class)->finalize(object);
}

static void person_row_class_init(PersonRowClass *class)
{
    G_OBJECT_CLASS(class)->finalize = person_row_finalize;
}

static void person_row_init(PersonRow *row)
{
}

static PersonRow *person_row_new(const struct person *person)
{
    PersonRow *row = g_object_new(TYPE_PERSON_ROW, NULL);
    row->raw = g_strndup(person->nick.ptr, person->nick.len);
    row->nick = text_line_of(person->nick);
    row->user = g_strndup(person->user.ptr, person->user.len);
    row->door = g_strndup(person->door.ptr, person->door.len);
    row->away = person->away;
    return row;
}

static gboolean same(const PersonRow *row, const struct person *person)
{
    return str_equal(str_from(row->user), person->user) &&
           str_equal(str_from(row->raw), person->nick) &&
           str_equal(str_from(row->door), person->door) && row->away == person->away;
}

const char *person_row_nick(PersonRow *row)
{
    return row->nick;
}

const char *person_row_door(PersonRow *row)
{
    return row->door;
}

gboolean person_row_away(PersonRow *row)
{
    return row->away;
}

struct str person_row_raw_nick(PersonRow *row)
{
    return str_from(row->raw);
}

/* ---- the model */

static GType get_item_type(GListModel *list)
{
    return TYPE_PERSON_ROW;
}

static guint get_n_items(GListModel *list)
{
    return TEAHOUSE_PEOPLE_MODEL(list)->rows->len;
}

static gpointer get_item(GListModel *list, guint at)
{
    GPtrArray *rows = TEAHOUSE_PEOPLE_MODEL(list)->rows;
    return at < rows->len ? g_object_ref(rows->pdata[at]) : NULL;
}

static void list_model_init(GListModelInterface *interface)
{
    interface->get_item_type = get_item_type;
    interface->get_n_items = get_n_items;
    interface->get_item = get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE(PeopleModel, people_model, G_TYPE_OBJECT,
                              G_IMPLEMENT_INTERFACE(G_TYPE_LIST_MODEL, list_model_init))

static void people_model_finalize(GObject *object)
{
    g_ptr_array_unref(TEAHOUSE_PEOPLE_MODEL(object)->rows);
    G_OBJECT_CLASS(people_model_parent_class)->finalize(object);
}

static void people_model_class_init(PeopleModelClass *class)
{
    G_OBJECT_CLASS(class)->finalize = people_model_finalize;
}

static void people_model_init(PeopleModel *model)
{
    model->rows = g_ptr_array_new_with_free_func(g_object_unref);
}

PeopleModel *people_model_new(void)
{
    return g_object_new(TYPE_PEOPLE_MODEL, NULL);
}

void people_model_update(PeopleModel *model, const struct people *people)
{
    GPtrArray *rows = model->rows;
    guint old = rows->len, new = people ? (guint)people->count : 0, head = 0, tail = 0;
    while (head < old && head < new &&same(rows->pdata[head], &people->persons[head]))
        head++;
    while (tail < old - head &&
           tail < new - head &&same(rows->pdata[old - 1 - tail], &people->persons[new - 1 - tail]))
        tail++;
    guint removed = old - head - tail, added = new - head - tail;
    if (removed > 0)
        g_ptr_array_remove_range(rows, head, removed);
    GPtrArray *fresh = g_ptr_array_new();
    for (guint i = 0; i < added; i++)
        g_ptr_array_add(fresh, person_row_new(&people->persons[head + i]));
    /* One move of what is behind, however many come in. */
    g_ptr_array_set_size(rows, (int)(head + added + tail));
    if (tail > 0)
        memmove(&rows->pdata[head + added], &rows->pdata[head], tail * sizeof(gpointer));
    if (added > 0)
        memcpy(&rows->pdata[head], fresh->pdata, added * sizeof(gpointer));
    g_ptr_array_unref(fresh);
    if (removed > 0 || added > 0)
        g_list_model_items_changed(G_LIST_MODEL(model), head, removed, added);
}
