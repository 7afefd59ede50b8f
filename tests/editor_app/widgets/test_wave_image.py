"""What can't be drawn as a waveform paints nothing, and stops nothing."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QColor

from editor_app.widgets.wave_image import wave_image

BODY, CORE = QColor(200, 100, 50, 120), QColor(200, 100, 50)
COLUMNS = np.array([[-0.5, 0.5, 0.2]] * 7, np.float32)


def test_a_waveform_has_a_pixel_a_column_and_ink_in_its_middle() -> None:
    image = wave_image(COLUMNS, 21, 1.0, BODY, CORE)
    assert (image.width(), image.height()) == (7, 21)
    assert image.pixelColor(3, 10).alpha() == 255 and image.pixelColor(3, 0).alpha() == 0


def _with(value: float) -> np.ndarray:
    columns = COLUMNS.copy()
    columns[4, 1] = value
    return columns


@pytest.mark.parametrize(
    ("columns", "height_px", "peak"),
    [
        (COLUMNS[:0], 21, 1.0),
        (COLUMNS, 0, 1.0),
        (COLUMNS, -3, 1.0),
        (_with(np.nan), 21, 1.0),
        (_with(np.inf), 21, 1.0),
        (COLUMNS, 21, np.nan),
    ],
)
def test_what_has_no_pixels_or_no_finite_values_is_a_null_image(columns, height_px, peak) -> None:
    assert wave_image(columns, height_px, peak, BODY, CORE).isNull()
