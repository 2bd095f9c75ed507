#include "server/reload.h"

#include "base/log.h"
#include "server/settings.h"

#include <string.h>

enum { VALUE_BYTES = 8192 };

/* One setting, as it would be written in each of two configurations. */
struct pair {
    struct buf a, b;
};

static bool differ(struct pair *p, const struct setting *setting, const struct config *a,
                   const struct config *b)
{
    buf_clear(&p->a);
    buf_clear(&p->b);
    setting_print(setting, a, &p->a);
    setting_print(setting, b, &p->b);
    return !str_equal(buf_str(&p->a), buf_str(&p->b));
}

static bool rooms_differ(const struct config *a, const struct config *b)
{
    if (a->room_count != b->room_count)
        return true;
    for (size_t i = 0; i < a->room_count; i++)
        if (strcmp(a->rooms[i].name, b->rooms[i].name) != 0 ||
            strcmp(a->rooms[i].topic, b->rooms[i].topic) != 0)
            return true;
    return false;
}

unsigned reload_tell(const struct config *start, const struct config *now,
                     const struct config *next)
{
    struct pair p;
    unsigned changed = 0;
    buf_init(&p.a, VALUE_BYTES);
    buf_init(&p.b, VALUE_BYTES);
    for (size_t i = 0; i < settings_count; i++) {
        const struct setting *setting = &settings_table[i];
        if (setting->restart) {
            if (differ(&p, setting, start, next))
                log_warning("reload: %s stays %.*s until the next start", setting->name,
                            STR_ARG(p.a));
        } else if (differ(&p, setting, now, next)) {
            log_info("reload: %s is %.*s now, and was %.*s", setting->name, STR_ARG(p.b),
                     STR_ARG(p.a));
            changed++;
        }
    }
    if (rooms_differ(start, next))
        log_warning("reload: the rooms of the file stay as they were until the next start");
    buf_finish(&p.a);
    buf_finish(&p.b);
    return changed;
}

void reload_keep(const struct config *start, struct config *next)
{
    for (size_t i = 0; i < settings_count; i++)
        if (settings_table[i].restart)
            setting_copy_number(&settings_table[i], start, next);
}
