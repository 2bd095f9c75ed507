/* Who is in a room as a GListModel, in the order of coming, so that a recycling list shows
 * thousands. A copy: people_model_update compares it with the library's list and tells what is
 * different. Needs no display. On the main thread alone. */
#ifndef TEAHOUSE_DESKTOP_PEOPLE_MODEL_H
#define TEAHOUSE_DESKTOP_PEOPLE_MODEL_H

#include "clients/common/people.h"

#include <gio/gio.h>

#define TYPE_PERSON_ROW (person_row_get_type())
G_DECLARE_FINAL_TYPE(PersonRow, person_row, TEAHOUSE, PERSON_ROW, GObject)

#define TYPE_PEOPLE_MODEL (people_model_get_type())
G_DECLARE_FINAL_TYPE(PeopleModel, people_model, TEAHOUSE, PEOPLE_MODEL, GObject)

const char *person_row_nick(PersonRow *row); /* fit for widgets */
const char *person_row_door(PersonRow *row); /* the server's word for it */
gboolean person_row_away(PersonRow *row);
struct str person_row_raw_nick(PersonRow *row); /* as the server writes it */

PeopleModel *people_model_new(void);
/* NULL: nobody. */
void people_model_update(PeopleModel *model, const struct people *people);

#endif
