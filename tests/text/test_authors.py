"""Names: BibTeX's own reading of them, and those that stand in prose."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listlint.model.bib import PieceKind, pieces
from listlint.testing import parse
from listlint.text.authors import Kind, Name, Order, find_people, first_people, split_names
from listlint.text.metadata import find_authors
from tests.paths import CORPUS, needs_corpus


def _parts(value: str) -> list[tuple[str, str, str, str]]:
    return [(name.given, name.particle, name.family, name.suffix) for name in split_names(value)]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Ada Lovelace", ("Ada", "", "Lovelace", "")),
        ("Lovelace, Ada", ("Ada", "", "Lovelace", "")),
        ("Lovelace, Jr, Ada", ("Ada", "", "Lovelace", "Jr")),
        ("Jan van der Berg", ("Jan", "van der", "Berg", "")),
        ("van der Berg, Jan", ("Jan", "van der", "Berg", "")),
        ("Charles de la Vallée Poussin", ("Charles", "de la", "Vallée Poussin", "")),
        ("de la Vallée Poussin, Charles", ("Charles", "de la", "Vallée Poussin", "")),
        (r"{\'E}mile Zola", (r"{\'E}mile", "", "Zola", "")),
        (r"Ren{\'e} {\'e}tienne Zola", (r"Ren{\'e}", r"{\'e}tienne", "Zola", "")),
        (r"{\oe}uvre Zola", ("", r"{\oe}uvre", "Zola", "")),
        ("{van Gogh}, Vincent", ("Vincent", "", "{van Gogh}", "")),
        ("{The Analytical Society, London}", ("", "", "{The Analytical Society, London}", "")),
        ("Aristotle", ("", "", "Aristotle", "")),
        ("A.~B. Lovelace", ("A. B.", "", "Lovelace", "")),
        ("jean de la fontaine", ("", "jean de la", "fontaine", "")),
    ],
)
def test_reads_the_parts_of_a_name_as_bibtex_does(value: str, expected: tuple[str, str, str, str]) -> None:
    assert _parts(value) == [expected]


@pytest.mark.parametrize(
    ("value", "texts"),
    [
        ("A and B", ["A", "B"]),
        ("A AND B\n  and C", ["A", "B", "C"]),
        ("Anders Sand and Randy Andersen", ["Anders Sand", "Randy Andersen"]),
        ("{Smith and Sons} and B", ["{Smith and Sons}", "B"]),
        ("A and and B", ["A", "", "B"]),
        ("A and", ["A", ""]),
        ("and A", ["", "A"]),
        ("A and others", ["A", "others"]),
        ("  ", []),
        ("A{ and B", ["A{ and B"]),
        ("A} and B", ["A}", "B"]),
    ],
)
def test_separates_names_at_and_outside_braces(value: str, texts: list[str]) -> None:
    assert [name.text for name in split_names(value)] == texts


def test_places_are_those_of_the_value() -> None:
    value = "  Lovelace, Ada  and\n Jan van der Berg and others"
    assert [value[name.start : name.end] for name in split_names(value)] == [name.text for name in split_names(value)]


def test_tells_how_a_name_is_written() -> None:
    names = split_names("Ada Lovelace and Lovelace, Ada and {The Society} and Aristotle and others and A, B, C, D")
    assert [name.order for name in names] == [
        Order.FIRST_LAST,
        Order.LAST_FIRST,
        None,
        None,
        None,
        Order.LAST_FIRST,
    ]
    assert [name.braced for name in names][2]
    assert [name.others for name in names][4]
    assert names[5].commas == 3


@pytest.mark.parametrize(
    "value", ["Ada Lovelace", "van der Berg, Jan", "Berg, Jr, Jan", "Charles de la Vallée Poussin"]
)
@pytest.mark.parametrize("order", [Order.FIRST_LAST, Order.LAST_FIRST])
def test_a_name_keeps_its_parts_in_the_other_form(value: str, order: Order) -> None:
    (name,) = split_names(value)
    assert _parts(name.written(order)) == _parts(value)


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="aA bB,{}\\'and~\n", max_size=60))
def test_any_value_is_read(value: str) -> None:
    for name in split_names(value):
        assert value[name.start : name.end] == name.text
        assert 0 <= name.start <= name.end <= len(value)


@needs_corpus
def test_agrees_with_bibtexparser() -> None:
    """The parts are those that bibtexparser reads, wherever it accepts the name."""
    from bibtexparser.middlewares.names import (
        InvalidNameError,
        parse_single_name_into_parts,
        split_multiple_persons_names,
    )

    compared = 0
    for path in sorted(CORPUS.rglob("*.bib")):
        for entry in (one for block in parse(path.read_bytes(), path.name).bib for one in block.entries):
            for field in entry.fields:
                parts = pieces(field)
                if field.name.lower() != "author" or len(parts) != 1 or parts[0].kind is PieceKind.MACRO:
                    continue
                value = parts[0].text
                ours = split_names(value)
                theirs = split_multiple_persons_names(value)
                if any(name.empty for name in ours):
                    continue
                assert [" ".join(name.text.split()) for name in ours] == [" ".join(one.split()) for one in theirs]
                for name, one in zip(ours, theirs, strict=True):
                    try:
                        read = parse_single_name_into_parts(one)
                    except InvalidNameError:
                        continue
                    expected = (" ".join(read.first), " ".join(read.von), " ".join(read.last), " ".join(read.jr))
                    assert (name.given, name.particle, name.family, name.suffix) == expected
                    compared += 1
    assert compared > 300


PROSE = [
    ("Ada Lovelace's group, `nips2021`", Kind.GROUP, "Ada Lovelace's group", None),
    ("2021, Google Research.", Kind.INSTITUTE, "Google Research", None),
    ("Google Research 2021", Kind.INSTITUTE, "Google Research", None),
    ("Oct. 18 2021, Ada Lovelace et al.", Kind.ET_AL, "Ada Lovelace et al.", Order.FIRST_LAST),
    ("Lovelace et al., ICCV 2021", Kind.ET_AL, "Lovelace et al.", None),
    ("(babbage, lovelace et al 2018)", Kind.ET_AL, "lovelace et al", None),
    ("Lovelace, Ada, et al. 1843", Kind.ET_AL, "Lovelace, Ada, et al.", Order.LAST_FIRST),
    (
        "*Ada Lovelace (University of London) et al. arXiv.*",
        Kind.ET_AL,
        "Ada Lovelace (University of London) et al.",
        Order.FIRST_LAST,
    ),
    ("A. Lovelace, C. Babbage and G. Boole", Kind.PEOPLE, "A. Lovelace, C. Babbage and G. Boole", Order.FIRST_LAST),
    (
        "(2015), A. Lovelace, C. Babbage and G. Boole [[pdf]]",
        Kind.PEOPLE,
        "A. Lovelace, C. Babbage and G. Boole",
        Order.FIRST_LAST,
    ),
    ("Lovelace, A.; Babbage, C.", Kind.PEOPLE, "Lovelace, A.; Babbage, C.", Order.LAST_FIRST),
    (
        "Lovelace, A., Babbage, C., & Boole, G. (1854)",
        Kind.PEOPLE,
        "Lovelace, A., Babbage, C., & Boole, G.",
        Order.LAST_FIRST,
    ),
    ("*Lovelace, Ada and Babbage, Charles.*", Kind.PEOPLE, "Lovelace, Ada and Babbage, Charles", Order.LAST_FIRST),
    ("by Ada Lovelace", Kind.PEOPLE, "Ada Lovelace", Order.FIRST_LAST),
    ("by Lovelace A, Babbage C B. ICML, 2005", Kind.PEOPLE, "Lovelace A, Babbage C B", Order.LAST_INITIALS),
    ("*Ada Lovelace, Charles Babbage*. ICLR 2020", Kind.PEOPLE, "Ada Lovelace, Charles Babbage", Order.FIRST_LAST),
    ("Ada Lovelace, Jan van der Berg, SSBSE 2016.", Kind.PEOPLE, "Ada Lovelace, Jan van der Berg", Order.FIRST_LAST),
    (
        "*[Ada Lovelace          , [Charles Babbage         .*",
        Kind.PEOPLE,
        "Ada Lovelace, Charles Babbage",
        Order.FIRST_LAST,
    ),
    (
        "A textbook by Ada Lovelace and Charles O'Babbage (1843).",
        Kind.PEOPLE,
        "Ada Lovelace and Charles O'Babbage",
        Order.FIRST_LAST,
    ),
]


@pytest.mark.parametrize(("text", "kind", "found", "order"), PROSE)
def test_finds_people_in_prose(text: str, kind: Kind, found: str, order: Order | None) -> None:
    (people,) = find_people(text)
    assert (people.kind, people.text, people.order) == (kind, found, order)
    assert text[people.start : people.end].startswith(found.split(maxsplit=1)[0])
    assert first_people(text) == people
    assert find_authors(text) == (people.start, people.end, people.text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Fast.",
        "Deep Learning, Computer Vision, 2020",
        "Raspberry Pi, Orange Pi, Banana Pi",
        "London, UK; Sydney, Australia",
        "A client inspired by Material Design.",
        "Detection by Reinforced Decision Making",
        "our team's group of tools",
        "Tools for React et al",
        "Supports AWS, Google, Microsoft.",
        "Michael's",
    ],
)
def test_finds_nobody(text: str) -> None:
    assert [people for people in find_people(text) if people.kind is not Kind.ET_AL] == []


def test_names_of_a_list_have_their_places_and_parts() -> None:
    text = "2021, A. Lovelace, Charles Babbage and G. Boole, ICML"
    (people,) = find_people(text)
    assert [text[name.start : name.end] for name in people.names] == ["A. Lovelace", "Charles Babbage", "G. Boole"]
    assert [(name.given, name.family) for name in people.names] == [
        ("A.", "Lovelace"),
        ("Charles", "Babbage"),
        ("G.", "Boole"),
    ]


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="aAbB .,;*_()[]'&\n2019etlyand", max_size=80))
def test_any_prose_is_read(text: str) -> None:
    end = 0
    for people in find_people(text):
        assert end <= people.start < people.end <= len(text)
        end = people.end
        for name in people.names:
            assert isinstance(name, Name)
            assert people.start <= name.start <= name.end <= people.end
