"""The table of BibTeX types and fields."""

from __future__ import annotations

import re

import msgspec
import pytest

from listlint.packs.bibtex import BibTable, Dialect, DialectName
from listlint.packs.loader import Tables


@pytest.fixture(scope="module")
def table() -> BibTable:
    return Tables().get("bibtex", BibTable)


def test_the_types_of_both_manuals_are_there(table: BibTable) -> None:
    classic = (
        "article book booklet conference inbook incollection inproceedings manual mastersthesis misc phdthesis "
        "proceedings techreport unpublished"
    )
    assert table.bibtex.type_names == set(classic.split())
    assert table.biblatex.type_names > table.bibtex.type_names
    assert {"online", "thesis", "report", "dataset", "software", "patent", "mvbook"} <= table.biblatex.type_names


@pytest.mark.parametrize("name", ["bibtex", "biblatex"])
def test_names_are_folded_and_consistent(table: BibTable, name: DialectName) -> None:
    dialect = table.dialect(name)
    for word in {*dialect.type_names, *dialect.field_names, *table.tools.fields}:
        assert re.fullmatch(r"[a-z][a-z0-9_-]*", word), word
    for other, field in dialect.fields.items():
        assert field in dialect.field_names
        assert not any(other in dialect.fields_of(kind) for kind in dialect.types), other
    for kind, alias in dialect.aliases.items():
        assert kind not in dialect.types
        given = {field for choice in dialect.types[alias.type].required for field in choice.split("|")}
        assert set(alias.gives) <= given, kind


@pytest.mark.parametrize(
    ("name", "kind", "fields", "lacking"),
    [
        ("bibtex", "Article", "author title journal year", []),
        ("bibtex", "article", "Author TITLE", ["journal", "year"]),
        ("bibtex", "book", "editor title publisher", ["year"]),
        ("bibtex", "book", "title publisher year", ["author or editor"]),
        ("bibtex", "inbook", "author title pages publisher year", []),
        ("bibtex", "conference", "author title year", ["booktitle"]),
        ("bibtex", "misc", "", []),
        ("bibtex", "online", "", []),
        ("biblatex", "article", "author title journal date", []),
        ("biblatex", "article", "author title journaltitle year", []),
        ("biblatex", "phdthesis", "author title school year", []),
        ("biblatex", "thesis", "author title school year", ["type"]),
        ("biblatex", "online", "title eprint", ["date or year"]),
    ],
)
def test_required_fields(table: BibTable, name: DialectName, kind: str, fields: str, lacking: list[str]) -> None:
    lacks = table.dialect(name).lacks(kind, fields.split())
    assert [" or ".join(choice) for choice in lacks] == lacking


def test_fields_of_a_type(table: BibTable) -> None:
    assert {"author", "volume", "doi", "month"} <= table.bibtex.fields_of("article")
    assert "publisher" not in table.bibtex.fields_of("article")
    assert {"editorb", "maintitle", "isbn", "pages", "urldate"} <= table.biblatex.fields_of("inbook")
    assert not table.bibtex.fields_of("nothing")


def test_what_tools_write_is_known(table: BibTable) -> None:
    assert {
        "bibsource",
        "date-added",
        "mendeley-groups",
        "abstract",
        "journaltitle",
        "archiveprefix",
    } <= table.known_fields
    assert "jounal" not in table.known_fields


def test_a_table_that_leads_nowhere_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError, match="types that are not there: book"):
        msgspec.convert({"types": {}, "aliases": {"a": {"type": "book"}}}, Dialect)
    with pytest.raises(msgspec.ValidationError, match="groups that are not there: x"):
        msgspec.convert({"types": {"a": {"required": [], "optional": ["+x"]}}}, Dialect)
