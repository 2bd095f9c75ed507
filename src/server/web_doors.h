/* What is where on the web door. */
#ifndef TEAHOUSE_SERVER_WEB_DOORS_H
#define TEAHOUSE_SERVER_WEB_DOORS_H

#include "server/config.h"
#include "web/web.h"

/* The configuration is borrowed for the web's life. */
struct web *web_doors_create(struct net *net, const struct config *config);
/* After net_destroy. NULL is fine. */
void web_doors_destroy(struct web *web);

#endif
