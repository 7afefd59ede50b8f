"""The verb "correct": a song's beats and bars, as found or put right by hand."""

from __future__ import annotations

import argparse
from itertools import pairwise
from pathlib import Path
from typing import Any

from ml_core import paths
from ml_core.cli.export.limits import ready_song
from ml_core.cli.output import open_project, show, watch
from ml_core.cli.songs import song_json
from ml_core.domain.adding import AnalyseRequest
from ml_core.domain.corrections import FEWEST_TAPS, NO_CORRECTIONS, Corrections
from ml_core.domain.songs import Song, SongAnalysis
from ml_core.errors import UserError
from ml_core.foreign_text import shown_text
from ml_core.pipeline.rating_files.csv_files import text_of
from ml_core.store.records.corrections import SongGrid
from ml_core.store.whereabouts import present_song
from ml_core.units import parse_clock
from ml_core.untrusted_json import LARGEST_JSON_BYTES, parse_json


def correct(arguments: argparse.Namespace) -> None:
    """Correct a song's beats and bars; then show it.

    The order is reset, corrections from a file, tap, tempo, meter, shift, stretch, moved lines.

    Without an option the grid is shown as it stands.
    """
    from ml_core.pipeline.listening import analyse_song
    from ml_core.pipeline.materials import song_analysis

    changes = any(getattr(arguments, name) for name in _CHANGES)
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
    if arguments.kept_file is not None:
        now = _from_file(Path(arguments.kept_file))
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
    now = _by_hand(arguments, now, song)
    return now.confirmed() if arguments.fits else now


def _by_hand(arguments: argparse.Namespace, now: Corrections, song: Song) -> Corrections:
    """After a stretch that got a tempo or meter of its own, and lines that were moved."""
    taps: tuple[int, ...] = ()
    if arguments.stretch_tap is not None:
        taps = _samples(_times_s(arguments.stretch_tap), song)
    wanted = {"meter": arguments.stretch_meter, "bpm": arguments.stretch_tempo, "taps": taps}
    if arguments.stretch is None:
        if any(wanted.values()):
            raise UserError("No stretch is named.", "Give it with --stretch S-E.")
    else:
        start, end = (_sample(time_s, song) for time_s in arguments.stretch)
        try:
            now = now.stretched(start, end, **wanted)
        except ValueError as error:
            raise UserError(f"That makes no stretch: {error}.") from error
    for moves, later_follow in ((arguments.move, True), (arguments.move_one, False)):
        for before_s, after_s in moves:
            before, after = _sample(before_s, song), _sample(after_s, song)
            try:
                now = now.moved(before, after, later_follow=later_follow)
            except ValueError as error:
                raise UserError(
                    f"These lines can't be moved: {error}.", "Move fewer of them."
                ) from error
    return now


def _sample(time_s: float, song: Song) -> int:
    if not 0 <= time_s <= song.duration_s:
        raise UserError(f"{time_s:g} s lies outside of the song.", "Give times within the song.")
    return round(time_s * song.sample_rate_hz)


def _from_file(file: Path) -> Corrections:
    """The corrections that `correct --json` printed, of this song in whatever project."""
    try:
        data = parse_json(text_of(file, LARGEST_JSON_BYTES))
        return Corrections.from_json(data["corrections"])
    except OSError as error:
        raise UserError(f"{file} can't be read.", "Name another file.") from error
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise UserError(
            f"{file} holds no corrections.", "Write it with `tastecut correct SONG --json`."
        ) from error


_CHANGES = (
    *("reset", "kept_file", "tap", "double", "halve", "meter", "shift"),
    *("stretch", "stretch_tempo", "stretch_meter", "stretch_tap", "move", "move_one", "fits"),
)
"""Options that write."""


def _times_s(text: str) -> list[float]:
    """Seconds from "1.0,1.5,…", or from a file: JSON, or times with spaces or lines between."""
    words = text
    try:
        if Path(text).is_file():
            words = text_of(Path(text), LARGEST_JSON_BYTES)
    except (OSError, ValueError) as error:
        raise UserError(f"{text} can't be read.", "Give times in seconds.") from error
    try:
        if words.lstrip().startswith("["):
            return [float(time) for time in parse_json(words)]
        return [parse_clock(word) for word in words.replace(",", " ").split()]
    except (ValueError, TypeError) as error:
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
                "move": "a bar line moved, later ones with it",
                "move_one": "a bar line moved",
                "stretch": "a stretch with a tempo or meter of its own",
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
