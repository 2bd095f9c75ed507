/* UTF-8 and GBK: telling them apart, and from one to the other.
 *
 * GBK is written as GB18030, its superset, which can carry every character. Conversion is iconv's,
 * with descriptors that each thread opens at first use and that are closed when it ends. Any
 * thread. */
#ifndef TEAHOUSE_CODEC_CHARSET_H
#define TEAHOUSE_CODEC_CHARSET_H

#include "base/buf.h"

enum charset { CHARSET_UNKNOWN, CHARSET_UTF8, CHARSET_GB18030 };

/* By the names people use, case aside: utf-8, utf8; gbk, gb2312, gb18030, cp936, euc-cn. */
bool charset_from(struct str name, enum charset *out);
/* "UTF-8" or "GB18030"; "" for CHARSET_UNKNOWN. */
const char *charset_name(enum charset charset);

/* 0, or a negative errno when the C library has no converter for GB18030 installed: then whatever
 * is not ASCII turns into U+FFFD or '?'. For the program to look at when it starts. */
int charset_check(void);

/* What a line says of its charset: CHARSET_UNKNOWN for ASCII or what is neither; the one that it
 * can be; `ambiguous` when it can be both. Private use characters written in two bytes (GBK's
 * user-defined areas) do not count as GBK. */
enum charset charset_guess(struct str line, enum charset ambiguous);

/* Appends `line` as UTF-8; what is malformed becomes U+FFFD. CHARSET_UNKNOWN is taken as UTF-8.
 * 0, or -ENOBUFS and nothing is appended. `out` must not hold `line`. */
int charset_decode(enum charset from, struct str line, struct buf *out);
/* Appends well-formed UTF-8 `text` in the charset; '?' for what it has no code for, which for
 * GB18030 are some private use characters. CHARSET_UNKNOWN is taken as UTF-8. 0, or -ENOBUFS and
 * nothing is appended. */
int charset_encode(enum charset to, struct str text, struct buf *out);

#endif
