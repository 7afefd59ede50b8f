"""What goes wrong between two verbs: caches, songs and models that vanish, foreign files, bad code.

In each case: one sentence and exit code 2, or the rest goes on; nothing half-done is left behind.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import soundfile

from ml_core.cli import main
from ml_core.cli.output import one_line
from ml_core.demo_songs.pieces import synthesize_test_song
from ml_core.domain.models import BASE
from ml_core.pipeline import materials
from ml_core.store import Store
from tests.ml_core.cli.conftest import Run

Refused = Callable[..., str]


@pytest.fixture
def own_songs(short_songs: Path, tmp_path: Path, run: Run) -> Path:
    """The songs as files of the test's own, known to the project under those paths."""
    folder = Path(shutil.copytree(short_songs, tmp_path / "own songs"))
    run("add", folder)
    return folder


def _forget_other_paths(project: Path, folder: Path) -> None:
    """Leave the project only the paths below a folder, as if the songs had always lain there."""
    with Store.open(project) as store, store._database.writing() as connection:
        connection.execute("DELETE FROM song_paths WHERE path NOT LIKE ?", (f'"{folder}%',))


def _delete_cache(project: Path) -> None:
    """Delete the cache, and what this process holds of it, as a new process would find it."""
    shutil.rmtree(project / "cache")
    materials._kept.cache_clear()


def _answer(project: Path, n_pairs: int, run: Run, out: Path) -> None:
    pairs = run("propose", "--pairs", n_pairs, "--out", out)["pairs"]
    rows = [{"pair": pair["id"], "answer": "AB"[k % 2]} for k, pair in enumerate(pairs)]
    (out / "answers.json").write_text(json.dumps(rows))
    assert run("rate", "--from", out / "answers.json")["accepted"] == n_pairs


def test_the_cache_can_be_deleted_at_any_time(run: Run, project: Path, tmp_path: Path) -> None:
    before = run("export", "1", "--out", tmp_path / "before")["files"][0]
    _delete_cache(project)
    after = run("export", "1", "--out", tmp_path / "after")["files"][0]
    assert Path(before).read_bytes() == Path(after).read_bytes()
    _delete_cache(project)
    _answer(project, 4, run, tmp_path / "pairs")
    _delete_cache(project)
    assert run("taste")["counts"]["ratings"] == 4
    _delete_cache(project)
    assert run("train", "--epochs", 5, "--episodes", 8)["checkpoints"]["best"]


def test_fault_27_a_song_that_is_gone_is_left_out_and_named(
    own_songs: Path, project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _forget_other_paths(project, own_songs)
    (own_songs / "song 2.flac").unlink()
    _delete_cache(project)
    capsys.readouterr()
    out = tmp_path / "pairs"
    assert main(["propose", "--pairs", "4", "--out", str(out), "--project", str(project)]) == 0
    assert "song 2.flac can't be found" in capsys.readouterr().err
    asked = {pair["song"] for pair in json.loads((out / "pairs.json").read_text())["pairs"]}
    assert len(asked) == 3
    assert not any("song 2" in song for song in asked)


def test_a_song_is_found_under_any_path_it_was_added_from(
    own_songs: Path, short_songs: Path, run: Run, tmp_path: Path
) -> None:
    (own_songs / "song 0.flac").unlink()
    record = run("export", "1", "--out", tmp_path / "out")["files"][0]
    source = json.loads(Path(record).with_suffix(".edit.json").read_text())["source"]
    assert source == str(short_songs / "song 0.flac")


def test_fault_28_a_changed_song_leaves_no_pairs_behind(
    own_songs: Path, project: Path, run: Run, refused: Refused, tmp_path: Path
) -> None:
    _forget_other_paths(project, own_songs)
    audio, rate, _ = synthesize_test_song(30.0, 90, 4, seed=9)
    soundfile.write(own_songs / "song 1.flac", audio, rate)
    told = refused("propose", "--pairs", "4", "--out", tmp_path / "pairs")
    assert "song 1.flac has changed" in told
    assert list((tmp_path / "pairs").glob("*")) == []
    with Store.open(project, write=False) as store:
        assert store.pairs.asked() == []
    run("add", own_songs)  # As the sentence says.
    assert len(run("propose", "--pairs", "4", "--out", tmp_path / "pairs")["pairs"]) == 4


def test_answers_to_another_projects_pairs_are_refused(run: Run, tmp_path: Path) -> None:
    pairs = run("propose", "--pairs", 3, "--out", tmp_path / "pairs")["pairs"]
    rows = [{**pair, "pair": pair["id"], "answer": "A"} for pair in pairs]
    rows[1]["a"] = [[start + 0.5, end + 0.5] for start, end in rows[1]["a"]]
    rows[2]["sha256"] = "0" * 64
    (tmp_path / "p.json").write_text(json.dumps({"preferences": rows}))
    told = run("rate", "--from", tmp_path / "p.json")
    assert told["accepted"] == 1
    assert [row["row"] for row in told["refused"]] == [2, 3]
    assert all("another one" in row["reason"] for row in told["refused"])


@pytest.mark.parametrize("seed", ["-1", "x", "1e3", "9" * 30])
@pytest.mark.parametrize("verb", [["propose"], ["export", "1"]])
def test_a_seed_that_is_none_gets_a_sentence(
    seed: str, verb: list[str], refused: Refused, tmp_path: Path
) -> None:
    told = refused(*verb, "--out", tmp_path / "out", "--seed", seed)
    assert "whole number from 0" in told or "expected one argument" in told


def test_a_damaged_model_never_becomes_active(
    run: Run, refused: Refused, project: Path, tmp_path: Path
) -> None:
    _answer(project, 4, run, tmp_path / "pairs")
    best = run("train", "--epochs", 5, "--episodes", 8)["checkpoints"]["best"]
    model = project / "models" / f"{best}.safetensors"
    whole = model.read_bytes()
    model.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    assert best in refused("activate", best)
    assert best in refused("compare", "--out", tmp_path / "c")
    model.unlink()
    assert best in refused("activate", best)
    assert run("history")["active"] == BASE
    model.write_bytes(whole)
    assert run("activate", best)["active"] == best
    model.unlink()
    assert best in refused("export", "1", "--out", tmp_path / "out")
    assert run("activate", BASE)["active"] == BASE


def test_a_blind_comparison_shows_nothing_before_its_last_answer(
    run: Run, project: Path, tmp_path: Path
) -> None:
    _answer(project, 4, run, tmp_path / "pairs")
    run("train", "--epochs", 5, "--episodes", 8)
    out = tmp_path / "check"
    run("compare", "--blind", "--pairs", 3, "--out", out)
    assert sorted(path.name for path in out.iterdir()) == ["blind", "test_results.json"]
    shown = json.loads((out / "test_results.json").read_text())
    assert shown["pairs"] == []
    assert shown["summary"] is None
    pairs = json.loads((out / "blind" / "pairs.json").read_text())["pairs"]
    rows = [{"pair": pair["id"], "key": pair["key"], "answer": "tie"} for pair in pairs]
    (tmp_path / "a.json").write_text(json.dumps(rows))
    run("rate", "--from", tmp_path / "a.json")
    told = run("compare", "--blind", "--out", out)
    assert told["listener"]["verdict"] == "no difference shown"
    assert len(told["pairs"]) == 3
    assert len(list(out.glob("*_new_policy.wav"))) == len({pair["song"] for pair in pairs})


def test_songs_of_one_name_do_not_overwrite_each_other(tmp_path: Path) -> None:
    from ml_core.pipeline.comparing import _stems

    stems = _stems({"1": "/a/song.wav", "2": "/b/Song.flac", "3": "/c/" + "ä" * 120 + ".wav"})
    assert stems["1"] == "song"
    assert stems["2"] == "Song 2"
    assert len(f"{stems['3']}_old_policy.wav".encode()) <= 255


def test_reading_a_project_that_is_a_file_gets_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "file"
    file.write_text("not a folder")
    for project in (file, file / "below"):
        assert main(["songs", "--project", str(project)]) == 2
        assert "is not a folder" in capsys.readouterr().err


RATERS = """
from __future__ import annotations
import sys
from dataclasses import dataclass, field

print("loading")

@dataclass
class Talks:
    heard: list[str] = field(default_factory=list)
    def rate(self, source_path, kept_a, kept_b, rng):
        print("listening")
        self.heard.append(source_path)
        import beside_the_rater
        return "AB"[len(self.heard) % 2]

class Fails(Talks):
    def rate(self, *_):
        raise ValueError("no idea")

class Leaves(Talks):
    def rate(self, *_):
        sys.exit(0)

class Mumbles(Talks):
    def rate(self, *_):
        return "perhaps"

class NeedsWords:
    def __init__(self, words): ...
"""


@pytest.fixture
def raters(tmp_path: Path) -> Path:
    """A file of raters that print, fail, and import what lies beside them."""
    folder = tmp_path / "raters"
    folder.mkdir()
    (folder / "beside_the_rater.py").write_text("")
    (folder / "raters.py").write_text(RATERS)
    return folder / "raters.py"


def test_a_rater_that_prints_leaves_one_json_object(
    raters: Path,
    short_songs: Path,
    project: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    held_out = tmp_path / "held out"
    held_out.mkdir()
    shutil.copy(short_songs / "song 0.flac", held_out / "again.flac")
    shutil.copy(short_songs / "song 0.flac", held_out / "twice.flac")
    (held_out / "broken.wav").write_text("not audio")
    folders = ["--songs", str(short_songs), "--held-out", str(held_out)]
    edits = tmp_path / "edits.json"
    edits.write_text(json.dumps([{"song": str(tmp_path / "gone.wav"), "kept": [[0, 9]]}]))
    arguments = ["simulate", "--rater", f"{raters}:Talks", *folders, "--edits", str(edits)]
    arguments += ["--json", "--project", str(project), "--ratings"]
    assert main([*arguments, "0"]) == 2
    assert "gone.wav" in capsys.readouterr().err.splitlines()[-1]
    assert main([*arguments, "4"]) == 0
    out, err = capsys.readouterr()
    data = json.loads(out)
    assert "listening" in err
    assert len(data["reports"][-1]["held_out"]) == 1
    assert data["n_songs_in_both"] == 1
    assert [Path(row["song"]).name for row in data["failed"]] == ["broken.wav", "gone.wav"]


@pytest.mark.parametrize(
    ("name", "words"),
    [("Fails", "no idea"), ("Leaves", "failed"), ("Mumbles", "perhaps"), ("NeedsWords", "words")],
)
def test_a_rater_that_fails_gets_a_sentence(
    name: str,
    words: str,
    raters: Path,
    short_songs: Path,
    project: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folders = ["--songs", str(short_songs), "--held-out", str(short_songs)]
    arguments = ["simulate", "--rater", f"{raters}:{name}", *folders, "--project", str(project)]
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert words in err.splitlines()[-1]
    assert "Traceback" not in err


def test_names_stay_on_one_line() -> None:
    assert one_line("a\nb\x1b[2Jc\udcff d\u3000e é") == "a\\nb\\x1b[2Jc\\udcff d\u3000e é"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_output_that_can_not_be_written_gets_a_sentence(project: Path) -> None:
    command = [sys.executable, "-m", "ml_core.cli", "songs", "--project", str(project)]
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(command, check=False, stdout=full, stderr=subprocess.PIPE, text=True)
    assert ended.returncode == 2
    assert ended.stderr.count("\n") == 1
    closed = subprocess.run(["sh", "-c", '"$@" >&- 2>&-', "sh", *command], check=False)
    assert closed.returncode == 0


def test_each_row_of_a_filled_file_is_saved_or_refused_with_its_reason(
    run: Run, tmp_path: Path
) -> None:
    pairs = run("propose", "--pairs", 6, "--out", tmp_path / "p")["pairs"]
    known = [{"pair": pair["id"], "key": pair["key"]} for pair in pairs]
    rows: list[object] = [
        {**known[0], "answer": 0},
        {**known[1], "answer": False},
        {**known[2], "answer": "B", "song": "\ud800"},
        {**known[3], "answer": "B", "song": "\0"},
        {**known[4], "answer": "B"},
        {**known[4], "answer": "A"},
        {**known[5]},
        {},
        [],
        {**known[1], "answer": "B", "a": [[10**400, 1]], "b": [[0, 1]]},
        {**known[1], "answer": "B", "a": [[3, 1]], "b": [[0, 1]]},
        {"pair": known[1]["pair"], "answer": "B"},
    ]
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "answers.json").write_text(json.dumps(rows))
    rated = run("rate", "--from", tmp_path / "elsewhere" / "answers.json")
    assert [row["row"] for row in rated["refused"]] == [2, 6, 7, 8, 9, 10, 11, 12]
    assert rated["accepted"] == 4
    assert all(row["reason"].endswith(".") for row in rated["refused"])


def test_where_nothing_could_be_done_the_exit_code_says_so(
    run: Run, not_done: Run, short_songs: Path, tmp_path: Path
) -> None:
    broken = [tmp_path / "one.wav", tmp_path / "two.flac"]
    for file in broken:
        file.write_bytes(b"no sound")
    told = not_done("add", *broken)["songs"]
    assert [song["status"] for song in told] == ["failed", "failed"]
    assert all(song["message"] for song in told)
    added = run("add", broken[0], short_songs / "song 0.flac")["songs"]
    assert sorted(song["status"] for song in added) == ["failed", "ready"]
    told = not_done("export", "98", "99", "--out", tmp_path / "out")
    assert told["files"] == [] and len(told["failed"]) == 2
    pairs = run("propose", "--pairs", 2, "--out", tmp_path / "p")["pairs"]
    told = not_done("rate", "--from", tmp_path / "p" / "feedback_template.csv")
    assert (told["accepted"], told["refused"]) == (0, [])
    bare = tmp_path / "elsewhere" / "f.json"
    bare.parent.mkdir()
    bare.write_text(json.dumps([{"pair": p["id"], "answer": "A"} for p in pairs]))
    told = not_done("rate", "--from", bare)
    assert [row["row"] for row in told["refused"]] == [1, 2]


def test_the_summary_says_how_many_were_done(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["export", "1", "99", "--out", str(tmp_path / "out"), "--project", str(project)]
    assert main(arguments) == 0
    assert capsys.readouterr().out.endswith("1 of 2 songs are exported, 1 not.\n")


def test_fault_64_a_title_turns_none_of_our_words_round(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    title = "\u202e\u05e9\u05dc\u05d5\u05dd\x1b[2J"
    with Store.open(project) as store, store._database.writing() as connection:
        connection.execute("UPDATE songs SET title = ? WHERE id = 1", (title,))
    capsys.readouterr()
    assert main(["songs", "--project", str(project)]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert shown[0].endswith("\u2068\u05e9\u05dc\u05d5\u05dd\u2069")
    assert not any("\u2068" in line for line in shown[1:]), "plain titles stay as they are"
    assert main(["songs", "--json", "--project", str(project)]) == 0
    assert json.loads(capsys.readouterr().out)["songs"][0]["title"] == title
