"""An edit as an audio file, with the song's tags, and beside it what was kept."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ml_core.audio_file import (
    AudioHeader,
    Tags,
    holds_song,
    probe,
    read_tags,
    refuse_same_file,
    staged_file,
    write_format,
)
from ml_core.audio_file.tagging.own_edits import EDIT_SUFFIX, edit_json_path
from ml_core.audio_file.tagging.tag_writing import unheld
from ml_core.domain.edits import Edit
from ml_core.domain.files.choices import HIGHEST_TRUE_PEAK_DB
from ml_core.domain.files.encodings import AS_THE_SONG, Encoding
from ml_core.domain.files.formats import WriteFormat
from ml_core.domain.songs import KnownSong
from ml_core.edits.exact.lengths import stretch_to
from ml_core.edits.exact.seams import Seam
from ml_core.edits.render import render_blocks
from ml_core.errors import UserError
from ml_core.export.edit_sound import EditSound, Render
from ml_core.export.fitting import fit, gain_db
from ml_core.export.names import (
    LONGEST_NAME_BYTES,
    free_target,
    make_folder,
    reserved_target,
)
from ml_core.export.naming import tags_of_edit
from ml_core.export.record import edit_record
from ml_core.export.tools.cue import Cue, add_cues
from ml_core.paths import printable_name
from ml_core.progress import Progress, silent

__all__ = ["Render", "edit_record", "export_edit", "free_target", "reserved_target"]

LOST_COVER = "only whole PNG, JPEG, GIF and WebP pictures of usual size are carried over."


def export_edit(
    song: KnownSong,
    edit: Edit,
    target: str | Path,
    file_format: str,
    *,
    join_costs: Sequence[float | None] = (),
    tags: Tags | None = None,
    encoding: Encoding = AS_THE_SONG,
    loudness_lufs: float = 0.0,
    true_peak_db: float = HIGHEST_TRUE_PEAK_DB,
    overwrite: bool = False,
    progress: Progress | None = None,
    render: Render = render_blocks,
    say: Callable[[str], None] | None = None,
    exact_s: float | None = None,
    seams: list[Seam] | None = None,
    cues: Sequence[Cue] = (),
    noted: Mapping[str, Any] | None = None,
) -> Path:
    """Write an edit's audio, and `NAME.edit.json` beside it; both complete or neither.

    Sample rate, channels and bit depth are the source's where the format can hold them, unless
    `encoding` asks for others. Where sound over full scale would be cut off, the whole edit gets
    one gain, which the record tells.

    Args:
        song: that the edit was made of, where it lies now.
        edit: of this very song.
        target: path of the audio file.
        file_format: a key of `domain.files.formats.WRITE_FORMATS`.
        join_costs: one for each join, for the record; none are written where none are given.
        tags: to be written; None takes the song's own.
        encoding: what is asked for beside the format.
        loudness_lufs: to bring the edit to by one gain, which the record tells; 0 leaves its level.
        true_peak_db: the highest true peak that it may have then, in dBTP.
        overwrite: whether files of these names may be replaced (the source never is).
        progress: told after each block; may cancel, which leaves nothing behind.
        render: gives the edit's audio in blocks, float32 (n, n_channels).
        say: told in a sentence what of the song the written file lacks.
        exact_s: how long the file must last; None leaves the edit as it was cut.
        seams: given those of a long stretch, which stems follow.
        cues: markers for the file itself, where it can hold any; places in the edit's samples.
        noted: further fields of the record.

    Returns:
        The absolute path of the audio file.

    Raises:
        UserError: if the source is gone or another song, a name is taken or is the source itself,
            the format can't hold it, the edit can't be stretched to `exact_s`, or the disk is full,
            read-only or failing.
        Cancelled: if the person asked to stop.
    """
    progress = progress or silent()
    form = write_format(file_format)
    song_path, audio_path = Path(song.path).absolute(), Path(target).absolute()
    record_path = edit_json_path(audio_path)
    _require_usable(song_path, audio_path, record_path)
    header = _require_same_song(song, edit)
    stretch = stretch_to(edit, exact_s)
    record = edit_record(
        song_path, edit, join_costs, song.sound, stretch=stretch if exact_s else None
    )
    fitted = fit(form, header, encoding)
    words = f"Writing {printable_name(audio_path)}"
    sound = EditSound(edit, song_path, stretch, fitted, render, words)
    tags = read_tags(song_path) if tags is None else tags
    tags = tags_of_edit(tags, edit, fitted.rate_hz)
    make_folder(audio_path.parent)
    with (
        staged_file(record_path, overwrite) as staged_record,
        staged_file(audio_path, overwrite) as staged_audio,
    ):
        steps, gain, level = sound.write(
            staged_audio, form, encoding, tags, (loudness_lufs, true_peak_db), progress, seams
        )
        if gain != 1.0:
            record["gain_db"] = gain_db(gain)
        if level is not None:
            record["loudness"] = level.record
        record |= noted or {}
        placed = [cue.at_rate(header.sample_rate_hz, fitted.rate_hz) for cue in cues]
        if cues and not add_cues(staged_audio.path, placed) and say is not None:
            say(f"{printable_name(audio_path)} can't hold markers.")
        staged_record.path.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
        staged_audio.commit()
        staged_record.commit()
    if say is not None:
        name = printable_name(song_path)
        over = 1.0 if level is not None else gain
        said = [
            *fitted.said(name, over, steps.n_clipped, sound.is_wide),
            *_left_out(name, form, tags),
        ]
        for sentence in filter(None, [level.said(name) if level else "", *said]):
            say(sentence)
    return audio_path


def _left_out(name: str, form: WriteFormat, tags: Tags) -> Iterator[str]:
    """What of a song's tags its edit lacks, though no cut makes it false."""
    if tags.lost_cover:
        yield f"The cover of {name} was left out: {LOST_COVER}"
    elif tags.n_lost_pictures:
        n_lost = tags.n_lost_pictures
        pictures = "1 picture was" if n_lost == 1 else f"{n_lost} pictures were"
        yield f"{pictures} left out of what {name} holds: {LOST_COVER}"
    missing = unheld(form, tags)
    if missing:
        yield f"{form.name.upper()} can't hold all that {name} says: {', '.join(missing)}."


def _require_usable(song_path: Path, audio_path: Path, record_path: Path) -> None:
    refuse_same_file(song_path, audio_path)
    refuse_same_file(song_path, record_path)
    longest = max(len(path.name.encode("utf-8", "replace")) for path in (audio_path, record_path))
    if longest > LONGEST_NAME_BYTES:
        raise UserError(
            f"The name {printable_name(audio_path)[:40]}… is too long.",
            f"Leave room for “{EDIT_SUFFIX}” behind it.",
        )


def _require_same_song(song: KnownSong, edit: Edit) -> AudioHeader:
    header = probe(song.path)
    is_edit_of_it = (edit.sha256, edit.sample_rate_hz) == (song.sha256, header.sample_rate_hz)
    if not (is_edit_of_it and holds_song(song.path, song)):
        raise UserError(
            f"{printable_name(song.path)} has changed since this edit was made.",
            "Put the old file back, or add the new one and make a new edit.",
        )
    return header
