"""DAWproject as other tools write it: nested, looped and warped clips, groups, gains, fades.

The files are written by hand for these tests, by what the format's documentation says.
"""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from ml_core.domain.files.clips_read import MOST_CLIPS
from ml_core.errors import UserError
from ml_core.pipeline.own_edits.dawproject.tempo import TempoMap
from ml_core.pipeline.own_edits.reading import OwnEdit, read_own_edit
from tests.editor_app.conftest import make_song

SONG = make_song(1)
RATE_HZ = SONG.sample_rate_hz
BPM = 170.0
BEAT_S = 60.0 / BPM
AUDIO = '<Audio channels="2" duration="60" sampleRate="44100"><File path="audio/one.wav"/></Audio>'
TRACK = '<Track id="t" name="T"><Channel id="c" role="regular"/></Track>'


def read(
    folder: Path, lanes: str, structure: str = TRACK, bpm: float = BPM, more: str = ""
) -> OwnEdit:
    path = folder / "a.dawproject"
    xml = (
        f'<Project version="1.0"><Transport><Tempo unit="bpm" value="{bpm}"/></Transport>'
        f"<Structure>{structure}</Structure><Arrangement>{lanes}{more}</Arrangement></Project>"
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("project.xml", xml)
    return read_own_edit(path, SONG, ["/music/one.wav"])


def lanes(*clips: str, unit: str = "beats", track: str = "t") -> str:
    inside = f'<Lanes track="{track}"><Clips>{"".join(clips)}</Clips></Lanes>'
    return f'<Lanes timeUnit="{unit}">{inside}</Lanes>'


def clip(content: str, time: float, duration: float, **more: object) -> str:
    words = " ".join(f'{name}="{value}"' for name, value in more.items())
    return f'<Clip time="{time}" duration="{duration}" {words}>{content}</Clip>'


def warps(*points: tuple[float, float], unit: str = "beats") -> str:
    marks = "".join(f'<Warp time="{time}" contentTime="{at}"/>' for time, at in points)
    return f'<Warps contentTimeUnit="seconds" timeUnit="{unit}">{AUDIO}{marks}</Warps>'


SELF = "<Clip time='0' duration='9' reference='r'/>"
NATURAL = warps((0.0, 0.0), (60.0 / BEAT_S, 60.0))
"""A minute of sound in its own time, told in beats."""


def samples(*spans_s: tuple[float, float]) -> tuple[tuple[int, int], ...]:
    return tuple((round(start * RATE_HZ), round(end * RATE_HZ)) for start, end in spans_s)


def test_clips_within_clips_warped_in_their_own_time_are_read_to_the_sample(tmp_path: Path):
    """As Bitwig writes it: content in beats, warps that say that it runs as it is."""
    nested = [
        clip(f"<Clips>{clip(NATURAL, 0, 16, contentTimeUnit='beats', playStart=start)}</Clips>",
             at, 16, playStart=0, loopStart=0, loopEnd=16, name="Drums")
        for at, start in ((0, 8), (16, 64))
    ]  # fmt: skip
    own = read(tmp_path, lanes(*nested))
    beats = ((8, 24), (64, 80))
    assert own.edit.spans == samples(*((a * BEAT_S, b * BEAT_S) for a, b in beats))
    assert own.left_out == () and own.at_s[1][0] == pytest.approx(16 * BEAT_S, abs=1e-4)


def test_warps_rounded_as_tools_round_them_are_natural_and_real_stretches_are_named(
    tmp_path: Path,
):
    rounded = warps((0.0, 0.0), (8.00003433227539, 2.823541666666667))
    own = read(tmp_path, lanes(clip(rounded, 0, 8, contentTimeUnit="beats")))
    assert own.edit.spans == samples((0.0, 8 * BEAT_S))
    stretched = warps((0.0, 0.0), (60.0 / BEAT_S, 60.3))
    bent = warps((0.0, 0.0), (8.0, 8 * BEAT_S), (16.0, 15 * BEAT_S), (24.0, 24 * BEAT_S))
    back = warps((0.0, 60.0), (60.0 / BEAT_S, 0.0))
    for odd in (stretched, bent, back):
        both = lanes(clip(NATURAL, 0, 8), clip(odd, 8, 16, name="odd", playStart=4))
        own = read(tmp_path, both)
        assert own.edit.spans == samples((0.0, 8 * BEAT_S))
        assert own.left_out == ("The clip odd is stretched or reversed.",)
    # What is bent elsewhere does not matter.
    own = read(tmp_path, lanes(clip(bent, 0, 8)))
    assert own.edit.spans == samples((0.0, 8 * BEAT_S))


def test_looped_content_is_heard_again(tmp_path: Path):
    looped = clip(NATURAL, 0, 20, playStart=4, loopStart=2, loopEnd=10)
    own = read(tmp_path, lanes(looped))
    beats = ((4, 10), (2, 10), (2, 8))
    assert own.edit.spans == samples(*((a * BEAT_S, b * BEAT_S) for a, b in beats))
    nested = clip(
        f"<Clips>{clip(NATURAL, 0, 4)}{clip(NATURAL, 4, 4, playStart=40)}</Clips>",
        0, 12, loopStart=0, loopEnd=8,
    )  # fmt: skip
    own = read(tmp_path, lanes(nested))
    beats = ((0, 4), (40, 44), (0, 4))
    assert own.edit.spans == samples(*((a * BEAT_S, b * BEAT_S) for a, b in beats))


def test_units_are_told_at_every_level(tmp_path: Path):
    seconds = f'<Lanes track="t" timeUnit="seconds"><Clips>{clip(AUDIO, 1, 2, playStart=5)}</Clips>'
    beats = f'<Lanes track="t"><Clips>{clip(AUDIO, 17, 17, contentTimeUnit="seconds")}</Clips>'
    own = read(tmp_path, f"<Lanes>{seconds}</Lanes>{beats}</Lanes></Lanes>")
    assert own.edit.spans == samples((5.0, 7.0), (0.0, 6.0))
    assert own.at_s == ((1.0, 3.0), (pytest.approx(6.0), pytest.approx(12.0)))
    follows = clip(AUDIO, 0, 4, contentTimeUnit="beats", name="b")
    own = read(tmp_path, lanes(follows, clip(NATURAL, 4, 4)))
    assert own.left_out == ("The clip b follows the tempo, so it may be stretched.",)


def test_where_the_tempo_changes_natural_sound_is_still_told_apart(tmp_path: Path):
    points = (
        '<TempoAutomation unit="bpm" timeUnit="beats"><Target parameter="x"/>'
        '<RealPoint time="0" value="120" interpolation="hold"/>'
        '<RealPoint time="8" value="60" interpolation="hold"/></TempoAutomation>'
    )
    natural = clip(warps((0, 0), (8, 4), (16, 12)), 0, 16)
    own = read(tmp_path, lanes(natural), bpm=120, more=points)
    assert own.edit.spans == samples((0.0, 12.0))
    stretched = clip(warps((0, 0), (16, 8)), 0, 16, name="s")
    own = read(tmp_path, lanes(stretched, clip(AUDIO, 16, 4)), bpm=120, more=points)
    assert own.edit.spans == samples((0.0, 4.0)) and "stretched" in own.left_out[0]
    ramp = TempoMap(120.0, [(0.0, 60.0, True), (60.0, 120.0, False)])
    assert ramp.to_beats(ramp.to_seconds(37.3)) == pytest.approx(37.3)
    assert ramp.to_seconds(60.0) == pytest.approx(60.0 * 0.693147180559945)


def test_muted_groups_switched_off_clips_and_solo_are_heard_as_there(tmp_path: Path):
    muted = '<Channel role="submix"><Mute value="true"/></Channel>'
    group = f'<Track id="g" name="G">{muted}<Track id="in" name="In"/></Track>'
    inside = f'<Lanes track="in"><Clips>{clip(AUDIO, 0, 4, name="deep")}</Clips></Lanes>'
    own = read(
        tmp_path,
        lanes(clip(AUDIO, 0, 17), clip(AUDIO, 17, 4, enable="false", name="off")) + inside,
        TRACK + group,
    )
    assert own.edit.spans == samples((0.0, 6.0))
    assert own.left_out == ("The clip off is switched off.", "The clip deep is muted.")
    solo = '<Track id="s" name="S"><Channel role="regular" solo="true"/></Track>'
    heard = f'<Lanes track="s"><Clips>{clip(AUDIO, 0, 17, playStart=34)}</Clips></Lanes>'
    own = read(tmp_path, lanes(clip(AUDIO, 0, 17, name="other")) + heard, TRACK + solo)
    assert own.edit.spans == samples((12.0, 18.0)) and "soloed" in own.left_out[0]


def test_gains_and_fades_of_clips_are_taken_over(tmp_path: Path):
    gain = (
        '<Points unit="{unit}"><Target expression="gain"/>'
        '<RealPoint time="0" value="{value}"/></Points>'
    )
    halved = f"<Lanes>{AUDIO}{gain.format(unit='linear', value=0.5)}</Lanes>"
    quiet = f"<Lanes>{AUDIO}{gain.format(unit='decibel', value=-3)}</Lanes>"
    fades = {"fadeTimeUnit": "seconds", "fadeInTime": 0.5, "fadeOutTime": 0}
    own = read(tmp_path, lanes(
        clip(halved, 0, 4, **fades),
        clip(quiet, 4, 4, playStart=20, fadeInTime=-0.5, fadeOutTime=0.25, fadeTimeUnit="seconds"),
        unit="seconds",
    ))  # fmt: skip
    assert own.edit.gains_db == (pytest.approx(-6.0206, abs=1e-4), -3.0)
    # A fade in below 0 begins earlier, to fade from the clip before.
    assert own.edit.spans == samples((0.0, 3.75), (19.75, 24.0))
    assert own.edit.fades == (2 * round(0.25 * RATE_HZ),)
    assert (own.edit.fade_in, own.edit.fade_out) == (RATE_HZ // 2, RATE_HZ // 4)


def test_clips_that_name_others_curves_and_pitch(tmp_path: Path):
    first = clip(AUDIO.replace("<Audio", '<Audio id="a"'), 0, 4)
    alias = '<Clip time="4" duration="4" playStart="20" reference="a"/>'
    pitch = (
        f"<Lanes>{AUDIO}<Points><Target expression='transpose'/>"
        "<RealPoint time='0' value='2'/></Points></Lanes>"
    )
    curve = "<Points><Target parameter='v'/><RealPoint time='0' value='1'/></Points>"
    moving = curve.replace("</Points>", "<RealPoint time='9' value='0'/></Points>")
    notes = clip("<Notes/>", 30, 4, name="keys")
    text = lanes(first, alias, clip(pitch, 8, 4, name="up"), notes, unit="seconds")
    own = read(tmp_path, text.replace("</Lanes></Lanes>", f"{curve}{moving}</Lanes></Lanes>"))
    assert own.edit.spans == samples((0.0, 4.0), (20.0, 24.0))
    assert own.left_out == (
        "The clip up is at another pitch.", "The clip keys holds no audio.",
        "The track T has a curve, which is not kept.",
    )  # fmt: skip


@pytest.mark.parametrize(
    "odd",
    [
        clip(AUDIO, 0, 1e9, loopEnd=1e-9), clip(AUDIO, 0, 1e6, loopStart=0, loopEnd=1e-3),
        clip(f"<Clips id='r'>{SELF * 9}</Clips>", 0, 9),
        clip(warps((0, 0), (0, 1)), 0, 4), clip(warps((float("nan"), 0), (1, 1)), 0, 4),
        clip(AUDIO, "x", 4), clip(AUDIO, 0, float("inf")), "<Clip/>", clip("<Audio/>", 0, 4),
        clip("<Clips>" * 200 + "</Clips>" * 200, 0, 4),
    ],
)  # fmt: skip
def test_odd_clips_are_one_sentence_or_left_out(odd: str, tmp_path: Path):
    try:
        own = read(tmp_path, lanes(clip(NATURAL, 0, 8), odd))
    except UserError as error:
        assert len(str(error).splitlines()) == 1 and "a.dawproject" in str(error)
    else:
        assert all(0 <= start < end <= SONG.n_samples for start, end in own.edit.spans)


def test_more_clips_than_any_edit_has_are_refused(tmp_path: Path):
    with pytest.raises(UserError, match="more than 20000 clips"):
        read(tmp_path, lanes(*["<Clip time='0' duration='1'><Audio/></Clip>"] * (MOST_CLIPS + 1)))
