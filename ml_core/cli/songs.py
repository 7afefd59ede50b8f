"""The verbs about songs: add, songs, analyse."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from ml_core import paths
from ml_core.cli.finding import find_again
from ml_core.cli.fits import count_fits, fits_json, note_what_fits, notes, see_what_fits
from ml_core.cli.output import open_project, show, show_taken, watch
from ml_core.domain.adding import AnalyseRequest, ReadOutcome, passed_over
from ml_core.domain.requests import SongFit
from ml_core.domain.songs import SongEntry, SongUse
from ml_core.errors import UserError
from ml_core.foreign_text import shown_text
from ml_core.paths import printable_name
from ml_core.pipeline.listening import analyse_song, read_songs
from ml_core.pipeline.reading.looking import match_recordings
from ml_core.progress import Progress
from ml_core.store import Store
from ml_core.store.fit_words import brief_rule
from ml_core.store.whereabouts import present_path, present_song, present_state, read_request
from ml_core.units import clock


def song_json(entry: SongEntry, fit: SongFit | None = None) -> dict[str, Any]:
    """A song as the command's JSON shows it; `fit` says whether it fits the brief, if known."""
    return {
        "id": entry.id,
        "path": present_path(entry),
        "sha256": entry.song.identity,
        "duration_s": entry.song.duration_s,
        "status": entry.status,
        "message": _message(entry),
        "title": entry.song.title,
        "use": entry.use,
        "tempo_bpm": entry.tempo_bpm,
        "meter": entry.meter,
        "same_recording_as": entry.same_as,
        "fits": None if fit is None else not fit.misfit,
        "misfit": "" if fit is None else fit.misfit,
    }


def song_line(entry: SongEntry, fit: SongFit | None = None) -> str:
    """A song as a person reads it; `fit` says whether it fits the brief, if known."""
    tempo = "" if entry.tempo_bpm is None else f"{entry.tempo_bpm:.0f} bpm"
    used = {"rate": "for rating", "compare": "for comparing", "out": "left out"}[entry.use]
    line = f"{entry.id:4}  {clock(entry.song.duration_s):>7}  {tempo:>8}  {used:13}  "
    line += f"{entry.status:8}{shown_text(entry.song.title)}"
    misfit = "" if fit is None or not fit.misfit else f"Does not fit: {fit.misfit}"
    message = " ".join(filter(None, (_message(entry), misfit)))
    return f"{line}: {message}" if message else line


def _message(entry: SongEntry) -> str:
    """What is to be said of a song, its other files among it."""
    same = "" if entry.same_as is None else f"The same recording as song {entry.same_as}."
    return f"{entry.message} {same}".strip()


def add(arguments: argparse.Namespace) -> None:
    """Import files and folders, and analyse them; one that fails does not stop the rest."""
    find_again(arguments)
    with open_project(arguments) as store, watch(arguments) as progress:
        request = read_request(store, arguments.paths, arguments.long)
        read = read_songs(request, progress.part(0.0, 0.3))
        outcomes = [outcome for outcome in read if not outcome.is_own_edit]
        if not outcomes and read:
            raise UserError(
                f"Only edits that Tastecut made were found in {', '.join(arguments.paths)}.",
                "Name them one by one to add them.",
            )
        if not outcomes:
            raise UserError(
                f"No songs were found in {', '.join(arguments.paths)}.",
                "Tastecut reads WAV, FLAC, MP3, Ogg, Opus and AIFF.",
            )
        imported = _import(store, outcomes, progress.part(0.3, 0.95))
        note_what_fits(store, progress.part(0.95, 1.0))
        # Only now: which songs are kept aside depends on all that were added.
        entries = {entry.id: entry for entry in store.songs.listed()}
    rows, lines = [], []
    for outcome, song_id in imported:
        if song_id is not None:
            rows.append(song_json(entries[song_id]))
            lines.append(song_line(entries[song_id]))
        else:
            rows.append(_failed_row(outcome))
            lines.append(f"      not added  {_reason(outcome)}")
    own = [outcome.path for outcome in read if outcome.is_own_edit]
    if own:
        lines.append(f"{passed_over(read)} Name them one by one to add them.")
    n_added = sum(song_id is not None for _, song_id in imported)
    n_failed = len(rows) - n_added
    if n_failed:
        lines.append(f"{n_added} of {len(rows)} files are in the library, {n_failed} not added.")
    first = next((o.message for o, song_id in imported if song_id is None), "")
    nothing = f"None of {n_failed} files was added: {first}" if n_failed > 1 else first
    show_taken(arguments, {"songs": rows, "passed_over": own}, lines, (n_added, len(rows)), nothing)


def _import(
    store: Store, outcomes: list[ReadOutcome], progress: Progress
) -> list[tuple[ReadOutcome, int | None]]:
    """Store and analyse what was read; (outcome, id of its song if it has one) of each file."""
    songs = [outcome.song for outcome in outcomes if outcome.song is not None]
    _, entries = store.songs.add_all(songs)
    store.sounds.set_recordings(match_recordings(store.sounds.to_match(), progress.part(0.0, 0.0)))
    for index, entry in enumerate(entries):
        part = progress.part(index / len(entries), (index + 1) / len(entries))
        analyse_entry(store, entry, part)
    ids = iter([entry.id for entry in entries])
    return [(one, None if one.song is None else next(ids)) for one in outcomes]


def add_song(store: Store, path: str, progress: Progress) -> SongEntry:
    """The song of one file, added to the library and analysed.

    Raises:
        UserError: if it can't be read as a song.
    """
    outcomes = read_songs(read_request(store, [path]), progress.part(0.0, 0.3))
    song = next((one.song for one in outcomes if one.song is not None), None)
    if song is None:
        raise UserError(_reason(outcomes[0]) if outcomes else f"{path} is no song.")
    _import(store, outcomes[:1], progress.part(0.3, 1.0))
    entry = store.songs.find(song.sha256)
    assert entry is not None
    return entry


def _reason(outcome: ReadOutcome) -> str:
    """Why a file was not added, and how to go on where that is possible."""
    remedy = " Add it with --long to go on all the same." if outcome.can_go_on else ""
    return outcome.message + remedy


def _failed_row(outcome: ReadOutcome) -> dict[str, Any]:
    return {
        "id": None,
        "path": outcome.path,
        "sha256": None,
        "duration_s": None,
        "status": "failed",
        "message": _reason(outcome),
        "title": printable_name(outcome.path),
        "use": None,
        "tempo_bpm": None,
        "meter": None,
        "same_recording_as": None,
        "fits": None,
        "misfit": "",
    }


def analyse_entry(store: Store, entry: SongEntry, progress: Progress) -> SongEntry:
    """Analyse a stored song and keep what came of it; returns the song as it stands now."""
    try:
        cache = str(paths.cache_dir(store.project_dir))
        outcome = analyse_song(
            AnalyseRequest(cache, present_song(entry), entry.corrections), progress
        )
        store.songs.set_status(
            entry.song.sha256,
            "ready",
            " ".join(outcome.warnings),
            tempo_bpm=outcome.tempo_bpm,
            meter=outcome.meter,
        )
    except UserError as error:
        store.songs.set_status(entry.song.sha256, "failed", str(error))
    found = store.songs.find(entry.song.sha256)
    return entry if found is None else found


def songs(arguments: argparse.Namespace) -> None:
    """Remove songs or say what they are used for if that was asked, then list the library."""
    uses: dict[str, tuple[SongUse, list[str] | None]] = {
        "rate": ("rate", arguments.rate),
        "keep_aside": ("compare", arguments.keep_aside),
        "leave_out": ("out", arguments.leave_out),
    }
    if arguments.drop_ratings and arguments.remove is None:
        raise UserError("--drop-ratings goes with --remove.", 'See "tastecut songs --help".')
    where = find_again(arguments)
    is_change = bool(arguments.remove or arguments.not_same)
    is_change = is_change or any(named for _, named in uses.values())
    if is_change:
        with open_project(arguments) as store:
            removed = _named(store, arguments.remove)
            wanted = {e: use for use, named in uses.values() for e in _named(store, named)}
            store.songs.change(wanted, removed, still_teach=not arguments.drop_ratings)
            if arguments.not_same:
                _separate(store, list(_named(store, arguments.not_same).values()))
    # After the change, before the list: which songs are kept aside depends on which ones fit.
    fits = see_what_fits(arguments)
    with open_project(arguments, write=False) as store:
        brief = store.settings.brief()
        count = count_fits(store, fits, where)
        entries = [present_state(entry, where) for entry in store.songs.listed()]
    lines = [song_line(entry, fits.get(entry.song.sha256)) for entry in entries]
    if lines:
        lines += [f"{count.words}. {brief_rule(brief)}", *notes(count)]
    empty = ["No songs yet. Add some with: tastecut add PATH"]
    songs = [song_json(entry, fits.get(entry.song.sha256)) for entry in entries]
    show(arguments, {"songs": songs, **fits_json(count, brief)}, lines or empty)


def _separate(store: Store, entries: list[SongEntry]) -> None:
    """Count songs as recordings of their own, all of them or none."""
    firsts = {entry.same_as for entry in store.songs.listed()}
    for entry in entries:
        if entry.same_as is None and entry.id not in firsts:
            raise UserError(
                f"{shown_text(entry.song.title)} is a recording of its own already.",
                "Those that are not are named by: tastecut songs",
            )
    store.sounds.separate([entry.id for entry in entries])


def _named(store: Store, texts: list[str] | None) -> dict[str, SongEntry]:
    """The songs that were named, by hash, all of them before any is changed."""
    found = {}
    for text in texts or ():
        entry = store.songs.find(text)
        if entry is None:
            raise UserError(f"There is no song {text} in this project.", "See: tastecut songs")
        found[entry.song.sha256] = entry
    return found


def analyse(arguments: argparse.Namespace) -> None:
    """Analyse one file; no project is needed and none is changed."""
    # Imported here so that listing songs does not wait for scipy.
    from ml_core.analysis.analyse import analyse as analyse_file
    from ml_core.audio_file import read_song

    path = Path(arguments.path)
    with watch(arguments) as progress:
        song = read_song(path, progress.part(0.0, 0.3))
        analysis = analyse_file(song, song.path, progress.part(0.3, 1.0))
    rate = analysis.sample_rate_hz
    edges_s = analysis.bar_edges_samples / rate
    beats_s = analysis.beat_samples / rate
    data = {
        "song": song.path,
        "sha256": song.identity,
        "duration_s": song.duration_s,
        "tempo_bpm": analysis.tempo_bpm,
        "meter": analysis.meter,
        "confidence": analysis.confidence,
        "has_beat": analysis.has_beat,
        "beats_s": beats_s,
        "downbeats_s": beats_s[analysis.bar_start_beats],
        "sections": [
            {"start_s": edges_s[s.start_bar], "end_s": edges_s[s.end_bar], "label": s.name}
            for s in analysis.sections
        ],
        "warnings": song.warnings + analysis.warnings,
    }
    lines = [
        f"{shown_text(song.title)}: {clock(song.duration_s)}, {analysis.tempo_bpm:.0f} bpm, "
        f"{analysis.meter} beats a bar, {analysis.n_bars} bars, "
        f"sure to {100 * analysis.confidence:.0f} %",
        *(
            f"  part {s.name}  {clock(edges_s[s.start_bar])} to {clock(edges_s[s.end_bar])}"
            for s in analysis.sections
        ),
        *song.warnings,
        *analysis.warnings,
    ]
    show(arguments, data, lines)
