"""Finished edits in the window: asked about, found, shown before they count, and taken back."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt

from editor_app.places.export.finished.words import piece_rows, reasons, time_words
from ml_core.domain.files.found_edits import EitherPlace, FoundEdit
from tests.editor_app.conftest import RATE_HZ, make_song, words_of
from tests.editor_app.places.export.brought.test_bringing import drop
from tests.editor_app.places.export.test_export import exporter

__all__ = ["exporter"]

SONG = make_song(1)


def found(file: str, *spans_s: tuple[int, int], **more: object) -> FoundEdit:
    """An edit that plays these seconds of the song one after the other."""
    at_s, reached = [], 0.0
    for start, end in spans_s:
        at_s.append((reached, reached + end - start))
        reached += end - start
    spans = tuple((start * RATE_HZ, end * RATE_HZ) for start, end in spans_s)
    told = {"duration_s": reached, "found_share": 1.0, **more}
    return FoundEdit(
        file, SONG.sha256, SONG.sample_rate_hz, SONG.n_samples, spans, tuple(at_s), **told
    )


def refused(file: str) -> FoundEdit:
    why = f"{file} can't be used: this edit is not of this song."
    return FoundEdit(file, SONG.sha256, SONG.sample_rate_hz, SONG.n_samples, refusal=why)


def test_each_piece_tells_where_it_sounds_and_lies_in_the_order_of_the_edit():
    either = (EitherPlace((11.0, 13.0), (41.0, 43.0), (21.0, 23.0)),)
    one = found("/x/a.wav", (5, 15), (40, 50), unknown=((20.0, 22.5),), either=either)
    words = [words for words, _ in piece_rows(one)]
    assert words == [
        "0:00.00–0:10.00 plays 0:05.00–0:15.00 of the song",
        "0:10.00–0:20.00 plays 0:40.00–0:50.00 of the song",
        "0:11.00–0:13.00 could be either place: 0:41.00–0:43.00 or 0:21.00–0:23.00 of the song",
        "0:20.00–0:22.50 is not of this song",
    ]
    assert time_words(59.999) == "1:00.00"


def test_what_can_not_be_learned_from_has_its_reason():
    a, again = found("/x/a.wav", (0, 10), (30, 40)), found("/x/b.wav", (0, 10), (30, 40))
    whole = found("/x/c.wav", (0, SONG.n_samples // RATE_HZ))
    kept = a.finished("a.wav", False, False)
    assert reasons([a, again, whole, refused("d.wav")], []) == [
        "",
        "It is the same as another of these files.",
        "It is the whole song, so there is nothing to learn from it.",
        "d.wav can't be used: this edit is not of this song.",
    ]
    assert reasons([a], [kept]) == ["It is kept already."]
    left_out = replace(kept, is_left_out=True)
    assert "left out: Which ones in Your taste" in reasons([a], [left_out])[0]


def test_sounds_dropped_on_a_song_are_asked_about_found_shown_kept_and_taken_back(exporter):
    desk = exporter()
    desk.answer()
    adding = desk.view._finished
    drop(desk, "/x/radio.wav", "/x/reel.wav", "/x/other.wav")
    assert not desk.jobs.asked("read_songs") and not desk.jobs.asked("find_edits")
    assert "Are these 3 files edits of" in words_of(adding.asked)
    adding.asked.edits.click()
    (job,) = desk.jobs.asked("find_edits")
    assert job.request.files == ("/x/radio.wav", "/x/reel.wav", "/x/other.wav")
    assert job.request.song.sha256 == SONG.sha256
    radio, reel = found("/x/radio.wav", (0, 10), (30, 40)), found("/x/reel.wav", (10, 25), (45, 50))
    either = (EitherPlace((1.0, 3.0), (1.0, 3.0), (51.0, 53.0)),)
    radio = replace(radio, unknown=((20.0, 24.0),), either=either, speed=1.003)
    job.finish([radio, reel, refused("other.wav")])
    shown = adding.shown
    rows, notes = shown.pieces.geometry(), shown.notes.geometry()
    assert rows.bottom() < notes.top() and shown.notes.heightForWidth(notes.width()) > 0
    assert notes.height() >= shown.notes.heightForWidth(notes.width())
    assert desk.project.finished_edits.all() == []
    shown.files.setCurrentRow(2)
    assert "this edit is not of this song" in words_of(shown)
    shown.files.item(1).setCheckState(Qt.CheckState.Unchecked)
    shown.is_length_given.setChecked(True)
    shown.keep.click()
    (kept,) = desk.project.finished_edits.all()
    assert (kept.name, kept.spans) == ("radio.wav", radio.spans)
    assert kept.is_length_given and not kept.is_rough and adding.shown is None
    assert "radio.wav" in desk.project.history.undo_name
    desk.project.history.undo()
    assert desk.project.finished_edits.all() == []
    desk.project.history.redo()
    assert [one.name for one in desk.project.finished_edits.all()] == ["radio.wav"]


def test_sounds_dropped_on_a_song_may_be_new_songs_or_nothing(exporter):
    desk = exporter()
    desk.answer()
    drop(desk, "/x/new.flac")
    desk.view._finished.asked.reject()
    assert not desk.jobs.asked("read_songs")
    drop(desk, "/x/new.flac")
    desk.view._finished.asked.songs.click()
    assert desk.jobs.asked("read_songs")[0].request.paths == ("/x/new.flac",)
    assert not desk.jobs.asked("find_edits")


def test_nothing_is_kept_where_no_file_is_of_the_song_or_the_song_was_removed(exporter):
    desk = exporter()
    desk.answer()
    adding, entry = desk.view._finished, desk.view._model.entry
    adding.find(entry, ["/x/other.wav"])
    desk.jobs.asked("find_edits")[0].finish([refused("other.wav")])
    assert not adding.shown.keep.isEnabled()
    adding.shown.reject()
    adding.find(entry, ["/x/a.wav"])
    desk.jobs.asked("find_edits")[0].finish([found("/x/a.wav", (0, 10), (30, 40))])
    desk.project.songs.remove([entry])
    adding.shown.keep.click()
    assert desk.project.finished_edits.all() == []
    assert "was removed" in desk.main._banner.text
