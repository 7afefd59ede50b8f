"""What REAPER saves besides places: gains, fades, takes, loops, sections, folders, solo."""

from __future__ import annotations

from pathlib import Path

import pytest

from ml_core.errors import UserError
from ml_core.pipeline.own_edits.pieces import CUT_FADE_S
from ml_core.pipeline.own_edits.reading import OwnEdit, read_own_edit
from tests.editor_app.conftest import make_song

SONG = make_song(1)
RATE_HZ, END_S = SONG.sample_rate_hz, SONG.n_samples / SONG.sample_rate_hz
SOURCE = '<SOURCE WAVE\nFILE "one.wav"\n>'


def item(at: float, n: float, first: float, *lines: str, source: str = SOURCE) -> str:
    own = "\n".join(lines)
    return f"<ITEM\nPOSITION {at}\nLENGTH {n}\nSOFFS {first}\n{own}\n{source}\n>\n"


def track(*items: str, lines: str = "") -> str:
    return f"<TRACK\n{lines}\n{''.join(items)}>\n"


def read(folder: Path, *tracks: str) -> OwnEdit:
    path = folder / "a.rpp"
    path.write_text(f'<REAPER_PROJECT 0.1 "7.0" 0\n{"".join(tracks)}>\n', encoding="utf-8")
    return read_own_edit(path, SONG, ["/music/one.wav"])


def seconds(own: OwnEdit) -> list[tuple[float, float]]:
    return [(start / RATE_HZ, end / RATE_HZ) for start, end in own.edit.spans]


def test_gains_of_items_and_takes_are_taken_over(tmp_path: Path):
    own = read(tmp_path, track(
        item(0, 4, 0, "VOLPAN 0.5 0 1 -1"), item(4, 4, 10, "VOLPAN 2 0 0.5 -1"),
        item(8, 4, 20, "VOLPAN 1 0.3 -1 -1"),
    ))  # fmt: skip
    assert own.edit.gains_db == (pytest.approx(-6.0206, abs=1e-4), 0.0, 0.0)
    assert any("phase turned round" in one for one in own.left_out)
    assert any("panned" in one for one in own.left_out)


def test_fades_at_both_ends_and_where_items_overlap_are_taken_over(tmp_path: Path):
    own = read(tmp_path, track(
        item(0, 5, 0, "FADEIN 1 0.5 0 1 0 0 0", "FADEOUT 1 0.01 1 1 0 0 0"),
        item(4, 5, 20, "FADEIN 1 0.01 1 1 0 0 0", "FADEOUT 1 2 0 1 0 0 0"),
    ))  # fmt: skip
    assert seconds(own) == [(0.0, 4.5), (20.5, 25.0)]
    assert own.edit.fades == (RATE_HZ,) and own.left_out == ()
    assert (own.edit.fade_in, own.edit.fade_out) == (RATE_HZ // 2, 2 * RATE_HZ)


def test_the_fades_that_reaper_puts_everywhere_are_none_and_dips_are_told(tmp_path: Path):
    usual = ("FADEIN 1 0.01 0 1 0 0 0", "FADEOUT 1 0.01 0 1 0 0 0")
    own = read(tmp_path, track(item(0, 4, 0, *usual), item(4, 4, 10, *usual)))
    assert (own.edit.fade_in, own.edit.fade_out) == (0, 0) and own.left_out == ()
    assert own.edit.fades == (2 * round(CUT_FADE_S * RATE_HZ / 2),)
    dip = read(tmp_path, track(item(0, 4, 0, "FADEOUT 1 1.5 0"), item(4, 4, 10)))
    assert dip.left_out == ("The fade of 1.5 s at 4.0 s is not kept.",)


def test_the_take_that_plays_is_read(tmp_path: Path):
    takes = f"{SOURCE}\nTAKE SEL\nNAME second\nTAKEVOLPAN 0 0.5 -1\nSOFFS 30\nPLAYRATE 1 1 0"
    own = read(tmp_path, track(item(0, 4, 0, takes)))
    assert seconds(own) == [(30.0, 34.0)]
    assert own.edit.gains_db == (pytest.approx(-6.0206, abs=1e-4),)
    unplayed = f"{SOURCE}\nTAKE\nNAME other\nSOFFS 30\nPLAYRATE 1.5 1 0"
    assert seconds(read(tmp_path, track(item(0, 4, 1, unplayed)))) == [(1.0, 5.0)]


def test_a_looped_source_is_heard_again(tmp_path: Path):
    own = read(tmp_path, track(item(0, END_S + 6, 4, "LOOP 1")))
    assert seconds(own) == [(4.0, END_S), (0.0, pytest.approx(10.0))]
    once = read(tmp_path, track(item(0, END_S + 6, 4, "LOOP 0")))
    assert seconds(once) == [(4.0, END_S)] and "beyond the song" in once.left_out[0]


def test_a_section_is_a_part_of_the_file_that_may_loop(tmp_path: Path):
    section = f"<SOURCE SECTION\nLENGTH 6\nSTARTPOS 10\nOVERLAP 0.01\n{SOURCE}\n>"
    assert seconds(read(tmp_path, track(item(0, 4, 1, source=section)))) == [(11.0, 15.0)]
    assert seconds(read(tmp_path, track(item(0, 9, 1, source=section)))) == [(11.0, 16.0)]
    looped = read(tmp_path, track(item(0, 9, 1, "LOOP 1", source=section)))
    assert seconds(looped) == [(11.0, 16.0), (10.0, pytest.approx(14.0))]


def test_muted_folders_and_soloed_tracks_are_heard_as_in_the_tool(tmp_path: Path):
    folder = track(lines="NAME Folder\nMUTESOLO 1 0 0\nISBUS 1 1")
    child = track(item(0, 4, 0, "NAME child"), lines="ISBUS 2 -1")
    after = track(item(4, 4, 10))
    own = read(tmp_path, folder, child, after)
    assert seconds(own) == [(10.0, 14.0)] and own.left_out == ("The item child is muted.",)
    soloed = track(item(0, 4, 30), lines="MUTESOLO 0 1 0")
    own = read(tmp_path, after, soloed)
    assert seconds(own) == [(30.0, 34.0)] and "soloed" in own.left_out[0]


def test_what_a_track_or_an_item_does_besides_is_told(tmp_path: Path):
    own = read(tmp_path, track(
        item(0, 4, 0, "GROUP 3", "CHANMODE 2", "SM 0 0 + 4 4",
             "<TAKEFX\n<JS x\n>\n>", "<VOLENV\nACT 1 -1\n>", "<PANENV\nACT 0 -1\n>"),
        lines='NAME "Mix"\nVOLPAN 0.5 0 -1 -1 1\n<VOLENV2\nACT 0 -1\n>\n<FXCHAIN\n<VST "x"\n>\n>',
    ))  # fmt: skip
    assert seconds(own) == [(0.0, 4.0)]
    assert own.left_out == (
        "The volume of the track Mix is not kept.",
        "The track Mix has effects, which are not kept.",
        "The item one.wav plays other channels there than the song has, which is not kept.",
        "The item one.wav has a volume curve, which is not kept.",
        "The item one.wav has effects, which are not kept.",
    )


@pytest.mark.parametrize(
    "lines",
    [
        "LOOP 1\n>\n>\n<ITEM\nPOSITION 0\nLENGTH 1e6\nLOOP 1\n"
        '<SOURCE SECTION\nLENGTH 1e-6\nSTARTPOS 1\n<SOURCE WAVE\nFILE "one.wav"\n>\n>\n>',
        "VOLPAN nan 0 1 -1",
        "VOLPAN 1e999 0 1 -1",
        "FADEIN 1 inf 0",
        "ISBUS x y",
        "SM 0",
        "TAKE\n" * 20_002,
    ],
)
def test_odd_values_are_one_sentence_or_left_out(lines: str, tmp_path: Path):
    try:
        own = read(tmp_path, track(item(0, 4, 0), item(4, 4, 10, lines)))
    except UserError as error:
        assert len(str(error).splitlines()) == 1 and "a.rpp" in str(error)
    else:
        assert all(0 <= start < end <= SONG.n_samples for start, end in own.edit.spans)
