"""Kept analyses: equal when read back, None when anything is wrong with the file."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest

from ml_core.analysis.cache import analysis_path, load_analysis, save_analysis
from ml_core.domain.songs import SongAnalysis
from tests.ml_core.analysis.tunes import analysed, band

SHA = "0" * 64


@pytest.fixture(scope="module")
def analysis(tmp_path_factory: pytest.TempPathFactory) -> SongAnalysis:
    return analysed(tmp_path_factory.mktemp("song"), band(12, 4, 120)[0])


def test_an_analysis_comes_back_as_it_was(tmp_path: Path, analysis: SongAnalysis) -> None:
    save_analysis(tmp_path / "new folder", analysis)
    loaded = load_analysis(str(tmp_path / "new folder"), SHA)
    assert loaded is not None
    for field in fields(SongAnalysis):
        before, after = getattr(analysis, field.name), getattr(loaded, field.name)
        if isinstance(before, np.ndarray):
            assert before.dtype == after.dtype
            assert np.array_equal(before, after), field.name
        else:
            assert before == after, field.name
            assert type(before) is type(after), field.name


def test_what_was_never_kept_is_none(tmp_path: Path) -> None:
    assert load_analysis(tmp_path, SHA) is None
    assert load_analysis(tmp_path / "nowhere", SHA) is None


def test_another_version_is_none(tmp_path: Path, analysis: SongAnalysis) -> None:
    save_analysis(tmp_path, replace(analysis, version="0.older"))
    assert load_analysis(tmp_path, SHA) is None


def test_another_song_under_the_name_is_none(tmp_path: Path, analysis: SongAnalysis) -> None:
    save_analysis(tmp_path, analysis).rename(analysis_path(tmp_path, "1" * 64))
    assert load_analysis(tmp_path, "1" * 64) is None


def same(a: SongAnalysis, b: SongAnalysis) -> bool:
    return all(
        np.array_equal(getattr(a, field.name), getattr(b, field.name))
        for field in fields(SongAnalysis)
    )


def test_damaged_files_are_none_and_raise_nothing(tmp_path: Path, analysis: SongAnalysis) -> None:
    path = save_analysis(tmp_path, analysis)
    whole = path.read_bytes()
    rng = np.random.default_rng(0)
    for content in (b"", b"not a zip", whole[: len(whole) // 2], whole[:-30]):
        path.write_bytes(content)
        assert load_analysis(tmp_path, SHA) is None
    for _ in range(60):
        damaged = bytearray(whole)
        at = int(rng.integers(0, len(whole) - 40))
        damaged[at : at + 40] = rng.bytes(40)
        path.write_bytes(damaged)
        loaded = load_analysis(tmp_path, SHA)
        # A few bytes of a zip file mean nothing to the reader; never may other numbers come out.
        assert loaded is None or same(loaded, analysis)
    path.write_bytes(whole)
    assert load_analysis(tmp_path, SHA) is not None


def test_a_failed_write_leaves_the_old_file_and_no_part(
    tmp_path: Path, analysis: SongAnalysis, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = save_analysis(tmp_path, analysis)
    before = path.read_bytes()

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("ml_core.analysis.cache.np.savez", full)
    with pytest.raises(OSError, match="No space"):
        save_analysis(tmp_path, replace(analysis, tempo_bpm=1.0))
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_name_that_is_no_hash_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        load_analysis(tmp_path, "../../etc/passwd")
