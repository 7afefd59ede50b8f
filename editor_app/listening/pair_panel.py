"""One pair to be seen and heard: the song, both edits on one time scale, and how to move."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QStackedLayout, QVBoxLayout, QWidget

from editor_app.listening.lane import LaneWidget
from editor_app.listening.original_state import OriginalState
from editor_app.listening.pair_moves import RUN_UP_S
from editor_app.listening.pair_picture import PairPicture, pair_picture
from editor_app.listening.song_overview import SongOverview
from editor_app.listening.transport import Transport
from editor_app.sound.lanes import EDITS, SONG
from editor_app.widgets.button_row import HEIGHT_PX as TRANSPORT_PX
from editor_app.widgets.key_button import KeyButton
from editor_app.widgets.labels import label
from editor_app.widgets.time_ruler import TimeRuler
from editor_app.widgets.time_scale import TimeScale
from editor_app.workspace import Workspace
from ml_core.domain.playing import PreparedPair
from ml_core.domain.ratings import Comparison

# The overview and the lanes share what height there is in these parts.
_OVERVIEW_SHARE, _LANE_SHARE = 7, 8
_OVERVIEW_PX, _LANE_PX = (84, 160), (88, 200)
_ABOVE_TRANSPORT_PX = 12


class PairPanel(QWidget):
    """Shows a pair once it is ready, else why it is not. The play head follows the player."""

    try_again = Signal()
    """The person wants a pair to be made once more that could not be made."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        player = workspace.player
        self._player, self._heads = player, player.heads
        self._actions, self._settings = workspace.actions, workspace.settings
        self._pair: Comparison | None = None
        self._made: tuple[int, PreparedPair, PairPicture] | None = None
        self._scale = TimeScale(self)
        self._scale.changed.connect(self._pace)
        self._build()
        player.moved.connect(self._follow)
        player.playing_changed.connect(self._show_lane_states)
        player.lane_changed.connect(self._show_lane_states)
        workspace.settings.changed.connect(self._on_setting)
        self._on_setting("waveforms_hidden")

    def _build(self) -> None:
        self._overview = SongOverview()
        self._ruler = TimeRuler(self._scale)
        self._lanes = {name: LaneWidget(name, self._scale) for name in EDITS}
        self.transport = Transport(self._player, self._actions)
        self._overview.sought.connect(self._seek_song)
        for lane in self._lanes.values():
            lane.sought.connect(self._seek_lane)
            lane.join_chosen.connect(self._seek_join)
        picture = QWidget()
        column = QVBoxLayout(picture)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._overview, _OVERVIEW_SHARE)
        column.addSpacing(8)
        column.addWidget(self._ruler)
        column.addSpacing(4)
        column.addWidget(self._lanes["A"], _LANE_SHARE)
        column.addSpacing(8)
        column.addWidget(self._lanes["B"], _LANE_SHARE)
        for widget, (least, most) in (
            (self._overview, _OVERVIEW_PX),
            (self._lanes["A"], _LANE_PX),
            (self._lanes["B"], _LANE_PX),
        ):
            widget.setMinimumHeight(least)
            widget.setMaximumHeight(most)
            widget.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        self._pages = QStackedLayout()
        # Added before it has pages: the first page of a stack outside a window shows as a window.
        outer.addLayout(self._pages, 1)
        self._pages.addWidget(self._make_words())
        self._pages.addWidget(picture)
        outer.addSpacing(_ABOVE_TRANSPORT_PX)
        outer.addWidget(self.transport)
        # In a tall window what is left goes to what stands below.
        lanes_px = _OVERVIEW_PX[1] + 2 * _LANE_PX[1] + self._ruler.sizeHint().height() + 20
        self.setMaximumHeight(lanes_px + _ABOVE_TRANSPORT_PX + TRANSPORT_PX)

    def _make_words(self) -> QWidget:
        """What stands in the middle while there is no pair to see."""
        self._words = label("", "heading")
        self._remedy = label("", "secondary")
        self._again = KeyButton("Try again")
        self._again.clicked.connect(self.try_again)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setSpacing(8)
        column.addStretch(1)
        for widget in (self._words, self._remedy, self._again):
            column.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        return page

    def set_active(self, is_active: bool) -> None:
        """Take the keys, or leave them to another place."""
        self.transport.set_active(is_active)

    def holds(self, pair: Comparison) -> bool:
        """Whether this very pair is shown and in the player."""
        return self._pair is not None and self._pair.id == pair.id and bool(self._heads.lanes)

    def make_ready(self, pair: Comparison, prepared: PreparedPair) -> None:
        """Work out the picture of a pair that comes next, so that it shows at once."""
        if self._made is None or self._made[:2] != (pair.id, prepared):
            self._made = (pair.id, prepared, pair_picture(prepared, pair.a, pair.b))

    def show_pair(self, pair: Comparison, prepared: PreparedPair) -> bool:
        """Show and load a pair; false if it was made for another output rate.

        Raises:
            UserError: if what was made of it is gone.
        """
        if not self._player.load(prepared, (pair.a, pair.b)):
            return False
        self.make_ready(pair, prepared)
        assert self._made is not None
        picture = self._made[2]
        self._pair = pair
        self._overview.set_picture(picture.song)
        for name, lane in self._lanes.items():
            lane.set_picture(picture.lanes[name])
        # Both lanes stand on the longer edit's scale, so that their lengths compare.
        self._scale.set_duration(max(lane.duration_s for lane in picture.lanes.values()))
        self.transport.show_pair(pair, prepared, picture.differences)
        self._show_lane_states()
        self._move_heads()
        self._pages.setCurrentIndex(1)
        self._pace()
        return True

    def clear(self) -> None:
        """Hold no pair; what sounds fades out."""
        if self._pair is not None:
            self._pair = None
            self._player.unload()

    def say(self, words: str, remedy: str = "", can_try_again: bool = False) -> None:
        """Show words in place of a pair."""
        self._words.setText(words)
        self._remedy.setText(remedy)
        self._again.setVisible(can_try_again)
        self._pages.setCurrentIndex(0)

    # Heads and lanes

    def _follow(self) -> None:
        """Move all heads when that of the sounding lane comes to its next pixel.

        The lanes have one scale, so there is nothing to see before. The song's head lies on a
        scale of its own.
        """
        if self._pair is not None and self._heads.lanes and self.isVisible():
            sounding = self._lanes.get(self._heads.lane)
            at_s = self._heads.position() / self._player.sample_rate_hz
            if sounding is None or not sounding.shows_head(at_s):
                self._move_heads()

    def _pace(self) -> None:
        """Have heads told of as often as they come to another pixel of the lanes."""
        if self._pair is not None:
            lane = self._lanes["A"]
            pixels = lane.timeline_px * self.devicePixelRatioF()
            self._player.show_pixels_of((self._scale.end_s - self._scale.start_s) / pixels)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Wider lanes have more pixels."""
        super().resizeEvent(event)
        self._pace()

    def _move_heads(self) -> None:
        if self._pair is None or not self._heads.lanes or not self.isVisible():
            return
        rate_hz, sounding = self._player.sample_rate_hz, self._heads.lane
        for name, lane in self._lanes.items():
            at_s = self._heads.position(name) / rate_hz
            lane.set_head(at_s, is_dashed=name != sounding)
        self._overview.set_head(self._heads.position(SONG) / rate_hz)
        if sounding != SONG and self._player.is_playing and self._scale.is_zoomed:
            self._scale.follow(self._heads.position(sounding) / rate_hz)

    def _show_lane_states(self, *_: object) -> None:
        sounding, is_playing = self._heads.lane, self._player.is_playing
        other = self.transport.moves.other_lane
        for name, lane in self._lanes.items():
            key = self._actions.key_text("switch") if name == other else ""
            lane.set_state(is_sounding=name == sounding, is_playing=is_playing, key=key)
        self._overview.set_state(OriginalState(sounding == SONG, is_playing))
        self._move_heads()

    def _seek_song(self, at_s: float) -> None:
        if self._heads.lanes:
            self._player.seek_song(round(at_s * self._player.sample_rate_hz))

    def _seek_lane(self, name: str, at_s: float) -> None:
        if self._heads.lanes:
            self._player.seek(round(at_s * self._player.sample_rate_hz), name)

    def _seek_join(self, name: str, index: int) -> None:
        if self._heads.lanes:
            run_up = round(RUN_UP_S * self._player.sample_rate_hz)
            self._player.seek(max(0, self._heads.joins(name)[index] - run_up), name)

    def _on_setting(self, name: str) -> None:
        if name == "waveforms_hidden":
            self._overview.set_wave_hidden(self._settings.waveforms_hidden)
            for lane in self._lanes.values():
                lane.set_wave_hidden(self._settings.waveforms_hidden)
