#include "core/entry.h"

#include "base/alloc.h"

#include <stdlib.h>

const char *close_reason_name(enum close_reason reason)
{
    static const char *const names[CLOSE_REASONS] = {
        [CLOSE_GOODBYE] = "goodbye", [CLOSE_GONE] = "gone",
        [CLOSE_SLOW] = "slow",       [CLOSE_FLOOD] = "flood",
        [CLOSE_IDLE] = "idle",       [CLOSE_GARBAGE] = "garbage",
        [CLOSE_HTTP] = "http",       [CLOSE_KICKED] = "kicked",
        [CLOSE_BANNED] = "banned",   [CLOSE_SHUTDOWN] = "shutdown",
        [CLOSE_RESUMED] = "resumed", [CLOSE_ADDRESS_LIMIT] = "address-limit",
        [CLOSE_FULL] = "full",
    };
    return names[reason];
}

struct entry_batch *entry_batch_create(void)
{
    struct entry_batch *batch = alloc_zero(sizeof(*batch));
    arena_init(&batch->arena);
    batch->last = &batch->first;
    return batch;
}

void entry_batch_destroy(struct entry_batch *batch)
{
    if (!batch)
        return;
    arena_finish(&batch->arena);
    free(batch);
}

struct entry *entry_batch_add(struct entry_batch *batch, enum entry_kind kind, uint64_t session)
{
    struct entry *entry = arena_zero(&batch->arena, sizeof(*entry));
    entry->kind = kind;
    entry->session = session;
    entry->about = ENTRY_KINDS;
    *batch->last = entry;
    batch->last = &entry->next;
    batch->count++;
    return entry;
}
