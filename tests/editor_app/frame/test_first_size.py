"""The window's first size: as designed where there is room, else what the screen has free."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSize

from editor_app.frame.first_size import DEFAULT_SIZE, first_size, smallest_size


@pytest.mark.parametrize("free", [(1920, 1040), (1366, 728), (1280, 770), (1024, 768), (800, 560)])
def test_the_first_window_fits_the_free_area_with_its_frame(free):
    size, least = first_size(QSize(*free)), smallest_size(QSize(*free))
    assert size.width() < free[0] and size.height() + 30 < free[1]
    assert least.width() <= size.width() and least.height() <= size.height()


def test_where_there_is_room_it_is_as_designed(open_window):
    assert first_size(QSize(1920, 1040)) == DEFAULT_SIZE
    assert open_window().main.size() == DEFAULT_SIZE
