"""MET005: an entry lacks what nearly all entries of its section have."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Annotated

import msgspec

from listlint.checks import api
from listlint.checks.api import Bad, Finding, Good, Rule, Severity, Trait
from listlint.checks.convention import MINIMUM, SHARE
from listlint.checks.references import is_work, outermost
from listlint.model.nodes import Document, EntryKind, Role
from listlint.model.patterns import lazy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from listlint.checks.api import Context, ReferenceTrait, Span
    from listlint.model.nodes import Entry

_CODE_HOST = lazy(r"github|gitlab|bitbucket|codeberg|huggingface\.co|sourceforge|colab\.research", 2)
_URL = lazy(r"\]\([^()\s]*+(?:\([^()\s]*+\)[^()\s]*+)*+[^()]*+\)|<[^<>]*+>|https?://\S++|\]\[[^\]\n]*+\]")
_DATED = lazy(r"\d{4}|\d\d?[/.-]\d\d|['’]\s?\d\d|[A-Z]-?\d\d\b")
_WORD = lazy(r"[^\W\d_]{2,}")
_COLUMNS = {
    "date": lazy(r"date|year|time|published|日期|年", 2),
    "authors": lazy(r"authors?|by\b|作者", 2),
    "venue": lazy(r"venue|conference|journal|publication|pub\b|where|会议", 2),
    "code": lazy(r"code|implementation|repo|github|代码", 2),
}
_SHOWN = {"date": "a date", "authors": "authors", "venue": "a venue", "code": "a link to code"}


def _items(form: str, count: int = 10) -> str:
    """Items with this behind their titles; ``N`` in it stands for a digit."""
    return "".join(f"- [A paper on {n}](https://a.dev/{n}){form.replace('N', str(n))}\n" for n in range(count))


_Wanted = Annotated[
    bool | None,
    msgspec.Meta(
        description="Whether every entry must have it; by default where the other entries of its section have."
    ),
]


class MissingMetadata(Rule[Document]):
    """An entry has no date, authors, venue or link to code where nine of ten entries of its section have.

    Such entries are mostly those that somebody added in a hurry, and the reader cannot tell whether there is no code
    or nobody has looked. Only the section itself counts, and only where ten entries or more have what is missing.

    What is there in an unusual form is not missing: an entry with any other year, with words behind its title that
    may be names or a venue, with BibTeX, with `-` in the column or with a link to a code host is left alone. A paper
    on arXiv needs no venue, a series neither date nor venue, and an entry that is a repository no other link to its code.

    What the configuration asks for is missed in every entry that is no part of another, whatever its section has.
    """

    class Options(api.Options, frozen=True, kw_only=True):
        """What can be set."""

        fields: Annotated[
            tuple[str, ...],
            msgspec.Meta(description="What is looked for: `date`, `authors`, `venue`, `code`."),
        ] = ("date", "authors", "venue", "code")
        date: _Wanted = None
        authors: _Wanted = None
        venue: _Wanted = None
        code: _Wanted = None
        minimum: Annotated[int, msgspec.Meta(description="Entries of a section that must have it.", ge=2)] = MINIMUM
        share: Annotated[float, msgspec.Meta(description="Their part of the section.", gt=0.5, le=1)] = SHARE

    code, name = "MET005", "missing-metadata"
    severity = Severity.INFO
    pins = {f"has {name}": name for name in _COLUMNS}
    valid = (
        _items(", A. Lovelace, 202N") + "- [B](https://b.dev), C. Babbage, '21\n",
        _items(" (Lovelace et al. 202N)", 9) + "- [B](https://b.dev) (Babbage)\n",
        _items(" (Lovelace et al. 202N)") + "- [B](https://b.dev) (Babbage and Boole 2020)\n",
        _items(", ICML 202N") + "- [B](https://arxiv.org/abs/2110.00001), 2021\n- [C](https://c.dev), PASP 2021\n",
        _items(", A. Lovelace, ICML 202N")
        + "- [B](https://b.dev), [Ada (Countess) Lovelace](https://l.dev), ICML 2020\n",
        _items(" [[code](https://github.com/a/N)]")
        + "- [B](https://github.com/b/b)\n- [C](https://c.dev) [[repo](https://github.com/c/c)]\n",
        "## One\n\n" + _items(", 202N", 6) + "\n## Two\n\n" + _items(", 202N", 4) + "- [B](https://b.dev)\n",
        "| Title | Year |\n|---|---|\n"
        + "".join(f"| [A paper on {n}](https://a.dev/{n}) | 202{n} |\n" for n in range(10))
        + "| [B](https://b.dev) | - |\n",
        Good(_items(", 202N") + "- [B](https://b.dev)\n", {"date": False}),
        Good("- [B](https://b.dev), 2021\n  - [a part](https://b.dev/p)\n", {"date": True}),
    )
    invalid = (
        Bad(_items(", 202N") + "- [⟦A new paper⟧](https://b.dev)\n"),
        Bad(_items(", A. Lovelace et al., 202N") + "- [⟦A new paper⟧](https://b.dev), 2020\n"),
        Bad(_items(", ICML 202N") + "- [⟦A new paper⟧](https://b.dev), 2021\n"),
        Bad(_items(" [[code](https://github.com/a/N)]") + "- [⟦A new paper⟧](https://b.dev)\n"),
        Bad(
            "| Title | Year |\n|---|---|\n"
            + "".join(f"| [A paper on {n}](https://a.dev/{n}) | 202{n} |\n" for n in range(10))
            + "| [⟦B⟧](https://b.dev) | |\n"
        ),
        Bad(_items(", A. Lovelace, 202N") + "- [⟦A new paper⟧](https://b.dev)\n"),
        Bad(
            "- [⟦A⟧](https://a.dev)\n- [B](https://b.dev), 2021\n\n## C\n\n- [⟦D⟧](https://d.dev)\n",
            options={"date": True},
        ),
        Bad("- [⟦A⟧](https://a.dev), 2021\n", options={"date": True, "code": True}),
    )

    def traits(self, document: Document, ctx: Context) -> Iterator[Trait]:
        """Yield for each entry whether it has each of the fields that most entries have."""
        for name in self.options.fields:
            values = [(entry, _TRAITS[name][0](entry)) for entry in document.entries]
            if sum(has for _, has in values) * 2 > len(values):
                for entry, has in values:
                    yield Trait(f"has {name}", entry, _place(entry), has, "yes" if has else "no")

    def pin(self, trait: Trait | ReferenceTrait) -> bool | None:
        """True for a field that is there; that one is missing everywhere is no habit to hold on to."""
        return True if trait.value else None

    def check(self, node: Document, ctx: Context) -> Iterator[Finding]:
        """Yield a finding for each entry that lacks something."""
        yield from self._lacking(node)
        learned = [name for name in self.options.fields if getattr(self.options, name) is None]
        for group in _groups(node) if learned else ():
            if len(group) <= self.options.minimum:
                continue
            lacking: dict[int, list[str]] = defaultdict(list)
            for name in learned:
                has, absent = _TRAITS[name]
                with_it = [has(entry) for entry in group]
                count = sum(with_it)
                if count == len(group) or count < max(self.options.minimum, self.options.share * len(group)):
                    continue
                for index, entry in enumerate(group):
                    if not with_it[index] and absent(entry, node):
                        lacking[index].append(f"{count} of {len(group)} have {_SHOWN[name]}")
            for index, parts in sorted(lacking.items()):
                entry = group[index]
                yield Finding(_place(entry), f"{', '.join(parts)} in this section; this one has none", entry=entry)

    def _lacking(self, document: Document) -> Iterator[Finding]:
        """The entries that lack what the configuration asks for."""
        wanted = [name for name in _TRAITS if getattr(self.options, name)]
        for entry in outermost(document.entries) if wanted else ():
            missing = [name for name in wanted if not _TRAITS[name][0](entry) and _TRAITS[name][1](entry, document)]
            if missing and is_work(entry):
                shown = " and ".join(_SHOWN[name] for name in missing)
                yield Finding(_place(entry), f"entries should have {shown}; this one has none", entry=entry)


def _place(entry: Entry) -> Span:
    return entry.title.span if entry.title is not None and entry.title.span.length else entry.head


def _groups(document: Document) -> Iterator[list[Entry]]:
    """The entries of each section that are of one kind and nested alike."""
    found: dict[tuple[int, bool, int], list[Entry]] = defaultdict(list)
    for entry in document.entries:
        found[entry.section.index, entry.kind is EntryKind.TABLE_ROW, entry.depth].append(entry)
    if any(entry.kind is EntryKind.HEADING for entry in document.entries):
        headings = [entry for entry in document.entries if entry.kind is EntryKind.HEADING]
        by_parent: dict[int, list[Entry]] = defaultdict(list)
        for entry in headings:
            by_parent[entry.section.parent or 0].append(entry)
        yield from by_parent.values()
    yield from found.values()


def _has_date(entry: Entry) -> bool:
    return entry.date is not None


def _has_authors(entry: Entry) -> bool:
    return entry.authors is not None


def _has_venue(entry: Entry) -> bool:
    return entry.venue is not None


def _has_code(entry: Entry) -> bool:
    return any(link.role is Role.CODE for link in entry.links)


def _no_date(entry: Entry, document: Document) -> bool:
    if entry.title and _SERIES.search(entry.title.text):
        return False
    cell = _empty_cell(entry, "date")
    return not _DATED.search(_shown(entry, document)) if cell is None else cell


def _no_authors(entry: Entry, document: Document) -> bool:
    cell = _empty_cell(entry, "authors")
    return not _words(entry, document) if cell is None else cell


def _no_venue(entry: Entry, document: Document) -> bool:
    if (entry.identity or "").startswith("arxiv:") or (entry.title and _PUBLISHED.search(entry.title.text)):
        return False
    cell = _empty_cell(entry, "venue")
    return not _words(entry, document) if cell is None else cell


def _no_code(entry: Entry, document: Document) -> bool:
    if _empty_cell(entry, "code") is False or any(not link.url for link in entry.links):
        return False
    return not _CODE_HOST.search(document.text, entry.span.start, entry.span.end)


_TRAITS: dict[str, tuple[Callable[[Entry], bool], Callable[[Entry, Document], bool]]] = {
    "date": (_has_date, _no_date),
    "authors": (_has_authors, _no_authors),
    "venue": (_has_venue, _no_venue),
    "code": (_has_code, _no_code),
}


def _empty_cell(entry: Entry, name: str) -> bool | None:
    """Tell whether the entry's column of that name is empty; None where it is no row of a table.

    What stands in BibTeX or below an entry, or could stand in a column of another name, is not missing.
    """
    if entry.bib or entry.annotations or entry.children:
        return False
    if not entry.columns:
        return None
    cells = [cell for column, cell in zip(entry.columns, entry.cells, strict=False) if _COLUMNS[name].match(column)]
    return bool(cells) and not any(cell.text.strip() for cell in cells)


def _shown(entry: Entry, document: Document) -> str:
    """The entry's text without addresses."""
    return _URL.sub(" ", document.slice(entry.span))


def _words(entry: Entry, document: Document) -> bool:
    """Tell whether words stand beside the title that may be names or a venue."""
    if entry.kind is EntryKind.TABLE_ROW:
        return False
    if entry.title is None:
        return True
    known = [entry.title.span, *(link.span for link in entry.links if link.role is not Role.MENTION)]
    known += [field.span for field in (entry.date, entry.authors, entry.venue) if field is not None]
    known += [field.span for field in entry.tags]
    rest, at = [], entry.head.start
    for span in sorted(known):
        rest.append(document.text[at : max(at, span.start)])
        at = max(at, span.end)
    rest.append(document.text[at : entry.head.end])
    title = entry.title.text
    return bool(_WORD.search(_URL.sub(" ", " ".join(rest)))) or bool(_NAMES.search(title))


_PUBLISHED = lazy(r"\b(?:series\b|thesis|dissertation|univ|patent|book|press|report)", 2)
_SERIES = lazy(r"\bseries\b", 2)
_NAMES = lazy(r"[A-Z]\.\s?[A-Z]|et\s?al\b|\*\*|,\s(?:[A-Z][a-z]+\s){1,3}and\s[A-Z]")
"""What titles have that swallowed the venue or the names behind them."""
