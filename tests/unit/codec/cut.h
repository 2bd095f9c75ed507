/* Runs a stream codec over every way of cutting an input in two, byte by byte, and so on, and
 * checks that the outcome is the same each time. */
#ifndef TEAHOUSE_TESTS_UNIT_CODEC_CUT_H
#define TEAHOUSE_TESTS_UNIT_CODEC_CUT_H

#include "../base/check.h"
#include "drive.h"

static inline void cut_compare(const struct drive_outcome *whole, struct drive_outcome pieces,
                               const char *row, const char *how, size_t at)
{
    if (!drive_equal(whole, &pieces)) {
        check_print("whole ", buf_str(&whole->out));
        check_print("pieces", buf_str(&pieces.out));
        check_print("answers", buf_str(&whole->answer));
        check_print("answers", buf_str(&pieces.answer));
        fail_msg("%s: %s %zu", row, how, at);
    }
    drive_finish(&pieces);
}

/* `run` is drive_telnet or the like with its last argument. */
#define CUT_EVERY_WAY(whole, in, row, run, last)                                                   \
    do {                                                                                           \
        for (size_t cut_at = 0; cut_at <= (in).len; cut_at++) {                                    \
            size_t two[] = {cut_at, SIZE_MAX};                                                     \
            struct cutting in_two = {two, 2};                                                      \
            cut_compare(whole, run(in, in_two, last), row, "in two at", cut_at);                   \
        }                                                                                          \
        for (size_t cut_size = 1; cut_size <= 3; cut_size++) {                                     \
            struct cutting even = {&cut_size, 1};                                                  \
            cut_compare(whole, run(in, even, last), row, "in pieces of", cut_size);                \
        }                                                                                          \
        size_t with_empty[] = {1, 0, 2, 0, 0};                                                     \
        struct cutting empty = {with_empty, 5};                                                    \
        cut_compare(whole, run(in, empty, last), row, "with empty pieces", 0);                     \
    } while (0)

static const size_t cut_whole_size = SIZE_MAX;
static const struct cutting cut_whole = {&cut_whole_size, 1};

#endif
