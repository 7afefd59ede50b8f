"""What was heard of each pair, and whether that is enough to answer."""

from __future__ import annotations

from editor_app.look.words import answer_words
from editor_app.settings import Settings
from editor_app.sound.player import Player
from ml_core.domain.ratings import Rating
from ml_core.units import clock

HEARD_S = 2.0
"""What must be heard of each side: two seconds are about one bar."""

SHOWN_AT_LEAST_S = 0.3
"""A key that bounces, or a finger that is still down, must not answer the pair that comes next."""

SIDES = ("A", "B")


class Heard:
    """Adds up listening time by pair, also over visits to other places and undone answers."""

    def __init__(self, player: Player, settings: Settings) -> None:
        self._player, self._settings = player, settings
        self._before: dict[int, dict[str, float]] = {}

    def seconds(self, pair_id: int, is_loaded: bool) -> dict[str, float]:
        """Seconds heard of each side; `is_loaded` if the player holds this pair now."""
        before = self._before.get(pair_id, {})
        return {
            side: before.get(side, 0.0) + (self._player.heads.heard_s(side) if is_loaded else 0.0)
            for side in SIDES
        }

    def keep(self, pair_id: int) -> None:
        """Remember what was heard of a pair that the player is about to let go of."""
        self._before[pair_id] = self.seconds(pair_id, is_loaded=True)

    def missing(self, seconds: dict[str, float]) -> str:
        """What is still to be heard, as a sentence; empty if an answer counts now.

        Without a device, or where the person turned it off, nothing has to be heard.
        """
        if not self._settings.listen_first or not self._player.available:
            return ""
        sides = [side for side in SIDES if seconds[side] < HEARD_S]
        return f"Listen to {' and '.join(sides)} for a moment" if sides else ""

    def words(
        self, missing: str, seconds: dict[str, float], again: Rating | None
    ) -> tuple[str, str, str]:
        """(text, icon, role) of the line beside the question.

        Args:
            missing: why no answer counts yet; empty if one does.
            again: the answer of a pair that is heard again, else None.
        """
        if again is not None:
            return f"Heard again. Your answer: {answer_words(again)}", "undo", "text"
        if missing:
            return missing, "", ""
        if not self._player.available:
            return "No sound: rating by eye", "triangle", "doubtful"
        return f"Heard A {clock(seconds['A'])}, B {clock(seconds['B'])}", "tick", "good"
