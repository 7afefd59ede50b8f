"""What the keys of an X11 keyboard print, asked of libxkbcommon, which Qt's own window reads too.

The library is there wherever Qt shows a window on X11. Its bindings for Python come only as source
that has to be compiled, so the few functions that are needed are called through ctypes.
"""

from __future__ import annotations

import ctypes
import unicodedata
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from typing import Any

from PySide6.QtGui import QGuiApplication, QNativeInterface

from editor_app.keys.key_places import SCAN_CODES
from editor_app.keys.layout import Layout

_XKB_OFFSET = 8
_LEVELS = (0, 1)
_EFFECTIVE_LAYOUT = 1 << 7
# A dead key prints its accent. Its name is "dead_" and a name that Unicode has for most of them.
_DEAD = {
    "grave": "`", "acute": "´", "circumflex": "^", "tilde": "~", "macron": "¯", "breve": "˘",
    "abovedot": "˙", "diaeresis": "¨", "abovering": "°", "doubleacute": "˝", "caron": "ˇ",
    "cedilla": "¸", "ogonek": "˛",
}  # fmt: skip


class _Names(ctypes.Structure):
    """xkb_rule_names of xkbcommon.h; null stands for the system's own."""

    _fields_ = [
        (name, ctypes.c_char_p) for name in ("rules", "model", "layout", "variant", "options")
    ]


def layout_of_screen() -> Layout | None:
    """What the keyboard of the screen prints in the group in use; None where it isn't X11.

    Takes some milliseconds.
    """
    app = QGuiApplication.instance()
    found = app.nativeInterface() if isinstance(app, QGuiApplication) else None
    if not isinstance(found, QNativeInterface.QX11Application):
        return None
    try:
        return _of_device(_library(), _x11_library(), ctypes.c_void_p(found.connection()))
    except OSError:  # no such library: the layout is learned from what is typed
        return None


def layout_of_names(layout: str, variant: str = "", *, group: int = 0) -> Layout:
    """What a keyboard of this name would print, for tests.

    Raises:
        OSError: if there is no libxkbcommon.
        ValueError: if there is no such layout.
    """
    xkb = _library()
    names = _Names(layout=layout.encode(), variant=variant.encode())
    with _context(xkb) as context, _keymap(xkb, xkb.xkb_keymap_new_from_names(
        context, ctypes.byref(names), 0
    )) as keymap:  # fmt: skip
        if not keymap:
            raise ValueError(f"no layout {layout} {variant}")
        return _read(xkb, keymap, group)


def _of_device(xkb: Any, x11: Any, connection: ctypes.c_void_p) -> Layout | None:
    device = x11.xkb_x11_get_core_keyboard_device_id(connection)
    with ExitStack() as stack:
        context = stack.enter_context(_context(xkb))
        made = x11.xkb_x11_keymap_new_from_device(context, connection, device, 0)
        keymap = stack.enter_context(_keymap(xkb, made))
        if not keymap:
            return None
        state = ctypes.c_void_p(x11.xkb_x11_state_new_from_device(keymap, connection, device))
        if not state:
            return _read(xkb, keymap, 0)
        stack.callback(xkb.xkb_state_unref, state)
        return _read(xkb, keymap, xkb.xkb_state_serialize_layout(state, _EFFECTIVE_LAYOUT))


def _read(xkb: Any, keymap: ctypes.c_void_p, active: int) -> Layout:
    """The group in use, else the first that has Latin letters: Qt looks for those there too."""
    n_groups = xkb.xkb_keymap_num_layouts(keymap)
    groups = [active, *(group for group in range(n_groups) if group != active)]
    layouts = [Layout(_printed(xkb, keymap, group)) for group in groups]
    return next((layout for layout in layouts if layout.is_latin), layouts[0])


def _printed(xkb: Any, keymap: ctypes.c_void_p, group: int) -> dict[str, tuple[str, str]]:
    made = {}
    for code, key in SCAN_CODES.items():
        if len(key) == 1:
            plain, shifted = (
                _char(xkb, keymap, code + _XKB_OFFSET, group, level) for level in _LEVELS
            )
            if plain or shifted:
                made[key] = (plain, shifted)
    return made


def _char(xkb: Any, keymap: ctypes.c_void_p, code: int, group: int, level: int) -> str:
    """The one sign of a key; empty where it types none or several."""
    symbols = ctypes.POINTER(ctypes.c_uint32)()
    found = xkb.xkb_keymap_key_get_syms_by_level(keymap, code, group, level, ctypes.byref(symbols))
    if found != 1:
        return ""
    char = chr(xkb.xkb_keysym_to_utf32(symbols[0]))
    if char.isprintable() and not unicodedata.combining(char) and not char.isspace():
        return char
    name = ctypes.create_string_buffer(64)
    xkb.xkb_keysym_get_name(symbols[0], name, len(name))
    return _DEAD.get(name.value.decode("ascii", "replace").removeprefix("dead_"), "")


@contextmanager
def _context(xkb: Any) -> Iterator[ctypes.c_void_p]:
    made = ctypes.c_void_p(xkb.xkb_context_new(0))
    try:
        yield made
    finally:
        xkb.xkb_context_unref(made)


@contextmanager
def _keymap(xkb: Any, address: int | None) -> Iterator[ctypes.c_void_p]:
    made = ctypes.c_void_p(address)
    try:
        yield made
    finally:
        if made:
            xkb.xkb_keymap_unref(made)


@cache
def _library() -> Any:
    made = ctypes.CDLL("libxkbcommon.so.0")
    for name in ("xkb_context_new", "xkb_keymap_new_from_names"):
        getattr(made, name).restype = ctypes.c_void_p
    made.xkb_keysym_to_utf32.restype = ctypes.c_uint32
    return made


@cache
def _x11_library() -> Any:
    made = ctypes.CDLL("libxkbcommon-x11.so.0")
    for name in ("xkb_x11_keymap_new_from_device", "xkb_x11_state_new_from_device"):
        getattr(made, name).restype = ctypes.c_void_p
    return made
