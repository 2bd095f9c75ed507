/* UTF-8 and GBK: telling them apart, and from one to the other.
 *
 * GBK is written as GB18030, its superset, which can carry every character. Conversion uses one
 * iconv descriptor a thread, made at first use. */
#ifndef TEAHOUSE_CODEC_CHARSET_H
#define TEAHOUSE_CODEC_CHARSET_H

#include "base/buf.h"

enum charset { CHARSET_UNKNOWN, CHARSET_UTF8, CHARSET_GB18030 };

/* By the names people use, case aside: utf-8, utf8; gbk, gb2312, gb18030, cp936, euc-cn. */
bool charset_from(struct str name, enum charset *out);
/* "UTF-8" or "GB18030". */
const char *charset_name(enum charset charset);

/* What a line says of its charset: CHARSET_UNKNOWN for ASCII or what is neither; the one that it
 * can be; `ambiguous` when it can be both. */
enum charset charset_guess(struct str line, enum charset ambiguous);

/* Appends `line` as UTF-8; what is malformed becomes U+FFFD. CHARSET_UNKNOWN is taken as UTF-8.
 * 0 or -ENOBUFS. */
int charset_decode(enum charset from, struct str line, struct buf *out);
/* Appends well-formed UTF-8 `text` in the charset. 0 or -ENOBUFS. */
int charset_encode(enum charset to, struct str text, struct buf *out);

#endif
