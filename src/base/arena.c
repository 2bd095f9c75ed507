#include "base/arena.h"

#include "base/alloc.h"

#include <stdlib.h>

enum { CHUNK_BYTES = 4096, ALIGN = 16 };

struct arena_chunk {
    struct arena_chunk *older;
    size_t used, size;
    _Alignas(ALIGN) char bytes[];
};

void arena_init(struct arena *a)
{
    *a = (struct arena){0};
}

void arena_finish(struct arena *a)
{
    struct arena_chunk *chunk = a->chunk;
    while (chunk) {
        struct arena_chunk *older = chunk->older;
        free(chunk);
        chunk = older;
    }
    arena_init(a);
}

void *arena_alloc(struct arena *a, size_t size)
{
    struct arena_chunk *chunk = a->chunk;
    size = (size + ALIGN - 1) & ~(size_t)(ALIGN - 1);
    if (!chunk || chunk->size - chunk->used < size) {
        size_t payload = CHUNK_BYTES - sizeof(*chunk);
        if (payload < size)
            payload = size;
        chunk = alloc_bytes(sizeof(*chunk) + payload);
        chunk->older = a->chunk;
        chunk->used = 0;
        chunk->size = payload;
        a->chunk = chunk;
    }
    void *ptr = chunk->bytes + chunk->used;
    chunk->used += size;
    a->bytes += size;
    return ptr;
}

void *arena_zero(struct arena *a, size_t size)
{
    return memset(arena_alloc(a, size), 0, size);
}

struct str arena_copy(struct arena *a, struct str s)
{
    char *ptr = arena_alloc(a, s.len + 1);
    if (s.len)
        memcpy(ptr, s.ptr, s.len);
    ptr[s.len] = '\0';
    return str_of(ptr, s.len);
}
