"""What rules on authors share: every author list of a document, with the places of its names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from listlint.checks import bib
from listlint.model.nodes import Document, Entry, EntryKind
from listlint.model.patterns import lazy
from listlint.model.span import Span
from listlint.text.authors import Kind, Name, Order, find_people, split_names
from listlint.text.metadata import without_urls

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_SUFFIX = lazy(r"(?:jr|sr|jnr|snr)\.?\Z|[IVX]++\Z", 2)
MARKS = "*†‡§¶¹²³⁰⁴⁵⁶⁷⁸⁹"
"""What stands behind names for equal contribution, or for affiliations."""
_SIGNS = MARKS[1:]
_MARK = lazy(
    rf"(?P<sure>(?<=[\w.)\]])\s?(?:\\\*|[{_SIGNS}](?:,(?=[{_SIGNS}]))?+|<sup>[^<>\n]{{1,12}}</sup>)++)"
    r"|(?P<stars>(?<!\\)\*++)"
)
"""Such a mark; of asterisks emphasis as well."""
_MARKED = lazy(f"[{MARKS}]")
_NAME_ENDS = lazy(r"[^\S\n]*+(?:\Z|[\n,;&.(|<]|and\b|et\b)")
_NO_LIST = lazy(r"[;&\d]|\bet\.?\s?al\b")


class AuthorList(Struct, frozen=True):
    """Names that stand together. ``names`` have their places in the document.

    ``order`` is how they are written; None where some are written one way and some another, or
    where nothing tells. ``reference`` says that it is a value of BibTeX.
    """

    span: Span
    names: tuple[Name, ...]
    order: Order | None
    reference: bool
    entry: Entry | None = None

    @property
    def telling(self) -> Sequence[Name]:
        """The names whose form says something: not those of institutions or of one word."""
        return [name for name in self.names if name.order is not None and not name.braced and not name.others]


def author_lists(document: Document) -> Sequence[AuthorList]:
    """Every author list of the document, those of BibTeX first. Use it through ``ctx.memo``."""
    return [*_references(document), *_prose(document)]


def _references(document: Document) -> Iterator[AuthorList]:
    if not document.bib:
        return
    untouched = bib.well_formed(document)
    for owner, entry in bib.blocks(document):
        field = bib.field(entry, "author")
        found = bib.content(field) if field is not None and untouched(entry) else None
        if found is None or _NO_LIST.search(found[0]):
            continue
        text, span = found
        names = tuple(_moved(name, span.start) for name in split_names(text))
        if not all(map(_readable, names)):
            continue
        listed = AuthorList(span, names, None, True, owner)
        orders = {name.order for name in listed.telling}
        yield AuthorList(span, names, orders.pop() if len(orders) == 1 else None, True, owner)


def _readable(name: Name) -> bool:
    """Tell whether BibTeX reads a name as it was meant, as far as its form shows."""
    if name.empty or name.commas > 2 or (name.commas == 2 and not _SUFFIX.match(name.suffix)):
        return False
    # "Ada Lovelace, Charles Babbage" is two people, and the work of another rule.
    whole = [word for word in name.given.split() if len(word.strip(".")) > 1]
    return name.commas != 1 or len(name.family.split()) == 1 or len(whole) < 2


def is_marked(text: str) -> bool:
    """Tell whether a text has such marks."""
    return _MARKED.search(text) is not None or "<sup>" in text


def _prose(document: Document) -> Iterator[AuthorList]:
    for entry in document.entries:
        description = entry.description
        if description is None or entry.kind is EntryKind.HEADING:
            start, end = entry.head
        else:
            start, end = description.span.start, entry.head.end
        written = document.text[start:end]
        bare = written
        if is_marked(written):
            bare = without_marks(written, document.text[document.text.rfind("\n", 0, start) + 1 : start])
        if entry.authors is None and bare is written:
            continue
        text = without_urls(bare)
        for people in find_people(text):
            if people.kind in (Kind.PEOPLE, Kind.ET_AL):
                names = tuple(_moved(name, start) for name in people.names)
                span = Span(names[0].start, names[-1].end)
                yield AuthorList(span, names, people.order, False, entry)


def without_marks(text: str, before: str = "") -> str:
    """``text`` with the marks blanked out that stand behind names: of equal contribution, of affiliations.

    Everything keeps its place. ``before`` is what stands in front of it in its line: an asterisk that
    closes emphasis is no mark. Where there are none, the same string is returned.
    """
    if not is_marked(text):
        return text
    opened, parts, at = 0, list[str](), 0
    first = len(before)
    whole = before + text
    for match in _MARK.finditer(whole):
        start, end = match.span()
        if match["stars"]:
            behind, ahead = whole[start - 1 : start], whole[end : end + 1]
            closes = bool(behind) and not behind.isspace()
            if opened and closes:
                opened = max(0, opened - (end - start))
                continue
            if ahead and not ahead.isspace() and (ahead.isalnum() or not behind.isalnum()):
                opened += end - start
                continue
            if not (behind.isalpha() or behind in {".", ")", "]"}) or not _NAME_ENDS.match(whole, end):
                continue
        if start >= first:
            parts += [whole[at:start] if at else whole[first:start], " " * (end - start)]
            at = end
    return "".join(parts) + whole[at:] if parts else text


def _moved(name: Name, by: int) -> Name:
    return name._replace(start=name.start + by, end=name.end + by)
