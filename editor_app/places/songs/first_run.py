"""What an empty project shows: how to get songs, what will happen, and what an edit is."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from editor_app.keys.actions import Actions
from editor_app.look import icons, theme
from editor_app.places.songs.edit_picture import EditPicture
from editor_app.widgets.key_button import KeyButton
from editor_app.widgets.labels import label

_COLUMN_PX = 936
_STEPS = (
    (
        "Add songs",
        "Tastecut finds the beats, bars and parts, so that every cut falls on the music.",
        "some seconds a song",
    ),
    (
        "Rate pairs of edits",
        "You hear two edits of one song and say which is better: one key, 48 times.",
        "about 25 min",
    ),
    (
        "Get your edits",
        "It learns what you like, proves it in a blind test, and cuts any song your way.",
        "some minutes",
    ),
)


class _Choice(QFrame):
    """One of the two ways to start; the one that takes files has a dashed edge."""

    def __init__(
        self, icon: str, heading: str, lines: tuple[str, str], button: KeyButton, is_target: bool
    ) -> None:
        super().__init__()
        self._icon, self._is_target = icon, is_target
        self.setMinimumHeight(152)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        column = QVBoxLayout(self)
        column.setContentsMargins(52, 20, 24, 20)
        column.setSpacing(4)
        column.addWidget(label(heading, "heading"))
        column.addSpacing(6)
        for line in lines:
            column.addWidget(label(line, "secondary"))
        column.addStretch(1)
        column.addSpacing(12)
        column.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the panel, its edge and its icon."""
        palette = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(theme.color(palette.secondary if self._is_target else palette.line), 1)
        if self._is_target:
            pen.setDashPattern([4, 3])
        painter.setPen(pen)
        painter.setBrush(theme.color(palette.panel))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        icons.paint(painter, self._icon, 24, 20, palette.text)


class FirstRun(QScrollArea):
    """Two ways to start, what happens then, and a picture of an edit."""

    def __init__(self, actions: Actions) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column_widget = QWidget()
        column_widget.setMaximumWidth(_COLUMN_PX)
        column = QVBoxLayout(column_widget)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        # Room is shared out between the parts, so that a low window shows all of them.
        column.addStretch(2)
        column.addWidget(label("Start with some songs", "title"))
        column.addSpacing(4)
        column.addWidget(
            label(
                "Ten or more give the best result. Your files are only read, never changed.",
                "secondary",
            )
        )
        column.addSpacing(16)
        self._choose = KeyButton("Choose songs…", kind="primary").bind(actions["add_songs"])
        column.addLayout(_choices(actions, self._choose))
        column.addSpacing(20)
        column.addStretch(1)
        column.addWidget(label("How it works", "heading"))
        column.addSpacing(12)
        column.addLayout(_steps())
        column.addSpacing(20)
        column.addStretch(1)
        column.addLayout(_picture_heading())
        column.addSpacing(8)
        column.addWidget(EditPicture(), 24)
        middle = QWidget()
        row = QHBoxLayout(middle)
        row.setContentsMargins(0, 0, 0, 0)
        row.addStretch(1)
        row.addWidget(column_widget, 1000)
        row.addStretch(1)
        self.setWidget(middle)

    def take_keys(self) -> None:
        """Enter chooses songs."""
        self._choose.setFocus()


def _choices(actions: Actions, choose: KeyButton) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(24)
    row.addWidget(
        _Choice(
            "plus",
            "Add your songs",
            ("Drop files or folders here, or choose them.", "WAV, FLAC, AIFF, MP3, Ogg and Opus."),
            choose,
            is_target=True,
        )
    )
    row.addWidget(
        _Choice(
            "note",
            "Try the demo songs",
            ("Tastecut makes two songs of its own.", "The first pair plays within a minute."),
            KeyButton("Make the demo songs").bind(actions["demo_songs"]),
            is_target=False,
        )
    )
    return row


def _steps() -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(12)
    grid.setColumnStretch(2, 1)
    for row, (name, words, time) in enumerate(_STEPS):
        explained = label(words, "secondary")
        explained.setWordWrap(True)
        top = Qt.AlignmentFlag.AlignTop
        grid.addWidget(label(str(row + 1), "secondary"), row, 0, top)
        strong = label(name)
        strong.setProperty("role", "name")
        grid.addWidget(strong, row, 1, top)
        grid.addWidget(explained, row, 2, top)
        grid.addWidget(label(time, "secondary"), row, 3, top | Qt.AlignmentFlag.AlignRight)
    return grid


def _picture_heading() -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(16)
    row.addWidget(label("What an edit is", "heading"))
    row.addWidget(label("whole bars of the song, joined so that it sounds played", "secondary"))
    row.addStretch(1)
    return row
