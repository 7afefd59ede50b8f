"""Asks before something is done, beside the window; nothing waits for it."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QDialog, QVBoxLayout, QWidget

from editor_app.look.foreign import menu_text, sentence
from editor_app.widgets.do_or_cancel import do_or_cancel
from editor_app.widgets.key_button import KeyButton
from editor_app.widgets.labels import label

_WIDTH_PX = 440


class QuestionDialog(QDialog):
    """A heading, what there is to know, and two buttons; `accepted` follows the first.

    Args:
        do_words: on the button that does it.
        choice: beside a box to tick; empty for none.
    """

    def __init__(
        self, parent: QWidget, title: str, heading: str, text: str, do_words: str, choice: str = ""
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setFixedWidth(_WIDTH_PX)
        self.text = label(sentence(text), "secondary")
        self.text.setWordWrap(True)
        self.choice = QCheckBox(menu_text(sentence(choice)))
        self.choice.setVisible(bool(choice))
        self.do = KeyButton(do_words, kind="primary")
        self.do.setDefault(True)
        self.do.clicked.connect(self.accept)
        buttons = do_or_cancel(self, self.do)
        asked = label(sentence(heading), "heading")
        asked.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(8)
        for widget in (asked, self.text, self.choice):
            column.addWidget(widget)
        column.addSpacing(8)
        column.addLayout(buttons)
        self.finished.connect(self.deleteLater)
