/* The operator's side of the ctl socket, against a server of a few lines. */
#include "server/complaint.h"
#include "server/ctl_client.h"

#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

enum { TEXT_BYTES = 4096, WORDS_MAX = 8 };

static void test_compose(void **state)
{
    static char long_word[CTL_LINE_BYTES + 1];
    memset(long_word, 'x', sizeof(long_word) - 1);
    static const struct {
        const char *words[WORDS_MAX];
        const char *line; /* NULL: refused */
        const char *error;
    } rows[] = {
        {{"who"}, "who\n", ""},
        {{"stats"}, "stats\n", ""},
        {{"bans"}, "bans\n", ""},
        {{"kick", "ann"}, "kick ann\n", ""},
        {{"kick", "ann", "be", "nice"}, "kick ann be nice\n", ""},
        {{"ban", "192.0.2.7", "be nice"}, "ban 192.0.2.7 be nice\n", ""},
        {{"unban", "2001:db8::/64"}, "unban 2001:db8::/64\n", ""},
        {{"say", "一", "two  three", "--data"}, "say 一 two  three --data\n", ""},
        {{NULL}, NULL, "teahouse: say what ctl is to do, for example: teahouse ctl who\n"},
        {{"kik", "x"}, NULL, "teahouse: ctl has no command \"kik\"; did you mean \"kick\"?\n"},
        {{"dance"}, NULL, "teahouse: ctl has no command \"dance\"\n"},
        {{"kick"},
         NULL,
         "teahouse: something is missing; write: teahouse ctl kick NICK [REASON]\n"},
        {{"kick", ""},
         NULL,
         "teahouse: something is missing; write: teahouse ctl kick NICK [REASON]\n"},
        {{"kick", " ", "x"},
         NULL,
         "teahouse: something is missing; write: teahouse ctl kick NICK [REASON]\n"},
        {{"kick", "a b"},
         NULL,
         "teahouse: no name or address has blanks in it; write: teahouse ctl kick NICK [REASON]\n"},
        {{"say", " "}, NULL, "teahouse: something is missing; write: teahouse ctl say TEXT\n"},
        {{"say", "", "x"}, "say  x\n", ""},
        {{"say", "a\nkick ann"},
         NULL,
         "teahouse: a line break cannot be sent; write: teahouse ctl say TEXT\n"},
        {{"kick", "ann", "a\rb"},
         NULL,
         "teahouse: a line break cannot be sent; write: teahouse ctl kick NICK [REASON]\n"},
        {{"who", "--data"},
         NULL,
         "teahouse: there is too much; write: teahouse ctl "
         "who\n"},
        {{"unban", "a", "b"},
         NULL,
         "teahouse: there is too much; write: teahouse ctl "
         "unban ADDRESS\n"},
        {{"say", long_word}, NULL, "teahouse: that is too long; write: teahouse ctl say TEXT\n"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char *words[WORDS_MAX];
        int count = 0;
        for (; rows[i].words[count]; count++)
            words[count] = (char *)rows[i].words[count];
        struct buf line, errors;
        buf_init(&line, CTL_LINE_BYTES);
        buf_init(&errors, COMPLAINT_BYTES);
        int rc = ctl_compose(count, words, &line, &errors);
        assert_int_equal(rc, rows[i].line ? 0 : -EINVAL);
        if (rows[i].line)
            assert_true(str_equal(buf_str(&line), str_from(rows[i].line)));
        buf_append_char(&errors, '\0');
        assert_string_equal(errors.ptr, rows[i].error);
        buf_finish(&line);
        buf_finish(&errors);
    }
}

/* A server that takes one line, byte by byte, and gives one answer in pieces. */
struct fake {
    int listener;
    const char *answer;
    char got[TEXT_BYTES];
};

static void *serve_once(void *arg)
{
    struct fake *fake = arg;
    int fd = accept(fake->listener, NULL, NULL);
    size_t at = 0;
    while (at + 1 < sizeof(fake->got) && recv(fd, fake->got + at, 1, 0) == 1)
        if (fake->got[at++] == '\n')
            break;
    fake->got[at] = '\0';
    size_t len = strlen(fake->answer), half = len / 2;
    if (half > 0)
        assert_int_equal(send(fd, fake->answer, half, MSG_NOSIGNAL), half);
    if (len > half)
        assert_int_equal(send(fd, fake->answer + half, len - half, MSG_NOSIGNAL), len - half);
    close(fd);
    return NULL;
}

static void check_ask(const char *folder, const char *answer, int rc, const char *printed,
                      const char *error)
{
    struct fake fake = {.answer = answer};
    struct sockaddr_un address;
    int opened;
    char out[TEXT_BYTES] = "";
    struct buf errors;
    pthread_t thread;

    assert_int_equal(ctl_address(folder, &address, &opened), 0);
    fake.listener = socket(AF_UNIX, SOCK_STREAM, 0);
    unlink(address.sun_path);
    assert_int_equal(bind(fake.listener, (struct sockaddr *)&address, sizeof(address)), 0);
    assert_int_equal(listen(fake.listener, 1), 0);
    assert_int_equal(pthread_create(&thread, NULL, serve_once, &fake), 0);

    buf_init(&errors, COMPLAINT_BYTES);
    FILE *file = fmemopen(out, sizeof(out), "w");
    assert_int_equal(ctl_ask(folder, STR("kick ann be nice\n"), file, &errors), rc);
    fclose(file);
    pthread_join(thread, NULL);
    assert_string_equal(fake.got, "kick ann be nice\n");
    assert_string_equal(out, printed);
    buf_append_char(&errors, '\0');
    assert_string_equal(errors.ptr, error);
    buf_finish(&errors);
    close(fake.listener);
    unlink(address.sun_path);
    if (opened >= 0)
        close(opened);
}

static void check_answers(const char *folder)
{
    char cut[TEXT_BYTES];
    snprintf(cut, sizeof(cut),
             "teahouse: the server on %s closed the line before its answer was whole\n", folder);
    check_ask(folder, "ok\n", 0, "", "");
    check_ask(folder, "one\ntwo\nok\n", 0, "one\ntwo\n", "");
    check_ask(folder, "ok\nok\n", 0, "ok\n", "");
    check_ask(folder, "\nok\n", 0, "\n", "");
    check_ask(folder, "error: Nobody is called ann.\n", -EREMOTEIO, "",
              "teahouse: Nobody is called ann.\n");
    check_ask(folder, "one\nerror: no\n", -EREMOTEIO, "one\n", "teahouse: no\n");
    check_ask(folder, "", -EPROTO, "", cut);
    check_ask(folder, "one\ntwo", -EPROTO, "one\ntwo", cut);
    check_ask(folder, "one\nok", -EPROTO, "one\nok", cut);
    check_ask(folder, "okay\n", -EPROTO, "okay\n", cut);
}

static void test_ask(void **state)
{
    char folder[] = "/tmp/teahouse-ctl-XXXXXX";
    assert_non_null(mkdtemp(folder));
    check_answers(folder);
    assert_int_equal(rmdir(folder), 0);
}

/* The path of the socket is longer than an address of a Unix socket can hold. */
static void test_ask_long_path(void **state)
{
    char base[] = "/tmp/teahouse-ctl-XXXXXX", folder[TEXT_BYTES], name[200];
    assert_non_null(mkdtemp(base));
    memset(name, 'x', sizeof(name) - 1);
    name[sizeof(name) - 1] = '\0';
    snprintf(folder, sizeof(folder), "%s/%s", base, name);
    assert_int_equal(mkdir(folder, 0700), 0);
    check_answers(folder);
    assert_int_equal(rmdir(folder), 0);
    assert_int_equal(rmdir(base), 0);
}

/* Every length around the limit of an address. */
static void test_address(void **state)
{
    const size_t size = sizeof(((struct sockaddr_un *)0)->sun_path);
    for (size_t len = size - 8; len < size + 4; len++) {
        char data[256];
        struct sockaddr_un address;
        int folder = -2;
        memset(data, '/', len); /* the root folder, however many slashes */
        data[len] = '\0';
        assert_int_equal(ctl_address(data, &address, &folder), 0);
        assert_int_equal(folder >= 0, len + strlen("/ctl") + 1 > size);
        assert_non_null(memchr(address.sun_path, '\0', size));
        assert_non_null(strstr(address.sun_path, "/ctl"));
        if (folder >= 0)
            close(folder);
    }
}

static void test_no_server(void **state)
{
    char folder[] = "/tmp/teahouse-ctl-XXXXXX", said[TEXT_BYTES], long_name[TEXT_BYTES];
    assert_non_null(mkdtemp(folder));
    memset(long_name, 'x', 300);
    long_name[300] = '\0';
    const char *const folders[] = {folder, "/no/such/folder", "/dev/null", long_name};
    for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
        struct buf errors;
        buf_init(&errors, COMPLAINT_BYTES);
        assert_true(ctl_ask(folders[i], STR("who\n"), stdout, &errors) < 0);
        snprintf(said, sizeof(said), "teahouse: no server is running on the data folder %s\n",
                 folders[i]);
        buf_append_char(&errors, '\0');
        /* A name that no file system takes gets another sentence. */
        if (folders[i] != long_name)
            assert_string_equal(errors.ptr, said);
        assert_true(errors.len > 1);
        buf_finish(&errors);
    }
    /* A socket whose server has died. */
    struct sockaddr_un address;
    struct buf errors;
    int opened, fd = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(ctl_address(folder, &address, &opened), 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    close(fd);
    buf_init(&errors, COMPLAINT_BYTES);
    assert_int_equal(ctl_ask(folder, STR("who\n"), stdout, &errors), -ECONNREFUSED);
    buf_finish(&errors);
    unlink(address.sun_path);
    rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_compose),       cmocka_unit_test(test_ask),
        cmocka_unit_test(test_ask_long_path), cmocka_unit_test(test_address),
        cmocka_unit_test(test_no_server),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
