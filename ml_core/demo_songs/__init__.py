"""Songs made by our own code: to try the app on, and the tests' material with exact truth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from ml_core.audio_file import Tags, stage_audio, staged_file
from ml_core.demo_songs import harbour_lights, paper_boats, tones
from ml_core.demo_songs.mixing import Stereo
from ml_core.demo_songs.pieces import synthesize_test_song
from ml_core.demo_songs.truth import DemoTruth
from ml_core.domain.files.encodings import Encoding
from ml_core.errors import UserError
from ml_core.own_files import keep_private
from ml_core.progress import Progress, silent

__all__ = ["DEMO_SONGS", "DemoTruth", "synthesize", "synthesize_test_song", "write_demo_songs"]

_SONGS: dict[str, Callable[[], tuple[Stereo, DemoTruth]]] = {
    "Harbour Lights": harbour_lights.synthesize,
    "Paper Boats": paper_boats.synthesize,
}

DEMO_SONGS = tuple(_SONGS)
"""Names of the demo songs."""

_AS_EVER = Encoding(quality=5)
"""The level that they were always written at: older projects know them by their files' bytes."""


def synthesize(name: str) -> tuple[Stereo, int, DemoTruth]:
    """A demo song, float32 (n_samples, 2), its sample rate, its truth; the same on every call.

    Raises:
        KeyError: if there is no such song.
    """
    audio, truth = _SONGS[name]()
    return audio, tones.RATE_HZ, truth


def write_demo_songs(out_dir: str | Path, progress: Progress | None = None) -> list[DemoTruth]:
    """Write the demo songs as FLAC files into a folder, in place of earlier ones.

    Raises:
        UserError: if the folder can't be written to.
        Cancelled: if the person asked to stop.
    """
    progress = progress or silent()
    folder = Path(out_dir)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(
            f"The folder for the demo songs can't be made ({error.strerror or error}).",
            "Free some space or choose another project folder.",
        ) from error
    truths = []
    for index, name in enumerate(DEMO_SONGS):
        progress.report(index / len(DEMO_SONGS), f"Composing {name}")
        audio, rate_hz, truth = synthesize(name)
        progress.report((index + 0.8) / len(DEMO_SONGS), f"Writing {name}")
        path = folder / f"{name}.flac"
        tags = Tags(
            {
                "title": (name,),
                "artist": ("Tastecut",),
                "album": ("Demo songs",),
                "track": (str(index + 1),),
                "comment": ("Made by Tastecut's own code. Use it as you like.",),
            }
        )
        with staged_file(path, overwrite=True) as staged:
            stage_audio(staged, [audio], rate_hz, 2, "flac", "PCM_16", tags=tags, encoding=_AS_EVER)
            staged.commit()
        keep_private(path)
        truths.append(replace(truth, path=path.absolute()))
    progress.report(1.0, "The demo songs are ready")
    return truths
