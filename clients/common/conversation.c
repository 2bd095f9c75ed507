#include "clients/common/conversation.h"

#include "base/alloc.h"

#include <stdlib.h>

static void set(struct str *field, struct str value)
{
    struct str before = *field;
    *field = str_of(alloc_copy_str(value), value.len);
    free((char *)before.ptr);
}

struct conversation *conversation_create(struct client *client, bool private, struct str name,
                                         size_t window, uint64_t *next_number)
{
    struct conversation *c = alloc_zero(sizeof(*c));
    c->client = client;
    c->private = private;
    c->joined = private;
    set(&c->name, name);
    set(&c->topic, STR(""));
    set(&c->user, STR(""));
    timeline_init(&c->timeline, window, next_number);
    c->timeline.user = c;
    people_init(&c->people);
    c->names_due_ms = INT64_MAX;
    return c;
}

void conversation_destroy(struct conversation *c)
{
    if (!c)
        return;
    timeline_finish(&c->timeline);
    people_finish(&c->people);
    free((char *)c->name.ptr);
    free((char *)c->topic.ptr);
    free((char *)c->user.ptr);
    free(c);
}

void conversation_set_name(struct conversation *c, struct str name)
{
    set(&c->name, name);
}

void conversation_set_topic(struct conversation *c, struct str topic)
{
    set(&c->topic, topic);
}

void conversation_set_user(struct conversation *c, struct str user)
{
    set(&c->user, user);
}

size_t conversation_people(const struct conversation *c)
{
    return c->total > 0 ? c->total : c->people.count;
}

size_t conversation_unlisted(const struct conversation *c)
{
    return c->total > c->people.count ? c->total - c->people.count : 0;
}
