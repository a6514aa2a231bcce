"""ENT003: an entry has no description, where its neighbours have one."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Annotated

import msgspec

from listlint.checks import api
from listlint.checks.api import Bad, Finding, Good, Rule, Severity, Trait
from listlint.checks.convention import MINIMUM, SHARE, deviants
from listlint.checks.prose import have_sentences, is_sentence
from listlint.model.nodes import Document, EntryKind, LinkKind, Role
from listlint.model.patterns import lazy

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from listlint.checks.api import Context
    from listlint.model.nodes import Entry
    from listlint.model.span import Span

_JUDGED = frozenset({EntryKind.BULLET, EntryKind.NUMBERED, EntryKind.NESTED, EntryKind.TABLE_ROW})
_LETTER = lazy(r"[^\W_]")
_MOST = 3
"""Described entries that a section needs for each without description, whatever the rest of the list does."""
_URLS = frozenset({LinkKind.BARE, LinkKind.AUTO})


def _items(text: str = " - A tool for all of us.") -> str:
    """Ten items with this behind their link."""
    return "".join(f"- [A{number}](https://a.dev/{number}){text}\n" for number in range(10))


class MissingDescription(Rule[Document]):
    """An entry says nothing about what it names, where nearly all of its neighbours do.

    A name alone does not tell a reader whether the link is worth following, and the other entries made
    them expect more.

    Authors, a venue, a date, or what is nested below an entry count as a description. Entries that hold
    other entries are not judged, nor are those that do not begin with their link, tables without a column for it,
    and lists that give names or years only. Three quarters of the entries in the same section have to
    have one, whatever the rest of the list does.
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
        "| A | B |\n| - | - |\n"
        + "".join(f"| [A](https://a.dev/{n}) | |\n" for n in range(10))
        + "| [B](https://b.dev) | b |\n",
        Good(_items() + "- [B](https://b.dev)\n", {"required": False}),
    )
    invalid = (
        Bad(_items() + "- ⟦[B](https://b.dev)⟧\n- [C](https://c.dev) - Text.\n"),
        Bad(_items() + "- ⟦[B](https://b.dev)⟧ ![x](x.png) `MIT`\n- ⟦[C](https://c.dev)⟧ -\n", options={"share": 0.8}),
        Bad(
            "| Name | Description |\n| - | - |\n"
            + "".join(f"| [A](https://a.dev/{n}) | a tool for all |\n" for n in range(10))
            + "| ⟦[B](https://b.dev)⟧ | |\n"
        ),
        Bad("- ⟦[A](https://a.dev)⟧\n- [B](https://b.dev) - Text.\n", options={"required": True}),
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
                yield from self._deviating(values)

    def _deviating(self, values: Sequence[tuple[Entry, bool]]) -> Iterator[Finding]:
        near: Counter[tuple[int, bool]] = Counter()
        for entry, has in values:
            said = entry.description.text if entry.description is not None else ""
            if not has or not said or is_sentence(said):
                near[entry.section.index, has] += 1
        for entry, _, own in deviants(values, self.options.minimum, self.options.share):
            section = entry.section.index
            if own.value and near[section, True] >= _MOST * near[section, False]:
                message = f"{own.share()} entries have a description; this one has none"
                yield Finding(_place(entry), message, entry=entry)


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
    if entry.description is not None and any(char.isalnum() for char in entry.description.text):
        return True
    if entry.annotations or entry.authors or entry.venue or entry.date or entry.bib:
        return True
    return is_sentence(_beside(entry, document))


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
