#include "clients/desktop/i18n.h"

#include "clients/desktop/paths.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>

static const char domain[] = "teahouse";

/* What the environment asks for, in gettext's order. */
static const char *wanted(void)
{
    static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        const char *value = getenv(names[i]);
        if (value && *value)
            return value;
    }
    return "";
}

void i18n_start(void)
{
    const char *folder = getenv("TEAHOUSE_LOCALEDIR");
    /* A locale that is not installed leaves "C", in which gettext translates nothing. In this one
     * it does what LANGUAGE says. */
    if (!setlocale(LC_ALL, "")) {
        setlocale(LC_ALL, "C.UTF-8");
        if (strncmp(wanted(), "zh", 2) == 0)
            setenv("LANGUAGE", "zh_CN", 0);
    }
    bindtextdomain(domain, folder && *folder ? folder : TEAHOUSE_LOCALEDIR);
    bind_textdomain_codeset(domain, "UTF-8");
    textdomain(domain);
}

const char *i18n_lang(void)
{
    /* TRANSLATORS: not a sentence, but the name of your language: en, zh. */
    return strcmp(_("lang:en"), "lang:zh") == 0 ? "zh" : "en";
}
