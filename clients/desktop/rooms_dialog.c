#include "clients/desktop/rooms_dialog.h"

#include "clients/common/i18n.h"
#include "clients/desktop/text.h"
#include "clients/desktop/widgets.h"

#include <adwaita.h>

enum { WIDTH = 400, HEIGHT = 480 };

struct rooms {
    void (*join)(void *user, const char *room);
    void *user;
    GtkWidget *dialog, *entry, *button, *list;
};

static const char room_key[] = "room", rooms_key[] = "rooms";

static void join(struct rooms *r, const char *room)
{
    char *name = g_strstrip(g_strdup(room));
    if (*name) {
        r->join(r->user, name);
        gtk_window_close(GTK_WINDOW(r->dialog));
    }
    g_free(name);
}

static void on_join(GtkWidget *widget, gpointer user)
{
    struct rooms *r = user;
    join(r, gtk_editable_get_text(GTK_EDITABLE(r->entry)));
}

static void on_row(GtkListBox *list, GtkListBoxRow *row, gpointer user)
{
    join(user, g_object_get_data(G_OBJECT(row), room_key));
}

static gboolean on_escape(GtkWidget *widget, GVariant *arguments, gpointer user)
{
    struct rooms *r = user;
    gtk_window_close(GTK_WINDOW(r->dialog));
    return TRUE;
}

static GtkWidget *row_new(const struct incoming_room *room)
{
    GtkWidget *row = gtk_list_box_row_new(), *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 12);
    GtkWidget *column = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
    char *name = text_line_of(room->room), *topic = text_line_of(room->topic);
    guint count = (guint)MIN(room->people, G_MAXUINT);
    char *people = g_strdup_printf(P_("%u person", "%u people", count), count);
    char *label = g_strdup_printf("%s, %s", name, people);
    gtk_box_append(GTK_BOX(column), line_label_new(name, "heading"));
    if (*topic)
        gtk_box_append(GTK_BOX(column), line_label_new(topic, "how"));
    gtk_widget_set_hexpand(column, TRUE);
    gtk_widget_set_valign(column, GTK_ALIGN_CENTER);
    gtk_box_append(GTK_BOX(box), column);
    gtk_box_append(GTK_BOX(box), line_label_new(people, "dim-label"));
    gtk_widget_add_css_class(box, "found");
    gtk_list_box_row_set_child(GTK_LIST_BOX_ROW(row), box);
    widget_set_name(row, label);
    g_object_set_data_full(G_OBJECT(row), room_key, g_strndup(room->room.ptr, room->room.len),
                           g_free);
    g_free(name);
    g_free(topic);
    g_free(people);
    g_free(label);
    return row;
}

static GtkWidget *entry_line_new(struct rooms *r)
{
    GtkWidget *line = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 6);
    r->entry = gtk_entry_new();
    gtk_entry_set_placeholder_text(GTK_ENTRY(r->entry), _("Room"));
    widget_set_name(r->entry, _("Room"));
    gtk_widget_set_hexpand(r->entry, TRUE);
    g_signal_connect(r->entry, "activate", G_CALLBACK(on_join), r);
    r->button = gtk_button_new_with_label(_("Join"));
    gtk_widget_add_css_class(r->button, "suggested-action");
    g_signal_connect(r->button, "clicked", G_CALLBACK(on_join), r);
    gtk_box_append(GTK_BOX(line), r->entry);
    gtk_box_append(GTK_BOX(line), r->button);
    return line;
}

static GtkWidget *content_new(struct rooms *r)
{
    GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 12);
    GtkWidget *hint = gtk_label_new(_("A room that is not there yet is made."));
    GtkWidget *inner = gtk_box_new(GTK_ORIENTATION_VERTICAL, 12);
    gtk_label_set_xalign(GTK_LABEL(hint), 0);
    gtk_label_set_wrap(GTK_LABEL(hint), TRUE);
    gtk_widget_add_css_class(hint, "dim-label");
    r->list = gtk_list_box_new();
    gtk_widget_add_css_class(r->list, "boxed-list");
    gtk_widget_set_valign(r->list, GTK_ALIGN_START);
    gtk_list_box_set_selection_mode(GTK_LIST_BOX(r->list), GTK_SELECTION_NONE);
    widget_set_name(r->list, _("Rooms"));
    gtk_widget_set_visible(r->list, FALSE);
    g_signal_connect(r->list, "row-activated", G_CALLBACK(on_row), r);
    gtk_widget_add_css_class(inner, "results");
    gtk_box_append(GTK_BOX(inner), r->list);
    gtk_box_append(GTK_BOX(box), entry_line_new(r));
    gtk_box_append(GTK_BOX(box), hint);
    gtk_widget_add_css_class(box, "dialog-top");
    GtkWidget *all = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
    gtk_box_append(GTK_BOX(all), adw_header_bar_new());
    gtk_box_append(GTK_BOX(all), box);
    gtk_box_append(GTK_BOX(all), scrolled_new(inner));
    return all;
}

GtkWidget *rooms_dialog_show(GtkWindow *parent, void (*join_room)(void *user, const char *room),
                             void *user)
{
    struct rooms *r = g_new0(struct rooms, 1);
    r->join = join_room;
    r->user = user;
    r->dialog = adw_window_new();
    gtk_window_set_title(GTK_WINDOW(r->dialog), _("Join a room"));
    gtk_window_set_modal(GTK_WINDOW(r->dialog), TRUE);
    gtk_window_set_transient_for(GTK_WINDOW(r->dialog), parent);
    gtk_window_set_destroy_with_parent(GTK_WINDOW(r->dialog), TRUE);
    gtk_window_set_default_size(GTK_WINDOW(r->dialog),
                                MIN(WIDTH, gtk_widget_get_width(GTK_WIDGET(parent))), HEIGHT);
    adw_window_set_content(ADW_WINDOW(r->dialog), content_new(r));
    GtkEventController *keys = gtk_shortcut_controller_new();
    gtk_shortcut_controller_add_shortcut(
        GTK_SHORTCUT_CONTROLLER(keys),
        gtk_shortcut_new(gtk_keyval_trigger_new(GDK_KEY_Escape, 0),
                         gtk_callback_action_new(on_escape, r, NULL)));
    gtk_widget_add_controller(r->dialog, keys);
    g_object_set_data_full(G_OBJECT(r->dialog), rooms_key, r, g_free);
    gtk_window_present(GTK_WINDOW(r->dialog));
    gtk_widget_grab_focus(r->entry);
    return r->dialog;
}

void rooms_dialog_set(GtkWidget *dialog, const struct incoming *answer)
{
    struct rooms *r = g_object_get_data(G_OBJECT(dialog), rooms_key);
    GtkWidget *row;
    while ((row = gtk_widget_get_first_child(r->list)))
        gtk_list_box_remove(GTK_LIST_BOX(r->list), row);
    for (size_t i = 0; i < answer->room_count; i++)
        gtk_list_box_append(GTK_LIST_BOX(r->list), row_new(&answer->rooms[i]));
    gtk_widget_set_visible(r->list, answer->room_count > 0);
}
