#include "clients/desktop/transcript_row.h"

#include "clients/common/i18n.h"
#include "clients/desktop/sentence.h"
#include "clients/desktop/text.h"
#include "clients/desktop/when.h"
#include "clients/desktop/widgets.h"

#include <adwaita.h>

#pragma GCC diagnostic ignored "-Wformat-nonliteral" /* msgfmt -c compares the translations' */

enum { AVATAR_PIXELS = 34, AVATAR_GAP_PIXELS = 10 };

/* The widgets of one row, which shows now this item, now that one. */
struct row_view {
    GtkWidget *outer, *box, *day, *new, *happened;
    GtkWidget *body, *avatar; /* of what somebody has said, and all that follows */
    GtkWidget *head, *nick, *clock, *text, *state, *note, *failed;
    TranscriptRow *row; /* NULL: none */
    gulong changed;
    struct row_hooks hooks;
    void *user;
    char hue[16]; /* the style class that the nick has */
};

/* ---- making */

/* A word between two lines, across the whole width. */
static GtkWidget *rule_new(const char *class)
{
    GtkWidget *label = gtk_label_new("");
    gtk_widget_add_css_class(label, class);
    gtk_widget_set_halign(label, GTK_ALIGN_CENTER);
    return label;
}

static GtkWidget *text_new(const char *class)
{
    GtkWidget *label = gtk_label_new("");
    gtk_label_set_wrap(GTK_LABEL(label), TRUE);
    gtk_label_set_wrap_mode(GTK_LABEL(label), PANGO_WRAP_WORD_CHAR);
    gtk_label_set_selectable(GTK_LABEL(label), TRUE);
    gtk_label_set_xalign(GTK_LABEL(label), 0);
    gtk_widget_set_focusable(label, FALSE);
    gtk_widget_add_css_class(label, class);
    return label;
}

/* Others' addresses are opened only when they are what they seem. */
static gboolean on_link(GtkLabel *label, const char *address, gpointer user)
{
    return !text_address_safe(address); /* TRUE: it goes no further */
}

static void on_again(GtkButton *button, gpointer user)
{
    struct row_view *v = user;
    if (v->row)
        v->hooks.again(v->user, transcript_row_item(v->row));
}

static void on_discard(GtkButton *button, gpointer user)
{
    struct row_view *v = user;
    if (v->row)
        v->hooks.discard(v->user, transcript_row_item(v->row));
}

static GtkWidget *small_button(const char *text, GCallback clicked, struct row_view *v)
{
    GtkWidget *button = gtk_button_new_with_label(text);
    gtk_widget_add_css_class(button, "small");
    g_signal_connect(button, "clicked", clicked, v);
    return button;
}

static GtkWidget *head_new(struct row_view *v)
{
    GtkWidget *head = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 8);
    v->nick = gtk_label_new("");
    gtk_widget_add_css_class(v->nick, "nick");
    gtk_label_set_ellipsize(GTK_LABEL(v->nick), PANGO_ELLIPSIZE_END);
    v->clock = gtk_label_new("");
    gtk_widget_add_css_class(v->clock, "clock");
    gtk_widget_set_valign(v->clock, GTK_ALIGN_BASELINE);
    gtk_box_append(GTK_BOX(head), v->nick);
    gtk_box_append(GTK_BOX(head), v->clock);
    return head;
}

static GtkWidget *failed_new(struct row_view *v)
{
    GtkWidget *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 6);
    gtk_box_append(GTK_BOX(box), small_button(_("Send again"), G_CALLBACK(on_again), v));
    gtk_box_append(GTK_BOX(box), small_button(_("Discard"), G_CALLBACK(on_discard), v));
    return box;
}

static void make_body(struct row_view *v)
{
    GtkWidget *column = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
    v->head = head_new(v);
    v->text = text_new("said");
    g_signal_connect(v->text, "activate-link", G_CALLBACK(on_link), NULL);
    v->state = text_new("clock");
    v->note = text_new("failure");
    v->failed = failed_new(v);
    GtkWidget *parts[] = {v->head, v->text, v->state, v->note, v->failed};
    for (size_t i = 0; i < G_N_ELEMENTS(parts); i++)
        gtk_box_append(GTK_BOX(column), parts[i]);
    GtkWidget *upright = upright_new(column);
    gtk_widget_set_hexpand(upright, TRUE);

    v->avatar = adw_avatar_new(AVATAR_PIXELS, "", TRUE);
    gtk_widget_set_valign(v->avatar, GTK_ALIGN_START);
    v->body = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, AVATAR_GAP_PIXELS);
    gtk_widget_add_css_class(v->body, "body");
    gtk_box_append(GTK_BOX(v->body), v->avatar);
    gtk_box_append(GTK_BOX(v->body), upright);
}

static struct row_view *row_view_new(const struct row_hooks *hooks, void *user)
{
    struct row_view *v = g_new0(struct row_view, 1);
    v->hooks = *hooks;
    v->user = user;
    v->box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
    gtk_widget_add_css_class(v->box, "row");
    v->day = rule_new("day");
    v->new = rule_new("new");
    gtk_label_set_text(GTK_LABEL(v->new), _("New"));
    v->happened = text_new("happened");
    gtk_label_set_justify(GTK_LABEL(v->happened), GTK_JUSTIFY_CENTER);
    gtk_widget_set_halign(v->happened, GTK_ALIGN_CENTER);
    make_body(v);
    GtkWidget *parts[] = {v->day, v->new, v->happened, v->body};
    for (size_t i = 0; i < G_N_ELEMENTS(parts); i++)
        gtk_box_append(GTK_BOX(v->box), parts[i]);
    v->outer = upright_new(v->box);
    return v;
}

/* ---- showing */

static void set_text_with_links(GtkWidget *label, const char *text)
{
    char *markup = text_with_links(text);
    if (markup)
        gtk_label_set_markup(GTK_LABEL(label), markup);
    else
        gtk_label_set_text(GTK_LABEL(label), text);
    g_free(markup);
}

static void set_hue(struct row_view *v, const char *nick)
{
    if (v->hue[0])
        gtk_widget_remove_css_class(v->nick, v->hue);
    g_snprintf(v->hue, sizeof(v->hue), "hue-%u", text_hue(nick));
    gtk_widget_add_css_class(v->nick, v->hue);
}

static void show_head(struct row_view *v, const struct item *item, bool continues)
{
    gtk_widget_set_visible(v->head, !continues);
    gtk_widget_set_visible(v->avatar, !continues);
    gtk_widget_set_margin_start(v->body, continues ? AVATAR_PIXELS + AVATAR_GAP_PIXELS : 0);
    if (continues)
        return;
    char *nick = text_line_of(item->nick);
    char *clock = item->at_ms != 0 ? when_clock(item->at_ms) : g_strdup("");
    char *full = item->at_ms != 0 ? when_full(item->at_ms) : NULL;
    gtk_label_set_text(GTK_LABEL(v->nick), nick);
    adw_avatar_set_text(ADW_AVATAR(v->avatar), nick);
    gtk_label_set_text(GTK_LABEL(v->clock), clock);
    gtk_widget_set_tooltip_text(v->clock, full);
    set_hue(v, nick);
    g_free(nick);
    g_free(clock);
    g_free(full);
}

static void show_message(struct row_view *v, const struct item *item)
{
    bool pending = item->kind == ITEM_PENDING, failed = item->kind == ITEM_FAILED;
    char *text = text_of(item->text);
    show_head(v, item, transcript_row_continues(v->row));
    set_text_with_links(v->text, text);
    widget_set_class(v->text, "pending", pending || failed);
    widget_set_class(v->box, "mention", item->mention);
    gtk_widget_set_visible(v->state, pending);
    if (pending)
        gtk_label_set_text(GTK_LABEL(v->state), _("Sending…"));
    gtk_widget_set_visible(v->note, failed);
    gtk_widget_set_visible(v->failed, failed);
    if (failed) {
        char *why = sentence_failed(item->code, item->note);
        gtk_label_set_text(GTK_LABEL(v->note), why);
        g_free(why);
    }
    g_free(text);
}

static void show_happening(struct row_view *v, const struct item *item)
{
    char *sentence = sentence_item(item);
    gtk_label_set_text(GTK_LABEL(v->happened), sentence);
    g_free(sentence);
    gtk_label_set_justify(GTK_LABEL(v->happened),
                          item->kind == ITEM_NOTE ? GTK_JUSTIFY_LEFT : GTK_JUSTIFY_CENTER);
    widget_set_class(v->box, "mention", false);
    widget_set_class(v->happened, "announce", item->kind == ITEM_ANNOUNCE);
}

static void show_rules(struct row_view *v, const struct item *item)
{
    bool day = transcript_row_starts_day(v->row);
    gtk_widget_set_visible(v->new, transcript_row_starts_new(v->row));
    gtk_widget_set_visible(v->day, day);
    if (!day)
        return;
    gint64 now = when_now_ms();
    char *text = when_day(item->at_ms != 0 ? item->at_ms : now, now);
    gtk_label_set_text(GTK_LABEL(v->day), text);
    g_free(text);
}

static bool is_said(const struct item *item)
{
    return item->kind == ITEM_MESSAGE || item->kind == ITEM_PENDING || item->kind == ITEM_FAILED;
}

/* What a screen reader says of the row as a whole: "ann, 18:05: hello". */
static void name_row(struct row_view *v)
{
    const struct item *item = transcript_row_item(v->row);
    GtkWidget *row = gtk_widget_get_parent(v->outer);
    char *name;
    if (!row)
        return;
    if (is_said(item)) {
        char *nick = text_line_of(item->nick), *text = text_of(item->text);
        char *clock = item->at_ms != 0 ? when_clock(item->at_ms) : g_strdup(_("Sending…"));
        /* TRANSLATORS: who, when, what was said. */
        name = g_strdup_printf(_("%1$s, %2$s: %3$s"), nick, clock, text);
        g_free(nick);
        g_free(text);
        g_free(clock);
    } else {
        name = sentence_item(item);
    }
    widget_set_name(row, name);
    g_free(name);
}

static void show(struct row_view *v)
{
    const struct item *item = transcript_row_item(v->row);
    bool said = is_said(item);
    show_rules(v, item);
    gtk_widget_set_visible(v->body, said);
    gtk_widget_set_visible(v->happened, !said);
    widget_set_class(v->box, "continues", said && transcript_row_continues(v->row));
    widget_set_class(v->box, "flash", transcript_row_flash(v->row));
    if (said)
        show_message(v, item);
    else
        show_happening(v, item);
    name_row(v);
}

/* ---- the factory */

struct factory {
    struct row_hooks hooks;
    void *user;
};

static const char view_key[] = "view";

static void on_changed(TranscriptRow *row, gpointer user)
{
    show(user);
}

static void on_setup(GtkListItemFactory *factory, GtkListItem *list_item, gpointer user)
{
    struct factory *f = user;
    struct row_view *v = row_view_new(&f->hooks, f->user);
    g_object_set_data_full(G_OBJECT(v->outer), view_key, v, g_free);
    gtk_list_item_set_child(list_item, v->outer);
    gtk_list_item_set_activatable(list_item, FALSE);
    gtk_list_item_set_selectable(list_item, FALSE);
}

static struct row_view *view_of(GtkListItem *list_item)
{
    return g_object_get_data(G_OBJECT(gtk_list_item_get_child(list_item)), view_key);
}

static void on_bind(GtkListItemFactory *factory, GtkListItem *list_item, gpointer user)
{
    struct row_view *v = view_of(list_item);
    v->row = gtk_list_item_get_item(list_item);
    v->changed = g_signal_connect(v->row, "changed", G_CALLBACK(on_changed), v);
    show(v);
}

static void on_unbind(GtkListItemFactory *factory, GtkListItem *list_item, gpointer user)
{
    struct row_view *v = view_of(list_item);
    g_clear_signal_handler(&v->changed, v->row);
    v->row = NULL;
}

static void free_factory(gpointer user, GClosure *closure)
{
    g_free(user);
}

GtkListItemFactory *transcript_row_factory(const struct row_hooks *hooks, void *user)
{
    struct factory *f = g_new0(struct factory, 1);
    GtkListItemFactory *factory = gtk_signal_list_item_factory_new();
    f->hooks = *hooks;
    f->user = user;
    g_signal_connect(factory, "bind", G_CALLBACK(on_bind), NULL);
    g_signal_connect(factory, "unbind", G_CALLBACK(on_unbind), NULL);
    g_signal_connect_data(factory, "setup", G_CALLBACK(on_setup), f, free_factory, 0);
    return factory;
}
