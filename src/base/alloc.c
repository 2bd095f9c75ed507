#include "base/alloc.h"

#include <stdlib.h>
#include <unistd.h>

static void *checked(void *ptr)
{
    static const char text[] = "teahouse: out of memory\n";
    if (!ptr) {
        if (write(STDERR_FILENO, text, sizeof(text) - 1) < 0)
            abort();
        abort();
    }
    return ptr;
}

void *alloc_bytes(size_t size)
{
    return checked(malloc(size ? size : 1));
}

void *alloc_zero(size_t size)
{
    return checked(calloc(1, size ? size : 1));
}

void *alloc_resize(void *ptr, size_t size)
{
    return checked(realloc(ptr, size ? size : 1));
}

char *alloc_copy_str(struct str s)
{
    char *copy = alloc_bytes(s.len + 1);
    if (s.len)
        memcpy(copy, s.ptr, s.len);
    copy[s.len] = '\0';
    return copy;
}
