#include "base/alloc.h"
#include "net/net_priv.h"

#include <stdlib.h>

int mailbox_init(struct mailbox *box, uv_loop_t *loop, uv_async_cb on_mail, void *data)
{
    pthread_mutex_init(&box->mutex, NULL);
    box->first = NULL;
    box->last = &box->first;
    box->closed = false;
    box->wake.data = data;
    return uv_async_init(loop, &box->wake, on_mail);
}

/* Nobody will open it. */
static void drop(struct mail *mail)
{
    entry_batch_destroy(mail->entries);
    event_batch_unref_all(mail->events);
    if (mail->call)
        mail->call(NULL, mail->arg);
    free(mail);
}

void mailbox_close(struct mailbox *box)
{
    struct mail *next;
    pthread_mutex_lock(&box->mutex);
    box->closed = true;
    pthread_mutex_unlock(&box->mutex);
    for (struct mail *mail = mailbox_take(box); mail; mail = next) {
        next = mail->next;
        drop(mail);
    }
}

void mailbox_finish(struct mailbox *box)
{
    mailbox_close(box);
    pthread_mutex_destroy(&box->mutex);
}

void mailbox_post(struct mailbox *box, struct mail mail)
{
    struct mail *copy = alloc_bytes(sizeof(*copy));
    *copy = mail;
    copy->next = NULL;
    pthread_mutex_lock(&box->mutex);
    bool closed = box->closed;
    if (!closed) {
        *box->last = copy;
        box->last = &copy->next;
        uv_async_send(&box->wake);
    }
    pthread_mutex_unlock(&box->mutex);
    if (closed)
        drop(copy);
}

struct mail *mailbox_take(struct mailbox *box)
{
    pthread_mutex_lock(&box->mutex);
    struct mail *first = box->first;
    box->first = NULL;
    box->last = &box->first;
    pthread_mutex_unlock(&box->mutex);
    return first;
}
