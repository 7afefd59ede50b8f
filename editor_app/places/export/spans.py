"""What must always or never be heard of a song when it is exported; kept with the project."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass

from PySide6.QtCore import QObject, Signal

from editor_app.project.project import Project
from ml_core.units import clock

Span = tuple[float, float]

_SETTING = "export_spans"
_WORDS = {"lock": "always keep", "forbid": "never keep", "clear": "clear"}


@dataclass(frozen=True, slots=True)
class SongSpans:
    """Spans in seconds of the song, in order and apart from each other."""

    locked: tuple[Span, ...] = ()
    forbidden: tuple[Span, ...] = ()

    def lock(self, span: Span) -> SongSpans:
        """With a span that is always kept."""
        return SongSpans(with_span(self.locked, span), without_span(self.forbidden, span))

    def forbid(self, span: Span) -> SongSpans:
        """With a span that is never heard."""
        return SongSpans(without_span(self.locked, span), with_span(self.forbidden, span))

    def clear(self, span: Span) -> SongSpans:
        """Without anything set on a span."""
        return SongSpans(without_span(self.locked, span), without_span(self.forbidden, span))

    def moved(self, kind: str, span: Span, to: Span | None) -> SongSpans:
        """With a span of a kind elsewhere, or without it."""
        left = tuple(one for one in getattr(self, kind) if one != span)
        bare = SongSpans(left, self.forbidden) if kind == "locked" else SongSpans(self.locked, left)
        if to is None:
            return bare
        return bare.lock(to) if kind == "locked" else bare.forbid(to)


def with_span(spans: tuple[Span, ...], span: Span) -> tuple[Span, ...]:
    """The spans and one more, touching ones as one."""
    start, end = span
    apart = []
    for low, high in spans:
        if high < start or low > end:
            apart.append((low, high))
        else:
            start, end = min(start, low), max(end, high)
    return tuple(sorted([*apart, (start, end)]))


def without_span(spans: tuple[Span, ...], span: Span) -> tuple[Span, ...]:
    """What is left of the spans outside another."""
    start, end = span
    left = []
    for low, high in spans:
        left += [(low, min(high, start)), (max(low, end), high)]
    return tuple((low, high) for low, high in left if high > low)


class ExportSpans(QObject):
    """The spans of every song of the project; each change can be taken back."""

    changed = Signal(str)
    """SHA-256 of the song whose spans changed."""

    def __init__(self, project: Project) -> None:
        super().__init__()
        self._project = project
        self._spans: dict[str, SongSpans] = {}
        for sha256, data in project.values.get(_SETTING, {}).items():
            locked, forbidden = (
                tuple((float(start), float(end)) for start, end in data[name])
                for name in ("locked", "forbidden")
            )
            self._spans[sha256] = SongSpans(locked, forbidden)

    def of(self, sha256: str) -> SongSpans:
        """A song's spans."""
        return self._spans.get(sha256, SongSpans())

    def apply(self, sha256: str, verb: str, span: Span) -> None:
        """Lock, forbid or clear a span of a song; can be taken back.

        Raises:
            UserError: if the disk refuses.
        """
        spans: SongSpans = getattr(self.of(sha256), verb)(span)
        self._change(sha256, spans, f"{_WORDS[verb]} {clock(span[0])} to {clock(span[1])}")

    def move(self, sha256: str, kind: str, span: Span, to: Span | None) -> None:
        """Move a border of a span, or let the span go; can be taken back.

        Raises:
            UserError: if the disk refuses.
        """
        spans = self.of(sha256).moved(kind, span, to)
        shown = span if to is None else to
        words = "clear" if to is None else _WORDS["lock" if kind == "locked" else "forbid"]
        self._change(sha256, spans, f"{words} {clock(shown[0])} to {clock(shown[1])}")

    def _change(self, sha256: str, spans: SongSpans, name: str) -> None:
        before = self.of(sha256)
        if spans == before:
            return

        def work() -> Callable[[], None]:
            self._keep(sha256, spans)
            return lambda: self._keep(sha256, before)

        self._project.history.do(f"“{name}”", work)

    def _keep(self, sha256: str, spans: SongSpans) -> None:
        kept = {**self._spans, sha256: spans}
        kept = {sha: one for sha, one in kept.items() if one != SongSpans()}
        self._project.values.set(_SETTING, {sha: asdict(one) for sha, one in kept.items()})
        self._spans = kept
        self.changed.emit(sha256)
