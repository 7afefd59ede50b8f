"""Songs, pairs and filled projects for tests of the store."""

from __future__ import annotations

import hashlib
import random
from pathlib import Path

from ml_core.domain.edits import Edit, Origin
from ml_core.domain.ratings import Answer, Comparison, Rating
from ml_core.domain.songs import Song
from ml_core.store import Store

RATE_HZ = 44_100
N_SAMPLES = 200 * RATE_HZ


def sha_of(number: int) -> str:
    return hashlib.sha256(f"song {number}".encode()).hexdigest()


def song(number: int, *paths: str) -> Song:
    return Song(
        sha256=sha_of(number),
        paths=paths or (f"/music/song {number}.wav",),
        sample_rate_hz=RATE_HZ,
        n_samples=N_SAMPLES,
        n_channels=2,
        title=f"Song {number}",
        artist="Somebody",
        file_format="WAV",
        subtype="PCM_16",
    )


def edit(rng: random.Random, number: int, n_spans: int = 4) -> Edit:
    edges = sorted(rng.sample(range(N_SAMPLES), 2 * n_spans))
    return Edit(
        sha256=sha_of(number),
        sample_rate_hz=RATE_HZ,
        spans=tuple(zip(edges[::2], edges[1::2], strict=True)),
        fades=tuple(rng.randrange(400, 2_000) for _ in range(n_spans - 1)),
        gains_db=tuple(round(rng.uniform(-3, 0), 3) for _ in range(n_spans)),
    )


def pair(
    rng: random.Random,
    number: int = 0,
    n_spans: int = 4,
    session: int | None = None,
    repeat_of: int | None = None,
) -> Comparison:
    return Comparison(
        a=edit(rng, number, n_spans),
        b=edit(rng, number, n_spans),
        reason="random" if repeat_of is None else "repeat",
        origin_a=Origin("base", rng.randrange(36), rng.randrange(1 << 30)),
        origin_b=Origin("base", rng.randrange(36), rng.randrange(1 << 30)),
        session=session,
        repeat_of=repeat_of,
    )


def answered(
    comparison: Comparison, answer: Answer = "A", strength: int = 1, utc: str = ""
) -> Rating:
    return Rating(
        comparison_id=comparison.id,
        a=comparison.a,
        b=comparison.b,
        answer=answer,
        strength=strength,
        utc=utc,
        heard_a_s=12.0,
        heard_b_s=7.25,
        reason=comparison.reason,
        repeat_of=comparison.repeat_of,
    )


def fill(store: Store, n_ratings: int, seed: int = 0, n_spans: int = 4) -> list[Rating]:
    """Add so many rated pairs to an open store."""
    rng = random.Random(seed)
    _, pairs = store.pairs.add([pair(rng, 0, n_spans) for _ in range(n_ratings)])
    answers: list[Answer] = ["A", "B", "tie"]
    return store.ratings.add_all([answered(p, rng.choice(answers)) for p in pairs])[1]


def filled_project(folder: Path, n_ratings: int, n_later: int = 0) -> list[Rating]:
    """A closed project; `n_later` more ratings came after its newest backup."""
    with Store.open(folder) as store:
        store.songs.add(song(0), "ready")
        ratings = fill(store, n_ratings)
    with Store.open(folder) as store:  # Backs up: there is none of today yet.
        assert not store.warnings
        return ratings + fill(store, n_later, seed=1)
