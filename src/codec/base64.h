/* Base64 (RFC 4648, 4) and what goes into an address (5, without padding). Pure; any thread. */
#ifndef TEAHOUSE_CODEC_BASE64_H
#define TEAHOUSE_CODEC_BASE64_H

#include "base/buf.h"

/* Appends with padding. 0, or -ENOBUFS and nothing is appended. */
int base64_append(struct buf *out, struct str bytes);
/* The same in the alphabet for addresses and file names, without padding. */
int base64_append_url(struct buf *out, struct str bytes);
/* Appends what `text` stands for, in the first alphabet. Strict: padded, no blanks, and the bits
 * that are left over are zero. 0, -EINVAL or -ENOBUFS, and nothing is appended. */
int base64_decode(struct buf *out, struct str text);

#endif
