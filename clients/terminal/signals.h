/* Signals, as bytes in a pipe that poll can wait for. One for the program. */
#ifndef TEAHOUSE_CLIENTS_SIGNALS_H
#define TEAHOUSE_CLIENTS_SIGNALS_H

/* Catches SIGTERM, SIGHUP and SIGINT, and ignores SIGPIPE. Gives back what to poll; -1: it cannot.
 */
int signals_start(void);
/* The next signal that has come, or 0. */
int signals_next(void);

#endif
