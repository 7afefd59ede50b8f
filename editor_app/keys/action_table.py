"""Every command of the window in one table: its words, its keys, and where it can be given.

The same key may mean different things in two places.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from editor_app.keys.place_table import PLACE_TABLE

Menu = Literal["File", "Edit", "Play", "Rate", "Taste", "View", "Help"]
MENUS: tuple[Menu, ...] = ("File", "Edit", "Play", "Rate", "Taste", "View", "Help")
RESULT = "result"
"""Where a comparison's result is shown in place of its pairs: keys may mean something else."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One command.

    Attributes:
        keys: default ones, in Qt's portable text; the first is shown.
        places: where it can be given, names of `place_table` and RESULT; empty for everywhere.
        is_checkable: whether it is a switch.
        repeats: whether holding the key down repeats it.
        group: entries of a menu with different groups are parted by a line, or stand in a menu of
            their own (`frame.menus`).
        tip: said in the tooltip in place of the text.
    """

    id: str
    text: str
    menu: Menu
    keys: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    is_checkable: bool = False
    repeats: bool = False
    group: int = 0
    tip: str = ""


_LISTEN = ("rate", "compare")
_EXPORT = ("export",)

TABLE: tuple[Entry, ...] = (
    Entry("add_songs", "Add songs…", "File", ("Ctrl+O",)),
    Entry("add_folder", "Add a folder…", "File", ("Ctrl+Shift+O",)),
    Entry("add_anyway", "Add what was left out", "File"),
    Entry("demo_songs", "Add the demo songs", "File", ("Ctrl+D",)),
    Entry("analyse", "Analyse the songs that wait", "File"),
    Entry("export", "Export the edits", "File", ("Ctrl+E",), _EXPORT),
    Entry("open_project", "Open another project…", "File", group=1),
    Entry(
        "open_archive",
        "Open project from a file…",
        "File",
        group=1,
        tip="Open a project that was saved as one file, in a folder of its own",
    ),
    Entry("back_up", "Back up now…", "File", group=2),
    Entry(
        "save_archive",
        "Save project as one file…",
        "File",
        group=2,
        tip="Ratings, models, corrections, edits and, on wish, the songs in one file",
    ),
    Entry("go_back", "Go back to a backup…", "File", group=2),
    Entry("preferences", "Preferences…", "File", ("Ctrl+,",), group=3),
    Entry("quit", "Quit", "File", ("Ctrl+Q",), group=4),
    Entry("undo", "Undo", "Edit", ("Ctrl+Z",)),
    Entry("redo", "Redo", "Edit", ("Ctrl+Shift+Z", "Ctrl+Y")),
    Entry("find", "Filter", "Edit", ("Ctrl+F",), ("songs", "export"), group=1),
    Entry(
        "remove_song",
        "Remove the song",
        "Edit",
        ("Del",),
        ("songs",),
        group=2,
        tip="Take it off the list; its ratings go on teaching",
    ),
    Entry(
        "remove_song_and_ratings",
        "Remove the song and its ratings",
        "Edit",
        ("Shift+Del",),
        ("songs",),
        group=2,
        tip="Take it off the list and learn no more from its ratings",
    ),
    Entry("use_rate", "Use for rating", "Edit", ("U",), ("songs",), group=3),
    Entry("use_compare", "Keep aside for comparing", "Edit", ("K",), ("songs",), group=3),
    Entry(
        "use_out",
        "Leave out",
        "Edit",
        ("X",),
        ("songs",),
        group=3,
        tip="Neither rate the song nor learn from its ratings",
    ),
    Entry(
        "check_bars",
        "Check the bars",
        "Edit",
        ("B",),
        ("songs",),
        is_checkable=True,
        group=7,
        tip="Show the bars of the song that is chosen, under the list",
    ),
    Entry("tempo_double", "Tempo ×2", "Edit", ("D",), ("songs",), group=7),
    Entry("tempo_halve", "Tempo ÷2", "Edit", ("H",), ("songs",), group=7),
    Entry("bars_earlier", "Bars a beat earlier", "Edit", (",",), ("songs",), group=7),
    Entry("bars_later", "Bars a beat later", "Edit", (".",), ("songs",), group=7),
    Entry("choose_meter", "Choose the meter", "Edit", ("M",), ("songs",), group=7),
    Entry("tap_beat", "Tap the beat", "Edit", ("T",), ("songs",), group=7),
    Entry("reset_bars", "Reset the bars", "Edit", ("R",), ("songs",), group=7),
    Entry("bars_fit", "The bars fit", "Edit", ("F",), ("songs",), group=7),
    Entry("tick_song", "Choose the song", "Edit", ("T",), _EXPORT, group=4),
    Entry("alternative_1", "Take the best match", "Edit", ("1",), _EXPORT, group=5),
    Entry("alternative_2", "Take the second alternative", "Edit", ("2",), _EXPORT, group=5),
    Entry("alternative_3", "Take the third alternative", "Edit", ("3",), _EXPORT, group=5),
    Entry(
        "lock_part",
        "Always keep",
        "Edit",
        ("K",),
        _EXPORT,
        group=6,
        tip="Always keep what is selected, else the part at the play head",
    ),
    Entry(
        "forbid_part",
        "Never keep",
        "Edit",
        ("X",),
        _EXPORT,
        group=6,
        tip="Never keep what is selected, else the part at the play head",
    ),
    Entry(
        "clear_part",
        "Clear",
        "Edit",
        ("Del",),
        _EXPORT,
        group=6,
        tip="Clear what is set on the selection, else on the whole song",
    ),
    Entry(
        "cut_part",
        "Cut out",
        "Edit",
        ("C",),
        _EXPORT,
        group=8,
        tip="Leave what is selected, else the part at the play head, out of this edit",
    ),
    Entry(
        "bring_back_part",
        "Bring back",
        "Edit",
        ("B",),
        _EXPORT,
        group=8,
        tip="Let what is selected, else the part at the play head, be heard in this edit",
    ),
    Entry(
        "undo_by_hand",
        "Back to the proposal",
        "Edit",
        ("Backspace",),
        _EXPORT,
        group=8,
        tip="Take all changes by hand of this edit back",
    ),
    Entry(
        "count_by_hand",
        "Count this as a rating",
        "Edit",
        ("R",),
        _EXPORT,
        is_checkable=True,
        group=8,
        tip="Your edit is better than the one proposed: your taste learns from it",
    ),
    Entry("play", "Play or pause", "Play", ("Space",), ("songs", *_LISTEN, RESULT, "export")),
    Entry("play_clicks", "Play with clicks", "Play", ("C",), ("songs",)),
    Entry("to_start", "To the start", "Play", ("Home",), _LISTEN),
    Entry("switch", "Hear the other edit", "Play", ("Tab",), _LISTEN, group=1),
    Entry("original", "Hear the original", "Play", ("O",), _LISTEN, group=1),
    Entry("bar_back", "Back a bar", "Play", ("Left",), ("songs", *_LISTEN), repeats=True, group=2),
    Entry("bar_on", "On a bar", "Play", ("Right",), ("songs", *_LISTEN), repeats=True, group=2),
    Entry("doubtful_bar", "Next uncertain bar", "Play", ("N",), ("songs",), group=2),
    Entry("join_back", "Previous join", "Play", ("J",), _LISTEN, repeats=True, group=2),
    Entry("join_on", "Next join", "Play", ("K",), _LISTEN, repeats=True, group=2),
    Entry(
        "difference",
        "Next difference",
        "Play",
        ("D",),
        _LISTEN,
        repeats=True,
        group=2,
        tip="To the next part that only one edit has",
    ),
    Entry(
        "loop",
        "Loop the difference",
        "Play",
        ("L",),
        _LISTEN,
        is_checkable=True,
        group=3,
        tip="Play the difference at the play head over and over",
    ),
    Entry(
        "differences_only",
        "Differences only",
        "Play",
        ("X",),
        _LISTEN,
        is_checkable=True,
        group=3,
        tip="Play only what the edits don't share, with a moment before and after",
    ),
    Entry("part_back", "Previous part", "Play", ("Left",), _EXPORT, repeats=True, group=6),
    Entry("part_on", "Next part", "Play", ("Right",), _EXPORT, repeats=True, group=6),
    Entry("bar_less", "Select a bar less", "Play", ("Shift+Left",), _EXPORT, repeats=True, group=6),
    Entry(
        "bar_more", "Select a bar more", "Play", ("Shift+Right",), _EXPORT, repeats=True, group=6
    ),
    Entry("hear_old", "Hear the old edit", "Play", ("Left",), (RESULT,), group=7),
    Entry("hear_new", "Hear the new edit", "Play", ("Right",), (RESULT,), group=7),
    Entry("quieter", "Quieter", "Play", ("Ctrl+Down",), repeats=True, group=4),
    Entry("louder", "Louder", "Play", ("Ctrl+Up",), repeats=True, group=4),
    Entry("try_sound", "Try the sound again", "Play", group=5),
    Entry("rate_pairs", "Rate pairs", "Rate", tip="Open Rate and hear a pair"),
    Entry("rate_a", "A is better", "Rate", ("1",), _LISTEN, group=4),
    Entry("rate_tie", "Tie", "Rate", ("0", "T"), _LISTEN, group=4),
    Entry("rate_b", "B is better", "Rate", ("2",), _LISTEN, group=4),
    # "!", which Shift+1 types, is left out: on X11 Qt would find both and call the key ambiguous.
    Entry("rate_a_much", "A is much better", "Rate", ("Shift+1",), _LISTEN, group=1),
    Entry("rate_b_much", "B is much better", "Rate", ("Shift+2",), _LISTEN, group=1),
    Entry("rate_skip", "Skip", "Rate", ("S",), _LISTEN, group=1),
    Entry(
        "bad_join",
        "Bad join",
        "Rate",
        ("B",),
        ("rate",),
        group=2,
        tip="Mark the join nearest to the play head as bad; it says nothing about taste",
    ),
    Entry(
        "both_bad",
        "Both are bad",
        "Rate",
        ("N",),
        ("rate",),
        group=2,
        tip="Mark both edits as bad; it says nothing about taste",
    ),
    Entry("listen_first", "Listen before rating", "Rate", (), is_checkable=True, group=3),
    Entry("play_first", "Play the first pair by itself", "Rate", (), is_checkable=True, group=3),
    Entry("play_next", "Play the next pair at once", "Rate", (), is_checkable=True, group=3),
    Entry("add_taste", "Add a taste…", "Taste", tip="Another taste over the same songs"),
    Entry("rename_taste", "Rename the taste…", "Taste"),
    Entry(
        "duplicate_taste",
        "Duplicate the taste…",
        "Taste",
        tip="A taste that begins with the ratings of this one",
    ),
    Entry(
        "reset_taste",
        "Reset the taste",
        "Taste",
        tip="Begin anew, without ratings; undo brings everything back",
    ),
    Entry("remove_taste", "Remove the taste", "Taste"),
    Entry("train", "Learn from the ratings", "Taste", ("Ctrl+L",), group=1),
    Entry(
        "compare", "Start comparing", "Taste", ("Ctrl+Return", "Ctrl+Enter"), ("compare",), group=1
    ),
    Entry("use_new", "Use the new taste", "Taste", ("N",), (RESULT,), group=2),
    Entry("keep_old", "Keep the old taste", "Taste", ("O",), (RESULT,), group=2),
    Entry(
        "stop_job",
        "Stop",
        "Taste",
        ("Esc",),
        group=3,
        tip="Stop the work shown in the status line",
    ),
    *(Entry(spec.action, spec.words, "View", (spec.key,)) for spec in PLACE_TABLE),
    Entry("hide_waveforms", "Hide the waveforms", "View", ("H",), _LISTEN, True, group=1),
    Entry("theme_system", "Colours as the system", "View", is_checkable=True, group=2),
    Entry("theme_dark", "Dark", "View", is_checkable=True, group=2),
    Entry("theme_light", "Light", "View", is_checkable=True, group=2),
    Entry("full_screen", "Full screen", "View", ("F11",), is_checkable=True, group=3),
    Entry("guide", "Guide", "Help", ("F1",), tip="How Tastecut is used, on one page"),
    Entry("all_keys", "All keys", "Help", ("?",)),
    Entry(
        "show_log",
        "Show the log folder",
        "Help",
        group=1,
        tip="What went wrong and when, for a report; it names files and holds nothing of them",
    ),
    Entry("about", "About Tastecut", "Help", group=1),
)
