/* Two stores as one, for durability = none: messages go to the first and are asked for there; bans
 * and topics go to the second, so that they outlive the process.
 *
 * A write that has both is kept by the second first; when that fails, the first never sees it.
 * Every write is handed back in the order of handing in, whichever store it had to wait for. */
#ifndef TEAHOUSE_STORE_SPLIT_H
#define TEAHOUSE_STORE_SPLIT_H

#include "core/store.h"

/* Owns both. `messages` must do everything inside its calls, as the memory store does; both wake
 * the same. */
struct store *store_split_create(struct store *messages, struct store *rest);

#endif
