/* A list that follows a GListModel by its signal alone, as a list on a screen does; it complains
 * when a change does not fit. */
#ifndef TEAHOUSE_TESTS_CLIENTS_MIRROR_H
#define TEAHOUSE_TESTS_CLIENTS_MIRROR_H

#include "../../base/check.h"

#include <gio/gio.h>

struct mirror {
    GListModel *model;
    guint count, changes;
};

static inline void mirror_on_changed(GListModel *model, guint at, guint removed, guint added,
                                     gpointer user)
{
    struct mirror *m = user;
    assert_true(at + removed <= m->count);
    m->count = m->count - removed + added;
    m->changes++;
    assert_int_equal(m->count, g_list_model_get_n_items(model));
}

static inline void mirror_init(struct mirror *m, GListModel *model)
{
    *m = (struct mirror){.model = model, .count = g_list_model_get_n_items(model)};
    g_signal_connect(model, "items-changed", G_CALLBACK(mirror_on_changed), m);
}

#endif
