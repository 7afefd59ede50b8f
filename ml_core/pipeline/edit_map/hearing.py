"""A short place of an edit, heard at once: made of the song as the player has it."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ml_core.domain.edits import Edit
from ml_core.domain.mapping import HearRequest
from ml_core.domain.playing import PreparedAudio
from ml_core.edits.render import render
from ml_core.errors import UserError
from ml_core.own_files import make_private_folder, touch_private
from ml_core.progress import Progress

BYTES_A_SAMPLE = 8
"""Two channels of float32."""


def hear_place(request: HearRequest, progress: Progress) -> PreparedAudio:
    """Render a short edit from the prepared song's file; nothing is decoded again.

    Raises:
        UserError: if that file is gone, or the disk is full.
    """
    progress.report(0.0, "Making what is heard")
    rate_hz = request.song.sample_rate_hz
    edit = _at_rate(request.edit, rate_hz, request.song.n_samples)
    path = Path(request.out_dir) / f"{request.edit.id}-{rate_hz}-place.f32"
    try:
        # It may be playing from its file: a whole one is kept, and never written over.
        if not path.is_file() or path.stat().st_size != BYTES_A_SAMPLE * edit.n_samples:
            shape = (request.song.n_samples, 2)
            source = np.memmap(request.song.file, np.float32, "r", shape=shape)
            audio = np.ascontiguousarray(render(edit, source), np.float32)
            make_private_folder(path.parent)
            partial = path.with_suffix(".partial")
            touch_private(partial)
            partial.write_bytes(audio.tobytes())
            partial.replace(path)
    except (OSError, ValueError) as error:
        raise UserError(
            "This place of the edit can't be made to be heard.", "Show the song again."
        ) from error
    return PreparedAudio(str(path), edit.n_samples, rate_hz, edit.join_samples)


def _at_rate(edit: Edit, rate_hz: int, n_samples: int) -> Edit:
    """The edit of the same song at another rate, of which there are `n_samples`."""
    ratio = rate_hz / edit.sample_rate_hz

    def at(sample: int) -> int:
        return min(n_samples, round(sample * ratio))

    spans = tuple(
        (min(at(start), n_samples - 1), max(at(start) + 1, at(end))) for start, end in edit.spans
    )
    return Edit(
        edit.sha256,
        rate_hz,
        tuple((start, min(end, n_samples)) for start, end in spans),
        tuple(round(fade * ratio) for fade in edit.fades),
        edit.gains_db,
        tails=tuple(round(tail * ratio) for tail in edit.tails),
    )
