#include "server/help.h"

#include "server/ctl_client.h"
#include "server/doors.h"
#include "server/options.h"
#include "server/settings.h"

enum { TEXT_BYTES = 256, OPTION_COLUMNS = 26, VERB_COLUMNS = 28 };

static void print_options(FILE *out, enum action action)
{
    fputs("\nOptions:\n", out);
    for (size_t i = 0; i < option_count; i++) {
        const struct option_row *row = &option_rows[i];
        struct buf left, right;
        if (!(row->actions & (1U << action)))
            continue;
        buf_init(&left, TEXT_BYTES);
        buf_init(&right, TEXT_BYTES);
        buf_printf(&left, "--%s%s%s", row->name, row->value ? " " : "",
                   row->value ? row->value : "");
        buf_append_str(&right, str_from(row->help));
        if (row->kind == OPTION_SETTING && strcmp(row->setting, "data") != 0) {
            buf_append_str(&right, STR(" ("));
            setting_print_default(setting_find(str_from(row->setting)), &right);
            buf_append_str(&right, STR(")"));
        }
        fprintf(out, "  %-*.*s  %.*s\n", OPTION_COLUMNS, STR_ARG(left), STR_ARG(right));
        buf_finish(&left);
        buf_finish(&right);
    }
}

static void print_all(FILE *out)
{
    fputs("Teahouse, a chat server: telnet, browsers and scripts meet in the same rooms.\n"
          "\n"
          "Usage: teahouse COMMAND [OPTION]...\n"
          "\n"
          "Commands:\n"
          "  serve          run the server\n"
          "  ctl            look after a running server: who, kick, ban, unban, say, stats\n"
          "  export         print the history as JSON lines\n"
          "  import         take what export has printed into a folder without a history\n"
          "  backup         copy the history, also while the server runs\n"
          "  check-config   look for mistakes in a configuration file\n"
          "  chat           chat in this terminal: \"teahouse chat --help\" says how\n"
          "  help           explain a command, or list the settings\n"
          "\n"
          "Options:\n"
          "  --help         show this\n"
          "  --version      show the version\n"
          "\n"
          "\"teahouse help COMMAND\" and \"teahouse help settings\" say more; see also\n"
          "teahouse(8) and teahouse.conf(5).\n",
          out);
}

static void print_serve(FILE *out)
{
    fputs("Usage: teahouse serve [OPTION]...\n"
          "\n"
          "Runs the server until SIGINT or SIGTERM. Without options it opens all its doors\n"
          "to this machine alone and keeps the history in ~/.local/share/teahouse.\n",
          out);
    print_options(out, ACTION_SERVE);
    fputs("\nDoors, and their usual ports:\n", out);
    for (size_t i = 0; i < door_count; i++)
        if (!door_for_operators(&door_rows[i]) && door_rows[i].port != 0)
            fprintf(out, "  %-15s %u\n", door_rows[i].door.name, door_rows[i].port);
    for (size_t i = 0; i < door_count; i++)
        if (!door_for_operators(&door_rows[i]) && door_rows[i].port == 0)
            fprintf(out, "  %-15s only where --listen or the file says so\n",
                    door_rows[i].door.name);
    fputs("\n"
          "--set and --listen may be repeated. An ADDRESS is written in numbers, such as\n"
          "--listen json=127.0.0.1:12231 or --listen json=[::1]:12231; port 0 picks a free\n"
          "one. Options override the file, which without --config is\n"
          "/etc/teahouse/teahouse.conf, if there is one. \"teahouse help settings\" lists\n"
          "what --set can set.\n"
          "\n"
          "Standard output has a line \"listening DOOR ADDRESS:PORT\" for each open door,\n"
          "then \"ready\". The log goes to standard error.\n",
          out);
}

static void print_ctl(FILE *out)
{
    fputs("Usage: teahouse ctl [OPTION]... COMMAND\n"
          "\n"
          "Speaks to the server that runs on the same data folder, as the same user.\n"
          "\n"
          "Commands:\n",
          out);
    for (size_t i = 0; i < ctl_verb_count; i++) {
        struct buf left;
        buf_init(&left, TEXT_BYTES);
        buf_printf(&left, "%s %s", ctl_verbs[i].name, ctl_verbs[i].usage);
        fprintf(out, "  %-*.*s  %s\n", VERB_COLUMNS, STR_ARG(left), ctl_verbs[i].help);
        buf_finish(&left);
    }
    print_options(out, ACTION_CTL);
}

static void print_export(FILE *out)
{
    fputs("Usage: teahouse export [OPTION]...\n"
          "\n"
          "Prints all messages of all rooms, in the order in which they were kept, a line\n"
          "each:\n"
          "\n"
          "  {\"room\":...,\"epoch\":...,\"seq\":...,\"at\":MS,\"from\":...,\"text\":...}\n"
          "\n"
          "The server may be running or not. Private messages are not exported.\n",
          out);
    print_options(out, ACTION_EXPORT);
}

static void print_import(FILE *out)
{
    fputs("Usage: teahouse import [OPTION]... FILE\n"
          "\n"
          "Takes what \"teahouse export\" has printed into a data folder that has no messages;\n"
          "- stands for standard input. Either all of it is kept or, after a mistake, which\n"
          "is told with its line, nothing. No server may run on the folder.\n",
          out);
    print_options(out, ACTION_IMPORT);
}

static void print_backup(FILE *out)
{
    fputs("Usage: teahouse backup [OPTION]... FILE\n"
          "\n"
          "Copies the history, as it is at one moment, to FILE, which must not exist; the\n"
          "server may be running or not. To restore, stop the server and put the copy in\n"
          "the place of history.db. Private messages are not in it.\n",
          out);
    print_options(out, ACTION_BACKUP);
}

static void print_settings(FILE *out)
{
    fputs("Settings, for --set KEY=VALUE and for the configuration file, teahouse.conf(5):\n", out);
    for (size_t i = 0; i < settings_count; i++) {
        const struct setting *setting = &settings_table[i];
        struct buf line;
        buf_init(&line, TEXT_BYTES);
        if (setting->group)
            fprintf(out, "\n%s\n", setting->group);
        setting_print_range(setting, &line);
        buf_append_str(&line, STR("; default "));
        setting_print_default(setting, &line);
        if (setting->restart)
            buf_append_str(&line, STR("\n      needs a restart"));
        fprintf(out, "  %s\n      %s\n      %.*s\n", setting->name, setting->help, STR_ARG(line));
        buf_finish(&line);
    }
}

void help_print(FILE *out, const char *topic)
{
    if (!topic)
        print_all(out);
    else if (strcmp(topic, "settings") == 0)
        print_settings(out);
    else if (strcmp(topic, action_names[ACTION_SERVE]) == 0)
        print_serve(out);
    else if (strcmp(topic, action_names[ACTION_CTL]) == 0)
        print_ctl(out);
    else if (strcmp(topic, action_names[ACTION_EXPORT]) == 0)
        print_export(out);
    else if (strcmp(topic, action_names[ACTION_CHAT]) == 0)
        fputs("Usage: teahouse chat [OPTION]... [NICK@]HOST[:PORT]\n"
              "\n"
              "Hands over to teahouse-chat; \"teahouse chat --help\" and teahouse-chat(1) say\n"
              "more.\n",
              out);
    else if (strcmp(topic, action_names[ACTION_IMPORT]) == 0)
        print_import(out);
    else if (strcmp(topic, action_names[ACTION_BACKUP]) == 0)
        print_backup(out);
    else if (strcmp(topic, action_names[ACTION_CHECK_CONFIG]) == 0)
        fputs("Usage: teahouse check-config FILE\n"
              "\n"
              "Reads a configuration file as the server would, and prints each mistake with\n"
              "its file and line. The exit status is 0 when there is none.\n",
              out);
    else
        fputs("Usage: teahouse help [COMMAND | settings]\n", out);
}
