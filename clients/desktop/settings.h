/* What is remembered from one time to the next: a key file in the user's folder of settings.
 * Nothing secret. Owned by one thread. */
#ifndef TEAHOUSE_DESKTOP_SETTINGS_H
#define TEAHOUSE_DESKTOP_SETTINGS_H

#include <glib.h>

struct settings {
    char *path;
    char *server, *nick; /* as they were typed last; never NULL */
    int width, height;   /* of the window, in pixels */
    gboolean maximized;
};

/* `path`: the file; NULL: the usual one. What is missing or unreadable is as it is at first. */
void settings_load(struct settings *s, const char *path);
/* 0, or a negative errno. */
int settings_save(const struct settings *s);
void settings_set_login(struct settings *s, const char *server, const char *nick); /* copies */
void settings_finish(struct settings *s);

#endif
