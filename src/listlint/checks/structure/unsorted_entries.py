"""STR011: an entry stands out of the order of its list."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec
from msgspec import Struct

from listlint.checks import api, reorder
from listlint.checks.api import (
    Applicability,
    Bad,
    Finding,
    Fix,
    Good,
    May,
    ReferenceTrait,
    Related,
    Rule,
    Severity,
    Threshold,
)
from listlint.checks.convention import MINIMUM, SHARE
from listlint.checks.dates import date_fields
from listlint.checks.links import shorten
from listlint.model.nodes import Document, EntryKind
from listlint.model.patterns import lazy
from listlint.text.collation import LEADING, in_one_script, key, longest_run, script_of, usual_collations
from listlint.text.roles import role_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from listlint.checks.api import Context, Trait
    from listlint.model.nodes import Entry, Item
    from listlint.model.span import Span

_LAST = lazy(
    r"(?:and )?(?:others?|misc|miscellaneous|more|etc|see also|various|unsorted|uncategori[sz]ed)\b",
    re.IGNORECASE,
)
"""Titles that belong at the end."""
_FIRST = lazy(r"[\W_]*+[^\W_]++[\W_]++(?=\w)")
_SUBTITLE = lazy(r"\s*+[:.]\s|\s[-–—|(]|\s*+[：—（]")
"""What stands between a name and its subtitle; a list may sort by names."""
_NO_WORD = lazy(r"[\W_]+")
_DIGIT = "digit"
_COMPARED = 40
"""Characters at the beginning of an entry in which its title is looked for."""
_DESCENTS = 0.4
"""Share of entries that come before their predecessor, from which a list is in no order."""
_PREFIX = 3
"""Titles that begin with one word, from which a list may sort by what follows it."""
_BY_INITIAL = 3
"""Entries out of place but for their initials, from which a list sorts by initials."""
_ORDER_OF = "order of entries"
"""The trait of a list, table or row of sections."""
_SHOWN = {"alpha": "by title", "date": "by date", "date-descending": "by date, newest first", "none": "none"}
_DISTINCT = 3
"""Different dates that an order by date needs."""


class _Listed(Struct, frozen=True):
    """Entries that follow each other, and how to find what moves with each."""

    entries: tuple[Entry, ...]
    heads: tuple[str, ...]
    """the visible text of each, from its beginning"""
    units: Callable[[], list[Span] | None]
    """one unit for each entry, where all can be moved"""


class _Order(Struct, frozen=True):
    """The order that entries are in, but for some.

    All numbers are indices of entries. ``rank`` has the keys of those that take part, ``kept`` is their longest run
    in order, ``stray`` are those that are out of place.
    """

    name: str
    rank: Mapping[int, Any]
    kept: tuple[int, ...]
    stray: tuple[int, ...]


_SECTION = "### {}\n\n[paper]({})\n\n```bibtex\n@misc{{a,\n}}\n```"
_NESTED = "1. [{}]({})\n   Text.\n\n   - nested\n"
_NAMES = (
    *("Ada", "Bar", "Car", "Dot", "Eve", "Fog", "Gap", "Hat", "Ink", "Jam", "Kit", "Lid"),
    *("Mop", "Net", "Oak", "Pen", "Que", "Rug", "Sun", "Tap", "Urn", "Van", "Wax", "Yam"),
)
"""Titles of the examples, in order."""


def _items(*names: str, form: str = "- [{}]({})\n", between: str = "") -> str:
    """A list with these titles."""
    pages = ("https://a.dev/" + "".join(filter(str.isalnum, name.lower())) for name in names)
    return between.join(form.format(name, page) for name, page in zip(names, pages, strict=True))


def _dated(*days: int | str) -> str:
    """A list of tools with days as their dates; marks are set by a string."""
    found = ((str(day), str(day).strip("⟦⟧")) for day in days)
    return "".join(f"- [{shown}](https://a.dev/{day}), 2021-01-{day}\n" for shown, day in found)


class UnsortedEntries(Rule[Document]):
    """An entry stands out of the order that its list is in.

    In a sorted list readers look for an entry where it belongs, and whoever adds one checks there whether it is
    already listed.

    A list, a table, or the sections of one parent are sorted if they have 10 entries or more of which 90 % are in
    alphabetical order, or in the order of their dates, either way. Only what is out of place under every usual
    collation is reported: capitals, articles, accents, punctuation, spaces, digits, and a word with which
    several titles begin may count or not, and emoji never do.

    Left alone are titles that are role words ("pdf"), those whose script has no such order (Han, kana, Arabic),
    those that something else stands before, a title next to the same with words added, entries pinned to the
    top, "Other" or "More" at the end, and a list that is sorted by initials or by something else throughout.
    With `sort` set, every list must be in that order.

    The fix moves entries with all that is nested in them. There is none where that could change more than the
    order: items that are not alike or have plain items between them, numbers, uneven blank lines,
    suppressions that reach further, headings that the table of contents lists.
    """

    class Options(api.Options, frozen=True, kw_only=True):
        """What can be set."""

        sort: Annotated[
            Literal["alpha", "date", "date-descending"] | None,
            msgspec.Meta(description="The order that every list must have; by default the one it mostly has."),
        ] = None
        minimum: Annotated[int, msgspec.Meta(description="Number of entries that make an order.", ge=2)] = MINIMUM
        share: Annotated[float, msgspec.Meta(description="Share of them that must be in order.", gt=0.5, le=1)] = SHARE

    code, name = "STR011", "unsorted-entries"
    severity = Severity.INFO
    fix = Applicability.UNSAFE
    pins = {_ORDER_OF: "sort"}
    valid = (
        _items(*_NAMES),
        _items(*_NAMES[:7], "Zoo", "Abc"),
        _items("Zeta", *_NAMES),
        _items(*_NAMES, "Other tools"),
        # Capitals, articles, punctuation, emoji, accents, spaces, numbers, a common first word.
        _items("Ada", "anna", "The Apple", "Bar", "🚀 Echo", "Élan", ".flag", "go-lang", "Golang", "Item 9", "Item 10"),
        _items("Ada", "Bar", "C", "C++", "C#", "Car", "Do it", "Doing", "Éa", "Ez", "file10", "file9", "Zoo"),
        _items("1Box", *_NAMES, "3D"),
        _items(*_NAMES, "Zoo Park", "Zoo"),
        _items(*_NAMES[:5], "my fun", "my gun", "my hut", *_NAMES[8:]),
        # Two scripts in one title.
        _items("Ada", "Bar", "C مقدمة", "C and more", "Dot 手册", "Dot book", "Eve", "Fog", "Gap", "Hat", "Ink", "Jam"),
        # Sorted by initials, in another script, by what stands before, by date, role words.
        _items(
            "Ax",
            "Ab",
            "Bx",
            "Ba",
            "Cx",
            "Ca",
            *(f"{letter}x" for letter in "DEFGHIJKLMNOPQRSTUVWXYZ"),
            "Zy",
            "Zz",
            "zz",
        ),
        _items("天", *_NAMES[:5], "地", *_NAMES[5:], "玄"),
        "".join(f"- {number}: [{name}](https://a.dev)\n" for number, name in enumerate((*_NAMES[:9], "Ada"), 10)),
        "".join(
            f"- [{name}](https://a.dev), 2021-01-{number}\n"
            for number, name in enumerate((*_NAMES[:10], "Zoo", "Ada"), 10)
        ),
        _items(*_NAMES[:3], "pdf", *_NAMES[3:]),
        _items("Ada", "Zoo", "Bar"),
        Good(_items("Bar", "Ada"), {"sort": "date"}),
        Good(_items("ada", "Bar", "The Box", "Car"), {"sort": "alpha"}),
    )
    invalid = (
        Bad(_items(*_NAMES[:5], "⟦Zoo⟧", *_NAMES[5:]), _items(*_NAMES, "Zoo")),
        Bad(_items(*_NAMES[2:], "⟦Bar⟧", "⟦Ada⟧").rstrip("\n"), _items(*_NAMES).rstrip("\n")),
        Bad(_items(*_NAMES, "⟦Box⟧", "Other"), _items(*_NAMES[:2], "Box", *_NAMES[2:], "Other")),
        # What is nested goes with it; loose lists, table rows, sections with their BibTeX.
        Bad(
            _items(*_NAMES, "⟦Box⟧", "⟦Sea⟧", form=_NESTED, between="\n"),
            _items(*_NAMES[:2], "Box", *_NAMES[2:18], "Sea", *_NAMES[18:], form=_NESTED, between="\n"),
        ),
        Bad(
            "| Tool | Use |\n|---|---|\n" + _items(*_NAMES, "⟦Box⟧", form="| [{}]({}) | Text |\n"),
            "| Tool | Use |\n|---|---|\n" + _items(*_NAMES[:2], "Box", *_NAMES[2:], form="| [{}]({}) | Text |\n"),
        ),
        Bad(
            "# A\n\n" + _items(*_NAMES, "⟦Box⟧", form=_SECTION, between="\n\n") + "\n\n# B\n",
            "# A\n\n" + _items(*_NAMES[:2], "Box", *_NAMES[2:], form=_SECTION, between="\n\n") + "\n\n# B\n",
        ),
        # By date.
        Bad(_dated(*range(10, 22), "⟦13⟧"), _dated(10, 11, 12, 13, 13, *range(14, 22))),
        Bad(_dated(21, 20, *range(18, 8, -1), "⟦19⟧"), _dated(*range(21, 8, -1))),
        # No fix: numbers, uneven blank lines, plain items, suppressions.
        Bad("".join(f"{number}. [{name}](https://a.dev)\n" for number, name in enumerate((*_NAMES, "⟦Box⟧"), 1))),
        Bad(_items(*_NAMES, "⟦Box⟧").replace("- [Eve]", "\n- [Eve]")),
        Bad(_items(*_NAMES, "⟦Box⟧").replace("- [Eve]", "- Good ones:\n- [Eve]")),
        Bad(_items(*_NAMES, "⟦Box⟧").replace("- [Eve]", "  <!-- listlint-disable-next-line URL001 -->\n- [Eve]")),
        # What the configuration wants.
        Bad(_items("⟦Box⟧", "Ada", "Bar"), _items("Ada", "Bar", "Box"), {"sort": "alpha"}),
        Bad(_dated("⟦12⟧", "⟦11⟧", 10), _dated(10, 11, 12), {"sort": "date"}),
        Bad(_dated("⟦12⟧", 13), _dated(13, 12), {"sort": "date-descending"}),
    )

    def traits(self, document: Document, ctx: Context) -> Iterator[ReferenceTrait]:
        """Yield the order of each list that is long enough to have one."""
        for listed in _lists(document, self.options.minimum):
            name = "alpha" if _is_sorted(listed) else self._learned(listed, ctx)[0]
            yield ReferenceTrait(_ORDER_OF, listed.entries[0].head, name, _SHOWN[name])

    def threshold(self, name: str) -> Threshold:
        """One list is enough: it has the number of entries that make an order."""
        return Threshold(1, self.options.share)

    def pin(self, trait: Trait | ReferenceTrait) -> str | None:
        """The order, if there is one."""
        return str(trait.value) if trait.value != "none" else None

    def check(self, node: Document, ctx: Context) -> Iterator[Finding]:
        """Yield a finding on each entry that is out of place."""
        least = 2 if self.options.sort else self.options.minimum
        for listed in _lists(node, least):
            if self.options.sort in (None, "alpha") and _is_sorted(listed):
                continue
            order = self._order(listed, ctx)
            if order is None or not order.stray:
                continue
            fixes = _moves(node, listed, order)
            for index in order.stray:
                yield _finding(listed, order, index, fixes.get(index))

    def _order(self, listed: _Listed, ctx: Context) -> _Order | None:
        wanted = self.options.sort
        if wanted == "alpha":
            return _alphabetical(listed, 2, 0, strict=True)
        if wanted is not None:
            return _by_date(listed, ctx, 2, 0, newest_first=wanted == "date-descending")
        return self._learned(listed, ctx)[1]

    def _learned(self, listed: _Listed, ctx: Context) -> tuple[str, _Order | None]:
        """The order that a list mostly is in, as the option has it, with what is out of place; "none" if in none."""
        minimum, share = self.options.minimum, self.options.share
        found = _alphabetical(listed, minimum, share)
        if found is not None and not found.stray:
            return "alpha", None
        for newest_first in (False, True):
            dated = _by_date(listed, ctx, minimum, share, newest_first=newest_first)
            if dated is not None and (found is None or not dated.stray):
                return "date-descending" if newest_first else "date", dated
        return "none" if found is None else "alpha", found


# -- what is in order -------------------------------------------------------------------------------


def _lists(document: Document, least: int) -> Iterator[_Listed]:
    """The lists, tables and rows of sections with enough entries."""
    lists: dict[int, list[Item]] = {}
    for item in document.items:
        if not item.toc:
            lists.setdefault(item.list_id, []).append(item)
    for items in lists.values():
        found = [item for item in items if item.entry is not None]
        if len(found) >= least:
            heads = tuple(item.text for item in found)
            entries = tuple(item.entry for item in found if item.entry is not None)
            yield _Listed(entries, heads, partial(reorder.item_units, document, items))
    yield from _tables(document, least)
    yield from _sections(document, least)


def _tables(document: Document, least: int) -> Iterator[_Listed]:
    if not document.tables:
        return
    rows = {entry.head.start: entry for entry in document.entries if entry.kind is EntryKind.TABLE_ROW}
    for table in document.tables:
        found = [rows[row.span.start] for row in table.rows if row.span.start in rows]
        if len(found) >= least:
            whole = len(found) == len(table.rows)
            heads = tuple(entry.name for entry in found)
            units = partial(reorder.row_units, document, table) if whole else _none
            yield _Listed(tuple(found), heads, units)


def _sections(document: Document, least: int) -> Iterator[_Listed]:
    kinds = {entry.span.start: entry for entry in document.entries if entry.kind is EntryKind.HEADING}
    if len(kinds) < least:
        return
    for parent in document.sections:
        sections = document.subsections_of(parent)
        found = [kinds[section.span.start] for section in sections if section.span.start in kinds]
        if len(found) >= least:
            whole = len(found) == len(sections) and len({section.level for section in sections}) == 1
            heads = tuple(entry.name for entry in found)
            units = partial(reorder.section_units, document, sections) if whole else _none
            yield _Listed(tuple(found), heads, units)


def _none() -> None:
    return None


def _is_sorted(listed: _Listed) -> bool:
    """Tell whether the titles are in order as they stand: most lists are, and need no closer look."""
    titles = [entry.title.text.casefold() if entry.title is not None else "" for entry in listed.entries]
    return titles[0] < titles[-1] and titles == sorted(titles)


def _titles(listed: _Listed) -> dict[int, str]:
    """The titles that can be compared, by index: those that begin their entry, of the script that most have."""
    found: dict[int, str] = {}
    scripts: dict[int, str] = {}
    for index, (entry, head) in enumerate(zip(listed.entries, listed.heads, strict=True)):
        title = entry.title.text if entry.title is not None else ""
        script = script_of(title)
        if script is None or not _begins(head, title):
            continue
        found[index], scripts[index] = in_one_script(title), script
    if len(set(scripts.values())) > 1:
        counts = Counter(script for script in scripts.values() if script != _DIGIT)
        usual = counts.most_common(1)[0][0]
        found = {index: title for index, title in found.items() if scripts[index] in (usual, _DIGIT)}
    return found


def _begins(head: str, title: str) -> bool:
    """Tell whether no word stands before the title."""
    at = head.find(title[:_COMPARED].strip())
    return at == 0 or (0 < at < _COMPARED and not any(map(str.isalnum, head[:at])))


def _alphabetical(listed: _Listed, minimum: int, share: float, *, strict: bool = False) -> _Order | None:
    """The order by title, if the entries are mostly in it; where it is ``strict``, they should be."""
    titles = _titles(listed)
    if len(titles) < minimum:
        return None
    places, texts = list(titles), list(titles.values())
    first = [key(text, LEADING[0]) for text in texts]
    descents = sum(a > b for a, b in pairwise(first))
    if not descents:
        return _Order("alphabetical order", {}, (), ())
    if descents > _DESCENTS * len(first) and not strict:
        return None
    ranks = (first if collation is LEADING[0] else [key(text, collation) for text in texts] for collation in LEADING)
    for rank in ranks:
        kept = longest_run(rank)
        if len(kept) >= share * len(texts):
            break
    else:
        return None
    stray = _stray(texts, kept)
    if not strict:
        stray = [] if _is_by_initial(texts, kept, stray) else stray
        stray = [at for at in stray if at > kept[0] and not (at > kept[-1] and _LAST.match(texts[at]))]
    return _Order(
        "alphabetical order",
        dict(zip(places, rank, strict=True)),
        tuple(places[at] for at in kept),
        tuple(places[at] for at in stray),
    )


def _near(kept: Sequence[int], at: int) -> tuple[int | None, int | None]:
    """The neighbours among ``kept`` of an index that is not one of them."""
    place = bisect_right(kept, at)
    return kept[place - 1] if place else None, kept[place] if place < len(kept) else None


def _stray(texts: Sequence[str], kept: Sequence[int]) -> list[int]:
    """Those that no collation places between their neighbours of ``kept``."""
    common = {word for word, count in Counter(map(_first_word, texts)).items() if word and count >= _PREFIX}
    found: list[int] = []
    for at in sorted(set(range(len(texts))).difference(kept)):
        if role_of(texts[at]) is not None:
            continue
        low, high = (
            texts[index] if index is not None and not _begin_alike(texts[index], texts[at]) else None
            for index in _near(kept, at)
        )
        near = [low, texts[at], high]
        names = [text and _SUBTITLE.split(text, 1)[0] for text in near]
        short = [text and (text[len(_first_word(text)) :] if _first_word(text) in common else text) for text in near]
        if not any(_between(*form) for form in dict.fromkeys(map(tuple, (near, names, short)))):
            found.append(at)
    return found


def _begin_alike(one: str, other: str) -> bool:
    """Tell whether one title is the other with words added: some put the longer one first."""
    short, long = sorted((_NO_WORD.sub(" ", text.casefold()).strip() + " " for text in (one, other)), key=len)
    return long.startswith(short)


def _first_word(text: str) -> str:
    """The first word of a title of several, with what separates it from the second."""
    match = _FIRST.match(text)
    return match[0] if match else ""


def _between(low: str | None, text: str | None, high: str | None) -> bool:
    """Tell whether some collation has ``text`` between the two others."""
    assert text is not None
    for collation in usual_collations([one for one in (low, text, high) if one is not None]):
        own = key(text, collation)
        if (low is None or key(low, collation) <= own) and (high is None or own <= key(high, collation)):
            return True
    return False


def _is_by_initial(texts: Sequence[str], kept: Sequence[int], stray: Sequence[int]) -> bool:
    """Tell whether several are out of place, and none as far as its initial goes, of which there are many."""

    def initial(at: int | None) -> str:
        return str(key(texts[at], LEADING[0])[0][2])[:1] if at is not None else ""

    for at in stray:
        low, high = _near(kept, at)
        if initial(at) < initial(low) or (high is not None and initial(at) > initial(high)):
            return False
    return len(stray) >= _BY_INITIAL and len({text[:1].casefold() for text in texts}) * _BY_INITIAL >= len(texts)


def _by_date(listed: _Listed, ctx: Context, minimum: int, share: float, *, newest_first: bool) -> _Order | None:
    """The order by date, if the entries are mostly in it; dates of the commonest precision are compared."""
    known = ctx.memo(date_fields)
    found = {index: known[id(entry)].date for index, entry in enumerate(listed.entries) if id(entry) in known}
    if len(found) < minimum:
        return None
    usual = Counter(date.precision for date in found.values()).most_common(1)[0][0]
    days = {index: date.first() for index, date in found.items() if date.precision is usual}
    rank = {index: -day.toordinal() if newest_first else day.toordinal() for index, day in days.items() if day}
    if len(rank) < minimum or (share and len(set(rank.values())) < _DISTINCT):
        return None
    places = list(rank)
    kept = longest_run(list(rank.values()))
    if len(kept) < share * len(rank):
        return None
    stray = [places[at] for at in range(len(places)) if at not in set(kept) and (at > kept[0] or not share)]
    name = "the order of their dates, newest first" if newest_first else "the order of their dates"
    return _Order(name, rank, tuple(places[at] for at in kept), tuple(stray))


# -- what is not --------------------------------------------------------------------------------------


def _finding(listed: _Listed, order: _Order, index: int, fix: Fix | None) -> Finding:
    entry = listed.entries[index]
    low, high = _near(order.kept, index)
    after = low is not None and order.rank[low] > order.rank[index]
    near = low if after or high is None else high
    assert near is not None
    other = listed.entries[near]
    share = f"{len(order.kept)} of {len(order.rank)} entries are in {order.name}"
    names = f'"{shorten(entry.name)}" stands {"after" if after else "before"} "{shorten(other.name)}"'
    span = entry.title.span if entry.title is not None else entry.head
    place = other.title.span if other.title is not None else other.head
    return Finding(span, f"{names}; {share}", fix, (Related(place, "its neighbour in order"),), entry)


def _moves(document: Document, listed: _Listed, order: _Order) -> dict[int, Fix]:
    """The fix for each entry that is out of place; none where they cannot be moved safely."""
    units = listed.units()
    if units is None:
        return {}
    kept = [(order.rank[index], index) for index in order.kept]
    stray = set(order.stray)
    end = next((index for index in range(kept[-1][1] + 1, len(units)) if index not in stray), len(units))
    before: dict[int, int] = {}
    for rank, index in sorted((order.rank[index], index) for index in order.stray):
        place = bisect_right(kept, (rank, index))
        before[index] = kept[place][1] if place < len(kept) else end
    edits = reorder.move(document, units, before)
    together = Counter(edits.values())
    return {index: Fix(_title(together[own]), own, Applicability.UNSAFE, May.MOVE) for index, own in edits.items()}


def _title(count: int) -> str:
    return "move it to its place" if count == 1 else f"move {count} entries to their places"
