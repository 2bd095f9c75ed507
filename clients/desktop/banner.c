#include "clients/desktop/banner.h"

#include "clients/desktop/widgets.h"

struct banner {
    void (*pressed)(void *user);
    void *user;
    GtkWidget *revealer, *box, *text, *button;
};

static void on_pressed(GtkButton *button, gpointer user)
{
    struct banner *b = user;
    b->pressed(b->user);
}

/* What has slid away is not there for screen readers either. */
static void on_revealed(GObject *object, GParamSpec *property, gpointer user)
{
    struct banner *b = user;
    GtkRevealer *revealer = GTK_REVEALER(b->revealer);
    gtk_widget_set_visible(b->box, gtk_revealer_get_reveal_child(revealer) ||
                                       gtk_revealer_get_child_revealed(revealer));
}

struct banner *banner_create(void (*pressed)(void *user), void *user)
{
    struct banner *b = g_new0(struct banner, 1);
    b->pressed = pressed;
    b->user = user;
    b->box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 12);
    b->text = gtk_label_new("");
    gtk_label_set_wrap(GTK_LABEL(b->text), TRUE);
    gtk_label_set_xalign(GTK_LABEL(b->text), 0);
    gtk_widget_set_hexpand(b->text, TRUE);
    b->button = gtk_button_new_with_label("");
    gtk_widget_set_valign(b->button, GTK_ALIGN_CENTER);
    g_signal_connect(b->button, "clicked", G_CALLBACK(on_pressed), b);
    gtk_widget_add_css_class(b->box, "banner");
    gtk_box_append(GTK_BOX(b->box), b->text);
    gtk_box_append(GTK_BOX(b->box), b->button);
    b->revealer = gtk_revealer_new();
    gtk_revealer_set_child(GTK_REVEALER(b->revealer), b->box);
    g_signal_connect(b->revealer, "notify::child-revealed", G_CALLBACK(on_revealed), b);
    g_signal_connect(b->revealer, "notify::reveal-child", G_CALLBACK(on_revealed), b);
    gtk_widget_set_visible(b->box, FALSE);
    g_object_set_data_full(G_OBJECT(b->revealer), "banner", b, g_free);
    return b;
}

GtkWidget *banner_widget(const struct banner *b)
{
    return b->revealer;
}

void banner_show(struct banner *b, const char *text, const char *button)
{
    gtk_revealer_set_reveal_child(GTK_REVEALER(b->revealer), text != NULL);
    gtk_widget_set_visible(b->button, button != NULL);
    if (text)
        gtk_label_set_text(GTK_LABEL(b->text), text);
    if (button)
        gtk_button_set_label(GTK_BUTTON(b->button), button);
}
