#include "clients/terminal/trouble.h"

#include "clients/common/i18n.h"

#include <errno.h>
#include <netdb.h>

static const struct trouble_row {
    bool lookup;
    int error;
    const char *why, *advice;
} rows[] = {
    {false, ECONNREFUSED, N_("connection refused"),
     N_("Is the server running, and is that its native port (7000)?")},
    {false, ECONNRESET, N_("the other end hung up"),
     N_("Is the server running, and is that its native port (7000)?")},
    {false, ETIMEDOUT, N_("no answer"),
     N_("Is that machine up, and does its firewall let you through?")},
    {false, EHOSTUNREACH, N_("there is no way to get there"),
     N_("Are you connected to the network?")},
    {false, ENETUNREACH, N_("there is no way to get there"),
     N_("Are you connected to the network?")},
    {true, EAI_NONAME, N_("there is no such host"), N_("Is the name spelled right?")},
    {true, EAI_AGAIN, N_("its name cannot be looked up just now"),
     N_("Are you connected to the network?")},
};

static const struct trouble_row *find(const struct session *s)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (rows[i].lookup == s->net.lookup_failed && rows[i].error == s->net.error)
            return &rows[i];
    return NULL;
}

const char *trouble_why(const struct session *s)
{
    const struct trouble_row *row = find(s);
    if (s->not_native)
        return _("no native door of Teahouse answers there");
    if (row)
        return _(row->why);
    return s->net.lookup_failed ? gai_strerror(s->net.error) : strerror(s->net.error);
}

const char *trouble_advice(const struct session *s)
{
    const struct trouble_row *row = find(s);
    if (s->not_native)
        return _("Its port is 7000, unless the server's operator has chosen another one.");
    return row ? _(row->advice) : NULL;
}
