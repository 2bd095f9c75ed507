/* The program: reads the command line and hands over to whoever does the work.
 *
 * Exit status: 0 done, 1 it could not be done, 2 the command line makes no sense. */
#include "server/chat.h"
#include "server/complaint.h"
#include "server/config.h"
#include "server/ctl_client.h"
#include "server/help.h"
#include "server/import.h"
#include "server/options.h"
#include "server/serve.h"
#include "server/version.h"
#include "store/sqlite.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { EXIT_USAGE = 2, ERROR_BYTES = 512 };

static const char default_file[] = "/etc/teahouse/teahouse.conf";

static int print_errors(struct buf *errors, int status)
{
    if (errors->len > 0)
        fwrite(errors->ptr, 1, errors->len, stderr);
    return status;
}

/* Success, unless what was printed did not get through (a full disk, a closed pipe). */
static int finish_output(void)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return EXIT_SUCCESS;
    fprintf(stderr, "teahouse: the output could not be written: %s\n", strerror(errno));
    return EXIT_FAILURE;
}

static int load_file(const struct options *options, struct config *config, struct buf *errors)
{
    if (options->config_file)
        return config_load(config, options->config_file, errors);
    return access(default_file, F_OK) == 0 ? config_load(config, default_file, errors) : 0;
}

/* What --config and the options say now: they stay, the file may have changed. */
static int load_again(void *arg, struct config *config, struct buf *errors)
{
    const struct options *options = arg;
    config_init(config);
    int rc = load_file(options, config, errors);
    if (rc == 0)
        rc = options_apply(options, config, errors);
    return rc == 0 ? config_complete(config, errors) : rc;
}

static int run_serve(const struct options *options, struct buf *errors)
{
    struct config config;
    int status;
    config_init(&config);
    int file = load_file(options, &config, errors);
    int line = options_apply(options, &config, errors);
    if (line < 0)
        status = print_errors(errors, EXIT_USAGE);
    else if (file < 0 || config_complete(&config, errors) < 0)
        status = print_errors(errors, EXIT_FAILURE);
    else
        status =
            serve_run(&config, &(struct serve_source){load_again, (void *)(uintptr_t)options,
                                                      options->config_file ? options->config_file
                                                                           : default_file});
    config_finish(&config);
    return status;
}

/* The data folder of ctl, export, import and backup, to be freed; NULL with complaints. With --data
 * no file is looked at: a mistake in it is nobody's business then. */
static char *find_data(const struct options *options, struct buf *errors)
{
    struct config config;
    char *data = NULL;
    config_init(&config);
    bool good = options->data ? options_apply(options, &config, errors) == 0
                              : load_file(options, &config, errors) == 0;
    if (good) {
        data = config.data ? config.data : config_default_data();
        config.data = NULL;
        if (!data)
            complaint_add(errors, "teahouse", "no home folder is known; say --data DIR");
    }
    config_finish(&config);
    return data;
}

static int run_ctl(const struct options *options, struct buf *errors)
{
    struct buf line;
    int status = EXIT_USAGE;
    buf_init(&line, CTL_LINE_BYTES);
    if (ctl_compose(options->argument_count, options->arguments, &line, errors) == 0) {
        char *data = find_data(options, errors);
        bool good = data && ctl_ask(data, buf_str(&line), stdout, errors) == 0;
        status = finish_output();
        if (!good)
            status = EXIT_FAILURE;
        free(data);
    }
    buf_finish(&line);
    return print_errors(errors, status);
}

static int run_export(const struct options *options, struct buf *errors)
{
    char error[ERROR_BYTES] = "";
    char *data = find_data(options, errors);
    if (!data)
        return print_errors(errors, EXIT_FAILURE);
    int rc = store_sqlite_export(data, stdout, error, sizeof(error));
    free(data);
    int status = finish_output();
    if (rc == 0)
        return status;
    fprintf(stderr, "teahouse: %s\n", error);
    return EXIT_FAILURE;
}

static int run_import(const struct options *options, struct buf *errors)
{
    const char *path = options->arguments[0];
    bool standard = strcmp(path, "-") == 0;
    uint64_t count = 0;
    char *data = find_data(options, errors);
    if (!data)
        return print_errors(errors, EXIT_FAILURE);
    FILE *in = standard ? stdin : fopen(path, "re");
    int rc =
        in ? import_lines(data, in, standard ? "standard input" : path, &count, errors) : -errno;
    if (!in)
        complaint_add(errors, path, "cannot be read: %s", strerror(-rc));
    if (in && !standard)
        fclose(in);
    free(data);
    if (rc < 0)
        return print_errors(errors, EXIT_FAILURE);
    printf("%" PRIu64 " messages imported\n", count);
    return finish_output();
}

static int run_backup(const struct options *options, struct buf *errors)
{
    char error[ERROR_BYTES] = "";
    char *data = find_data(options, errors);
    if (!data)
        return print_errors(errors, EXIT_FAILURE);
    int rc = store_sqlite_backup(data, options->arguments[0], error, sizeof(error));
    free(data);
    if (rc == 0)
        return EXIT_SUCCESS;
    fprintf(stderr, "teahouse: %s\n", error);
    return EXIT_FAILURE;
}

static int run_check(const char *path, struct buf *errors)
{
    struct config config;
    config_init(&config);
    bool good = config_load(&config, path, errors) == 0 && config_complete(&config, errors) == 0;
    config_finish(&config);
    if (!good)
        return print_errors(errors, EXIT_FAILURE);
    printf("%s: no mistakes\n", path);
    return finish_output();
}

static int run(const struct options *options, struct buf *errors)
{
    switch (options->action) {
    case ACTION_SERVE: return run_serve(options, errors);
    case ACTION_CTL: return run_ctl(options, errors);
    case ACTION_EXPORT: return run_export(options, errors);
    case ACTION_IMPORT: return run_import(options, errors);
    case ACTION_BACKUP: return run_backup(options, errors);
    case ACTION_CHECK_CONFIG: return run_check(options->arguments[0], errors);
    case ACTION_CHAT:
        chat_exec(options->arguments - 1, errors);
        return print_errors(errors, EXIT_FAILURE);
    case ACTION_HELP: help_print(stdout, options->topic); return finish_output();
    case ACTION_VERSION: puts("teahouse " TEAHOUSE_VERSION); return finish_output();
    case ACTIONS: break;
    }
    return EXIT_USAGE;
}

int main(int argc, char **argv)
{
    struct options options;
    struct buf errors;
    int status;

    /* A reader that has gone is an error of a write, not a reason to die. */
    signal(SIGPIPE, SIG_IGN);
    buf_init(&errors, COMPLAINT_BYTES);
    if (options_parse(argc, argv, &options, &errors) < 0) {
        status = print_errors(&errors, EXIT_USAGE);
        fputs("Try \"teahouse --help\".\n", stderr);
    } else {
        status = run(&options, &errors);
    }
    options_finish(&options);
    buf_finish(&errors);
    return status;
}
