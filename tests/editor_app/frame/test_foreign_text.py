"""Whatever a tag or a name holds, the window shows it as plain text among its own words (64, 65).

The walk goes over every widget of every place, the dialogs and the menus.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtGui import QAction, QTextDocument
from PySide6.QtGui import Qt as QtGuiQt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QCheckBox,
    QComboBox,
    QLabel,
    QListView,
    QMenu,
    QRadioButton,
    QTextBrowser,
    QWidget,
)

from editor_app.frame.dialogs.backups_dialog import BackupsDialog
from editor_app.frame.dialogs.question_dialog import QuestionDialog
from editor_app.keys.place_table import PLACES
from editor_app.look.foreign import menu_text, plain_tip, sentence, shown
from editor_app.project.project import Project
from ml_core.domain.adding import ReadOutcome
from ml_core.domain.songs import Song
from ml_core.store.backup.listing import BackupContents
from tests.editor_app.conftest import RATE_HZ, SONG_S, make_pair

MARKUP = "<img src=file:///EVIL.svg><b>R&B</b> &lt;"
TITLE = f"\x1b]0;owned\x07\x1b[31m{MARKUP}\x1b[2J\u202egnp.exe\u2028שלום"
NAME = "<img src=EVIL.svg><b>R&B שלום"
"""As far as a file's name can hold it."""

_SHOWN_ROLES = (0, 3, 11, 12)
"""Shown, in a tooltip, read aloud, described."""


def evil_songs(folder: Path, n: int) -> Iterator[Song]:
    folder.mkdir(exist_ok=True)
    for index in range(1, n + 1):
        path = folder / f"{NAME} {index}.wav"
        path.touch()
        yield Song(
            sha256=f"{index:064x}",
            paths=(str(path),),
            sample_rate_hz=RATE_HZ,
            n_samples=SONG_S * RATE_HZ,
            n_channels=2,
            title=f"{TITLE} {index}",
            artist=TITLE,
        )


@pytest.fixture
def evil_window(open_window, notifier, tmp_path):
    """A window on a project all of whose foreign text is hostile."""
    project = Project.open(tmp_path / "project", notifier)
    songs = list(evil_songs(tmp_path / NAME, 4))
    for song in songs:
        project.songs.add(song)
        project.songs.set_status(song.sha256, "ready", f"{TITLE} is cut short.", 120.0, 4)
    project.songs.set_status(songs[3].sha256, "failed", f"{TITLE} is damaged.")
    project.tastes.rename(f"{MARKUP}שלום")
    pairs = project.pairs.add([make_pair(songs[0], 5 + k) for k in range(4)])
    project.ratings.add(pairs[0], "A")
    project.close()
    return open_window("songs")


def drawn(text: str) -> str:
    """What a person sees of a text that Qt may take for markup."""
    if not QtGuiQt.mightBeRichText(text):
        return text
    document = QTextDocument()
    document.setHtml(text)
    return document.toPlainText()


def require_no_markup(text: str, where: str) -> None:
    """Of a tooltip, for which Qt guesses whether it is markup."""
    assert "EVIL" not in text or "<img" in drawn(text).replace("\u2060", ""), f"markup in {where}"


def require_plain(text: str, where: str) -> None:
    controls = [
        c for c in text if c != "\n" and unicodedata.category(c) in ("Cc", "Zl", "Zp", "Cs")
    ]
    assert not controls, f"{controls} in {where}: {text!r}"
    assert not set(text) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067"), f"{where}: {text!r}"
    depth = 0
    for char in text:
        depth += {"\u2068": 1, "\u2069": -1}.get(char, 0)
        is_foreign = unicodedata.bidirectional(char) in ("R", "AL")
        assert not is_foreign or depth, f"not isolated in {where}: {text!r}"
    assert depth == 0, f"{where}: {text!r}"


def require_all_plain(widget: QWidget) -> int:
    """Look at all that a widget shows; returns how many hostile texts it has."""
    found = 0
    for one in [widget, *widget.findChildren(QWidget)]:
        where = f"{type(one).__name__} {one.objectName()}"
        if isinstance(one, QLabel):
            is_auto = one.textFormat() == QtGuiQt.TextFormat.AutoText
            is_rich = is_auto and QtGuiQt.mightBeRichText(one.text())
            is_rich |= one.textFormat() == QtGuiQt.TextFormat.RichText
            assert not is_rich, f"rich text in {where}: {one.text()}"
            assert one.buddy() is None or "&" not in one.text().replace("&&", ""), where
        texts = [one.toolTip(), one.accessibleName(), one.accessibleDescription()]
        texts += [one.whatsThis(), one.statusTip(), one.windowTitle()]
        if isinstance(one, QLabel | QAbstractButton):
            texts.append(one.text())
        if isinstance(one, QCheckBox | QRadioButton) and "EVIL" in one.text():
            assert "&" not in one.text().replace("&&", ""), one.text()
        if isinstance(one, QComboBox):
            texts += [one.itemText(at) for at in range(one.count())]
        if isinstance(one, QTextBrowser):
            assert "EVIL" not in one.toPlainText()
        for action in one.actions():
            require_action(action)
            texts += [action.toolTip(), action.text()]
            require_no_markup(action.toolTip(), where)
        require_no_markup(one.toolTip(), where)
        for role, text in model_texts(one):
            texts.append(text)
            if role == QtGuiQt.ItemDataRole.ToolTipRole:
                require_no_markup(text, where)
        for text in texts:
            require_plain(text, where)
            found += "EVIL" in text
    return found


def require_action(action: QAction) -> None:
    """An "&" that a song brought along is shown, and is no key."""
    if "EVIL" in action.text():
        assert "&" not in action.text().replace("&&", ""), action.text()


def model_texts(view: QWidget) -> Iterator[tuple[int, str]]:
    model = view.model() if isinstance(view, QAbstractItemView) else None
    if model is None:
        return
    n_columns = 1 if isinstance(view, QListView) else model.columnCount()
    for row in range(model.rowCount()):
        for column in range(n_columns):
            for role in _SHOWN_ROLES:
                value = model.data(model.index(row, column), role)
                if isinstance(value, str):
                    yield role, value


def test_fault_64_every_place_shows_tags_as_plain_text(evil_window, qtbot):
    main = evil_window.main
    for place in PLACES:
        main.show_place(place)
        qtbot.wait(20)
        if place == "songs":
            main._places["songs"]._table.selectRow(0)
            assert "EVIL" in main._places["songs"]._bars.head.facts.text()
        assert require_all_plain(main), f"nothing hostile is seen in {place}"
    for menu in main.findChildren(QMenu):
        menu.aboutToShow.emit()
    assert require_all_plain(main)


def test_fault_64_what_is_said_is_plain_text(evil_window, jobs, qtbot):
    main, project = evil_window.main, evil_window.project
    entry = project.songs.all()[0]
    project.songs.set_use([entry], "compare")
    undo = main.actions_by_id["undo"]
    assert "EVIL" in undo.text() and "R&&B" in undo.text()
    require_action(undo)
    project.songs.remove([entry])
    assert require_all_plain(main)
    for kind, text in (("failed", f"{TITLE} broke off."), ("doubtful", f"{NAME}.wav is odd.")):
        evil_window.library._notifier.banner(kind, text, "Go on.")
        assert "EVIL" in main._banner.text and require_all_plain(main)
        evil_window.library._notifier.status(text)
        assert "EVIL" in main._status.text and require_all_plain(main)
    evil_window.library.add_paths(["/x.wav"])
    jobs.asked("read_songs")[0].finish([ReadOutcome(f"/{NAME}.wav", None, f"{TITLE} is no song.")])
    assert "EVIL" in main._banner.text and require_all_plain(main)


def test_fault_64_dialogs_are_plain_text(evil_window, qtbot):
    main = evil_window.main
    for action in ("rename_taste", "all_keys", "guide"):
        main.actions_by_id[action].trigger()
        qtbot.wait(20)
    evil_window.library._notifier.unexpected(f"{TITLE} could not be analysed.", "details")
    ask = f"{NAME} is damaged"
    QuestionDialog(main, "A question", ask, f"{NAME}.", "Go on", f"With {NAME}").open()
    backup = BackupContents(Path(f"{NAME}.bak"), datetime.now(UTC), "", tastes=(NAME, NAME))
    backups = BackupsDialog(lambda: [backup], lambda _: None, main)
    backups.open()
    qtbot.waitUntil(lambda: backups.list.count() > 0)
    dialogs = [one for one in QApplication.topLevelWidgets() if one.isVisible() and one is not main]
    assert len(dialogs) >= 6
    assert sum(map(require_all_plain, dialogs)) >= 7
    for dialog in dialogs:
        dialog.close()


def test_fault_64_foreign_text_is_cut_escaped_and_isolated():
    assert shown("a" * 100_000) == "a" * 300 + "…"
    assert len(plain_tip("<b>" * 100_000)) < 3_000
    assert menu_text("R&B") == "R&&B"
    for text in (
        "<b>x</b>",
        "x &lt;b&gt;",
        "  <?xml version='1.0'?><b>",
        "<!DOCTYPE html><b>",
        MARKUP,
    ):
        assert QtGuiQt.mightBeRichText(text)
        assert not QtGuiQt.mightBeRichText(plain_tip(text))
        assert plain_tip(text).replace("\u2060", "") == text
    assert plain_tip("one\ntwo & three < four") == "one\ntwo & three < four"
    assert sentence("Undo שלום") == "Undo \u2068שלום\u2069"
