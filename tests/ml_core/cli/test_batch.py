"""Exporting many songs: which are meant, several at once, going on after a stop, and the log."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import soundfile

from ml_core.cli.export.chosen_songs import chosen_songs
from ml_core.cli.export.pool import begun_in, run_jobs
from ml_core.domain.edits import Edit, Limits
from ml_core.domain.files.batch import SongJob, SongOutcome
from ml_core.domain.files.exporting import ExportRequest
from ml_core.errors import Cancelled
from ml_core.pipeline import exporting
from ml_core.pipeline.song_export import export_song
from ml_core.pipeline.written_before import files_before, records_before
from ml_core.progress import Progress, silent
from ml_core.store import Store
from ml_core.store.requests import deliver_request
from ml_core.store.whereabouts import present_path
from tests.ml_core.cli.conftest import Run

ROOT = Path(__file__).parents[3]


def ids(store: Store, *texts: str, takes_all: bool = False) -> list[int | None]:
    """Ids of the songs that are meant."""
    named = chosen_songs(store, texts, takes_all)
    return [None if entry is None else entry.id for _, entry in named]


def test_songs_are_meant_by_pattern_folder_id_or_all(project: Path) -> None:
    with Store.open(project, write=False) as store:
        entries = store.songs.listed()
        every = [entry.id for entry in entries]
        folder = Path(present_path(entries[0])).parent
        name = Path(present_path(entries[0])).name
        assert ids(store, takes_all=True) == every
        assert ids(store, str(folder)) == every
        assert ids(store, str(folder / "*")) == every
        assert ids(store, f"{name[:-4].upper()}*") == [entries[0].id]
        assert ids(store, "nothing like it*") == [None]
        assert ids(store, str(folder.parent / "elsewhere")) == [None]


def test_a_song_named_twice_is_written_once(run: Run, project: Path, tmp_path: Path) -> None:
    with Store.open(project, write=False) as store:
        path = present_path(store.songs.listed()[0])
    data = run("export", 1, path, "1", str(Path(path).parent / "*"), "--out", tmp_path / "out")
    assert len(data["files"]) == len(set(data["files"]))
    assert len(list((tmp_path / "out").glob("*.wav"))) == len(data["files"])
    with Store.open(project, write=False) as store:
        assert len(data["files"]) == len(store.songs.listed())


def test_nothing_named_is_refused(refused: Callable[..., str], tmp_path: Path) -> None:
    assert "--all" in refused("export", "--out", tmp_path / "out")


def test_the_longest_song_is_begun_first(project: Path, tmp_path: Path) -> None:
    lengths_s = (60.0, 200.0, 0.0, 200.0, 90.0)
    with Store.open(project, write=False) as store:
        jobs = [job_of(store, tmp_path, song_s=seconds) for seconds in lengths_s]
    assert begun_in(jobs) == [1, 3, 4, 0, 2]


def test_several_at_once_make_the_very_same_files(run: Run, tmp_path: Path) -> None:
    one = run("export", 1, 2, "--out", tmp_path / "one", "--jobs", 1)
    two = run("export", 1, 2, "--out", tmp_path / "two", "--jobs", 2)
    assert [Path(f).name for f in one["files"]] == [Path(f).name for f in two["files"]]
    for file in one["files"]:
        assert Path(file).read_bytes() == (tmp_path / "two" / Path(file).name).read_bytes()


def test_what_was_written_whole_is_not_made_again(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = ("--out", tmp_path / "out")
    (first,) = run("export", 1, *out)["files"]
    stamp = Path(first).stat().st_mtime_ns
    again = run("export", 1, 2, *out, "--resume")
    assert again["files"][0] == first and len(again["files"]) == 2
    assert Path(first).stat().st_mtime_ns == stamp
    other = run("export", 1, *out, "--resume", "--duration", 15)
    assert other["files"] != [first], "it was asked for something else"
    Path(first).unlink()
    (anew,) = run("export", 1, *out, "--resume")["files"]
    assert Path(anew).exists(), "a file that is gone is made again"


def test_alternatives_and_other_tools_files_are_looked_for_too(run: Run, tmp_path: Path) -> None:
    out = ("--out", tmp_path / "out", "--resume", "--alternatives", 3, "--daw", "audacity")
    first = run("export", 1, *out)["files"]
    assert run("export", 1, *out)["files"] == first
    next((tmp_path / "out").glob("*.labels.txt")).unlink()
    assert run("export", 1, *out)["files"] != first


def test_a_song_with_fewer_edits_than_were_asked_for_is_whole(tmp_path: Path) -> None:
    for k in (1, 2):
        (tmp_path / f"a {k}.wav").write_bytes(b"sound")
        record = {"made_for": "key", "made_of": [3 - k, 2]}
        (tmp_path / f"a {k}.edit.json").write_text(json.dumps(record))
    (tmp_path / "b.edit.json").write_text('{"made_for": "key", "made_of": [1, 3]}')
    found = records_before(tmp_path)["key"]
    names = {which: [path.name for path, _ in records] for which, records in found.items()}
    assert names == {(2, 2): ["a 1.edit.json"], (1, 2): ["a 2.edit.json"], (1, 3): ["b.edit.json"]}


def test_an_empty_file_is_no_edit_that_was_written(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "out"
    (first,) = run("export", 1, "--out", out)["files"]
    Path(first).write_bytes(b"")
    (anew,) = run("export", 1, "--out", out, "--resume")["files"]
    assert Path(anew).stat().st_size


def test_a_file_that_was_cut_is_made_again(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "out"
    (first,) = run("export", 1, "--out", out, "--format", "flac")["files"]
    assert run("export", 1, "--out", out, "--format", "flac", "--resume")["files"] == [first]
    Path(first).with_suffix(".aiff").write_bytes(b"of another program")
    assert run("export", 1, "--out", out, "--format", "flac", "--resume")["files"] == [first]
    data = Path(first).read_bytes()
    Path(first).write_bytes(data[: len(data) // 2])
    assert run("export", 1, "--out", out, "--format", "flac", "--resume")["files"] != [first]


def job_of(store: Store, out: Path, **more: Any) -> SongJob:
    song = store.songs.listed()[0]
    limits = Limits.lasting(20.0)
    asked = replace(deliver_request(store, song, limits), n_alternatives=3)
    request = ExportRequest((), str(out), asked.cache_dir)
    return SongJob(asked, request, "a song", **more)


def test_the_edit_that_was_chosen_is_written_alone_and_once(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    renewed: list[Path] = []
    monkeypatch.setattr(exporting, "mark_whole", lambda path, *_: renewed.append(path))
    with Store.open(project, write=False) as store:
        every = export_song(job_of(store, tmp_path / "all"), silent())
        job = job_of(store, tmp_path / "one", chosen=1)
        one = export_song(job, silent())
    assert len(one.files) == 1 and Path(one.files[0]).stem.startswith("a song (edit")
    assert Path(one.files[0]).read_bytes() == Path(every.files[1]).read_bytes()
    assert renewed == [], "no record is written twice"
    before = records_before(tmp_path / "one")
    assert files_before(job.key, "wav", before) == one.files
    assert files_before(job.key, "flac", before) == ()


def test_an_own_edit_is_written_as_it_is_and_what_it_breaks_is_noted(
    project: Path, tmp_path: Path
) -> None:
    with Store.open(project, write=False) as store:
        song = store.songs.listed()[0].song
        own = Edit(song.sha256, song.sample_rate_hz, ((0, 5 * song.sample_rate_hz),))
        job = job_of(store, tmp_path, own=own)
        assert job.key != job_of(store, tmp_path).key
        made = export_song(job, silent())
    assert soundfile.info(made.files[0]).frames == own.n_samples
    assert [file for file, _ in made.notes] == list(made.files)
    assert made.notes[0][1].startswith("a song, your own edit, was exported as it is: ")


@pytest.mark.parametrize("after", [1, 2])
def test_nothing_stays_of_a_song_that_was_stopped(
    project: Path, short_songs: Path, tmp_path: Path, after: int
) -> None:
    out = tmp_path / "out"

    def is_time() -> bool:
        return len(list(out.glob("*.wav"))) >= after

    with Store.open(project, write=False) as store:
        stems = (str(short_songs / "song 0.flac"),)
        with pytest.raises(Cancelled):
            export_song(job_of(store, out, stems=stems), Progress(None, is_time))
    assert list(out.iterdir()) == []


def test_records_made_by_hand_are_passed_over(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "out"
    (first,) = run("export", 1, "--out", out)["files"]
    record = Path(first).with_suffix(".edit.json")
    made = json.loads(record.read_text())
    for made_of in (None, [], "ab", ["a", "b"], [None, 1], [[1], 2], [2, 3], [1, 10**30]):
        record.write_text(json.dumps({**made, "made_of": made_of}))
        (anew,) = run("export", 1, "--out", out, "--resume")["files"]
        assert anew != first
        for path in (Path(anew), Path(anew).with_suffix(".edit.json")):
            path.unlink()


def test_what_names_no_song_is_said_in_its_own_words(
    refused: Callable[..., str], tmp_path: Path
) -> None:
    out = ("--out", tmp_path / "out")
    said = refused("export", "nix*.flac", *out)
    assert "None of your songs that can be used matches nix*.flac." in said
    (tmp_path / "empty").mkdir()
    assert f"lies in {tmp_path / 'empty'}." in refused("export", tmp_path / "empty", *out)
    assert "nix.flac is not among your songs." in refused("export", "nix.flac", *out)
    (tmp_path / "a [1].wav").write_bytes(b"x")
    odd = str(tmp_path / "a [1].wav")
    assert f"{odd} is not among your songs." in refused("export", odd, *out)


def test_fewer_alternatives_than_asked_for_are_said(run: Run, tmp_path: Path) -> None:
    asked = ("--cut-least", "--forbid", "5-35", "--alternatives", 90, "--shortest-piece", 2)
    done = run("export", 1, "--out", tmp_path / "out", *asked)
    n_files = len(done["files"])
    assert n_files < 90
    (note,) = [one["message"] for one in done["notes"] if "were asked for" in one["message"]]
    only = "only one edit that keeps" if n_files == 1 else f"only {n_files} edits that keep"
    assert only in note and "90 were asked for" in note
    plain = run("export", 1, "--out", tmp_path / "out")
    assert not any("were asked for" in one["message"] for one in plain["notes"])


@pytest.mark.skipif(sys.platform == "win32", reason="interrupted as by Ctrl+C in a terminal")
def test_ctrl_c_stops_several_processes(project: Path, tmp_path: Path) -> None:
    out, log = tmp_path / "out", tmp_path / "log.jsonl"
    asked = ["export", "--all", "--out", str(out), "--jobs", "2", "--log", str(log)]
    asked += ["--alternatives", "60", "--duration", "15", "--project", str(project)]
    process = subprocess.Popen(
        [sys.executable, "-m", "ml_core.cli", *asked],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    until = time.monotonic() + 60
    while not list(out.glob("*.edit.json")) and time.monotonic() < until:
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGINT)
    said = process.communicate(timeout=60)[1]
    n_told = len(log.read_text().splitlines())
    assert process.returncode == 2 and "Traceback" not in said
    assert f"Stopped after {n_told} of" in said and "--resume" in said
    assert n_told == 0, "a song that was begun is not gone on with"


def test_the_log_has_a_line_for_each_song(run: Run, tmp_path: Path) -> None:
    log = tmp_path / "logs" / "export.jsonl"
    run("export", 1, 99, "--out", tmp_path / "out", "--log", log)
    run("export", 2, "--out", tmp_path / "out", "--log", log)
    lines: list[dict[str, Any]] = [json.loads(line) for line in log.read_text().splitlines()]
    assert len(lines) == 3 and all(line["schema"] == 1 for line in lines)
    by_outcome = sorted(lines, key=lambda line: bool(line["failed"]))
    assert [len(line["files"]) for line in by_outcome] == [1, 1, 0]
    assert "99" in by_outcome[-1]["failed"][0]["message"]


def test_a_log_that_can_not_be_written_is_said(refused: Callable[..., str], tmp_path: Path) -> None:
    assert "log" in refused("export", 1, "--out", tmp_path / "out", "--log", tmp_path)


def test_a_stop_says_how_to_go_on(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    from ml_core.cli import main

    def stopping(jobs: list[SongJob], n: int | None, progress: Progress) -> Any:
        for done in run_jobs(jobs, 1, progress):
            yield done
            raise KeyboardInterrupt

    monkeypatch.setattr("ml_core.cli.export.exporting.run_jobs", stopping)
    out = tmp_path / "out"
    assert main(["export", "1", "2", "--out", str(out), "--project", str(project)]) == 2
    said = capsys.readouterr().err
    assert "1 of 2 songs" in said and "--resume" in said and "Traceback" not in said
    assert len(list(out.glob("*.wav"))) == len(list(out.glob("*.edit.json"))) == 1


def command(project: Path, song: int, out: Path) -> list[str]:
    """One job of a catalogue, as the README gives it."""
    asked = ["export", str(song), "--out", str(out), "--jobs", "1", "--project", str(project)]
    return [sys.executable, "-m", "ml_core.cli", *asked]


def require_whole(out: Path, n_files: int) -> None:
    """Each edit has its record, under a name of its own."""
    files = sorted(out.glob("*.wav"))
    assert len(files) == n_files
    assert [f.with_suffix(".edit.json").is_file() for f in files] == [True] * n_files
    assert not [path for path in out.iterdir() if path.suffix not in (".wav", ".json")]


def test_a_pool_of_processes_shares_a_project_and_a_folder(project: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with ThreadPoolExecutor(3) as pool:  # Each waits for a process: the same song twice.
        jobs = [command(project, song, out) for song in (1, 2, 1)]
        done = list(pool.map(lambda job: subprocess.run(job, check=False, cwd=ROOT), jobs))
    assert [one.returncode for one in done] == [0, 0, 0]
    require_whole(out, 3)


def test_gnu_parallel_runs_a_catalogue(project: Path, tmp_path: Path) -> None:
    parallel = shutil.which("parallel")
    if parallel is None:
        pytest.skip("GNU parallel is not installed")
    out = tmp_path / "out"
    job = shlex.join(command(project, 0, out)).replace(" 0 ", " {} ", 1)
    done = subprocess.run([parallel, "-j", "2", job, ":::", "1", "2"], check=False, cwd=ROOT)
    assert done.returncode == 0
    require_whole(out, 2)


def test_dask_runs_a_catalogue(project: Path, tmp_path: Path) -> None:
    distributed = pytest.importorskip("dask.distributed")
    out = tmp_path / "out"
    with distributed.Client(n_workers=2, threads_per_worker=1, dashboard_address=None) as client:
        jobs = [command(project, song, out) for song in (1, 2)]
        codes = client.gather(client.map(lambda job: subprocess.call(job, cwd=ROOT), jobs))
    assert codes == [0, 0]
    require_whole(out, 2)


def test_an_outcome_tells_its_files() -> None:
    assert SongOutcome("a.wav", (("b.wav", None),)).files == ("b.wav",)
