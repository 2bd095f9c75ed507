/* Sentences in the user's language: gettext, with the catalogs made of po/. */
#ifndef TEAHOUSE_DESKTOP_I18N_H
#define TEAHOUSE_DESKTOP_I18N_H

#include <libintl.h>

#define _(text)          gettext(text)
#define N_(text)         text
#define P_(one, many, n) ngettext(one, many, n)

/* Takes the locale of the environment. Catalogs are looked for where TEAHOUSE_LOCALEDIR says, else
 * where they are installed. Call it first in main. */
void i18n_start(void);
/* "en" or "zh": the language that sentences are really in. */
const char *i18n_lang(void);

#endif
