"""What a program shows to screen readers: the tree of at-spi, read in one call of the bus.

(The library for it asks for every name and state by itself; that is too slow to look often.)
"""

import gi

gi.require_version('Gio', '2.0')
from gi.repository import Gio, GLib  # noqa: E402

PREFIX = 'org.a11y.atspi.'
ROOT = '/org/a11y/atspi/accessible/root'


class Role:
    """Of AtspiRole, those that are used here."""
    DIALOG, FRAME, LABEL, LIST, LIST_ITEM, MENU_ITEM = 16, 23, 29, 31, 32, 35
    PUSH_BUTTON, TOGGLE_BUTTON, TEXT, ENTRY = 43, 62, 61, 79
    BUTTONS, ENTRIES = (PUSH_BUTTON, TOGGLE_BUTTON), (TEXT, ENTRY)


class State:
    """Of AtspiStateType, those that are used here."""
    CHECKED, FOCUSED, PRESSED, SENSITIVE, VISIBLE = 4, 12, 20, 24, 30


def connect():
    session = Gio.bus_get_sync(Gio.BusType.SESSION)
    address = session.call_sync('org.a11y.Bus', '/org/a11y/bus', 'org.a11y.Bus', 'GetAddress',
                                None, None, Gio.DBusCallFlags.NONE, -1, None).unpack()[0]
    flags = (Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT
             | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION)
    return Gio.DBusConnection.new_for_address_sync(address, flags, None, None)


class Node:
    def __init__(self, tree, item):
        (_, self.path), _, _, _, _, _, self.name, self.role, _, states = item
        self.tree = tree
        self.states = states[0] | states[1] << 32
        self.children = []
        self.depth = 0

    def has(self, state):
        return bool(self.states >> state & 1)

    def walk(self):
        """The visible ones from here on, itself too."""
        yield self
        for child in self.children:
            if child.has(State.VISIBLE):
                child.depth = self.depth + 1
                yield from child.walk()

    def describe(self):
        return '%s%d %r%s%s' % ('  ' * self.depth, self.role, self.name,
                                '' if self.has(State.SENSITIVE) else ' (off)',
                                ' (focus)' if self.has(State.FOCUSED) else '')

    def call(self, interface, method, arguments=None):
        """None: it is gone, or cannot do that."""
        return self.tree.call(self.path, PREFIX + interface, method, arguments)

    def act(self):
        return bool(self.call('Action', 'DoAction', GLib.Variant('(i)', (0,))))

    def text(self):
        count = self.tree.call(self.path, 'org.freedesktop.DBus.Properties', 'Get',
                               GLib.Variant('(ss)', (PREFIX + 'Text', 'CharacterCount')))
        if count is None:
            return None
        return self.call('Text', 'GetText', GLib.Variant('(ii)', (0, count)))

    def set_text(self, text):
        return self.call('EditableText', 'SetTextContents', GLib.Variant('(s)', (text,)))

    def extents(self):
        """x, y, width, height within the window."""
        return self.call('Component', 'GetExtents', GLib.Variant('(u)', (1,)))


class Tree:
    """Of the program with a process id."""

    def __init__(self, pid):
        self.pid = pid
        self.bus = connect()
        self.name = None

    def call(self, path, interface, method, arguments=None):
        try:
            answer = self.bus.call_sync(self.name, path, interface, method, arguments, None,
                                        Gio.DBusCallFlags.NONE, 20000, None).unpack()
        except GLib.Error:
            return None
        return answer[0] if answer else True

    def _bus_call(self, method, arguments=None):
        return self.bus.call_sync('org.freedesktop.DBus', '/', 'org.freedesktop.DBus', method,
                                  arguments, None, Gio.DBusCallFlags.NONE, -1, None).unpack()[0]

    def _find_name(self):
        for name in self._bus_call('ListNames'):
            try:
                if name.startswith(':') and self._bus_call(
                        'GetConnectionUnixProcessID', GLib.Variant('(s)', (name,))) == self.pid:
                    return name
            except GLib.Error:
                pass
        return None

    def _children_of_all(self, paths):
        """{path: paths of the children}, asked for all at once."""
        found, context = {}, GLib.MainContext.default()

        def on_answer(bus, result, path):
            try:
                found[path] = [child for _, child in bus.call_finish(result).unpack()[0]]
            except GLib.Error:
                found[path] = []
        for path in paths:
            self.bus.call(self.name, path, PREFIX + 'Accessible', 'GetChildren', None, None,
                          Gio.DBusCallFlags.NONE, 20000, None, on_answer, path)
        while len(found) < len(paths):
            context.iteration(True)
        return found

    def read(self):
        """All that is visible, in order; nothing when the program does not answer. Names and
        states come in one call, but GTK leaves out of them what nobody has asked for as some
        parent's child, and does not say what is hidden: so that is asked too."""
        if not self.name:
            self.name = self._find_name()
        for _ in range(60):  # the tree is not so deep
            items = self.name and self.call('/org/a11y/atspi/cache', PREFIX + 'Cache', 'GetItems')
            if not items:  # not registered yet: GTK would complain about a question
                return []
            nodes = {node.path: node for node in (Node(self, item) for item in items)}
            children = self._children_of_all(list(nodes))
            if all(path in nodes for paths in children.values() for path in paths):
                break
        for path, node in nodes.items():
            node.children = [nodes[child] for child in children[path] if child in nodes]
        return list(nodes[ROOT].walk()) if ROOT in nodes else []
