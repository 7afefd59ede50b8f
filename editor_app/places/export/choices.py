"""Which edit of a song would be exported: the person's own, else the alternative chosen."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

from editor_app.look.foreign import shown
from editor_app.places.export.hand.hand_changes import HandEdit, HandEdits
from editor_app.places.export.plans import ExportPlans
from ml_core.domain.edits import Edit
from ml_core.domain.requests import Delivered


class ExportChoices:
    """The alternative chosen of each song, beside its plan and what was changed by hand."""

    def __init__(self, plans: ExportPlans, hands: HandEdits) -> None:
        self._plans, self._hands = plans, hands
        self._chosen: dict[str, int] = {}

    @property
    def by_song(self) -> Mapping[str, int]:
        """By the song's hash, which alternative was chosen; songs without a choice are left out."""
        return self._chosen

    def choose(self, sha256: str, index: int) -> None:
        """Choose an alternative of a song."""
        self._chosen[sha256] = index

    def take(self, sha256: str, edit: Edit) -> None:
        """Choose an edit of the map; one of the alternatives as if by its number.

        Raises:
            UserError: if the disk refuses.
        """
        plan, proposed = self._plans.plan(sha256), self.proposed(sha256)
        found = [one.edit.spans for one in plan.found] if plan is not None else []
        if edit.spans in found:
            self.choose(sha256, found.index(edit.spans))
            if self._hands.of(sha256) is not None:
                self._hands.take_back(sha256)
        elif proposed is not None:
            self._hands.take(sha256, proposed, edit)

    def forget(self, sha256: str = "") -> None:
        """A song's alternatives, or those of all, are others now."""
        if sha256:
            self._chosen.pop(sha256, None)
        else:
            self._chosen.clear()

    def index(self, sha256: str) -> int:
        """Which alternative was changed by hand, else which is chosen; the best match unless
        another one was.
        """
        plan, hand = self._plans.plan(sha256), self._hands.of(sha256)
        found = [one.edit.spans for one in plan.found] if plan is not None else []
        if hand is not None and hand.proposed.spans in found:
            return found.index(hand.proposed.spans)
        return min(self._chosen.get(sha256, 0), max(0, len(found) - 1))

    def note(self, sha256: str) -> str:
        """What changes by hand made of the alternative that is chosen; empty without any."""
        hand, plan = self._hands.of(sha256), self._plans.plan(sha256)
        if hand is None or plan is None:
            return ""
        is_among = any(one.edit.spans == hand.proposed.spans for one in plan.found)
        if hand.is_taken:
            return "One from the map stands in its place."
        if hand.came_from:
            name = shown(hand.came_from)
            is_of_it = f"Changed in {name}."
            return is_of_it if is_among else f"Yours, from {name}, stands in its place."
        # Under other rules the edit that was changed may be none of them.
        return "Changed by hand." if is_among else "Yours stands in its place."

    def found(self, sha256: str) -> tuple[Delivered, ...]:
        """A song's alternatives as they are now: one that was changed by hand with its changes.

        What it matches is not known then.
        """
        hand, plan = self._hands.of(sha256), self._plans.plan(sha256)
        if plan is None or hand is None:
            return () if plan is None else plan.found
        return tuple(
            _changed(one, hand.changed) if one.edit.spans == hand.proposed.spans else one
            for one in plan.found
        )

    def proposed(self, sha256: str) -> Edit | None:
        """The edit that was changed by hand, else the alternative chosen; None without either."""
        hand, plan = self._hands.of(sha256), self._plans.plan(sha256)
        if hand is not None:
            return hand.proposed
        return plan.found[self.index(sha256)].edit if plan is not None and plan.found else None

    def edit(self, sha256: str) -> Edit | None:
        """What would be exported: as changed by hand, whatever the rules, else as proposed."""
        hand = self._hands.of(sha256)
        return self.proposed(sha256) if hand is None else hand.changed

    def own(self, sha256: str) -> HandEdit | None:
        """The edit as changed by hand, else as chosen, beside the one proposed.

        None where that one stands, or where it is not known yet.
        """
        plan, chosen = self._plans.plan(sha256), self.index(sha256)
        hand = self._hands.of(sha256)  # Also where the rules allow no proposal any more.
        if plan is None or hand is not None:
            return None if plan is None else hand
        return HandEdit(plan.found[0].edit, plan.found[chosen].edit) if chosen else None


def _changed(one: Delivered, edit: Edit) -> Delivered:
    """An alternative as changed by hand; how its joins cost was not worked out."""
    return Delivered(replace(one.candidate, edit=edit), 0.0, 0.0, math.inf)
