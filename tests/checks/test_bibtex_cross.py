"""The rules that compare a reference with the list around it, beyond their own examples."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listlint.checks.bib import blocks, content, field, is_known, macros, plain, raw, well_formed
from listlint.checks.bibtex.arxiv_fields import ArxivFields
from listlint.checks.bibtex.duplicate_reference import DuplicateReference
from listlint.checks.bibtex.identity_mismatch import IdentityMismatch
from listlint.checks.bibtex.missing_citation import MissingCitation
from listlint.checks.bibtex.missing_doi import MissingDoi
from listlint.checks.bibtex.title_mismatch import TitleMismatch
from listlint.checks.bibtex.year_mismatch import YearMismatch
from listlint.checks.references import arxiv_date, identifiers, is_preprint, paper_links, year_of
from listlint.model.nodes import BibEntry, Document
from listlint.testing import lint, parse
from tests.paths import SEEDS, needs_seeds

RULES = (
    TitleMismatch,
    IdentityMismatch,
    YearMismatch,
    ArxivFields,
    MissingCitation,
    MissingDoi,
    DuplicateReference,
)


def _entry(fields: str, kind: str = "article") -> tuple[Document, BibEntry]:
    document = parse(f"@{kind}{{a, {fields}}}\n", "refs.bib")
    return document, document.bib[0].entries[0]


@pytest.mark.parametrize(
    ("fields", "names"),
    [
        ("journal={arXiv preprint arXiv:1412.7479}", {"arxiv:1412.7479"}),
        ("journal={arXiv preprint 1412.7479v3}", {"arxiv:1412.7479"}),
        ("journal={arXiv:1412.7479 [cs]}", {"arxiv:1412.7479"}),
        ("journal={ArXiv e-prints: 1412.7479}", {"arxiv:1412.7479"}),
        ("journal={https://arxiv.org/abs/1412.7479}", {"arxiv:1412.7479"}),
        ("journal={CoRR}, volume={abs/1412.7479}", {"arxiv:1412.7479"}),
        ("journal={CoRR, abs/1412.7479}", {"arxiv:1412.7479"}),
        ("eprint={1412.7479v2}", {"arxiv:1412.7479"}),
        ("eprint={arXiv:math.GT/0309136}, archivePrefix={arXiv}", {"arxiv:math/0309136"}),
        ("eprint={PMC123}, archivePrefix={pmc}", set()),
        ("eprint={1412.7479}, eprinttype={hal}", set()),
        ("number={arXiv:1412.7479}", {"arxiv:1412.7479"}),
        ("url={\\url{http://arxiv.org/pdf/1412.7479.pdf}}", {"arxiv:1412.7479"}),
        ("url={http://arxiv.org/abs/1412.7479 http://dx.doi.org/10.1109/x}", set()),
        ("doi={10.1145/ABC}, url={https://doi.org/10.1145/abc}", {"doi:10.1145/abc"}),
        ("doi={https://dx.doi.org/10.1007/978-3-030-1\\_7}", {"doi:10.1007/978-3-030-1_7"}),
        ("doi={10.48550/arXiv.1412.7479}", {"arxiv:1412.7479"}),
        ("doi={10.18653/v1/P19-1001}", {"acl:P19-1001"}),
        ("note={arXiv: 1412.7479}", {"arxiv:1412.7479"}),
        ("note={overlap with arXiv:1712.01897}", set()),
        ("journal={Neural Networks}, volume={1412}", set()),
        ("journal={arXiv}, volume={1412.74790000}", set()),
    ],
)
def test_names_its_work(fields: str, names: set[str]) -> None:
    document, entry = _entry(fields)
    assert {one.identity for one in identifiers(entry, macros(document))} == names


def test_places_an_identifier() -> None:
    document, entry = _entry("journal = {arXiv preprint arXiv:1412.7479v2}, doi = {10.1145/1}")
    placed = [document.slice(one.span) for one in identifiers(entry, macros(document))]
    assert sorted(placed) == ["10.1145/1", "1412.7479"]


@pytest.mark.parametrize(
    ("kind", "fields", "expected"),
    [
        ("article", "journal={arXiv preprint arXiv:1412.7479}", True),
        ("article", "journal={CoRR}, volume={abs/1412.7479}", True),
        ("article", "journal={bioRxiv}, doi={10.1101/123456}", True),
        ("article", "journal={https://arxiv.org/abs/1412.7479}", True),
        ("misc", "eprint={1412.7479}", True),
        ("misc", "title={Nets}", False),
        ("inproceedings", "booktitle={ICML}, eprint={1412.7479}", False),
        ("article", "journal={Neural Networks}, eprint={1412.7479}", False),
        ("phdthesis", "eprint={1412.7479}", False),
    ],
)
def test_knows_a_preprint(kind: str, fields: str, expected: bool) -> None:
    document, entry = _entry(fields, kind)
    assert is_preprint(entry, macros(document)) is expected


@pytest.mark.parametrize(
    ("number", "date"),
    [
        ("1412.7479", (2014, 12)),
        ("0704.0001", (2007, 4)),
        ("math/0309136", (2003, 9)),
        ("hep-th/9711200", (1997, 11)),
        ("2113.00001", None),
    ],
)
def test_dates_an_arxiv_number(number: str, date: tuple[int, int] | None) -> None:
    assert arxiv_date(number) == date


@pytest.mark.parametrize(
    ("fields", "year"),
    [
        ("year={2014}", 2014),
        ("year=2014", 2014),
        ("date={2014-05-03}", 2014),
        ("year={in press}", None),
        ("year={2014/2015}", None),
        ("year={20145}", None),
        ("title={2014}", None),
    ],
)
def test_reads_the_year(fields: str, year: int | None) -> None:
    document, entry = _entry(fields)
    found = year_of(entry, macros(document))
    assert (found[0] if found else None) == year
    if found:
        assert document.slice(found[1]) == str(year)


def test_expands_macros_as_bibtex_does() -> None:
    document = parse(
        '@string{icml = "Int. Conf."}\n@string{both = icml # { and more}}\n@misc{a, x = both # jan, y = zz}', "a.bib"
    )
    known, entry = macros(document), document.bib[0].entries[0]
    first, second = field(entry, "x"), field(entry, "none", "Y")
    assert first is not None
    assert second is not None
    assert raw(first, known) == "Int. Conf. and moreJanuary"
    assert plain(second, known) == "zz"
    assert (is_known(first, known), is_known(second, known)) == (True, False)
    assert content(first) is None


def test_does_not_expand_without_end() -> None:
    text = '@string{a0 = "xxxxxxxxxx"}\n' + "".join(f"@string{{a{n} = a{n - 1} # a{n - 1}}}\n" for n in range(1, 60))
    start = time.perf_counter()
    known = macros(parse(text, "a.bib"))
    assert time.perf_counter() - start < 2
    assert max(map(len, known.values())) <= 200_000


def test_gives_the_inside_of_a_value() -> None:
    document, entry = _entry('title={Nets {and} more}, note = "said", year = 2014, month = jan')
    inside = [content(one) for one in entry.fields]
    assert [one and one[0] for one in inside] == ["Nets {and} more", "said", "2014", None]
    assert [document.slice(one[1]) for one in inside if one] == ["Nets {and} more", "said", "2014"]


def test_knows_which_entries_are_whole() -> None:
    document = parse("@misc{a, title={A} year={2014}}\n@misc{b, title={B}}\n", "a.bib")
    whole = well_formed(document)
    assert [whole(bib) for _, bib in blocks(document)] == [False, True]


def test_takes_the_paper_link_first() -> None:
    document = parse(
        "- [Nets](https://a.dev) [[code]](https://b.dev) [[pdf]](https://c.dev) [[slides]](https://d.dev)\n"
    )
    assert [link.target for link in paper_links(document.entries[0])] == ["https://a.dev", "https://c.dev"]


@needs_seeds
def test_finds_what_is_known_of_the_second_seed() -> None:
    path = SEEDS / "theory-for-deep-learning.md"
    document = parse(path.read_bytes(), path.name)
    found = {(d.code, document.source.position(d.span.start).line) for d in lint(RULES, document)}
    assert found == {("BIB022", 74), ("BIB016", 341), ("BIB017", 371)}


PIECES = (
    "### Nets\n\npaper link: [here](https://arxiv.org/abs/1412.7479)\n\n",
    "- [Nets](https://doi.org/10.1145/3446776)\n\n",
    "```bibtex\n@article{a, title={Nets}, journal={CoRR, abs/1211.5063}, volume={2}, year={2010}}\n```\n\n",
    "  ```bib\n  @misc{b,\n    eprint={1412.7480},\n    title = {Wide {nets} of old}\n  }\n  ```\n",
    "@misc{c, doi={10.1145/3446776}, year=, title={Wide nets of old}",
    "}\n",
    "> ```bibtex\n> @misc{d, title={Nets\n> and more},\n> year={1999}, journal={CoRR, abs/1211.5063}}\n> ```\n",
    "year = {2014},\n",
    "\u00e9",
)


@given(st.lists(st.sampled_from(PIECES), max_size=8).map("".join), st.sampled_from(("README.md", "refs.bib")))
@settings(max_examples=100, deadline=None)
def test_takes_any_document(text: str, path: str) -> None:
    document = parse(text, path)
    found = lint(RULES, document)
    twin = parse(text.replace("\n", "\r\n").encode(), path)
    assert [(d.code, d.span) for d in found] == [(d.code, d.span) for d in lint(RULES, twin)]
    for diagnostic in found:
        for edit in diagnostic.fix.edits if diagnostic.fix else ():
            assert 0 <= edit.span.start <= edit.span.end <= len(text)


def test_is_linear_in_the_number_of_references() -> None:
    text = "".join(
        f"@article{{k{n}, title={{A study of wide nets}}, year={{{1900 + n % 120}}}, doi={{10.1145/1}}}}\n"
        for n in range(8000)
    )
    document = parse(text, "refs.bib")
    start = time.perf_counter()
    lint(RULES, document)
    assert time.perf_counter() - start < 10
