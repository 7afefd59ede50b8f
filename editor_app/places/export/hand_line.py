"""The line that says that an edit is the person's own, and offers to learn from it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QHBoxLayout, QWidget

from editor_app.places.export.hand_changes import HandEdit, HandEdits
from editor_app.widgets.eliding_label import ElidingLabel
from editor_app.widgets.glyph import Glyph
from editor_app.widgets.key_button import KeyButton
from editor_app.widgets.timeline_widget import GUTTER_PX
from editor_app.workspace import Workspace
from ml_core.domain.edits import Edit
from ml_core.domain.requests import Delivered
from ml_core.errors import UserError
from ml_core.units import clock

_BUTTON_PX = 28
_OFFER, _COUNTS = ("Count this as a rating", ""), ("Counts as a rating", "tick")


class ByHandLine(QWidget):
    """Shown only where the edit is not the one proposed; its place is kept.

    The button shows what the store holds: after it was written, never before.
    """

    def __init__(self, workspace: Workspace, hands: HandEdits) -> None:
        super().__init__()
        actions = workspace.actions
        self._project, self._hands, self._notifier = workspace.project, hands, workspace.notifier
        self._count, self._actions = actions["count_by_hand"], actions
        self._pair: HandEdit | None = None
        self._is_changed = False
        self._words = ElidingLabel()
        self._button = KeyButton("Count this as a rating", height_px=_BUTTON_PX).bind(self._count)
        self._back = KeyButton("Reset", height_px=_BUTTON_PX).bind(actions["undo_by_hand"])
        row = QHBoxLayout(self)
        row.setContentsMargins(GUTTER_PX, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(Glyph("pencil", "text"))
        row.addWidget(self._words, 1)
        row.addWidget(self._button)
        row.addWidget(self._back)
        # Its place is kept while it is hidden: the timelines above do not jump when it comes.
        policy = self.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.setSizePolicy(policy)
        self._count.triggered.connect(lambda _: self._on_count())
        actions["undo_by_hand"].triggered.connect(lambda _: self.take_back())
        workspace.project.changed.connect(self._on_changed)
        self.show_edit()

    def show_edit(self, sha256: str = "", found: Sequence[Delivered] = (), chosen: int = 0) -> None:
        """Show whether a song's edit is the one proposed.

        Args:
            sha256: the song; empty for none.
            found: the edits proposed, best first.
            chosen: which of them.
        """
        hand = self._hands.of(sha256)  # Also where the rules allow no proposal any more.
        self._is_changed = hand is not None
        what = "By hand"
        if hand is None and chosen:
            hand = HandEdit(found[0].edit, found[chosen].edit)
            what = "Not the best match"
        self._pair = hand
        self.setVisible(hand is not None)
        nothing = "This edit is the one proposed"
        self._actions.allow(["count_by_hand"], "" if hand is not None else nothing)
        self._actions.allow(["undo_by_hand"], "" if self._is_changed else "Nothing was changed")
        self._back.setVisible(self._is_changed)
        if hand is not None:
            self._words.setText(f"{what}{_length_words(hand.proposed, hand.changed)}")
        self._read()

    def take_back(self) -> bool:
        """Let the proposal stand again; whether anything had been changed by hand."""
        pair = self._pair
        if pair is None or not self._is_changed:
            return False
        try:
            self._hands.take_back(pair.proposed.sha256)
        except UserError as error:
            self._notifier.user_error(error)
        return True

    def _read(self) -> None:
        """Show whether it counts, as the store says."""
        pair = self._pair
        counts = (
            pair is not None
            and self._project.hand_ratings.of(pair.proposed, pair.changed) is not None
        )
        self._count.setChecked(counts)
        self._button.set_words(*(_COUNTS if counts else _OFFER))

    def _on_changed(self, changes: frozenset[str]) -> None:
        if "ratings" in changes:
            self._read()

    def _on_count(self) -> None:
        pair = self._pair
        if pair is None or not self.isVisible():
            return
        try:
            rating = self._project.hand_ratings.of(pair.proposed, pair.changed)
            if rating is None:
                was_kept_aside = self._is_kept_aside(pair)
                self._project.hand_ratings.add(pair.proposed, pair.changed)
                words = "Saved as a rating: your edit is better than the proposal."
                if was_kept_aside and not self._is_kept_aside(pair):
                    words += " The song is no longer kept aside for comparing."
                self._notifier.status(words)
            else:
                self._project.hand_ratings.withdraw(rating)
                self._notifier.status("No longer counted as a rating.")
        except UserError as error:
            self._notifier.user_error(error)
        self._read()

    def _is_kept_aside(self, pair: HandEdit) -> bool:
        entry = self._project.songs.get(pair.changed.sha256)
        return entry is not None and entry.use == "compare"


def _length_words(proposed: Edit, changed: Edit) -> str:
    before, after = clock(proposed.duration_s), clock(changed.duration_s)
    return f": {after}" if before == after else f": {after}, was {before}"
