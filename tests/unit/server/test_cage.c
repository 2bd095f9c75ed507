/* The cage holds: each test closes it around a child, which then tries what it may and what not. */
#include "server/cage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATH_BYTES = 256, NOT_HERE = 77 };

struct place {
    char base[64], data[PATH_BYTES], etc[PATH_BYTES], file[PATH_BYTES], secret[PATH_BYTES];
};

static void write_file(const char *path)
{
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    fputs("words", out);
    fclose(out);
}

static void place_make(struct place *p)
{
    snprintf(p->base, sizeof(p->base), "/tmp/teahouse-cage-XXXXXX");
    assert_non_null(mkdtemp(p->base));
    assert_int_equal(chmod(p->base, 0755), 0);
    snprintf(p->data, sizeof(p->data), "%s/data", p->base);
    snprintf(p->etc, sizeof(p->etc), "%s/etc", p->base);
    snprintf(p->file, sizeof(p->file), "%s/etc/conf", p->base);
    snprintf(p->secret, sizeof(p->secret), "%s/secret", p->base);
    assert_int_equal(mkdir(p->data, 0700), 0);
    assert_int_equal(mkdir(p->etc, 0755), 0);
    write_file(p->file);
    write_file(p->secret);
}

static void place_remove(const struct place *p)
{
    char other[PATH_BYTES + 8];
    snprintf(other, sizeof(other), "%s/new", p->etc);
    unlink(other);
    unlink(p->file);
    unlink(p->secret);
    rmdir(p->data);
    rmdir(p->etc);
    assert_int_equal(rmdir(p->base), 0);
}

/* cmocka's skip() prints "not ok", which is read as a failure. */
static void pass_over(void)
{
    puts("# this system cannot do that: not tried");
}

/* Runs `body` in a child; what it gives back is 0, NOT_HERE, or the line that failed. */
static int run_child(int (*body)(const struct place *p), const struct place *p)
{
    int status;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        _exit(body(p));
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

static void expect_good(int (*body)(const struct place *p))
{
    struct place p;
    place_make(&p);
    int status = run_child(body, &p);
    place_remove(&p);
    if (WIFEXITED(status) && WEXITSTATUS(status) == NOT_HERE) {
        pass_over();
        return;
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        fail_msg("status %x: %s %d", (unsigned)status, WIFEXITED(status) ? "check" : "signal",
                 WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
}

/* ---- files */

static int opens(const char *path, int flags)
{
    int fd = open(path, flags | O_CLOEXEC, 0600);
    if (fd < 0)
        return -errno;
    close(fd);
    return 0;
}

static int close_files(const struct place *p)
{
    char sentence[CAGE_SENTENCE_BYTES];
    const char *const reads[] = {p->file, "/no/such/folder/file", NULL};
    struct cage_files files = {p->data, reads};
    return cage_close_files(&files, sentence);
}

/* What has to be: number, condition. */
#define CHECK(number, condition)                                                                   \
    do {                                                                                           \
        if (!(condition))                                                                          \
            return number;                                                                         \
    } while (0)

static int try_files(const struct place *p)
{
    char path[PATH_BYTES + 16], target[PATH_BYTES + 16];
    int rc = close_files(p);
    if (rc == -ENOSYS || rc == -EOPNOTSUPP)
        return NOT_HERE;
    CHECK(1, rc == 0);
    /* In its folder: files and sockets. */
    snprintf(path, sizeof(path), "%s/new", p->data);
    CHECK(2, opens(path, O_RDWR | O_CREAT) == 0);
    CHECK(3, opens(path, O_RDWR | O_TRUNC) == 0);
    CHECK(4, opens(p->data, O_RDONLY | O_DIRECTORY) == 0);
    snprintf(target, sizeof(target), "%s/secret", p->data);
    CHECK(5, link(p->secret, target) == -1);
    CHECK(24, rename(p->secret, target) == -1);
    CHECK(25, rename(path, target) == 0 && rename(target, path) == 0);
    snprintf(target, sizeof(target), "%s/new", p->base);
    CHECK(26, rename(path, target) == -1);
    CHECK(6, unlink(path) == 0);
    CHECK(7, symlink("/etc/passwd", path) == -1 && errno == EACCES);
    CHECK(8, mkdir(path, 0700) == -1 && errno == EACCES);
    CHECK(9, mknod(path, S_IFIFO | 0600, 0) == -1 && errno == EACCES);
    /* The configuration, and what is put in its place. */
    CHECK(10, opens(p->file, O_RDONLY) == 0);
    CHECK(11, opens(p->file, O_RDWR) == -EACCES);
    snprintf(path, sizeof(path), "%s/new", p->etc);
    CHECK(12, opens(path, O_RDWR | O_CREAT) == -EACCES);
    CHECK(13, opens(p->etc, O_RDONLY | O_DIRECTORY) == -EACCES);
    /* Nothing else, written or read. */
    CHECK(14, opens(p->secret, O_RDONLY) == -EACCES);
    CHECK(15, opens("/etc/passwd", O_RDONLY) == -EACCES);
    CHECK(16, opens("/proc/self/environ", O_RDONLY) == -EACCES);
    CHECK(17, opens("/proc/self/mem", O_RDWR) == -EACCES);
    CHECK(18, opens("/", O_RDONLY | O_DIRECTORY) == -EACCES);
    CHECK(19, unlink(p->secret) == -1 && errno == EACCES);
    CHECK(20, execl("/bin/true", "true", (char *)NULL) == -1 && errno == EACCES);
    /* What the server looks at now and then. */
    CHECK(21, opens("/dev/null", O_RDONLY) == 0);
    CHECK(22, opens("/proc/self/statm", O_RDONLY) == 0);
    CHECK(23, opens("/proc/self/fd", O_RDONLY | O_DIRECTORY) == 0);
    return 0;
}

static void files_are_out_of_reach(void **state)
{
    expect_good(try_files);
}

/* Another file in the place of the configuration, as editors put it: made by somebody else, once
 * the cage is closed. */
static int to_child[2], to_parent[2];

static int try_replaced(const struct place *p)
{
    char path[PATH_BYTES + 16], byte = 0;
    snprintf(path, sizeof(path), "%s/new", p->etc);
    int rc = close_files(p);
    CHECK(1, write(to_parent[1], &byte, 1) == 1);
    CHECK(2, read(to_child[0], &byte, 1) == 1);
    if (rc == -ENOSYS || rc == -EOPNOTSUPP)
        return NOT_HERE;
    CHECK(3, opens(path, O_RDONLY) == 0);
    return 0;
}

static void *replace(void *place)
{
    char path[PATH_BYTES + 16], byte;
    snprintf(path, sizeof(path), "%s/new", ((const struct place *)place)->etc);
    if (read(to_parent[0], &byte, 1) == 1 && opens(path, O_RDWR | O_CREAT) == 0 &&
        write(to_child[1], &byte, 1) == 1)
        return NULL;
    return place;
}

static void a_new_file_can_be_read(void **state)
{
    struct place p;
    pthread_t thread;
    void *failed;
    place_make(&p);
    assert_int_equal(pipe(to_child), 0);
    assert_int_equal(pipe(to_parent), 0);
    assert_int_equal(pthread_create(&thread, NULL, replace, &p), 0);
    int status = run_child(try_replaced, &p);
    close(to_parent[1]);
    pthread_join(thread, &failed);
    place_remove(&p);
    assert_null(failed);
    assert_true(WIFEXITED(status));
    if (WEXITSTATUS(status) == NOT_HERE) {
        pass_over();
        return;
    }
    assert_int_equal(WEXITSTATUS(status), 0);
}

/* ---- calls */

static int close_calls(void)
{
    char sentence[CAGE_SENTENCE_BYTES];
    return cage_close_calls(sentence);
}

static int refused(long result)
{
    return result == -1 && errno == EPERM;
}

static int try_sockets(void)
{
    struct sockaddr_in any = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof(any);
    int door = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    CHECK(30, door >= 0);
    CHECK(31, bind(door, (struct sockaddr *)&any, sizeof(any)) == 0 && listen(door, 5) == 0);
    CHECK(32, getsockname(door, (struct sockaddr *)&any, &size) == 0);
    int out = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(33, out >= 0);
    CHECK(34, refused(connect(out, (struct sockaddr *)&any, sizeof(any))));
    CHECK(35, refused(sendto(out, "x", 1, MSG_FASTOPEN | MSG_NOSIGNAL, (struct sockaddr *)&any,
                             sizeof(any))));
    CHECK(36, refused(socket(AF_INET, SOCK_DGRAM, 0)));
    CHECK(37, refused(socket(AF_INET, SOCK_RAW, IPPROTO_ICMP)));
    CHECK(38, refused(socket(AF_UNIX, SOCK_STREAM, 0)));
    CHECK(39, refused(socket(AF_NETLINK, SOCK_RAW, 0)));
    return 0;
}

static int try_processes(void)
{
    CHECK(50, refused(syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0)));
    CHECK(51, refused(syscall(SYS_ptrace, 0, 0, 0, 0)));
    CHECK(52, refused(kill(getppid(), 0)));
    CHECK(53, refused(setuid(0)));
    CHECK(54, refused(syscall(SYS_prctl, PR_SET_DUMPABLE, 1, 0, 0, 0)));
    CHECK(55, mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) ==
                      MAP_FAILED &&
                  errno == EPERM);
    void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(56, page != MAP_FAILED);
    CHECK(57, refused(mprotect(page, 4096, PROT_READ | PROT_EXEC)));
    struct rlimit limit;
    CHECK(58, getrlimit(RLIMIT_NOFILE, &limit) == 0);
    CHECK(59, refused(setrlimit(RLIMIT_NOFILE, &limit)));
    CHECK(60, refused(link("/no/such", "/no/such2")));
    CHECK(61, refused(syscall(SYS_chroot, "/")));
    CHECK(62, refused(syscall(SYS_unshare, 0)));
    CHECK(63, syscall(SYS_io_uring_setup, 1, NULL) == -1 && errno == ENOSYS);
    return 0;
}

static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;

static void *other_thread(void *failed)
{
    pthread_mutex_lock(&gate);
    *(bool *)failed = !refused(socket(AF_UNIX, SOCK_STREAM, 0));
    pthread_mutex_unlock(&gate);
    return NULL;
}

static int try_calls(const struct place *p)
{
    pthread_t thread;
    bool failed = true;
    pthread_mutex_lock(&gate);
    CHECK(1, pthread_create(&thread, NULL, other_thread, &failed) == 0);
    int rc = close_calls();
    if (rc == -ENOSYS)
        return NOT_HERE;
    CHECK(2, rc == 0);
    pthread_mutex_unlock(&gate);
    CHECK(3, pthread_join(thread, NULL) == 0);
    CHECK(4, !failed);
    rc = try_sockets();
    return rc ? rc : try_processes();
}

static void calls_are_refused_in_all_threads(void **state)
{
    expect_good(try_calls);
}

static int try_program(const struct place *p)
{
    if (close_calls() < 0)
        return NOT_HERE;
    execl("/bin/true", "true", (char *)NULL);
    return 1;
}

static void who_runs_a_program_is_ended(void **state)
{
    struct place p;
    place_make(&p);
    int status = run_child(try_program, &p);
    place_remove(&p);
    if (WIFEXITED(status) && WEXITSTATUS(status) == NOT_HERE) {
        pass_over();
        return;
    }
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGSYS);
}

/* ---- cores */

static int crash(const struct place *p)
{
    struct rlimit limit;
    CHECK(1, cage_no_cores() == 0);
    CHECK(2, prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0);
    CHECK(3, getrlimit(RLIMIT_CORE, &limit) == 0 && limit.rlim_cur == 0 && limit.rlim_max == 0);
    signal(SIGABRT, SIG_DFL);
    abort();
}

static void a_crash_leaves_no_core(void **state)
{
    struct place p;
    place_make(&p);
    int status = run_child(crash, &p);
    place_remove(&p);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGABRT);
    assert_false(WCOREDUMP(status));
}

/* ---- who */

static int become(const struct place *p, bool fresh, bool low_ports, uint64_t capabilities)
{
    char sentence[CAGE_SENTENCE_BYTES], path[PATH_BYTES + 16], line[128];
    const struct passwd *nobody = getpwnam("nobody");
    if (geteuid() != 0 || !nobody)
        return NOT_HERE;
    uid_t uid = nobody->pw_uid;
    int rc = cage_change_user("nobody", p->data, fresh, low_ports, sentence);
    if (!fresh) /* root's folder */
        return rc == -EACCES && geteuid() == 0 && strstr(sentence, "chown") ? 0 : 1;
    CHECK(2, rc == CAGE_USER_CHANGED);
    CHECK(3, getuid() == uid && geteuid() == uid && getgroups(0, NULL) == 0);
    CHECK(4, setuid(0) == -1 && seteuid(0) == -1 && setgid(0) == -1);
    snprintf(path, sizeof(path), "%s/new", p->data);
    CHECK(5, opens(path, O_RDWR | O_CREAT) == 0 && unlink(path) == 0);
    CHECK(6, opens("/etc/shadow", O_RDONLY) != 0);
    FILE *status = fopen("/proc/self/status", "r");
    unsigned long long effective = ~0ULL;
    while (status && fgets(line, sizeof(line), status))
        if (strncmp(line, "CapEff:", 7) == 0)
            effective = strtoull(line + 7, NULL, 16);
    CHECK(7, effective == capabilities);
    return 0;
}

static int become_nobody(const struct place *p)
{
    return become(p, true, false, 0);
}

static int become_with_low_ports(const struct place *p)
{
    return become(p, true, true, 1 << 10); /* CAP_NET_BIND_SERVICE */
}

static int become_without_folder(const struct place *p)
{
    return become(p, false, false, 0);
}

static void root_becomes_another(void **state)
{
    expect_good(become_nobody);
    expect_good(become_with_low_ports);
    expect_good(become_without_folder);
}

static int stay_root(const struct place *p)
{
    char sentence[CAGE_SENTENCE_BYTES];
    if (geteuid() != 0)
        return cage_change_user("none", p->data, false, false, sentence) == CAGE_USER_SAME ? 0 : 9;
    CHECK(1, cage_change_user("none", p->data, false, false, sentence) == CAGE_USER_ROOT);
    CHECK(2, cage_change_user("no-such-user", p->data, false, false, sentence) == -ENOENT);
    CHECK(3, strstr(sentence, "no-such-user") != NULL);
    CHECK(4, cage_change_user("root", p->data, false, false, sentence) == -ENOENT);
    CHECK(5, geteuid() == 0);
    return 0;
}

static void root_may_stay_root(void **state)
{
    expect_good(stay_root);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_are_out_of_reach),
        cmocka_unit_test(a_new_file_can_be_read),
        cmocka_unit_test(calls_are_refused_in_all_threads),
        cmocka_unit_test(who_runs_a_program_is_ended),
        cmocka_unit_test(a_crash_leaves_no_core),
        cmocka_unit_test(root_becomes_another),
        cmocka_unit_test(root_may_stay_root),
    };
    if (cage_hindrance()) {
        printf("1..0 # SKIP %s\n", cage_hindrance());
        return 0;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
