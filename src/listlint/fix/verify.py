"""Proves that a pass changed nothing but what its fixes declared.

The skeletons before and after are compared leaf by leaf. A leaf that no edit touches stays as it
was, in the same containers; a touched one changes its text or URLs only as its fixes may. Only a fix
with ``MOVE`` or ``BLOCKS`` may touch the order and number of leaves, and where it did, nothing
else has: what it did not touch must be found again at the place to which the edits shifted it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, NamedTuple

from listlint.model.edit import May
from listlint.model.patterns import lazy

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from listlint.model.edit import Fix
    from listlint.model.skeleton import Leaf, Skeleton

_NUMBER = lazy(r" \d+")
_STRUCTURAL = May.MOVE | May.BLOCKS
_SHOWN = 40
"""Characters of a leaf's text that a reason quotes."""


class Breach(NamedTuple):
    """Something that changed without leave, and the fixes (indices) that are suspected of it.

    Nobody is suspected where no edit is near: then it can have been any.
    """

    reason: str
    suspects: frozenset[int]


def check(before: Skeleton, after: Skeleton, fixes: Sequence[Fix]) -> list[Breach]:
    """What ``fixes``, applied together, changed beyond their leave; empty if nothing.

    ``fixes`` are those whose edits lead from ``before`` to ``after``, in any order; breaches name
    them by index.
    """
    places = _Places(fixes)
    touched = places.touched(before.leaves)
    if any(fix.may & _STRUCTURAL for fix in fixes):
        return list(_moved(before.leaves, after.leaves, fixes, places, touched))
    return list(_still(before.leaves, after.leaves, fixes, places, touched))


def mixed(before: Skeleton, fixes: Sequence[Fix]) -> list[list[int]]:
    """The fixes (indices) that share a leaf with one that may do more, grouped by what they may.

    The skeleton of all of them together cannot tell whose change it was; that of a group by itself can.
    """
    groups: dict[int, set[int]] = defaultdict(set)
    for owners in _Places(fixes).touched(before.leaves).values():
        allowed = _allowed(owners, fixes)
        if len(owners) > 1:
            for owner in owners:
                if fixes[owner].may != allowed:
                    groups[fixes[owner].may.value].add(owner)
    return [sorted(group) for group in groups.values()]


class _Places:
    """Where the edits stand, and where they shift the rest."""

    def __init__(self, fixes: Sequence[Fix]) -> None:
        edits = [(*edit.span, len(edit.text), index) for index, fix in enumerate(fixes) for edit in fix.edits]
        edits.sort()
        self.starts = [edit[0] for edit in edits]
        self.ends = [edit[1] for edit in edits]
        self.owners = [edit[3] for edit in edits]
        self.shifts = [0]
        for start, end, size, _ in edits:
            self.shifts.append(self.shifts[-1] + size - (end - start))

    def touching(self, start: int, end: int) -> range:
        """The edits (indices) that share a code point or a border with ``start`` to ``end``."""
        return range(bisect_left(self.ends, start), bisect_right(self.starts, end))

    def touched(self, leaves: Sequence[Leaf]) -> dict[int, set[int]]:
        """The leaves (indices) that edits touch, each with the fixes that they belong to."""
        found: dict[int, set[int]] = {}
        for index, leaf in enumerate(leaves):
            if near := self.touching(*leaf.span):
                found[index] = {self.owners[edit] for edit in near}
        return found

    def shifted(self, offset: int) -> int:
        """Where a code point stands afterwards that no edit touches."""
        return offset + self.shifts[bisect_left(self.ends, offset)]

    def region(self, start: int, end: int) -> tuple[int, int]:
        """Where a stretch and the edits that touch it stand afterwards."""
        near = self.touching(start, end)
        if not near:
            return self.shifted(start), self.shifted(end)
        first, last = near[0], near[-1]
        return (
            min(start, self.starts[first]) + self.shifts[first],
            max(end, self.ends[last]) + self.shifts[last + 1],
        )

    def near(self, leaves: Sequence[Leaf], first: int, last: int) -> frozenset[int]:
        """The fixes with an edit between the leaf before ``first`` and the leaf after ``last``."""
        start = leaves[first - 1].span.start if 0 < first <= len(leaves) else 0
        end = leaves[last + 1].span.end if last + 1 < len(leaves) else None
        stop = bisect_right(self.starts, end) if end is not None else len(self.starts)
        return frozenset(self.owners[edit] for edit in range(bisect_left(self.ends, start), stop))


def _allowed(owners: Iterable[int], fixes: Sequence[Fix]) -> May:
    allowed = May.SPACE
    for owner in owners:
        allowed |= fixes[owner].may
    return allowed


def _quote(leaf: Leaf) -> str:
    text = leaf.text if len(leaf.text) <= _SHOWN else f"{leaf.text[:_SHOWN]}…"
    return f"the {leaf.kind} “{text}”" if text else f"a {leaf.kind}"


def _content(old: Leaf, new: Leaf, allowed: May) -> str | None:
    """What of a leaf's text and URLs changed without leave."""
    if old.text != new.text and May.TEXT not in allowed:
        return f"it changes the text of {_quote(old)} to “{new.text[: 2 * _SHOWN]}”"
    if old.urls != new.urls and May.URL not in allowed:
        gone, come = _differences(old.urls, new.urls)
        return f"it changes the links of {_quote(old)}" + (f" from {gone} to {come}" if gone or come else "")
    return None


def _differences(old: Sequence[str], new: Sequence[str]) -> tuple[str, str]:
    gone, come = Counter(old) - Counter(new), Counter(new) - Counter(old)
    return ", ".join(gone) or "nothing", ", ".join(come) or "nothing"


# -- without structural fixes -----------------------------------------------------------------------


def _still(
    old: Sequence[Leaf], new: Sequence[Leaf], fixes: Sequence[Fix], places: _Places, touched: Mapping[int, set[int]]
) -> Iterator[Breach]:
    """Breaches where every leaf must keep its place."""
    for index, (was, now) in enumerate(zip(old, new, strict=False)):
        if was[:4] == now[:4]:
            continue
        if was.kind != now.kind or was.path != now.path:
            # What follows can no longer be told apart.
            yield _broken(old, new, index, places)
            return
        owners = touched.get(index, set())
        if reason := _content(was, now, _allowed(owners, fixes)):
            yield Breach(reason, frozenset(owners))
    if len(old) != len(new):
        yield _broken(old, new, min(len(old), len(new)), places)


def _broken(old: Sequence[Leaf], new: Sequence[Leaf], index: int, places: _Places) -> Breach:
    was, now = (leaves[index] if index < len(leaves) else None for leaves in (old, new))
    if was is None:
        reason = f"it adds {_quote(now)}" if now else "it changes the blocks"
    elif now is None:
        reason = f"it takes away {_quote(was)}"
    elif was.kind != now.kind:
        reason = f"it makes {_quote(now)} of {_quote(was)}"
    else:
        where, there = " › ".join(was.path) or "the top", " › ".join(now.path) or "the top"
        reason = f"it moves {_quote(was)} from {where} to {there}"
    return Breach(reason, places.near(old, index, index))


# -- with structural fixes --------------------------------------------------------------------------


def _moved(
    old: Sequence[Leaf], new: Sequence[Leaf], fixes: Sequence[Fix], places: _Places, touched: Mapping[int, set[int]]
) -> Iterator[Breach]:
    """Breaches where some fixes may move, add or delete leaves."""
    pool = {index for index, owners in touched.items() if _allowed(owners, fixes) & _STRUCTURAL}
    starts: dict[int, list[int]] = defaultdict(list)
    for index, leaf in enumerate(new):
        starts[leaf.span.start].append(index)
    order = sorted(starts)
    relaxed = _relaxed(old, fixes, places, pool)
    pairs: list[tuple[int, int]] = []
    free = set(range(len(new)))
    for index, leaf in enumerate(old):
        if index in pool:
            continue
        partner = _partner(leaf, index in touched, new, starts, order, places, free)
        if partner is None:
            yield Breach(f"it takes away {_quote(leaf)}", places.near(old, index, index))
            continue
        free.discard(partner)
        pairs.append((index, partner))
        owners = touched.get(index, set())
        if reason := _content(leaf, new[partner], _allowed(owners, fixes)):
            yield Breach(reason, frozenset(owners))
    yield from _containers(old, new, pairs, places, relaxed)
    yield from _exchanged(old, new, fixes, places, touched, pool, free)


def _partner(
    leaf: Leaf,
    is_touched: bool,
    new: Sequence[Leaf],
    starts: Mapping[int, Sequence[int]],
    order: Sequence[int],
    places: _Places,
    free: set[int],
) -> int | None:
    """The leaf that one has become; it stands where the edits shifted it, and is of the same kind."""
    if is_touched:
        start, end = places.region(*leaf.span)
        near = order[bisect_left(order, start) : bisect_right(order, end)]
    else:
        near = [places.shifted(leaf.span.start)]
    for start in near:
        for index in starts.get(start, ()):
            if index in free and new[index].kind == leaf.kind:
                return index
    return None


def _relaxed(old: Sequence[Leaf], fixes: Sequence[Fix], places: _Places, pool: set[int]) -> set[str]:
    """The containers that structural fixes reach: they may be split, merged, begun anew or loosened."""
    spans = [leaf.span for leaf in old]
    reached = set(pool)
    for fix in fixes:
        if fix.may & _STRUCTURAL:
            for edit in fix.edits:
                first = bisect_left(spans, edit.span.start, key=lambda span: span.end)
                last = bisect_right(spans, edit.span.end, key=lambda span: span.start)
                reached.update(range(max(0, first - 1), min(len(old), last + 1)))
    return {label for index in reached for label in old[index].path}


def _containers(
    old: Sequence[Leaf],
    new: Sequence[Leaf],
    pairs: Iterable[tuple[int, int]],
    places: _Places,
    relaxed: set[str],
) -> Iterator[Breach]:
    """Breaches of leaves that got into other containers than they were in."""
    forth: dict[str, str] = {}
    back: dict[str, str] = {}
    for index, partner in pairs:
        was, now = old[index].path, new[partner].path
        strict = [label for label in was if label not in relaxed]
        shape = [_bare(label) for label in was if label != "tight"]
        if shape != [_bare(label) for label in now if label != "tight"] or (
            len(strict) == len(was) and ("tight" in was) != ("tight" in now)
        ):
            yield _displaced(old, new, index, partner, places)
            continue
        for label, other in zip(was, now, strict=False):
            if label in relaxed or label == "tight":
                continue
            same = _NUMBER.sub("", label, 1) == _NUMBER.sub("", other, 1)
            if not same or forth.setdefault(label, other) != other or back.setdefault(other, label) != label:
                yield _displaced(old, new, index, partner, places)
                break


def _bare(label: str) -> str:
    return label.partition(" ")[0]


def _displaced(old: Sequence[Leaf], new: Sequence[Leaf], index: int, partner: int, places: _Places) -> Breach:
    where, there = " › ".join(old[index].path) or "the top", " › ".join(new[partner].path) or "the top"
    reason = f"it moves {_quote(old[index])} from {where} to {there}"
    return Breach(reason, places.near(old, index, index))


def _exchanged(
    old: Sequence[Leaf],
    new: Sequence[Leaf],
    fixes: Sequence[Fix],
    places: _Places,
    touched: Mapping[int, set[int]],
    pool: set[int],
    free: set[int],
) -> Iterator[Breach]:
    """Breaches among the leaves that structural fixes touched, by fixes that share leaves."""
    group = _groups(len(fixes), [touched[index] for index in pool])
    gone: dict[int, list[Leaf]] = defaultdict(list)
    come: dict[int, list[Leaf]] = defaultdict(list)
    regions = [
        (places.starts[edit] + places.shifts[edit], places.ends[edit] + places.shifts[edit + 1], places.owners[edit])
        for edit in range(len(places.starts))
        if fixes[places.owners[edit]].may & _STRUCTURAL
    ]
    for index in sorted(pool):
        owner = min(touched[index])
        gone[group[owner]].append(old[index])
        regions.append((*places.region(*old[index].span), owner))
    holder = _Holder(regions)
    for index in sorted(free):
        found = holder.of(new[index].span.start)
        if found is None:
            yield Breach(f"it adds {_quote(new[index])}", frozenset())
        else:
            come[group[found]].append(new[index])
    members: dict[int, set[int]] = defaultdict(set)
    for index, own in enumerate(group):
        members[own].add(index)
    for own in sorted({*gone, *come}):
        if reason := _traded(gone[own], come[own], _allowed(members[own], fixes)):
            yield Breach(reason, frozenset(members[own]))


def _groups(count: int, together: Iterable[set[int]]) -> list[int]:
    """The least member of the group that each of ``count`` things belongs to."""
    parent = list(range(count))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = index = parent[parent[index]]
        return index

    for group in together:
        first, *others = sorted(map(root, group))
        for other in others:
            parent[max(root(other), root(first))] = min(root(other), root(first))
    return [root(index) for index in range(count)]


class _Holder:
    """Finds the region that holds an offset."""

    def __init__(self, regions: Iterable[tuple[int, int, int]]) -> None:
        self.regions = sorted(regions)
        self.reach: list[int] = []
        for _, end, _ in self.regions:
            self.reach.append(max(end, self.reach[-1]) if self.reach else end)

    def of(self, offset: int) -> int | None:
        """The owner of the nearest region around ``offset``."""
        at = bisect_right(self.regions, offset, key=lambda region: region[0]) - 1
        while at >= 0 and self.reach[at] >= offset:
            if self.regions[at][1] >= offset:
                return self.regions[at][2]
            at -= 1
        return None


def _traded(gone: Sequence[Leaf], come: Sequence[Leaf], allowed: May) -> str | None:
    """What structural fixes changed without leave, given the leaves before and after.

    Without ``TEXT`` no word comes in, without ``URL`` no URL, without ``BLOCKS`` the leaves are the same.
    """
    if May.BLOCKS not in allowed:
        return _reordered(gone, come, allowed)
    if May.TEXT not in allowed and (added := _words(come) - _words(gone)):
        return f"it adds the text “{' '.join(added)[: 2 * _SHOWN]}”"
    if May.URL not in allowed:
        urls = (Counter(url for leaf in leaves for url in leaf.urls) for leaves in (come, gone))
        if added := next(urls) - next(urls):
            return f"it adds the links {', '.join(added)}"
    return None


def _reordered(gone: Sequence[Leaf], come: Sequence[Leaf], allowed: May) -> str | None:
    def content(leaf: Leaf) -> tuple[object, ...]:
        text = leaf.text if May.TEXT not in allowed else None
        return tuple(map(_bare, leaf.path)), leaf.kind, text, leaf.urls if May.URL not in allowed else None

    before, after = Counter(map(content, gone)), Counter(map(content, come))
    for leaf in gone:
        if before[content(leaf)] > after[content(leaf)]:
            return f"it loses {_quote(leaf)}"
    for leaf in come:
        if after[content(leaf)] > before[content(leaf)]:
            return f"it adds {_quote(leaf)}"
    return None


def _words(leaves: Iterable[Leaf]) -> Counter[str]:
    return Counter(word for leaf in leaves for word in leaf.text.split())
