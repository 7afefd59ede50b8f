"""A batch of pairs as files: what `propose` and a blind comparison hand to a person.

Nothing in the files tells policies or repeats apart.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml_core import audio_file
from ml_core.domain.edits import Edit
from ml_core.domain.ratings import Comparison
from ml_core.domain.songs import KnownSong
from ml_core.edits.differing import to_hear_s
from ml_core.edits.forward_reading import BLOCK_SAMPLES
from ml_core.edits.render import render, render_blocks
from ml_core.errors import UserError
from ml_core.paths import printable_name
from ml_core.pipeline.materials import MOST_SAMPLES_IN_MEMORY
from ml_core.pipeline.rating_files.csv_files import csv_text
from ml_core.pipeline.rating_files.feedback import TEMPLATE_COLUMNS
from ml_core.pipeline.rating_files.pair_proof import PAIRS_FILE, pair_key
from ml_core.progress import Progress

Sound = Callable[[Edit], Iterable[NDArray[np.float32]]]


def pairs_json(
    comparisons: Sequence[Comparison], songs: Mapping[str, KnownSong], project_id: str
) -> list[dict[str, Any]]:
    """Pairs as the command's JSON shows them; `songs` has them by key."""
    return [
        {
            "id": comparison.id,
            "song": songs[comparison.sha256].path,
            "a": comparison.a.seconds,
            "b": comparison.b.seconds,
            "listen_s": to_hear_s(comparison.a, comparison.b),
            "key": pair_key(project_id, comparison),
        }
        for comparison in comparisons
    ]


def make_folder(out_dir: Path) -> None:
    """Make the folder if need be.

    Raises:
        UserError: if it can't be made.
    """
    try:
        out_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(
            f"The folder {out_dir} can't be made: {error.strerror}.", "Give another folder."
        ) from error


def new_folder(out_dir: Path) -> None:
    """Make the folder, and refuse one that holds an earlier batch: nothing is overwritten.

    Raises:
        UserError: if the folder can't be made or holds pairs.
    """
    make_folder(out_dir)
    for name in ("pairs.json", "feedback_template.csv", "pair_000_a.wav"):
        if (out_dir / name).exists():
            raise UserError(f"{out_dir} already holds {name}.", "Give another folder.")


def write_pair_audio(
    comparisons: Sequence[Comparison],
    songs: Mapping[str, KnownSong],
    out_dir: Path,
    progress: Progress,
    overwrite: bool = False,
) -> None:
    """Write `pair_000_a.wav` ...; all of them, or none are left behind.

    Args:
        comparisons: in the order they are numbered in; ids are not needed yet.
        songs: each song by its key.
        out_dir: a folder that is there.
        progress: one step a song, since each song is decoded once.
        overwrite: whether files of these names may be replaced.

    Raises:
        UserError: if a song is gone or another one now, or the disk refuses.
    """
    by_song: dict[str, list[int]] = defaultdict(list)
    for index, comparison in enumerate(comparisons):
        by_song[comparison.sha256].append(index)
    written: list[Path] = []
    try:
        for done, (sha256, indices) in enumerate(by_song.items()):
            path = Path(songs[sha256].path)
            progress.report(done / len(by_song), f"Writing edits of {printable_name(path)}")
            sound = sound_of(songs[sha256])
            for index in indices:
                for side, edit in (("a", comparisons[index].a), ("b", comparisons[index].b)):
                    target = out_dir / _file(index, side)
                    write_wav(edit, sound, path, target, overwrite)
                    written.append(target)
    except BaseException:
        for target in written:
            with suppress(OSError):
                target.unlink()
        raise


def write_pair_lists(
    comparisons: Sequence[Comparison],
    songs: Mapping[str, KnownSong],
    project_id: str,
    out_dir: Path,
    overwrite: bool = False,
) -> list[dict[str, Any]]:
    """Write `feedback_template.csv` and `pairs.json`, for pairs of a project that have their ids.

    Returns:
        What `pairs.json` holds.
    """
    rows = pairs_json(comparisons, songs, project_id)
    template = csv_text(
        TEMPLATE_COLUMNS,
        (
            (row["id"], row["song"], *_files(k), "", "", "", row["key"])
            for k, row in enumerate(rows)
        ),
    )
    audio_file.write_text_atomic(out_dir / "feedback_template.csv", template, overwrite)
    audio_file.write_text_atomic(
        out_dir / PAIRS_FILE, json.dumps({"schema": 1, "pairs": rows}, indent=1), overwrite
    )
    return rows


def _file(index: int, side: str) -> str:
    return f"pair_{index:03d}_{side}.wav"


def _files(index: int) -> tuple[str, str]:
    return _file(index, "a"), _file(index, "b")


def sound_of(song: KnownSong) -> Sound:
    """Renders edits of a song: decoded once, or streamed each time where it is very long.

    Raises:
        UserError: if the file is gone, or is another song now.
    """
    path = Path(song.path)
    header = audio_file.probe(path)
    audio_file.require_song(song)
    if header.n_samples is None or header.n_samples * header.n_channels > MOST_SAMPLES_IN_MEMORY:
        return lambda edit: render_blocks(edit, path)
    source = audio_file.read(path)
    return lambda edit: _in_blocks(render(edit, source))


def write_wav(edit: Edit, sound: Sound, source: Path, target: Path, overwrite: bool) -> None:
    """Write an edit of the song at `source` as a 16-bit WAV."""
    audio_file.write_atomic(
        target,
        sound(edit),
        edit.sample_rate_hz,
        audio_file.probe(source).n_channels,
        "WAV",
        "PCM_16",
        overwrite,
        n_samples=edit.n_samples,
        tags=audio_file.Tags(is_edit=True),
    )


def _in_blocks(audio: NDArray[np.float32]) -> Iterator[NDArray[np.float32]]:
    for start in range(0, len(audio), BLOCK_SAMPLES):
        yield audio[start : start + BLOCK_SAMPLES]
