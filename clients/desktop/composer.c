#include "clients/desktop/composer.h"

#include "clients/common/command.h"
#include "clients/common/excess.h"
#include "clients/common/i18n.h"
#include "clients/desktop/widgets.h"

#include <string.h>

enum { MOST_PIXELS = 140 };

struct composer {
    struct composer_hooks hooks;
    void *user;
    GtkWidget *box, *view, *hint, *send, *emoji, *excess;
    GtkTextBuffer *buffer;
    guint64 limit;  /* bytes; 0: none */
    bool composing; /* an input method has begun a word: Enter is its own */
    bool quiet;     /* the program writes, not the user */
};

char *composer_text(const struct composer *c)
{
    GtkTextIter from, to;
    gtk_text_buffer_get_bounds(c->buffer, &from, &to);
    char *text = gtk_text_buffer_get_text(c->buffer, &from, &to, FALSE);
    if (*text)
        return text;
    g_free(text);
    return NULL;
}

/* The seed's client takes blanks off, and sends nothing if nothing is left. */
static char *text_to_send(const struct composer *c)
{
    char *text = composer_text(c);
    if (text && *g_strstrip(text))
        return text;
    g_free(text);
    return NULL;
}

/* Empty before it is taken: a command may show another conversation, with a draft of its own. */
static void send(struct composer *c)
{
    char *text = text_to_send(c);
    if (text && gtk_widget_get_sensitive(c->send)) {
        composer_set_text(c, NULL);
        if (!c->hooks.send(c->user, text))
            composer_set_text(c, text);
    }
    g_free(text);
}

static guint excess_of(const struct composer *c, const char *text)
{
    struct str measured = command_measured(str_from(text));
    return c->limit > 0 ? (guint)excess_characters(measured, c->limit) : 0;
}

/* Whether it may be sent, and if it is too long, by how much. */
static void check(struct composer *c)
{
    char *text = text_to_send(c);
    guint excess = text ? excess_of(c, text) : 0;
    gtk_widget_set_visible(c->hint,
                           gtk_text_buffer_get_char_count(c->buffer) == 0 && !c->composing);
    gtk_widget_set_sensitive(c->send, text && excess == 0);
    gtk_widget_set_visible(c->excess, excess > 0);
    if (excess > 0) {
        char *words =
            g_strdup_printf(P_("%u character too long", "%u characters too long", excess), excess);
        gtk_label_set_text(GTK_LABEL(c->excess), words);
        g_free(words);
    }
    g_free(text);
}

/* Commands are nobody else's business. */
static bool is_talk(GtkTextBuffer *buffer)
{
    GtkTextIter start;
    gtk_text_buffer_get_start_iter(buffer, &start);
    gunichar first = gtk_text_iter_get_char(&start); /* 0: it is empty */
    return first != 0 && first != '/';
}

static void on_text(GtkTextBuffer *buffer, gpointer user)
{
    struct composer *c = user;
    check(c);
    if (!c->quiet)
        c->hooks.typing(c->user, is_talk(buffer));
}

static void on_preedit(GtkTextView *view, const char *word, gpointer user)
{
    struct composer *c = user;
    c->composing = word && *word;
    check(c);
}

static void on_send(GtkButton *button, gpointer user)
{
    struct composer *c = user;
    send(c);
    composer_focus(c);
}

static gboolean on_key(GtkEventControllerKey *keys, guint key, guint code, GdkModifierType state,
                       gpointer user)
{
    struct composer *c = user;
    bool plain = !(state & (GDK_SHIFT_MASK | GDK_CONTROL_MASK | GDK_ALT_MASK));
    if (c->composing || !plain)
        return FALSE;
    switch (key) {
    case GDK_KEY_Return:
    case GDK_KEY_KP_Enter: send(c); return TRUE;
    case GDK_KEY_Page_Up: c->hooks.page(c->user, -1); return TRUE;
    case GDK_KEY_Page_Down: c->hooks.page(c->user, 1); return TRUE;
    default: return FALSE;
    }
}

static void on_emoji(GtkEmojiChooser *chooser, const char *emoji, gpointer user)
{
    struct composer *c = user;
    gtk_text_buffer_delete_selection(c->buffer, TRUE, TRUE);
    gtk_text_buffer_insert_at_cursor(c->buffer, emoji, -1);
    composer_focus(c);
}

static GtkWidget *emoji_new(struct composer *c)
{
    GtkWidget *button = gtk_menu_button_new(), *chooser = gtk_emoji_chooser_new();
    gtk_menu_button_set_icon_name(GTK_MENU_BUTTON(button), "face-smile-symbolic");
    gtk_menu_button_set_popover(GTK_MENU_BUTTON(button), chooser);
    gtk_menu_button_set_direction(GTK_MENU_BUTTON(button), GTK_ARROW_UP);
    gtk_widget_set_tooltip_text(button, _("Emoji"));
    widget_set_name(button, _("Emoji"));
    gtk_widget_set_valign(button, GTK_ALIGN_END);
    gtk_widget_add_css_class(button, "flat");
    g_signal_connect(chooser, "emoji-picked", G_CALLBACK(on_emoji), c);
    return button;
}

static GtkWidget *view_new(struct composer *c)
{
    c->view = gtk_text_view_new();
    c->buffer = gtk_text_view_get_buffer(GTK_TEXT_VIEW(c->view));
    gtk_text_view_set_wrap_mode(GTK_TEXT_VIEW(c->view), GTK_WRAP_WORD_CHAR);
    gtk_text_view_set_accepts_tab(GTK_TEXT_VIEW(c->view), FALSE);
    gtk_text_view_set_input_hints(GTK_TEXT_VIEW(c->view), GTK_INPUT_HINT_SPELLCHECK);
    g_signal_connect(c->buffer, "changed", G_CALLBACK(on_text), c);
    g_signal_connect(c->view, "preedit-changed", G_CALLBACK(on_preedit), c);
    GtkEventController *keys = gtk_event_controller_key_new();
    gtk_event_controller_set_propagation_phase(keys, GTK_PHASE_CAPTURE);
    g_signal_connect(keys, "key-pressed", G_CALLBACK(on_key), c);
    gtk_widget_add_controller(c->view, keys);
    return c->view;
}

/* The view, which grows with its text up to a height, and the hint over it. */
static GtkWidget *field_new(struct composer *c)
{
    GtkWidget *overlay = gtk_overlay_new(), *scrolled = scrolled_new(view_new(c));
    gtk_scrolled_window_set_propagate_natural_height(GTK_SCROLLED_WINDOW(scrolled), TRUE);
    gtk_scrolled_window_set_max_content_height(GTK_SCROLLED_WINDOW(scrolled), MOST_PIXELS);
    gtk_widget_set_vexpand(scrolled, FALSE);
    c->hint = line_label_new("", "hint");
    gtk_widget_set_can_target(c->hint, FALSE);
    gtk_widget_set_valign(c->hint, GTK_ALIGN_START);
    gtk_overlay_set_child(GTK_OVERLAY(overlay), scrolled);
    gtk_overlay_add_overlay(GTK_OVERLAY(overlay), c->hint);
    gtk_widget_set_hexpand(overlay, TRUE);
    gtk_widget_set_valign(overlay, GTK_ALIGN_CENTER);
    return overlay;
}

static GtkWidget *send_new(struct composer *c)
{
    c->send = gtk_button_new_with_label(_("Send"));
    gtk_widget_add_css_class(c->send, "suggested-action");
    gtk_widget_set_valign(c->send, GTK_ALIGN_END);
    gtk_widget_set_tooltip_text(c->send, _("Send (Enter)"));
    g_signal_connect(c->send, "clicked", G_CALLBACK(on_send), c);
    return c->send;
}

struct composer *composer_create(const struct composer_hooks *hooks, void *user)
{
    struct composer *c = g_new0(struct composer, 1);
    GtkWidget *line = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 6);
    c->hooks = *hooks;
    c->user = user;
    c->box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
    gtk_widget_add_css_class(c->box, "composer");
    c->excess = line_label_new("", "failure");
    c->emoji = emoji_new(c);
    gtk_widget_add_css_class(line, "field");
    gtk_box_append(GTK_BOX(line), c->emoji);
    gtk_box_append(GTK_BOX(line), field_new(c));
    gtk_box_append(GTK_BOX(line), send_new(c));
    gtk_box_append(GTK_BOX(c->box), c->excess);
    gtk_box_append(GTK_BOX(c->box), line);
    g_object_set_data_full(G_OBJECT(c->box), "composer", c, g_free);
    check(c);
    return c;
}

GtkWidget *composer_widget(const struct composer *c)
{
    return c->box;
}

void composer_set_text(struct composer *c, const char *text)
{
    c->quiet = true;
    gtk_text_buffer_set_text(c->buffer, text ? text : "", -1);
    c->quiet = false;
    check(c);
}

void composer_set_hint(struct composer *c, const char *hint)
{
    gtk_label_set_text(GTK_LABEL(c->hint), hint);
    widget_set_name(c->view, hint);
}

void composer_set_enabled(struct composer *c, bool enabled)
{
    gtk_widget_set_sensitive(c->box, enabled);
}

void composer_set_limit(struct composer *c, guint64 bytes)
{
    c->limit = bytes;
    check(c);
}

void composer_focus(struct composer *c)
{
    gtk_widget_grab_focus(c->view);
}
