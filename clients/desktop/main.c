/* teahouse-desktop: a window to chat in. See man/teahouse-desktop.1. */
#include "clients/desktop/app.h"
#include "clients/desktop/i18n.h"

int main(int argc, char **argv)
{
    i18n_start();
    return app_run(argc, argv);
}
