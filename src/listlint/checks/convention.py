"""The one way in which rules learn a list's own habits.

A convention is a value that nearly all bearers of a trait share. It speaks only where there
is something to speak of: enough bearers, and a dominant value that most of them hold.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Sequence

    from listlint.model.nodes import Entry

V = TypeVar("V", bound="Hashable")

MINIMUM, SHARE = 10, 0.9
"""Bearers and share that a trait needs by default."""
FORMS_MINIMUM, FORMS_SHARE = 5, 0.8
"""The same where the values are forms of one thing (arXiv form, date format, venue form)."""


@dataclass(frozen=True, slots=True)
class Convention(Generic[V]):
    """The dominant value, how many of ``total`` bearers hold it, and where (a label)."""

    value: V
    count: int
    total: int

    def share(self) -> str:
        """``"16 of 19"``, for messages."""
        return f"{self.count} of {self.total}"


def convention(values: Iterable[V], minimum: int = MINIMUM, share: float = SHARE) -> Convention[V] | None:
    """The convention that ``values`` follow, or None where they follow none.

    ``minimum`` is the number of values needed, ``share`` (0–1] the part that the dominant one
    must hold. Of equally frequent values none dominates.
    """
    counts = Counter(values)
    total = counts.total()
    if total < minimum:
        return None
    value, count = counts.most_common(1)[0]
    return Convention(value, count, total) if count >= share * total and count * 2 > total else None


def deviants(
    traits: Sequence[tuple[Entry, V]], minimum: int = MINIMUM, share: float = SHARE
) -> Iterator[tuple[Entry, V, Convention[V]]]:
    """Yield each entry whose trait deviates from the convention that holds for it.

    The scope of a convention is the entry's own section if that has ``minimum`` bearers, else
    the whole document.
    """
    by_section: dict[int, list[V]] = {}
    for entry, value in traits:
        by_section.setdefault(entry.section.index, []).append(value)
    whole = convention((value for _, value in traits), minimum, share)
    local = {
        index: convention(values, minimum, share) if len(values) >= minimum else whole
        for index, values in by_section.items()
    }
    for entry, value in traits:
        found = local[entry.section.index]
        if found is not None and value != found.value:
            yield entry, value, found
