"""Which venue a misspelt name means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from listlint.packs.venue_words import BESIDE, LEADING, ORDINALS, SPONSORS, TRACKS, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from listlint.packs.venue_reader import Index, Venue

_EDITS = 2
_SHORTEST_NAME = 14
"""Characters below which two edits make another name."""
_SHORTEST_ACRONYM = 4
_SAFE_ACRONYM = 6
"""Letters from which an acronym may lack or have one more, or have another one."""
_LONGEST_ACRONYM = 16
_LONGEST = 200


def near(text: str, index: Index, ambiguous: frozenset[str]) -> Venue | None:
    """The only venue whose name or acronym is a slip away from ``text``, which is no form of any."""
    found = [word for word in words(text) if not word.isdecimal() and word not in ORDINALS]
    if len(found) == 1 and found[0] in ambiguous:
        return None
    for start in range(len(found)):
        whole = found[start:]
        for rest in (whole, _without_tail(whole)):
            venue = _acronym(rest[0], index) if len(rest) == 1 else _name(rest, index)
            if venue:
                return venue
        if found[start] not in LEADING and found[start] not in SPONSORS:
            return None
    return None


def _without_tail(found: Sequence[str]) -> Sequence[str]:
    """Words without track, month and the like at the end."""
    end = len(found)
    while end > 1 and (found[end - 1] in BESIDE or found[end - 1] in TRACKS):
        end -= 1
    return found[:end]


def _name(found: Sequence[str], index: Index) -> Venue | None:
    from rapidfuzz.distance import OSA

    text = " ".join(found)
    if not _SHORTEST_NAME <= len(text) <= _LONGEST:
        return None
    venues: dict[str, Venue] = {}
    for size in range(len(text) - _EDITS, len(text) + _EDITS + 1):
        for name, code in index.by_length.get(size, ()):
            edits = OSA.distance(text, name, score_cutoff=_EDITS)
            if edits == 0:
                return None
            if edits <= _EDITS and _is_slip(found, name.split(), index):
                venue = index.form(code).venue
                venues[venue.key] = venue
    return next(iter(venues.values())) if len(venues) == 1 else None


def _is_slip(found: Sequence[str], name: Sequence[str], index: Index) -> bool:
    """Tell whether the difference of two names is a misspelling, and not another subject or section."""
    if len(found) != len(name):
        return "".join(found) == "".join(name)
    for a, b in zip(found, name, strict=True):
        if a == b:
            continue
        if min(len(a), len(b)) < _SHORTEST_ACRONYM:
            return False
        if a in index.vocabulary and a.removesuffix("s") != b.removesuffix("s"):
            return False
    return True


def _acronym(word: str, index: Index) -> Venue | None:
    """The venue of an acronym whose letters are turned round, or one of whose letters is wrong."""
    if not _SHORTEST_ACRONYM <= len(word) <= _LONGEST_ACRONYM:
        return None
    turned = _venues(_turned(word), index)
    if turned or len(word) < _SAFE_ACRONYM:
        return turned[0] if len(turned) == 1 else None
    from rapidfuzz.distance import OSA

    close = [
        name
        for size in range(len(word) - 1, len(word) + 2)
        for name, _ in index.by_length.get(size, ())
        if " " not in name and OSA.distance(word, name, score_cutoff=1) == 1
    ]
    found = _venues(close, index, current=True)
    return found[0] if len(found) == 1 else None


def _turned(word: str) -> Iterator[str]:
    for at in range(len(word) - 1):
        if word[at] != word[at + 1]:
            yield word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _venues(names: Sequence[str] | Iterator[str], index: Index, *, current: bool = False) -> list[Venue]:
    """The venues of which ``names`` are acronyms, each once; former acronyms only if not ``current``."""
    found: dict[str, Venue] = {}
    for name in names:
        for code in index.codes.get(name, ()):
            form = index.form(code)
            if form.acronym and not (current and form.former):
                found[form.venue.key] = form.venue
    return list(found.values())
