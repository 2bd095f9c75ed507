#include "clients/desktop/talk.h"

#include "clients/desktop/text.h"

struct talk *talk_create(struct conversation *conversation)
{
    struct talk *talk = g_new0(struct talk, 1);
    talk->conversation = conversation;
    talk->model = transcript_model_new(conversation);
    talk->title = text_line_of(conversation->name);
    conversation->user_data = talk;
    return talk;
}

void talk_destroy(struct talk *talk)
{
    talk->conversation->user_data = NULL;
    transcript_model_detach(talk->model);
    g_object_unref(talk->model);
    g_free(talk->draft);
    g_free(talk->title);
    g_free(talk);
}

void talk_rename(struct talk *talk)
{
    g_free(talk->title);
    talk->title = text_line_of(talk->conversation->name);
}

struct talk *talk_of(const struct conversation *conversation)
{
    return conversation ? conversation->user_data : NULL;
}
