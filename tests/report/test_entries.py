"""The parsed list as data: JSON lines, CSV, table."""

from __future__ import annotations

import csv
import json
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import listlint
from listlint.model.nodes import (
    BibEntry,
    Document,
    Entry,
    EntryKind,
    Field,
    Link,
    LinkKind,
    Role,
    Section,
    Stated,
    Status,
)
from listlint.model.source import Source
from listlint.model.span import Span
from listlint.report import entries
from listlint.report.options import RenderOptions
from listlint.report.width import width

if TYPE_CHECKING:
    from tests.conftest import Golden

SCHEMA = Path(listlint.__file__).parent / "schemas" / "entry.schema.json"
NOWHERE = Span(0, 0)


def field(text: str) -> Field:
    return Field(NOWHERE, text)


def link(role: Role, text: str, url: str) -> Link:
    return Link(NOWHERE, NOWHERE, text, url, NOWHERE, url, LinkKind.INLINE, role)


def section(*path: str) -> Section:
    return Section(NOWHERE, len(path), path[-1], "a", 0, None, path, 0)


def document_with(text: str) -> Document:
    """A document that says ``text`` in every field of an entry."""
    source = Source.from_text("- one\n- two\n", text)
    primary = link(Role.TITLE, text, text)
    one = Entry(
        Span(0, 5), Span(0, 5), EntryKind.BULLET, field(text), primary, (primary,), section(text),
        description=field(text), details=Stated(field(text), field(text), field(text), text),
        tags=(field(text),), annotations=(field(text),),
        bib=(BibEntry(NOWHERE, "misc", text, NOWHERE, ()),),
    )  # fmt: skip
    return Document(source, entries=(one,))


def sample() -> list[Document]:
    """Two documents; every field is set somewhere and missing somewhere."""
    source = Source.from_text("# Papers\n\n- one\n  - two\n- three\n- four\n", "papers.md")
    title = link(Role.TITLE, "Graph Nets", "https://example.org/graph")
    pdf = link(Role.PDF, "pdf", "https://arxiv.org/pdf/1706.03762")
    full = Entry(
        Span(10, 25), Span(10, 15), EntryKind.NUMBERED,
        field("Graph Nets: a Study of\n Very Long Titles that Goes on for Long"),
        title, (title, pdf, link(Role.CODE, "code", "https://github.com/a/b")), section("Papers", "Graphs 图"),
        description=field("Says what it does."),
        details=Stated(field("Ada Author, Ben Writer"), field("ICLR"), field("2021-05-01"), "arxiv:1706.03762"),
        status=Status.DONE, tags=(field("survey"), field("GNN")),
        bib=(BibEntry(NOWHERE, "article", "author2021graph", NOWHERE, ()),), annotations=(field("Worth reading."),),
    )  # fmt: skip
    child = Entry(
        Span(18, 23),
        Span(18, 23),
        EntryKind.NESTED,
        field("数据集合"),
        pdf,
        (pdf,),
        section("Papers", "Graphs 图"),
        depth=1,
    )
    formula = Entry(
        Span(24, 31), Span(24, 31), EntryKind.BULLET, field('=HYPERLINK("https://x.dev")'), None, (), section("Papers"),
        description=field("+1, \x1b[31m ##[error]x"), status=Status.OPEN, details=Stated(field("@team"), field("-")),
    )  # fmt: skip
    bare = Entry(Span(32, 38), Span(32, 38), EntryKind.TABLE_ROW, None, None, (), section("Papers"))
    other = Source.from_text("- [x](y)\n", "other.md")
    small = Entry(Span(0, 8), Span(0, 8), EntryKind.BULLET, field("x"), title, (title,), section(""))
    return [Document(source, entries=(full, child, formula, bare)), Document(other, entries=(small,))]


def rendered(name: str, documents: list[Document], **options: object) -> str:
    out = StringIO()
    entries.FORMATS[name](documents, out, RenderOptions(**options))  # type: ignore[arg-type]  # keywords of one call
    return out.getvalue()


@pytest.mark.parametrize("name", ["jsonl", "csv", "table"])
def test_golden(name: str, golden: Golden) -> None:
    golden(f"report/entries.{name}", rendered(name, sample()))


def test_narrow_and_wide_tables(golden: Golden) -> None:
    golden("report/entries-60.table", rendered("table", sample(), width=60))
    golden("report/entries-200.table", rendered("table", sample(), width=200))
    golden("report/entries-colour.table", rendered("table", sample(), colour=True))


def test_schema_is_up_to_date(golden: Golden) -> None:
    golden(SCHEMA, json.dumps(entries.schema(), indent=2) + "\n")


def test_every_line_is_valid() -> None:
    validator = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
    lines = rendered("jsonl", sample()).splitlines()
    assert len(lines) == 5
    for line in lines:
        validator.validate(json.loads(line))
    wrong = json.loads(lines[0]) | {"line": 0}
    assert not validator.is_valid(wrong)
    assert not validator.is_valid({key: value for key, value in json.loads(lines[0]).items() if key != "bib"})


def test_fields_of_an_entry() -> None:
    first = json.loads(rendered("jsonl", sample()).splitlines()[0])
    assert list(first) == [
        "path", "line", "section", "kind", "title", "url", "links", "description", "authors", "venue", "date", "status",
        "tags", "bib", "annotations", "depth", "identity",
    ]  # fmt: skip
    assert first["links"][1] == {"role": "pdf", "text": "pdf", "url": "https://arxiv.org/pdf/1706.03762"}
    assert first["line"] == 3
    assert first["section"] == ["Papers", "Graphs 图"]


@given(st.text(st.characters() | st.sampled_from("=+-@＝＋－＠\t\r\n \u00a0\u200b,;\"'|"), max_size=8))
@settings(max_examples=200, deadline=None)
def test_no_cell_is_a_formula(text: str) -> None:
    rows = list(csv.reader(StringIO(rendered("csv", [document_with(text)]))))
    assert len(rows) == 2
    for row in rows:
        assert len(row) == len(entries.COLUMNS)
        for cell in row:
            assert not cell.lstrip(" \t\u00a0\u200b\ufeff").startswith(tuple("=+-@＝＋－＠"))
            assert not set(cell) & set("\t\r\n")


def test_a_cell_keeps_what_is_no_formula() -> None:
    assert entries.plain_cell("a-b = c@d + 2") == "a-b = c@d + 2"
    assert entries.plain_cell("  -x") == "'-x"


@given(st.text(max_size=40), st.integers(40, 120))
@settings(max_examples=100, deadline=None)
def test_no_line_is_wider_than_the_terminal(text: str, columns: int) -> None:
    lines = rendered("table", [document_with(text)], width=columns).split("\n")
    assert all(width(line) <= columns for line in lines[1:])


def test_table_without_entries() -> None:
    assert rendered("table", [Document(Source.from_text("", "a.md"))]) == "a.md  0 entries\n\n"
