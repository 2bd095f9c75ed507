#include "clients/desktop/app.h"

#include "clients/common/i18n.h"
#include "clients/desktop/app_id.h"
#include "clients/desktop/paths.h"
#include "clients/desktop/settings.h"
#include "clients/desktop/window.h"

#include <adwaita.h>

struct app {
    AdwApplication *application;
    struct settings settings;
};

/* ---- actions */

static void do_new_window(GSimpleAction *action, GVariant *parameter, gpointer user)
{
    struct app *a = user;
    window_create(GTK_APPLICATION(a->application), &a->settings, NULL, NULL);
}

/* As if each had been closed: all take leave. */
static void do_quit(GSimpleAction *action, GVariant *parameter, gpointer user)
{
    struct app *a = user;
    GList *windows = g_list_copy(gtk_application_get_windows(GTK_APPLICATION(a->application)));
    for (GList *at = windows; at; at = at->next)
        if (window_of(at->data))
            gtk_window_close(at->data);
    g_list_free(windows);
}

static void do_about(GSimpleAction *action, GVariant *parameter, gpointer user)
{
    struct app *a = user;
    GtkWindow *parent = gtk_application_get_active_window(GTK_APPLICATION(a->application));
    /* TRANSLATORS: your name, one a line. */
    const char *translators = _("translator-credits");
    adw_show_about_window(parent, "application-name", _("Teahouse"), "application-icon", APP_ID,
                          "version", TEAHOUSE_VERSION, "developer-name", _("The Teahouse authors"),
                          "comments", _("Chat with everybody at a Teahouse server."),
                          "license-type", GTK_LICENSE_MIT_X11, "translator-credits",
                          strcmp(translators, "translator-credits") == 0 ? "" : translators, NULL);
}

/* A notification was clicked: see notify.h. */
static void do_show(GSimpleAction *action, GVariant *parameter, gpointer user)
{
    struct app *a = user;
    guint id;
    gboolean private;
    const char *name;
    g_variant_get(parameter, "(ub&s)", &id, &private, &name);
    struct window *w =
        window_of(gtk_application_get_window_by_id(GTK_APPLICATION(a->application), id));
    if (!w)
        return;
    gtk_window_present(window_widget(w));
    window_show_conversation(w, private, name);
}

static void set_keys(struct app *a)
{
    static const struct {
        const char *action, *keys[3];
    } rows[] = {
        {"app.quit", {"<Control>q"}},
        {"app.new-window", {"<Control>n"}},
        {"window.close", {"<Control>w"}},
        {"win.show-help-overlay", {"<Control>question", "F1"}},
        {"chat.join", {"<Control>j"}},
        {"chat.leave", {"<Control><Shift>w"}},
        {"chat.topic", {"<Control>t"}},
        {"chat.search", {"<Control>f"}},
        {"chat.users", {"F9", "<Control>u"}},
        {"chat.rename", {"F2"}},
        {"chat.newest", {"<Control>End"}},
        {"chat.step(1)", {"<Alt>Down", "<Control>Page_Down"}},
        {"chat.step(-1)", {"<Alt>Up", "<Control>Page_Up"}},
    };
    GtkApplication *app = GTK_APPLICATION(a->application);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
        gtk_application_set_accels_for_action(
            app, rows[i].action, (const char *[]){rows[i].keys[0], rows[i].keys[1], NULL});
    for (int i = 1; i <= 9; i++) {
        char *action = g_strdup_printf("chat.number(%d)", i), *key = g_strdup_printf("<Alt>%d", i);
        gtk_application_set_accels_for_action(app, action, (const char *[]){key, NULL});
        g_free(action);
        g_free(key);
    }
}

/* ---- the application's life */

static void on_startup(GApplication *application, gpointer user)
{
    static const GActionEntry entries[] = {{"quit", do_quit},
                                           {"about", do_about},
                                           {"new-window", do_new_window},
                                           {"show", do_show, "(ubs)"}};
    struct app *a = user;
    g_action_map_add_action_entries(G_ACTION_MAP(application), entries, G_N_ELEMENTS(entries), a);
    set_keys(a);
    settings_load(&a->settings, NULL);
}

static char *option(GVariantDict *options, const char *name)
{
    char *value = NULL;
    g_variant_dict_lookup(options, name, "s", &value);
    return value;
}

/* Started again, with nothing to say: the window that is there comes to the front. */
static int on_command_line(GApplication *application, GApplicationCommandLine *line, gpointer user)
{
    struct app *a = user;
    GVariantDict *options = g_application_command_line_get_options_dict(line);
    char *nick = option(options, "nick"), *server = NULL;
    char **rest = NULL;
    if (g_variant_dict_lookup(options, G_OPTION_REMAINING, "^as", &rest) && rest[0])
        server = g_strdup(rest[0]);
    GtkWindow *window = gtk_application_get_active_window(GTK_APPLICATION(application));
    if (window && !server && !nick)
        gtk_window_present(window);
    else
        window_create(GTK_APPLICATION(application), &a->settings, server, nick);
    g_strfreev(rest);
    g_free(server);
    g_free(nick);
    return 0;
}

static int on_local_options(GApplication *application, GVariantDict *options, gpointer user)
{
    if (!g_variant_dict_contains(options, "version"))
        return -1; /* go on */
    g_print("teahouse-desktop %s\n", TEAHOUSE_VERSION);
    return 0;
}

static void add_options(GApplication *application)
{
    const GOptionEntry entries[] = {
        {"nick", 'n', 0, G_OPTION_ARG_STRING, NULL, _("The user name that the form begins with"),
         _("NICK")},
        {"version", 0, 0, G_OPTION_ARG_NONE, NULL, _("Say which version this is"), NULL},
        {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, NULL, NULL, _("[HOST[:PORT]]")},
        {NULL},
    };
    g_application_add_main_option_entries(application, entries);
}

int app_run(int argc, char **argv)
{
    struct app a = {0};
    gtk_disable_setlocale(); /* i18n.h has done it, and knows what to do without a locale */
    g_set_application_name(_("Teahouse"));
    a.application = adw_application_new(APP_ID, G_APPLICATION_HANDLES_COMMAND_LINE);
    add_options(G_APPLICATION(a.application));
    g_signal_connect(a.application, "startup", G_CALLBACK(on_startup), &a);
    g_signal_connect(a.application, "command-line", G_CALLBACK(on_command_line), &a);
    g_signal_connect(a.application, "handle-local-options", G_CALLBACK(on_local_options), &a);
    int status = g_application_run(G_APPLICATION(a.application), argc, argv);
    g_object_unref(a.application);
    settings_finish(&a.settings);
    return status;
}
