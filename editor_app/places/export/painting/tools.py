"""What locks, forbids and clears stretches of the song: brushes, dragged borders and keys."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from editor_app.places.export.model import ExportModel
from editor_app.places.export.painting.marks import Kind
from editor_app.places.export.painting.painted_song import Brush, PaintedSong
from editor_app.places.export.song import ExportSong
from editor_app.places.export.spans import Span
from editor_app.workspace import Workspace
from ml_core.errors import UserError

_VERBS: dict[str, str] = {"lock_part": "lock", "forbid_part": "forbid", "clear_part": "clear"}
_BRUSHES: dict[str, Brush] = {"paint_lock": "locked", "paint_forbid": "forbidden"}
_VERB_OF: dict[str, str] = {"locked": "lock", "forbidden": "forbid"}


class SpanTools(QObject):
    """A brush stays in hand until it is put away, so that several stretches can be painted."""

    def __init__(self, workspace: Workspace, model: ExportModel, desk: ExportSong) -> None:
        super().__init__()
        self._model, self._desk = model, desk
        self._notifier, self._actions = workspace.notifier, workspace.actions
        song = self._song
        for action_id, verb in _VERBS.items():
            self._actions[action_id].triggered.connect(lambda _=False, v=verb: self._set(v))
        for action_id, brush in _BRUSHES.items():
            self._actions[action_id].triggered.connect(lambda _=False, b=brush: self._take(b))
        song.painted.connect(lambda kind, span: self._apply(_VERB_OF[kind], span))
        song.moved.connect(self._move)
        song.brush_changed.connect(self._show_brush)

    @property
    def _song(self) -> PaintedSong:
        return self._desk.song

    def put_away(self) -> None:
        """Paint no more."""
        self._song.take_brush("")

    def _set(self, verb: str) -> None:
        """Lock or forbid what is selected, else the part at the play head; clear that, or all."""
        span = self._song.selection if verb == "clear" else self._desk.target
        if span is None and verb == "clear" and self._model.entry is not None:
            span = (0.0, self._model.entry.song.duration_s)
        self._apply(verb, span)

    def _take(self, brush: Brush) -> None:
        """Take a brush, or put it away; what is selected is painted at once instead."""
        selection = self._song.selection
        if selection is not None and not self._song.brush:
            self._apply(_VERB_OF[brush], selection)
            self._show_brush("")
            return
        self._song.take_brush("" if self._song.brush == brush else brush)
        self._show_brush(self._song.brush)

    def _show_brush(self, brush: str) -> None:
        for action_id, its_brush in _BRUSHES.items():
            self._actions[action_id].setChecked(brush == its_brush)

    def _apply(self, verb: str, span: Span | None) -> None:
        model = self._model
        if span is not None:
            self._try(lambda: model.span_store.apply(model.current, verb, span))

    def _move(self, kind: Kind, span: Span, to: Span | None) -> None:
        model = self._model
        self._try(lambda: model.span_store.move(model.current, kind, span, to))
        if to is not None and self._song.selection == span:
            self._song.select(to)

    def _try(self, work: Callable[[], None]) -> None:
        if not self._model.is_here or not self._model.current:
            return
        try:
            work()
        except UserError as error:
            self._notifier.user_error(error)
