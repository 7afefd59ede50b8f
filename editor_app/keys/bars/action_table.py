"""The commands of the bar check, in the place "Songs"."""

from __future__ import annotations

from editor_app.keys.entry import Entry

BAR_ACTIONS: tuple[Entry, ...] = (
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
    Entry(
        "line_earlier",
        "Bar line 10 ms earlier",
        "Edit",
        ("Alt+Left",),
        ("songs",),
        group=7,
        tip="Move the bar line at the play head",
    ),
    Entry(
        "line_later",
        "Bar line 10 ms later",
        "Edit",
        ("Alt+Right",),
        ("songs",),
        group=7,
        tip="Move the bar line at the play head",
    ),
    Entry(
        "line_snap",
        "Bar line onto the onset",
        "Edit",
        ("S",),
        ("songs",),
        group=7,
        tip="Put the bar line at the play head where the sound near it begins",
    ),
    Entry(
        "later_follow",
        "Later bars follow",
        "Edit",
        ("O",),
        ("songs",),
        is_checkable=True,
        group=7,
        tip="A bar line that is moved takes later ones along, up to the next that you set; "
        "off, it moves alone",
    ),
    Entry("stretch_more", "Choose a bar more", "Edit", ("Shift+Right",), ("songs",), group=7),
    Entry("stretch_less", "Choose a bar less", "Edit", ("Shift+Left",), ("songs",), group=7),
    Entry(
        "type_tempo",
        "Type beats a minute",
        "Edit",
        ("E",),
        ("songs",),
        group=7,
        tip="Of the bars that are chosen, else of the whole song",
    ),
    Entry("reset_bars", "Reset the bars", "Edit", ("R",), ("songs",), group=7),
    Entry("bars_fit", "The bars fit", "Edit", ("F",), ("songs",), group=7),
)
