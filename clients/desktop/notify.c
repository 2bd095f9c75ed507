#include "clients/desktop/notify.h"

#include "clients/common/i18n.h"
#include "clients/desktop/text.h"

#pragma GCC diagnostic ignored "-Wformat-nonliteral" /* msgfmt -c compares the translations' */

enum { MOST_CHARACTERS = 200 };

static guint window_id(GtkWindow *window)
{
    return gtk_application_window_get_id(GTK_APPLICATION_WINDOW(window));
}

static char *id_of(GtkWindow *window, const struct talk *talk)
{
    return g_strdup_printf("%u %d %s", window_id(window), talk->conversation->private, talk->title);
}

static char *body_of(const struct item *item)
{
    char *text = text_of(item->text), *body;
    if (g_utf8_strlen(text, -1) > MOST_CHARACTERS) {
        char *start = g_utf8_substring(text, 0, MOST_CHARACTERS);
        g_free(text);
        text = g_strconcat(start, "…", NULL);
        g_free(start);
    }
    body = text_for_notification(text);
    g_free(text);
    return body;
}

static char *title_of(const struct talk *talk, const struct item *item)
{
    char *nick = text_line_of(item->nick);
    char *title = talk->conversation->private
                      ? g_strdup_printf(_("%s writes to you"), nick)
                      /* TRANSLATORS: who, and in which room. */
                      : g_strdup_printf(_("%1$s mentions you in %2$s"), nick, talk->title);
    g_free(nick);
    return title;
}

void notify_said(GtkWindow *window, const struct talk *talk, const struct item *item)
{
    GtkApplication *app = gtk_window_get_application(window);
    char *id = id_of(window, talk), *title = title_of(talk, item), *body = body_of(item);
    GNotification *notification = g_notification_new(title);
    g_notification_set_body(notification, body);
    g_notification_set_default_action_and_target(notification, "app.show", "(ubs)",
                                                 window_id(window), talk->conversation->private,
                                                 talk->title);
    g_application_send_notification(G_APPLICATION(app), id, notification);
    g_object_unref(notification);
    g_free(id);
    g_free(title);
    g_free(body);
}

void notify_withdraw(GtkWindow *window, const struct talk *talk)
{
    GtkApplication *app = gtk_window_get_application(window);
    char *id = id_of(window, talk);
    if (app)
        g_application_withdraw_notification(G_APPLICATION(app), id);
    g_free(id);
}
