/* The form to come in by: server, name, Login. Errors stand below the field that they are about.
 * Owned by its widget. On the main thread alone. */
#ifndef TEAHOUSE_DESKTOP_SIGNIN_H
#define TEAHOUSE_DESKTOP_SIGNIN_H

#include <gtk/gtk.h>
#include <stdbool.h>

enum signin_field { SIGNIN_SERVER, SIGNIN_NAME, SIGNIN_FIELDS };

struct signin;

struct signin_hooks {
    void (*login)(void *user, const char *server, const char *name); /* neither is empty */
    void (*cancel)(void *user);
};

struct signin *signin_create(const struct signin_hooks *hooks, void *user);
GtkWidget *signin_widget(const struct signin *s);

void signin_fill(struct signin *s, const char *server, const char *name);
/* While it is tried: Login is Cancel then. */
void signin_set_busy(struct signin *s, bool busy);
void signin_show_error(struct signin *s, enum signin_field field, const char *text);
/* Where the user goes on: at the first empty field, else at the name. */
void signin_focus(struct signin *s);

#endif
