"""What became of a file that was fixed."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from listlint.model.diagnostic import Diagnostic
    from listlint.model.source import Source


class Applied(Struct, frozen=True, eq=False):
    """A finding whose fix was applied. Its spans and edits are those of ``diagnostic.source``."""

    diagnostic: Diagnostic
    turn: int
    """the pass (from 1) that applied it"""


class Rejected(Struct, frozen=True, eq=False):
    """A finding whose fix was refused, since it did what it may not: a bug of its rule."""

    diagnostic: Diagnostic
    reason: str
    """what it would have done: lower case, no final stop"""


class Halt(Enum):
    """Why fixing ended before nothing was left to fix."""

    DISAGREE = "fixes-disagree"
    """an earlier state of the file came back: the rules undo each other's work"""
    UNSETTLED = "did-not-settle"
    """there was something to fix after the last pass, too"""


class Stopped(Struct, frozen=True):
    """Fixing ended early; ``rules`` are the codes of the rules that kept changing the file."""

    halt: Halt
    rules: tuple[str, ...]

    @property
    def message(self) -> str:
        """One line for people: lower case, no final stop."""
        names = ", ".join(self.rules)
        if self.halt is Halt.DISAGREE:
            return f"the fixes of {names} undo each other; the file was left as the pass before made it"
        return f"the fixes of {names} did not settle; the file was left as the last pass made it"


class Outcome(Struct, frozen=True, eq=False):
    """What fixing made of one file.

    ``after`` is ``before`` itself where nothing was changed. ``remaining`` are the findings in
    ``after``, in reading order, with a SUP004 for every rejected fix.
    """

    before: Source
    after: Source
    applied: tuple[Applied, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    stopped: Stopped | None = None
    remaining: tuple[Diagnostic, ...] = ()
    passes: int = 0
    """how many passes changed the file"""

    @property
    def changed(self) -> bool:
        """Tell whether the file's bytes differ from what they were."""
        return self.after.raw != self.before.raw
