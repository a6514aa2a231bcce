"""A document as bytes, for a process that has its source.

`MessagePack <https://msgpack.org>`_ takes a third of the time of pickle. What is held in several places
(links, sections, entries) is written once, and a number stands for it elsewhere, so that the copy
shares what the original shares.
"""

from __future__ import annotations

import copyreg
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

from listlint.model.nodes import (
    BibBlock,
    Block,
    Definition,
    Directive,
    Document,
    Entry,
    EntryKind,
    Field,
    FrontMatter,
    Heading,
    Item,
    Link,
    ListMarker,
    Mask,
    Reference,
    Section,
    Separator,
    Status,
    Table,
    Toc,
    TocItem,
)
from listlint.model.span import Span  # noqa: TC001  # msgspec reads the annotations of rows
from listlint.text.details import TextDetails

if TYPE_CHECKING:
    from collections.abc import Iterable

    from listlint.model.source import Source


class _Entry(Struct, array_like=True):
    """An entry, with numbers for what it shares with others; its references by block and place in it."""

    span: Span
    head: Span
    kind: EntryKind
    title: Field | None
    primary: int | None
    links: list[int]
    section: int
    marker: ListMarker | None
    separator: Separator | None
    description: Field | None
    details: tuple[int, int, dict[str, Field], str | None]
    status: Status | None
    status_span: Span | None
    tags: tuple[Field, ...]
    bib: list[tuple[int, int]]
    annotations: tuple[Field, ...]
    children: list[int]
    columns: tuple[str, ...]
    cells: tuple[Field, ...]
    depth: int


class _Item(Struct, array_like=True):
    """A list item, the same way."""

    span: Span
    head: Span
    marker: ListMarker
    section: int
    list_id: int
    parent: int | None
    text: str
    entry: int | None
    ordered: bool
    tight: bool
    toc: bool


class _TocItem(Struct, array_like=True):
    link: int
    depth: int
    line_span: Span
    marker: str
    text: str


class _Document(Struct, array_like=True):
    sections: tuple[Section, ...]
    headings: tuple[Heading, ...]
    entries: list[_Entry]
    items: list[_Item]
    links: tuple[Link, ...]
    definitions: tuple[Definition, ...]
    references: tuple[Reference, ...]
    anchors: frozenset[str]
    ids: frozenset[str]
    toc: list[tuple[Span, list[_TocItem]]]
    tables: tuple[Table, ...]
    blocks: tuple[Block, ...]
    bib: tuple[BibBlock, ...]
    directives: tuple[Directive, ...]
    front_matter: FrontMatter | None
    masks: tuple[tuple[Span, Mask], ...]
    generated: bool
    too_deep: Span | None


def dump(document: Document) -> bytes:
    """A parsed document as bytes, without its source.

    Raises:
        UnicodeEncodeError: it quotes bytes that are no text.
    """
    links, entries = _numbers(document.links), _numbers(document.entries)
    bib = {id(one): (number, at) for number, block in enumerate(document.bib) for at, one in enumerate(block.entries)}
    return msgspec.msgpack.encode(
        _Document(
            document.sections,
            document.headings,
            [_entry_row(entry, links, entries, bib) for entry in document.entries],
            [_item_row(item, entries) for item in document.items],
            document.links,
            document.definitions,
            document.references,
            document.anchors,
            document.ids,
            [(toc.span, [_toc_row(item, links) for item in toc.items]) for toc in document.toc],
            document.tables,
            document.blocks,
            document.bib,
            document.directives,
            document.front_matter,
            document.masks,
            document.generated,
            document.too_deep,
        )
    )


def load(content: bytes, source: Source) -> Document:
    """The document that was dumped, of the same source.

    Raises:
        msgspec.DecodeError: these are no such bytes.
    """
    read = msgspec.msgpack.decode(content, type=_Document)
    entries: list[Entry | None] = [None] * len(read.entries)
    # What is nested in an entry stands behind it, and has to be there first.
    for number in range(len(entries) - 1, -1, -1):
        entries[number] = _entry(read.entries[number], read, entries, source.text)
    return Document(
        source=source,
        sections=read.sections,
        headings=read.headings,
        entries=tuple(entries),  # type: ignore[arg-type]  # each has been read
        items=tuple([_item(row, read.sections, entries) for row in read.items]),
        links=read.links,
        definitions=read.definitions,
        references=read.references,
        anchors=read.anchors,
        ids=read.ids,
        toc=tuple([Toc(span, tuple([_toc_item(row, read.links) for row in rows])) for span, rows in read.toc]),
        tables=read.tables,
        blocks=read.blocks,
        bib=read.bib,
        directives=read.directives,
        front_matter=read.front_matter,
        masks=read.masks,
        generated=read.generated,
        too_deep=read.too_deep,
    )


def install() -> None:
    """Let pickle take documents to another process in this way."""
    copyreg.pickle(Document, _reduced)


def _reduced(document: Document) -> tuple[Any, ...]:
    try:
        return load, (dump(document), document.source)
    except UnicodeEncodeError:
        return document.__reduce__()  # type: ignore[return-value]  # a tuple, as that of every structure


def _numbers(nodes: Iterable[object]) -> dict[int, int]:
    return {id(node): number for number, node in enumerate(nodes)}


def _entry_row(entry: Entry, links: dict[int, int], entries: dict[int, int], bib: dict[int, tuple[int, int]]) -> _Entry:
    details = entry.details
    if not isinstance(details, TextDetails):
        raise TypeError("only what the parser made can be written")
    return _Entry(
        entry.span,
        entry.head,
        entry.kind,
        entry.title,
        None if entry.primary is None else links[id(entry.primary)],
        [links[id(link)] for link in entry.links],
        entry.section.index,
        entry.marker,
        entry.separator,
        entry.description,
        (details.start, details.end, dict(details.columns), details.target),
        entry.status,
        entry.status_span,
        entry.tags,
        [bib[id(one)] for one in entry.bib],
        entry.annotations,
        [entries[id(child)] for child in entry.children],
        entry.columns,
        entry.cells,
        entry.depth,
    )


def _entry(row: _Entry, read: _Document, entries: list[Entry | None], text: str) -> Entry:
    links, (start, end, columns, target) = read.links, row.details
    return Entry(
        row.span,
        row.head,
        row.kind,
        row.title,
        None if row.primary is None else links[row.primary],
        tuple([links[number] for number in row.links]),
        read.sections[row.section],
        row.marker,
        row.separator,
        row.description,
        TextDetails(text, start, end, columns, target),
        row.status,
        row.status_span,
        row.tags,
        tuple([read.bib[block].entries[at] for block, at in row.bib]),
        row.annotations,
        tuple([entries[number] for number in row.children]),  # type: ignore[misc]  # read before this one
        row.columns,
        row.cells,
        row.depth,
    )


def _item_row(item: Item, entries: dict[int, int]) -> _Item:
    return _Item(
        item.span,
        item.head,
        item.marker,
        item.section.index,
        item.list_id,
        item.parent,
        item.text,
        None if item.entry is None else entries[id(item.entry)],
        item.ordered,
        item.tight,
        item.toc,
    )


def _item(row: _Item, sections: tuple[Section, ...], entries: list[Entry | None]) -> Item:
    return Item(
        row.span,
        row.head,
        row.marker,
        sections[row.section],
        row.list_id,
        row.parent,
        row.text,
        None if row.entry is None else entries[row.entry],
        row.ordered,
        row.tight,
        row.toc,
    )


def _toc_row(item: TocItem, links: dict[int, int]) -> _TocItem:
    return _TocItem(links[id(item.link)], item.depth, item.line_span, item.marker, item.text)


def _toc_item(row: _TocItem, links: tuple[Link, ...]) -> TocItem:
    return TocItem(links[row.link], row.depth, row.line_span, row.marker, row.text)
