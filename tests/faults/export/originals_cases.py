"""What an export may never do to songs and to files that are there already."""

from __future__ import annotations

import json
import random
import shutil
from pathlib import Path

from ml_core.audio_file import read_song
from ml_core.domain.edits import Edit
from ml_core.domain.songs import SongRef
from ml_core.errors import UserError
from ml_core.export.audio import export_edit
from tests.faults.requiring import require
from tests.faults.studio import SONG_S, open_studio, rate_all, write_song
from tests.faults.verdicts import Verdict


def taken_names(verdict: Verdict, rounds: int, seed: int) -> str:
    """Case 23: the target exists, or is the source, also by links and by letter case."""
    studio = open_studio(verdict)
    song = studio.songs[0]
    edit = _edit(song)
    known = SongRef(edit.sha256, str(song))
    links = verdict.folder / "links"
    links.mkdir()
    (links / "song 0.flac").symlink_to(song)
    (links / "hard.flac").hardlink_to(song)
    n_refused = 0
    for path in (
        song, links / "song 0.flac", links / "hard.flac", song.parent / "SONG 0.FLAC",
        links / ".." / "music" / "song 0.flac",
    ):  # fmt: skip
        for overwrite in (False, True):
            try:
                export_edit(known, edit, path, "flac", overwrite=overwrite)
            except UserError as error:
                verdict.told(error, "song itself")
                n_refused += 1
            else:
                raise AssertionError(f"written over {path}")
    (song.parent / "song 1.wav").write_bytes(b"mine")
    verdict.injects(song.parent / "song 1.wav")
    verdict.watch(song.parent / "song 1.wav")
    for number in range(rounds):
        folder = song.parent if number % 2 == 0 else links
        done = verdict.tastecut(
            "export", "1", "2", "--out", folder, "--format", ("flac", "wav")[number % 3 % 2],
            project=studio.project,
        )  # fmt: skip
        for file in map(Path, done.data["files"]):
            require(not file.samefile(song), f"{file} is the song")
            record = json.loads(file.with_suffix(".edit.json").read_text(encoding="utf-8"))
            require(Path(record["source"]).name.startswith("song"), str(record["source"]))
    n_files = len([one for one in song.parent.iterdir() if one.suffix == ".json"])
    return f"{n_refused} times refused, {rounds} exports beside the songs renamed ({n_files})"


def _edit(song: Path) -> Edit:
    read = read_song(song)
    rate = read.sample_rate_hz
    return Edit(read.sha256, rate, ((0, 5 * rate), (10 * rate, 15 * rate)), (400,))


def moved_source(verdict: Verdict, rounds: int, seed: int) -> str:
    """Case 27: a song's file is moved, or gone for good, during the session."""
    studio, rng = open_studio(verdict), random.Random(seed)
    before = verdict.tastecut("songs", project=studio.project).data["songs"]
    for number in range(rounds):
        song = studio.songs[rng.randrange(len(studio.songs))]
        known = {Path(one["path"]).name: one for one in before}[song.name]
        elsewhere = verdict.folder / f"moved {number}"
        elsewhere.mkdir()
        moved = elsewhere / f"other name{song.suffix}"
        verdict.changes(song)
        shutil.move(song, moved)
        verdict.watch(moved)
        wanted = ("export", known["id"], "--out", elsewhere / "out")
        done = verdict.tastecut(*wanted, project=studio.project, code=None)
        if done.code == 2:  # Not found by itself: told, and found once it is added.
            verdict.told(done.err.strip().splitlines()[-1], song.name)
        (row,) = verdict.tastecut("add", moved, project=studio.project).data["songs"]
        require(row["id"] == known["id"], "it came back as another song")
        again = verdict.tastecut(*wanted, project=studio.project)
        require(len(again.data["files"]) == 1, again.out)
        verdict.changes(moved)
        shutil.move(moved, song)
        verdict.watch(song)
    return f"{rounds} times moved, and found again as the same song"


def changed_source(verdict: Verdict, rounds: int, seed: int) -> str:
    """Case 28: another song under the same name; the old ratings stay with the old one."""
    studio = open_studio(verdict)
    for number in range(rounds):
        # Copies of the studio's own songs lie elsewhere, where they would rightly be found.
        song = write_song(verdict.folder / f"alone {number}.flac", 40 + seed + number, SONG_S)
        (known,) = verdict.tastecut("add", song, project=studio.project).data["songs"]
        pairs = verdict.folder / f"pairs {number}"
        verdict.tastecut("propose", "--pairs", 12, "--out", pairs, project=studio.project)
        answers = rate_all(pairs, 12, pairs / "answers.json")
        verdict.tastecut("rate", "--from", answers, project=studio.project)
        verdict.expect(studio.project)
        verdict.changes(song)
        write_song(song, 11 + number, SONG_S)
        verdict.watch(song)
        shutil.rmtree(studio.project / "cache", ignore_errors=True)
        verdict.refused(
            "export", known["id"], "--out", verdict.folder / "out",
            project=studio.project, names=[song.name, "changed"],
        )  # fmt: skip
        (row,) = verdict.tastecut("add", song, project=studio.project).data["songs"]
        require(row["id"] != known["id"], "the new song has taken the old one's place")
        require(row["sha256"] != known["sha256"], "the new song has the old one's hash")
    return f"{rounds} songs replaced under their names; all ratings with the old ones"
