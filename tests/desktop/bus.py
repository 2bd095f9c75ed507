"""What a desktop has on its session bus, as far as the client asks for it: notifications, and
whether the user likes it dark."""
import gi

gi.require_version('Gio', '2.0')
from gi.repository import Gio, GLib  # noqa: E402

NOTIFICATIONS = '''<node><interface name="org.freedesktop.Notifications">
<method name="Notify"><arg type="s" direction="in"/><arg type="u" direction="in"/>
<arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="s" direction="in"/>
<arg type="as" direction="in"/><arg type="a{sv}" direction="in"/><arg type="i" direction="in"/>
<arg type="u" direction="out"/></method>
<method name="CloseNotification"><arg type="u" direction="in"/></method>
<method name="GetCapabilities"><arg type="as" direction="out"/></method>
<method name="GetServerInformation"><arg type="s" direction="out"/><arg type="s" direction="out"/>
<arg type="s" direction="out"/><arg type="s" direction="out"/></method>
<signal name="ActionInvoked"><arg type="u"/><arg type="s"/></signal>
<signal name="NotificationClosed"><arg type="u"/><arg type="u"/></signal>
</interface></node>'''

SETTINGS = '''<node><interface name="org.freedesktop.portal.Settings">
<method name="Read"><arg type="s" direction="in"/><arg type="s" direction="in"/>
<arg type="v" direction="out"/></method>
<method name="ReadAll"><arg type="as" direction="in"/>
<arg type="a{sa{sv}}" direction="out"/></method>
<signal name="SettingChanged"><arg type="s"/><arg type="s"/><arg type="v"/></signal>
<property name="version" type="u" access="read"/>
</interface></node>'''


class Desktop:
    """Answers while `turn` is called, which waits in `desk.until` do."""

    def __init__(self):
        self.bus = Gio.bus_get_sync(Gio.BusType.SESSION)
        self.dark = False
        self.shown = {}   # id: (summary, body)
        self.last = 0
        self._serve('org.freedesktop.Notifications', '/org/freedesktop/Notifications',
                    NOTIFICATIONS, self._on_notifications)
        self._serve('org.freedesktop.portal.Desktop', '/org/freedesktop/portal/desktop',
                    SETTINGS, self._on_settings)

    def _serve(self, name, path, description, method):
        interface = Gio.DBusNodeInfo.new_for_xml(description).interfaces[0]
        self.bus.register_object(path, interface, method, lambda *a: GLib.Variant('u', 1), None)
        self.bus.call_sync('org.freedesktop.DBus', '/', 'org.freedesktop.DBus', 'RequestName',
                           GLib.Variant('(su)', (name, 4)), None, Gio.DBusCallFlags.NONE, -1, None)

    def start(self, dark=False):
        """Of a new test."""
        self.dark = dark
        self.shown.clear()

    def turn(self):
        context = GLib.MainContext.default()
        while context.pending():
            context.iteration(False)

    def _on_notifications(self, bus, sender, path, interface, method, arguments, call):
        if method == 'Notify':
            _, replaces, _, summary, body, _, _, _ = arguments.unpack()
            self.last = replaces or self.last + 1
            self.shown[self.last] = (summary, body)
            call.return_value(GLib.Variant('(u)', (self.last,)))
        elif method == 'CloseNotification':
            self.shown.pop(arguments.unpack()[0], None)
            call.return_value(None)
        elif method == 'GetCapabilities':
            call.return_value(GLib.Variant('(as)', (['actions', 'body'],)))
        else:
            call.return_value(GLib.Variant('(ssss)', ('test', 'test', '1', '1.2')))

    def click(self, number):
        """As if the user had clicked on a notification, which goes away then."""
        del self.shown[number]
        for signal, arguments in (('ActionInvoked', GLib.Variant('(us)', (number, 'default'))),
                                  ('NotificationClosed', GLib.Variant('(uu)', (number, 2)))):
            self.bus.emit_signal(None, '/org/freedesktop/Notifications',
                                 'org.freedesktop.Notifications', signal, arguments)
        self.bus.flush_sync()

    def _scheme(self):
        return GLib.Variant('u', 1 if self.dark else 2)

    def _on_settings(self, bus, sender, path, interface, method, arguments, call):
        if method == 'ReadAll':
            call.return_value(GLib.Variant('(a{sa{sv}})', (
                {'org.freedesktop.appearance': {'color-scheme': self._scheme()}},)))
        elif arguments.unpack() == ('org.freedesktop.appearance', 'color-scheme'):
            call.return_value(GLib.Variant('(v)', (GLib.Variant('v', self._scheme()),)))
        else:
            call.return_dbus_error('org.freedesktop.portal.Error.NotFound', 'not here')

    def set_dark(self, dark):
        self.dark = dark
        self.bus.emit_signal(None, '/org/freedesktop/portal/desktop',
                             'org.freedesktop.portal.Settings', 'SettingChanged',
                             GLib.Variant('(ssv)', ('org.freedesktop.appearance', 'color-scheme',
                                                    self._scheme())))
        self.bus.flush_sync()
