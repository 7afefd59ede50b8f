"""How sound is coded in a file, where a person asks for something else than the song's own."""

from __future__ import annotations

from dataclasses import dataclass

from ml_core.domain.files.formats import WriteFormat
from ml_core.errors import UserError

DEPTHS = {"16": "PCM_16", "24": "PCM_24", "32": "PCM_32", "float": "FLOAT"}
"""Bits of a sample, as a person says them, and libsndfile's name of the coding."""

_QUALITIES = {"mp3": (0, 9, "0 is the best"), "ogg": (0, 10, "10 is the best")}
_KBPS = {"mp3": (32, 320), "opus": (12, 510), "m4a": (32, 512)}
_MP3_KBPS = (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_RATES_HZ = (8_000, 384_000)


@dataclass(frozen=True, slots=True)
class Encoding:
    """What is asked of a file's sound; all is as the song has it, or the format's own.

    Attributes:
        depth: a key of `DEPTHS`; empty for the song's own.
        quality: of variable bit rates on the format's own scale: 0 to 9 of MP3 (0 is the best), 0
            to 10 of Ogg Vorbis (10 is the best); None for the format's own.
        kbps: bit rate of lossy formats in kbit/s; 0 for the format's own.
        rate_hz: sample rate; 0 for the song's own.
        n_channels: 1, 2, or 0 for the song's own.
    """

    depth: str = ""
    quality: int | None = None
    kbps: int = 0
    rate_hz: int = 0
    n_channels: int = 0

    def __post_init__(self) -> None:
        if self.depth and self.depth not in DEPTHS:
            raise ValueError(f"a depth is one of {', '.join(DEPTHS)}")
        if self.n_channels not in (0, 1, 2) or min(self.kbps, self.rate_hz) < 0:
            raise ValueError("one or two channels, and rates above 0")

    def require_possible(self, form: WriteFormat) -> None:
        """Check that a format can do what is asked.

        Raises:
            UserError: naming what it can.
        """
        kind = form.words
        if self.depth and DEPTHS[self.depth] not in form.codings:
            known = [depth for depth, coding in DEPTHS.items() if coding in form.codings]
            can = f"has {' or '.join(known)} bits" if known else "has no depth that could be chosen"
            raise UserError(f"{kind} {can}.", "Leave the depth out, or choose WAV.")
        self._require_quality(form, kind)
        self._require_bit_rate(form, kind)
        low, high = _RATES_HZ
        known_hz = form.rates_hz
        if self.rate_hz and (
            self.rate_hz not in known_hz if known_hz else not low <= self.rate_hz <= high
        ):
            rates = ", ".join(map(str, known_hz)) or f"{low} to {high}"
            raise UserError(
                f"{kind} can't have a rate of {self.rate_hz} Hz.", f"It has {rates} Hz."
            )

    def as_far_as(self, form: WriteFormat) -> Encoding:
        """What of it a format can do: for choices that were made once for all formats.

        A quality counts for Ogg alone then: MP3 counts the other way round.
        """
        can = form.codings if self.depth else ()
        rates = form.rates_hz or (self.rate_hz,)
        low, high = _KBPS.get(form.name, (1, 0))
        kbps = self.kbps if low <= self.kbps <= high else 0
        if form.name == "mp3" and kbps not in _MP3_KBPS:
            kbps = 0
        return Encoding(
            self.depth if DEPTHS.get(self.depth) in can else "",
            self.quality if form.name == "ogg" and self.quality in range(11) else None,
            kbps,
            self.rate_hz if self.rate_hz in rates else 0,
            self.n_channels,
        )

    def _require_quality(self, form: WriteFormat, kind: str) -> None:
        if self.quality is None:
            return
        if self.kbps:
            raise UserError("A quality and a bit rate can't be asked for both.", "Leave one out.")
        if form.name not in _QUALITIES:
            remedy = "Leave the quality out, or ask for a bit rate with --kbps."
            raise UserError(f"{kind} has no quality that could be chosen.", remedy)
        low, high, which = _QUALITIES[form.name]
        if not low <= self.quality <= high:
            raise UserError(f"{kind} has qualities from {low} to {high} ({which}).")

    def _require_bit_rate(self, form: WriteFormat, kind: str) -> None:
        if not self.kbps:
            return
        if form.name not in _KBPS:
            raise UserError(f"{kind} has no bit rate that could be chosen.", "Leave it out.")
        low, high = _KBPS[form.name]
        if form.name == "mp3" and self.kbps not in _MP3_KBPS:
            raise UserError(f"MP3 has {', '.join(map(str, _MP3_KBPS))} kbit/s.")
        if not low <= self.kbps <= high:
            raise UserError(f"{kind} has {low} to {high} kbit/s.")

    def coding(self, form: WriteFormat, source_subtype: str) -> str:
        """Libsndfile's name of the coding that a source of that subtype gets."""
        return DEPTHS[self.depth] if self.depth else form.coding_for(source_subtype)

    def compression_level(self, form: WriteFormat, n_channels: int, rate_hz: int) -> float | None:
        """Libsndfile's 0..1 for what is asked; its 1.2.2 counts each format's bit rates so."""
        if form.name == "mp3" and self.kbps:
            low, high = (32, 320) if rate_hz >= 32_000 else (8, 160)
            return min(1.0, max(0.0, (high - self.kbps) / (high - low)))
        if form.name == "mp3" and self.quality is not None:
            return self.quality / 10
        if form.name == "ogg" and self.quality is not None:
            return 1 - self.quality / 10
        if form.name == "flac" and self.quality is not None:  # LibFLAC's level; never asked for.
            return self.quality / 8
        if form.name == "opus" and self.kbps:
            return min(1.0, max(0.0, 1 - (1000 * self.kbps / n_channels - 6_000) / 250_000))
        return form.compression_level


AS_THE_SONG = Encoding()
