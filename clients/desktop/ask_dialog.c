#include "clients/desktop/ask_dialog.h"

#include "clients/common/i18n.h"
#include "clients/desktop/widgets.h"

#include <adwaita.h>

struct asking {
    void (*answer)(void *user, const char *line);
    void *user;
    GDestroyNotify freed;
    GtkWidget *dialog, *entry;
    bool may_be_empty;
};

static void on_changed(GtkEditable *editable, gpointer user)
{
    struct asking *a = user;
    bool empty = *gtk_editable_get_text(editable) == '\0';
    adw_message_dialog_set_response_enabled(ADW_MESSAGE_DIALOG(a->dialog), "accept",
                                            a->may_be_empty || !empty);
}

static void on_response(AdwMessageDialog *dialog, const char *response, gpointer user)
{
    struct asking *a = user;
    char *line = g_strstrip(g_strdup(gtk_editable_get_text(GTK_EDITABLE(a->entry))));
    if (strcmp(response, "accept") == 0)
        a->answer(a->user, line);
    g_free(line);
}

static void free_asking(gpointer user)
{
    struct asking *a = user;
    if (a->freed)
        a->freed(a->user);
    g_free(a);
}

void ask_dialog_show(GtkWindow *parent, const struct ask *ask,
                     void (*answer)(void *user, const char *line), void *user, GDestroyNotify freed)
{
    struct asking *a = g_new0(struct asking, 1);
    *a = (struct asking){.answer = answer,
                         .user = user,
                         .freed = freed,
                         .may_be_empty = ask->may_be_empty,
                         .dialog = adw_message_dialog_new(parent, ask->title, ask->body),
                         .entry = gtk_entry_new()};
    AdwMessageDialog *dialog = ADW_MESSAGE_DIALOG(a->dialog);
    widget_set_name(a->entry, ask->field);
    gtk_editable_set_text(GTK_EDITABLE(a->entry), ask->value);
    gtk_entry_set_activates_default(GTK_ENTRY(a->entry), TRUE);
    adw_message_dialog_set_extra_child(dialog, a->entry);
    adw_message_dialog_add_responses(dialog, "cancel", _("Cancel"), "accept", ask->accept, NULL);
    adw_message_dialog_set_response_appearance(dialog, "accept", ADW_RESPONSE_SUGGESTED);
    adw_message_dialog_set_default_response(dialog, "accept");
    adw_message_dialog_set_close_response(dialog, "cancel");
    g_object_set_data_full(G_OBJECT(dialog), "asking", a, free_asking);
    g_signal_connect(a->entry, "changed", G_CALLBACK(on_changed), a);
    g_signal_connect(dialog, "response", G_CALLBACK(on_response), a);
    on_changed(GTK_EDITABLE(a->entry), a);
    gtk_window_present(GTK_WINDOW(dialog));
    gtk_widget_grab_focus(a->entry);
}
