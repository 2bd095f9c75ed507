/* Secrets that a server gives to a client and keeps only the digest of, so that who reads its files
 * or its memory later has none of them. Looking for a digest takes a time that tells nothing of the
 * secret. Pure but for the random bits; any thread. */
#ifndef TEAHOUSE_CODEC_SECRET_H
#define TEAHOUSE_CODEC_SECRET_H

#include "base/str.h"

enum {
    SECRET_BITS = 128,
    SECRET_TEXT_BYTES = 22,   /* of them in base64url without padding (RFC 4648, 5) */
    SECRET_DIGEST_BYTES = 32, /* SHA-256 (FIPS 180-4) */
};

/* Writes a new one, without NUL. 0, or -EIO: there are no random bits. */
int secret_create(char out[SECRET_TEXT_BYTES]);
/* What is kept of any text that somebody gives for a secret. */
void secret_digest(struct str text, char out[SECRET_DIGEST_BYTES]);
/* Overwrites, also where a compiler would not think it of use. */
void secret_wipe(void *memory, size_t len);

#endif
