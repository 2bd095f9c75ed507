#include "clients/desktop/search_view.h"

#include "clients/common/i18n.h"
#include "clients/desktop/text.h"
#include "clients/desktop/when.h"
#include "clients/desktop/widgets.h"

#include <adwaita.h>

struct search_view {
    struct search_view_hooks hooks;
    void *user;
    GtkWidget *box, *entry, *pages, *results, *list, *more, *status;
    char *words;          /* that were asked for; NULL: none */
    struct position last; /* of what was found */
    guint count;
};

static const char position_key[] = "position";

static void show_status(struct search_view *s, const char *title, const char *hint)
{
    adw_status_page_set_title(ADW_STATUS_PAGE(s->status), title);
    adw_status_page_set_description(ADW_STATUS_PAGE(s->status), hint);
    pages_show(s->pages, s->status);
}

static void clear(struct search_view *s)
{
    GtkWidget *row;
    while ((row = gtk_widget_get_first_child(s->list)))
        gtk_list_box_remove(GTK_LIST_BOX(s->list), row);
    s->count = 0;
    gtk_widget_set_visible(s->more, FALSE);
}

static void on_search(GtkSearchEntry *entry, gpointer user)
{
    struct search_view *s = user;
    char *words = g_strstrip(g_strdup(gtk_editable_get_text(GTK_EDITABLE(entry))));
    if (*words) {
        clear(s);
        g_free(s->words);
        s->words = g_strdup(words);
        s->hooks.search(s->user, words, NULL);
    }
    g_free(words);
}

static void on_more(GtkButton *button, gpointer user)
{
    struct search_view *s = user;
    gtk_widget_set_sensitive(s->more, FALSE);
    s->hooks.search(s->user, s->words, &s->last);
}

static void on_stop(GtkSearchEntry *entry, gpointer user)
{
    struct search_view *s = user;
    s->hooks.done(s->user);
}

static void on_row(GtkListBox *list, GtkListBoxRow *row, gpointer user)
{
    struct search_view *s = user;
    struct position *position = g_object_get_data(G_OBJECT(row), position_key);
    s->hooks.jump(s->user, *position);
}

static GtkWidget *row_new(const struct incoming_message *m)
{
    GtkWidget *row = gtk_list_box_row_new(), *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 2);
    GtkWidget *head = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 8);
    char *nick = text_line_of(m->from), *text = text_of(m->text), *when = when_full(m->at_ms);
    char *name = g_strdup_printf("%s, %s: %s", nick, when, text);
    GtkWidget *said = gtk_label_new(text);
    gtk_label_set_wrap(GTK_LABEL(said), TRUE);
    gtk_label_set_wrap_mode(GTK_LABEL(said), PANGO_WRAP_WORD_CHAR);
    gtk_label_set_xalign(GTK_LABEL(said), 0);
    gtk_label_set_lines(GTK_LABEL(said), 4);
    gtk_label_set_ellipsize(GTK_LABEL(said), PANGO_ELLIPSIZE_END);
    gtk_box_append(GTK_BOX(head), line_label_new(nick, "nick"));
    gtk_box_append(GTK_BOX(head), line_label_new(when, "clock"));
    gtk_box_append(GTK_BOX(box), head);
    gtk_box_append(GTK_BOX(box), said);
    gtk_widget_add_css_class(box, "found");
    gtk_list_box_row_set_child(GTK_LIST_BOX_ROW(row), box);
    widget_set_name(row, name);
    g_object_set_data_full(G_OBJECT(row), position_key,
                           g_memdup2(&m->position, sizeof(m->position)), g_free);
    g_free(nick);
    g_free(text);
    g_free(when);
    g_free(name);
    return row;
}

static GtkWidget *results_new(struct search_view *s)
{
    GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 12), *clamp = adw_clamp_new();
    s->list = gtk_list_box_new();
    gtk_list_box_set_selection_mode(GTK_LIST_BOX(s->list), GTK_SELECTION_NONE);
    gtk_widget_add_css_class(s->list, "boxed-list");
    widget_set_name(s->list, _("Found"));
    g_signal_connect(s->list, "row-activated", G_CALLBACK(on_row), s);
    s->more = gtk_button_new_with_label(_("More"));
    gtk_widget_add_css_class(s->more, "pill");
    gtk_widget_set_halign(s->more, GTK_ALIGN_CENTER);
    g_signal_connect(s->more, "clicked", G_CALLBACK(on_more), s);
    gtk_box_append(GTK_BOX(box), s->list);
    gtk_box_append(GTK_BOX(box), s->more);
    gtk_widget_add_css_class(box, "results");
    adw_clamp_set_child(ADW_CLAMP(clamp), box);
    return scrolled_new(clamp);
}

static void free_view(gpointer user)
{
    struct search_view *s = user;
    g_free(s->words);
    g_free(s);
}

struct search_view *search_view_create(const struct search_view_hooks *hooks, void *user)
{
    struct search_view *s = g_new0(struct search_view, 1);
    GtkWidget *clamp = adw_clamp_new();
    s->hooks = *hooks;
    s->user = user;
    s->entry = gtk_search_entry_new();
    widget_set_name(s->entry, _("Search"));
    g_signal_connect(s->entry, "activate", G_CALLBACK(on_search), s);
    g_signal_connect(s->entry, "search-changed", G_CALLBACK(on_search), s);
    g_signal_connect(s->entry, "stop-search", G_CALLBACK(on_stop), s);
    adw_clamp_set_child(ADW_CLAMP(clamp), s->entry);
    gtk_widget_add_css_class(clamp, "search-bar");
    s->status = adw_status_page_new();
    adw_status_page_set_icon_name(ADW_STATUS_PAGE(s->status), "system-search-symbolic");
    gtk_widget_add_css_class(s->status, "compact");
    s->results = results_new(s);
    s->pages = pages_new();
    pages_add(s->pages, s->status);
    pages_add(s->pages, s->results);
    s->box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
    gtk_box_append(GTK_BOX(s->box), clamp);
    gtk_box_append(GTK_BOX(s->box), s->pages);
    g_object_set_data_full(G_OBJECT(s->box), "search-view", s, free_view);
    return s;
}

GtkWidget *search_view_widget(const struct search_view *s)
{
    return s->box;
}

void search_view_start(struct search_view *s)
{
    g_clear_pointer(&s->words, g_free);
    clear(s);
    gtk_editable_set_text(GTK_EDITABLE(s->entry), "");
    show_status(s, _("Search this room"), _("Messages that have all the words, newest first."));
    gtk_widget_grab_focus(s->entry);
}

void search_view_ask(struct search_view *s, const char *words)
{
    gtk_editable_set_text(GTK_EDITABLE(s->entry), words);
    gtk_editable_set_position(GTK_EDITABLE(s->entry), -1);
}

void search_view_add(struct search_view *s, const struct incoming *answer)
{
    if (!s->words || !str_equal(answer->text, str_from(s->words)))
        return; /* other words are wanted by now */
    for (size_t i = 0; i < answer->message_count; i++) {
        gtk_list_box_append(GTK_LIST_BOX(s->list), row_new(&answer->messages[i]));
        s->last = answer->messages[i].position;
        s->count++;
    }
    gtk_widget_set_sensitive(s->more, TRUE);
    gtk_widget_set_visible(s->more, answer->more);
    if (s->count > 0)
        pages_show(s->pages, s->results);
    else
        show_status(s, _("Nothing found"), _("Try fewer or other words."));
}

void search_view_failed(struct search_view *s, const char *why)
{
    char *escaped = g_markup_escape_text(why, -1);
    gtk_widget_set_sensitive(s->more, TRUE);
    if (s->count == 0)
        show_status(s, _("Nothing found"), escaped);
    g_free(escaped);
}
