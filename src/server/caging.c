#include "server/caging.h"

#include "base/log.h"
#include "codec/secret.h"
#include "server/cage.h"
#include "store/sqlite.h"

#include <string.h>
#include <unistd.h>

enum { LOW_PORTS = 1024 };

static bool has_low_ports(const struct config *config)
{
    for (size_t i = 0; i < config->listen_count; i++)
        if (config->listens[i].port > 0 && config->listens[i].port < LOW_PORTS)
            return true;
    return false;
}

static int change_user(const struct config *config, bool fresh)
{
    char sentence[CAGE_SENTENCE_BYTES];
    int rc = cage_change_user(config->user, config->data, fresh, has_low_ports(config), sentence);
    if (rc < 0)
        log_error("cage: %s", sentence);
    else if (rc == CAGE_USER_ROOT)
        log_warning("cage: started by root, and stays root: %s", sentence);
    else if (rc == CAGE_USER_CHANGED)
        log_info("cage: %s", sentence);
    return rc < 0 ? rc : 0;
}

/* Libraries read files of their own when they are first used. */
static void warm_up(void)
{
    char secret[SECRET_TEXT_BYTES], digest[SECRET_DIGEST_BYTES];
    if (secret_create(secret) == 0)
        secret_digest(str_of(secret, sizeof(secret)), digest);
    secret_wipe(secret, sizeof(secret));
}

static void tell(int rc, const char *sentence)
{
    if (rc < 0)
        log_warning("cage: %s", sentence);
    else
        log_info("cage: %s", sentence);
}

static void give_up_files(const struct config *config, const char *file)
{
    char sentence[CAGE_SENTENCE_BYTES];
    const char *reads[3];
    size_t count = 0;
    if (file)
        reads[count++] = file;
    if (strcmp(config->names, "none") != 0)
        reads[count++] = config->names;
    reads[count] = NULL;
    struct cage_files files = {config->data, reads};
    warm_up();
    int rc = cage_close_files(&files, sentence);
    tell(rc, sentence);
}

int caging_begin(const struct config *config, const char *file)
{
    char error[CAGE_SENTENCE_BYTES];
    bool fresh = access(config->data, F_OK) < 0;
    int rc = store_sqlite_make_folder(config->data, error, sizeof(error));
    if (rc < 0) {
        log_error("%s", error);
        return rc;
    }
    rc = change_user(config, fresh);
    if (rc < 0)
        return rc;
    const char *hindrance = cage_hindrance();
    if (!config->cage)
        log_warning("cage: none, as \"cage = off\" says");
    else if (hindrance)
        log_warning("cage: none, since %s", hindrance);
    if (!config->cage || hindrance)
        return 0;
    rc = cage_no_cores();
    if (rc < 0)
        log_warning("cage: a crash may leave a core with messages in it: %s", strerror(-rc));
    give_up_files(config, file);
    return 0;
}

void caging_end(const struct config *config)
{
    char sentence[CAGE_SENTENCE_BYTES];
    if (!config->cage || cage_hindrance())
        return;
    int rc = cage_close_calls(sentence);
    tell(rc, sentence);
}
