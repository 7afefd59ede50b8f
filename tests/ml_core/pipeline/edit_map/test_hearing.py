"""What is heard of a dot on the map is what the edit plays at that place."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ml_core.domain.edits import Candidate, Edit, Origin
from ml_core.domain.mapping import HearRequest, MappedEdit, characteristic_place
from ml_core.domain.playing import PreparedAudio
from ml_core.domain.requests import Delivered
from ml_core.edits.render import render
from ml_core.errors import UserError
from ml_core.pipeline.edit_map.hearing import hear_place
from ml_core.progress import silent

RATE_HZ = 8000


def mapped(spans: tuple[tuple[int, int], ...], roughest: int) -> MappedEdit:
    edit = Edit("a" * 64, RATE_HZ, spans, fades=(400,) * (len(spans) - 1))
    return MappedEdit(Delivered(Candidate(edit, Origin()), 0, 0, 0), 0.5, 1, 1, None, roughest)


def test_a_place_is_the_edit_around_its_roughest_join(tmp_path) -> None:
    source = np.random.default_rng(0).normal(size=(20 * RATE_HZ, 2)).astype(np.float32)
    file = tmp_path / "song.f32"
    file.write_bytes(source.tobytes())
    song = PreparedAudio(str(file), len(source), RATE_HZ)
    one = mapped(((0, 30000), (48000, 90000), (100000, 140000)), 1)
    place = characteristic_place(one)
    assert place.spans == ((82000, 90000), (100000, 108000))
    made = hear_place(HearRequest(song, place, str(tmp_path / "own")), silent())
    heard = np.fromfile(made.file, np.float32).reshape(-1, 2)
    whole = render(one.delivered.edit, source)
    join = one.delivered.edit.join_samples[1]
    assert np.array_equal(heard, whole[join - RATE_HZ : join + RATE_HZ])
    assert made.joins == (RATE_HZ,)
    assert made.n_samples == 2 * RATE_HZ
    # Asked for again, it may be playing from its file.
    playing = Path(made.file).stat()
    again = hear_place(HearRequest(song, place, str(tmp_path / "own")), silent())
    after = Path(again.file).stat()
    assert again == made
    assert (after.st_ino, after.st_mtime_ns) == (playing.st_ino, playing.st_mtime_ns)


def test_without_a_join_it_is_the_start_and_never_more_than_there_is() -> None:
    assert characteristic_place(mapped(((4000, 90000),), -1)).spans == ((4000, 20000),)
    assert characteristic_place(mapped(((4000, 9000),), -1)).spans == ((4000, 9000),)
    short = characteristic_place(mapped(((0, 3000), (5000, 6000)), 0))
    assert short.spans == ((0, 3000), (5000, 6000))


def test_a_song_that_is_gone_is_one_sentence(tmp_path) -> None:
    song = PreparedAudio(str(tmp_path / "gone.f32"), RATE_HZ, RATE_HZ)
    place = characteristic_place(mapped(((0, 4000),), -1))
    with pytest.raises(UserError):
        hear_place(HearRequest(song, place, str(tmp_path)), silent())
