"""Says before the first pair that few songs fit, or that none of them is kept aside."""

from __future__ import annotations

from editor_app.notifier import About, Notifier
from editor_app.project.project import Project

_ACTION = "place_songs"


class FitWarning:
    """One banner that comes before the first rating and goes when it is no longer true."""

    def __init__(self, project: Project, notifier: Notifier) -> None:
        self._project, self._notifier = project, notifier
        self._told = ""

    def tell(self) -> None:
        """Say it if it is so; once for each thing that is so."""
        if self._project.ratings.count() > 0:
            return
        count = self._project.fits.count()
        if count.warning == self._told:
            return
        self._told = count.warning
        if self._told:
            self._notifier.in_turn("doubtful", count.warning, count.remedy, _ACTION, About.FITTING)
        else:
            self._notifier.withdraw(About.FITTING)
