"""Stems get the song's cuts to the sample, and add up to its edit as they add up to the song."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.testing import assert_array_equal
from numpy.typing import NDArray

from ml_core.audio_file import file_sha256, read, write_atomic
from ml_core.audio_file.tagging.own_edits import is_own_edit
from ml_core.domain.edits import Edit
from ml_core.domain.files.stems import StemsFound, StemSong
from ml_core.edits.exact.lengths import Stretch, stretch_to
from ml_core.edits.render import fade_halves, render_blocks, tail_lengths
from ml_core.errors import UserError
from ml_core.export.stems.matching import find_stems
from ml_core.export.stems.writing import export_stem, stem_name
from ml_core.progress import silent

RATE_HZ = 16_000
N = 12 * RATE_HZ
SPANS = ((0, 60_000), (90_000, 150_000), (40_000, 80_000))
Audio = NDArray[np.float32]


def parts() -> tuple[Audio, Audio]:
    """Bells that ring on, and drums, in steps of 24 bits."""
    t = np.arange(N) / RATE_HZ
    strikes = np.exp(-3.0 * (t % 0.75))
    bells = [strikes * np.sin(2 * np.pi * hz * t) * 0.2 for hz in (440.0, 554.0)]
    rng = np.random.default_rng(2)
    drums = rng.normal(0, 0.2, (N, 2)) * np.exp(-40.0 * (t % 0.375))[:, None]
    made = (np.stack(bells, axis=1), drums)
    return tuple(np.asarray(np.rint(p * 2**20) / 2**20, np.float32) for p in made)  # type: ignore[return-value]


@pytest.fixture
def song(tmp_path: Path) -> Path:
    """A song, and a folder of two stems that add up to it, and of others."""
    bells, drums = parts()
    folder = tmp_path / "stems"
    (folder / "more").mkdir(parents=True)
    files = {
        tmp_path / "Song.wav": bells + drums,
        folder / "Song - bells.wav": bells,
        folder / "more" / "drums.wav": drums,
    }
    for path, sound in files.items():
        write_atomic(path, [sound], RATE_HZ, 2, "wav", "PCM_24")
    return tmp_path / "Song.wav"


def edit_of(song: Path) -> Edit:
    """Three spans with fades, tails, gains and fades at the ends; one goes back."""
    return Edit(
        file_sha256(song), RATE_HZ, SPANS, (400, 600), (0.0, -1.5, 0.0), 200, 900, (3200, 3200)
    )


def song_of(path: Path, n_samples: int = N, rate_hz: int = RATE_HZ) -> StemSong:
    return StemSong(str(path), n_samples, rate_hz)


def found(folder: Path, *songs: StemSong) -> StemsFound:
    return find_stems(folder, songs, silent())


def rendered(path: Path, whole: Path, **more: Path) -> Audio:
    return np.concatenate(list(render_blocks(edit_of(whole), path, N, **more)))


def test_stems_add_up_to_the_edit_and_keep_their_own_samples(song: Path) -> None:
    edit = edit_of(song)
    assert all(tail_lengths(edit, N)), "the song has room for tails"
    stems = [song.parent / "stems" / "Song - bells.wav", song.parent / "stems/more/drums.wav"]
    whole = rendered(song, song)
    made = [rendered(stem, song, song=song) for stem in stems]
    assert float(np.abs(sum(made) - whole).max()) < 2**-22
    alone = sum(rendered(stem, song) for stem in stems)
    assert float(np.abs(alone - whole).max()) > 1e-3, "joins told from each stem differ"
    halves = (0, *fade_halves(edit, N), 0)
    for stem, sound in zip(stems, made, strict=True):
        own, position = read(stem), 0
        for k, (start, end) in enumerate(SPANS[:1]):
            kept = sound[position + 200 : position + end - start - halves[k + 1]]
            assert_array_equal(kept, own[start + 200 : end - halves[k + 1]])


def test_a_mono_stem_of_a_stereo_song(song: Path) -> None:
    _, drums = parts()
    path = song.parent / "mono.wav"
    write_atomic(path, [drums[:, :1]], RATE_HZ, 1, "wav", "FLOAT")
    made = rendered(path, song, song=song)
    assert made.shape == (edit_of(song).n_samples, 1)
    assert_array_equal(made[200:59_000], read(path)[200:59_000])


def test_a_stem_of_32_bits_keeps_every_bit(song: Path, tmp_path: Path) -> None:
    stem, half = tmp_path / "drums.wav", 200
    sound = np.random.default_rng(1).integers(-(2**31), 2**31, (N, 2)).astype(np.int32)
    soundfile.write(stem, sound, RATE_HZ, "PCM_32")
    edit = edit_of(song)
    made = export_stem(
        stem,
        song,
        edit,
        tmp_path / "Song 2.wav",
        "wav",
        stretch=Stretch.none(edit),
        progress=silent(),
    )
    written, _ = soundfile.read(made, dtype="int32")
    assert_array_equal(written[half : 60_000 - half], sound[half : 60_000 - half])


def test_files_of_the_songs_length_and_rate_are_its_stems(song: Path) -> None:
    folder, (bells, drums) = song.parent / "stems", parts()
    write_atomic(folder / "short.wav", [drums[:-1]], RATE_HZ, 2, "wav", "PCM_16")
    write_atomic(folder / "slow.wav", [drums], 2 * RATE_HZ, 2, "wav", "PCM_16")
    (folder / "broken.flac").write_bytes(b"fLaC")
    (folder / "notes.txt").write_text("no sound")
    write_atomic(folder / "Song.wav", [bells + drums], RATE_HZ, 2, "wav", "PCM_24")
    songs = found(folder, song_of(song), song_of(folder / "Song.wav", N - 7))
    assert [Path(stem).name for stem in songs.of(str(song))] == ["Song - bells.wav", "drums.wav"]
    told = {Path(path).name: sentence for path, sentence in songs.left_out}
    assert set(told) == {"short.wav", "slow.wav", "broken.flac"}
    assert "it is 1 sample shorter" in told["short.wav"]
    assert "32,000 Hz" in told["slow.wav"]


def test_stems_of_songs_that_are_not_exported_now_are_passed_over(song: Path) -> None:
    folder, (_, drums) = song.parent / "stems", parts()
    for name, n in (("kick.wav", 7), ("Other bass.wav", 9), ("Song bass.wav", 7), ("odd.wav", 5)):
        # As long as another song, named as one, named as this one, neither.
        write_atomic(folder / name, [drums[:-n]], RATE_HZ, 2, "wav", "PCM_16")
    other = song_of(song.parent / "Other.wav", N - 7)
    write_atomic(folder / "Song Two bass.wav", [drums[:-4]], RATE_HZ, 2, "wav", "PCM_16")
    two = song_of(song.parent / "Song Two.wav", N - 3)
    matched = find_stems(folder, [song_of(song)], silent(), [other, two])
    told = {Path(path).name for path, _ in matched.left_out}
    assert told == {"Song bass.wav", "odd.wav"}
    assert len(matched.of(str(song))) == 2


def test_of_songs_of_one_length_the_name_tells(song: Path) -> None:
    folder = song.parent / "stems"
    _, drums = parts()
    for name in ("Other (voice).wav", "Third/kick.wav", "unclear.wav", "Song Two_bass.wav"):
        (folder / name).parent.mkdir(exist_ok=True)
        write_atomic(folder / name, [drums[:, :1]], RATE_HZ, 1, "wav", "PCM_16")
    names = ("Song.wav", "Other.wav", "third.flac", "Song Two.wav")
    songs = [song_of(song.parent / name) for name in names]
    matched = found(folder, *songs)
    of = {Path(one.song.path).name: {Path(f).name for f in one.files} for one in matched.songs}
    assert of == {
        "Song.wav": {"Song - bells.wav"},
        "Other.wav": {"Other (voice).wav"},
        "third.flac": {"kick.wav"},
        "Song Two.wav": {"Song Two_bass.wav"},
    }
    told = {Path(path).name: sentence for path, sentence in matched.left_out}
    assert set(told) == {"unclear.wav", "drums.wav"} and "folder" in told["unclear.wav"]


def test_a_stem_that_is_named_as_another_song_is_told(song: Path) -> None:
    folder = song.parent / "stems"
    _, drums = parts()
    write_atomic(folder / "Other (voice).wav", [drums], RATE_HZ, 2, "wav", "PCM_16")
    matched = found(folder, song_of(song), song_of(song.parent / "Other.wav", N + 1))
    ((path, sentence),) = matched.left_out
    assert Path(path).name == "Other (voice).wav" and "named as Other.wav" in sentence


def test_a_folder_that_is_not_there_is_told(song: Path) -> None:
    with pytest.raises(UserError, match="no folder"):
        found(song.parent / "nowhere", song_of(song))


@pytest.mark.parametrize(
    ("stem", "name"),
    [
        ("Song - drums", "drums"),
        ("song_bass", "bass"),
        ("Song (voice)", "voice"),
        ("01 kick", "01 kick"),
        ("vocals Song", "vocals"),
        ("Song", "Song"),
        ("bass (left)", "bass (left)"),
    ],
)
def test_stems_are_named_without_the_songs_name(stem: str, name: str) -> None:
    assert stem_name(Path("a/Song.wav"), Path(f"b/{stem}.flac")) == name


def written(song: Path, stem: Path, out: Path, exact_s: float | None = None) -> Path:
    edit = edit_of(song)
    stretch = Stretch.none(edit) if exact_s is None else stretch_to(edit, exact_s)
    return export_stem(
        stem, song, edit, out / "Song 2.flac", "flac", stretch=stretch, progress=silent()
    )


def test_a_stem_is_written_beside_the_edit_and_known_as_ours(song: Path, tmp_path: Path) -> None:
    stem = song.parent / "stems" / "Song - bells.wav"
    first, second = (written(song, stem, tmp_path / "out") for _ in range(2))
    assert (first.name, second.name) == ("Song 2 (bells).flac", "Song 2 (bells) 2.flac")
    assert len(read(first)) == edit_of(song).n_samples
    assert is_own_edit(first)
    assert [path.name for path in (tmp_path / "out").iterdir() if path.suffix == ".json"] == []


def test_a_stretched_stem_is_as_long_as_its_edit(song: Path, tmp_path: Path) -> None:
    stem = song.parent / "stems" / "more" / "drums.wav"
    assert len(read(written(song, stem, tmp_path / "out", 10.1))) == round(10.1 * RATE_HZ)


def test_a_stem_that_has_changed_is_told_and_leaves_nothing(song: Path, tmp_path: Path) -> None:
    stem = song.parent / "stems" / "more" / "drums.wav"
    write_atomic(stem, [parts()[1][:70_000]], RATE_HZ, 2, "wav", "PCM_24", overwrite=True)
    with pytest.raises(UserError, match=r"drums\.wav"):
        written(song, stem, tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []
