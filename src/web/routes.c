#include "web/routes.h"

const struct route *route_find(const struct routes *routes, struct str path)
{
    const struct route *best = NULL;
    for (size_t i = 0; i < routes->count; i++) {
        const struct route *row = &routes->rows[i];
        if (str_equal(path, row->path))
            return row;
        if (row->prefix && str_starts(path, row->path) && (!best || row->path.len > best->path.len))
            best = row;
    }
    return best;
}

bool route_allows(const struct route *route, struct str method)
{
    struct str rest = route->methods;
    while (rest.len > 0)
        if (str_equal(str_trim(str_cut(&rest, ',')), method))
            return true;
    return false;
}
