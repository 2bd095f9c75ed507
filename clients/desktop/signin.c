#include "clients/desktop/signin.h"

#include "clients/common/i18n.h"
#include "clients/desktop/app_id.h"
#include "clients/desktop/widgets.h"

#include <adwaita.h>

enum { WIDTH = 360, ICON_PIXELS = 96 };

struct signin {
    struct signin_hooks hooks;
    void *user;
    GtkWidget *page, *login, *login_text, *spinner;
    GtkWidget *fields[SIGNIN_FIELDS], *errors[SIGNIN_FIELDS];
    bool busy;
};

static char *value_of(struct signin *s, enum signin_field field)
{
    return g_strstrip(g_strdup(gtk_editable_get_text(GTK_EDITABLE(s->fields[field]))));
}

static void clear_error(struct signin *s, enum signin_field field)
{
    gtk_widget_set_visible(s->errors[field], FALSE);
    gtk_widget_remove_css_class(s->fields[field], "error");
    gtk_accessible_reset_state(GTK_ACCESSIBLE(s->fields[field]), GTK_ACCESSIBLE_STATE_INVALID);
}

void signin_show_error(struct signin *s, enum signin_field field, const char *text)
{
    gtk_label_set_text(GTK_LABEL(s->errors[field]), text);
    gtk_widget_set_visible(s->errors[field], TRUE);
    gtk_widget_add_css_class(s->fields[field], "error");
    gtk_accessible_update_state(GTK_ACCESSIBLE(s->fields[field]), GTK_ACCESSIBLE_STATE_INVALID,
                                GTK_ACCESSIBLE_INVALID_TRUE, -1);
    gtk_widget_grab_focus(s->fields[field]);
}

static void try_login(struct signin *s)
{
    char *server = value_of(s, SIGNIN_SERVER), *name = value_of(s, SIGNIN_NAME);
    for (int i = 0; i < SIGNIN_FIELDS; i++)
        clear_error(s, (enum signin_field)i);
    if (!*name)
        signin_show_error(s, SIGNIN_NAME, _("Please enter a name."));
    if (!*server)
        signin_show_error(s, SIGNIN_SERVER, _("Please enter the address of a server."));
    if (*name && *server)
        s->hooks.login(s->user, server, name);
    g_free(server);
    g_free(name);
}

static void on_login(GtkWidget *widget, gpointer user)
{
    struct signin *s = user;
    if (s->busy)
        s->hooks.cancel(s->user);
    else
        try_login(s);
}

static void on_changed(GtkEditable *editable, gpointer user)
{
    struct signin *s = user;
    for (int i = 0; i < SIGNIN_FIELDS; i++)
        if (s->fields[i] == GTK_WIDGET(editable))
            clear_error(s, (enum signin_field)i);
}

static void add_field(struct signin *s, GtkWidget *form, enum signin_field field,
                      const char *label_text, const char *hint)
{
    GtkWidget *label = line_label_new(label_text, "field-name");
    GtkWidget *entry = gtk_entry_new();
    gtk_entry_set_placeholder_text(GTK_ENTRY(entry), hint);
    gtk_label_set_mnemonic_widget(GTK_LABEL(label), entry); /* which is its name then */
    s->fields[field] = entry;
    s->errors[field] = gtk_label_new("");
    gtk_label_set_wrap(GTK_LABEL(s->errors[field]), TRUE);
    gtk_label_set_wrap_mode(GTK_LABEL(s->errors[field]), PANGO_WRAP_WORD_CHAR);
    gtk_label_set_xalign(GTK_LABEL(s->errors[field]), 0);
    gtk_widget_add_css_class(s->errors[field], "failure");
    gtk_widget_set_visible(s->errors[field], FALSE);
    gtk_accessible_update_relation(GTK_ACCESSIBLE(entry), GTK_ACCESSIBLE_RELATION_DESCRIBED_BY,
                                   s->errors[field], NULL, -1);
    g_signal_connect(entry, "changed", G_CALLBACK(on_changed), s);
    g_signal_connect(entry, "activate", G_CALLBACK(on_login), s);
    gtk_box_append(GTK_BOX(form), label);
    gtk_box_append(GTK_BOX(form), entry);
    gtk_box_append(GTK_BOX(form), s->errors[field]);
}

static GtkWidget *login_new(struct signin *s)
{
    GtkWidget *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 8);
    gtk_widget_set_halign(box, GTK_ALIGN_CENTER);
    s->spinner = gtk_spinner_new();
    s->login_text = gtk_label_new("");
    gtk_box_append(GTK_BOX(box), s->spinner);
    gtk_box_append(GTK_BOX(box), s->login_text);
    s->login = gtk_button_new();
    gtk_button_set_child(GTK_BUTTON(s->login), box);
    gtk_widget_add_css_class(s->login, "pill");
    gtk_widget_set_halign(s->login, GTK_ALIGN_CENTER);
    g_signal_connect(s->login, "clicked", G_CALLBACK(on_login), s);
    return s->login;
}

static GtkWidget *form_new(struct signin *s)
{
    GtkWidget *form = gtk_box_new(GTK_ORIENTATION_VERTICAL, 6);
    GtkWidget *icon = gtk_image_new_from_icon_name(APP_ID);
    GtkWidget *title = gtk_label_new(_("Welcome to Teahouse"));
    gtk_image_set_pixel_size(GTK_IMAGE(icon), ICON_PIXELS);
    gtk_widget_add_css_class(title, "title-1");
    gtk_label_set_wrap(GTK_LABEL(title), TRUE);
    gtk_label_set_justify(GTK_LABEL(title), GTK_JUSTIFY_CENTER);
    gtk_box_append(GTK_BOX(form), icon);
    gtk_box_append(GTK_BOX(form), title);
    add_field(s, form, SIGNIN_SERVER, _("Server address"), _("host or host:port"));
    add_field(s, form, SIGNIN_NAME, _("User name"), _("what the others call you"));
    gtk_box_append(GTK_BOX(form), login_new(s));
    gtk_widget_add_css_class(form, "signin");
    gtk_widget_set_valign(form, GTK_ALIGN_CENTER);
    return form;
}

struct signin *signin_create(const struct signin_hooks *hooks, void *user)
{
    struct signin *s = g_new0(struct signin, 1);
    GtkWidget *clamp = adw_clamp_new(), *header = adw_header_bar_new();
    GtkWidget *scrolled;
    s->hooks = *hooks;
    s->user = user;
    adw_clamp_set_maximum_size(ADW_CLAMP(clamp), WIDTH);
    adw_clamp_set_tightening_threshold(ADW_CLAMP(clamp), WIDTH);
    adw_clamp_set_child(ADW_CLAMP(clamp), form_new(s));
    scrolled = scrolled_new(clamp);
    gtk_widget_add_css_class(header, "flat");
    adw_header_bar_set_title_widget(ADW_HEADER_BAR(header), gtk_label_new(""));
    s->page = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
    gtk_box_append(GTK_BOX(s->page), header);
    gtk_box_append(GTK_BOX(s->page), scrolled);
    g_object_set_data_full(G_OBJECT(s->page), "signin", s, g_free);
    signin_set_busy(s, false);
    return s;
}

GtkWidget *signin_widget(const struct signin *s)
{
    return s->page;
}

void signin_fill(struct signin *s, const char *server, const char *name)
{
    gtk_editable_set_text(GTK_EDITABLE(s->fields[SIGNIN_SERVER]), server);
    gtk_editable_set_text(GTK_EDITABLE(s->fields[SIGNIN_NAME]), name);
}

void signin_set_busy(struct signin *s, bool busy)
{
    const char *text = busy ? _("Cancel") : _("Login");
    s->busy = busy;
    if (busy) /* the focus must not be in what cannot be used */
        gtk_widget_grab_focus(s->login);
    for (int i = 0; i < SIGNIN_FIELDS; i++)
        gtk_widget_set_sensitive(s->fields[i], !busy);
    gtk_widget_set_visible(s->spinner, busy);
    gtk_spinner_set_spinning(GTK_SPINNER(s->spinner), busy);
    gtk_label_set_text(GTK_LABEL(s->login_text), text);
    widget_set_name(s->login, text);
    widget_set_class(s->login, "suggested-action", !busy);
}

void signin_focus(struct signin *s)
{
    char *server = value_of(s, SIGNIN_SERVER);
    gtk_widget_grab_focus(s->fields[*server ? SIGNIN_NAME : SIGNIN_SERVER]);
    g_free(server);
}
