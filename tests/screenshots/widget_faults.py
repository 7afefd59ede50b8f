"""What can be wrong with a window that no one looks at: clipped words, widgets over widgets."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QCheckBox,
    QLabel,
    QMenu,
    QPushButton,
    QRadioButton,
    QScrollBar,
    QSplitterHandle,
    QToolButton,
    QWidget,
)

from editor_app.widgets.eliding_label import ElidingLabel

# Styles round to whole pixels, here and there by one.
_SLACK_PX = 1
_BUTTONS = (QPushButton, QToolButton, QCheckBox, QRadioButton)


def faults(window: QWidget) -> list[str]:
    """One sentence for each fault among the visible widgets of a window."""
    return [*_clipped(window), *_overlapping(window), *_outside(window)]


def _clipped(window: QWidget) -> Iterator[str]:
    for widget in _visible(window):
        wanted = QSize(0, 0)
        if isinstance(widget, ElidingLabel):
            continue  # it says in full what it shortens
        if isinstance(widget, QLabel) and widget.text():
            wanted = widget.sizeHint()
            if widget.wordWrap():
                wanted = QSize(0, widget.heightForWidth(widget.width()))
        elif isinstance(widget, _BUTTONS):
            wanted = widget.minimumSizeHint()
        lacks_width = wanted.width() > widget.width() + _SLACK_PX
        lacks_height = wanted.height() > widget.height() + _SLACK_PX
        if lacks_width or lacks_height:
            size = f"{widget.width()}x{widget.height()}"
            yield f"{name_of(widget)} wants {wanted.width()}x{wanted.height()} and has {size}"


def _overlapping(window: QWidget) -> Iterator[str]:
    for parent in [window, *_visible(window)]:
        if isinstance(parent, (QAbstractScrollArea, QMenu)):
            continue
        children = [child for child in _children(parent) if not child.size().isEmpty()]
        for one, other in combinations(children, 2):
            common = one.geometry().intersected(other.geometry())
            if common.width() > _SLACK_PX and common.height() > _SLACK_PX:
                yield f"{name_of(one)} lies over {name_of(other)} by {common.getRect()[2:]}"


def _outside(window: QWidget) -> Iterator[str]:
    for widget in _visible(window):
        parent = widget.parentWidget()
        if parent is None or not isinstance(widget, (QLabel, *_BUTTONS)):
            continue
        is_scrolled = isinstance(parent.parentWidget(), QAbstractScrollArea)
        room = parent.rect().adjusted(-_SLACK_PX, -_SLACK_PX, _SLACK_PX, _SLACK_PX)
        if not is_scrolled and not room.contains(widget.geometry()):
            yield f"{name_of(widget)} reaches out of {name_of(parent)}"


def _visible(window: QWidget) -> list[QWidget]:
    return [w for w in window.findChildren(QWidget) if w.isVisible() and not w.isWindow()]


def _children(parent: QWidget) -> list[QWidget]:
    through = Qt.WidgetAttribute.WA_TransparentForMouseEvents
    return [
        child
        for child in parent.children()
        if isinstance(child, QWidget)
        and child.isVisible()
        and not child.isWindow()
        and not child.testAttribute(through)  # it is meant to lie over others
        and not isinstance(child, (QScrollBar, QSplitterHandle))
    ]


def name_of(widget: QWidget) -> str:
    """What a person would call it, with its place in the window."""
    text = getattr(widget, "text", None)
    words = text() if callable(text) else ""
    words = words or widget.accessibleName() or widget.objectName()
    at = widget.mapTo(widget.window(), QPoint(0, 0))
    box = QRect(at, widget.size()).getRect()
    return f"{type(widget).__name__} “{words}” at {box}"
