"""The one way in which rules learn a list's own habits.

A convention is a value that nearly all bearers of a trait share. It speaks only where there
is something to speak of: enough bearers, and a dominant value that most of them hold.
"""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from typing import TYPE_CHECKING, Generic, TypeVar

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence

    from listlint.model.nodes import Entry

V = TypeVar("V", bound="Hashable")

MINIMUM, SHARE = 10, 0.9
"""Bearers and share that a trait needs by default."""
FORMS_MINIMUM, FORMS_SHARE = 5, 0.8
"""The same where the values are forms of one thing (arXiv form, date format, venue form)."""
SECTION_VOICE = 4
"""Bearers in a section below which it cannot speak against the document's convention."""
ELSEWHERE = 0.75
"""Share that a section's value needs among the bearers elsewhere, where these are many."""


class Convention(Struct, Generic[V], frozen=True):
    """The dominant value, and how many of ``total`` bearers hold it; ``total`` is 0 where it was not learned."""

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
    return _dominant(Counter(values), minimum, share)


def _dominant(counts: Counter[V], minimum: int, share: float) -> Convention[V] | None:
    total = counts.total()
    if total < minimum:
        return None
    value, count = counts.most_common(1)[0]
    return Convention(value, count, total) if count >= share * total and count * 2 > total else None


def deviants(
    traits: Sequence[tuple[Entry, V]], minimum: int = MINIMUM, share: float = SHARE, *, otherwise: V | None = None
) -> Iterator[tuple[Entry, V, Convention[V]]]:
    """Yield each entry whose trait deviates from the convention that holds for it.

    The scope of a convention is the entry's own section if that has ``minimum`` bearers, else
    the whole document. Where the two contradict each other there is nothing to hold on to: a
    section's convention counts only if its value is that of three quarters of the other bearers
    too (or these are few), and the document's only where it is not in the minority among the
    bearers of a section that has some (``SECTION_VOICE``). ``otherwise`` is what holds where there is
    no convention; None if nothing does.
    """
    everything = Counter([value for _, value in traits])
    if len(everything) < 2 and otherwise is None:
        return  # as in most lists
    by_section: dict[int, list[V]] = {}
    for entry, value in traits:
        by_section.setdefault(entry.section.index, []).append(value)
    whole = _dominant(everything, minimum, share)
    local = {
        index: _of_section(values, everything, minimum, share) if len(values) >= minimum else _heard(whole, values)
        for index, values in by_section.items()
    }
    given = None if otherwise is None else Convention(otherwise, 0, 0)
    for entry, value in traits:
        found = local[entry.section.index] or given
        if found is not None and value != found.value:
            yield entry, value, found


def _of_section(values: Sequence[V], everything: Counter[V], minimum: int, share: float) -> Convention[V] | None:
    """The convention of a section, unless the rest of the document has another habit."""
    found = convention(values, minimum, share)
    if found is None:
        return None
    others = everything.total() - found.total
    alike = everything[found.value] - found.count
    return None if others >= minimum and alike < ELSEWHERE * others else found


def _heard(whole: Convention[V] | None, values: Sequence[V]) -> Convention[V] | None:
    """The document's convention, unless the section speaks against it."""
    if whole is None or len(values) < SECTION_VOICE:
        return whole
    return whole if sum(value == whole.value for value in values) * 2 > len(values) else None


def usual_order(
    sequences: Sequence[Sequence[str]], minimum: int = MINIMUM, share: float = SHARE
) -> tuple[str, ...] | None:
    """The order in which names stand habitually; None where there are no two that have one.

    Each of ``sequences`` has a name once. Taken are the names that ``minimum`` sequences have, from the most frequent
    on, as far as each stands with all those before it, and of each two in one order in a part of ``share``.
    """
    counts = Counter(name for names in sequences for name in names)
    before = Counter(pair for names in sequences for pair in combinations(names, 2))
    kept = sorted((name for name, count in counts.items() if count >= minimum), key=lambda name: (-counts[name], name))
    chosen: list[str] = []
    for name in kept:
        if all(_ordered(before, name, other, share) for other in chosen):
            chosen.append(name)
    first = {name: sum(before[name, other] > before[other, name] for other in chosen) for name in chosen}
    chosen.sort(key=lambda name: -first[name])
    return tuple(chosen) if _agrees(chosen, before) else None


def _ordered(before: Mapping[tuple[str, str], int], one: str, other: str, share: float) -> bool:
    """Tell whether two names stand mostly in one order, and do so at all."""
    there, back = before.get((one, other), 0), before.get((other, one), 0)
    return there != back and max(there, back) >= share * (there + back)


def _agrees(chosen: Sequence[str], before: Mapping[tuple[str, str], int]) -> bool:
    """Tell whether an order is that of each two of its names, of which it has some."""
    pairs = list(combinations(chosen, 2))
    return bool(pairs) and all(before.get(pair, 0) > before.get((pair[1], pair[0]), 0) for pair in pairs)


def followers(order: Sequence[str], sequences: Iterable[Sequence[str]]) -> tuple[int, int]:
    """How many sequences have the names of an order in it, of those that have two of them or more."""
    place = {name: number for number, name in enumerate(order)}
    ranks = [[place[name] for name in names if name in place] for names in sequences]
    some = [rank for rank in ranks if len(rank) > 1]
    return sum(rank == sorted(rank) for rank in some), len(some)
