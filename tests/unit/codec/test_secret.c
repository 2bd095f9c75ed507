#include "../base/check.h"

#include "codec/secret.h"

static void test_create(void **state)
{
    char secrets[64][SECRET_TEXT_BYTES];
    uint64_t seen[2] = {0};
    for (size_t i = 0; i < COUNT(secrets); i++) {
        assert_int_equal(secret_create(secrets[i]), 0);
        for (size_t j = 0; j < i; j++)
            assert_memory_not_equal(secrets[i], secrets[j], SECRET_TEXT_BYTES);
        for (size_t k = 0; k < SECRET_TEXT_BYTES; k++) {
            unsigned char c = (unsigned char)secrets[i][k];
            assert_true((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                        (c >= '0' && c <= '9') || c == '-' || c == '_');
            seen[c / 64] |= UINT64_C(1) << (c % 64);
        }
        /* Two bits are left for the last character. */
        assert_non_null(memchr("AQgw", secrets[i][SECRET_TEXT_BYTES - 1], 4));
    }
    /* 1,344 characters of 64: all of them come, but for bad luck of one in a hundred million. */
    assert_true(__builtin_popcountll(seen[0]) + __builtin_popcountll(seen[1]) > 60);
}

/* FIPS 180-4's own example. */
static void test_digest(void **state)
{
    static const char expected[] =
        "\xBA\x78\x16\xBF\x8F\x01\xCF\xEA\x41\x41\x40\xDE\x5D\xAE\x22\x23"
        "\xB0\x03\x61\xA3\x96\x17\x7A\x9C\xB4\x10\xFF\x61\xF2\x00\x15\xAD";
    char digest[SECRET_DIGEST_BYTES], empty[SECRET_DIGEST_BYTES];
    secret_digest(STR("abc"), digest);
    assert_memory_equal(digest, expected, sizeof(digest));
    secret_digest(str_of(NULL, 0), empty);
    assert_memory_equal(empty, "\xE3\xB0\xC4\x42", 4);
}

static void test_wipe(void **state)
{
    char memory[] = "secret";
    secret_wipe(memory, 3);
    assert_memory_equal(memory, "\0\0\0ret", 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_create),
        cmocka_unit_test(test_digest),
        cmocka_unit_test(test_wipe),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
