"""A batch of pairs as files: what `propose` and a blind comparison hand to a person.

Nothing in the files tells policies or repeats apart.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml_core import audio_file
from ml_core.domain.edits import Edit
from ml_core.domain.ratings import Comparison
from ml_core.edits.render import render
from ml_core.errors import UserError
from ml_core.pipeline.feedback import TEMPLATE_COLUMNS, csv_text
from ml_core.progress import Progress

BLOCK_SAMPLES = 65536


def pairs_json(comparisons: Sequence[Comparison], songs: dict[str, str]) -> list[dict[str, Any]]:
    """Pairs as the command's JSON shows them; `songs` maps hashes to paths."""
    return [
        {
            "id": comparison.id,
            "song": songs[comparison.sha256],
            "a": comparison.a.seconds,
            "b": comparison.b.seconds,
        }
        for comparison in comparisons
    ]


def new_folder(out_dir: Path, marker: str) -> None:
    """Make the folder, and refuse one that holds an earlier batch: nothing is overwritten.

    Raises:
        UserError: if the folder can't be made or holds a file named `marker`.
    """
    try:
        out_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(
            f"The folder {out_dir} can't be made: {error.strerror}.", "Give another folder."
        ) from error
    if (out_dir / marker).exists():
        raise UserError(f"{out_dir} already holds {marker}.", "Give another folder.")


def write_pairs(
    comparisons: Sequence[Comparison], songs: dict[str, str], out_dir: Path, progress: Progress
) -> list[dict[str, Any]]:
    """Write `pair_000_a.wav` ..., `pairs.json` and `feedback_template.csv`.

    Args:
        comparisons: with the ids that the store gave.
        songs: path of each song by its hash.
        out_dir: made if need be; an earlier batch in it is refused.
        progress: one step a song, since each song is decoded once.

    Returns:
        What `pairs.json` holds.

    Raises:
        UserError: if the folder or a song can't be used.
    """
    new_folder(out_dir, "pairs.json")
    by_song: dict[str, list[int]] = defaultdict(list)
    for index, comparison in enumerate(comparisons):
        by_song[comparison.sha256].append(index)
    for done, (sha256, indices) in enumerate(by_song.items()):
        progress.report(done / len(by_song), f"Writing edits of {Path(songs[sha256]).name}")
        source = audio_file.read(songs[sha256])
        for index in indices:
            pair = comparisons[index]
            for side, edit in (("a", pair.a), ("b", pair.b)):
                write_wav(edit, source, out_dir / f"pair_{index:03d}_{side}.wav")
    rows = pairs_json(comparisons, songs)
    template = csv_text(
        TEMPLATE_COLUMNS,
        (
            (row["id"], row["song"], f"pair_{k:03d}_a.wav", f"pair_{k:03d}_b.wav", "", "", "")
            for k, row in enumerate(rows)
        ),
    )
    audio_file.write_text_atomic(out_dir / "feedback_template.csv", template)
    audio_file.write_text_atomic(
        out_dir / "pairs.json", json.dumps({"schema": 1, "pairs": rows}, indent=1)
    )
    return rows


def write_wav(edit: Edit, source: NDArray[np.float32], target: Path) -> None:
    """Render an edit of decoded audio (n_samples, n_channels) into a 16-bit WAV."""
    audio = render(edit, source)
    audio_file.write_atomic(
        target, _blocks(audio), edit.sample_rate_hz, audio.shape[1], "WAV", "PCM_16"
    )


def _blocks(audio: NDArray[np.float32]) -> Iterator[NDArray[np.float32]]:
    for start in range(0, len(audio), BLOCK_SAMPLES):
        yield audio[start : start + BLOCK_SAMPLES]
