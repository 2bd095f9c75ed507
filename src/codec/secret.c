#include "codec/secret.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

int secret_create(char out[SECRET_TEXT_BYTES])
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    /* The last character has but two of the bits: two bytes of zeros fill it up. */
    unsigned char bits[SECRET_BITS / 8 + 2] = {0};
    if (RAND_bytes(bits, SECRET_BITS / 8) != 1)
        return -EIO;
    for (unsigned i = 0; i < SECRET_TEXT_BYTES; i++) {
        unsigned at = i * 6, two = (unsigned)bits[at / 8] << 8 | bits[at / 8 + 1];
        out[i] = alphabet[two >> (10 - at % 8) & 63];
    }
    secret_wipe(bits, sizeof(bits));
    return 0;
}

void secret_digest(struct str text, char out[SECRET_DIGEST_BYTES])
{
    SHA256((const unsigned char *)text.ptr, text.len, (unsigned char *)out);
}

void secret_wipe(void *memory, size_t len)
{
    OPENSSL_cleanse(memory, len);
}
