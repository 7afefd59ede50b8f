"""Asks for one name, beside the window; nothing waits for it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QDialog, QLineEdit, QVBoxLayout, QWidget

from editor_app.look.foreign import menu_text, sentence
from editor_app.widgets.do_or_cancel import do_or_cancel
from editor_app.widgets.key_button import KeyButton
from editor_app.widgets.labels import label
from ml_core.errors import UserError

_LONGEST_NAME = 60


class NameDialog(QDialog):
    """A field with the question over it. A name that is refused is said under the field.

    Args:
        take: what is done with the name; a UserError keeps the dialog open.
    """

    def __init__(
        self,
        parent: QWidget,
        title: str,
        question: str,
        do_words: str,
        name: str,
        take: Callable[[str], None],
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setMinimumWidth(360)
        self._take = take
        self.field = QLineEdit(name)
        self.field.setMaxLength(_LONGEST_NAME)
        self.field.setAccessibleName(question)
        self.field.selectAll()
        self.field.textChanged.connect(self._on_text)
        asked = label(menu_text(question), "heading")
        asked.setBuddy(self.field)
        self.refusal = label("", "secondary")
        self.refusal.setWordWrap(True)
        self._do = KeyButton(do_words, kind="primary")
        self._do.clicked.connect(self._on_done)
        self.field.returnPressed.connect(self._on_done)
        buttons = do_or_cancel(self, self._do)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(8)
        for widget in (asked, self.field, self.refusal):
            column.addWidget(widget)
        column.addLayout(buttons)
        self._on_text(name)

    def _on_text(self, text: str) -> None:
        self.refusal.setText("")
        self._do.setEnabled(bool(text.strip()))

    def _on_done(self) -> None:
        if not self.field.text().strip():
            return
        try:
            self._take(" ".join(self.field.text().split()))
        except UserError as error:
            self.refusal.setText(sentence(str(error)))
            return
        self.accept()
