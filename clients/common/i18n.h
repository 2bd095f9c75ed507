/* Sentences in the user's language: gettext, with catalogs made of po/. */
#ifndef TEAHOUSE_CLIENTS_I18N_H
#define TEAHOUSE_CLIENTS_I18N_H

#include <libintl.h>

#define _(text)          gettext(text)
#define N_(text)         text
#define P_(one, many, n) ngettext(one, many, n)

/* Takes the locale of the environment, and one with UTF-8 where there is none. `lang`: "en" or
 * "zh", to override it; NULL: not. Catalogs are looked for where TEAHOUSE_LOCALEDIR of the
 * environment says, else in `folder`. Call it first in main. */
void i18n_start(const char *lang, const char *folder);
/* "en" or "zh": the language that sentences are really in. */
const char *i18n_lang(void);

#endif
