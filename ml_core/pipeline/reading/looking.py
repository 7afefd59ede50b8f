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

from ml_core import audio_file
from ml_core.audio_file.fingerprint import same_recording
from ml_core.domain.adding import LookOutcome, LookRequest, MatchRequest
from ml_core.domain.songs import Song
from ml_core.errors import UserError
from ml_core.paths import file_stamp
from ml_core.pipeline.reading.limited_reading import USUAL, WIDE, LimitedReader
from ml_core.pipeline.reading.recognising import SearchMemory, is_same
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
            if is_same(song, read, self._request.cache_dir):
                return replace(read, sha256=song.sha256)
        return None

    def _search(self, missing: list[Song], progress: Progress) -> list[Song]:
        """Missing songs in files of known folders that hold no song which is in its place.

        What was searched in vain is not searched again as long as nothing there changes.
        """
        if not missing:
            return []
        files = self._candidates(missing, progress)
        memory = SearchMemory(self._request.cache_dir, missing, files)
        if memory.was_in_vain():
            return []
        found: list[Song] = []
        left = list(missing)
        for index, path in enumerate(files):
            if not left:
                break
            progress.report(index / len(files), "Looking for songs that were moved")
            with suppress(UserError):
                read = self._reader.read_one_of(left, Path(path), progress.part(0.0, 0.0))
                song = None if read is None else self._best(left, read)
                if song is not None and read is not None:
                    found.append(replace(read, sha256=song.sha256))
                    left.remove(song)
        if not found:
            memory.keep()
        return found

    def _best(self, songs: list[Song], read: Song) -> Song | None:
        """Which of some songs was read: one of this very sound before one that is like it."""
        exact = (song for song in songs if read.sound in (song.sound, song.sha256))
        alike = (song for song in songs if is_same(song, read, self._request.cache_dir))
        return next(exact, None) or next(alike, None)

    def _candidates(self, missing: list[Song], progress: Progress) -> list[str]:
        """Sound files below known folders; first those that are called as missing songs were."""
        lost = {song.sha256 for song in missing}
        songs = self._request.songs
        settled = {path for song in songs if song.sha256 not in lost for path in song.paths}
        folders = {os.path.dirname(path) for song in songs for path in song.paths}  # noqa: PTH120
        files = []
        for path in islice(_files_below(folders, settled), MOST_FILES):
            progress.report(0.0, "Looking for songs that were moved")
            files.append(str(path))
        names = {os.path.basename(path) for song in missing for path in song.paths}  # noqa: PTH119
        return sorted(files, key=lambda path: os.path.basename(path) not in names)  # noqa: PTH119


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
        with suppress(OSError):
            for path in audio_file.sound_files_below(Path(folder)):
                if str(path) not in settled:
                    yield path


def _is_below(folder: str, other: str) -> bool:
    return folder != other and folder.startswith(other.rstrip(os.sep) + os.sep)


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
