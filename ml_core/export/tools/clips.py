"""An edit as clips on tracks, which every other tool can say; all places in samples.

Clips lie end to end, without fades: tools shape fades each in its own way. What the edit sounds
like at its joins and ends beyond that is a second track of residues, so that the sum of both is
the edit. Who moves a clip there removes its residue and fades as the tool does.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ml_core.domain.edits import Edit


@dataclass(frozen=True, slots=True)
class Clip:
    """A stretch of a file.

    Attributes:
        file: absolute path.
        n_file_samples: how long that file is.
        from_samples: where in the file it begins.
        at_samples: where on the track.
        n_samples: how long it is.
        name: for people.
        gain_db: that it is played at.
    """

    file: Path
    n_file_samples: int
    from_samples: int
    at_samples: int
    n_samples: int
    name: str
    gain_db: float = 0.0


@dataclass(frozen=True, slots=True)
class ClipTrack:
    """Clips in the order they are heard in; none lies over another."""

    name: str
    clips: tuple[Clip, ...]


@dataclass(frozen=True, slots=True)
class ClipProject:
    """All that other tools are told.

    Attributes:
        title: of the edit.
        sample_rate_hz, n_channels: of its song, and of all files.
        n_samples: of the edit.
        tracks: the edit's clips, then their residues where there are any.
        joins_samples: where in the edit.
        tempo_bpm, meter: of the song.
    """

    title: str
    sample_rate_hz: int
    n_channels: int
    n_samples: int
    tracks: tuple[ClipTrack, ...]
    joins_samples: tuple[int, ...]
    tempo_bpm: float
    meter: int = 4

    def seconds(self, samples: int) -> float:
        """A place or length in seconds."""
        return samples / self.sample_rate_hz


def plain_line(text: str) -> str:
    """Foreign text for a tool's file: on one line, without halves of characters."""
    whole = text.encode("utf-8", "replace").decode("utf-8")
    return " ".join(whole.split())


def edit_track(edit: Edit, song: Path, n_song_samples: int, gain_db: float = 0.0) -> ClipTrack:
    """The clips of an edit.

    Args:
        edit: of the song.
        song: its file.
        n_song_samples: how long that is.
        gain_db: of the whole edit, beside its spans' own.
    """
    clips, at = [], 0
    for k, ((start, end), own_db) in enumerate(zip(edit.spans, edit.gains_db, strict=True)):
        name = f"{song.stem} {k + 1}"
        n = end - start
        clips.append(Clip(song, n_song_samples, start, at, n, name, own_db + gain_db))
        at += n
    return ClipTrack("Edit", tuple(clips))
