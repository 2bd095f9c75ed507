#include "check.h"

#include "base/process.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

enum { BYTES = 64 << 20, FILES = 10 };

static void test_memory(void **state)
{
    struct process_usage before, after;
    process_usage_get(&before);
    assert_true(before.resident_bytes > 0);
    assert_true(before.virtual_bytes >= before.resident_bytes);
    char *memory = malloc(BYTES);
    assert_non_null(memory);
    for (size_t i = 0; i < BYTES; i += 512)
        *(volatile char *)&memory[i] = 'x';
    process_usage_get(&after);
    assert_true(after.resident_bytes >= before.resident_bytes + BYTES / 2);
    assert_true(after.cpu_ns >= before.cpu_ns);
    free(memory);
}

static void test_descriptors(void **state)
{
    struct process_usage before, after;
    struct rlimit limit;
    int fds[FILES];
    process_usage_get(&before);
    for (int i = 0; i < FILES; i++)
        assert_true((fds[i] = open("/dev/null", O_RDONLY)) >= 0);
    process_usage_get(&after);
    assert_int_equal(after.open_fds, before.open_fds + FILES);
    for (int i = 0; i < FILES; i++)
        close(fds[i]);
    process_usage_get(&after);
    assert_int_equal(after.open_fds, before.open_fds);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    assert_true(after.max_fds == limit.rlim_cur);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_memory),
        cmocka_unit_test(test_descriptors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
