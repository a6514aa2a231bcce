"""What ``listlint entries`` writes: the parsed list as data.

``jsonl``: an object an entry (:class:`EntryRecord`, ``schemas/entry.schema.json``). ``csv``: a row
an entry, safe to open in a spreadsheet. ``table``: for people, fitted to the terminal.
"""

from __future__ import annotations

import csv
from io import StringIO
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple, TextIO

import msgspec
from msgspec import Meta, Struct

from listlint.report.options import RenderOptions, write_lines
from listlint.report.sanitise import json_safe, sanitise, well_formed
from listlint.report.style import Ink, Style
from listlint.report.summary import count
from listlint.report.width import fit, pad, width

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from listlint.model.nodes import Document, Entry, Field, Link

FORMULA_STARTS = "=+-@＝＋－＠"
"""What makes a spreadsheet compute a cell instead of showing it (full-width forms included)."""


class LinkRecord(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One link of an entry."""

    role: Annotated[str, Meta(description="What the link is for: title, pdf, code …")]
    text: Annotated[str, Meta(description="Its visible text.")]
    url: Annotated[str, Meta(description="Where it leads, escapes and entities decoded.")]


class EntryRecord(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One entry of a list; texts are visible texts, without markup."""

    path: str
    line: Annotated[int, Meta(ge=1, description="Line on which the entry starts, from 1.")]
    section: Annotated[tuple[str, ...], Meta(description="Titles of its sections, the outermost first.")]
    kind: Annotated[str, Meta(description="Shape: bullet, numbered, heading, table-row, html, nested, bold.")]
    title: str | None
    url: Annotated[str | None, Meta(description="Where the link leads that is the entry.")]
    links: Annotated[tuple[LinkRecord, ...], Meta(description="All of its own links, in the order of the text.")]
    description: str | None
    authors: str | None
    venue: str | None
    date: Annotated[str | None, Meta(description="As written.")]
    status: Literal["done", "open"] | None
    tags: tuple[str, ...]
    bib: Annotated[tuple[str, ...], Meta(description="Citation keys of its BibTeX.")]
    annotations: Annotated[tuple[str, ...], Meta(description="Nested items, quotations and paragraphs on it.")]
    depth: Annotated[int, Meta(ge=0, description="How many entries it is nested in.")]
    identity: Annotated[str | None, Meta(description="The work it names: equal for equal works.")]


def record(entry: Entry, document: Document) -> EntryRecord:
    """An entry as data."""
    return EntryRecord(
        path=well_formed(document.path),
        line=document.source.position(entry.span.start).line,
        section=_section(entry),
        kind=entry.kind.value,
        title=_text(entry.title),
        url=well_formed(entry.primary.target) if entry.primary else None,
        links=tuple(map(_link, entry.links)),
        description=_text(entry.description),
        authors=_text(entry.authors),
        venue=_text(entry.venue),
        date=_text(entry.date),
        status=entry.status.value if entry.status else None,
        tags=tuple(_folded(tag.text) for tag in entry.tags),
        bib=tuple(well_formed(block.key) for block in entry.bib),
        annotations=tuple(_folded(note.text) for note in entry.annotations),
        depth=entry.depth,
        identity=None if entry.identity is None else well_formed(entry.identity),
    )


def _section(entry: Entry) -> tuple[str, ...]:
    """Titles of its sections, without the part before the first heading, which has none."""
    path = tuple(map(_folded, entry.section.path))
    return path[1:] if path[:1] == ("",) else path


def _text(field: Field | None) -> str | None:
    return None if field is None else _folded(field.text)


def _link(link: Link) -> LinkRecord:
    return LinkRecord(role=link.role.value, text=_folded(link.text), url=well_formed(link.target))


def _folded(text: str) -> str:
    return well_formed(" ".join(text.split()))


def records(documents: Iterable[Document]) -> Iterator[EntryRecord]:
    """Every entry of every document, in the order of the text."""
    return (record(entry, document) for document in documents for entry in document.entries)


def schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of one line of ``jsonl``."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://github.com/listlint/listlint/blob/main/src/listlint/schemas/entry.schema.json",
        "title": "listlint entry",
    } | msgspec.json.schema(EntryRecord)


def render_jsonl(documents: Iterable[Document], out: TextIO, options: RenderOptions) -> None:
    """Write one object a line."""
    encode = msgspec.json.Encoder().encode
    for entry in records(documents):
        out.write(json_safe(encode(entry).decode()))
        out.write("\n")


def render_csv(documents: Iterable[Document], out: TextIO, options: RenderOptions) -> None:
    """Write a header and one row an entry (RFC 4180, but LF line ends).

    Sections are joined by `` > ``, links by blanks as ``role=url``, tags and keys by ``; ``.
    A cell that a spreadsheet would take for a formula gets an apostrophe before it.
    """
    _write_row([column.name for column in COLUMNS], out, options)
    for entry in records(documents):
        _write_row([plain_cell(column.cell(entry)) for column in COLUMNS], out, options)


def _write_row(cells: Sequence[str], out: TextIO, options: RenderOptions) -> None:
    row = StringIO()
    csv.writer(row, lineterminator="").writerow(cells)
    write_lines([row.getvalue()], out, options)


def plain_cell(text: str) -> str:
    """Text that no spreadsheet computes, without line ends or control characters."""
    safe = sanitise(" ".join(text.split()))
    return f"'{safe}" if safe.startswith(tuple(FORMULA_STARTS)) else safe


class _Column(NamedTuple):
    name: str
    cell: Callable[[EntryRecord], str]


COLUMNS = (
    _Column("path", lambda entry: entry.path),
    _Column("line", lambda entry: str(entry.line)),
    _Column("section", lambda entry: " > ".join(entry.section)),
    _Column("kind", lambda entry: entry.kind),
    _Column("title", lambda entry: entry.title or ""),
    _Column("url", lambda entry: entry.url or ""),
    _Column("links", lambda entry: " ".join(f"{link.role}={link.url}" for link in entry.links)),
    _Column("description", lambda entry: entry.description or ""),
    _Column("authors", lambda entry: entry.authors or ""),
    _Column("venue", lambda entry: entry.venue or ""),
    _Column("date", lambda entry: entry.date or ""),
    _Column("status", lambda entry: entry.status or ""),
    _Column("tags", lambda entry: "; ".join(entry.tags)),
    _Column("bib", lambda entry: "; ".join(entry.bib)),
    _Column("annotations", lambda entry: "; ".join(entry.annotations)),
    _Column("depth", lambda entry: str(entry.depth)),
    _Column("identity", lambda entry: entry.identity or ""),
)


class _Shape(Struct, frozen=True):
    """How a column of the table is fitted: ``least`` and ``most`` columns; 0 is its widest cell."""

    name: str
    cell: Callable[[EntryRecord], str]
    least: int = 0
    most: int = 0


def _innermost(entry: EntryRecord) -> str:
    """The title of the section around it, which is not the one that a heading entry makes itself."""
    around = entry.section[:-1] if entry.kind == "heading" else entry.section
    return around[-1] if around else ""


_GAP = 2
_BY_IMPORTANCE = (
    "line",
    "title",
    "links",
    "date",
    "venue",
    "status",
    "authors",
    "kind",
    "description",
    "bib",
    "tags",
    "section",
    "identity",
)
_GROWING = ("date", "venue", "links", "title", "authors", "description")
"""Which columns get the room that is left, in this order, up to their most; then the others."""
_SHAPES = (
    _Shape("line", lambda entry: str(entry.line)),
    _Shape("kind", lambda entry: entry.kind),
    _Shape("section", _innermost, 12, 28),
    _Shape("title", lambda entry: "  " * entry.depth + (entry.title or entry.url or ""), 24, 60),
    _Shape("authors", lambda entry: entry.authors or "", 12, 24),
    _Shape("venue", lambda entry: entry.venue or "", 8, 16),
    _Shape("date", lambda entry: entry.date or "", 10, 14),
    _Shape("status", lambda entry: entry.status or ""),
    _Shape("tags", lambda entry: " ".join(entry.tags), 6, 20),
    _Shape("links", lambda entry: " ".join(link.role for link in entry.links), 14, 24),
    _Shape("bib", lambda entry: " ".join(entry.bib), 12, 20),
    _Shape("description", lambda entry: entry.description or "", 20, 80),
    _Shape("identity", lambda entry: entry.identity or "", 14, 32),
)


def render_table(documents: Iterable[Document], out: TextIO, options: RenderOptions) -> None:
    """Write a table for each document, fitted to ``options.width``.

    Columns without any content are left out, then those that do not fit, the least important
    first; cells that are too long are cut.
    """
    style, total, files = Style(options.colour), 0, 0
    for document in documents:
        entries = [record(entry, document) for entry in document.entries]
        total, files = total + len(entries), files + 1
        heading = f"{style(Ink.STRONG, sanitise(document.path))}  {count(len(entries), 'entry', 'entries')}"
        write_lines([heading, *_table(entries, options.width, style), ""], out, options)
    if options.summary and files > 1:
        write_lines([f"{count(total, 'entry', 'entries')} in {count(files, 'file')}"], out, options)


def _table(entries: Sequence[EntryRecord], columns: int, style: Style) -> Iterator[str]:
    rows = [{shape.name: _shown(shape, entry) for shape in _SHAPES} for entry in entries]
    sizes = _sizes(rows, columns)
    if not rows:
        return
    shown = [shape.name for shape in _SHAPES if shape.name in sizes]
    numeric = {"line"}
    header = (name.rjust(sizes[name]) if name in numeric else pad(name, sizes[name]) for name in shown)
    yield style(Ink.FAINT, (" " * _GAP).join(header).rstrip())
    for row in rows:
        cells = (fit(row[name], sizes[name]) for name in shown)
        filled = (
            cell.rjust(sizes[name]) if name in numeric else pad(cell, sizes[name])
            for name, cell in zip(shown, cells, strict=True)
        )
        yield (" " * _GAP).join(filled).rstrip()


def _shown(shape: _Shape, entry: EntryRecord) -> str:
    return sanitise(shape.cell(entry))


def _sizes(rows: Sequence[dict[str, str]], columns: int) -> dict[str, int]:
    """Width of each column that is shown."""
    widest = {shape.name: max((width(row[shape.name][: 4 * columns]) for row in rows), default=0) for shape in _SHAPES}
    shapes = {shape.name: shape for shape in _SHAPES}
    sizes: dict[str, int] = {}
    room = columns + _GAP
    for name in _BY_IMPORTANCE:
        if not widest[name]:
            continue
        needed = max(len(name), min(widest[name], shapes[name].least or widest[name]))
        if needed + _GAP <= room:
            sizes[name] = needed
            room -= needed + _GAP
    for name in (*_GROWING, *_BY_IMPORTANCE):
        if name in sizes:
            limit = widest[name] if room > columns // 2 else min(widest[name], shapes[name].most or widest[name])
            more = max(0, min(limit - sizes[name], room))
            sizes[name] += more
            room -= more
    return sizes


FORMATS = {"jsonl": render_jsonl, "csv": render_csv, "table": render_table}
"""Output of ``listlint entries``, each ``render(documents, out, options)``."""
