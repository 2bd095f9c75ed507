#include "clients/common/i18n.h"
#include "clients/terminal/app.h"
#include "clients/terminal/options.h"
#include "clients/terminal/paths.h"
#include "clients/terminal/pipe.h"

#include <unistd.h>

int main(int argc, char **argv)
{
    struct options options;
    int status;
    i18n_start(options_lang(argc, argv), TEAHOUSE_LOCALEDIR);
    if (!options_parse(argc, argv, &options, stderr)) {
        fputs(_("\"teahouse-chat --help\" says more.\n"), stderr);
        options_finish(&options);
        return EXIT_USAGE;
    }
    if (options.help) {
        options_print_help(stdout);
        status = EXIT_ALL_SAID;
    } else if (options.version) {
        puts("teahouse-chat " TEAHOUSE_VERSION);
        status = EXIT_ALL_SAID;
    } else if (options.follow || !isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
        status = pipe_run(&options);
    } else {
        status = app_run(&options);
    }
    options_finish(&options);
    return status;
}
