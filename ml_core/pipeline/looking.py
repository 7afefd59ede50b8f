"""Songs on the disk: still there, moved, changed, or the same recording as another.

A song is its sound. Tags, names and folders may change, and it stays itself.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np

from ml_core import audio_file
from ml_core.analysis.cache import load_analysis
from ml_core.audio_file.fingerprint import Fingerprinter, same_recording
from ml_core.domain.adding import LookOutcome, LookRequest, MatchRequest
from ml_core.domain.songs import Song
from ml_core.errors import UserError
from ml_core.paths import file_stamp
from ml_core.pipeline.limited_reading import USUAL, WIDE, LimitedReader
from ml_core.progress import Progress

MOST_FILES = 20_000
"""Files of known folders that are looked at for a song that is gone."""


def look_for_songs(request: LookRequest, progress: Progress) -> LookOutcome:
    """Look at each song's files; songs that are at none of their paths are searched for.

    A file whose size and time of change are those of its last reading is not read. A song that is
    gone is searched for, by its sound, in the folders of all paths that are known.
    """
    longest_s = max((song.duration_s for song in request.songs), default=0.0)
    with LimitedReader(USUAL if longest_s <= USUAL.longest_s else WIDE) as reader:
        return _Look(request, reader).whole(progress)


class _Look:
    """One look at a library; files are read in a process of their own, as when they are added."""

    def __init__(self, request: LookRequest, reader: LimitedReader) -> None:
        self._request, self._reader = request, reader

    def whole(self, progress: Progress) -> LookOutcome:
        seen: list[Song] = []
        missing: list[Song] = []
        changed: set[str] = set()
        songs = self._request.songs
        for index, song in enumerate(songs):
            progress.report(0.5 * index / len(songs), "Looking for songs")
            if _is_settled(self._request, song):
                continue
            there = _present_paths(song)
            found = next(filter(None, (self._again(song, path, progress) for path in there)), None)
            if found is not None:
                seen.append(found)
                continue
            missing.append(song)
            if there:
                changed.add(song.sha256)
        found_again = self._search(missing, progress.part(0.5, 1.0))
        lost = {song.sha256 for song in missing} - {song.sha256 for song in found_again}
        return LookOutcome(
            (*seen, *found_again), frozenset(lost - changed), frozenset(lost & changed)
        )

    def _again(self, song: Song, path: str, progress: Progress) -> Song | None:
        """The song as a file holds it now, under its key; None if it holds another sound."""
        with suppress(UserError):
            read = self._reader.read(Path(path), progress.part(0.0, 0.0))
            if self._is_same(song, read):
                return replace(read, sha256=song.sha256)
        return None

    def _is_same(self, song: Song, read: Song) -> bool:
        if song.sound:
            return read.sound == song.sound
        if read.sound == song.sha256 or audio_file.file_sha256(read.path) == song.sha256:
            return True
        # It was added before sounds had an identity, and its tags were changed since. What is kept
        # of its analysis tells: as many samples, and the same recording.
        kept = load_analysis(self._request.cache_dir, song.sha256)
        if kept is None or (kept.n_samples, kept.sample_rate_hz) != (
            read.n_samples,
            read.sample_rate_hz,
        ):
            return False
        fingerprint = Fingerprinter(kept.excerpt_hz, 1)
        fingerprint.add(kept.excerpt.astype(np.float32)[:, None])
        return same_recording(fingerprint.finish(), read.fingerprint)

    def _search(self, missing: list[Song], progress: Progress) -> list[Song]:
        """Missing songs in files of known folders that hold no song which is in its place."""
        found: list[Song] = []
        lost = {song.sha256 for song in missing}
        songs = self._request.songs
        settled = {path for song in songs if song.sha256 not in lost for path in song.paths}
        folders = {os.path.dirname(path) for song in songs for path in song.paths}  # noqa: PTH120
        left = list(missing)
        for index, path in enumerate(islice(_files_below(folders, settled), MOST_FILES)):
            if not left:
                break
            progress.report(index / MOST_FILES, "Looking for songs that were moved")
            with suppress(UserError):
                for song in _of_this_length(audio_file.probe(path), left):
                    again = self._again(song, str(path), progress)
                    if again is not None:
                        found.append(again)
                        left.remove(song)
                        break
        return found


def unsettled_songs(request: LookRequest, progress: Progress) -> list[str]:
    """Keys of songs whose files are not what they were when they were last read; reads none."""
    progress.check()
    return [song.sha256 for song in request.songs if not _is_settled(request, song)]


def _is_settled(request: LookRequest, song: Song) -> bool:
    there = _present_paths(song)
    return bool(there and song.sound) and file_stamp(there[0]) == request.stamps.get(there[0])


def _present_paths(song: Song) -> list[str]:
    return [path for path in song.paths if os.path.isfile(path)]  # noqa: PTH113 - never raises


def _files_below(folders: Collection[str], settled: Collection[str]) -> Iterator[Path]:
    """Sound files in folders and below that are not settled, each once."""
    tops = [one for one in folders if not any(_is_below(one, other) for other in folders)]
    for folder in sorted(tops):
        with suppress(OSError, UserError):
            for path in audio_file.find_audio_files([folder]):
                if str(path) not in settled:
                    yield path


def _is_below(folder: str, other: str) -> bool:
    return folder != other and folder.startswith(other.rstrip(os.sep) + os.sep)


def _of_this_length(header: audio_file.AudioHeader, songs: list[Song]) -> list[Song]:
    """Songs that a file of this header may hold: reading it whole takes a second."""
    return [
        song
        for song in songs
        if (song.sample_rate_hz, song.n_channels) == (header.sample_rate_hz, header.n_channels)
        and header.n_samples in (None, song.n_samples)
    ]


def match_recordings(request: MatchRequest, progress: Progress) -> dict[int, int]:
    """The first song of the same recording for each new one: itself where there is none."""
    known = list(request.known)
    firsts: dict[int, int] = {}
    for index, (song_id, seconds, fingerprint) in enumerate(request.new):
        progress.report(index / len(request.new), "Comparing recordings")
        first = next(
            (other for other, _, print_ in known if same_recording(fingerprint, print_)), song_id
        )
        firsts[song_id] = first
        if first == song_id:
            known.append((song_id, seconds, fingerprint))
    return firsts
