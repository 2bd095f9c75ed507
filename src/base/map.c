#include "base/map.h"

#include "base/alloc.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

enum { FIRST_SLOTS = 16 };

static uint64_t hash_key[2];
static pthread_once_t hash_key_once = PTHREAD_ONCE_INIT;

static void draw_hash_key(void)
{
    if (getrandom(hash_key, sizeof(hash_key), 0) != (ssize_t)sizeof(hash_key)) {
        hash_key[0] = (uint64_t)time(NULL);
        hash_key[1] = (uint64_t)(uintptr_t)&hash_key;
    }
}

static inline uint64_t rotate(uint64_t x, int b)
{
    return (x << b) | (x >> (64 - b));
}

#define SIPROUND                                                                                   \
    do {                                                                                           \
        v0 += v1, v1 = rotate(v1, 13), v1 ^= v0, v0 = rotate(v0, 32);                              \
        v2 += v3, v3 = rotate(v3, 16), v3 ^= v2;                                                   \
        v0 += v3, v3 = rotate(v3, 21), v3 ^= v0;                                                   \
        v2 += v1, v1 = rotate(v1, 17), v1 ^= v2, v2 = rotate(v2, 32);                              \
    } while (0)

/* SipHash-1-3 (Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012). */
uint64_t map_hash(struct str key)
{
    pthread_once(&hash_key_once, draw_hash_key);
    uint64_t v0 = hash_key[0] ^ 0x736f6d6570736575ULL, v1 = hash_key[1] ^ 0x646f72616e646f6dULL;
    uint64_t v2 = hash_key[0] ^ 0x6c7967656e657261ULL, v3 = hash_key[1] ^ 0x7465646279746573ULL;
    size_t i = 0;
    uint64_t word;
    for (; i + 8 <= key.len; i += 8) {
        memcpy(&word, key.ptr + i, 8);
        v3 ^= word;
        SIPROUND;
        v0 ^= word;
    }
    word = (uint64_t)key.len << 56;
    for (size_t k = 0; i + k < key.len; k++)
        word |= (uint64_t)(unsigned char)key.ptr[i + k] << (8 * k);
    v3 ^= word;
    SIPROUND;
    v0 ^= word;
    v2 ^= 0xff;
    SIPROUND;
    SIPROUND;
    SIPROUND;
    return v0 ^ v1 ^ v2 ^ v3;
}

static uint32_t slot_hash(struct str key)
{
    uint32_t hash = (uint32_t)map_hash(key);
    return hash ? hash : 1;
}

void map_init(struct map *m)
{
    *m = (struct map){0};
}

void map_finish(struct map *m)
{
    free(m->slots);
    map_init(m);
}

static bool slot_is(const struct map_slot *slot, uint32_t hash, struct str key)
{
    return slot->hash == hash && str_equal(str_of(slot->key, slot->key_len), key);
}

static struct map_slot *find(const struct map *m, struct str key)
{
    if (m->count == 0)
        return NULL;
    uint32_t hash = slot_hash(key);
    for (size_t i = hash & m->mask; m->slots[i].hash; i = (i + 1) & m->mask)
        if (slot_is(&m->slots[i], hash, key))
            return &m->slots[i];
    return NULL;
}

void *map_get(const struct map *m, struct str key)
{
    struct map_slot *slot = find(m, key);
    return slot ? slot->value : NULL;
}

static void place(struct map *m, struct map_slot slot)
{
    size_t i = slot.hash & m->mask;
    while (m->slots[i].hash)
        i = (i + 1) & m->mask;
    m->slots[i] = slot;
}

static void resize(struct map *m, size_t slots)
{
    struct map old = *m;
    m->slots = alloc_zero(slots * sizeof(*m->slots));
    m->mask = slots - 1;
    if (!old.slots)
        return;
    for (size_t i = 0; i <= old.mask; i++)
        if (old.slots[i].hash)
            place(m, old.slots[i]);
    free(old.slots);
}

void map_put(struct map *m, struct str key, void *value)
{
    assert(value && !map_get(m, key));
    if (!m->slots)
        resize(m, FIRST_SLOTS);
    else if ((m->count + 1) * 4 > (m->mask + 1) * 3)
        resize(m, (m->mask + 1) * 2);
    place(m, (struct map_slot){key.ptr, (uint32_t)key.len, slot_hash(key), value});
    m->count++;
}

void *map_remove(struct map *m, struct str key)
{
    struct map_slot *slot = find(m, key);
    if (!slot)
        return NULL;
    void *value = slot->value;
    m->count--;

    /* Close the gap: move up each later slot of the cluster that may stand here. */
    size_t gap = (size_t)(slot - m->slots);
    for (size_t i = (gap + 1) & m->mask; m->slots[i].hash; i = (i + 1) & m->mask) {
        size_t home = m->slots[i].hash & m->mask;
        if (((i - home) & m->mask) >= ((i - gap) & m->mask)) {
            m->slots[gap] = m->slots[i];
            gap = i;
        }
    }
    m->slots[gap].hash = 0;

    if (m->mask + 1 > FIRST_SLOTS && m->count * 8 < m->mask + 1)
        resize(m, (m->mask + 1) / 2);
    return value;
}

void *map_next(const struct map *m, size_t *at)
{
    while (m->slots && *at <= m->mask) {
        struct map_slot *slot = &m->slots[(*at)++];
        if (slot->hash)
            return slot->value;
    }
    return NULL;
}
