/* What the program is called where desktops look for it: .desktop file, icon, notifications. */
#ifndef TEAHOUSE_DESKTOP_APP_ID_H
#define TEAHOUSE_DESKTOP_APP_ID_H

#define APP_ID       "org.teahouse.Desktop"
#define APP_RESOURCE "/org/teahouse/Desktop"

#endif
