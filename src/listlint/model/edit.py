"""What a fix would do to a file, and how sure it is."""

from __future__ import annotations

from enum import Enum, Flag, auto
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct

if TYPE_CHECKING:
    from listlint.model.span import Span


class Applicability(Enum):
    """How safe a fix is; ordered from the least to the most."""

    DISPLAY = "display"
    """Shown, never applied."""
    UNSAFE = "unsafe"
    """Probably right; applied with ``--unsafe-fixes`` only."""
    SAFE = "safe"
    """The rendered list keeps its meaning."""

    def at_least(self, other: Applicability) -> bool:
        """Tell whether this one is as safe as ``other``."""
        order = list(Applicability)
        return order.index(self) >= order.index(other)


class May(Flag):
    """What a fix may change of the rendered document; the verifier holds it to that."""

    SPACE = 0
    """White space and markup only: the folded visible text and every URL stay."""
    TEXT = auto()
    URL = auto()
    MOVE = auto()
    """Blocks may change their places: none is lost, and none is added."""
    BLOCKS = auto()
    """Blocks may come, go, move, or change their kind."""


class Rewrite(Enum):
    """A change of the whole file's bytes that no edit of its text can express."""

    DROP_BOM = "drop-bom"
    UNIFY_LINE_ENDINGS = "unify-line-endings"


class Edit(NamedTuple):
    """Replace what ``span`` covers with ``text``; an empty span inserts."""

    span: Span
    text: str


class Fix(Struct, frozen=True):
    """Edits that are applied together or not at all.

    ``edits`` are sorted and do not overlap. ``guard`` is a span that no other fix of the same
    pass may touch, because this one was computed from it.
    """

    title: str
    edits: tuple[Edit, ...]
    applicability: Applicability = Applicability.SAFE
    may: May = May.SPACE
    guard: Span | None = None
    rewrite: Rewrite | None = None
