"""The mouse is never touched: songs, ratings, training, comparison and export by key alone.

Once on synthesized songs, which everyone has, and once on real songs, which sound unlike them:
quiet beginnings, sides that are nearly alike, files of other formats and rates.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from scipy.signal import correlate

from ml_core import audio_file
from ml_core.analysis.cache import load_analysis
from ml_core.cli import main
from ml_core.demo_songs.pieces import synthesize_test_song
from ml_core.domain.early_end import MOST_PAIRS
from ml_core.domain.edits import Edit
from ml_core.domain.ratings import Answer, Rating
from ml_core.edits.render import render
from ml_core.paths import cache_dir
from ml_core.pipeline.playing import play_gain
from ml_core.store import Store
from tests.cycle import real_window
from tests.cycle.real_window import RealWindow, wait_until
from tests.editor_app.sound.captured.virtual_card import RATE_HZ, Capture, VirtualCard

N_RATINGS = 10
N_HEARD = 2
REAL_SONGS = (
    "asc_machine_wars.mp3",
    "extremetuxracer_spunkyrace-ks.ogg",
    "librosa_147793__setuniman__sweet-waltz-0i-22mi.ogg",
    "librosa_Kevin_MacLeod_-_Vibe_Ace.ogg",
    "supertux_fortress.ogg",
    "wesnoth_battle-epic.ogg",
)
# From the key to the card, for a song that is loaded; a key pressed before that is not taken.
SOUNDS_WITHIN_S = 3.0
# From the key to the answer in the project: no key is pressed again before, lest both be taken.
SAVED_WITHIN_S = 1.5
# From the answer to the next pair on the screen, mostly; a key pressed before that is not taken.
NEXT_PAIR_S = 0.3

pytestmark = [
    pytest.mark.window,
    pytest.mark.sound,
    pytest.mark.beside,  # only what is heard needs the machine alone
    pytest.mark.skipif(not real_window.is_possible(), reason="needs Xvfb, openbox and xdotool"),
    pytest.mark.skipif(not VirtualCard.is_possible(), reason="needs PulseAudio"),
]


# Six songs heard by their pairs take four minutes in which nothing else may run.
@pytest.fixture(params=["synthesized", pytest.param("real", marks=pytest.mark.soak)])
def project(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """Songs, analysed: three that were synthesized, or the real ones; answers by eye teach.

    To hear each pair that is rated would take minutes.
    """
    if request.param == "real":
        songs = [str(request.getfixturevalue("music_dir") / "songs" / name) for name in REAL_SONGS]
    else:
        songs = [str(tmp_path / f"song {index}.flac") for index in range(3)]
        for index, (song, tempo) in enumerate(zip(songs, (120, 100, 132), strict=True)):
            audio, rate, _ = synthesize_test_song(40.0, tempo, seed=index)
            soundfile.write(song, audio, rate)
    assert main(["add", *songs, "--project", str(tmp_path / "project"), "--json"]) == 0
    with Store.open(tmp_path / "project") as store:
        store.by_eye.set_teaches(True)
    return tmp_path / "project"


@pytest.fixture
def card(tmp_path: Path) -> Iterator[VirtualCard]:
    """A sound card to be heard on."""
    folder = tmp_path / "card"
    folder.mkdir()
    made = VirtualCard(folder)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def open_window(
    project: Path, card: VirtualCard, tmp_path: Path
) -> Iterator[Callable[[], RealWindow]]:
    """Opens the app on a screen of its own; listening first is turned off, to be quick."""
    config = tmp_path / "config"
    (config / "Tastecut").mkdir(parents=True)
    (config / "Tastecut" / "tastecut.ini").write_text(
        "[General]\nlisten_first=false\nplay_next_at_once=true\nvolume=1.0\n"
        f"export_folder={tmp_path / 'edits'}\n"
    )
    environment = card.environment | {"XDG_CONFIG_HOME": str(config), "HOME": str(tmp_path)}
    made: list[RealWindow] = []

    def open_() -> RealWindow:
        made.append(RealWindow(project, environment, tmp_path))
        return made[-1]

    yield open_
    for window in made:
        window.stop()


def _count(project: Path) -> int:
    with Store.open(project, write=False) as store:
        return store.ratings.count()


def _expected(project: Path, edit: Edit) -> np.ndarray:
    """What the card should get of an edit, mono."""
    with Store.open(project, write=False) as store:
        entry = store.songs.find(edit.sha256)
    assert entry is not None
    analysis = load_analysis(cache_dir(project), edit.sha256)
    assert analysis is not None
    sound = render(edit, audio_file.read(entry.song.path))
    return np.asarray(sound.mean(axis=1) * play_gain(analysis))


def _likeness(heard: np.ndarray, expected: np.ndarray) -> float:
    """Highest normalised correlation of what was heard with any place of what was expected."""
    products = correlate(expected, heard, mode="valid", method="fft")
    energy = np.cumsum(np.append(0.0, expected**2))
    power = energy[len(heard) :] - energy[: -len(heard)]
    return float(np.max(products / np.sqrt(np.maximum(power, 1e-9) * np.sum(heard**2))))


def test_a_whole_cycle_by_keys_alone_heard_on_a_sound_card(
    open_window: Callable[[], RealWindow],
    project: Path,
    card: VirtualCard,
    tmp_path: Path,
    alone: Callable[[], AbstractContextManager[None]],
) -> None:
    window = open_window()
    assert os.environ.get("DISPLAY") != window._display
    window.press("ctrl+2")

    def has_pairs() -> bool:
        with Store.open(project, write=False) as store:
            return bool(store.pairs.waiting())

    wait_until(has_pairs, "pairs to rate")
    with Store.open(project, write=False) as store:
        first = store.pairs.waiting()[0]
    with alone():
        sound = _hear_both(window, card)
    _check_sound(sound, project, first.a, first.b)

    for index in range(N_RATINGS):
        before = _count(project)
        until_s = time.monotonic() + real_window.LIMIT_S
        # Asked again where the next pair was not on the screen yet: such a key is not taken.
        while _count(project) == before and time.monotonic() < until_s:
            _answer(window, project, "1" if index % 3 else "2")
        assert _count(project) == before + 1
    window.press("ctrl+z")
    wait_until(lambda: _count(project) == N_RATINGS - 1, "the last answer taken back")
    window.press("ctrl+shift+z")
    wait_until(lambda: _count(project) == N_RATINGS, "and given again")

    window.press("ctrl+l")
    wait_until(lambda: _has_checkpoint(project), "a trained checkpoint")
    window.press("ctrl+4", "ctrl+Return")
    wait_until(lambda: _has_session(project), "the pairs of a comparison")
    window.press("x")  # The differences alone.
    for n in range(1, N_HEARD + 1):
        _compare_by_ear(window, project, "1" if n % 2 else "2")
        assert len(_compared(project)) == n
        assert all(rating.hearing == "heard" for rating in _compared(project))
    assert window.close() == 0
    assert "Traceback" not in window.log
    _answer_the_rest(project)
    window = open_window()
    window.press("ctrl+4")
    wait_until(lambda: _has_report(project), "the verdict")
    with Store.open(project, write=False) as store:
        session = store.sessions.all()[-1]
        report = store.sessions.report(session.id)
    assert report is not None
    assert report.n == report.wins + report.ties + report.losses <= session.n_pairs == MOST_PAIRS
    window.press("n")
    wait_until(lambda: _active(project) == session.new, "the new taste in use")

    window.press("ctrl+5", "ctrl+e")
    wait_until(lambda: bool(list((tmp_path / "edits").glob("*.edit.json"))), "an exported edit")
    assert window.close() == 0
    assert "Traceback" not in window.log


def _answer(window: RealWindow, project: Path, key: str) -> None:
    """Press a key, and wait until what it says is in the project or the key was not taken."""
    before = _count_with_sessions(project)
    time.sleep(NEXT_PAIR_S)
    window.press(key)
    with contextlib.suppress(TimeoutError):
        is_saved = lambda: _count_with_sessions(project) > before  # noqa: E731
        wait_until(is_saved, "the answer", SAVED_WITHIN_S)


def _compare_by_ear(window: RealWindow, project: Path, key: str) -> None:
    """Hear both sides and answer; before that the key is not taken."""
    before = len(_compared(project))
    window.press(key)
    time.sleep(NEXT_PAIR_S)
    assert len(_compared(project)) == before, "nothing is compared by eye"
    until_s = time.monotonic() + real_window.LIMIT_S
    turn = 0
    while len(_compared(project)) == before and time.monotonic() < until_s:
        if turn % 3 == 0:  # A lane that has come to its end begins anew.
            window.press("space")
        turn += 1
        time.sleep(2.5)
        window.press(key)
        with contextlib.suppress(TimeoutError):
            wait_until(lambda: len(_compared(project)) > before, "the answer", NEXT_PAIR_S)
        window.press("Tab")


def _compared(project: Path) -> list[Rating]:
    with Store.open(project, write=False) as store:
        return store.ratings.of_session(store.sessions.all()[-1].id)


def _answer_the_rest(project: Path) -> None:
    """The other pairs, as if they had been heard: that takes minutes."""
    with Store.open(project) as store:
        session = store.sessions.all()[-1]
        for turn, pair in enumerate(store.pairs.of_session(session.id)):
            if not store.ratings.is_answered(pair.id):
                answer: Answer = "A" if turn % 2 else "B"
                heard = Rating(pair.id, pair.a, pair.b, answer, heard_a_s=5.0, heard_b_s=5.0)
                store.ratings.add(replace(heard, source="compare", reason=pair.reason))


def _count_with_sessions(project: Path) -> int:
    """Of answers, those of a comparison that is not finished among them."""
    with Store.open(project, write=False) as store:
        return store.ratings.count(for_training=False)


def _hear_both(window: RealWindow, card: VirtualCard) -> np.ndarray:
    """Space plays A, Tab switches to B: what is heard, mono."""
    with card.capture() as capture:
        _play(window, capture)
        time.sleep(3.0)
        window.press("Tab")
        time.sleep(2.0)
        window.press("space")
    return np.asarray(capture.sound.mean(axis=1))


def _check_sound(sound: np.ndarray, project: Path, a: Edit, b: Edit) -> None:
    """Both are heard as rendered."""
    of_a = sound[RATE_HZ : 2 * RATE_HZ]
    # The end is within the fade of the pause.
    of_b = sound[-RATE_HZ // 2 - RATE_HZ : -RATE_HZ // 2]
    assert _likeness(of_a, _expected(project, a)) > 0.99
    assert _likeness(of_b, _expected(project, b)) > 0.99


def _play(window: RealWindow, capture: Capture) -> None:
    """Press the key until it sounds: the pair may still be on its way to the screen."""
    until_s = time.monotonic() + real_window.LIMIT_S
    while time.monotonic() < until_s:
        window.press("space")
        heard_until_s = time.monotonic() + SOUNDS_WITHIN_S
        while time.monotonic() < heard_until_s:
            if len(capture.sound):
                return
            time.sleep(0.1)
    raise TimeoutError("the sound of the first pair")


def _has_checkpoint(project: Path) -> bool:
    with Store.open(project, write=False) as store:
        return bool(store.models.all())


def _has_session(project: Path) -> bool:
    with Store.open(project, write=False) as store:
        return bool(store.sessions.all())


def _has_report(project: Path) -> bool:
    with Store.open(project, write=False) as store:
        return (
            bool(store.sessions.all())
            and store.sessions.report(store.sessions.all()[-1].id) is not None
        )


def _active(project: Path) -> str:
    with Store.open(project, write=False) as store:
        active = store.models.active()
    return "base" if active is None else active.id
