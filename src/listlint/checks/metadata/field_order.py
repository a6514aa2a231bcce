"""MET006: the fields of an entry stand in another order than in the list's other entries."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations, pairwise
from operator import itemgetter
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
from msgspec import Struct

from listlint.checks import api
from listlint.checks.api import (
    Applicability,
    Bad,
    Edit,
    Finding,
    Fix,
    Good,
    May,
    Rule,
    Setting,
    Severity,
    Span,
    Threshold,
    Trait,
)
from listlint.checks.convention import MINIMUM, SHARE, convention, deviants, followers, usual_order
from listlint.model.nodes import Document, EntryKind, LinkKind, Role
from listlint.model.patterns import lazy

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from listlint.checks.api import Context, ReferenceTrait
    from listlint.model.nodes import Entry, Link

_LABELS = frozenset(
    {
        Role.PAPER, Role.PDF, Role.CODE, Role.PROJECT, Role.SLIDES, Role.VIDEO, Role.BLOG, Role.DATA, Role.DEMO,
        Role.DOCS, Role.SUPPLEMENT, Role.REVIEW, Role.CITATION, Role.BOOK,
    }
)  # fmt: skip
"""Roles of links that are fields of their own."""
_Field = Literal[
    "title", "authors", "venue", "date", "tags", "paper", "pdf", "code", "project", "slides", "video", "blog", "data",
    "demo", "docs", "supplement", "review", "citation", "book",
]  # fmt: skip
"""What the option may name; the links by their roles."""
_WHOLE = "order of fields"
"""The trait of all fields of an entry."""
_TITLE, _MENTION = Role.TITLE, Role.MENTION
"""Roles of most links, which are told apart without hashing."""
_NO_WORDS = lazy(r"[^\w`]*+\Z")
_PLAIN_GAP = lazy(r"[ \t]*+[,;.:|/·-]?[ \t]*+\Z")
_OPEN = frozenset("*_([`<\"“‘'")
_PAIRS = {"[": "]", "(": ")"}
_MARKUP = lazy(r"[*_`\[\]()<>|\n]")
_SHOWN = {"title": "the title", "authors": "the authors", "venue": "the venue", "date": "the date", "tags": "the tags"}


def _items(form: str, count: int = 10) -> str:
    """Items with this behind their titles; ``N`` in it stands for a digit."""
    return "".join(f"- [A paper on {n}](https://a.dev/{n}){form.replace('N', str(n))}\n" for n in range(count))


_LINKS = " [[pdf](https://a.dev/p)] [[code](https://a.dev/c)]"


class FieldOrder(Rule[Document]):
    """The fields of an entry stand in another order than in the list's other entries.

    A reader who looks for the year looks where it stood in the line above. Compared are, two by two, title,
    authors, venue, date, links by what they are for, and tags, where ten entries have both and nine of ten in one
    order; an entry is reported for two fields side by side that should change places.

    Table rows are left alone, and so are fields with other words between them, a venue with its year, and whatever
    stands within a link. The title is compared within its section only. There is a fix where the two fields are
    plain text, or links in brackets of one kind; the rest has punctuation that goes with the one or the other.

    An order in the configuration replaces the list's own; it is that of the fields which it names.
    """

    class Options(api.Options, frozen=True, kw_only=True):
        """What can be set."""

        order: Annotated[
            tuple[_Field, ...] | None,
            msgspec.Meta(
                description="The order of fields, such as title, authors, date, pdf; by default the list's own."
            ),
        ] = None
        minimum: Annotated[int, msgspec.Meta(description="Number of entries that make a habit.", ge=2)] = MINIMUM
        share: Annotated[float, msgspec.Meta(description="Share of them that must agree.", gt=0.5, le=1)] = SHARE

    code, name = "MET006", "field-order"
    severity = Severity.INFO
    fix = Applicability.UNSAFE
    pins = {_WHOLE: "order"}
    valid = (
        _items(_LINKS) + "- [B](https://b.dev) [[pdf](https://b.dev/p)]\n",
        _items(_LINKS, 8) + "- [B](https://b.dev) [[code](https://b.dev/c)] [[pdf](https://b.dev/p)]\n",
        _items(_LINKS, 6) + _items(" [[code](https://a.dev/c)] [[pdf](https://a.dev/p)]", 6),
        _items(", A. Lovelace, 202N") + "- [B](https://b.dev), first seen in 2020, a work of C. Babbage\n",
        _items(", A. Lovelace, 202N") + "- [B of 2020](https://b.dev), A. Lovelace\n",
        _items(_LINKS) + "- [B](https://b.dev) [[code](https://b.dev/c)] by others and [[pdf](https://b.dev/p)]\n",
        Good(
            _items(", A. Lovelace, 202N") + "- [B](https://b.dev), 2020, C. Babbage [[code](https://b.dev/c)]\n",
            {"order": ["date", "code"]},
        ),
    )
    invalid = (
        Bad(
            _items(_LINKS) + "- [B](https://b.dev) [[code](https://b.dev/c)] ⟦[[pdf](https://b.dev/p)]⟧\n",
            _items(_LINKS) + "- [B](https://b.dev) [[pdf](https://b.dev/p)] [[code](https://b.dev/c)]\n",
        ),
        Bad(
            _items(", A. Lovelace, 202N") + "- [B](https://b.dev), 2020, ⟦C. Babbage⟧\n",
            _items(", A. Lovelace, 202N") + "- [B](https://b.dev), C. Babbage, 2020\n",
        ),
        Bad(_items(", *A. Lovelace*, 202N") + "- [B](https://b.dev), 2020, *⟦C. Babbage⟧*\n"),
        Bad(_items(", 202N") + "- 2020, ⟦[B](https://b.dev)⟧\n", _items(", 202N") + "- [B](https://b.dev), 2020\n"),
        Bad(
            _items(", 202N. `text`") + "- [B](https://b.dev), `text` ⟦2020⟧\n",
        ),
        Bad(
            "- [B](https://b.dev), 2020, ⟦C. Babbage⟧\n- [C](https://c.dev), A. Lovelace, 2021\n",
            "- [B](https://b.dev), C. Babbage, 2020\n- [C](https://c.dev), A. Lovelace, 2021\n",
            {"order": ["title", "authors", "date"]},
        ),
    )

    def traits(self, document: Document, ctx: Context) -> Iterator[Trait]:
        """Yield the order of all fields of each entry, and of each two that stand in both orders."""
        entries = _with_places(document)
        spans: dict[int, Span] = {}
        for entry, places in entries:
            spans[id(entry)] = Span(places[0][0], -places[-1][1])
            names = tuple([place[2] for place in places])
            yield Trait(_WHOLE, entry, spans[id(entry)], names, ", ".join(names))
        for (one, other), traits in _traits(entries).items():
            for entry, value in traits:
                shown = f"{one}, {other}" if value else f"{other}, {one}"
                yield Trait(f"order of {one} and {other}", entry, spans[id(entry)], value, shown)

    def threshold(self, name: str) -> Threshold | None:
        """Two fields have an order; all of them need not be there."""
        return super().threshold(name) if name != _WHOLE else None

    def settings(self, usual: Mapping[str, Trait | ReferenceTrait], ctx: Context) -> Iterator[Setting]:
        """The order of the fields that have one."""
        entries = _with_places(ctx.document)
        rows = [tuple([place[2] for place in places]) for _, places in entries]
        order = usual_order(rows, self.options.minimum, self.options.share)
        if order is not None:
            entry, places = entries[0]
            trait = Trait(_WHOLE, entry, Span(places[0][0], -places[-1][1]), order, ", ".join(order))
            yield Setting("order", order, trait, counts=followers(order, rows))

    def check(self, node: Document, ctx: Context) -> Iterator[Finding]:
        """Yield a finding for each entry with two neighbouring fields that stand the other way round."""
        entries = _with_places(node)
        wrong: dict[int, dict[tuple[str, str], str]] = defaultdict(dict)
        if self.options.order is not None:
            place = {name: number for number, name in enumerate(self.options.order)}
            for entry, places in entries:
                names = [name for _, _, name, _ in places if name in place]
                for one, other in pairwise(names):
                    if place[one] > place[other]:
                        wrong[id(entry)][min(one, other), max(one, other)] = ""
        elif len(entries) >= self.options.minimum:
            for pair, traits in _traits(entries).items():
                for entry, share in self._deviants(pair, traits):
                    wrong[id(entry)][pair] = share
        for entry, places in entries:
            if id(entry) in wrong:
                yield from _reported(entry, [_part(place, node) for place in places], wrong[id(entry)], node)

    def _deviants(self, pair: tuple[str, str], traits: Sequence[tuple[Entry, bool]]) -> Iterator[tuple[Entry, str]]:
        """The entries that have the two fields the wrong way round, with the share of the others."""
        if "title" not in pair:
            yield from (
                (entry, own.share()) for entry, _, own in deviants(traits, self.options.minimum, self.options.share)
            )
            return
        sections: dict[int, list[tuple[Entry, bool]]] = defaultdict(list)
        for entry, value in traits:
            sections[entry.section.index].append((entry, value))
        for members in sections.values():
            own = convention((value for _, value in members), self.options.minimum, self.options.share)
            if own is not None:
                yield from ((entry, own.share()) for entry, value in members if value != own.value)


class _Part(Struct, frozen=True):
    """A field of an entry; ``whole`` is what would move, brackets included."""

    name: str
    span: Span
    whole: Span
    link: bool = False


_Place = tuple[int, int, str, "Link | bool"]
"""Where a field starts and, less than nothing, where it ends, its name, and the link that it is: True for a title within
one. In this order places sort, longer ones first."""


def _part(place: _Place, document: Document) -> _Part:
    """A field with what would move with it."""
    start, minus_end, name, link = place
    span = whole = Span(start, -minus_end)
    if not isinstance(link, bool) and link.kind is not LinkKind.HTML:
        whole = _framed(span, document.text)
    return _Part(name, span, whole, link is not False)


def _with_places(document: Document) -> list[tuple[Entry, list[_Place]]]:
    """The entries with two fields or more, and where these stand."""
    return [
        (entry, places) for entry in document.entries if _may_have_several(entry) and len(places := _places(entry)) > 1
    ]


def _may_have_several(entry: Entry) -> bool:
    """Tell whether an entry may have two fields that count; cheap."""
    if entry.kind is EntryKind.TABLE_ROW:
        return False
    if entry.date is not None or entry.authors is not None or entry.venue is not None or len(entry.tags) == 1:
        return True
    return any(_is_label(link) for link in entry.links)


def _is_label(link: Link) -> bool:
    role = link.role
    return role is not _TITLE and role is not _MENTION and role in _LABELS


def _places(entry: Entry) -> list[_Place]:
    """The fields of an entry that stand clearly apart, in order."""
    first, last = entry.head
    links = [link for link in entry.links if first <= link.span[0] and link.span[1] <= last]
    found: list[_Place] = []
    title = entry.title.span if entry.title is not None else None
    if title is not None:
        start, end = around = title
        for link in links:
            if link.span[0] <= start and end <= link.span[1]:
                around = link.span
                break
        found.append((around[0], -around[1], "title", around != title))
    for name, field in (("authors", entry.authors), ("venue", entry.venue), ("date", entry.date)):
        if field is not None and first <= field.span[0] and field.span[1] <= last:
            found.append((field.span[0], -field.span[1], name, False))
    if len(entry.tags) == 1:
        start, end = entry.tags[0].span
        found.append((start, -end, "tags", False))
    labels = [link for link in links if _is_label(link)]
    if labels:
        roles = [link.role for link in labels]
        found += [
            (link.span[0], -link.span[1], str(link.role), link)
            for link in labels
            if roles.count(link.role) == 1 and link.span != title and link.image is None
        ]
    found.sort(key=_by_place)
    kept: list[_Place] = []
    end = 0
    for place in found:
        # A year within its venue, a date within a link.
        if place[0] >= end:
            kept.append(place)
            end = -place[1]
    return kept


_by_place = itemgetter(0, 1)


def _framed(span: Span, text: str) -> Span:
    before, after = text[span.start - 1 : span.start], text[span.end : span.end + 1]
    return Span(span.start - 1, span.end + 1) if before in _PAIRS and _PAIRS[before] == after else span


def _traits(entries: Sequence[tuple[Entry, list[_Place]]]) -> dict[tuple[str, str], list[tuple[Entry, bool]]]:
    """For each two fields that stand in both orders, the entries that have both, and whether in alphabetical order."""
    rows = [(entry, tuple([place[2] for place in places])) for entry, places in entries]
    pairs = {pair for names in {names for _, names in rows} for pair in combinations(names, 2)}
    found: dict[tuple[str, str], list[tuple[Entry, bool]]] = defaultdict(list)
    if not any((other, one) in pairs for one, other in pairs):
        return found
    for entry, names in rows:
        for one, other in combinations(names, 2):
            if (other, one) in pairs:
                found[min(one, other), max(one, other)].append((entry, one < other))
    return found


def _reported(
    entry: Entry, fields: Sequence[_Part], wrong: dict[tuple[str, str], str], document: Document
) -> Iterator[Finding]:
    for first, second in pairwise(fields):
        pair = (first.name, second.name) if first.name < second.name else (second.name, first.name)
        gap = document.text[first.whole.end : second.whole.start]
        if pair not in wrong or not _NO_WORDS.match(gap) or "\n" in gap.strip(" "):
            continue
        if "title" in pair and not _NO_WORDS.match(document.text[entry.head.start : first.whole.start]):
            continue
        who = f"{wrong[pair]} entries" if wrong[pair] else "entries should"
        message = f"{who} have {_shown(second)} before {_shown(first)}; this one has it after"
        fix = _swapped(first, second, document)
        yield Finding(second.whole, message, fix, entry=entry, group="MET006:field-order")
        return


def _shown(part: _Part) -> str:
    return _SHOWN.get(part.name, f"the {part.name} link")


def _swapped(first: _Part, second: _Part, document: Document) -> Fix | None:
    """The two fields with their places changed, where nothing around them belongs to one of them."""
    text = document.text
    one, other = document.slice(first.whole), document.slice(second.whole)
    if not _PLAIN_GAP.match(text[first.whole.end : second.whole.start]):
        return None
    if first.link and second.link:
        if (one[:1] == "[" and one[1:2] == "[") is not (other[:1] == "[" and other[1:2] == "["):
            return None
    elif any(not part.link and _MARKUP.search(document.slice(part.whole)) for part in (first, second)):
        return None
    if (
        text[first.whole.start - 1 : first.whole.start] in _OPEN
        or text[second.whole.end : second.whole.end + 1] in _OPEN
    ):
        return None
    edits = (Edit(first.whole, other), Edit(second.whole, one))
    title = f"put {_shown(second)} before {_shown(first)}"
    return Fix(title, edits, Applicability.UNSAFE, May.TEXT | May.URL)
