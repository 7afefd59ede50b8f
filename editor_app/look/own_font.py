"""The font that comes with the app, so that widths and look are the same on every system."""

from __future__ import annotations

from functools import cache

from PySide6.QtGui import QFont, QFontDatabase, QFontInfo

from editor_app.look.resource_files import resources_dir

FAMILY = "Inter"
SMALLEST_PX = 13
"""Of body text, also where the system's font is smaller."""


def own_font(scale: float = 1.0) -> QFont:
    """Inter as large as the system's font times `scale`; the system's for scripts that it lacks."""
    system = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    made = QFont(system)
    if _load():
        made.setFamilies([FAMILY, *system.families()])
    made.setPixelSize(round(max(SMALLEST_PX, QFontInfo(system).pixelSize()) * scale))
    made.setFeature(QFont.Tag("tnum"), 1)
    return made


@cache
def _load() -> bool:
    """Whether all weights could be read; takes less than a millisecond."""
    files = sorted((resources_dir() / "fonts").glob("*.ttf"))
    return bool(files) and all(QFontDatabase.addApplicationFont(str(file)) >= 0 for file in files)
