"""What must always or never be heard of a song when it is exported; kept with the project."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace

from PySide6.QtCore import QObject, Signal

from editor_app.project.project import Project
from editor_app.project.undo import Operation
from ml_core.errors import UserError
from ml_core.units import clock

Span = tuple[float, float]

_SETTING = "export_spans"
_WORDS = {"lock": "always keep", "forbid": "never keep", "clear": "clear"}


@dataclass(frozen=True, slots=True)
class SongSpans:
    """What is set on one song, in seconds of it.

    Attributes:
        locked, forbidden: spans in order and apart from each other.
        never_joins: (where the song is left, where it is entered) of joins that are never made.
    """

    locked: tuple[Span, ...] = ()
    forbidden: tuple[Span, ...] = ()
    never_joins: tuple[Span, ...] = ()

    def lock(self, span: Span) -> SongSpans:
        """With a span that is always kept."""
        locked, forbidden = with_span(self.locked, span), without_span(self.forbidden, span)
        return replace(self, locked=locked, forbidden=forbidden)

    def forbid(self, span: Span) -> SongSpans:
        """With a span that is never heard."""
        locked, forbidden = without_span(self.locked, span), with_span(self.forbidden, span)
        return replace(self, locked=locked, forbidden=forbidden)

    def clear(self, span: Span) -> SongSpans:
        """Without anything set on a span, and without joins ruled out that have a side there."""
        locked, forbidden = without_span(self.locked, span), without_span(self.forbidden, span)
        joins = (
            join for join in self.never_joins if not any(span[0] <= at <= span[1] for at in join)
        )
        return SongSpans(locked, forbidden, tuple(joins))

    def without_join(self, join: Span) -> SongSpans:
        """With one more join that is never made."""
        if join in self.never_joins:
            return self
        return replace(self, never_joins=(*self.never_joins, join))

    def moved(self, kind: str, span: Span, to: Span | None) -> SongSpans:
        """With a span of a kind elsewhere, or without it."""
        left = tuple(one for one in getattr(self, kind) if one != span)
        is_lock = kind == "locked"
        bare = replace(self, locked=left) if is_lock else replace(self, forbidden=left)
        if to is None:
            return bare
        return bare.lock(to) if is_lock else bare.forbid(to)

    def to_json(self) -> dict[str, object]:
        """As the project keeps it; what is not set is left out where older builds have no name."""
        data = asdict(self)
        return data if self.never_joins else {k: data[k] for k in ("locked", "forbidden")}

    @classmethod
    def from_json(cls, data: Mapping[str, Iterable[Iterable[float]]]) -> SongSpans:
        """What `to_json` wrote."""
        names = ("locked", "forbidden", "never_joins")
        return cls(*(tuple((float(a), float(b)) for a, b in data.get(name, ())) for name in names))


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


def _kept(value: object) -> dict[str, SongSpans]:
    """By song, the spans that a project holds; what is damaged is passed over."""
    found = {}
    for sha256, data in value.items() if isinstance(value, dict) else ():
        with suppress(ValueError, TypeError, AttributeError, OverflowError):
            found[sha256] = SongSpans.from_json(data)
    return found


class ExportSpans(QObject):
    """The spans of every song of the project; each change can be taken back."""

    changed = Signal(str)
    """SHA-256 of the song whose spans changed."""

    def __init__(self, project: Project) -> None:
        super().__init__()
        self._project = project
        self._spans = _kept(project.values.get(_SETTING, None))

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

    def rule_out(self, sha256: str, join: Span, besides: Operation | None = None) -> None:
        """Never make a join of a song again; can be taken back.

        Args:
            sha256: of the song.
            join: (where the song is left, where it is entered).
            besides: what is done, and taken back, together with it.

        Raises:
            UserError: if the disk refuses; nothing is done then.
        """
        spans = self.of(sha256).without_join(join)
        self._change(sha256, spans, f"never join {clock(join[0])} to {clock(join[1])}", besides)

    def _change(
        self, sha256: str, spans: SongSpans, name: str, besides: Operation | None = None
    ) -> None:
        before = self.of(sha256)
        if spans == before:
            return

        def work() -> Callable[[], None]:
            undo_besides = besides() if besides is not None else None
            try:
                self._keep(sha256, spans)
            except UserError:
                if undo_besides is not None:
                    undo_besides()
                raise

            def back() -> None:
                self._keep(sha256, before)
                if undo_besides is not None:
                    undo_besides()

            return back

        self._project.history.do(f"“{name}”", work)

    def _keep(self, sha256: str, spans: SongSpans) -> None:
        kept = {**self._spans, sha256: spans}
        kept = {sha: one for sha, one in kept.items() if one != SongSpans()}
        self._project.values.set(_SETTING, {sha: one.to_json() for sha, one in kept.items()})
        self._spans = kept
        self.changed.emit(sha256)
