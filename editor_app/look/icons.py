"""Our own line icons, tinted with a palette colour and sharp at every scale."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from editor_app.look import theme
from editor_app.look.resource_files import resources_dir

GRID_PX = 16
"""Icons are drawn on a 16 px grid and look best at its multiples."""

# Pixel ratios a QIcon carries, so that one made before a move to a finer screen stays sharp.
_RATIOS = (1.0, 1.5, 2.0, 3.0)


@cache
def _source(name: str) -> str:
    return (resources_dir() / "icons" / f"{name}.svg").read_text(encoding="utf-8")


@cache
def _pixmap(name: str, hex_rgb: str, size_px: int, ratio: float, opacity: float) -> QPixmap:
    renderer = QSvgRenderer(QByteArray(_source(name).replace("currentColor", hex_rgb).encode()))
    pixmap = QPixmap(QSize(size_px, size_px) * ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setOpacity(opacity)
    renderer.render(painter, QRectF(pixmap.rect()))
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


def pixmap(
    name: str, hex_rgb: str, size_px: int = GRID_PX, ratio: float = 1.0, opacity: float = 1.0
) -> QPixmap:
    """The icon `name` as a square pixmap of `size_px` logical pixels at a device pixel ratio."""
    return _pixmap(name, hex_rgb, size_px, ratio, opacity)


def paint(
    painter: QPainter,
    name: str,
    left: float,
    top: float,
    hex_rgb: str,
    size_px: int = GRID_PX,
    opacity: float = 1.0,
) -> None:
    """Paint the icon with its top left corner at (left, top), sharp for the painter's device."""
    device = painter.device()
    ratio = device.devicePixelRatioF() if device is not None else 1.0
    drawn = _pixmap(name, hex_rgb, size_px, ratio, opacity)
    painter.drawPixmap(QRectF(left, top, size_px, size_px), drawn, QRectF(drawn.rect()))


def icon(name: str, hex_rgb: str | None = None, size_px: int = GRID_PX) -> QIcon:
    """The icon for stock widgets, in the text colour of the palette in use."""
    palette = theme.current()
    made = QIcon()
    for ratio in _RATIOS:
        tint = hex_rgb or palette.text
        made.addPixmap(_pixmap(name, tint, size_px, ratio, 1.0), QIcon.Mode.Normal)
        made.addPixmap(_pixmap(name, tint, size_px, ratio, 0.45), QIcon.Mode.Disabled)
    return made


def app_icon() -> QIcon:
    """The app's own icon, in the sizes that task bars ask for."""
    made = QIcon()
    for size_px in (16, 24, 32, 48, 64, 128, 256):
        made.addPixmap(_pixmap("tastecut", "#000000", size_px, 1.0, 1.0))
    return made
