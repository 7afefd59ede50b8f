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

    def tell(self, is_here: bool = True) -> None:
        """Say it if it is so; once for each thing that is so.

        Args:
            is_here: whether Rate is shown: elsewhere what is no longer so is only taken back.
        """
        count = self._project.fits.count()
        # Without any song the place itself says so, where the pair would be.
        is_due = self._project.ratings.count() == 0 and count.n_usable > 0
        warning = count.warning if is_due else ""
        if not is_here and warning != self._told:
            warning = ""
        if warning == self._told:
            return
        self._told = warning
        if self._told:
            self._notifier.in_turn("doubtful", warning, count.remedy, _ACTION, About.FITTING)
        else:
            self._notifier.withdraw(About.FITTING)
