#include "clients/desktop/window.h"

#include "clients/common/i18n.h"
#include "clients/common/notes.h"
#include "clients/desktop/app_id.h"
#include "clients/desktop/chat.h"
#include "clients/desktop/session.h"
#include "clients/desktop/signin.h"
#include "clients/desktop/text.h"
#include "clients/desktop/widgets.h"

#include <adwaita.h>

#pragma GCC diagnostic ignored "-Wformat-nonliteral" /* msgfmt -c compares the translations' */

struct window {
    GtkWidget *widget, *pages;
    struct settings *settings;
    struct signin *signin;
    struct session *session; /* NULL: the form is there, and nothing is tried */
    struct chat *chat;       /* NULL: not in yet */
    char *server, *nick;     /* that are tried, or were */
    guint give_up;           /* ends the session outside of its events; 0: not wanted */
};

static const char window_key[] = "teahouse-window";

/* ---- coming in and going out */

static void end_session(struct window *w)
{
    g_clear_handle_id(&w->give_up, g_source_remove);
    if (w->chat)
        chat_finish(w->chat);
    session_destroy(w->session);
    w->session = NULL;
    if (w->chat)
        gtk_box_remove(GTK_BOX(w->pages), chat_widget(w->chat));
    w->chat = NULL;
}

static gboolean on_give_up(gpointer user)
{
    struct window *w = user;
    w->give_up = 0;
    end_session(w);
    return G_SOURCE_REMOVE;
}

/* Back to the form; the session ends as soon as it may. */
static void back_to_form(struct window *w)
{
    pages_show(w->pages, signin_widget(w->signin));
    gtk_window_set_title(GTK_WINDOW(w->widget), _("Teahouse"));
    signin_set_busy(w->signin, false);
    if (w->give_up == 0)
        w->give_up = g_idle_add_full(G_PRIORITY_HIGH, on_give_up, w, NULL);
}

static void refuse(struct window *w, enum signin_field field, const char *text)
{
    back_to_form(w);
    signin_show_error(w->signin, field, text);
}

static void on_no_connection(struct window *w)
{
    const char *why = session_why(w->session);
    char *text =
        *why ? g_strdup_printf(_("Cannot connect to %1$s: %2$s."), w->server, why)
             : g_strdup_printf(_("Cannot connect to %s: no Teahouse answers there."), w->server);
    refuse(w, SIGNIN_SERVER, text);
    g_free(text);
}

static void on_refused(struct window *w, const struct client_event *event)
{
    char *said = text_line_of(event->text);
    char *text =
        str_equal(event->code, STR("nick-taken"))
            ? g_strdup_printf(_("The name “%s” is taken. Please choose another one."), w->nick)
            : g_strdup(said);
    refuse(w, SIGNIN_NAME, text);
    g_free(said);
    g_free(text);
}

static void sign_out(void *user)
{
    struct window *w = user;
    back_to_form(w);
    signin_focus(w->signin);
}

static void come_in(struct window *w)
{
    static const struct chat_hooks hooks = {sign_out};
    w->chat = chat_create(GTK_WINDOW(w->widget), w->session, &hooks, w);
    settings_set_login(w->settings, w->server, w->nick);
    settings_save(w->settings); /* if that fails, they are typed again next time */
    signin_set_busy(w->signin, false);
    pages_add(w->pages, chat_widget(w->chat));
    pages_show(w->pages, chat_widget(w->chat));
}

/* Until the user is in, one failure is the answer; the library would try again and again. */
static void before_welcome(struct window *w, const struct client_event *event)
{
    enum link_state state = client_link(session_client(w->session))->state;
    if (w->give_up != 0)
        return;
    if (event->kind == CLIENT_LOGIN_REFUSED) {
        on_refused(w, event);
    } else if (event->kind == CLIENT_CLOSED) {
        char *text = text_line_of(notes_closed(session_client(w->session), event));
        refuse(w, SIGNIN_SERVER, text);
        g_free(text);
    } else if (event->kind == CLIENT_STATE && (state == LINK_WAITING || state == LINK_ENDED)) {
        on_no_connection(w);
    }
}

static void on_event(void *user, const struct client_event *event)
{
    struct window *w = user;
    if (event->kind == CLIENT_WELCOME && !w->chat && w->give_up == 0)
        come_in(w);
    if (w->chat)
        chat_event(w->chat, event);
    else
        before_welcome(w, event);
}

static void on_login(void *user, const char *server, const char *nick)
{
    static const struct session_hooks hooks = {on_event};
    struct window *w = user;
    end_session(w);
    g_free(w->server);
    g_free(w->nick);
    w->server = g_strdup(server);
    w->nick = g_strdup(nick);
    w->session = session_create(server, nick, &hooks, w);
    if (!w->session) {
        signin_show_error(w->signin, SIGNIN_SERVER, _("This is not an address."));
        return;
    }
    signin_set_busy(w->signin, true);
    session_start(w->session);
}

static void on_cancel(void *user)
{
    struct window *w = user;
    back_to_form(w);
    signin_focus(w->signin);
}

/* ---- the window */

static void keep_size(struct window *w)
{
    GtkWindow *window = GTK_WINDOW(w->widget);
    w->settings->maximized = gtk_window_is_maximized(window);
    gtk_window_get_default_size(window, &w->settings->width, &w->settings->height);
    settings_save(w->settings);
}

static gboolean on_close(GtkWindow *window, gpointer user)
{
    struct window *w = user;
    keep_size(w);
    end_session(w);
    return FALSE; /* and it goes */
}

static void free_window(gpointer user)
{
    struct window *w = user;
    end_session(w);
    g_free(w->server);
    g_free(w->nick);
    g_free(w);
}

static GtkWidget *shortcuts_new(void)
{
    GtkBuilder *builder = gtk_builder_new();
    gtk_builder_set_translation_domain(builder, "teahouse");
    gtk_builder_add_from_resource(builder, APP_RESOURCE "/shortcuts.ui", NULL);
    GtkWidget *shortcuts = GTK_WIDGET(gtk_builder_get_object(builder, "shortcuts"));
    g_object_ref_sink(shortcuts);
    g_object_unref(builder);
    return shortcuts;
}

static void make_widgets(struct window *w, GtkApplication *app)
{
    w->widget = adw_application_window_new(app);
    gtk_window_set_title(GTK_WINDOW(w->widget), _("Teahouse"));
    gtk_window_set_icon_name(GTK_WINDOW(w->widget), APP_ID);
    gtk_window_set_default_size(GTK_WINDOW(w->widget), w->settings->width, w->settings->height);
    gtk_widget_set_size_request(w->widget, 340, 300);
    if (w->settings->maximized)
        gtk_window_maximize(GTK_WINDOW(w->widget));
    w->pages = pages_new();
    pages_add(w->pages, signin_widget(w->signin));
    pages_show(w->pages, signin_widget(w->signin));
    adw_application_window_set_content(ADW_APPLICATION_WINDOW(w->widget), w->pages);
    GtkWidget *shortcuts = shortcuts_new();
    gtk_application_window_set_help_overlay(GTK_APPLICATION_WINDOW(w->widget),
                                            GTK_SHORTCUTS_WINDOW(shortcuts));
    g_object_unref(shortcuts);
    g_signal_connect(w->widget, "close-request", G_CALLBACK(on_close), w);
    g_object_set_data_full(G_OBJECT(w->widget), window_key, w, free_window);
}

struct window *window_create(GtkApplication *app, struct settings *settings, const char *server,
                             const char *nick)
{
    static const struct signin_hooks hooks = {on_login, on_cancel};
    struct window *w = g_new0(struct window, 1);
    w->settings = settings;
    w->signin = signin_create(&hooks, w);
    make_widgets(w, app);
    signin_fill(w->signin, server ? server : settings->server, nick ? nick : settings->nick);
    signin_focus(w->signin);
    gtk_window_present(GTK_WINDOW(w->widget));
    return w;
}

struct window *window_of(GtkWindow *window)
{
    return window ? g_object_get_data(G_OBJECT(window), window_key) : NULL;
}

GtkWindow *window_widget(const struct window *w)
{
    return GTK_WINDOW(w->widget);
}

void window_show_conversation(struct window *w, bool private, const char *name)
{
    if (w->chat)
        chat_show(w->chat, private, name);
}
