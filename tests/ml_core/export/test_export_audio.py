"""An edit as a file: exact where the format is, complete or not there, never on its source."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from numpy.testing import assert_array_equal

from ml_core.audio_file import (
    WRITE_FORMATS,
    Cover,
    Tags,
    file_sha256,
    probe,
    read,
    read_song,
    read_tags,
    resampled_length,
    write_atomic,
)
from ml_core.domain.edits import Edit
from ml_core.domain.songs import SongRef
from ml_core.errors import Cancelled, UserError
from ml_core.export import audio as exporting
from ml_core.export.audio import free_target
from ml_core.progress import Progress
from tests.faults.export.writing_cases import ten_minutes_of_ogg
from tests.faults.hostile.hostile_pictures import drawings, encoded, put_into_flac
from tests.ml_core.audio_file.sound_material import read_only_folder, save, sound, tiny_disk

RATE_HZ = 16_000
SPANS = ((0, 100_000), (150_000, 220_000), (240_000, 336_000))


def export_edit(path: Path, edit: Edit, target: Path, file_format: str, **more: Any) -> Path:
    """Export an edit of the song that lies at a path, as an older project knows it."""
    song = SongRef(edit.sha256, str(path))
    return exporting.export_edit(song, edit, target, file_format, **more)


def test_fault_65_a_drawing_is_left_out_of_the_export_and_that_is_said(
    song: Path, out_dir: Path
) -> None:
    said: list[str] = []
    export_edit(song, edit_of(song), out_dir / "kept.mp3", "mp3", say=said.append)
    assert read_tags(out_dir / "kept.mp3").cover is not None and said == []
    put_into_flac(song, drawings(song)["plain SVG"], "image/png")
    path = export_edit(song, edit_of(song), out_dir / "edit.mp3", "mp3", say=said.append)
    assert read_tags(path).title == "Song" and b"<svg" not in path.read_bytes()
    (sentence,) = said
    assert "Song.flac" in sentence and "left out" in sentence


def edit_of(path: Path, spans: tuple[tuple[int, int], ...] = SPANS, fade: int = 400) -> Edit:
    """Some spans of a song, joined by fades."""
    header = probe(path)
    return Edit(file_sha256(path), header.sample_rate_hz, spans, (fade,) * (len(spans) - 1))


@pytest.fixture
def song(tmp_path: Path) -> Path:
    """A tagged song of 21 s in a folder of its own."""
    folder = tmp_path / "music"
    folder.mkdir()
    tags = Tags({"title": ("Song",), "artist": ("Someone",)}, Cover(encoded("PNG"), "image/png"))
    write_atomic(folder / "Song.flac", [sound()], RATE_HZ, 2, "flac", tags=tags)
    return folder / "Song.flac"


@pytest.fixture
def out_dir(tmp_path: Path) -> Path:
    """Where exports go; made by the export itself."""
    return tmp_path / "new" / "edits"


@pytest.mark.parametrize("file_format", WRITE_FORMATS)
def test_every_format_is_written_with_tags_and_record(
    song: Path, out_dir: Path, file_format: str
) -> None:
    edit = edit_of(song)
    before = (song.read_bytes(), song.stat().st_mtime_ns)
    target = free_target(out_dir, "My edit", file_format)
    path = export_edit(song, edit, target, file_format, join_costs=[0.25, 0.5])
    assert path == target == out_dir / f"My edit{WRITE_FORMATS[file_format].extension}"
    header = probe(path)
    assert header.n_samples == edit.n_samples == len(read(path))
    assert (header.sample_rate_hz, header.n_channels) == (RATE_HZ, 2)
    assert read_tags(path) == read_tags(song)
    assert json.loads((out_dir / "My edit.edit.json").read_text(encoding="utf-8")) == {
        "schema": 1,
        "source": str(song),
        "sha256": edit.sha256,
        "sample_rate_hz": RATE_HZ,
        "kept_samples": [list(span) for span in SPANS],
        "proposed_samples": [list(span) for span in SPANS],
        "fades_samples": [400, 400],
        "tails_samples": [0, 0],
        "fade_in_samples": 0,
        "fade_out_samples": 0,
        "gains_db": [0.0, 0.0, 0.0],
        "joins": [
            {"out_s": 6.25, "source_from_s": 6.25, "source_to_s": 9.375, "cost": 0.25},
            {"out_s": 10.625, "source_from_s": 13.75, "source_to_s": 15.0, "cost": 0.5},
        ],
    }
    assert len(list(out_dir.iterdir())) == 2
    assert (song.read_bytes(), song.stat().st_mtime_ns) == before


@pytest.mark.parametrize("file_format", ["wav", "flac", "aiff"])
def test_outside_fades_every_sample_is_the_song_s(
    song: Path, out_dir: Path, file_format: str
) -> None:
    edit = edit_of(song)
    out = read(export_edit(song, edit, out_dir / "edit", file_format))
    source = read(song)
    place = 0
    for start, end in SPANS:
        inside = slice(place + 200, place + end - start - 200)
        assert_array_equal(out[inside], source[start + 200 : end - 200])
        place += end - start
    assert not np.array_equal(out[100_000 - 50 : 100_000 + 50], source[100_000 - 50 : 100_000 + 50])


@pytest.mark.parametrize("subtype", ["PCM_16", "PCM_24", "FLOAT"])
@pytest.mark.parametrize(("rate_hz", "n_channels"), [(44_100, 8), (96_000, 1), (192_000, 2)])
def test_kept_audio_is_bit_identical_in_any_depth_rate_and_channels(
    tmp_path: Path, subtype: str, rate_hz: int, n_channels: int
) -> None:
    noise = np.random.default_rng(3).uniform(-0.9, 0.9, (20 * rate_hz, n_channels))
    path = tmp_path / "source.wav"
    soundfile.write(path, noise, rate_hz, subtype)
    half, fade = rate_hz // 2, rate_hz // 20
    spans = ((0, half), (3 * half, 40 * half))
    edit = Edit(read_song(path).sha256, rate_hz, spans, (fade,))
    (tmp_path / "out").mkdir()
    made = export_edit(path, edit, tmp_path / "out" / "edit.wav", "wav")
    facts = soundfile.info(made)
    assert (facts.samplerate, facts.channels, facts.subtype) == (rate_hz, n_channels, subtype)
    kind = "float32" if subtype == "FLOAT" else "int32"
    source, out = (soundfile.read(p, dtype=kind, always_2d=True)[0] for p in (path, made))
    before, after = half - fade // 2, half + fade // 2
    assert_array_equal(out[:before], source[:before])
    assert_array_equal(out[after:], source[3 * half + fade // 2 :])
    assert not np.array_equal(out[before:after], source[before:after])


def test_an_edit_without_costs_says_so(song: Path, out_dir: Path) -> None:
    export_edit(song, edit_of(song), out_dir / "edit.wav", "wav", join_costs=[np.inf, np.nan])
    record = json.loads((out_dir / "edit.edit.json").read_text())
    assert [join["cost"] for join in record["joins"]] == [None, None]
    whole = edit_of(song, ((0, 300_000),))
    export_edit(song, whole, out_dir / "whole.wav", "wav")
    assert json.loads((out_dir / "whole.edit.json").read_text())["joins"] == []
    with pytest.raises(ValueError, match="one cost for each join"):
        export_edit(song, edit_of(song), out_dir / "other.wav", "wav", join_costs=[1.0])


@pytest.mark.parametrize(
    ("source", "file_format", "coding"),
    [
        ("PCM_16", "wav", "PCM_16"),
        ("PCM_24", "wav", "PCM_24"),
        ("PCM_24", "aiff", "PCM_24"),
        ("FLOAT", "wav", "FLOAT"),
        ("FLOAT", "flac", "PCM_24"),
        ("PCM_32", "flac", "PCM_24"),
        ("PCM_U8", "flac", "PCM_S8"),
        ("PCM_U8", "aiff", "PCM_S8"),
        ("PCM_S8", "wav", "PCM_U8"),
        ("ULAW", "wav", "PCM_16"),
        ("VORBIS", "wav", "PCM_16"),
        ("MPEG_LAYER_III", "flac", "PCM_16"),
        ("PCM_24", "mp3", "MPEG_LAYER_III"),
        ("FLOAT", "opus", "OPUS"),
    ],
)
def test_the_source_s_bit_depth_is_kept(source: str, file_format: str, coding: str) -> None:
    assert WRITE_FORMATS[file_format].coding_for(source) == coding


def test_rates_and_channels_that_a_format_lacks_are_converted(tmp_path: Path) -> None:
    audio = sound(20.0, 44_100, 6)
    path = save(tmp_path / "six.wav", audio, 44_100)
    edit = edit_of(path, ((0, 200_000), (300_000, 500_000)))
    for file_format, rate_hz, n_channels in (
        ("wav", 44_100, 6),
        ("flac", 44_100, 6),
        ("ogg", 44_100, 2),
        ("mp3", 44_100, 2),
        ("opus", 48_000, 2),
    ):
        out = export_edit(path, edit, tmp_path / f"edit.{file_format}", file_format, overwrite=True)
        header = probe(out)
        assert (header.sample_rate_hz, header.n_channels) == (rate_hz, n_channels)
        assert header.n_samples == resampled_length(edit.n_samples, 44_100, rate_hz)
    wide = save(tmp_path / "wide.wav", sound(1.0, 96_000), 96_000)
    edit = edit_of(wide, ((0, 90_000),))
    assert probe(export_edit(wide, edit, tmp_path / "w.mp3", "mp3")).sample_rate_hz == 48_000
    assert probe(export_edit(wide, edit, tmp_path / "v.ogg", "ogg")).sample_rate_hz == 96_000
    many = save(tmp_path / "many.wav", sound(1.0, 8_000, 16), 8_000)
    edit = edit_of(many, ((0, 8_000),))
    with pytest.raises(UserError, match="FLAC holds at most 8"):
        export_edit(many, edit, tmp_path / "many.flac", "flac")
    assert probe(export_edit(many, edit, tmp_path / "m.wav", "wav")).n_channels == 16


def test_24_bits_stay_24_bits(tmp_path: Path) -> None:
    path = save(tmp_path / "fine.wav", sound(), subtype="PCM_24")
    for file_format in ("wav", "flac", "aiff"):
        out = export_edit(
            path, edit_of(path), tmp_path / f"edit.{file_format}", file_format, overwrite=True
        )
        assert probe(out).subtype == "PCM_24"
        assert_array_equal(read(out, 0, 90_000), read(path, 0, 90_000))


@pytest.mark.parametrize("extension", ["mp3", "ogg", "opus"])
def test_lossy_sources_become_16_bit_wav(tmp_path: Path, extension: str) -> None:
    path = save(tmp_path / f"song.{extension}", sound())
    out = export_edit(path, edit_of(path), tmp_path / "edit.wav", "wav")
    assert probe(out).subtype == "PCM_16" and probe(out).n_samples == edit_of(path).n_samples


def test_fault_21_full_disk_leaves_nothing(song: Path, tmp_path: Path) -> None:
    for file_format in WRITE_FORMATS:
        with tiny_disk(tmp_path / "disk", 48) as disk:
            with pytest.raises(UserError, match="no room left for edit") as caught:
                export_edit(song, edit_of(song), disk / f"edit.{file_format}", file_format)
            assert caught.value.remedy
            assert list(disk.iterdir()) == []
        (tmp_path / "disk").rmdir()


def test_fault_22_read_only_folder(song: Path, tmp_path: Path) -> None:
    with read_only_folder(tmp_path / "locked") as folder:
        for target in (folder / "edit.wav", folder / "deeper" / "edit.wav"):
            with pytest.raises(UserError) as caught:
                export_edit(song, edit_of(song), target, "wav")
            assert "locked" in str(caught.value) or "deeper" in str(caught.value)
            assert caught.value.remedy


def test_fault_23_never_on_the_source_nor_on_what_is_there(song: Path) -> None:
    edit, data = edit_of(song), song.read_bytes()
    folder = song.parent
    (folder / "link.flac").symlink_to(song)
    (folder / "hard.flac").hardlink_to(song)
    for name in ("Song.flac", "link.flac", "hard.flac", "SONG.FLAC"):
        for overwrite in (False, True):
            with pytest.raises(UserError, match="is the song itself"):
                export_edit(song, edit, folder / name, "flac", overwrite=overwrite)
    (folder / "taken.flac").write_bytes(b"mine")
    (folder / "noted.edit.json").write_bytes(b"mine")
    for name in ("taken.flac", "noted.flac"):
        with pytest.raises(UserError, match="exists already"):
            export_edit(song, edit, folder / name, "flac")
    assert (folder / "taken.flac").read_bytes() == b"mine"
    assert (folder / "noted.edit.json").read_bytes() == b"mine"
    assert song.read_bytes() == data
    assert not list(folder.glob(".*")) and not (folder / "noted.flac").exists()
    export_edit(song, edit, folder / "taken.flac", "flac", overwrite=True)
    assert probe(folder / "taken.flac").n_samples == edit.n_samples


def test_fault_24_cancel_in_the_middle_leaves_nothing(song: Path, out_dir: Path) -> None:
    seen: list[float] = []

    def note(fraction: float, words: str, partial: object) -> None:
        seen.append(fraction)
        assert words == "Writing edit.wav"

    progress = Progress(note, lambda: len(seen) > 3)
    with pytest.raises(Cancelled):
        export_edit(song, edit_of(song), out_dir / "edit.wav", "wav", progress=progress)
    assert 0 < seen[-1] < 1 and seen == sorted(seen)
    assert list(out_dir.iterdir()) == []


def test_a_fault_of_ours_in_the_middle_leaves_nothing(song: Path, out_dir: Path) -> None:
    def broken(edit: Edit, path: Path) -> Iterator[np.ndarray]:
        yield sound(1.0)
        raise RuntimeError("a fault")

    with pytest.raises(RuntimeError):
        export_edit(song, edit_of(song), out_dir / "edit.flac", "flac", render=broken)
    assert list(out_dir.iterdir()) == []


def test_fault_25_ten_minutes_of_ogg_from_a_thread(tmp_path: Path) -> None:
    """As the worker does it: a thread with a small stack, the longest blocks there are."""
    assert probe(ten_minutes_of_ogg(tmp_path)).n_samples == 600 * 8_000


def test_fault_27_a_source_that_is_gone_is_named(song: Path, out_dir: Path) -> None:
    edit = edit_of(song)
    song.unlink()
    with pytest.raises(UserError, match=r"Song\.flac can't be found"):
        export_edit(song, edit, out_dir / "edit.wav", "wav")
    assert not out_dir.exists()


def test_fault_28_another_song_under_the_same_name_is_refused(song: Path, out_dir: Path) -> None:
    edit = edit_of(song)
    write_atomic(song, [sound(seed=9)], RATE_HZ, 2, "flac", overwrite=True)
    with pytest.raises(UserError, match=r"Song\.flac has changed since this edit was made"):
        export_edit(song, edit, out_dir / "edit.wav", "wav")
    assert not out_dir.exists()


def test_fault_38_names_in_and_out(tmp_path: Path) -> None:
    name = "音楽 é 🎵 \n" + "n" * 229 + ".wav"
    assert len(name.encode()) == 249
    path = save(tmp_path / "plain.wav", sound()).rename(tmp_path / name)
    edit = edit_of(path)
    for number in range(3):
        target = free_target(tmp_path / "out", read_song(path).title, "wav")
        assert export_edit(path, edit, target, "wav").exists(), number
    records = sorted((tmp_path / "out").glob("*.edit.json"))
    assert len(records) == 3
    assert json.loads(records[0].read_text())["source"] == str(path)
    with pytest.raises(UserError, match="is too long"):
        export_edit(path, edit, tmp_path / ("x" * 250 + ".wav"), "wav")


def test_an_unknown_format_is_refused_with_what_there_is(song: Path, out_dir: Path) -> None:
    with pytest.raises(UserError, match="can't write ape files yet") as caught:
        export_edit(song, edit_of(song), out_dir / "edit.ape", "ape")
    assert "wav, flac" in caught.value.remedy


@pytest.mark.parametrize("file_format", list(WRITE_FORMATS))
def test_an_exact_length_is_the_files_own_in_every_format(
    song: Path, out_dir: Path, file_format: str
) -> None:
    edit = edit_of(song)
    exact_s = edit.duration_s * 1.013
    target = out_dir / f"exact.{file_format}"
    path = export_edit(song, edit, target, file_format, exact_s=exact_s)
    decoded = read(path)
    assert abs(len(decoded) / probe(path).sample_rate_hz - exact_s) <= 0.01
    record = json.loads(path.with_name("exact.edit.json").read_text())
    assert record["stretch"] == pytest.approx(1.013, abs=1e-5)
    assert record["kept_samples"] == [list(span) for span in SPANS]
    joins = [join["out_s"] for join in record["joins"]]
    assert joins == pytest.approx([at * 1.013 / RATE_HZ for at in edit.join_samples], abs=1e-4)


def test_an_edit_of_the_length_already_stays_bit_identical(song: Path, out_dir: Path) -> None:
    edit = edit_of(song)
    plain = export_edit(song, edit, out_dir / "plain.wav", "wav")
    exact = export_edit(song, edit, out_dir / "e.wav", "wav", exact_s=edit.duration_s - 0.008)
    assert_array_equal(read(exact), read(plain))
    assert json.loads((out_dir / "e.edit.json").read_text())["stretch"] == 1.0
    assert "stretch" not in json.loads((out_dir / "plain.edit.json").read_text())


def test_an_exact_length_out_of_reach_leaves_nothing(song: Path, out_dir: Path) -> None:
    with pytest.raises(UserError, match="nearest exact length is 16"):
        export_edit(song, edit_of(song), out_dir / "e.wav", "wav", exact_s=14.0)
    assert not out_dir.exists()


def test_a_stretched_edit_starts_and_ends_without_a_click(song: Path, out_dir: Path) -> None:
    path = export_edit(song, edit_of(song), out_dir / "e.wav", "wav", exact_s=16.4)
    made = read(path)
    steps = np.abs(np.diff(made, axis=0)).max(axis=1)
    for end in (made[0], made[-1]):
        assert float(np.abs(end).max()) <= float(np.percentile(steps, 99))
