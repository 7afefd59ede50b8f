"""What is written at the map's axes: the names of both ends, and times between where they fit."""

from __future__ import annotations

from editor_app.look import theme
from editor_app.places.export.map.axes import Axis
from editor_app.widgets.time_ruler import tick_step_s

Ticks = list[tuple[float, str]]

ROOM = 0.05
"""Of an axis's span, beyond its outermost dots."""
# Nothing is written between the ends within this share of them.
_ENDS_SHARE = 0.16
_AIR_PX = 4


def shown_range(low: float, high: float) -> tuple[float, float]:
    """From where to where an axis reaches whose dots lie from low to high."""
    span = high - low or 1.0
    return low - ROOM * span, high + ROOM * span


def ticks_up(axis: Axis, low: float, high: float) -> Ticks:
    """What is written at the upright axis: the values at its ends, or their names."""
    return [(low, axis.tick(low) or axis.low), (high, axis.tick(high) or axis.high)]


def ticks_across(axis: Axis, low: float, high: float, width_px: float) -> Ticks:
    """What is written at the level axis, of which `width_px` are shown."""
    is_length = axis.id == "length"
    names = [
        words if is_length else f"{words} {axis.tick(at)}".strip()
        for at, words in ((low, axis.low), (high, axis.high))
    ]
    start, end = shown_range(low, high)
    a_px = (end - start) / max(100.0, width_px)
    # Words that would reach over an end are not drawn at all.
    first, last = ((0.5 * theme.words_px(words, "small") + _AIR_PX) * a_px for words in names)
    ends = [(max(low, start + first), names[0]), (min(high, end - last), names[1])]
    if not is_length:
        return ends
    apart = _ENDS_SHARE * (high - low)
    step = tick_step_s(a_px, theme.words_px("0:00", "small"))
    steps = range(int((low + apart) / step) + 1, int((high - apart) / step) + 1)
    return [*ends, *((step * k, axis.tick(step * k)) for k in steps)]
