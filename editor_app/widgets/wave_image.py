"""A waveform as an image: the body from smallest to largest sample, its core of mean power."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage

# A song at its loudest leaves a little air above and below.
FILL = 0.94

# What a pixel shows of the waveform: nothing, its body, or its core.
_N_LAYERS = 3


@dataclass(frozen=True, slots=True)
class Lines:
    """Upright lines behind the waveform: the columns that they fill, and their colour."""

    columns: NDArray[np.int64]
    color: QColor


def wave_image(
    columns: NDArray[np.float32],
    height_px: int,
    peak: float,
    body: QColor,
    core: QColor,
    inset_px: int = 0,
    lines: Sequence[Lines] = (),
) -> QImage:
    """Draw a waveform, one pixel a column (measured: 6 ms for four lanes against 91 by plotting).

    Lines come with it, since painting them one by one takes as long as all else together.

    Args:
        columns: smallest, largest and root mean square of each, float32 (n_columns, 3).
        height_px: of the image, in its own pixels.
        peak: sample value that fills the height.
        body: between the extremes, with its strength as alpha.
        core: between plus and minus the root mean square.
        inset_px: what the waveform leaves free above and below.
        lines: what stands behind the waveform; a column belongs to one of them at most.

    Returns:
        An image of n_columns x height_px, transparent where there is nothing.
    """
    n_columns = len(columns)
    middle = (height_px - 1) / 2
    scale = max(0.0, middle - inset_px) * FILL / max(peak, 1e-6)
    low, high, rms = (columns[:, index] * scale for index in range(3))
    rows = np.arange(height_px, dtype=np.int16)[:, None]

    def between(lowest: NDArray[np.float32], highest: NDArray[np.float32]) -> NDArray[np.uint8]:
        first = np.rint(middle - highest).astype(np.int16)
        last = np.maximum(first, np.rint(middle - lowest).astype(np.int16))
        inside: NDArray[np.bool_] = (rows >= first) & (rows <= last)
        return inside.view(np.uint8)

    # The core lies within the body: 0 outside, 1 in the body, 2 in the core.
    pixels = between(low, high)
    pixels += between(np.maximum(-rms, low), np.minimum(rms, high))
    nothing = QColor(0, 0, 0, 0)
    colors = [nothing, body, _over(core, body)]
    for kind, line in enumerate(lines, start=1):
        seen = line.columns[(line.columns >= 0) & (line.columns < n_columns)]
        pixels[:, np.unique(seen)] += np.uint8(kind * _N_LAYERS)
        colors += [_over(color, line.color) for color in colors[:_N_LAYERS]]
    image = QImage(pixels.data, n_columns, height_px, n_columns, QImage.Format.Format_Indexed8)
    image.setColorTable([color.rgba() for color in colors])
    # Converted, and so copied: the array's memory goes with this call.
    return image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)


def _over(top: QColor, below: QColor) -> QColor:
    """One colour painted over another."""
    upper, lower = top.alphaF(), below.alphaF() * (1 - top.alphaF())
    alpha = upper + lower
    if alpha == 0:
        return QColor(0, 0, 0, 0)
    red, green, blue = (
        (one * upper + other * lower) / alpha
        for one, other in (
            (top.redF(), below.redF()),
            (top.greenF(), below.greenF()),
            (top.blueF(), below.blueF()),
        )
    )
    return QColor.fromRgbF(red, green, blue, alpha)
