#include "clients/desktop/sidebar.h"

#include "clients/common/i18n.h"
#include "clients/desktop/widgets.h"

#include <adwaita.h>

enum { AVATAR_PIXELS = 24 };

struct sidebar {
    struct sidebar_hooks hooks;
    void *user;
    GtkWidget *scrolled, *list;
    bool quiet; /* the program selects, not the user */
};

/* The widgets of one row. */
struct entry {
    struct talk *talk;
    GtkWidget *row, *avatar, *name, *count;
};

static const char entry_key[] = "entry";

static struct entry *entry_of(GtkListBoxRow *row)
{
    return row ? g_object_get_data(G_OBJECT(row), entry_key) : NULL;
}

static struct entry *entry_at(const struct sidebar *s, int at)
{
    return entry_of(gtk_list_box_get_row_at_index(GTK_LIST_BOX(s->list), at));
}

static struct entry *find(const struct sidebar *s, const struct talk *talk)
{
    struct entry *e;
    for (int i = 0; (e = entry_at(s, i)); i++)
        if (e->talk == talk)
            return e;
    return NULL;
}

/* What a screen reader says: "lobby, 3 unread messages, somebody has mentioned you". */
static void name_row(struct entry *e)
{
    const struct conversation *v = e->talk->conversation;
    GString *name = g_string_new(e->talk->title);
    if (v->unread > 0)
        g_string_append_printf(name, P_(", %u unread message", ", %u unread messages", v->unread),
                               v->unread);
    if (v->mentions > 0 && !v->private)
        g_string_append(name, _(", somebody has mentioned you"));
    widget_set_name(e->row, name->str);
    g_string_free(name, TRUE);
}

static void show_entry(struct entry *e)
{
    const struct conversation *v = e->talk->conversation;
    char *count = v->unread > 999 ? g_strdup("999+") : g_strdup_printf("%u", v->unread);
    gtk_label_set_text(GTK_LABEL(e->name), e->talk->title);
    gtk_label_set_text(GTK_LABEL(e->count), count);
    gtk_widget_set_visible(e->count, v->unread > 0);
    widget_set_class(e->count, "mentioned", v->mentions > 0);
    widget_set_class(e->name, "unread", v->unread > 0);
    widget_set_class(e->name, "dim-label", !v->joined);
    if (e->avatar)
        adw_avatar_set_text(ADW_AVATAR(e->avatar), e->talk->title);
    name_row(e);
    g_free(count);
}

static GtkWidget *sign_new(struct entry *e)
{
    if (e->talk->conversation->private) {
        e->avatar = adw_avatar_new(AVATAR_PIXELS, "", TRUE);
        return e->avatar;
    }
    GtkWidget *sign = gtk_label_new("#");
    gtk_widget_set_size_request(sign, AVATAR_PIXELS, -1);
    gtk_widget_add_css_class(sign, "sign");
    return sign;
}

static struct entry *entry_new(struct talk *talk)
{
    struct entry *e = g_new0(struct entry, 1);
    GtkWidget *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 10);
    e->talk = talk;
    e->row = gtk_list_box_row_new();
    e->name = line_label_new("", NULL);
    gtk_widget_set_hexpand(e->name, TRUE);
    e->count = gtk_label_new("");
    gtk_widget_add_css_class(e->count, "count");
    gtk_widget_set_valign(e->count, GTK_ALIGN_CENTER);
    gtk_box_append(GTK_BOX(box), sign_new(e));
    gtk_box_append(GTK_BOX(box), e->name);
    gtk_box_append(GTK_BOX(box), e->count);
    gtk_list_box_row_set_child(GTK_LIST_BOX_ROW(e->row), box);
    g_object_set_data_full(G_OBJECT(e->row), entry_key, e, g_free);
    return e;
}

/* Rooms first; within each sort, in the order of coming, which the list keeps. */
static int compare(GtkListBoxRow *a, GtkListBoxRow *b, gpointer user)
{
    return (int)entry_of(a)->talk->conversation->private -
           (int)entry_of(b)->talk->conversation->private;
}

static void set_header(GtkListBoxRow *row, GtkListBoxRow *before, gpointer user)
{
    bool private = entry_of(row)->talk->conversation->private;
    GtkWidget *header = NULL;
    if (!before || entry_of(before)->talk->conversation->private != private)
        header = line_label_new(private ? _("Private messages") : _("Rooms"), "heading-small");
    gtk_list_box_row_set_header(row, header);
}

static void on_selected(GtkListBox *list, GtkListBoxRow *row, gpointer user)
{
    struct sidebar *s = user;
    struct entry *e = entry_of(row);
    if (e && !s->quiet)
        s->hooks.selected(s->user, e->talk);
}

/* Also when it was selected before: in a narrow window that leads to it. */
static void on_activated(GtkListBox *list, GtkListBoxRow *row, gpointer user)
{
    on_selected(list, row, user);
}

struct sidebar *sidebar_create(const struct sidebar_hooks *hooks, void *user)
{
    struct sidebar *s = g_new0(struct sidebar, 1);
    s->hooks = *hooks;
    s->user = user;
    s->list = gtk_list_box_new();
    gtk_widget_add_css_class(s->list, "navigation-sidebar");
    widget_set_name(s->list, _("Conversations"));
    gtk_list_box_set_sort_func(GTK_LIST_BOX(s->list), compare, NULL, NULL);
    gtk_list_box_set_header_func(GTK_LIST_BOX(s->list), set_header, NULL, NULL);
    g_signal_connect(s->list, "row-selected", G_CALLBACK(on_selected), s);
    g_signal_connect(s->list, "row-activated", G_CALLBACK(on_activated), s);
    s->scrolled = scrolled_new(s->list);
    g_object_set_data_full(G_OBJECT(s->scrolled), "sidebar", s, g_free);
    return s;
}

GtkWidget *sidebar_widget(const struct sidebar *s)
{
    return s->scrolled;
}

void sidebar_add(struct sidebar *s, struct talk *talk)
{
    struct entry *e = entry_new(talk);
    show_entry(e);
    gtk_list_box_append(GTK_LIST_BOX(s->list), e->row);
}

void sidebar_remove(struct sidebar *s, struct talk *talk)
{
    struct entry *e = find(s, talk);
    s->quiet = true;
    if (e)
        gtk_list_box_remove(GTK_LIST_BOX(s->list), e->row);
    s->quiet = false;
}

void sidebar_refresh(struct sidebar *s, struct talk *talk)
{
    struct entry *e = find(s, talk);
    if (e)
        show_entry(e);
}

void sidebar_select(struct sidebar *s, struct talk *talk)
{
    struct entry *e = talk ? find(s, talk) : NULL;
    s->quiet = true;
    gtk_list_box_select_row(GTK_LIST_BOX(s->list), e ? GTK_LIST_BOX_ROW(e->row) : NULL);
    s->quiet = false;
}

struct talk *sidebar_at(const struct sidebar *s, int at)
{
    struct entry *e = at >= 0 ? entry_at(s, at) : NULL;
    return e ? e->talk : NULL;
}

struct talk *sidebar_next(const struct sidebar *s, struct talk *talk, int direction)
{
    struct entry *e = find(s, talk);
    if (!e)
        return sidebar_at(s, 0);
    return sidebar_at(s, gtk_list_box_row_get_index(GTK_LIST_BOX_ROW(e->row)) + direction);
}
