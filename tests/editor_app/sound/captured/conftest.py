"""The virtual card, for the tests that capture what is really played."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.editor_app.sound.captured.virtual_card import VirtualCard


@pytest.fixture
def virtual_card(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VirtualCard]:
    """A running card; skips visibly where PulseAudio is not."""
    if not VirtualCard.is_possible():
        pytest.skip("no virtual sound card here: install pulseaudio and pulseaudio-utils")
    card = VirtualCard(tmp_path_factory.mktemp("card"))
    card.start()
    yield card
    card.stop()
