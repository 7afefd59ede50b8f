"""Tasks: which songs files from other tools are edits of, and what they make of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from ml_core.audio_file.tagging.own_edits import EDIT_SUFFIX
from ml_core.domain.edits import Edit
from ml_core.domain.files.own_edits import (
    EditedSongs,
    EditedSongsRequest,
    OwnEditRead,
    OwnEditRequest,
)
from ml_core.domain.songs import Song
from ml_core.errors import UserError
from ml_core.paths import printable_name
from ml_core.pipeline.hand_changes import read_exported, read_gain_db, read_kept, with_fades_of
from ml_core.pipeline.own_edits.pieces import CUT_FADE_S
from ml_core.pipeline.own_edits.reading import OwnEdit, project_of, read_own_edit, seconds_by_song
from ml_core.progress import Progress

_SURE_SHARE = 0.9
"""Of what is of any song: a project with so much of one is that song's."""

_SAME_DB = 0.002

_ADD_IT = "Add the song that it was made of, then try again."


def edited_songs(request: EditedSongsRequest, progress: Progress) -> list[EditedSongs]:
    """Which songs each file may be an edit of, in the order of the files."""
    found = []
    for number, file in enumerate(request.files):
        progress.report(number / len(request.files), f"Reading {printable_name(file)}")
        try:
            found.append(_edited_songs(Path(file), request.songs, request.looked_at))
        except UserError as error:
            found.append(EditedSongs(file, refusal=str(error)))
    return found


def read_own_edits(requests: list[OwnEditRequest], progress: Progress) -> list[OwnEditRead]:
    """Each file's edit beside what was proposed; one that can't be read says why."""
    read = []
    for number, request in enumerate(requests):
        part = progress.part(number / len(requests), (number + 1) / len(requests))
        part.report(0.0, f"Reading {printable_name(request.file)}")
        try:
            read.append(_read(request, part))
        except UserError as error:
            read.append(OwnEditRead(request.file, refusal=str(error)))
    return read


def _edited_songs(file: Path, songs: Sequence[Song], looked_at: str) -> EditedSongs:
    name = printable_name(file)
    if is_record(file):
        identity = read_kept(file).sha256
        keys = [song.sha256 for song in songs if identity in (song.sha256, song.sound)]
        if not keys:
            raise UserError(f"The song of {name} is not among your songs.", _ADD_IT)
        return EditedSongs(str(file), (keys[0],), is_sure=True)
    seconds = seconds_by_song(project_of(file), songs)
    if not seconds:
        raise UserError(f"Nothing in {name} is of one of your songs.", _ADD_IT)
    keys = sorted(seconds, key=lambda key: (-seconds[key], key != looked_at))
    total_s = sum(seconds.values())
    # On the song that it was dropped on, it is an edit of it unless others have more.
    if looked_at in seconds and seconds[looked_at] >= total_s / len(seconds):
        keys = [looked_at, *(key for key in keys if key != looked_at)]
        return EditedSongs(str(file), tuple(keys), is_sure=True)
    is_sure = seconds[keys[0]] >= _SURE_SHARE * total_s
    return EditedSongs(str(file), tuple(keys), is_sure=is_sure)


def is_record(file: Path) -> bool:
    """Whether a file is called as the record of an export."""
    return file.name.lower().endswith(EDIT_SUFFIX)


def _read(request: OwnEditRequest, progress: Progress) -> OwnEditRead:
    file, song = Path(request.file), request.song
    if is_record(file):
        proposed, kept = (_recorded(file, song, read) for read in (read_exported, read_kept))
        own = OwnEdit(kept, _in_a_row(kept), ())
        edit = with_fades_of(kept, proposed)
    else:
        own = read_own_edit(file, song, song.paths)
        proposed, gain_db = _proposed(request, progress)
        edit = _sounding(own.edit, proposed, gain_db)
    return OwnEditRead(
        request.file, proposed, edit, own.at_s, own.left_out, found_share=own.found_share
    )


def _recorded(file: Path, song: Song, read: Callable[[Path], Edit]) -> Edit:
    """A record's edit, by its song's key.

    Raises:
        UserError: if it is none, or not of that song.
    """
    edit, name = read(file), printable_name(file)
    is_its = edit.sha256 in (song.sha256, song.sound)
    if not is_its or edit.sample_rate_hz != song.sample_rate_hz:
        raise UserError(f"{name} is not of {song.title}.", "Give the song that it was made of.")
    if max(end for _, end in edit.spans) > song.n_samples:
        raise UserError(
            f"{name} keeps more than the song holds.",
            f"The song ends at sample {song.n_samples}.",
        )
    return replace(edit, sha256=song.sha256)


def _in_a_row(edit: Edit) -> tuple[tuple[float, float], ...]:
    ends = [*edit.join_samples, edit.n_samples]
    starts = [0, *edit.join_samples]
    rate = edit.sample_rate_hz
    return tuple((start / rate, end / rate) for start, end in zip(starts, ends, strict=True))


def _sounding(edit: Edit, proposed: Edit, gain_db: float) -> Edit:
    """What a project holds, with what it does not say of the sound as it was proposed.

    Args:
        edit: as read.
        proposed: that it was made of.
        gain_db: that all of it was exported at, for its loudness: no level of its pieces.
    """
    own_gains = tuple(_as_before(gain - gain_db, proposed) for gain in edit.gains_db)
    usual = 2 * round(CUT_FADE_S * edit.sample_rate_hz / 2)
    alike = with_fades_of(edit, proposed)
    fades = [
        (own, 0) if own > usual else (fade, tail)
        for own, fade, tail in zip(edit.fades, alike.fades, alike.tails, strict=True)
    ]
    return replace(
        alike,
        gains_db=own_gains,
        fades=tuple(fade for fade, _ in fades),
        tails=tuple(tail for _, tail in fades),
        fade_in=edit.fade_in or alike.fade_in,
        fade_out=edit.fade_out or alike.fade_out,
    )


def _as_before(gain_db: float, proposed: Edit) -> float:
    """A gain as it was before it was written with so many digits, and is heard no otherwise."""
    known = (0.0, *proposed.gains_db)
    return next((one for one in known if abs(one - gain_db) < _SAME_DB), round(gain_db, 3))


def _proposed(request: OwnEditRequest, progress: Progress) -> tuple[Edit, float]:
    """(what was exported, at which gain in dB), as the record beside a project says.

    Without one, what is proposed for the song now.
    """
    from ml_core.pipeline.exporting import deliver_song

    record = Path(request.file).with_suffix(EDIT_SUFFIX)
    if record.is_file():
        try:
            return _recorded(record, request.song, read_exported), read_gain_db(record)
        except UserError:
            pass  # Of another song, or damaged: what is proposed now stands in.
    return deliver_song(request.deliver, progress)[0].edit, 0.0
