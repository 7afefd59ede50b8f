"""Which files of a folder are stems of which song: those of its length and rate, to the sample.

Where several songs are that long, the folder or the file must be named as one of them. What is left
out is told with the reason, and never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ml_core import audio_file
from ml_core.audio_file.finding import sound_files_below
from ml_core.audio_file.identity import is_same_file, same_name_key
from ml_core.audio_file.tagging.own_edits import is_own_edit
from ml_core.domain.files.stems import SongStems, StemsFound, StemSong
from ml_core.errors import UserError
from ml_core.paths import printable_name
from ml_core.progress import Progress

_TOLD_S = 0.01
"""A difference from here on is told in seconds too."""

LEAST_TELLING = 3
"""Letters of a song's name that tell it within another name: "1" is in many."""

_DECODED = frozenset({"MP3", "OGG"})
"""What such a file says of its length is not always what comes out of it."""


@dataclass(frozen=True, slots=True)
class _File:
    """A sound file below the folder of stems.

    Attributes:
        names: of the file and the folders it lies in below that folder, as they are compared.
    """

    path: Path
    n_samples: int
    sample_rate_hz: int
    names: tuple[str, ...]


def find_stems(
    folder: Path,
    songs: Sequence[StemSong],
    progress: Progress,
    others: Sequence[StemSong] = (),
) -> StemsFound:
    """The stems of songs in a folder and below.

    Args:
        folder: that a person named.
        songs: that are exported.
        progress: told which file is looked at; may cancel.
        others: further songs that are known: what is theirs is passed over without a word.

    Raises:
        UserError: if there is no such folder.
        Cancelled: if the person asked to stop.
    """
    if not folder.is_dir():
        raise UserError(f"There is no folder {folder}.", "Name the folder that holds the stems.")
    if not songs:
        return StemsFound((), ())
    stems: dict[str, list[str]] = {song.path: [] for song in songs}
    left_out: list[tuple[str, str]] = []
    for path in sound_files_below(folder):
        progress.report(0.0, f"Looking at {printable_name(path)}")
        if any(is_same_file(song.path, path) for song in (*songs, *others)) or is_own_edit(path):
            continue
        try:
            file = _looked_at(folder, path)
            if not _is_of_another(file, songs, others):
                stems[_owner(file, songs).path].append(str(path))
        except UserError as error:
            left_out.append((str(path), str(error)))
    found = tuple(SongStems(song, tuple(stems[song.path])) for song in songs)
    return StemsFound(found, tuple(left_out))


def _looked_at(folder: Path, path: Path) -> _File:
    header = audio_file.probe(path)
    n_samples = header.n_samples
    if n_samples is None or header.file_format in _DECODED:
        n_samples = sum(len(block) for block in audio_file.blocks(path))
    parts = path.relative_to(folder).with_suffix("").parts
    names = tuple(same_name_key(part) for part in parts)
    return _File(path, n_samples, header.sample_rate_hz, names)


def _is_of_another(file: _File, songs: Sequence[StemSong], others: Sequence[StemSong]) -> bool:
    """Whether a file is a stem of a song that is not exported now."""
    named = list(_named(file, [*songs, *others]))
    if any(_fits(file, song) or song in named for song in songs):
        return False
    return bool(named) or any(_fits(file, song) for song in others)


def _fits(file: _File, song: StemSong) -> bool:
    return (song.n_samples, song.sample_rate_hz) == (file.n_samples, file.sample_rate_hz)


def _owner(file: _File, songs: Sequence[StemSong]) -> StemSong:
    """The song that a file is a stem of.

    Raises:
        UserError: if it is none of these songs', or it can't be told whose.
    """
    fitting = [song for song in songs if _fits(file, song)]
    named = list(_named(file, songs))
    name = printable_name(file.path)
    if not fitting:
        raise UserError(
            f"{name} is no stem of {_what_differs(file, named[0] if named else songs[0])}.",
            "Stems are as long as their song to the sample, at its sample rate.",
        )
    if len(fitting) == 1 and (not named or fitting[0] in named):
        return fitting[0]
    both = [song for song in fitting if song in named]
    if len(both) == 1:
        return both[0]
    if len(fitting) == 1:
        raise UserError(
            f"{name} is named as {_title(named[0])}, but is as long as {_title(fitting[0])}.",
            "Name it as its own song.",
        )
    raise UserError(
        f"{name} is as long as {len(fitting)} songs, {_title(fitting[0])} for one.",
        "Put each song's stems into a folder that is named as the song.",
    )


def _named(file: _File, songs: Sequence[StemSong]) -> Iterator[StemSong]:
    """The songs that a file or its folder is named as; of names within each other the longest."""
    keys = [same_name_key(Path(song.path).stem) for song in songs]
    held = {key for key in keys if any(_is_in(key, part) for part in file.names)}
    longest = {key for key in held if not any(key != other and key in other for other in held)}
    for song, key in zip(songs, keys, strict=True):
        if key in longest:
            yield song


def _is_in(key: str, name: str) -> bool:
    """Whether a name is a song's, or has it in it as words of their own."""
    if key == name or len(key) < LEAST_TELLING:
        return key == name
    return re.search(rf"(?<![^\W_]){re.escape(key)}(?![^\W_])", name) is not None


def _what_differs(file: _File, song: StemSong) -> str:
    """The song, and why a file is no stem of it."""
    if file.sample_rate_hz != song.sample_rate_hz:
        return (
            f"{_title(song)}: its sample rate is {file.sample_rate_hz:,} Hz, "
            f"the song's {song.sample_rate_hz:,} Hz"
        )
    n = file.n_samples - song.n_samples
    samples = "1 sample" if abs(n) == 1 else f"{abs(n):,} samples"
    seconds = abs(n) / song.sample_rate_hz
    words = f" ({seconds:.2f} s)" if seconds >= _TOLD_S else ""
    return f"{_title(song)}: it is {samples} {'longer' if n > 0 else 'shorter'}{words}"


def _title(song: StemSong) -> str:
    return printable_name(song.path)
