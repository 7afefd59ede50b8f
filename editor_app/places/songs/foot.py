"""The line under the library: what is still needed, and what there is to know of the song."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from editor_app.keys.actions import Actions
from editor_app.look.foreign import sentence
from editor_app.places.songs.library_words import advice, reserve_note
from editor_app.places.songs.model import same_recording
from editor_app.project.fits import Fits
from editor_app.widgets.eliding_label import ElidingLabel
from editor_app.widgets.key_button import KeyButton
from editor_app.widgets.labels import label
from ml_core.domain.songs import SongEntry


class LibraryFoot(QWidget):
    """Advice at the left, a note at the right, and the way to the bar check while it is closed."""

    def __init__(self, actions: Actions) -> None:
        super().__init__()
        self.advice = label("", "secondary")
        self.note = ElidingLabel()
        self.note.setProperty("role", "small")
        self.note.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._check = KeyButton("Check the bars", "waveform", kind="flat", height_px=24)
        self._check.bind(actions["check_bars"])
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        row.addWidget(self.advice)
        row.addWidget(self.note, 1)
        row.addWidget(self._check)

    def tell(
        self,
        entries: list[SongEntry],
        chosen: Sequence[SongEntry],
        n_more: int,
        minutes: int,
        fits: Fits,
    ) -> None:
        """Tell what is still needed, and why the one song that is chosen can't be used.

        Args:
            n_more: ratings that are still wanted, which take so many minutes.
            fits: which songs fit the brief.
        """
        count, misfits = fits.count(), fits.misfits()
        fitting = [entry for entry in entries if entry.song.sha256 not in misfits]
        # While the first files are read nobody knows yet what is needed.
        self.advice.setText(advice(fitting, n_more, minutes) if entries else "")
        told = f"{count.warning} {count.remedy}".strip()
        told = told or reserve_note(entries, misfits, count.n_reserved)
        self.note.setText(_of_song(chosen, misfits) or told)

    def offer_check(self, is_offered: bool) -> None:
        """Show the way to the bar check, or not."""
        self._check.setVisible(is_offered)


def _of_song(chosen: Sequence[SongEntry], misfits: Mapping[str, str]) -> str:
    """What the only song that is chosen has to say for itself; empty for nothing."""
    if len(chosen) != 1:
        return ""
    (entry,) = chosen
    if entry.status == "ready":
        return misfits.get(entry.song.sha256) or same_recording(entry)
    return sentence(entry.message)
