/* What a service manager is told of the server (sd_notify(3)): datagrams to a Unix socket that the
 * environment names. The socket is opened before the cage is closed, which lets nothing out after
 * that. One thread. */
#ifndef TEAHOUSE_SERVER_NOTIFY_H
#define TEAHOUSE_SERVER_NOTIFY_H

/* `address` is a path, or a name with @ before it in the abstract namespace; NULL: nobody wants to
 * be told, and `*fd` is -1. The descriptor is the caller's to close. 0 or a negative errno: -EINVAL
 * for what is no address. */
int notify_open(const char *address, int *fd);

/* With nobody to tell (fd -1) nothing is done. Waits a second at most for a manager that does not
 * read. 0 or a negative errno. */
int notify_ready(int fd);
int notify_reloading(int fd); /* notify_ready follows, however it ends */

#endif
