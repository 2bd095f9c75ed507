#include "clients/desktop/people_view.h"

#include "clients/common/i18n.h"
#include "clients/desktop/people_model.h"
#include "clients/desktop/sentence.h"
#include "clients/desktop/text.h"
#include "clients/desktop/widgets.h"

#include <adwaita.h>

enum { AVATAR_PIXELS = 28, WIDTH = 220 };

struct people_view {
    struct people_view_hooks hooks;
    void *user;
    GtkWidget *box, *title;
    GtkWidget *more; /* how many are not in the list */
    PeopleModel *model;
};

/* The widgets of one row. */
struct person_view {
    GtkWidget *box, *avatar, *nick, *how;
};

static const char view_key[] = "person-view";

static void on_setup(GtkListItemFactory *factory, GtkListItem *item, gpointer user)
{
    struct person_view *v = g_new0(struct person_view, 1);
    GtkWidget *column = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
    v->box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 10);
    v->avatar = adw_avatar_new(AVATAR_PIXELS, "", TRUE);
    v->nick = line_label_new("", NULL);
    v->how = line_label_new("", "how");
    gtk_box_append(GTK_BOX(column), v->nick);
    gtk_box_append(GTK_BOX(column), v->how);
    gtk_widget_set_valign(column, GTK_ALIGN_CENTER);
    gtk_box_append(GTK_BOX(v->box), v->avatar);
    gtk_box_append(GTK_BOX(v->box), column);
    g_object_set_data_full(G_OBJECT(v->box), view_key, v, g_free);
    gtk_list_item_set_child(item, v->box);
}

static void on_bind(GtkListItemFactory *factory, GtkListItem *item, gpointer user)
{
    struct person_view *v = g_object_get_data(G_OBJECT(gtk_list_item_get_child(item)), view_key);
    PersonRow *row = gtk_list_item_get_item(item);
    const char *nick = person_row_nick(row), *how = sentence_door(str_from(person_row_door(row)));
    if (person_row_away(row))
        how = _("away");
    adw_avatar_set_text(ADW_AVATAR(v->avatar), nick);
    gtk_label_set_text(GTK_LABEL(v->nick), nick);
    gtk_label_set_text(GTK_LABEL(v->how), how);
    gtk_widget_set_visible(v->how, *how != '\0');
    widget_set_class(v->box, "away", person_row_away(row));
    GtkWidget *widget = gtk_widget_get_parent(v->box);
    char *name = *how ? g_strdup_printf("%s, %s", nick, how) : g_strdup(nick);
    if (widget)
        widget_set_name(widget, name);
    g_free(name);
}

static void on_activate(GtkListView *list, guint at, gpointer user)
{
    struct people_view *p = user;
    PersonRow *row = g_list_model_get_item(G_LIST_MODEL(p->model), at);
    if (row)
        p->hooks.chosen(p->user, person_row_raw_nick(row));
    g_clear_object(&row);
}

static GtkWidget *list_new(struct people_view *p)
{
    GtkListItemFactory *factory = gtk_signal_list_item_factory_new();
    GtkNoSelection *none = gtk_no_selection_new(G_LIST_MODEL(g_object_ref(p->model)));
    g_signal_connect(factory, "setup", G_CALLBACK(on_setup), NULL);
    g_signal_connect(factory, "bind", G_CALLBACK(on_bind), NULL);
    GtkWidget *list = gtk_list_view_new(GTK_SELECTION_MODEL(none), factory);
    gtk_list_view_set_single_click_activate(GTK_LIST_VIEW(list), TRUE);
    gtk_widget_add_css_class(list, "people");
    gtk_widget_add_css_class(list, "navigation-sidebar");
    widget_set_name(list, _("People"));
    gtk_widget_set_tooltip_text(list, _("Click a name to talk in private"));
    g_signal_connect(list, "activate", G_CALLBACK(on_activate), p);
    return list;
}

static void free_view(gpointer user)
{
    struct people_view *p = user;
    g_object_unref(p->model);
    g_free(p);
}

struct people_view *people_view_create(const struct people_view_hooks *hooks, void *user)
{
    struct people_view *p = g_new0(struct people_view, 1);
    p->hooks = *hooks;
    p->user = user;
    p->model = people_model_new();
    p->box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
    p->title = line_label_new("", "heading-small");
    gtk_widget_add_css_class(p->box, "people-pane");
    gtk_widget_add_css_class(p->box, "background");
    gtk_widget_set_size_request(p->box, WIDTH, -1);
    gtk_box_append(GTK_BOX(p->box), p->title);
    gtk_box_append(GTK_BOX(p->box), scrolled_new(list_new(p)));
    p->more = line_label_new("", "dim-label");
    gtk_box_append(GTK_BOX(p->box), p->more);
    g_object_set_data_full(G_OBJECT(p->box), "people-view", p, free_view);
    people_view_show(p, NULL);
    return p;
}

GtkWidget *people_view_widget(const struct people_view *p)
{
    return p->box;
}

static void show_more(struct people_view *p, guint unlisted)
{
    char *more = g_strdup_printf(P_("and %u more", "and %u more", unlisted), unlisted);
    gtk_label_set_text(GTK_LABEL(p->more), more);
    gtk_widget_set_visible(p->more, unlisted > 0);
    g_free(more);
}

void people_view_show(struct people_view *p, const struct conversation *room)
{
    guint count = room ? (guint)conversation_people(room) : 0;
    char *title = g_strdup_printf(P_("%u person here", "%u people here", count), count);
    gtk_label_set_text(GTK_LABEL(p->title), title);
    g_free(title);
    show_more(p, room ? (guint)conversation_unlisted(room) : 0);
    people_model_update(p->model, room ? &room->people : NULL);
}
