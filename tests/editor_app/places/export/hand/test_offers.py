"""After an export one's own edits are offered as ratings: once, and only those."""

from __future__ import annotations

import pytest

from editor_app.notifier import About
from editor_app.places.export.hand.offers import ACTION, RatingOffers
from editor_app.places.export.model import ExportModel
from tests.editor_app.conftest import add_songs, make_song
from tests.editor_app.places.export.test_export import delivered


class Export:
    """Export's model and its offers, without a window; what is said of offers is kept."""

    def __init__(self, workspace, jobs) -> None:
        add_songs(workspace.project, 2)
        self.jobs, self.project = jobs, workspace.project
        self.action = workspace.actions[ACTION]
        workspace.actions.show_place("export")
        self.model = ExportModel(workspace)
        self.offers = RatingOffers(workspace, self.model)
        self.said: list[str] = []
        self.n_withdrawn = 0
        workspace.notifier.message_in_turn.connect(lambda *words: self.said.append(words[1]))
        workspace.notifier.withdrawn.connect(self._on_withdrawn)
        self.model.enter()
        jobs.asked("deliver")[0].finish(delivered(1))

    def _on_withdrawn(self, about: str) -> None:
        self.n_withdrawn += about == About.OFFER

    def export(self, is_written: bool = True) -> None:
        self.offers.begin()
        self.model.batch.ended.emit(int(is_written))


@pytest.fixture
def export(workspace, jobs) -> Export:
    return Export(workspace, jobs)


def test_an_edit_as_proposed_is_not_offered(export):
    export.export()
    assert export.said == [] and not export.action.isEnabled()


def test_another_alternative_is_offered_once_and_counts_by_the_button(export):
    export.model.choose(1)
    export.export()
    assert export.said == ["This edit of Song 1 is your own. Is it better than the one proposed?"]
    assert export.action.isEnabled() and not export.model.counts
    export.action.trigger()
    assert export.model.counts and export.n_withdrawn and not export.action.isEnabled()
    export.export()
    assert len(export.said) == 1
    assert [r.source for r in export.project.ratings.all()] == ["hand"]


def test_who_passed_it_over_is_not_asked_about_the_same_edits_again(export, workspace, jobs):
    export.model.choose(1)
    export.export()
    export.export()
    assert len(export.said) == 1 and not export.action.isEnabled()
    export.model.choose(2)
    export.export()
    assert len(export.said) == 2, "another edit is another question"
    again = ExportModel(workspace)
    assert len(again.hands._project.values.get("export_offered", [])) == 2


def test_nothing_is_offered_where_nothing_was_written(export):
    export.model.choose(1)
    export.export(is_written=False)
    assert export.said == []
    export.export()
    assert len(export.said) == 1


def test_what_counts_already_is_not_offered_and_an_offer_ends_once_it_counts(export):
    export.model.choose(1)
    export.model.count()
    export.export()
    assert export.said == []
    export.model.choose(2)
    export.export()
    before = export.n_withdrawn
    export.model.count()
    assert export.n_withdrawn > before and not export.action.isEnabled()


def test_own_edits_of_a_batch_are_offered_together(export):
    for index in (1, 2):
        sha256 = make_song(index).sha256
        proposed, _, other = (one.edit for one in delivered(index))
        export.model.hands.put(sha256, proposed, other, "“a change”")
        export.model.tick(sha256, True)
    export.export()
    assert export.said == ["2 of these edits are your own. Are they better than proposed?"]
    export.action.trigger()
    assert len(export.project.ratings.all()) == 2


@pytest.mark.parametrize("damaged", [5, [5], {"a": 5}, {"a": {"locked": 5, "proposed": {}}}])
def test_what_another_project_holds_instead_is_passed_over(workspace, jobs, damaged):
    for name in ("export_spans", "export_by_hand", "export_offered"):
        workspace.project.values.set(name, damaged)
    export = Export(workspace, jobs)
    export.model.choose(1)
    export.export()
    assert export.action.isEnabled()
