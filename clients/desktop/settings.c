#include "clients/desktop/settings.h"

#include <errno.h>
#include <sys/stat.h>

enum { WIDTH = 980, HEIGHT = 680, LEAST = 200, MOST = 20000 };

static char *usual_path(void)
{
    return g_build_filename(g_get_user_config_dir(), "teahouse", "desktop.ini", NULL);
}

static char *get_text(GKeyFile *file, const char *group, const char *key, const char *otherwise)
{
    char *value = g_key_file_get_string(file, group, key, NULL);
    return value ? value : g_strdup(otherwise);
}

static int get_size(GKeyFile *file, const char *key, int otherwise)
{
    int value = g_key_file_get_integer(file, "window", key, NULL);
    return value >= LEAST && value <= MOST ? value : otherwise;
}

void settings_load(struct settings *s, const char *path)
{
    GKeyFile *file = g_key_file_new();
    s->path = path ? g_strdup(path) : usual_path();
    g_key_file_load_from_file(file, s->path, G_KEY_FILE_NONE, NULL);
    s->server = get_text(file, "login", "server", "localhost");
    s->nick = get_text(file, "login", "nick", "");
    s->width = get_size(file, "width", WIDTH);
    s->height = get_size(file, "height", HEIGHT);
    s->maximized = g_key_file_get_boolean(file, "window", "maximized", NULL);
    g_key_file_free(file);
}

int settings_save(const struct settings *s)
{
    GError *error = NULL;
    char *folder = g_path_get_dirname(s->path);
    int status = g_mkdir_with_parents(folder, 0700) < 0 ? -errno : 0;
    g_free(folder);
    if (status < 0)
        return status;
    GKeyFile *file = g_key_file_new();
    g_key_file_set_string(file, "login", "server", s->server);
    g_key_file_set_string(file, "login", "nick", s->nick);
    g_key_file_set_integer(file, "window", "width", s->width);
    g_key_file_set_integer(file, "window", "height", s->height);
    g_key_file_set_boolean(file, "window", "maximized", s->maximized);
    if (!g_key_file_save_to_file(file, s->path, &error)) {
        g_error_free(error);
        status = -EIO;
    }
    g_key_file_free(file);
    return status;
}

void settings_set_login(struct settings *s, const char *server, const char *nick)
{
    g_free(s->server);
    g_free(s->nick);
    s->server = g_strdup(server);
    s->nick = g_strdup(nick);
}

void settings_finish(struct settings *s)
{
    g_free(s->path);
    g_free(s->server);
    g_free(s->nick);
    *s = (struct settings){0};
}
