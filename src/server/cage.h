/* The cage: after its start the server needs its sockets and one folder, and can reach nothing
 * else, whoever has taken it over.
 *
 *   who    root becomes another user
 *   files  Landlock: the data folder, what a reload reads, a few of the system's
 *   calls  seccomp: the system calls that a running server makes, and no other
 *   cores  none, since there would be messages in them
 *
 * One thread at a time. These functions do not log: they say in a sentence (no end) what is so. */
#ifndef TEAHOUSE_SERVER_CAGE_H
#define TEAHOUSE_SERVER_CAGE_H

#include <stdbool.h>
#include <stddef.h>

enum { CAGE_SENTENCE_BYTES = 512 };

/* NULL, or why this program cannot be caged: sanitizers, coverage and valgrind need files and calls
 * of their own. Never freed. */
const char *cage_hindrance(void);

/* ---- who */

enum cage_user {
    CAGE_USER_SAME,    /* not started by root, or nobody is to be become */
    CAGE_USER_CHANGED, /* the sentence says into whom */
    CAGE_USER_ROOT,    /* it stays root; the sentence says why */
};

/* When root runs this: becomes `user`, who must be able to write in `data`, which is given to it
 * when it is `fresh`. "auto" is CAGE_USER if there is one who can; "none" is nobody. With
 * `low_ports` it can still open ports below 1024. Before there are threads. An enum cage_user, or a
 * negative errno: a user that was asked for by name cannot be become. */
#define CAGE_USER "teahouse"
int cage_change_user(const char *user, const char *data, bool fresh, bool low_ports,
                     char sentence[CAGE_SENTENCE_BYTES]);

/* ---- files */

struct cage_files {
    const char *data;         /* everything may be done in it; it is there */
    const char *const *reads; /* files: what is in their folders may be read; NULL ends them */
};

/* What threads are made afterwards inherit it. 0, or a negative errno: -ENOSYS or -EOPNOTSUPP when
 * the kernel has no Landlock. The sentence says what holds now, or why it does not. */
int cage_close_files(const struct cage_files *files, char sentence[CAGE_SENTENCE_BYTES]);

/* ---- calls */

/* For all threads there are; no more can be made. The same. */
int cage_close_calls(char sentence[CAGE_SENTENCE_BYTES]);

/* ---- cores */

/* 0 or a negative errno. Nobody but root can look into the process any more. */
int cage_no_cores(void);

#endif
