/* The inside of chat.h, for the files that make it up. */
#ifndef TEAHOUSE_DESKTOP_CHAT_PRIV_H
#define TEAHOUSE_DESKTOP_CHAT_PRIV_H

#include "clients/desktop/banner.h"
#include "clients/desktop/chat.h"
#include "clients/desktop/composer.h"
#include "clients/desktop/people_view.h"
#include "clients/desktop/search_view.h"
#include "clients/desktop/sidebar.h"
#include "clients/desktop/transcript_view.h"

#include <adwaita.h>

struct chat {
    struct chat_hooks hooks;
    void *user;
    GtkWindow *window;
    gulong window_active;
    struct session *session;
    struct client *client;
    bool finished;
    bool people_hidden; /* for as long as a private conversation is open */

    /* chat_layout.c makes these. */
    GtkWidget *overlay; /* the whole: AdwToastOverlay */
    GtkWidget *leaflet, *side, *main, *flap, *pages, *talk;
    GtkWidget *server_title, *title, *back, *search_button, *users_button, *me, *typing;
    struct sidebar *sidebar;
    struct transcript_view *transcript;
    struct composer *composer;
    struct people_view *people;
    struct search_view *search;
    struct banner *banner;
    GSimpleActionGroup *actions;

    struct talk *open; /* what the user has before them; NULL: nothing */
    GtkWidget *rooms_dialog;
    guint clock; /* counts down in the banner; 0: nothing to count */
    guint people_idle, sweep_idle, sign_out_idle;
    char *ended; /* why the server does not want the user any more; NULL: it does */

    /* The way to a message that is not in the window yet; NULL: to none. */
    struct talk *way;
    struct position way_to; /* [0,0]: to the end */
};

/* chat_layout.c */
void chat_make_widgets(struct chat *c);

/* chat_open.c */
void chat_open(struct chat *c, struct talk *talk); /* NULL: nothing */
/* The user goes to it: also in a narrow window, where one sees either the list or it. */
void chat_go(struct chat *c, struct talk *talk);
void chat_show_head(struct chat *c);
void chat_show_typing(struct chat *c);
void chat_show_people(struct chat *c);
/* Tells the library whether the user sees the end of what is open. */
void chat_look(struct chat *c);

/* chat_line.c */
void chat_show_line(struct chat *c);
void chat_line_pressed(void *user);

/* chat_way.c */
void chat_way_to(struct chat *c, struct position position);
void chat_way_to_end(struct chat *c);
/* What was asked for may be there. */
void chat_way_on(struct chat *c, struct talk *talk);

/* chat_actions.c */
void chat_make_actions(struct chat *c);
void chat_show_actions(struct chat *c);

/* chat_commands.c */
/* The user has entered a line. True: it was taken. */
bool chat_enter(struct chat *c, struct str line);
bool chat_say(struct chat *c, struct str text);
/* Why something could not be done, from a negative errno; 0: nothing to say. */
void chat_explain(struct chat *c, int rc);
/* The same of a topic, which may be too long. */
void chat_explain_topic(struct chat *c, int rc, struct str topic);
/* What a command has asked the server for, in the transcript. */
void chat_note_answer(struct chat *c, const struct client_event *event);

/* chat_events.c; not markup. */
void chat_toast(struct chat *c, const char *text);

#endif
