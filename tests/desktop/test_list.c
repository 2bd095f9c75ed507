/* The transcript on a screen, with 100,000 messages in it: only as many rows and widgets live as
 * can be seen or nearly so, wherever the user scrolls to, and what is said now is followed. */
#include "../unit/base/check.h"

#include "clients/desktop/talk.h"
#include "clients/desktop/transcript_view.h"

#include <adwaita.h>
#include <stdlib.h>

enum { MANY = 100000, WIDTH = 500, HEIGHT = 600, ROWS_MOST = 500 };

struct fixture {
    GtkWidget *window;
    struct transcript_view *view;
    GtkAdjustment *adjustment;
    struct conversation *conversation;
    struct talk *talk;
    uint64_t number, seq;
    unsigned older;
};

static void nothing(void *user)
{
}

static void nothing_with(void *user, const struct item *item)
{
}

static void on_older(void *user)
{
    ((struct fixture *)user)->older++;
}

static void tell(void *user, size_t at, size_t removed, size_t added)
{
    transcript_model_items(((struct fixture *)user)->talk->model, at, removed, added);
}

static struct item message(struct fixture *f, uint64_t seq, char *text, size_t size)
{
    /* Of all heights, and now and then somebody else. */
    g_snprintf(text, size, "message %d %.*s", (int)seq, (int)(seq * 37 % 300),
               "a text that is long enough to be wrapped once or twice and even more often than "
               "that, so that the list cannot know how high a row will be before it has made it, "
               "which is what makes lists jump about when they are scrolled by those who are in a "
               "hurry, as most of us are now and then");
    return (struct item){.kind = ITEM_MESSAGE,
                         .nick = seq % 7 < 4 ? STR("ann") : STR("小红"),
                         .text = str_from(text),
                         .at_ms = 1795262400000 + (int64_t)seq * 20000,
                         .position = {1, seq}};
}

static void say(struct fixture *f)
{
    char text[512];
    struct item item = message(f, ++f->seq, text, sizeof(text));
    timeline_add_message(&f->conversation->timeline, &item);
}

/* Until the list has nothing more to lay out. */
static void settle(struct fixture *f)
{
    for (int quiet = 0; quiet < 10;) {
        if (g_main_context_pending(NULL)) {
            g_main_context_iteration(NULL, FALSE);
            continue;
        }
        g_usleep(5000); /* a frame of the clock */
        quiet++;
    }
}

static bool at_end(struct fixture *f)
{
    GtkAdjustment *a = f->adjustment;
    return gtk_adjustment_get_value(a) + gtk_adjustment_get_page_size(a) >
           gtk_adjustment_get_upper(a) - 2;
}

static GtkWidget *find(GtkWidget *widget, GType type)
{
    if (G_TYPE_CHECK_INSTANCE_TYPE(widget, type))
        return widget;
    for (GtkWidget *at = gtk_widget_get_first_child(widget); at;
         at = gtk_widget_get_next_sibling(at)) {
        GtkWidget *found = find(at, type);
        if (found)
            return found;
    }
    return NULL;
}

static void start(struct fixture *f, unsigned count)
{
    static const struct transcript_view_hooks hooks = {
        {nothing_with, nothing_with}, on_older, nothing, nothing, nothing};
    *f = (struct fixture){.seq = 0};
    f->conversation = conversation_create(NULL, false, STR("lobby"), MANY + 1000, &f->number);
    for (unsigned i = 0; i < count; i++)
        say(f);
    f->talk = talk_create(f->conversation);
    f->conversation->timeline.changed = tell;
    f->conversation->timeline.user = f;
    f->view = transcript_view_create(&hooks, f);
    f->window = gtk_window_new();
    gtk_window_set_default_size(GTK_WINDOW(f->window), WIDTH, HEIGHT);
    gtk_window_set_child(GTK_WINDOW(f->window), transcript_view_widget(f->view));
    GtkWidget *scrolled = find(f->window, GTK_TYPE_SCROLLED_WINDOW);
    f->adjustment = gtk_scrolled_window_get_vadjustment(GTK_SCROLLED_WINDOW(scrolled));
    transcript_view_show(f->view, f->talk->model);
    gtk_window_present(GTK_WINDOW(f->window));
    settle(f);
}

static void finish(struct fixture *f)
{
    transcript_view_show(f->view, NULL);
    gtk_window_destroy(GTK_WINDOW(f->window));
    settle(f);
    talk_destroy(f->talk);
    conversation_destroy(f->conversation);
}

static void test_many(void **state)
{
    struct fixture f;
    start(&f, MANY);
    assert_true(at_end(&f));
    assert_true(transcript_model_rows(f.talk->model) < ROWS_MOST);
    double upper = gtk_adjustment_get_upper(f.adjustment);
    for (int step = 6; step >= 0; step--) {
        gtk_adjustment_set_value(f.adjustment, upper * step / 6);
        settle(&f);
        assert_true(transcript_model_rows(f.talk->model) < ROWS_MOST);
    }
    assert_true(f.older > 0); /* the top is near: there may be more */
    assert_false(transcript_view_follows(f.view));
    for (int i = 0; i < 20; i++)
        say(&f);
    settle(&f);
    assert_true(gtk_adjustment_get_value(f.adjustment) < 100); /* stays where the user is */
    transcript_view_to_end(f.view);
    settle(&f);
    assert_true(at_end(&f) && transcript_view_follows(f.view));
    for (int i = 0; i < 5; i++) {
        say(&f);
        settle(&f);
        assert_true(at_end(&f));
    }
    finish(&f);
}

static void test_to_row(void **state)
{
    struct fixture f;
    start(&f, 5000);
    transcript_view_to_row(f.view, 2500);
    TranscriptRow *row = g_list_model_get_item(G_LIST_MODEL(f.talk->model), 2500);
    assert_true(transcript_row_flash(row));
    settle(&f);
    assert_false(transcript_view_follows(f.view));
    g_object_unref(row);
    transcript_view_to_row(f.view, 999999); /* none: nothing happens */
    finish(&f);
}

/* What was said before comes above, and what is on the screen stays there. */
static void test_older_above(void **state)
{
    struct fixture f;
    struct item items[100];
    char texts[100][512];
    f.seq = 0;
    start(&f, 300);
    for (size_t i = 0; i < f.conversation->timeline.count; i++)
        f.conversation->timeline.items[i]->position.epoch = 2;
    gtk_adjustment_set_value(f.adjustment, 0);
    settle(&f);
    for (unsigned i = 0; i < COUNT(items); i++)
        items[i] = message(&f, i + 1, texts[i], sizeof(texts[i]));
    timeline_add_older(&f.conversation->timeline, items, COUNT(items), false);
    settle(&f);
    assert_int_equal(g_list_model_get_n_items(G_LIST_MODEL(f.talk->model)), 400);
    assert_true(gtk_adjustment_get_value(f.adjustment) > 500);
    assert_false(transcript_view_follows(f.view));
    finish(&f);
}

static void test_few(void **state)
{
    struct fixture f;
    start(&f, 0);
    assert_true(transcript_view_follows(f.view));
    for (int i = 0; i < 100; i++) {
        say(&f);
        if (i % 10 == 0)
            settle(&f);
    }
    settle(&f);
    assert_true(at_end(&f) && transcript_view_follows(f.view));
    finish(&f);
}

/* A time zone as POSIX writes it: what to add to come to UTC. */
static void set_zone(int behind_minutes)
{
    char zone[32];
    int minutes = ABS(behind_minutes);
    g_snprintf(zone, sizeof(zone), "XXX%s%d:%02d", behind_minutes < 0 ? "-" : "", minutes / 60,
               minutes % 60);
    g_setenv("TZ", zone, TRUE);
}

static GtkWidget *find_text(GtkWidget *widget, const char *text)
{
    if (GTK_IS_LABEL(widget) && g_str_equal(gtk_label_get_text(GTK_LABEL(widget)), text))
        return widget;
    for (GtkWidget *at = gtk_widget_get_first_child(widget); at;
         at = gtk_widget_get_next_sibling(at)) {
        GtkWidget *found = find_text(at, text);
        if (found)
            return found;
    }
    return NULL;
}

/* At midnight today becomes yesterday. The clock cannot be moved; midnight can: first the place is
 * one where it is ten minutes to midnight, then one where it is ten past. */
static void test_midnight(void **state)
{
    struct fixture f;
    gint64 now_ms = g_get_real_time() / 1000;
    int behind = (int)(now_ms / 60000 % (24 * 60) + 10) % (24 * 60);
    set_zone(behind);
    start(&f, 0);
    timeline_add_message(&f.conversation->timeline, &(struct item){.kind = ITEM_MESSAGE,
                                                                   .nick = STR("ann"),
                                                                   .text = STR("late"),
                                                                   .at_ms = now_ms - 30 * 60000,
                                                                   .position = {1, 1}});
    settle(&f);
    assert_non_null(find_text(f.window, "Today"));
    transcript_view_see_day(f.view);
    assert_non_null(find_text(f.window, "Today"));
    set_zone(behind - 20);
    transcript_view_see_day(f.view);
    assert_non_null(find_text(f.window, "Yesterday"));
    assert_null(find_text(f.window, "Today"));
    finish(&f);
    g_unsetenv("TZ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_few),         cmocka_unit_test(test_midnight),
        cmocka_unit_test(test_older_above), cmocka_unit_test(test_to_row),
        cmocka_unit_test(test_many),
    };
    adw_init();
    return cmocka_run_group_tests_name("desktop/list", tests, NULL, NULL);
}
