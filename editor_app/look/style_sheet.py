"""The one style sheet of all stock widgets, made from a palette and the type sizes."""

from __future__ import annotations

from collections.abc import Callable
from string import Template

from editor_app.look.palette import Palette, Size
from editor_app.look.resource_files import resources_dir

_SHEET = Template(
    """
* { font-size: ${body}px; }
QMainWindow, QDialog, #workArea { background: $window; }
QLabel { color: $text; background: transparent; }
QLabel[role="title"] { font-size: ${title}px; font-weight: 600; }
QLabel[role="heading"] { font-weight: 600; }
QLabel[role="name"] { font-weight: 500; }
QLabel[role="secondary"] { color: $secondary; }
QLabel[role="doubtful"] { color: $doubtful; font-weight: 500; }
QLabel[role="small"] { color: $secondary; font-size: ${small}px; }
QLabel:disabled { color: $secondary; }

QMenuBar { background: $panel; color: $text; border-bottom: 1px solid $line; padding: 0 6px; }
QMenuBar::item { padding: 8px 9px; margin: 0 1px; background: transparent; border-radius: 4px; }
QMenuBar::item:selected { background: $hover; }
QMenuBar::item:pressed { background: $line; }
QMenu { background: $raised; color: $text; border: 1px solid $line; padding: 4px; }
QMenu::item { padding: 6px 24px 6px 28px; border-radius: 4px; }
QMenu::item:selected { background: $hover; }
QMenu::item:disabled { color: $faint; }
QMenu::separator { height: 1px; background: $line; margin: 4px 8px; }
QMenu::indicator { width: 16px; height: 16px; left: 6px; }
QMenu::indicator:checked { image: url($icons/tick-$tint.svg); }
QMenu::icon { left: 6px; }
QToolTip { background: $raised; color: $text; border: 1px solid $line; padding: 4px 6px; }

#sideBar { background: $panel; border-right: 1px solid $line; }
#statusLine { background: $panel; border-top: 1px solid $line; }
#panel { background: $panel; }
#raisedPanel { background: $panel; border: 1px solid $line; border-radius: 4px; }
#rule { background: $line; }
#banner { background: $panel; border-left: 4px solid $doubtful; }
#banner[kind="failed"] { border-left-color: $failed; }
#banner[kind="good"] { border-left-color: $good; }

QPushButton, QToolButton {
  background: $raised; color: $text; border: 1px solid $button_edge; border-radius: 4px;
  padding: 0 12px; font-weight: 500;
}
QPushButton:hover, QToolButton:hover { background: $hover; }
QPushButton:pressed, QToolButton:pressed { background: $line; }
QPushButton:disabled, QToolButton:disabled { color: $faint; background: $raised; }
QPushButton:checked { border-color: $text; border-bottom: 2px solid $text; }
QPushButton[kind="primary"] { background: $text; color: $window; border-color: $text; }
QPushButton[kind="primary"]:hover { background: $secondary; border-color: $secondary; }
QPushButton[kind="primary"]:disabled { background: $line; border-color: $line; color: $secondary; }
QPushButton[kind="flat"], QToolButton[kind="flat"] {
  background: transparent; border-color: transparent; padding: 0 8px;
}
QPushButton[kind="flat"]:hover, QToolButton[kind="flat"]:hover { background: $hover; }
QToolButton::menu-indicator { image: none; }

QLineEdit, QSpinBox, QDoubleSpinBox, QComboBox, QTimeEdit {
  background: $raised; color: $text; border: 1px solid $button_edge; border-radius: 4px;
  min-height: 30px; padding: 0 8px; selection-background-color: $line; selection-color: $text;
}
QLineEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus { border-color: $secondary; }
QLineEdit:disabled, QComboBox:disabled, QSpinBox:disabled { color: $faint; }
QComboBox { padding-left: 12px; }
QComboBox:hover { background: $hover; }
QComboBox::drop-down { border: none; width: 28px; }
QComboBox::down-arrow { image: url($icons/chevron_down-$tint.svg); width: 16px; height: 16px; }
QComboBox QAbstractItemView {
  background: $raised; color: $text; border: 1px solid $line; padding: 4px; outline: none;
  selection-background-color: $hover; selection-color: $text;
}
QSpinBox::up-button, QSpinBox::down-button, QDoubleSpinBox::up-button,
QDoubleSpinBox::down-button { border: none; width: 20px; background: transparent; }
QSpinBox::up-arrow, QDoubleSpinBox::up-arrow {
  image: url($icons/chevron_up-$tint.svg); width: 12px; height: 12px;
}
QSpinBox::down-arrow, QDoubleSpinBox::down-arrow {
  image: url($icons/chevron_down-$tint.svg); width: 12px; height: 12px;
}

QCheckBox, QRadioButton { color: $text; spacing: 8px; background: transparent; }
QCheckBox:disabled, QRadioButton:disabled { color: $faint; }
#exportSongs::item { min-height: 32px; padding: 0 8px; }
QCheckBox::indicator, QRadioButton::indicator, QListView::indicator {
  width: 14px; height: 14px; border: 1px solid $secondary; border-radius: 3px;
  background: transparent;
}
QRadioButton::indicator { border-radius: 8px; }
QCheckBox::indicator:checked, QListView::indicator:checked {
  image: url($icons/tick-$tint.svg); border-color: $text;
}
QRadioButton::indicator:checked {
  background: qradialgradient(cx:.5, cy:.5, radius:.5, fx:.5, fy:.5,
    stop:0 $text, stop:.5 $text, stop:.6 $window, stop:1 $window);
  border-color: $text;
}

QProgressBar { background: $track; border: none; border-radius: 4px; }
QProgressBar::chunk { background: $text; border-radius: 4px; }
QProgressBar[size="thin"] { border-radius: 2px; }
QProgressBar[size="thin"]::chunk { border-radius: 2px; }

QSlider::groove:horizontal { height: 4px; border-radius: 2px; background: $track; }
QSlider::sub-page:horizontal { height: 4px; border-radius: 2px; background: $secondary; }
QSlider::handle:horizontal {
  width: 10px; height: 10px; margin: -3px 0; border-radius: 5px; background: $text;
}

QHeaderView { background: transparent; border: none; }
QHeaderView::section {
  background: $window; color: $secondary; border: none; border-bottom: 1px solid $line;
  font-size: ${small}px; padding: 0 8px; height: 24px;
}
QHeaderView::section:hover { color: $text; }
QTableView, QListView {
  background: transparent; color: $text; border: none; outline: none; gridline-color: $row_line;
  selection-background-color: $hover; selection-color: $text;
}
QScrollArea, QScrollArea > QWidget > QWidget { background: transparent; border: none; }
QScrollBar:vertical { width: 12px; background: transparent; margin: 0; }
QScrollBar::handle:vertical {
  background: $line; border-radius: 2px; min-height: 24px; margin: 2px 4px;
}
QScrollBar::handle:vertical:hover { background: $secondary; }
QScrollBar:horizontal { height: 12px; background: transparent; margin: 0; }
QScrollBar::handle:horizontal {
  background: $line; border-radius: 2px; min-width: 24px; margin: 4px 2px;
}
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QPlainTextEdit, QTextEdit, QTextBrowser {
  background: $panel; color: $text; border: 1px solid $line; border-radius: 4px;
}
"""
)


def style_sheet(palette: Palette, size_px: Callable[[Size], int]) -> str:
    """The style sheet of the whole app in `palette`; `size_px` gives each type size."""
    colours = {name: getattr(palette, name) for name in palette.__slots__ if name != "is_dark"}
    return _SHEET.substitute(
        colours,
        faint=_mixed(palette.text, palette.window, 0.45),
        small=size_px("small"),
        body=size_px("body"),
        title=size_px("title"),
        icons=(resources_dir() / "icons").as_posix(),
        tint="light" if palette.is_dark else "dark",
    )


def _mixed(front: str, back: str, share: float) -> str:
    """`front` over `back` at the opacity `share`, "#rrggbb"."""
    pairs = ((int(front[i : i + 2], 16), int(back[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(f * share + b * (1 - share)):02x}" for f, b in pairs)
