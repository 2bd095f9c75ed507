/* Does what a command means that is about the client and its model alone, whatever the screen. */
#ifndef TEAHOUSE_CLIENTS_PERFORM_H
#define TEAHOUSE_CLIENTS_PERFORM_H

#include "clients/common/client.h"
#include "clients/common/command.h"

/* `here`: the conversation on view; NULL: none. 0, or the error of the client's function; -EINVAL:
 * it cannot be done here; -EALREADY: there is a line, or the user is in that room; -EINPROGRESS: it
 * is being connected; -EACCES: another nick is asked for, which has to come first; -ENOSYS: the
 * command, or the command without words, is the screen's own. */
int perform(struct client *c, struct conversation *here, enum command command, struct str text,
            int64_t now_ms);

#endif
