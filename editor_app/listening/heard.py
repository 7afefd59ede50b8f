"""What was heard of each pair, and whether that is enough to answer, or to answer by ear.

Seconds count within what differs between the two edits (`ml_core.edits.differing`), also over
several visits. An answer to what was not heard is stored with what was measured, so that it counts
as given by eye; the line beside the question says so before a key is taken.
"""

from __future__ import annotations

from editor_app.look.words import answer_words
from editor_app.settings import Settings
from editor_app.sound.player import Player
from ml_core.domain.ratings import HEARD_S, Rating, RatingSource

SHOWN_AT_LEAST_S = 0.3
"""A key that bounces, or a finger that is still down, must not answer the pair that comes next."""

SIDES = ("A", "B")

NEEDS_SOUND = "No sound: it goes on when sound is back"
"""A verdict is of what was heard, so nobody compares by eye."""


class Heard:
    """Adds up listening time by pair, also over visits to other places and undone answers."""

    def __init__(self, player: Player, settings: Settings) -> None:
        self._player, self._settings = player, settings
        self._before: dict[int, dict[str, float]] = {}

    def seconds(self, pair_id: int, is_loaded: bool) -> dict[str, float]:
        """Seconds heard of what differs on each side; `is_loaded` if the player holds this pair."""
        before = self._before.get(pair_id, {})
        return {
            side: before.get(side, 0.0) + (self._player.heads.heard_s(side) if is_loaded else 0.0)
            for side in SIDES
        }

    def keep(self, pair_id: int) -> None:
        """Remember what was heard of a pair that the player is about to let go of."""
        self._before[pair_id] = self.seconds(pair_id, is_loaded=True)

    def missing(self, seconds: dict[str, float], is_comparing: bool = False) -> str:
        """What is still to be heard, as a sentence; empty if an answer may be given now.

        Without a device, or where the person turned it off, one may rate by eye.

        Args:
            seconds: heard of each side.
            is_comparing: whether the answer is one of a blind comparison, which is never by eye.
        """
        unheard = _unheard(seconds)
        if is_comparing and not self._player.available:
            return NEEDS_SOUND
        if not is_comparing and not (self._settings.listen_first and self._player.available):
            return ""
        return f"Listen to {' and '.join(unheard)} where they differ" if unheard else ""

    @property
    def way(self) -> RatingSource:
        """How the pair is heard now: all of it, or only what differs."""
        return "differences" if self._player.heads.windows else "ear"

    def words(
        self, missing: str, seconds: dict[str, float], again: Rating | None
    ) -> tuple[str, str, str]:
        """(text, icon, role) of the line beside the question.

        Args:
            missing: why no answer counts yet; empty if one may be given.
            seconds: heard of each side.
            again: the answer of a pair that is heard again, else None.
        """
        unheard = _unheard(seconds)
        before = "" if again is None else f"Was {answer_words(again)};"
        if missing:
            return (f"{before} listen again to change it" if before else missing), "", ""
        if unheard and before:
            return f"{before} a new answer is by eye", "triangle", "doubtful"
        if unheard:
            what = "Not heard" if len(unheard) == len(SIDES) else f"{unheard[0]} not heard"
            what = what if self._player.available else "No sound"
            return f"{what}: it will count as by eye", "triangle", "doubtful"
        if again is not None:
            return f"Heard again. Your answer: {answer_words(again)}", "undo", "text"
        return "Both heard where they differ", "tick", "good"


def _unheard(seconds: dict[str, float]) -> list[str]:
    return [side for side in SIDES if seconds[side] < HEARD_S]
