/* Put in front of malloc by LD_PRELOAD: counts what a program takes, in the file that COUNT_ALLOC
 * names, which others may map while it runs:
 *
 *     uint64_t calls    memory that was asked for or resized
 *     uint64_t bytes    memory that is taken now, the allocator's word beside each piece with it
 *
 * By the names that glibc has for what is behind malloc, so that nothing needs to be looked up. */
#include <fcntl.h>
#include <malloc.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *ptr, size_t size);
void __libc_free(void *ptr);

struct counts {
    atomic_uint_least64_t calls, bytes;
};

static struct counts early; /* before the file is there */
static struct counts *counts = &early;

__attribute__((constructor)) static void open_counts(void)
{
    const char *path = getenv("COUNT_ALLOC");
    int fd = path ? open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600) : -1;
    if (fd < 0 || ftruncate(fd, sizeof(struct counts)) < 0)
        return;
    struct counts *shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    if (shared == MAP_FAILED)
        return;
    atomic_store(&shared->calls, atomic_load(&early.calls));
    atomic_store(&shared->bytes, atomic_load(&early.bytes));
    counts = shared;
}

static uint64_t size_of(void *ptr)
{
    return ptr ? malloc_usable_size(ptr) + sizeof(size_t) : 0;
}

static void *taken(void *ptr)
{
    atomic_fetch_add_explicit(&counts->calls, 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&counts->bytes, size_of(ptr), memory_order_relaxed);
    return ptr;
}

void *malloc(size_t size)
{
    return taken(__libc_malloc(size));
}

void *calloc(size_t count, size_t size)
{
    return taken(__libc_calloc(count, size));
}

void *realloc(void *ptr, size_t size)
{
    uint64_t before = size_of(ptr);
    void *now = __libc_realloc(ptr, size);
    if (now || size == 0)
        atomic_fetch_sub_explicit(&counts->bytes, before, memory_order_relaxed);
    return taken(now);
}

void free(void *ptr)
{
    atomic_fetch_sub_explicit(&counts->bytes, size_of(ptr), memory_order_relaxed);
    __libc_free(ptr);
}
