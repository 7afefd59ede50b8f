"""The one dialog for a fault of ours, with its details to copy."""

from __future__ import annotations

from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from editor_app.look.foreign import sentence
from editor_app.widgets.key_button import KeyButton
from editor_app.widgets.labels import label


class FaultDialog(QDialog):
    """Says what happened and that nothing saved is lost; later faults add their details."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Something went wrong")
        self.resize(640, 360)
        self._text = label("", "heading")
        self._text.setWordWrap(True)
        calm = label(
            "Everything that was saved is safe, and you can go on. "
            "Please report this with the details below.",
            "secondary",
        )
        calm.setWordWrap(True)
        self._details = QPlainTextEdit()
        self._details.setReadOnly(True)
        self._details.setAccessibleName("Details")
        self._details.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        copy = KeyButton("Copy the details")
        copy.clicked.connect(self._copy)
        close = KeyButton("Go on", kind="primary")
        close.clicked.connect(self.accept)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(copy)
        buttons.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(8)
        column.addWidget(self._text)
        column.addWidget(calm)
        column.addWidget(self._details, 1)
        column.addLayout(buttons)

    @property
    def details(self) -> str:
        """What would be copied."""
        return self._details.toPlainText()

    def add(self, text: str, details: str) -> None:
        """Show a fault; one more while the dialog is open joins the first."""
        if self.isVisible():
            self._details.appendPlainText("\n" + details)
            return
        self._text.setText(sentence(text))
        self._details.setPlainText(details)
        self.open()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._details.toPlainText())
