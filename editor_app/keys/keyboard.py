"""The keyboard in front of the person: what its keys print, and what a press means for commands.

On X11 the layout is asked for. Elsewhere no system tells it to Qt, so it is learned from the keys
that are pressed, and remembered: until a key was seen it is taken for a US keyboard's.
"""

from __future__ import annotations

from PySide6.QtCore import QKeyCombination, QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence

from editor_app.keys.key_places import KEYPAD, key_at
from editor_app.keys.layout import Layout
from editor_app.keys.xkb import layout_of_screen
from editor_app.settings import Settings

_MODIFIERS = Qt.KeyboardModifier
_SHIFT = _MODIFIERS.ShiftModifier
_ALT_GR = _MODIFIERS.ControlModifier | _MODIFIERS.AltModifier
_LARGEST_SIGN = 0xFFFF  # of Unicode's; Qt's keys without a sign begin at 0x1000000
_UNKNOWN = " "


class Keyboard(QObject):
    """Knows the layout, and tells when it is another one.

    Args:
        platform: Qt's name of it, in place of the running one's.
    """

    changed = Signal()

    def __init__(self, settings: Settings, platform: str = "") -> None:
        super().__init__()
        self._settings = settings
        self._platform = platform or QGuiApplication.platformName()
        self._is_asked = self._platform == "xcb"
        self.layout = Layout() if self._is_asked else Layout(_learned(settings.printed_keys))

    def look(self) -> None:
        """Ask the system for the layout, where it tells it."""
        found = layout_of_screen() if self._is_asked else None
        if found is not None:
            self._set(found)
        elif self._is_asked:
            self._is_asked = False

    def saw(self, event: QKeyEvent) -> None:
        """Follow what a press shows of the layout; must be called before its meaning is asked."""
        key, sign = self._key(event), _sign(event)
        if not key or key.startswith(KEYPAD) or not sign or _is_third_level(event):
            return
        is_shifted = bool(event.modifiers() & _SHIFT)
        if self.layout.types(key)[is_shifted] == sign:
            return
        if self._is_asked:
            self.look()
            return
        if event.modifiers() & ~_SHIFT:
            return  # macOS gives Latin letters with Command, whatever the layout
        known = dict(self.layout.printed)
        of_key = known.get(key, ("", ""))
        if of_key[is_shifted]:
            known, of_key = {}, ("", "")  # another layout: nothing that was learned holds
        known[key] = (of_key[0], sign) if is_shifted else (sign, of_key[1])
        self._set(Layout(known))
        self._settings.printed_keys = [
            key + (pair[0] or _UNKNOWN) + (pair[1] or _UNKNOWN) for key, pair in known.items()
        ]

    def meanings(self, event: QKeyEvent) -> list[QKeyCombination]:
        """What a press may mean, in keys as the table has them; the first that is a command counts.

        Empty where the press is not of a key that types a sign: Qt's own way is right for it.
        """
        key, modifiers = self._key(event), event.modifiers() & ~_MODIFIERS.KeypadModifier
        if not key or _is_third_level(event):
            return []
        is_shifted = bool(modifiers & _SHIFT)
        if key.startswith(KEYPAD):
            # With Shift the number pad's keys move, unless its lock is off: then without.
            is_digit = event.text().isdigit() or is_shifted
            return [_combined(key.removeprefix(KEYPAD), modifiers)] if is_digit else []
        return [
            _combined(sign, modifiers if shift else modifiers & ~_SHIFT)
            for sign, shift in self.layout.meanings(key, is_shifted)
        ]

    def cap(self, sequence: QKeySequence) -> str:
        """A key as this keyboard prints it, for people: "Ctrl+&" for Ctrl+1 on a French one."""
        native = QKeySequence.SequenceFormat.NativeText
        if sequence.count() != 1:
            return sequence.toString(native)
        combination: QKeyCombination = sequence[0]  # type: ignore[index]  # it has no such stub
        code = combination.key().value
        if not 0x20 < code <= _LARGEST_SIGN or not chr(code).isascii():
            return sequence.toString(native)
        modifiers = combination.keyboardModifiers()
        place = self.layout.place(chr(code))
        cap = self.layout.cap(place)
        if place.is_shifted and cap != self.layout.types(place.key)[1]:
            modifiers |= _SHIFT
        # The modifiers in the system's own words and order, before a letter that is then replaced.
        words = QKeySequence(QKeyCombination(modifiers, Qt.Key.Key_A)).toString(native)
        return words.removesuffix("A") + cap

    def _key(self, event: QKeyEvent) -> str:
        return key_at(self._platform, event.nativeScanCode(), event.nativeVirtualKey())

    def _set(self, layout: Layout) -> None:
        if layout != self.layout:
            self.layout = layout
            self.changed.emit()


def _combined(sign: str, modifiers: Qt.KeyboardModifier) -> QKeyCombination:
    return QKeyCombination(modifiers, Qt.Key(ord(sign)))


def _is_third_level(event: QKeyEvent) -> bool:
    """Whether AltGr makes another sign of the key: it is typed then, and no command."""
    modifiers = event.modifiers()
    return bool(modifiers & _MODIFIERS.GroupSwitchModifier) or modifiers & _ALT_GR == _ALT_GR


def _sign(event: QKeyEvent) -> str:
    """What a key types; empty where that can't be told, as with Caps Lock or Ctrl."""
    text = event.text()
    if len(text) != 1 or not text.isprintable() or text.isspace():
        return ""
    is_shifted = bool(event.modifiers() & _SHIFT)
    has_case = text.lower() != text.upper()
    return "" if has_case and text.isupper() != is_shifted else text


def _learned(kept: list[str]) -> dict[str, tuple[str, str]]:
    """What was learned before; what is damaged is left out."""
    made = {}
    for entry in kept:
        if len(entry) == 3:
            plain, shifted = (char.strip() for char in entry[1:])
            made[entry[0]] = (plain, shifted)
    try:
        return dict(Layout(made).printed)
    except ValueError:
        return {}
