"""Small waveforms: kept between starts, and made again when they can't be read."""

from __future__ import annotations

import pytest

from editor_app.listening.overview_cache import OverviewCache
from ml_core.domain.playing import SongLayout, SongOverview

SHA = "a" * 64
LAYOUT = SongLayout(SHA, 8000, 800, (0, 400, 800), (0, 200), ((0, 800, "A"),), 120.0, 4, 0.5, True)
COLUMNS = ((-0.5, 0.25, 0.125), (0.0, 0.0, 0.0))


@pytest.mark.parametrize("layout", [None, LAYOUT])
def test_an_overview_comes_back_as_it_was(tmp_path, layout):
    OverviewCache(str(tmp_path)).save(SongOverview(SHA, COLUMNS, layout))
    assert OverviewCache(str(tmp_path)).load(SHA) == SongOverview(SHA, COLUMNS, layout)


OLDER = "[[[-0.5,0.25,0.125]], null]"  # Without a version: the mean of the channels.
BROKEN = ["", "{", "[]", "[2, [1], null]", "[2, [[1,2]], null]", '[2, [], {"a": 1}]', OLDER]


@pytest.mark.parametrize("text", BROKEN)
def test_a_damaged_file_counts_as_missing(tmp_path, text):
    cache = OverviewCache(str(tmp_path))
    cache.save(SongOverview(SHA, COLUMNS, LAYOUT))
    next((tmp_path / "overviews").iterdir()).write_text(text)
    assert cache.load(SHA) is None


def test_what_is_forgotten_is_made_again(tmp_path):
    cache = OverviewCache(str(tmp_path))
    cache.save(SongOverview(SHA, COLUMNS, LAYOUT))
    cache.forget(SHA)
    assert cache.load(SHA) is None
    cache.forget(SHA)
