#include "server/ctl_client.h"

#include "base/suggest.h"
#include "server/complaint.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const char me[] = "teahouse";

/* clang-format off: a table */
const struct ctl_verb ctl_verbs[] = {
    {"who", "", 0, 0, false, "everybody: nick, door, address, rooms"},
    {"kick", "NICK [REASON]", 1, -1, true, "close somebody's connection"},
    {"ban", "NICK-OR-ADDRESS [REASON]", 1, -1, true, "keep an address out, or a member's"},
    {"unban", "ADDRESS", 1, 1, true, "let an address in again"},
    {"bans", "", 0, 0, false, "the addresses that are kept out"},
    {"say", "TEXT", 1, -1, false, "a notice to everybody"},
    {"stats", "", 0, 0, false, "numbers: members, rooms, messages"},
};
/* clang-format on */
const size_t ctl_verb_count = sizeof(ctl_verbs) / sizeof(ctl_verbs[0]);

static const struct ctl_verb *find_verb(const char *name, struct buf *errors)
{
    char quoted[COMPLAINT_QUOTE_BYTES];
    struct suggestion nearest;
    suggest_start(&nearest, str_from(name));
    for (size_t i = 0; i < ctl_verb_count; i++) {
        if (strcmp(name, ctl_verbs[i].name) == 0)
            return &ctl_verbs[i];
        suggest_consider(&nearest, ctl_verbs[i].name);
    }
    complaint_quote(str_from(name), quoted);
    if (nearest.best)
        complaint_add(errors, me, "ctl has no command %s; did you mean \"%s\"?", quoted,
                      nearest.best);
    else
        complaint_add(errors, me, "ctl has no command %s", quoted);
    return NULL;
}

static int usage_error(const struct ctl_verb *verb, const char *sentence, struct buf *errors)
{
    complaint_add(errors, me, "%s; write: teahouse ctl %s%s%s", sentence, verb->name,
                  verb->usage[0] ? " " : "", verb->usage);
    return -EINVAL;
}

/* Whether there is nothing in it but blanks. */
static bool is_blank(const char *word)
{
    return str_trim(str_from(word)).len == 0;
}

int ctl_compose(int count, char *const *words, struct buf *line, struct buf *errors)
{
    if (count == 0) {
        complaint_add(errors, me, "say what ctl is to do, for example: teahouse ctl who");
        return -EINVAL;
    }
    const struct ctl_verb *verb = find_verb(words[0], errors);
    if (!verb)
        return -EINVAL;
    if (count - 1 < verb->least)
        return usage_error(verb, "something is missing", errors);
    if (verb->most >= 0 && count - 1 > verb->most)
        return usage_error(verb, "there is too much", errors);
    for (int i = 1; i < count; i++)
        if (strpbrk(words[i], "\r\n"))
            return usage_error(verb, "a line break cannot be sent", errors);
    if (verb->least > 0 && is_blank(words[1]) && (verb->one_word || count == 2))
        return usage_error(verb, "something is missing", errors);
    if (verb->one_word && strpbrk(words[1], " \t"))
        return usage_error(verb, "no name or address has blanks in it", errors);

    for (int i = 0; i < count; i++) {
        if (i > 0)
            buf_append_char(line, ' ');
        buf_append_str(line, str_from(words[i]));
    }
    if (buf_append_char(line, '\n') < 0)
        return usage_error(verb, "that is too long", errors);
    return 0;
}

int ctl_address(const char *data, struct sockaddr_un *out, int *folder)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const int size = (int)sizeof(address.sun_path);
    int opened = -1;
    if (snprintf(address.sun_path, sizeof(address.sun_path), "%s/ctl", data) >= size) {
        opened = open(data, O_PATH | O_DIRECTORY | O_CLOEXEC);
        if (opened < 0)
            return -errno;
        snprintf(address.sun_path, sizeof(address.sun_path), "/proc/self/fd/%d/ctl", opened);
    }
    *out = address;
    *folder = opened;
    return 0;
}

static int open_socket(const char *data, int *out)
{
    struct sockaddr_un address;
    int folder, rc = ctl_address(data, &address, &folder);
    if (rc < 0)
        return rc;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, (const struct sockaddr *)&address, sizeof(address)) < 0)
        rc = -errno;
    if (folder >= 0)
        close(folder);
    if (rc < 0) {
        if (fd >= 0)
            close(fd);
        return rc;
    }
    *out = fd;
    return 0;
}

static int send_all(int fd, struct str bytes)
{
    while (bytes.len > 0) {
        ssize_t n = send(fd, bytes.ptr, bytes.len, MSG_NOSIGNAL);
        if (n < 0 && errno != EINTR)
            return -errno;
        if (n > 0)
            bytes = str_skip(bytes, (size_t)n);
    }
    return 0;
}

static int receive_all(int fd, struct buf *answer)
{
    char chunk[16384];
    for (;;) {
        ssize_t n = recv(fd, chunk, sizeof(chunk), 0);
        if (n == 0)
            return 0;
        if (n < 0 && errno != EINTR)
            return -errno;
        if (n > 0 && buf_append(answer, chunk, (size_t)n) < 0)
            return -EMSGSIZE;
    }
}

/* Cuts the last line off, without its end. */
static struct str cut_last_line(struct str *answer)
{
    struct str s = *answer;
    if (s.len > 0 && s.ptr[s.len - 1] == '\n')
        s.len--;
    size_t start = s.len;
    while (start > 0 && s.ptr[start - 1] != '\n')
        start--;
    *answer = str_of(s.ptr, start);
    return str_skip(s, start);
}

static int print_answer(const char *data, struct str answer, FILE *out, struct buf *errors)
{
    struct str whole = answer, last = cut_last_line(&answer);
    bool ended = whole.len > 0 && whole.ptr[whole.len - 1] == '\n';
    bool good = ended && str_equal(last, STR("ok"));
    bool refused = ended && str_starts(last, STR("error: "));
    if (!good && !refused)
        answer = whole;
    if (answer.len > 0 && fwrite(answer.ptr, 1, answer.len, out) != answer.len) {
        complaint_add(errors, me, "the answer cannot be written");
        return -EIO;
    }
    if (good)
        return 0;
    if (refused) {
        complaint_add(errors, me, "%.*s", STR_ARG(str_skip(last, STR("error: ").len)));
        return -EREMOTEIO;
    }
    complaint_add(errors, me, "the server on %s closed the line before its answer was whole", data);
    return -EPROTO;
}

static void complain_connect(const char *data, int rc, struct buf *errors)
{
    if (rc == -ENOENT || rc == -ECONNREFUSED || rc == -ENOTDIR)
        complaint_add(errors, me, "no server is running on the data folder %s", data);
    else if (rc == -EACCES)
        complaint_add(errors, me, "%s/ctl may not be opened; are you the server's user?", data);
    else
        complaint_add(errors, me, "%s/ctl cannot be opened: %s", data, strerror(-rc));
}

int ctl_ask(const char *data, struct str line, FILE *out, struct buf *errors)
{
    int fd, rc = open_socket(data, &fd);
    if (rc < 0) {
        complain_connect(data, rc, errors);
        return rc;
    }
    struct buf answer;
    buf_init(&answer, CTL_ANSWER_BYTES);
    rc = send_all(fd, line);
    /* A server that closes without reading may still have said why. */
    int received = receive_all(fd, &answer);
    if (rc == 0)
        rc = received;
    close(fd);
    if (rc < 0 && answer.len == 0)
        complaint_add(errors, me, "the server on %s does not answer: %s", data, strerror(-rc));
    else
        rc = print_answer(data, buf_str(&answer), out, errors);
    buf_finish(&answer);
    return rc;
}
