"""What a comparison leaves in a folder: WAV pairs, results, and blind pairs to answer."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from itertools import count
from pathlib import Path
from typing import Any

from ml_core import audio_file
from ml_core.audio_file.identity import same_name_key
from ml_core.domain.comparing import ON_LEARNED, ON_NEW, ComparisonFilesRequest
from ml_core.domain.edits import Edit
from ml_core.domain.models import rows_by_pair
from ml_core.domain.ratings import Comparison
from ml_core.export.names import LONGEST_NAME_BYTES, safe_stem, shortened
from ml_core.pipeline.rating_files.pair_files import (
    make_folder,
    sound_of,
    write_pair_audio,
    write_pair_lists,
    write_wav,
)
from ml_core.progress import Progress


def old_and_new(comparison: Comparison, new: str) -> tuple[Edit, Edit]:
    """(old edit, new edit) of a blind pair."""
    if comparison.origin_a.checkpoint == new:
        return comparison.b, comparison.a
    return comparison.a, comparison.b


def write_comparison(request: ComparisonFilesRequest, progress: Progress) -> dict[str, Any]:
    """Write `SONG_old_policy.wav`, `SONG_new_policy.wav`, `test_results.json`, and blind pairs.

    Files of an earlier call for the same comparison are replaced; blind pairs are kept. As long
    as a blind comparison is unfinished, nothing beside its pairs tells old from new.

    Returns:
        What `test_results.json` holds.

    Raises:
        UserError: if the folder or a song can't be used.
    """
    out_dir = Path(request.out_dir)
    make_folder(out_dir)
    is_hidden = request.blind and request.report.verdict == "unfinished"
    if request.blind and not (out_dir / "blind" / "pairs.json").exists():
        _write_blind(request, out_dir / "blind", progress.part(0.0, 0.6))
    if not is_hidden:
        _write_labelled(request, out_dir, progress.part(0.6, 1.0))
    results = comparison_results(request)
    if is_hidden:
        results |= {"pairs": [], "summary": None}
    text = json.dumps({"schema": 1, **results}, indent=1)
    audio_file.write_text_atomic(out_dir / "test_results.json", text, overwrite=True)
    return results


def _write_blind(request: ComparisonFilesRequest, folder: Path, progress: Progress) -> None:
    make_folder(folder)
    # pairs.json is written last. Without it the files are left over from a call that was cut off.
    write_pair_audio(request.comparisons, request.songs, folder, progress, overwrite=True)
    write_pair_lists(request.comparisons, request.songs, request.project_id, folder, overwrite=True)


def _write_labelled(request: ComparisonFilesRequest, out_dir: Path, progress: Progress) -> None:
    """One pair of each song, named by song and policy."""
    firsts = {c.sha256: c for c in reversed(request.comparisons)}
    stems = _stems({sha256: request.songs[sha256].path for sha256 in firsts})
    for done, (sha256, comparison) in enumerate(firsts.items()):
        path = Path(request.songs[sha256].path)
        progress.report(done / len(firsts), f"Writing edits of {stems[sha256]}")
        sound = sound_of(request.songs[sha256])
        old, new = old_and_new(comparison, request.session.new)
        for edit, words in ((old, "old"), (new, "new")):
            target = out_dir / f"{stems[sha256]}_{words}_policy.wav"
            for song in request.songs.values():
                audio_file.refuse_same_file(song.path, target)
            write_wav(edit, sound, path, target, overwrite=True)


def _stems(paths: Mapping[str, str]) -> dict[str, str]:
    """A file name's beginning for each song, all different, short enough for what follows."""
    stems: dict[str, str] = {}
    taken: set[str] = set()
    for sha256, path in paths.items():
        base = safe_stem(Path(path).stem)
        for number in count(1):
            mark = "" if number == 1 else f" {number}"
            stem = shortened(base, LONGEST_NAME_BYTES - len(f"{mark}_old_policy.wav")) + mark
            if same_name_key(stem) not in taken:
                break
        taken.add(same_name_key(stem))
        stems[sha256] = stem
    return stems


def comparison_results(request: ComparisonFilesRequest) -> dict[str, Any]:
    """Durations, keep ratios and joins of both policies, with the listener's answers."""
    session, report = request.session, request.report
    # No look at single answers before the fixed number is reached.
    answered = rows_by_pair(report, [comparison.id for comparison in request.comparisons])
    rows = []
    for comparison in request.comparisons:
        song = request.songs[comparison.sha256]
        row: dict[str, Any] = {"song": song.path, "pair": comparison.id}
        for edit, words in zip(old_and_new(comparison, session.new), ("old", "new"), strict=True):
            row[words] = {
                "duration_s": edit.duration_s,
                "keep_ratio": edit.duration_s / song.duration_s,
                "joins": edit.n_joins,
                "kept": edit.seconds,
            }
        row["preferred"] = answered.get(comparison.id, {}).get("preferred")
        rows.append(row)
    listener = asdict(report)
    del listener["per_song"], listener["answers"]
    return {
        "old": session.old,
        "new": session.new,
        "on_reserved_songs": session.on_reserved,
        "verdict_is_on": ON_NEW if session.on_reserved else ON_LEARNED,
        "learned_from": [
            {"song": request.songs[sha256].path, "how": how}
            for sha256, how in request.learned.items()
        ],
        "left_reserve": [request.songs[sha256].path for sha256 in request.released],
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
