#include "clients/terminal/i18n.h"

#include "clients/terminal/paths.h"

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

void i18n_start(const char *lang)
{
    const char *asked = wanted(), *folder = getenv("TEAHOUSE_LOCALEDIR");
    bool known = setlocale(LC_ALL, "") != NULL;
    if (!known || strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
        setlocale(LC_CTYPE, "C.UTF-8");
    /* gettext translates nothing in the locale "C", which is also what is left when the wanted one
     * is not installed. With this one LANGUAGE says what to do. */
    if (lang || !known) {
        setlocale(LC_MESSAGES, "C.UTF-8");
        if (lang)
            setenv("LANGUAGE", strcmp(lang, "zh") == 0 ? "zh_CN" : "en", 1);
        else if (strncmp(asked, "zh", 2) == 0 && !getenv("LANGUAGE"))
            setenv("LANGUAGE", "zh_CN", 1);
    }
    bindtextdomain(domain, folder && *folder ? folder : TEAHOUSE_LOCALEDIR);
    bind_textdomain_codeset(domain, "UTF-8");
    textdomain(domain);
}

const char *i18n_lang(void)
{
    /* TRANSLATORS: not a sentence, but the name of your language: en, zh. */
    const char *name = _("lang:en");
    return strcmp(name, "lang:zh") == 0 ? "zh" : "en";
}
