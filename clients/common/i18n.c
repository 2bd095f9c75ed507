#include "clients/common/i18n.h"

#include <langinfo.h>
#include <locale.h>
#include <stdbool.h>
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

void i18n_start(const char *lang, const char *folder)
{
    const char *asked = wanted(), *other = getenv("TEAHOUSE_LOCALEDIR");
    bool known = setlocale(LC_ALL, "") != NULL;
    if (!known)
        setlocale(LC_ALL, "C.UTF-8");
    else if (strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
        setlocale(LC_CTYPE, "C.UTF-8");
    /* gettext translates nothing in the locale "C", which is also what is left when the wanted one
     * is not installed. With this one LANGUAGE says what to do. */
    if (lang) {
        setlocale(LC_MESSAGES, "C.UTF-8");
        setenv("LANGUAGE", strcmp(lang, "zh") == 0 ? "zh_CN" : "en", 1);
    } else if (!known && strncmp(asked, "zh", 2) == 0) {
        setenv("LANGUAGE", "zh_CN", 0);
    }
    bindtextdomain(domain, other && *other ? other : folder);
    bind_textdomain_codeset(domain, "UTF-8");
    textdomain(domain);
}

const char *i18n_lang(void)
{
    /* TRANSLATORS: not a sentence, but the name of your language: en, zh. */
    const char *name = _("lang:en");
    return strcmp(name, "lang:zh") == 0 ? "zh" : "en";
}
