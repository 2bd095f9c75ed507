"""Keys pressed as on a keyboard, in the window of a process: by X11's own test extension."""
import ctypes
import ctypes.util
import os
import time

MODIFIERS = {'ctrl': 'Control_L', 'shift': 'Shift_L', 'alt': 'Alt_L'}
VIEWABLE, REVERT_TO_PARENT, CARDINAL = 2, 2, 6


class Attributes(ctypes.Structure):
    """XWindowAttributes, of Xlib.h."""
    _fields_ = [('x', ctypes.c_int), ('y', ctypes.c_int), ('width', ctypes.c_int),
                ('height', ctypes.c_int), ('border_width', ctypes.c_int), ('depth', ctypes.c_int),
                ('visual', ctypes.c_void_p), ('root', ctypes.c_ulong), ('c_class', ctypes.c_int),
                ('bit_gravity', ctypes.c_int), ('win_gravity', ctypes.c_int),
                ('backing_store', ctypes.c_int), ('backing_planes', ctypes.c_ulong),
                ('backing_pixel', ctypes.c_ulong), ('save_under', ctypes.c_int),
                ('colormap', ctypes.c_ulong), ('map_installed', ctypes.c_int),
                ('map_state', ctypes.c_int), ('masks', ctypes.c_long * 3),
                ('override_redirect', ctypes.c_int), ('screen', ctypes.c_void_p)]


_x = ctypes.CDLL(ctypes.util.find_library('X11') or 'libX11.so.6')
_test = ctypes.CDLL(ctypes.util.find_library('Xtst') or 'libXtst.so.6')
for _name in ('XOpenDisplay',):
    getattr(_x, _name).restype = ctypes.c_void_p
for _name in ('XDefaultRootWindow', 'XStringToKeysym', 'XInternAtom'):
    getattr(_x, _name).restype = ctypes.c_ulong
_HANDLER = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)
_ignore = _HANDLER(lambda display, error: 0)  # windows go away while they are looked at
_x.XSetErrorHandler(_ignore)


class Keys:
    def __init__(self, pid):
        self.pid = pid
        self.display = ctypes.c_void_p(_x.XOpenDisplay(os.environ['DISPLAY'].encode()))
        self.root = ctypes.c_ulong(_x.XDefaultRootWindow(self.display))
        self.pid_atom = ctypes.c_ulong(_x.XInternAtom(self.display, b'_NET_WM_PID', 0))

    def _children(self):
        root, parent, count = ctypes.c_ulong(), ctypes.c_ulong(), ctypes.c_uint()
        list_ = ctypes.POINTER(ctypes.c_ulong)()
        _x.XQueryTree(self.display, self.root, ctypes.byref(root), ctypes.byref(parent),
                      ctypes.byref(list_), ctypes.byref(count))
        found = [list_[at] for at in range(count.value)]
        if count.value:
            _x.XFree(list_)
        return found

    def _pid_of(self, window):
        kind, form = ctypes.c_ulong(), ctypes.c_int()
        count, rest = ctypes.c_ulong(), ctypes.c_ulong()
        data = ctypes.POINTER(ctypes.c_ulong)()
        _x.XGetWindowProperty(self.display, ctypes.c_ulong(window), self.pid_atom,
                              ctypes.c_long(0), ctypes.c_long(1), 0, ctypes.c_ulong(CARDINAL),
                              ctypes.byref(kind), ctypes.byref(form), ctypes.byref(count),
                              ctypes.byref(rest), ctypes.byref(data))
        if not count.value:
            return None
        pid = data[0]
        _x.XFree(data)
        return pid

    def windows(self):
        """Those of the process that can be seen, the topmost last; no menus, no tooltips."""
        found = []
        for window in self._children():
            attributes = Attributes()
            if _x.XGetWindowAttributes(self.display, ctypes.c_ulong(window),
                                       ctypes.byref(attributes)) \
                    and attributes.map_state == VIEWABLE and not attributes.override_redirect \
                    and self._pid_of(window) == self.pid:
                found.append((window, attributes))
        return found

    def focus(self):
        """There is no window manager to do it."""
        windows = self.windows()
        if windows:
            _x.XSetInputFocus(self.display, ctypes.c_ulong(windows[-1][0]), REVERT_TO_PARENT,
                              ctypes.c_ulong(0))
            _x.XSync(self.display, 0)

    def unfocus(self):
        _x.XSetInputFocus(self.display, self.root, REVERT_TO_PARENT, ctypes.c_ulong(0))
        _x.XSync(self.display, 0)

    def resize(self, width, height):
        window = ctypes.c_ulong(self.windows()[0][0])
        _x.XResizeWindow(self.display, window, width, height)
        _x.XSync(self.display, 0)

    def move_pointer(self, x, y):
        _test.XTestFakeMotionEvent(self.display, -1, x, y, ctypes.c_ulong(0))
        _x.XSync(self.display, 0)

    def click(self, x, y):
        """Within the topmost window."""
        _, attributes = self.windows()[-1]
        self.move_pointer(attributes.x + x, attributes.y + y)
        for down in (1, 0):
            _test.XTestFakeButtonEvent(self.display, 1, down, ctypes.c_ulong(0))
            _x.XSync(self.display, 0)
            time.sleep(0.02)

    def close(self):
        if self.display:
            _x.XCloseDisplay(self.display)
        self.display = None

    def _key(self, name, down):
        code = _x.XKeysymToKeycode(self.display,
                                   ctypes.c_ulong(_x.XStringToKeysym(name.encode())))
        _test.XTestFakeKeyEvent(self.display, code & 255, int(down), ctypes.c_ulong(0))
        _x.XSync(self.display, 0)
        time.sleep(0.01)

    def press(self, keys):
        """'ctrl+shift+w', 'Page_Up'"""
        self.focus()
        names = [MODIFIERS.get(name, name) for name in keys.split('+')]
        for name in names:
            self._key(name, True)
        for name in reversed(names):
            self._key(name, False)
