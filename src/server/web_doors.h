/* What is where on the doors that speak HTTP. */
#ifndef TEAHOUSE_SERVER_WEB_DOORS_H
#define TEAHOUSE_SERVER_WEB_DOORS_H

#include "core/hub.h"
#include "server/config.h"
#include "web/web.h"

/* The configuration is borrowed for the web's life. */
struct web *web_doors_create(struct net *net, const struct config *config);
/* After net_destroy. NULL is fine. */
void web_doors_destroy(struct web *web);
/* What the metrics are about; before net_run. */
void web_doors_watch(const struct hub *hub, struct store *store);
/* As net_listen. */
int web_doors_listen(struct web *web, const struct door_row *row, const char *address,
                     unsigned port, char *bound, size_t bound_size);

#endif
