"""The rules on values of BibTeX: fixes read alike, settle and stay, hostile values cost no time, real files are met."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listlint.checks.bibtex.author_syntax import AuthorSyntax
from listlint.checks.bibtex.inconsistent_layout import InconsistentLayout
from listlint.checks.bibtex.invalid_identifier import InvalidIdentifier
from listlint.checks.bibtex.invalid_value import InvalidValue
from listlint.checks.bibtex.key_style import KeyStyle
from listlint.checks.bibtex.latex_escape import LatexEscape
from listlint.model.facts import RunStrings
from listlint.testing import fixed, lint, parse
from listlint.text.authors import split_names
from tests.paths import CORPUS, SEEDS, needs_corpus, needs_seeds

if TYPE_CHECKING:
    from listlint.checks.api import Rule

VALUES: list[type[Rule[Any]]] = [InvalidValue, InvalidIdentifier, AuthorSyntax, LatexEscape]
RULES: list[type[Rule[Any]]] = [*VALUES, InconsistentLayout, KeyStyle]
PEOPLE = (
    "Ada Lovelace",
    "Turing, Alan M.",
    "{Barnes and Noble, Inc.}",
    "de la Cruz, 3rd, Juan",
    'M{\\"u}ller, K.',
    "others",
)
SEPARATORS = (" and ", "\n  AND ", "; ", " & ", ", ", ", and ", " and and ", " \\& ", ",", " ")
LISTS = st.lists(st.tuples(st.sampled_from(PEOPLE), st.sampled_from(SEPARATORS)), max_size=5).map(
    lambda pairs: "".join(part for pair in pairs for part in pair)
)


def of(field: str, value: str) -> str:
    return f"@misc{{lovelace,\n  {field} = {{{value}}},\n}}\n"


def messages(rule: type[Rule[Any]], text: str, path: str = "list.bib", **more: Any) -> list[str]:
    return [one.message for one in lint([rule], parse(text, path), **more)]


@given(value=LISTS)
@settings(max_examples=100, deadline=None)
def test_fixed_names_stay_fixed_and_lose_nobody(value: str) -> None:
    after = fixed(AuthorSyntax, parse(of("author", value), "list.bib")).text
    assert not [one for one in lint([AuthorSyntax], parse(after, "list.bib")) if one.fix]
    for name in ("Lovelace", "Turing", "Barnes", "Cruz", "ller, K."):
        assert after.count(name) == value.count(name)


@given(
    pages=st.from_regex(
        r"[A-Z]?[0-9]{1,4} ?(-|--|\u2013|\u2212) ?[A-Z]?[0-9]{1,4}(, [0-9]{1,3}-[0-9]{1,3})?", fullmatch=True
    )
)
@settings(max_examples=100, deadline=None)
def test_fixed_pages_keep_their_numbers(pages: str) -> None:
    after = fixed(InvalidValue, parse(of("pages", pages), "list.bib")).text
    digits = [char for char in of("pages", pages) if char.isalnum()]
    assert [char for char in after if char.isalnum()] == digits
    assert not [one for one in lint([InvalidValue], parse(after, "list.bib")) if one.fix]


LINES = (
    "  title={A}",
    "    title = {A}",
    '\tauthor="B"',
    "  author={B}",
    "  year  = 2020",
    "  year={2020}",
    '  note = {"}',
)
ENTRIES = st.lists(st.lists(st.sampled_from(LINES), min_size=1, max_size=4).map(",\n".join), max_size=3)


@given(odd=ENTRIES, last=st.booleans())
@settings(max_examples=100, deadline=None)
def test_the_layout_changes_no_value(odd: list[str], last: bool) -> None:
    usual = "".join(f"@misc{{a{n},\n  title={{A}},\n  author={{B}},\n  year={{2020}}\n}}\n" for n in range(30))
    text = usual + "".join(f"@misc{{b{n},\n{fields}{',' * last}\n}}\n" for n, fields in enumerate(odd))
    after = fixed(InconsistentLayout, parse(text, "list.bib"))

    def read(document_text: str) -> list[tuple[str, list[tuple[str, str]]]]:
        (block,) = parse(document_text, "list.bib").bib
        return [(one.key, sorted((f.name, f.value.strip('{}"')) for f in one.fields)) for one in block.entries]

    assert read(after.text) == read(text)
    assert lint([InconsistentLayout], parse(after.text, "list.bib")) == []


HOSTILE = [
    "{}" * 20_000, "\\&" * 20_000, "&" * 10_000, "$" * 40_001, ";" * 40_000, "," * 40_000, " and" * 20_000,
    "and " * 20_000, "A B, C D and " * 5_000, "others and " * 8_000, "; and" * 15_000, " " * 80_000 + "x",
    "A" + " " * 80_000 + "et al.", "1" * 80_000, "1-" * 40_000, "10." * 30_000, "a1,1" * 20_000, "\\url{" * 20_000,
    "\\textsuperscript{" * 8_000, "$^{" * 20_000, "&amp;" * 8_000, "https://" * 10_000, "." * 80_000, "a_b#c%" * 3_000,
]  # fmt: skip


@pytest.mark.parametrize("value", HOSTILE, ids=lambda value: value[:8])
def test_hostile_values_cost_little(value: str) -> None:
    fields = ("author", "title", "pages", "year", "doi", "isbn", "issn", "url", "eprint", "journal")
    balanced = value.count("{") == value.count("}")
    left, right = "{}" if balanced else '""'
    text = "@misc{a,\n" + "".join(f"  {name} = {left}{value}{right},\n" for name in fields) + "}\n"
    document = parse(text, "list.bib")
    start = time.perf_counter()
    lint(RULES, document)
    assert time.perf_counter() - start < 5


def test_many_entries_cost_little() -> None:
    entry = "@misc{{a{0},\n  title = {{A {0}}},\n  author = {{Ada Lovelace and Alan Turing}},\n  year = {0},\n  pages = {{1--2}},\n}}\n"
    document = parse("".join(entry.format(n) for n in range(5_000)), "list.bib")
    start = time.perf_counter()
    lint(RULES, document)
    assert time.perf_counter() - start < 10


def test_macros_of_the_run_are_known() -> None:
    uses = "".join(f"@misc{{a{n}, journal = amm}}\n" for n in range(9)) + "@misc{b, journal = jacm}\n"
    assert messages(InvalidValue, uses) == []
    assert messages(InvalidValue, uses, facts=[RunStrings(frozenset({"amm"}))]) == [
        "the macro `jacm` is not defined in any file of this run"
    ]
    assert messages(InvalidValue, uses, facts=[RunStrings(frozenset({"amm", "jacm"}))]) == []


def test_a_semicolon_list_becomes_names() -> None:
    after = fixed(AuthorSyntax, parse(of("author", "Lovelace, Ada; Turing, Alan"), "list.bib")).text
    (block,) = parse(after, "list.bib").bib
    names = split_names(block.entries[0].fields[0].value.strip("{}"))
    assert [(name.family, name.given) for name in names] == [("Lovelace", "Ada"), ("Turing", "Alan")]


@needs_corpus
def test_macros_of_joined_files_are_defined() -> None:
    folder = CORPUS / "iridia-ulb__references"
    documents = [parse(path.read_bytes(), path.name) for path in sorted(folder.glob("*.bib"))]
    names = frozenset(one.name.lower() for document in documents for block in document.bib for one in block.strings)
    assert len(names) > 1000
    found = [one.message for document in documents for one in lint([InvalidValue], document, facts=[RunStrings(names)])]
    assert found == []


@needs_seeds
@pytest.mark.parametrize("rule", VALUES)
def test_the_reading_list_has_no_wrong_values(rule: type[Rule[Any]]) -> None:
    document = parse((SEEDS / "theory-for-deep-learning.md").read_bytes(), "README.md")
    assert sum(len(block.entries) for block in document.bib) == 22
    assert [one.message for one in lint([rule], document)] == []
