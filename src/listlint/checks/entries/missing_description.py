"""ENT003: an entry has no description, where its neighbours have one."""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING, Annotated

import msgspec
from msgspec import Struct

from listlint.checks import api
from listlint.checks.api import Bad, Finding, Good, Rule, Severity, Trait
from listlint.checks.comments import without_comments
from listlint.checks.convention import MINIMUM, SHARE, deviants
from listlint.checks.prose import have_sentences, is_sentence
from listlint.model.nodes import BlockKind, Document, EntryKind, LinkKind, Role
from listlint.model.patterns import lazy

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Sequence

    from listlint.checks.api import Context
    from listlint.model.nodes import Entry, Item
    from listlint.model.span import Span

_JUDGED = frozenset({EntryKind.BULLET, EntryKind.NUMBERED, EntryKind.NESTED, EntryKind.TABLE_ROW})
_LETTER = lazy(r"[^\W_]")
_MOST = 3
"""Described entries that a section needs for each without description, whatever the rest of the list does."""
_URLS = frozenset({LinkKind.BARE, LinkKind.AUTO})
_LABEL = lazy(r"\s*+(?:\*\*|__)[^*_\n]++(?:\*\*|__)[ \t]*+[:：]?\s*+")
_BYLINE = lazy(r"by\s(?:[^:;–—\s]++|\s++(?![-–—]\s))++")
"""Authors and what they are, with nothing behind a mark."""
_LINK = lazy(r"\[[^\[\]\n]*+\]\([^()\s]*+\)|https?://\S++")
_GAP = lazy(r"[\W_]++")
_SEEN = 400
"""Characters of a paragraph that are looked at."""


def _items(text: str = " - A tool for all of us.", lead: str = "", count: int = 10) -> str:
    """Items with this behind their link, ten if nothing else is said."""
    return "".join(f"{lead}- [A{number}](https://a.dev/{number}){text}\n" for number in range(count))


class MissingDescription(Rule[Document]):
    """An entry says nothing about what it names, where nearly all of its neighbours do.

    A name alone does not tell a reader whether the link is worth following, and the other entries made
    them expect more.

    Authors, a venue, a date, or what is nested below an entry count as a description. Entries that hold
    other entries are not judged, nor are those that do not begin with their link, tables without a column for it,
    and lists that give names or years only. Three quarters of the entries in the same section have to
    have one, whatever the rest of the list does, and more of them a description than only `by` its authors.

    Left alone are a list below a bold label most of whose entries have none; an entry nested in the one that its
    own title names (`Foo Manual` below `Foo`); and what stands below an item without a link where a
    paragraph under the heading describes it, or where most entries at that place of the neighbouring sections have none.
    """

    class Options(api.Options, frozen=True, kw_only=True):
        """What can be set."""

        required: Annotated[
            bool | None, msgspec.Meta(description="Whether entries need a description; by default as in the list.")
        ] = None
        minimum: Annotated[int, msgspec.Meta(description="Number of entries that make a habit.", ge=1)] = MINIMUM
        share: Annotated[float, msgspec.Meta(description="Share of them that must agree.", gt=0.5, le=1)] = SHARE

    code, name = "ENT003", "missing-description"
    severity = Severity.INFO
    pins = {"description": "required"}
    valid = (
        _items() + "- [B](https://b.dev): text\n- [C](https://c.dev) text\n- [D](https://d.dev)\n  text\n",
        _items()
        + "- [B](https://b.dev)\n  - Text.\n- [C](https://c.dev)\n\n  Text.\n- [D](https://d.dev)\n  - [E](https://e.dev) - F.\n",
        _items() + "- **B**, *A. B.*, 2020 [[pdf](https://b.dev)]\n",
        _items() + "\n## Talks\n\n- [B](https://b.dev) (15:21)\n- [C](https://c.dev)\n- [D](https://d.dev) (59:30)\n",
        _items() + "\n## Other\n\n- [B](https://b.dev)\n- [C](https://c.dev)\n",
        "".join(f"- [A](https://a.dev/{n}){text}\n" for n in range(8) for text in ("", " - Text.")),
        _items(" - Ada Bell, 2020") + "- [B](https://b.dev)\n",
        _items() + "- This is the best tool there is: [B](https://b.dev)\n",
        _items() + "- [Docs](https://b.dev) - Text.\n- https://c.dev\n",
        _items("") + "- [B](https://b.dev) - Text.\n",
        # a collection of its own below a label
        _items() + "\n**Cards**\n\n- [B](https://b.dev)\n- [C](https://c.dev) (long)\n- [D](https://d.dev)\n",
        # a part of what it is nested in
        "- [Kite](https://k.dev) - A tool.\n  - [Kite Manual](https://k.dev/m)\n" + _items(lead="  "),
        # the paragraph describes the work
        "The book that everybody reads.\n\n- Shops\n  - [Kite](https://k.dev)\n" + _items(lead="  "),
        # the same place of the neighbouring sections has names only
        _items()
        + "".join(f"\n## Book {n}\n\n- Shops\n  - [Book {n}](https://b.dev/{n})\n" for n in range(2))
        + "\n## Book 3\n\n- Shops\n  - [Book 3](https://b.dev/3)\n"
        + _items(lead="  ", count=3),
        # the neighbours name authors only, which not every entry has
        _items() + "\n## B\n\n- [B](https://b.dev)\n" + _items(" by Ada Bell et al.", count=4) + _items(count=3),
        "| A | B |\n| - | - |\n"
        + "".join(f"| [A](https://a.dev/{n}) | |\n" for n in range(10))
        + "| [B](https://b.dev) | b |\n",
        Good(_items() + "- [B](https://b.dev)\n", {"required": False}),
    )
    invalid = (
        Bad(_items() + "- ⟦[B](https://b.dev)⟧\n- [C](https://c.dev) - Text.\n"),
        Bad(_items() + "- ⟦[B](https://b.dev)⟧ <!-- This is what nobody but us can read. -->\n"),
        Bad(_items() + "- ⟦[B](https://b.dev)⟧ ![x](x.png) `MIT`\n- ⟦[C](https://c.dev)⟧ -\n", options={"share": 0.8}),
        Bad(
            "| Name | Description |\n| - | - |\n"
            + "".join(f"| [A](https://a.dev/{n}) | a tool for all |\n" for n in range(10))
            + "| ⟦[B](https://b.dev)⟧ | |\n"
        ),
        Bad("- ⟦[A](https://a.dev)⟧\n- [B](https://b.dev) - Text.\n", options={"required": True}),
        Bad(_items() + "\n**Cards**\n\n- ⟦[B](https://b.dev)⟧\n" + _items(count=3)),
        Bad("- [Kite](https://k.dev) - A tool.\n  - ⟦[A Manual](https://k.dev/m)⟧\n" + _items(lead="  ")),
        Bad("See also [the index](https://k.dev/i).\n\n- Shops\n  - ⟦[Kite](https://k.dev)⟧\n" + _items(lead="  ")),
    )

    def traits(self, document: Document, ctx: Context) -> Iterator[Trait]:
        """Yield for each entry whether it has a description."""
        for name, entry, has in _bearers(document):
            yield Trait(name, entry, _place(entry), has, "one" if has else "none")

    def check(self, node: Document, ctx: Context) -> Iterator[Finding]:
        """Yield a finding on the link of each entry without description."""
        by_name: dict[str, list[tuple[Entry, bool]]] = {}
        for name, entry, has in _bearers(node):
            by_name.setdefault(name, []).append((entry, has))
        for values in by_name.values():
            if self.options.required is False or all(has for _, has in values):
                continue
            if self.options.required:
                for entry, has in values:
                    if not has:
                        yield Finding(_place(entry), "an entry without description", entry=entry)
            elif have_sentences(entry for entry, has in values if has):
                yield from self._deviating(node, values)

    def _deviating(self, document: Document, values: Sequence[tuple[Entry, bool]]) -> Iterator[Finding]:
        neighbours = _Neighbours(document, values)
        for entry, _, own in deviants(values, self.options.minimum, self.options.share):
            if own.value and neighbours.expect(entry):
                message = f"{own.share()} entries have a description; this one has none"
                yield Finding(_place(entry), message, entry=entry)


class _Lead(Struct, frozen=True):
    """What stands before a list: a bold label right before it, and since the heading a paragraph that says something."""

    label: bool
    prose: bool


class _Neighbours:
    """What stands around an entry, and whether that makes readers expect a description of it."""

    def __init__(self, document: Document, values: Sequence[tuple[Entry, bool]]) -> None:
        self.document = document
        self.values = values
        self._told: dict[int, bool] = {}

    def expect(self, entry: Entry) -> bool:
        """Tell whether an entry without description is one that its neighbours show to lack it."""
        section = entry.section.index
        if section not in self._told:
            self._told[section] = self._tells(section)
        if not self._told[section]:
            return False
        item = self._items.get(id(entry))
        return item is None or not (self._is_apart(item) or self._is_part(entry, item))

    def _is_apart(self, item: Item) -> bool:
        """Tell whether an item stands in a list with a label of its own, most of whose entries have no description."""
        root = self._root(item)
        return self._leads[root].label and self._lists[root, False] > self._lists[root, True]

    def _is_part(self, entry: Entry, item: Item) -> bool:
        """Tell whether what an entry stands below says enough of it."""
        if item.parent is None:
            return False
        above = self.document.items[item.parent]
        if above.entry is not None:
            return _names(entry, above.entry)
        if self._leads[self._root(item)].prose:
            return True
        slot, section = _slot(entry, above), entry.section.index
        lacking, having = (self._slots[slot, has] - self._slots[slot, section, has] for has in (False, True))
        return lacking > having

    def _tells(self, section: int) -> bool:
        """Tell whether enough entries of a section say something, not counting those that only name authors."""
        values = self._sections[section]
        lacking = sum(not has for _, has in values)
        bylines = sum(has and _is_byline(entry) for entry, has in values)
        return sum(has and _says(entry) for entry, has in values) >= max(_MOST * lacking, bylines)

    @cached_property
    def _sections(self) -> dict[int, list[tuple[Entry, bool]]]:
        """The values by section."""
        found: dict[int, list[tuple[Entry, bool]]] = {}
        for entry, has in self.values:
            found.setdefault(entry.section.index, []).append((entry, has))
        return found

    @cached_property
    def _items(self) -> dict[int, Item]:
        return {id(item.entry): item for item in self.document.items if item.entry is not None}

    @cached_property
    def _lists(self) -> Counter[tuple[int, bool]]:
        """How many entries say something, and how many have no description, by the outermost list that they are in."""
        found: Counter[tuple[int, bool]] = Counter()
        for entry, has in self.values:
            item = self._items.get(id(entry))
            if item is not None and (not has or _says(entry)):
                found[self._root(item), has] += 1
        return found

    @cached_property
    def _slots(self) -> Counter[Hashable]:
        """How many entries below a plain item have a description, and have none: everywhere, and by section."""
        found: Counter[Hashable] = Counter()
        for entry, has in self.values:
            item = self._items.get(id(entry))
            if item is not None and item.parent is not None:
                slot = _slot(entry, self.document.items[item.parent])
                found.update(((slot, has), (slot, entry.section.index, has)))
        return found

    @cached_property
    def _leads(self) -> dict[int, _Lead]:
        """What stands before each outermost list."""
        found: dict[int, _Lead] = {}
        before, prose = None, False
        for block in self.document.blocks:
            if block.item is not None:
                root = self._root(self.document.items[block.item])
                if root not in found:
                    label = before is not None and _LABEL.fullmatch(self.document.slice(before.span)) is not None
                    found[root] = _Lead(label, prose)
            elif block.kind is BlockKind.HEADING:
                prose = False
            elif block.kind is BlockKind.PARAGRAPH and not prose:
                prose = is_sentence(_LINK.sub("", self.document.text[block.span.start : block.span.end][:_SEEN]))
            before = block
        return found

    def _root(self, item: Item) -> int:
        """The outermost list that holds an item."""
        while item.parent is not None:
            item = self.document.items[item.parent]
        return item.list_id


def _slot(entry: Entry, above: Item) -> Hashable:
    """The place of an entry below an item, which is the same in sections of one kind."""
    return entry.section.parent, " ".join(above.text.casefold().split())


def _says(entry: Entry) -> bool:
    """Tell whether what an entry has says something, where it is a description at all."""
    said = entry.description.text if entry.description is not None else ""
    return not said or (is_sentence(said) and not _is_byline(entry))


def _is_byline(entry: Entry) -> bool:
    return entry.description is not None and _BYLINE.fullmatch(entry.description.text) is not None


def _names(entry: Entry, above: Entry) -> bool:
    """Tell whether the title of an entry holds that of the one that it is nested in."""
    inner, outer = (_GAP.sub(" ", one.name.casefold()).strip() for one in (entry, above))
    return bool(outer) and f" {outer} " in f" {inner} "


def _bearers(document: Document) -> Iterator[tuple[str, Entry, bool]]:
    """Each entry that is judged, the name of its trait, and whether it has a description."""
    tables = {entry.columns for entry in document.entries if entry.cells and entry.description is not None}
    for entry in document.entries:
        if entry.kind not in _JUDGED or (entry.cells and entry.columns not in tables):
            continue
        if entry.primary is None or entry.primary.role is not Role.TITLE or entry.primary.kind in _URLS:
            continue
        has = _is_described(entry, document)
        if has or not (entry.children or _LETTER.search(document.text, entry.head.start, entry.primary.span.start)):
            yield "description of nested entries" if entry.depth else "description", entry, has


def _is_described(entry: Entry, document: Document) -> bool:
    if entry.description is not None and _LETTER.search(entry.description.text):
        return True
    if entry.annotations or entry.authors or entry.venue or entry.date or entry.bib:
        return True
    return is_sentence(without_comments(_beside(entry, document)))


def _beside(entry: Entry, document: Document) -> str:
    """What stands in the head of an entry beside its links."""
    parts: list[str] = []
    at = entry.head.start
    for link in entry.links:
        if at <= link.span.start < entry.head.end and link.kind not in _URLS:
            parts.append(document.text[at : link.span.start])
            at = link.span.end
    return " ".join([*parts, document.text[at : entry.head.end] if at < entry.head.end else ""])


def _place(entry: Entry) -> Span:
    if entry.primary is not None and (entry.title is None or entry.primary.text_span == entry.title.span):
        return entry.primary.span
    return entry.title.span if entry.title is not None else entry.head
