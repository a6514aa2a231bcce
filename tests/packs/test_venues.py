"""The table of venues."""

from __future__ import annotations

import re
import time
from collections import Counter
from pathlib import Path

import pytest

from listlint.model.errors import ListlintError
from listlint.packs.loader import Tables
from listlint.packs.venue_words import SPONSORS, words
from listlint.packs.venues import VenueTable
from tests.paths import corpus_files, needs_corpus

LAST_FULL_YEAR = 2024


@pytest.fixture(scope="module")
def table() -> VenueTable:
    return Tables().get("venues", VenueTable)


# The table is true to itself


def test_no_form_names_two_venues(table: VenueTable) -> None:
    index = table.index
    for key, codes in index.codes.items():
        forms = [index.form(code) for code in codes]
        for number, one in enumerate(forms):
            for other in forms[number + 1 :]:
                same = all(
                    a == b or a in index.short or b in index.short for a, b in zip(one.words, other.words, strict=True)
                )
                assert one.venue is other.venue or not same, (key, one.text, other.text)


def test_every_form_is_found(table: VenueTable) -> None:
    ambiguous = {" ".join(words(word)) for word in table.meaning.ambiguous.split()}
    for venue in table.venues.values():
        for name in (venue.short, venue.name, *venue.aliases, *(old.name for old in venue.former)):
            mention = table.find(name)
            if " ".join(words(name)) in ambiguous:
                assert mention is None, name
                continue
            assert mention is not None, name
            assert mention.venue is venue, (name, mention.venue.key)


def test_acronyms_that_are_ambiguous_belong_to_no_row(table: VenueTable) -> None:
    shorts = {venue.short for venue in table.venues.values()}
    assert not shorts & set(table.meaning.ambiguous.split())


def test_former_names_are_consistent(table: VenueTable) -> None:
    for venue in table.venues.values():
        current = {tuple(words(name)) for name in (venue.short, venue.name, *venue.aliases)}
        for name, since, until in venue.former:
            assert 1800 <= (since or 1800) <= until <= LAST_FULL_YEAR, (venue.key, name)
            assert tuple(words(name)) not in current, f"{name} is both former and current"
            if until < LAST_FULL_YEAR:
                assert venue.short_in(until + 1) != name, name
                assert venue.name_in(until + 1) != name, name


def test_a_form_stands_once_in_its_row(table: VenueTable) -> None:
    for venue in table.venues.values():
        names = [venue.name, *venue.aliases, *(old.name for old in venue.former)]
        assert len({name.casefold() for name in names}) == len(names), venue.key


def test_words_have_one_abbreviation(table: VenueTable) -> None:
    seen = Counter(
        word
        for key, row in table.words.items()
        for word in {key, *row.partition("/")[0].split(), *row.partition("/")[2].split()}
    )
    assert [word for word, count in seen.items() if count > 1] == []
    assert not SPONSORS & (seen.keys() - {"computer", "society"})


def test_the_well_known_are_there(table: VenueTable) -> None:
    kinds = Counter(venue.kind for venue in table.venues.values())
    assert kinds["conference"] >= 500
    assert kinds["journal"] >= 900
    assert table.venues["pnas"].proceedings is False
    assert table.venues["pmlr"].proceedings
    assert table.venues["lncs"].proceedings
    assert not table.venues["lnm"].proceedings


# Forms that people write


@pytest.mark.parametrize(
    ("text", "key", "year", "track"),
    [
        ("nips2021", "neurips", 2021, None),
        ("NeurIPS'21", "neurips", 2021, None),
        ("NeurIPS’21 (Oral)", "neurips", 2021, "oral"),
        ("NeurIPS 2021 Datasets and Benchmarks Track", "neurips", 2021, "datasets"),
        ("[CVPR'19]", "cvpr", 2019, None),
        ("CVPR 2020 Workshops", "cvpr", 2020, "workshop"),
        ("CVPRW 2020", "cvpr", 2020, "workshop"),
        ("CVPR_W", "cvpr", None, "workshop"),
        ("ICML-19", "icml", 2019, None),
        ("KDD*18", "kdd", 2018, None),
        ("ICML 2019 (Best paper)", "icml", 2019, "award"),
        ("Advances in Neural Information Processing Systems 34", "neurips", None, None),
        ("Advances in Neural Information Processing Systems (NIPS 30)", "neurips", None, None),
        ("Adv. Neural Inf. Process. Syst.", "neurips", None, None),
        ("34th Conference on Neural Information Processing Systems (NeurIPS 2020), Vancouver, Canada.", "neurips", 2020, None),
        ("Thirty-Fifth Conference on Neural Information Processing Systems Datasets and Benchmarks Track", "neurips", None, "datasets"),
        ("NeurIPS Bayesian Deep Learning Workshop", "neurips", None, "workshop"),
        ("Learning Meets Combinatorial Algorithms Workshop at NeurIPS 2020", "neurips", 2020, "workshop"),
        ("Findings of the Association for Computational Linguistics: EMNLP 2020", "emnlp", 2020, "findings"),
        ("Findings of ACL", "acl", None, "findings"),
        ("Proceedings of the 61st Annual Meeting of the Association for Computational Linguistics (Volume 1: Long Papers)", "acl", None, None),
        ("Proc. Intl. Conf. on Machine Learning", "icml", None, None),
        ("Proceedings of the 36th International Conference on Machine Learning, ICML 2019, 9-15 June 2019, Long Beach, California, USA", "icml", 2019, None),
        ("Proceedings of the 2019 IEEE/CVF Conference on Computer Vision & Pattern Recognition", "cvpr", 2019, None),
        ("IEEE Computer Society Conference on Computer Vision and Pattern Recognition", "cvpr", None, None),
        ("Computer Vision - ECCV 2018 Workshops - Munich, Germany, September 8-14, 2018, Proceedings, Part II", "eccv", 2018, "workshop"),
        ("Acoustics, Speech and Signal Processing (ICASSP), 2013 IEEE International Conference on", "icassp", 2013, None),
        ("The 6th ACM SIGKDD International Conference on Knowledge Discovery and Data Mining, KDD 2000", "kdd", 2000, None),
        ("ACM SIGCOMM", "sigcomm", None, None),
        ("IEEE Trans. Pattern Anal. Mach. Intell.", "tpami", None, None),
        ("IEEE PAMI", "tpami", None, None),
        ("Nature", "nature", None, None),
        ("Nature 521", "nature", None, None),
        ("The International Journal of Robotics Research", "ijrr", None, None),
        ("J. Machine Learning Res.", "jmlr", None, None),
        ("JMLR: W&CP", "pmlr", None, None),
        ("ACM Transactions on Graphics (Proc. SIGGRAPH Asia)", "tog", None, None),
        ("Proceedings of the National Academy of Sciences", "pnas", None, None),
        ("Proceedings of the VLDB Endowment 13(4)", "pvldb", None, None),
        ("arXiv preprint arXiv:2003.01234", "arxiv", None, None),
        ("CoRR, abs/1211.5063", "arxiv", None, None),
        ("arXiv:1803.08367 [cs.LG]", "arxiv", None, None),
        ("accepted at CVPR", "cvpr", None, None),
        ("Submitted to ICLR 2021", "iclr", 2021, None),
        ("Proc. Natl. Acad. Sci. U.S.A.", "pnas", None, None),
        ("J. R. Stat. Soc. Ser. B", "jrssb", None, None),
        ("Comput. Vis. Image Underst.", "cviu", None, None),
        ("3DV 2020", "threedv", 2020, None),
        ("S&P'18", "sandp", 2018, None),
        ("L@S 2019", "learningatscale", 2019, None),
    ],
)  # fmt: skip
def test_find(table: VenueTable, text: str, key: str, year: int | None, track: str | None) -> None:
    mention = table.find(text)
    assert mention is not None
    assert (mention.venue.key, mention.year, mention.track) == (key, year, track)
    assert (mention.start, mention.end) == (0, len(text))


@pytest.mark.parametrize(
    "text",
    [
        "", "2021", "Proceedings", "deep learning", "ICML and NeurIPS", "CVPR, ICCV", "ICCV/ECCV 2020", "IEEE Nature",
        "Handbook of Metaheuristics", "Operations Research Proceedings 1991", "Hybrid Metaheuristics: An emergent approach",
        "Proceedings of the First Workshop on Artificial Intelligence and Music", "GitHub repository", "IEEE", "ACM",
        "Journal of Marchine Learning Research", "Advances in Neural Information Processing System", "x" * 10_000, "IS 2020",
    ],
)  # fmt: skip
def test_what_is_no_venue(table: VenueTable, text: str) -> None:
    assert table.find(text) is None


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("nips2021", "nips"),
        ("Proceedings of the 36th International Conference on Machine Learning (ICML)", "International Conference on Machine Learning"),
        ("IEEE/CVF Conference on Computer Vision and Pattern Recognition", "Conference on Computer Vision and Pattern Recognition"),
        ("23rd ACM SIGKDD International Conference on Knowledge Discovery and Data Mining", "International Conference on Knowledge Discovery and Data Mining"),
        ("J. Mach. Learn. Res., 12(3)", "J. Mach. Learn. Res."),
        ("IEEE Access", "IEEE Access"),
    ],
)  # fmt: skip
def test_the_form_is_the_name_as_written(table: VenueTable, text: str, form: str) -> None:
    mention = table.find(text)
    assert mention is not None
    assert mention.form == form
    assert text[mention.at :].startswith(form)


def test_names_change_over_time(table: VenueTable) -> None:
    venue = table.venues["neurips"]
    assert [venue.short_in(year) for year in (2016, 2017, 2018, None)] == ["NIPS", "NIPS", "NeurIPS", "NeurIPS"]
    mention = table.find("nips2021")
    assert mention is not None
    assert mention.former == ("NIPS", 1987, 2017)
    assert table.venues["mlsys"].short_in(2019) == "SysML"
    assert table.venues["tnnls"].name_in(2005) == "IEEE Transactions on Neural Networks"


# Prose


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("at ICLR 2020, then nips2021", ["ICLR 2020", "nips2021"]),
        ("`neurips'19` and [CVPR'19] (ICML)", ["neurips'19", "CVPR'19", "ICML"]),
        ("*International Conference on Learning Representations*, 2020.", ["International Conference on Learning Representations"]),
        ("IEEE Trans. Pattern Anal. Mach. Intell. 12", ["IEEE Trans. Pattern Anal. Mach. Intell."]),
        ("Published in FAST 2020", ["FAST 2020"]),
        ("a fast, micro, Nature or Science of CHI and ACL", []),
        ("James, 2012 and ICLR-style, github.com/ICLR/x, ICML.cc", []),
        ("machine learning and pattern recognition; Machine Learning, Neural Networks", []),
        ("proceedings of the national academy of sciences", []),
    ],
)  # fmt: skip
def test_mentions(table: VenueTable, text: str, found: list[str]) -> None:
    assert [text[mention.start : mention.end] for mention in table.mentions(text)] == found


# Misspellings


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Journal of Marchine Learning Research", "jmlr"),
        ("Advances in Neural Information Processing System 33", "neurips"),
        ("IEEE Transaction on Image Processing", "tip"),
        ("Proceedings of the 34th Internatinal Conference on Machine Learning", "icml"),
        ("ICRL 2021", "iclr"),
        ("NuerIPS 2020", "neurips"),
        ("NeurlPS", "neurips"),
        ("ICML 2020", None),
        ("ICMT 2020", None),
        ("Physical Review Q", None),
        ("Journal of Physics E", None),
        ("Journal of Chemistry", None),
        ("Journal of Machine Learning", None),
        ("Journal of Computer Security Research", None),
        ("ICSLPX", None),
        ("FIST", None),
        ("", None),
    ],
)
def test_near(table: VenueTable, text: str, key: str | None) -> None:
    venue = table.near(text)
    assert (venue.key if venue else None) == key


def test_a_name_of_the_table_is_never_another_one_misspelt(table: VenueTable) -> None:
    for venue in list(table.venues.values())[::7]:
        assert table.near(venue.name) is None


# Users' rows, and mistakes in them


def test_users_add_change_and_remove_rows(tmp_path: Path) -> None:
    (tmp_path / "venues.toml").write_text(
        "[conference]\nmine = 'OWN | Own Meeting on Everything'\nicml = 'ICML | Another Meeting'\nremove = ['iclr']\n",
        "utf-8",
    )
    own = Tables((tmp_path,)).get("venues", VenueTable)
    assert own.find("OWN 2020") is not None
    assert own.find("Own Meeting on Everything") is not None
    assert own.find("International Conference on Machine Learning") is None
    assert own.find("ICLR 2020") is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[conference]\nmine = 'OWN | '\n", "the row of mine"),
        ("[conference]\nmine = '-'\n", "the row of mine"),
        ("[conference]\nmine = ''\n", "the row of mine"),
        ("[conference]\njmlr = 'X | Y'\n", "in two kinds: jmlr"),
        ("[confernce]\nmine = 'X'\n", "unknown field"),
    ],
)
def test_broken_rows_are_errors_of_the_table(text: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "venues.toml").write_text(text, "utf-8")
    with pytest.raises(ListlintError, match=message):
        Tables((tmp_path,)).get("venues", VenueTable)


# Time


def test_long_texts_take_linear_time(table: VenueTable) -> None:
    start = time.process_time()
    for text in ("a" * 1_000_000, "9" * 1_000_000, "ICML " * 50_000, "IEEE Transactions on " * 10_000, "(" * 500_000):
        table.mentions(text)
        table.find(text)
        table.near(text)
    assert time.process_time() - start < 10


# The real lists

REFUSED = {
    "Handbook of Metaheuristics": "a book",
}
_VALUE = re.compile(r"[{}]|\\(?=&)|\]\(.*|^\[")


@needs_corpus
def test_venues_of_the_corpus_are_known(table: VenueTable) -> None:
    """Every journal, booktitle or series that occurs three times in the real lists."""
    from listlint.model.nodes import Document
    from listlint.model.source import Source
    from listlint.parse.bibliography import parse_bib
    from listlint.parse.markdown import parse

    counts: Counter[str] = Counter()
    macros: dict[str, str] = {}
    documents: list[Document] = []
    for path in corpus_files():
        text = path.read_text("utf-8", "replace")
        if re.search(r"@[A-Za-z]+\s*\{", text):
            source = Source.from_text(text, path.name)
            documents.append(parse_bib(source) if path.suffix == ".bib" else parse(source))
    blocks = [block for document in documents for block in document.bib]
    for block in blocks:
        macros.update((string.name.lower(), string.value) for string in block.strings)
    for entry in (entry for block in blocks for entry in block.entries):
        for field in entry.fields:
            if field.name.lower() in ("journal", "journaltitle", "booktitle", "series"):
                value = macros.get(field.value.lower(), field.value)
                counts[" ".join(_VALUE.sub("", value.strip('{}" ')).split())] += 1
    macro = re.compile(r"[a-z]+(?:[-_][a-z]+)?\Z")
    missing = [
        value
        for value, count in counts.items()
        if count >= 3 and value not in REFUSED and not table.find(value) and not macro.match(value)
    ]
    assert len(counts) > 200
    assert missing == []
