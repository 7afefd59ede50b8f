"""What a comparison leaves in a folder: WAV pairs, results, and blind pairs to answer."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ml_core import audio_file
from ml_core.domain.edits import Edit
from ml_core.domain.ratings import Comparison
from ml_core.domain.requests import ComparisonFilesRequest
from ml_core.errors import UserError
from ml_core.pipeline.pair_files import write_pairs, write_wav
from ml_core.progress import Progress


def old_and_new(comparison: Comparison, new: str) -> tuple[Edit, Edit]:
    """(old edit, new edit) of a blind pair."""
    if comparison.origin_a.checkpoint == new:
        return comparison.b, comparison.a
    return comparison.a, comparison.b


def write_comparison(request: ComparisonFilesRequest, progress: Progress) -> dict[str, Any]:
    """Write `SONG_old_policy.wav`, `SONG_new_policy.wav`, `test_results.json`, and blind pairs.

    Files of an earlier call for the same comparison are written anew; blind pairs are not.

    Returns:
        What `test_results.json` holds.

    Raises:
        UserError: if the folder or a song can't be used.
    """
    out_dir = Path(request.out_dir)
    try:
        out_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"The folder {out_dir} can't be made: {error.strerror}.") from error
    results = comparison_results(request)
    firsts = {c.sha256: c for c in reversed(request.comparisons)}
    for done, (sha256, comparison) in enumerate(firsts.items()):
        path = Path(request.songs[sha256][0])
        progress.report(done / (len(firsts) + 1), f"Writing edits of {path.stem}")
        source = audio_file.read(path)
        old, new = old_and_new(comparison, request.session.new)
        for edit, words in ((old, "old"), (new, "new")):
            target = out_dir / f"{path.stem}_{words}_policy.wav"
            target.unlink(missing_ok=True)
            write_wav(edit, source, target)
    if request.blind and not (out_dir / "blind" / "pairs.json").exists():
        songs = {sha256: path for sha256, (path, _) in request.songs.items()}
        write_pairs(request.comparisons, songs, out_dir / "blind", progress.part(0.9, 1.0))
    target = out_dir / "test_results.json"
    target.unlink(missing_ok=True)
    audio_file.write_text_atomic(target, json.dumps({"schema": 1, **results}, indent=1))
    return results


def comparison_results(request: ComparisonFilesRequest) -> dict[str, Any]:
    """Durations, keep ratios and joins of both policies, with the listener's answers."""
    session, report = request.session, request.report
    # No look at single answers before the fixed number is reached.
    finished = report.verdict != "unfinished"
    rows = []
    for index, comparison in enumerate(request.comparisons):
        path, song_s = request.songs[comparison.sha256]
        row: dict[str, Any] = {"song": path, "pair": comparison.id}
        for edit, words in zip(old_and_new(comparison, session.new), ("old", "new"), strict=True):
            row[words] = {
                "duration_s": edit.duration_s,
                "keep_ratio": edit.duration_s / song_s,
                "joins": edit.n_joins,
                "kept": edit.seconds,
            }
        row["preferred"] = report.per_song[index]["preferred"] if finished else None
        rows.append(row)
    listener = asdict(report)
    del listener["per_song"], listener["answers"]
    return {
        "old": session.old,
        "new": session.new,
        "on_reserved_songs": session.on_reserved,
        "listener": listener,
        "pairs": rows,
        "summary": {words: _means(rows, words) for words in ("old", "new")},
    }


def _means(rows: Sequence[Mapping[str, Any]], words: str) -> dict[str, float | None]:
    return {
        "mean_duration_s": _mean([row[words]["duration_s"] for row in rows]),
        "mean_keep_ratio": _mean([row[words]["keep_ratio"] for row in rows]),
        "mean_joins": _mean([row[words]["joins"] for row in rows]),
    }


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None
