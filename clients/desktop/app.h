/* The application: its command line, its windows, what they have in common. On the main thread
 * alone. */
#ifndef TEAHOUSE_DESKTOP_APP_H
#define TEAHOUSE_DESKTOP_APP_H

/* Runs it to its end; the exit status. */
int app_run(int argc, char **argv);

#endif
