"""What a comparison leaves in a folder: WAV pairs, results, and blind pairs to answer."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ml_core import audio_file
from ml_core.domain.edits import Edit
from ml_core.domain.models import ComparisonReport, ComparisonSession
from ml_core.domain.ratings import Comparison
from ml_core.errors import UserError
from ml_core.pipeline.pair_files import write_pairs, write_wav
from ml_core.progress import Progress
from ml_core.store import Store


def old_and_new(comparison: Comparison, new: str) -> tuple[Edit, Edit]:
    """(old edit, new edit) of a blind pair."""
    if comparison.origin_a.checkpoint == new:
        return comparison.b, comparison.a
    return comparison.a, comparison.b


def write_comparison(
    store: Store,
    session: ComparisonSession,
    report: ComparisonReport,
    out_dir: Path,
    blind: bool,
    progress: Progress,
) -> dict[str, Any]:
    """Write `SONG_old_policy.wav`, `SONG_new_policy.wav`, `test_results.json`, and blind pairs.

    Files of an earlier call for the same session are written anew; blind pairs are not.

    Returns:
        What `test_results.json` holds.
    """
    try:
        out_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"The folder {out_dir} can't be made: {error.strerror}.") from error
    comparisons = store.session_comparisons(session.id)
    songs = {entry.song.sha256: entry.song.path for entry in store.songs()}
    results = _results(store, session, report, comparisons, songs)
    firsts = {c.sha256: c for c in reversed(comparisons)}
    for done, (sha256, comparison) in enumerate(firsts.items()):
        stem = Path(songs[sha256]).stem
        progress.report(done / (len(firsts) + 1), f"Writing edits of {stem}")
        source = audio_file.read(songs[sha256])
        old, new = old_and_new(comparison, session.new)
        for edit, words in ((old, "old"), (new, "new")):
            target = out_dir / f"{stem}_{words}_policy.wav"
            target.unlink(missing_ok=True)
            write_wav(edit, source, target)
    if blind and not (out_dir / "blind" / "pairs.json").exists():
        write_pairs(comparisons, songs, out_dir / "blind", progress.part(0.9, 1.0))
    target = out_dir / "test_results.json"
    target.unlink(missing_ok=True)
    audio_file.write_text_atomic(target, json.dumps({"schema": 1, **results}, indent=1))
    return results


def _results(
    store: Store,
    session: ComparisonSession,
    report: ComparisonReport,
    comparisons: Sequence[Comparison],
    songs: dict[str, str],
) -> dict[str, Any]:
    durations = {entry.song.sha256: entry.song.duration_s for entry in store.songs()}
    rows = []
    for index, comparison in enumerate(comparisons):
        old, new = old_and_new(comparison, session.new)
        row: dict[str, Any] = {"song": songs[comparison.sha256], "pair": comparison.id}
        for edit, words in ((old, "old"), (new, "new")):
            row[words] = {
                "duration_s": edit.duration_s,
                "keep_ratio": edit.duration_s / durations[comparison.sha256],
                "joins": edit.n_joins,
                "kept": edit.seconds,
            }
        # No look at single answers before the fixed number is reached.
        finished = report.verdict != "unfinished"
        row["preferred"] = report.per_song[index]["preferred"] if finished else None
        rows.append(row)
    return {
        "old": session.old,
        "new": session.new,
        "on_reserved_songs": session.on_reserved,
        "listener": {
            key: value
            for key, value in asdict(report).items()
            if key not in ("per_song", "answers")
        },
        "pairs": rows,
        "summary": {
            words: {
                "mean_duration_s": _mean([row[words]["duration_s"] for row in rows]),
                "mean_keep_ratio": _mean([row[words]["keep_ratio"] for row in rows]),
                "mean_joins": _mean([row[words]["joins"] for row in rows]),
            }
            for words in ("old", "new")
        },
    }


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None
