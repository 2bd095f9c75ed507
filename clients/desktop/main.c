/* teahouse-desktop: a window to chat in. See man/teahouse-desktop.1. */
#include "clients/common/i18n.h"
#include "clients/desktop/app.h"
#include "clients/desktop/paths.h"

#include <stddef.h>

int main(int argc, char **argv)
{
    i18n_start(NULL, TEAHOUSE_LOCALEDIR);
    return app_run(argc, argv);
}
