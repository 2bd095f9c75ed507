/* Where the user writes: Enter sends, Shift+Enter begins a new line. Owned by its widget. On the
 * main thread alone. */
#ifndef TEAHOUSE_DESKTOP_COMPOSER_H
#define TEAHOUSE_DESKTOP_COMPOSER_H

#include <gtk/gtk.h>
#include <stdbool.h>

struct composer;

struct composer_hooks {
    /* False: it could not be taken, and stays. */
    bool (*send)(void *user, const char *text);
    void (*typing)(void *user, bool on);     /* at each change */
    void (*page)(void *user, int direction); /* Page Up, Page Down */
};

struct composer *composer_create(const struct composer_hooks *hooks, void *user);
GtkWidget *composer_widget(const struct composer *c);

/* The caller frees. NULL: nothing is written. */
char *composer_text(const struct composer *c);
/* Tells nobody that somebody types. NULL: nothing. */
void composer_set_text(struct composer *c, const char *text);
/* What stands there while nothing is written, which is its name too. */
void composer_set_hint(struct composer *c, const char *hint);
void composer_set_enabled(struct composer *c, bool enabled);
/* 0: as long as the user likes. */
void composer_set_limit(struct composer *c, guint64 bytes);
void composer_focus(struct composer *c);

#endif
