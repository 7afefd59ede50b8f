"""The verb "correct": a song's beats and bars, as found or put right by hand."""

from __future__ import annotations

import argparse
import json
from itertools import pairwise
from pathlib import Path
from typing import Any

from ml_core import paths
from ml_core.cli.exporting import ready_song
from ml_core.cli.output import open_project, show, watch
from ml_core.cli.songs import song_json
from ml_core.domain.adding import AnalyseRequest
from ml_core.domain.corrections import FEWEST_TAPS, NO_CORRECTIONS, Corrections
from ml_core.domain.songs import Song, SongAnalysis
from ml_core.errors import UserError
from ml_core.foreign_text import shown_text
from ml_core.store.records.corrections import SongGrid
from ml_core.store.whereabouts import present_song
from ml_core.units import parse_clock


def correct(arguments: argparse.Namespace) -> None:
    """Correct a song's beats and bars, in the order reset, tap, tempo, meter, shift; then show it.

    Without an option the grid is shown as it stands.
    """
    from ml_core.pipeline.listening import analyse_song
    from ml_core.pipeline.materials import song_analysis

    options = (arguments.reset, arguments.tap is not None, arguments.double, arguments.halve)
    changes = any((*options, arguments.meter, arguments.shift, arguments.fits))
    with open_project(arguments, write=changes) as store, watch(arguments) as progress:
        entry = ready_song(store.songs.find(arguments.song), arguments.song)
        song = present_song(entry)
        corrections = corrected_by(arguments, entry.corrections, song)
        cache = str(paths.cache_dir(store.project_dir))
        analysis = song_analysis(cache, song, progress.part(0.0, 0.9), corrections)
        wanted = AnalyseRequest(cache, song, corrections)
        outcome = analyse_song(wanted, progress.part(0.9, 1.0))
        if corrections != entry.corrections:
            message = " ".join(outcome.warnings)
            grid = SongGrid(corrections, outcome.tempo_bpm, outcome.meter, message)
            store.corrections.set_grid(song.sha256, grid)
        entry = store.songs.find(song.sha256) or entry
    data = {"song": song_json(entry), **_grid_json(analysis, corrections)}
    data["warnings"] = outcome.warnings
    show(arguments, data, _lines(song, analysis, corrections, outcome.warnings))


def corrected_by(arguments: argparse.Namespace, before: Corrections, song: Song) -> Corrections:
    """What holds after the options that were given.

    Raises:
        UserError: if taps can't be read or are no taps of this song.
    """
    now = NO_CORRECTIONS if arguments.reset else before
    if arguments.tap is not None:
        now = now.tapped(_samples(_times_s(arguments.tap), song))
    if arguments.double:
        now = now.doubled()
    if arguments.halve:
        now = now.halved()
    if arguments.meter is not None:
        now = now.with_meter(arguments.meter)
    if arguments.shift:
        try:
            now = now.shifted(arguments.shift)
        except ValueError as error:
            raise UserError(f"Bars can't be shifted by {arguments.shift} beats.") from error
    return now.confirmed() if arguments.fits else now


def _times_s(text: str) -> list[float]:
    """Seconds from "1.0,1.5,…", or from a file: JSON, or times with spaces or lines between."""
    words = text
    try:
        if Path(text).is_file():
            words = Path(text).read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise UserError(f"{text} can't be read.", "Give times in seconds.") from error
    try:
        if words.lstrip().startswith("["):
            return [float(time) for time in json.loads(words)]
        return [parse_clock(word) for word in words.replace(",", " ").split()]
    except (ValueError, TypeError, RecursionError) as error:
        raise UserError(
            f"{text!r} holds no list of times.", 'Give them like "12.1,12.6,13.1,13.6".'
        ) from error


def _samples(times_s: list[float], song: Song) -> tuple[int, ...]:
    if len(times_s) < FEWEST_TAPS:
        raise UserError(
            f"{len(times_s)} taps are too few for a tempo.", f"Give at least {FEWEST_TAPS}."
        )
    # Written so that NaN fails too.
    if not all(0 <= time <= song.duration_s for time in times_s):
        raise UserError("A tap lies outside of the song.", "Give times within the song.")
    samples = [round(time * song.sample_rate_hz) for time in times_s]
    if not all(a < b for a, b in pairwise(samples)):
        raise UserError("The taps are not in order.", "Give each time once, earliest first.")
    return tuple(samples)


def _grid_json(analysis: SongAnalysis, corrections: Corrections) -> dict[str, Any]:
    rate = analysis.sample_rate_hz
    beats_s = analysis.beat_samples / rate
    return {
        "corrections": corrections.to_json(),
        "tempo_bpm": analysis.tempo_bpm,
        "meter": analysis.meter,
        "confidence": analysis.confidence,
        "has_beat": analysis.has_beat,
        "beats_s": beats_s,
        "downbeats_s": beats_s[analysis.bar_start_beats],
    }


_WORDS = {"double": "tempo ×2", "halve": "tempo ÷2", "tap": "beats tapped"}


def _lines(
    song: Song, analysis: SongAnalysis, corrections: Corrections, warnings: tuple[str, ...]
) -> list[str]:
    steps = []
    for step in corrections.steps:
        later = "later" if step.value > 0 else "earlier"
        counted = "a beat" if abs(step.value) == 1 else f"{abs(step.value)} beats"
        steps.append(
            {
                "shift": f"bars {counted} {later}",
                "meter": f"{step.value} beats a bar",
            }.get(step.kind)
            or _WORDS[step.kind]
        )
    made = f"corrected: {', '.join(steps)}" if steps else "as found"
    if corrections.is_confirmed:
        made += ", confirmed"
    return [
        f"{shown_text(song.title)}: {analysis.tempo_bpm:.0f} bpm, {analysis.meter} beats a bar, "
        f"{analysis.n_bars} bars, {made}",
        *warnings,
    ]
