"""The guide: one page on how Tastecut is used, with the keys as they are set."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QTextBrowser, QVBoxLayout, QWidget

from editor_app.look import theme
from editor_app.widgets.key_button import KeyButton

_KEY = re.compile(r"\{(\w+)\}")


def guide_html(text: str, key_of: Callable[[str], str]) -> str:
    """The guide as Qt's rich text.

    Args:
        text: lines that begin with "# " are headings, all others paragraphs; an action's id in
            braces stands for its key, and for nothing if it has none.
        key_of: the key of an action, as people read it.
    """
    palette = theme.current()
    cap = f"background-color: {palette.line}; color: {palette.text};"

    def with_key(found: re.Match[str]) -> str:
        key = key_of(found[1])
        return f'<span style="{cap}">&nbsp;{html.escape(key)}&nbsp;</span>' if key else ""

    parts = []
    for line in filter(None, map(str.strip, text.splitlines())):
        is_heading = line.startswith("# ")
        words = _KEY.sub(with_key, html.escape(line.removeprefix("# "), quote=False))
        words = re.sub(r"\s+([.,;:])", r"\1", words)
        style = "margin: 18px 0 4px 0; font-weight: 600;" if is_heading else "margin: 0 0 8px 0;"
        tag = "h3" if is_heading else "p"
        parts.append(f'<{tag} style="{style} line-height: 140%;">{words}</{tag}>')
    return "".join(parts)


class GuideDialog(QDialog):
    """Stays open beside the window.

    Args:
        file: the guide's text.
        key_of: the key of an action, as people read it.
        all_keys: opens the list of all keys.
    """

    def __init__(
        self,
        file: Path,
        key_of: Callable[[str], str],
        all_keys: Callable[[], None],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Guide")
        self.resize(640, 680)
        self._text, self._key_of = file.read_text(encoding="utf-8"), key_of
        self.page = QTextBrowser()
        self.page.setAccessibleName("Guide")
        self.page.setFrameShape(QTextBrowser.Shape.NoFrame)
        self.page.document().setDocumentMargin(24)
        keys = KeyButton("All keys")
        keys.clicked.connect(all_keys)
        close = KeyButton("Close", kind="primary")
        close.clicked.connect(self.accept)
        buttons = QHBoxLayout()
        buttons.setContentsMargins(24, 0, 24, 0)
        buttons.setSpacing(8)
        buttons.addStretch(1)
        buttons.addWidget(keys)
        buttons.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 16)
        column.setSpacing(12)
        column.addWidget(self.page, 1)
        column.addLayout(buttons)
        self.show_guide()

    def show_guide(self) -> None:
        """Write the page with the present keys and colours."""
        self.page.setHtml(guide_html(self._text, self._key_of))

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Follow light and dark."""
        if event.type() == QEvent.Type.StyleChange:
            self.show_guide()
        super().changeEvent(event)
