/* Where things stand: the list of conversations, the transcript, the people. In a narrow window one
 * sees the list or the transcript, and the people over it. */
#include "clients/desktop/chat_priv.h"

#include "clients/common/i18n.h"
#include "clients/desktop/widgets.h"

enum { SIDE_WIDTH = 230, MAIN_WIDTH = 340, AVATAR_PIXELS = 24 };

static void on_back(GtkButton *button, gpointer user)
{
    struct chat *c = user;
    adw_leaflet_set_visible_child(ADW_LEAFLET(c->leaflet), c->side);
}

static void on_pane(GObject *leaflet, GParamSpec *property, gpointer user)
{
    chat_look(user);
}

static GtkWidget *column_new(void)
{
    return gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
}

/* ---- the list of conversations */

/* Who one is, and the way out. */
static GtkWidget *foot_new(struct chat *c)
{
    GtkWidget *foot = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 8);
    GtkWidget *name = gtk_button_new(), *close = gtk_button_new_with_label(_("Close"));
    GtkWidget *inner = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 8), *avatar;
    c->me = line_label_new("", NULL);
    avatar = adw_avatar_new(AVATAR_PIXELS, "", TRUE);
    g_object_bind_property(c->me, "label", avatar, "text", G_BINDING_SYNC_CREATE);
    gtk_box_append(GTK_BOX(inner), avatar);
    gtk_box_append(GTK_BOX(inner), c->me);
    gtk_button_set_child(GTK_BUTTON(name), inner);
    gtk_widget_add_css_class(name, "flat");
    gtk_widget_set_hexpand(name, TRUE);
    gtk_widget_set_tooltip_text(name, _("Change your name"));
    widget_set_name(name, _("Change your name"));
    gtk_actionable_set_action_name(GTK_ACTIONABLE(name), "chat.rename");
    gtk_widget_set_tooltip_text(close, _("Say goodbye and close the window"));
    gtk_actionable_set_action_name(GTK_ACTIONABLE(close), "window.close");
    gtk_widget_set_valign(close, GTK_ALIGN_CENTER);
    gtk_box_append(GTK_BOX(foot), name);
    gtk_box_append(GTK_BOX(foot), close);
    gtk_widget_add_css_class(foot, "foot");
    return foot;
}

static GtkWidget *side_new(struct chat *c)
{
    GtkWidget *side = column_new(), *header = adw_header_bar_new();
    GtkWidget *join = icon_button_new("list-add-symbolic", _("Join a room"));
    c->server_title = adw_window_title_new("", "");
    adw_header_bar_set_title_widget(ADW_HEADER_BAR(header), c->server_title);
    gtk_actionable_set_action_name(GTK_ACTIONABLE(join), "chat.join");
    adw_header_bar_pack_start(ADW_HEADER_BAR(header), join);
    g_object_bind_property(c->leaflet, "folded", header, "show-end-title-buttons",
                           G_BINDING_SYNC_CREATE);
    gtk_widget_set_size_request(side, SIDE_WIDTH, -1);
    gtk_widget_add_css_class(side, "side");
    gtk_box_append(GTK_BOX(side), header);
    gtk_box_append(GTK_BOX(side), sidebar_widget(c->sidebar));
    gtk_box_append(GTK_BOX(side), foot_new(c));
    return side;
}

/* ---- the conversation */

static GMenuModel *menu_new(void)
{
    GMenu *menu = g_menu_new(), *here = g_menu_new(), *self = g_menu_new(), *out = g_menu_new();
    g_menu_append(here, _("Set the topic…"), "chat.topic");
    g_menu_append(here, _("Do not hear, or hear again"), "chat.ignore");
    g_menu_append(here, _("Leave this conversation"), "chat.leave");
    g_menu_append(self, _("Join a room…"), "chat.join");
    g_menu_append(self, _("Change your name…"), "chat.rename");
    g_menu_append(self, _("New window"), "app.new-window");
    g_menu_append(out, _("Keyboard shortcuts"), "win.show-help-overlay");
    g_menu_append(out, _("About Teahouse"), "app.about");
    g_menu_append(out, _("Sign out"), "chat.sign-out");
    g_menu_append_section(menu, NULL, G_MENU_MODEL(here));
    g_menu_append_section(menu, NULL, G_MENU_MODEL(self));
    g_menu_append_section(menu, NULL, G_MENU_MODEL(out));
    g_object_unref(here);
    g_object_unref(self);
    g_object_unref(out);
    return G_MENU_MODEL(menu);
}

static GtkWidget *menu_button_new(void)
{
    GtkWidget *button = gtk_menu_button_new();
    GMenuModel *menu = menu_new();
    gtk_menu_button_set_icon_name(GTK_MENU_BUTTON(button), "open-menu-symbolic");
    gtk_menu_button_set_menu_model(GTK_MENU_BUTTON(button), menu);
    gtk_menu_button_set_primary(GTK_MENU_BUTTON(button), TRUE);
    gtk_widget_set_tooltip_text(button, _("Menu"));
    widget_set_name(button, _("Menu"));
    g_object_unref(menu);
    return button;
}

static GtkWidget *toggle_new(const char *icon, const char *name)
{
    GtkWidget *button = gtk_toggle_button_new();
    gtk_button_set_icon_name(GTK_BUTTON(button), icon);
    gtk_widget_set_tooltip_text(button, name);
    widget_set_name(button, name);
    return button;
}

static GtkWidget *header_new(struct chat *c)
{
    GtkWidget *header = adw_header_bar_new();
    c->title = adw_window_title_new("", "");
    c->back = icon_button_new("go-previous-symbolic", _("Conversations"));
    c->search_button = toggle_new("system-search-symbolic", _("Search"));
    c->users_button = toggle_new("system-users-symbolic", _("Users"));
    g_signal_connect(c->back, "clicked", G_CALLBACK(on_back), c);
    g_object_bind_property(c->leaflet, "folded", c->back, "visible", G_BINDING_SYNC_CREATE);
    g_object_bind_property(c->leaflet, "folded", header, "show-start-title-buttons",
                           G_BINDING_SYNC_CREATE);
    adw_header_bar_set_title_widget(ADW_HEADER_BAR(header), c->title);
    adw_header_bar_pack_start(ADW_HEADER_BAR(header), c->back);
    adw_header_bar_pack_end(ADW_HEADER_BAR(header), menu_button_new());
    adw_header_bar_pack_end(ADW_HEADER_BAR(header), c->users_button);
    adw_header_bar_pack_end(ADW_HEADER_BAR(header), c->search_button);
    return header;
}

static GtkWidget *talk_new(struct chat *c)
{
    GtkWidget *talk = column_new();
    c->typing = line_label_new("", "typing");
    gtk_box_append(GTK_BOX(talk), transcript_view_widget(c->transcript));
    gtk_box_append(GTK_BOX(talk), c->typing);
    gtk_box_append(GTK_BOX(talk), composer_widget(c->composer));
    return talk;
}

/* People who are slid out of sight are not there for screen readers either. */
static void on_reveal(GObject *object, GParamSpec *property, gpointer user)
{
    struct chat *c = user;
    AdwFlap *flap = ADW_FLAP(c->flap);
    gtk_widget_set_visible(people_view_widget(c->people),
                           adw_flap_get_reveal_flap(flap) ||
                               adw_flap_get_reveal_progress(flap) > 0);
}

static GtkWidget *flap_new(struct chat *c)
{
    c->pages = pages_new();
    c->talk = talk_new(c);
    pages_add(c->pages, c->talk);
    pages_add(c->pages, search_view_widget(c->search));
    pages_show(c->pages, c->talk);
    gtk_widget_set_hexpand(c->pages, TRUE);
    gtk_widget_set_size_request(c->pages, MAIN_WIDTH, -1);
    c->flap = adw_flap_new();
    adw_flap_set_flap_position(ADW_FLAP(c->flap), GTK_PACK_END);
    adw_flap_set_content(ADW_FLAP(c->flap), c->pages);
    adw_flap_set_separator(ADW_FLAP(c->flap), gtk_separator_new(GTK_ORIENTATION_VERTICAL));
    adw_flap_set_flap(ADW_FLAP(c->flap), people_view_widget(c->people));
    gtk_widget_set_vexpand(c->flap, TRUE);
    g_signal_connect(c->flap, "notify::reveal-flap", G_CALLBACK(on_reveal), c);
    g_signal_connect(c->flap, "notify::reveal-progress", G_CALLBACK(on_reveal), c);
    g_object_bind_property(c->flap, "reveal-flap", c->users_button, "active",
                           G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL);
    return c->flap;
}

static GtkWidget *main_new(struct chat *c)
{
    GtkWidget *main = column_new();
    gtk_box_append(GTK_BOX(main), header_new(c));
    gtk_box_append(GTK_BOX(main), banner_widget(c->banner));
    gtk_box_append(GTK_BOX(main), flap_new(c));
    gtk_widget_set_hexpand(main, TRUE);
    return main;
}

void chat_make_widgets(struct chat *c)
{
    c->leaflet = adw_leaflet_new();
    c->side = side_new(c);
    c->main = main_new(c);
    adw_leaflet_append(ADW_LEAFLET(c->leaflet), c->side);
    AdwLeafletPage *line =
        adw_leaflet_append(ADW_LEAFLET(c->leaflet), gtk_separator_new(GTK_ORIENTATION_VERTICAL));
    adw_leaflet_page_set_navigatable(line, FALSE);
    adw_leaflet_append(ADW_LEAFLET(c->leaflet), c->main);
    adw_leaflet_set_can_navigate_back(ADW_LEAFLET(c->leaflet), TRUE);
    adw_leaflet_set_visible_child(ADW_LEAFLET(c->leaflet), c->main);
    g_signal_connect(c->leaflet, "notify::visible-child", G_CALLBACK(on_pane), c);
    g_signal_connect(c->leaflet, "notify::folded", G_CALLBACK(on_pane), c);
    c->overlay = adw_toast_overlay_new();
    adw_toast_overlay_set_child(ADW_TOAST_OVERLAY(c->overlay), c->leaflet);
}
