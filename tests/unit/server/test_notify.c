/* What reaches a service manager. */
#include "server/notify.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[] = "/tmp/test-notify-XXXXXX";

/* A manager's socket there; where it is goes to `address`. */
static int listen_at(bool abstract, char *address, size_t size)
{
    struct sockaddr_un sun = {.sun_family = AF_UNIX};
    int n = snprintf(address, size, "%s%s/socket", abstract ? "@" : "", folder);
    socklen_t len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + (size_t)n);
    memcpy(sun.sun_path, address, (size_t)n);
    if (abstract)
        sun.sun_path[0] = '\0';
    int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&sun, len), 0);
    return fd;
}

static char *take(int fd)
{
    static char text[256];
    ssize_t n = recv(fd, text, sizeof(text) - 1, MSG_DONTWAIT);
    assert_true(n >= 0);
    text[n] = '\0';
    return text;
}

static void is_told(bool abstract)
{
    char address[128];
    int manager = listen_at(abstract, address, sizeof(address)), fd = -2;
    unsigned long long us;
    char rest;
    assert_int_equal(notify_open(address, &fd), 0);
    assert_true(fd >= 0);
    assert_int_equal(notify_ready(fd), 0);
    assert_string_equal(take(manager), "READY=1");
    assert_int_equal(notify_reloading(fd), 0);
    assert_int_equal(sscanf(take(manager), "RELOADING=1\nMONOTONIC_USEC=%llu%c", &us, &rest), 1);
    /* One that has gone is an error and nothing worse. */
    close(manager);
    assert_int_equal(notify_ready(fd), -ECONNREFUSED);
    close(fd);
}

static void at_a_path(void **state)
{
    char path[64];
    assert_non_null(mkdtemp(folder));
    is_told(false);
    snprintf(path, sizeof(path), "%s/socket", folder);
    unlink(path);
    rmdir(folder);
}

static void at_an_abstract_name(void **state)
{
    is_told(true);
}

static void nobody(void **state)
{
    int fd = -2;
    assert_int_equal(notify_open(NULL, &fd), 0);
    assert_int_equal(fd, -1);
    assert_int_equal(notify_ready(fd), 0);
    assert_int_equal(notify_reloading(fd), 0);
}

static void no_addresses(void **state)
{
    char path[sizeof(((struct sockaddr_un *)0)->sun_path) + 1];
    int fd = -2;
    memset(path, '/', sizeof(path) - 1);
    path[sizeof(path) - 1] = '\0';
    const struct {
        const char *address;
        int rc;
    } table[] = {
        {"", -EINVAL},       {"/", -EINVAL},           {"@", -EINVAL},
        {"socket", -EINVAL}, {"vsock:2:1", -EINVAL},   {path, -EINVAL},
        {"/none", -ENOENT},  {"@none", -ECONNREFUSED}, {path + 1, -ECONNREFUSED},
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
        assert_int_equal(notify_open(table[i].address, &fd), table[i].rc);
    assert_int_equal(fd, -2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(at_a_path),
        cmocka_unit_test(at_an_abstract_name),
        cmocka_unit_test(nobody),
        cmocka_unit_test(no_addresses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
