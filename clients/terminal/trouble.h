/* Why there is no connection, and what may be done about it, in the user's language. */
#ifndef TEAHOUSE_CLIENTS_TROUBLE_H
#define TEAHOUSE_CLIENTS_TROUBLE_H

#include "clients/terminal/session.h"

/* What kept the last try from getting anywhere: no whole sentence, without its full stop. */
const char *trouble_why(const struct session *s);
/* A sentence; NULL: none is known that helps. */
const char *trouble_advice(const struct session *s);

#endif
