"""The place "Your taste"."""

from __future__ import annotations

from editor_app.actions import Actions
from editor_app.jobs import Jobs
from editor_app.notifier import Notifier
from editor_app.player import Player
from editor_app.session import Session
from editor_app.settings import Settings
from editor_app.views.place import Place, label


class TasteView(Place):
    """Your taste."""

    def __init__(
        self,
        session: Session,
        jobs: Jobs,
        player: Player,
        actions: Actions,
        notifier: Notifier,
        settings: Settings,
    ) -> None:
        super().__init__("Your taste")
        self._session, self._jobs, self._player = session, jobs, player
        self._actions, self._notifier, self._settings = actions, notifier, settings
        words = "Rate some pairs first: what you like is learned from that."
        self.body.addWidget(label(words, "secondary"))
        self.body.addStretch(1)
