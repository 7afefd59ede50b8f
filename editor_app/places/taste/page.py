"""The place "Your taste": learning from the ratings, then what was learned, and the cycles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QComboBox, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from editor_app.look.words import edits_learned, learned_from
from editor_app.places.place import Place
from editor_app.places.taste.learned import LearnedPanel
from editor_app.places.taste.model import Learned, TasteModel
from editor_app.places.taste.next_step import Step
from editor_app.places.taste.teaching.by_eye import ByEyeLine
from editor_app.places.taste.teaching.edits_line import EditsLine
from editor_app.places.taste.training import TrainingPanel
from editor_app.widgets.key_button import KeyButton
from editor_app.widgets.labels import label
from editor_app.workspace import Workspace
from ml_core.domain.models import Checkpoint
from ml_core.domain.requests import DeviceChoice

_DEVICES: tuple[tuple[str, DeviceChoice], ...] = (
    ("Best there is", "auto"),
    ("CUDA", "cuda"),
    ("Processor", "cpu"),
)


class TastePage(Place):
    """Trains on demand, shows the training, then what came of it."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__("Your taste")
        self._model, self._actions = TasteModel(workspace), workspace.actions
        self._build(workspace)
        self._connect()
        self._show_state()

    def _build(self, workspace: Workspace) -> None:
        actions = self._actions
        self._device = QComboBox()
        for words, choice in _DEVICES:
            self._device.addItem(words, choice)
        self._device.setAccessibleName("Runs on")
        self._settings = workspace.settings
        self._device.activated.connect(self._choose_device)
        self._settings.changed.connect(self._show_device)
        self._show_device()
        self._runs_on = label("Runs on", "secondary")
        self._curves_of = ""
        self._back = KeyButton("Back to your taste", kind="primary")
        self._cancel = KeyButton("Cancel").bind(actions["stop_job"])
        self._go_on = KeyButton("Go on where it stopped")
        self._go_on.setToolTip("Takes up the training that was stopped, if no answer came since")
        self._go_on.clicked.connect(lambda: self.train(resume=True))
        self._rate = KeyButton("Rate more").bind(actions["rate_pairs"])
        self._train = KeyButton("Train").bind(actions["train"])
        self._compare = KeyButton("Compare").bind(actions["place_compare"])
        self._export = KeyButton("Export").bind(actions["place_export"])
        self._steps: dict[Step, KeyButton] = {
            "rate": self._rate,
            "train": self._train,
            "compare": self._compare,
            "export": self._export,
        }
        shown = (self._runs_on, self._device, self._back, self._cancel, self._go_on)
        for widget in (*shown, *self._steps.values()):
            self.header_right.addWidget(widget)
        self._empty = _empty_page()
        self._learned = LearnedPanel(workspace)
        self._learned_page = _scrolled(self._learned)
        self._pages = QStackedWidget()
        for page in (self._empty, self._learned_page):
            self._pages.addWidget(page)
        self._by_eye = ByEyeLine(workspace.project, workspace.notifier)
        self._edits = EditsLine(workspace.project, workspace.notifier)
        self.body.addWidget(self._by_eye)
        self.body.addWidget(self._edits)
        self.body.addWidget(self._pages, 1)

    def _connect(self) -> None:
        self._model.changed.connect(self._on_changed)
        self._model.began.connect(self._on_began)
        self._model.progressed.connect(self._on_progress)
        self._model.learned.connect(self._on_learned)
        self._model.forgotten.connect(self._learned.forget)
        self._learned.cycles.opened.connect(self._open_curves)
        self._back.clicked.connect(self._close_curves)

    @cached_property
    def _training(self) -> TrainingPanel:
        """Made in a turn of its own: with it the place would take half as long again to open."""
        made = TrainingPanel(self._actions)
        self._training_page = _scrolled(made)
        self._pages.addWidget(self._training_page)
        self.grown.emit()
        return made

    def ready(self) -> Iterator[None]:
        """Make what a training shows, its charts one at a time."""
        _ = self._training
        yield
        while self._training.make_next():
            yield

    def shown(self) -> None:
        """Read again what the ratings say, if any came since."""
        self._show_state()
        self._model.read_if_stale()
        QTimer.singleShot(0, self, self._make_charts)

    def hidden(self) -> None:
        """Fall silent."""
        self._learned.examples.let_go()

    def closed(self) -> None:
        """Leave no sound behind."""
        self._learned.examples.close()

    def _make_charts(self) -> None:
        self._training.make_ready()

    def _choose_device(self, at: int) -> None:
        self._settings.training_device = self._device.itemData(at)

    def _show_device(self, _name: str = "") -> None:
        self._device.setCurrentIndex(self._device.findData(self._settings.training_device))

    def command(self, action_id: str) -> None:
        """Start training when the window was told to."""
        if action_id == "train":
            self.train()

    def train(self, resume: bool = False) -> None:
        """Start learning from all ratings, or go on where a training was stopped."""
        self._model.train(self._device.currentData(), resume)

    def _open_curves(self, checkpoint: Checkpoint, number: int) -> None:
        """Show how a cycle was learned; a training that runs is shown instead."""
        if not self._model.is_training:
            ratings = learned_from(checkpoint.n_ratings, edits_learned(checkpoint.metrics))
            self._curves_of = f"how cycle {number} was learned, from {ratings}"
            self._training.show_kept(checkpoint.metrics)
            self._show_state()

    def _close_curves(self) -> None:
        self._curves_of = ""
        self._show_state()

    def _on_began(self, n_epochs: int, n_episodes: int) -> None:
        self._curves_of = ""
        self._training.begin(n_epochs, n_episodes)

    def _on_progress(self, reached: Mapping[str, Any]) -> None:
        self._training.take(reached)

    def _on_changed(self) -> None:
        if self.isVisible():  # Else it is read when it is shown: a rating mustn't wait for it.
            self._show_state()
            self._model.read_if_stale()

    def _on_learned(self, learned: Learned) -> None:
        self._show_state()
        self._learned.show_taste(learned.found, learned.n_before, learned.is_few)

    def _show_state(self) -> None:
        is_training, is_anything = self._model.is_training, self._model.is_anything
        self._cancel.setVisible(is_training)
        self._back.setVisible(bool(self._curves_of) and not is_training)
        self._by_eye.show_state(is_training)
        self._edits.show_state(is_training)
        self._show_next(is_training)
        self._go_on.setVisible(self._model.can_go_on)
        for widget in (self._runs_on, self._device):
            widget.setVisible(not is_training and is_anything and not self._curves_of)
        n_cycles = self._model.n_cycles
        self._train.set_words("Train again" if n_cycles else "Train")
        if is_training:
            self.facts.setText(f"learning from {self._model.learning}, cycle {n_cycles + 1}")
            self._pages.setCurrentWidget(self._training_page)
        elif self._curves_of:
            self.facts.setText(self._curves_of)
            self._pages.setCurrentWidget(self._training_page)
        elif not is_anything:
            self.facts.setText("")
            self._pages.setCurrentWidget(self._empty)
        else:
            self.facts.setText(self._model.said)
            self._pages.setCurrentWidget(self._learned_page)

    def _show_next(self, is_training: bool) -> None:
        """Fill the button of what comes next; a step that is not near is no button here."""
        step, is_aside = self._model.next_step, is_training or bool(self._curves_of)
        for name, button in self._steps.items():
            button.set_kind("primary" if name == step else "normal")
            button.setVisible(not is_aside and name in ("rate", "train", step))


def _scrolled(page: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(page)
    return area


def _empty_page() -> QWidget:
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 8, 0, 0)
    column.setSpacing(8)
    column.addWidget(label("Nothing to learn from yet", "heading"))
    words = "Rate some pairs first: what you like is learned from your answers, 24 to 48 of them."
    column.addWidget(label(words, "secondary"))
    column.addStretch(1)
    return page
