"""Colours, type and light or dark: what every widget draws with.

The colours are checked for contrast in tests/window/test_theme.py: text reaches 4.5:1 on what it
stands on. A and B differ for people who see colour differently, and are always lettered as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontInfo, QFontMetricsF, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from editor_app.style_sheet import style_sheet

Choice = Literal["system", "dark", "light"]
Size = Literal["small", "body", "title"]

# Heights in logical pixels at the usual system font; they grow with a larger one.
_BODY_PX = 13
_RATIO: dict[Size, float] = {"small": 11 / 13, "body": 1.0, "title": 18 / 13}


@dataclass(frozen=True, slots=True)
class Palette:
    """Every colour in use, as "#rrggbb"."""

    window: str
    panel: str
    raised: str
    hover: str
    line: str
    row_line: str
    track: str
    button_edge: str
    key_edge: str
    text: str
    secondary: str
    a: str
    b: str
    letter_on_ab: str
    old: str
    old_text: str
    new: str
    new_text: str
    good: str
    doubtful: str
    failed: str
    band_1: str
    band_2: str
    is_dark: bool


DARK = Palette(
    window="#16181c",
    panel="#1e2126",
    raised="#262a31",
    hover="#2d323a",
    line="#343a43",
    row_line="#22262c",
    track="#343a43",
    button_edge="#343a43",
    key_edge="#4a525e",
    text="#e8eaed",
    secondary="#9aa3af",
    a="#e69f00",
    b="#56b4e9",
    letter_on_ab="#16181c",
    old="#8b939e",
    old_text="#9aa3af",
    new="#009e73",
    new_text="#2fbf93",
    good="#5bb98c",
    doubtful="#e3c54a",
    failed="#f0786e",
    band_1="#2f353e",
    band_2="#262a31",
    is_dark=True,
)

LIGHT = Palette(
    window="#f6f7f9",
    panel="#ffffff",
    raised="#ffffff",
    hover="#eef0f3",
    line="#d9dde3",
    row_line="#e8ebef",
    track="#d9dde3",
    button_edge="#c9ced6",
    key_edge="#c9ced6",
    text="#1b1f24",
    secondary="#5b6570",
    a="#a66200",
    b="#1f78b4",
    letter_on_ab="#ffffff",
    old="#7b8591",
    old_text="#5f6973",
    new="#009e73",
    new_text="#00795a",
    good="#18744a",
    doubtful="#7d6000",
    failed="#c0392b",
    band_1="#dfe3e8",
    band_2="#e9ecf0",
    is_dark=False,
)

_current = DARK
# Fonts made of the system's font, asked for at every paint.
_fonts_of: QFont | None = None
_fonts: dict[tuple[str, QFont.Weight], QFont] = {}
_widths_px: dict[tuple[str, str, QFont.Weight], float] = {}
_MOST_WIDTHS = 2000


def current() -> Palette:
    """The palette in use; ask at each paint, since it may change."""
    return _current


def color(hex_rgb: str, alpha: float = 1.0) -> QColor:
    """A palette colour as QColor, `alpha` in 0..1."""
    made = QColor(hex_rgb)
    made.setAlphaF(alpha)
    return made


def size_px(size: Size) -> int:
    """Height of a type size in logical pixels, following the system's font."""
    system = QFontInfo(QGuiApplication.font()).pixelSize() if QGuiApplication.instance() else 0
    return round(max(_BODY_PX, system) * _RATIO[size])


def grown_px(width_or_height_px: int) -> int:
    """A measure of what holds text, larger where the system's font is; never smaller."""
    return round(width_or_height_px * size_px("body") / _BODY_PX)


def font(size: Size = "body", weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """The system's font in one of three sizes, with figures of equal width; the caller's own."""
    global _fonts_of  # noqa: PLW0603 - made anew when the system's font changes
    system = QGuiApplication.font()
    if system != _fonts_of:
        _fonts.clear()
        _widths_px.clear()
        _fonts_of = system
    made = _fonts.get((size, weight))
    if made is None:
        made = QFont(system)
        made.setPixelSize(size_px(size))
        made.setWeight(weight)
        made.setFeature(QFont.Tag("tnum"), 1)
        _fonts[size, weight] = made
    return QFont(made)


def words_px(words: str, size: Size = "body", weight: QFont.Weight = QFont.Weight.Normal) -> float:
    """Width of words in one of the fonts; kept, since layouts ask for the same ones often."""
    measured = font(size, weight)  # first: another system font forgets the widths
    key = (words, size, weight)
    if key not in _widths_px:
        if len(_widths_px) >= _MOST_WIDTHS:
            _widths_px.clear()
        _widths_px[key] = QFontMetricsF(measured).horizontalAdvance(words)
    return _widths_px[key]


class Theme(QObject):
    """Follows the system's light or dark, or the person's choice, and restyles the app."""

    changed = Signal()

    def __init__(self, app: QApplication, choice: Choice = "system") -> None:
        super().__init__()
        self._app = app
        self._choice: Choice = choice
        # Once only: Qt crashes when the style below a style sheet is replaced under live widgets.
        if not app.styleSheet():
            app.setStyle("Fusion")
        figures = app.font()
        figures.setFeature(QFont.Tag("tnum"), 1)
        app.setFont(figures)
        app.styleHints().colorSchemeChanged.connect(self._apply)
        self._apply()

    @property
    def choice(self) -> Choice:
        """What the person chose."""
        return self._choice

    def choose(self, choice: Choice) -> None:
        """Use dark or light from now on, or follow the system."""
        self._choice = choice
        self._apply()

    def _apply(self) -> None:
        global _current  # noqa: PLW0603 - the one palette that paint code reads
        if self._choice == "system":
            is_light = self._app.styleHints().colorScheme() == Qt.ColorScheme.Light
            palette = LIGHT if is_light else DARK
        else:
            palette = LIGHT if self._choice == "light" else DARK
        _current = palette
        self._app.setPalette(_qt_palette(palette))
        self._app.setStyleSheet(style_sheet(palette, size_px))
        self.changed.emit()


def _qt_palette(palette: Palette) -> QPalette:
    role = QPalette.ColorRole
    made = QPalette()
    for roles, value in (
        ((role.Window, role.AlternateBase), palette.window),
        ((role.Base, role.Button, role.ToolTipBase), palette.raised),
        ((role.WindowText, role.Text, role.ButtonText, role.ToolTipText), palette.text),
        ((role.PlaceholderText,), palette.secondary),
        ((role.Highlight,), palette.hover),
        ((role.HighlightedText, role.Accent, role.Link), palette.text),
    ):
        for one in roles:
            made.setColor(one, QColor(value))
    disabled = QColor(palette.text)
    disabled.setAlphaF(0.45)
    for one in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, one, disabled)
    return made
