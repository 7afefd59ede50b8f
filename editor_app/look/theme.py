"""Colours, type and light or dark: what every widget draws with."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontInfo, QFontMetricsF, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from editor_app.look.own_font import SMALLEST_PX, own_font
from editor_app.look.palette import DARK, LIGHT, Palette, Size
from editor_app.look.style_sheet import style_sheet

Choice = Literal["system", "dark", "light"]

# Heights in logical pixels at the usual system font; they grow with a larger one.
_BODY_PX = SMALLEST_PX
_RATIO: dict[Size, float] = {"small": 11 / 13, "body": 1.0, "title": 18 / 13}


_current = DARK
# Fonts and widths are asked for at every paint, so they are kept for one font of the app.
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
    """A width or height of what holds text, scaled up with a larger system font, never down."""
    return round(width_or_height_px * size_px("body") / _BODY_PX)


def font(size: Size = "body", weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """The app's font in one of three sizes, its figures equally wide; the caller's to change."""
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
    """Follows the system's light or dark, or the person's choice, and restyles the app.

    Args:
        text_scale: how much larger than the system's font text is.
    """

    changed = Signal()

    def __init__(
        self, app: QApplication, choice: Choice = "system", text_scale: float = 1.0
    ) -> None:
        super().__init__()
        self._app = app
        self._choice: Choice = choice
        # Once only: Qt crashes when the style below a style sheet is replaced under live widgets.
        if not app.styleSheet():
            app.setStyle("Fusion")
        app.setFont(own_font(text_scale))
        app.styleHints().colorSchemeChanged.connect(self._apply)
        self._apply()

    @property
    def choice(self) -> Choice:
        """What the person chose."""
        return self._choice

    def choose(self, choice: Choice) -> None:
        """Use dark or light, or follow the system."""
        self._choice = choice
        self._apply()

    def scale_text(self, text_scale: float) -> None:
        """Show all text larger than the system's font, or as large as that."""
        self._app.setFont(own_font(text_scale))
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
