"""The virtual card, for the tests that capture what is really played."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.editor_app.sound.captured.stage import Stage
from tests.editor_app.sound.captured.virtual_card import RATE_HZ, VirtualCard

OTHER_HZ = (48000, 88200, 96000, 192000)


@pytest.fixture
def virtual_card(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VirtualCard]:
    """A running card; skips visibly where PulseAudio is not."""
    skip_without_card()
    card = VirtualCard(tmp_path_factory.mktemp("card"))
    card.start()
    yield card
    card.stop()


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Plays scenes one after another; skips visibly where PulseAudio is not."""
    skip_without_card()
    made = Stage(tmp_path_factory.mktemp("stage"), RATE_HZ)
    made.wait_until_ready()
    yield made
    made.close()


@pytest.fixture(scope="module")
def stage_of(
    stage: Stage, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[int], Stage]]:
    """A stage of each common rate: all are made at once, since each takes seconds to settle."""
    others = {rate_hz: Stage(tmp_path_factory.mktemp("stage"), rate_hz) for rate_hz in OTHER_HZ}
    for one in others.values():
        one.wait_until_ready()
    yield lambda rate_hz: stage if rate_hz == RATE_HZ else others[rate_hz]
    for one in others.values():
        one.close()


def skip_without_card() -> None:
    """Only where PulseAudio is can be heard what is played."""
    if not VirtualCard.is_possible():
        pytest.skip("no virtual sound card here: install pulseaudio and pulseaudio-utils")
