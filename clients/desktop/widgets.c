#include "clients/desktop/widgets.h"

#include <adwaita.h>

void widget_set_name(GtkWidget *widget, const char *name)
{
    gtk_accessible_update_property(GTK_ACCESSIBLE(widget), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

void widget_set_class(GtkWidget *widget, const char *class, bool on)
{
    if (on)
        gtk_widget_add_css_class(widget, class);
    else
        gtk_widget_remove_css_class(widget, class);
}

GtkWidget *icon_button_new(const char *icon, const char *name)
{
    GtkWidget *button = gtk_button_new_from_icon_name(icon);
    gtk_widget_set_tooltip_text(button, name);
    widget_set_name(button, name);
    return button;
}

GtkWidget *line_label_new(const char *text, const char *class)
{
    GtkWidget *label = gtk_label_new(text);
    gtk_label_set_ellipsize(GTK_LABEL(label), PANGO_ELLIPSIZE_END);
    gtk_label_set_xalign(GTK_LABEL(label), 0);
    if (class)
        gtk_widget_add_css_class(label, class);
    return label;
}

GtkWidget *scrolled_new(GtkWidget *child)
{
    GtkWidget *scrolled = gtk_scrolled_window_new();
    gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(scrolled), GTK_POLICY_NEVER,
                                   GTK_POLICY_AUTOMATIC);
    gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scrolled), child);
    gtk_widget_set_vexpand(scrolled, TRUE);
    return scrolled;
}

GtkWidget *pages_new(void)
{
    return gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
}

void pages_add(GtkWidget *pages, GtkWidget *page)
{
    gtk_widget_set_visible(page, FALSE);
    gtk_widget_set_vexpand(page, TRUE);
    gtk_box_append(GTK_BOX(pages), page);
}

void pages_show(GtkWidget *pages, GtkWidget *page)
{
    for (GtkWidget *at = gtk_widget_get_first_child(pages); at;
         at = gtk_widget_get_next_sibling(at))
        gtk_widget_set_visible(at, at == page);
}

static GtkSizeRequestMode upright_mode(GtkWidget *widget)
{
    return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void upright_measure(GtkWidget *widget, GtkOrientation orientation, int for_size, int *least,
                            int *natural, int *least_baseline, int *natural_baseline)
{
    gtk_widget_measure(gtk_widget_get_first_child(widget), orientation,
                       orientation == GTK_ORIENTATION_HORIZONTAL ? -1 : for_size, least, natural,
                       least_baseline, natural_baseline);
}

static void upright_allocate(GtkWidget *widget, int width, int height, int baseline)
{
    gtk_widget_allocate(gtk_widget_get_first_child(widget), width, height, baseline, NULL);
}

GtkWidget *upright_new(GtkWidget *child)
{
    GtkWidget *widget = adw_bin_new();
    gtk_widget_set_layout_manager(
        widget, gtk_custom_layout_new(upright_mode, upright_measure, upright_allocate));
    adw_bin_set_child(ADW_BIN(widget), child);
    return widget;
}
