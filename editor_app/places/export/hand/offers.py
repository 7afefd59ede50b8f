"""After an export: a person's own edits are offered as ratings, each once and never again."""

from __future__ import annotations

from PySide6.QtCore import QObject

from editor_app.look.foreign import song_title
from editor_app.notifier import About
from editor_app.places.export.hand.hand_changes import HandEdit
from editor_app.places.export.model import ExportModel
from editor_app.workspace import Workspace

ACTION = "count_exported"
_SETTING = "export_offered"
_MOST_KEPT = 2000


class RatingOffers(QObject):
    """Edits changed by hand, taken from the map or chosen over the first, once they are written.

    Who has answered, or passed it over, is not asked again about the same two edits.
    """

    def __init__(self, workspace: Workspace, model: ExportModel) -> None:
        super().__init__()
        self._project, self._model = workspace.project, model
        self._notifier, self._actions = workspace.notifier, workspace.actions
        self._begun: tuple[HandEdit, ...] = ()
        self._open: tuple[HandEdit, ...] = ()
        self._actions[ACTION].triggered.connect(lambda _: self._count())
        model.batch.ended.connect(lambda n_files: self._offer() if n_files else None)
        model.counted_changed.connect(self._follow)
        self._allow()

    def begin(self) -> None:
        """An export begins: what of it is the person's own is known now."""
        self.close()
        model = self._model
        songs = model.ticked_songs() or [model.current]
        found = (model.hands.of(sha256) or model.choices.own(sha256) for sha256 in songs)
        self._begun = tuple(one for one in found if one is not None)

    def _offer(self) -> None:
        """The export has written its files."""
        kept = self._project.values.get(_SETTING, [])
        kept = [pair for pair in kept if isinstance(pair, list)] if isinstance(kept, list) else []
        asked = {tuple(map(str, pair)) for pair in kept}
        begun, self._begun = self._begun, ()
        new = [one for one in begun if _key(one) not in asked and not self._model.hands.counts(one)]
        if not new:
            return
        kept += [list(_key(one)) for one in new]
        self._project.values.set(_SETTING, kept[-_MOST_KEPT:])
        self._open = tuple(new)
        self._allow()
        self._notifier.in_turn("good", self._words(), action_id=ACTION, about=About.OFFER)

    def _words(self) -> str:
        if len(self._open) > 1:
            return f"{len(self._open)} of these edits are your own. Are they better than proposed?"
        entry = self._project.songs.get(self._open[0].changed.sha256)
        of_song = f" of {song_title(entry.song)}" if entry is not None else ""
        return f"This edit{of_song} is your own. Is it better than the one proposed?"

    def _count(self) -> None:
        for one in self._open:
            if not self._model.hands.counts(one):
                self._model.hands.count(one)
        self.close()

    def _follow(self) -> None:
        """What counts already, by another way, is offered no more."""
        if self._open:
            self._open = tuple(one for one in self._open if not self._model.hands.counts(one))
            if not self._open:
                self.close()

    def close(self) -> None:
        """Offer nothing any more."""
        self._open = ()
        self._notifier.withdraw(About.OFFER)
        self._allow()

    def _allow(self) -> None:
        self._actions.allow([ACTION], "" if self._open else "No edit of yours was just exported")


def _key(one: HandEdit) -> tuple[str, str]:
    return one.proposed.id, one.changed.id
