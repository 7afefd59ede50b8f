"""A stem with the cuts of its song's edit, written beside the edit."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from ml_core.audio_file import (
    probe,
    read_tags,
    refuse_same_file,
    resampled_length,
    stage_audio,
    staged_file,
)
from ml_core.domain.edits import Edit
from ml_core.domain.files.encodings import AS_THE_SONG, Encoding
from ml_core.domain.files.formats import write_format
from ml_core.edits.exact.lengths import Stretch
from ml_core.edits.exact.seams import Seam
from ml_core.edits.exact.stretching import stretched_edit
from ml_core.edits.render import render_blocks
from ml_core.errors import UserError
from ml_core.export.edit_sound import watched
from ml_core.export.fitting import fit
from ml_core.export.names import reserved_target
from ml_core.export.naming import tags_of_edit
from ml_core.paths import printable_name
from ml_core.progress import Progress

_BETWEEN = re.compile(r"^[\s_.\-–—]+|[\s_.\-–—]+$")


def stem_name(song: Path, stem: Path) -> str:
    """What a stem is called beside its song: "Song - drums.wav" is the song's drums."""
    name = stem.stem
    found = re.search(re.escape(song.stem), name, re.IGNORECASE)
    rest = _BETWEEN.sub("", name[: found.start()] + name[found.end() :]) if found else name
    rest = rest.removeprefix("(").removesuffix(")") if rest.startswith("(") else rest
    return rest.strip() or name


def export_stem(
    stem: Path,
    song: Path,
    edit: Edit,
    edit_file: Path,
    file_format: str,
    *,
    stretch: Stretch,
    seams: Sequence[Seam] = (),
    encoding: Encoding = AS_THE_SONG,
    progress: Progress,
) -> Path:
    """Write a stem as the song's edit is cut, named "EDIT (STEM).wav" beside the edit.

    Each kept part is the stem's own, bit by bit. Fades, gains and tails are the song's, so that
    stems that add up to the song add up to its edit. Depth and channels are the stem's own where
    the format can hold them.

    Args:
        stem: as long as the song, at its rate.
        song: that the edit was made of.
        edit: of the song.
        edit_file: what was written of it.
        file_format: a key of `domain.files.formats.WRITE_FORMATS`.
        stretch, seams: of the edit.
        encoding: what is asked for beside the format, as of the edit.
        progress: told after each block; may cancel, which leaves nothing behind.

    Returns:
        The absolute path of the file.

    Raises:
        UserError: if the stem has changed, can't be read or can't be written.
        Cancelled: if the person asked to stop.
    """
    form, header = write_format(file_format), probe(stem)
    if header.sample_rate_hz != edit.sample_rate_hz:
        raise UserError(f"{printable_name(stem)} has changed since it was looked at.", "Try again.")
    fitted = fit(form, header, encoding)
    name = f"{edit_file.stem} ({stem_name(song, stem)})"
    with reserved_target(edit_file.parent, name, file_format) as target:
        refuse_same_file(stem, target)
        is_wide = fitted.is_wide and stretch.is_none
        render = partial(render_blocks, song=song, is_wide=is_wide)
        sound = stretched_edit(edit, stem, stretch, render, seams)
        told = watched(sound, stretch.to_samples, progress, f"Writing {printable_name(target)}")
        with staged_file(target) as staged:
            stage_audio(
                staged,
                fitted.converted(told),
                fitted.rate_hz,
                fitted.n_channels,
                form.name,
                fitted.coding,
                n_samples=resampled_length(stretch.to_samples, edit.sample_rate_hz, fitted.rate_hz),
                encoding=encoding,
                steps=fitted.steps(edit, not stretch.is_none, stem.name),
                tags=tags_of_edit(read_tags(stem), edit, fitted.rate_hz),
            )
            staged.commit()
        return target
