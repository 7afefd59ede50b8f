"""An edit's sound on its way to its file: cut, stretched, fitted, at one gain."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml_core.audio_file import Tags, blocks, resampled_length, stage_audio
from ml_core.audio_file.staging import StagedFile
from ml_core.audio_file.steps import Steps
from ml_core.domain.edits import Edit
from ml_core.domain.files.encodings import Encoding
from ml_core.domain.files.formats import WriteFormat
from ml_core.edits.exact.lengths import Stretch
from ml_core.edits.exact.seams import Seam
from ml_core.edits.exact.stretching import stretched_edit
from ml_core.edits.render import render_blocks
from ml_core.export.fitting import Fit, with_gain
from ml_core.export.loudness import Level, as_heard, measured
from ml_core.progress import Progress

Audio = NDArray[np.float32]
Render = Callable[[Edit, Path], Iterable[Audio]]

_MEASURED_SHARE, _WRITTEN_SHARE = 0.3, 0.7
"""Of the time, until an edit is measured, and until a lossy file is there to be measured again."""


def watched(audio: Iterable[Audio], n: int, progress: Progress, words: str) -> Iterator[Audio]:
    """The blocks as they are, told of after each: n samples are to come."""
    done = 0
    progress.report(0.0, words)
    for block in audio:
        yield block
        done += len(block)
        progress.report(done / n, words)


@dataclass(frozen=True, slots=True)
class EditSound:
    """Asks for an edit's sound as often as it is needed, and gets the same each time.

    Attributes:
        edit: what is cut of the song.
        song_path: where that lies.
        stretch: of this edit.
        fitted: to the file.
        render: gives the edit's audio in blocks.
        words: what a person is told meanwhile.
    """

    edit: Edit
    song_path: Path
    stretch: Stretch
    fitted: Fit
    render: Render
    words: str

    @property
    def is_wide(self) -> bool:
        """Whether it is float64 on its way."""
        is_usual = self.render is render_blocks
        return self.fitted.is_wide and self.stretch.is_none and is_usual

    @property
    def _shape(self) -> tuple[int, int]:
        return self.fitted.rate_hz, self.fitted.n_channels

    def blocks(self, progress: Progress, found: list[Seam] | None = None) -> Iterator[Audio]:
        """The sound, told of after each block; `found` is given the seams of its stretch."""
        render = partial(render_blocks, is_wide=True) if self.is_wide else self.render
        whole = stretched_edit(self.edit, self.song_path, self.stretch, render, found=found)
        told = watched(whole, self.stretch.to_samples, progress, self.words)
        return self.fitted.converted(told)

    def write(
        self,
        staged: StagedFile,
        form: WriteFormat,
        encoding: Encoding,
        tags: Tags,
        loudness: tuple[float, float],
        progress: Progress,
        seams: list[Seam] | None,
    ) -> tuple[Steps, float, Level | None]:
        """Write it, brought to (LUFS, highest true peak in dBTP) where LUFS are asked for (not 0).

        Returns:
            What became of its samples, the gain that it has, and the level that it was brought to.
        """
        (loudness_lufs, most_db), fitted, edit = loudness, self.fitted, self.edit
        share = _MEASURED_SHARE if fitted.may_be_over or loudness_lufs else 0.0
        first, level = progress.part(0.0, share), None
        if loudness_lufs:
            before = measured(self.blocks(first), *self._shape)
            level = Level.towards(loudness_lufs, before, most_db)
        gain = level.gain if level else fitted.gain(lambda: self.blocks(first))
        is_scaled = level is not None and gain != 1.0
        steps = fitted.steps(edit, is_scaled or not self.stretch.is_none)

        n = resampled_length(self.stretch.to_samples, edit.sample_rate_hz, fitted.rate_hz)

        def write(by: float, part: Progress, found: list[Seam] | None = None) -> None:
            stage_audio(
                staged,
                with_gain(self.blocks(part, found), by),
                *self._shape,
                form.name,
                fitted.coding,
                n_samples=n,
                tags=tags,
                encoding=encoding,
                steps=steps,
            )

        is_checked = level is not None and not fitted.is_lossless
        end = _WRITTEN_SHARE if is_checked else 1.0
        write(gain, progress.part(share, end), seams)
        if level is not None and is_checked:
            again = progress.part(end, 1.0)

            def decoded() -> Iterator[Audio]:
                return watched(blocks(staged.path), n, again, self.words)

            level = as_heard(level, decoded, self._shape, lambda by: write(by, again))
            gain = level.gain
        return steps, gain, level
