"""The small waveform of a song in a list, drawn once for each size and colour: rows scroll."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap, QPixmapCache, QPolygonF

from editor_app.look import theme
from ml_core.domain.playing import SongOverview

# The body recedes behind its core.
_BODY, _CORE = 0.55, 1.0


def paint(
    painter: QPainter, inner: QRect, overview: SongOverview | None, strength: float = 1.0
) -> None:
    """Paint a waveform into a box; nothing where it is not there yet.

    Args:
        strength: of its colour, 0..1.
    """
    if overview is None or not overview.columns:
        return
    hex_rgb = theme.current().secondary
    device = painter.device()
    ratio = device.devicePixelRatioF() if device is not None else 1.0
    size = inner.size() * ratio
    shape = f"{size.width()} {size.height()} {ratio} {hex_rgb} {strength}"
    key = f"wave {overview.sha256} {shape}"
    drawn = QPixmap()
    if not QPixmapCache.find(key, drawn):
        drawn = QPixmap(size)
        drawn.fill(Qt.GlobalColor.transparent)
        inside = QPainter(drawn)
        paint_columns(inside, QRectF(drawn.rect()), overview.columns, hex_rgb, strength)
        inside.end()
        QPixmapCache.insert(key, drawn)
    painter.drawPixmap(inner, drawn, drawn.rect())


def paint_columns(
    painter: QPainter,
    box: QRectF,
    columns: Sequence[tuple[float, float, float]],
    hex_rgb: str,
    strength: float,
) -> None:
    """Fill a small waveform: min to max as the body, the root mean square as its core."""
    peak = max((max(abs(low), abs(high)) for low, high, _ in columns), default=0.0)
    if peak <= 0.0:
        return
    middle, half = box.center().y(), box.height() / 2
    step = box.width() / len(columns)

    def outline(values: list[tuple[float, float]]) -> QPolygonF:
        above = [QPointF(box.left() + i * step, middle - h) for i, (_, h) in enumerate(values)]
        below = [QPointF(box.left() + i * step, middle - low) for i, (low, _) in enumerate(values)]
        return QPolygonF(above + below[::-1])

    scale = half / peak
    body = [(low * scale, high * scale) for low, high, _ in columns]
    core = [(-rms * scale, rms * scale) for *_, rms in columns]
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(theme.color(hex_rgb, _BODY * strength))
    painter.drawPolygon(outline(body))
    painter.setBrush(theme.color(hex_rgb, _CORE * strength))
    painter.drawPolygon(outline(core))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
