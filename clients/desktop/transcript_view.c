#include "clients/desktop/transcript_view.h"

#include "clients/common/i18n.h"
#include "clients/desktop/when.h"
#include "clients/desktop/widgets.h"

enum { NEAR_END_PIXELS = 24, FLASH_MS = 1600, CLOCK_SECONDS = 20 };

struct transcript_view {
    struct transcript_view_hooks hooks;
    void *user;
    GtkWidget *overlay, *scrolled, *list, *loading, *jump, *jump_text;
    GtkAdjustment *adjustment;
    TranscriptModel *model; /* NULL: none */
    gulong items_changed;
    bool follows;
    guint settle; /* a source that brings the end back into sight; 0: none */
    guint flash_timer, clock;
    gint today; /* what days are called by */
    TranscriptRow *flashed;
    unsigned new_count;
    bool more_after;
};

static guint row_count(const struct transcript_view *v)
{
    return v->model ? g_list_model_get_n_items(G_LIST_MODEL(v->model)) : 0;
}

static bool at_end(const struct transcript_view *v)
{
    GtkAdjustment *a = v->adjustment;
    return gtk_adjustment_get_value(a) + gtk_adjustment_get_page_size(a) >=
           gtk_adjustment_get_upper(a) - NEAR_END_PIXELS;
}

static void show_jump(struct transcript_view *v)
{
    bool visible = v->model && (!v->follows || v->more_after);
    char *text =
        v->new_count > 0
            ? g_strdup_printf(P_("%u new message", "%u new messages", v->new_count), v->new_count)
            : g_strdup(_("Jump to the newest"));
    gtk_label_set_text(GTK_LABEL(v->jump_text), text);
    widget_set_name(v->jump, text);
    widget_set_class(v->jump, "suggested-action", v->new_count > 0);
    gtk_widget_set_visible(v->jump, visible);
    g_free(text);
}

static void set_follows(struct transcript_view *v, bool follows)
{
    if (v->follows == follows)
        return;
    v->follows = follows;
    show_jump(v);
    v->hooks.moved(v->user);
}

static void scroll_to(struct transcript_view *v, guint at)
{
    if (at < row_count(v))
        gtk_widget_activate_action(v->list, "list.scroll-to-item", "u", at);
}

/* After the list has been laid out: rows are as high as their text is long, which it guesses for
 * those that it has not shown yet. */
static gboolean on_settle(gpointer user)
{
    struct transcript_view *v = user;
    v->settle = 0;
    if (!v->follows || row_count(v) == 0)
        return G_SOURCE_REMOVE;
    scroll_to(v, row_count(v) - 1);
    return G_SOURCE_REMOVE;
}

static void settle(struct transcript_view *v)
{
    if (v->settle == 0 && v->follows)
        v->settle = g_idle_add_full(G_PRIORITY_HIGH_IDLE, on_settle, v, NULL);
}

/* Asks for what is not known yet before the user gets there. */
static void page_if_near(struct transcript_view *v)
{
    GtkAdjustment *a = v->adjustment;
    double value = gtk_adjustment_get_value(a), page = gtk_adjustment_get_page_size(a);
    if (!v->model || page <= 0)
        return;
    if (value < page)
        v->hooks.older(v->user);
    if (v->more_after && value + 2 * page > gtk_adjustment_get_upper(a))
        v->hooks.newer(v->user);
}

/* The user has scrolled, or the list has moved itself while it was being laid out. */
static void on_value(GtkAdjustment *adjustment, gpointer user)
{
    struct transcript_view *v = user;
    if (v->settle == 0)
        set_follows(v, at_end(v) && !v->more_after);
    page_if_near(v);
}

/* There is more or less to scroll, or more or less room for it. */
static void on_extent(GtkAdjustment *adjustment, gpointer user)
{
    struct transcript_view *v = user;
    settle(v);
    page_if_near(v);
}

static void on_items_changed(GListModel *list, guint at, guint removed, guint added, gpointer user)
{
    settle(user);
}

static void on_jump(GtkButton *button, gpointer user)
{
    struct transcript_view *v = user;
    v->hooks.newest(v->user);
}

static GtkWidget *loading_new(void)
{
    GtkWidget *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 8), *spinner = gtk_spinner_new();
    gtk_spinner_set_spinning(GTK_SPINNER(spinner), TRUE);
    gtk_box_append(GTK_BOX(box), spinner);
    gtk_box_append(GTK_BOX(box), gtk_label_new(_("Loading…")));
    gtk_widget_add_css_class(box, "loading");
    gtk_widget_set_halign(box, GTK_ALIGN_CENTER);
    gtk_widget_set_valign(box, GTK_ALIGN_START);
    gtk_widget_set_can_target(box, FALSE);
    gtk_widget_set_visible(box, FALSE);
    return box;
}

static void make_jump(struct transcript_view *v)
{
    GtkWidget *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 8);
    v->jump = gtk_button_new();
    v->jump_text = gtk_label_new("");
    gtk_box_append(GTK_BOX(box), gtk_image_new_from_icon_name("go-bottom-symbolic"));
    gtk_box_append(GTK_BOX(box), v->jump_text);
    gtk_button_set_child(GTK_BUTTON(v->jump), box);
    gtk_widget_add_css_class(v->jump, "pill");
    gtk_widget_add_css_class(v->jump, "jump");
    gtk_widget_set_halign(v->jump, GTK_ALIGN_CENTER);
    gtk_widget_set_valign(v->jump, GTK_ALIGN_END);
    g_signal_connect(v->jump, "clicked", G_CALLBACK(on_jump), v);
}

static void make_list(struct transcript_view *v)
{
    v->list = gtk_list_view_new(NULL, transcript_row_factory(&v->hooks.row, v->user));
    gtk_widget_add_css_class(v->list, "transcript");
    widget_set_name(v->list, _("Messages"));
    v->scrolled = scrolled_new(v->list);
    v->adjustment = gtk_scrolled_window_get_vadjustment(GTK_SCROLLED_WINDOW(v->scrolled));
    g_signal_connect(v->adjustment, "value-changed", G_CALLBACK(on_value), v);
    g_signal_connect(v->adjustment, "changed", G_CALLBACK(on_extent), v);
}

static void unflash(struct transcript_view *v)
{
    g_clear_handle_id(&v->flash_timer, g_source_remove);
    if (v->flashed)
        transcript_row_set_flash(v->flashed, FALSE);
    g_clear_object(&v->flashed);
}

static void drop_model(struct transcript_view *v)
{
    unflash(v);
    g_clear_handle_id(&v->settle, g_source_remove);
    if (v->model)
        g_clear_signal_handler(&v->items_changed, v->model);
    g_clear_object(&v->model);
}

void transcript_view_see_day(struct transcript_view *v)
{
    gint today = when_day_of(when_now_ms());
    if (v->today == today)
        return;
    v->today = today;
    if (v->model)
        transcript_model_new_day(v->model);
}

/* A timer until midnight would be late by as long as the machine has slept. */
static gboolean on_clock(gpointer user)
{
    transcript_view_see_day(user);
    return G_SOURCE_CONTINUE;
}

static void free_view(gpointer user)
{
    struct transcript_view *v = user;
    drop_model(v);
    g_source_remove(v->clock);
    g_free(v);
}

struct transcript_view *transcript_view_create(const struct transcript_view_hooks *hooks,
                                               void *user)
{
    struct transcript_view *v = g_new0(struct transcript_view, 1);
    v->hooks = *hooks;
    v->user = user;
    v->follows = true;
    v->today = when_day_of(when_now_ms());
    v->clock = g_timeout_add_seconds(CLOCK_SECONDS, on_clock, v);
    v->overlay = gtk_overlay_new();
    v->loading = loading_new();
    make_list(v);
    make_jump(v);
    gtk_overlay_set_child(GTK_OVERLAY(v->overlay), v->scrolled);
    gtk_overlay_add_overlay(GTK_OVERLAY(v->overlay), v->loading);
    gtk_overlay_add_overlay(GTK_OVERLAY(v->overlay), v->jump);
    gtk_widget_set_vexpand(v->overlay, TRUE);
    g_object_set_data_full(G_OBJECT(v->overlay), "transcript-view", v, free_view);
    show_jump(v);
    return v;
}

GtkWidget *transcript_view_widget(const struct transcript_view *v)
{
    return v->overlay;
}

void transcript_view_show(struct transcript_view *v, TranscriptModel *model)
{
    drop_model(v);
    v->follows = true;
    v->new_count = 0;
    /* The list always has some model: screen readers ask for its length. */
    GListModel *rows = model ? g_object_ref(G_LIST_MODEL(model))
                             : G_LIST_MODEL(g_list_store_new(TYPE_TRANSCRIPT_ROW));
    GtkNoSelection *none = gtk_no_selection_new(rows);
    gtk_list_view_set_model(GTK_LIST_VIEW(v->list), GTK_SELECTION_MODEL(none));
    g_object_unref(none);
    if (model) { /* behind the list's own handler */
        v->model = g_object_ref(model);
        v->items_changed =
            g_signal_connect_after(model, "items-changed", G_CALLBACK(on_items_changed), v);
    }
    show_jump(v);
    settle(v);
}

bool transcript_view_follows(const struct transcript_view *v)
{
    return v->follows;
}

void transcript_view_to_end(struct transcript_view *v)
{
    set_follows(v, true);
    settle(v);
}

void transcript_view_stay(struct transcript_view *v)
{
    g_clear_handle_id(&v->settle, g_source_remove);
    set_follows(v, false);
}

static gboolean on_flashed(gpointer user)
{
    struct transcript_view *v = user;
    v->flash_timer = 0;
    unflash(v);
    return G_SOURCE_REMOVE;
}

void transcript_view_to_row(struct transcript_view *v, guint at)
{
    if (at >= row_count(v))
        return;
    transcript_view_stay(v);
    scroll_to(v, at);
    unflash(v);
    v->flashed = g_list_model_get_item(G_LIST_MODEL(v->model), at);
    transcript_row_set_flash(v->flashed, TRUE);
    v->flash_timer = g_timeout_add(FLASH_MS, on_flashed, v);
}

void transcript_view_page(struct transcript_view *v, int direction)
{
    GtkAdjustment *a = v->adjustment;
    gtk_adjustment_set_value(a, gtk_adjustment_get_value(a) +
                                    direction * gtk_adjustment_get_page_size(a) * 0.9);
}

void transcript_view_set_new(struct transcript_view *v, unsigned count, bool more_after)
{
    v->new_count = count;
    v->more_after = more_after;
    show_jump(v);
}

void transcript_view_set_loading(struct transcript_view *v, bool on)
{
    gtk_widget_set_visible(v->loading, on);
}
