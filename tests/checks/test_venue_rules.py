"""Rules on venues: what an example of one file cannot show."""

import time
from collections.abc import Callable

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listlint.checks.bibtex.inconsistent_venue import InconsistentVenue
from listlint.checks.bibtex.misspelt_venue import MisspeltVenue
from listlint.checks.bibtex.wrong_type import WrongType
from listlint.checks.metadata.unknown_venue import UnknownVenue
from listlint.checks.metadata.venue_format import VenueFormat
from listlint.checks.venues import bib_venues, dated_words
from listlint.testing import fixed, lint, parse
from tests.paths import SEEDS, needs_seeds

RULES = (MisspeltVenue, InconsistentVenue, WrongType, VenueFormat, UnknownVenue)


def lines(name: str, *codes: str) -> set[int]:
    """The lines on which rules find something in a seed."""
    document = parse((SEEDS / name).read_bytes(), name)
    found = lint([rule for rule in RULES if rule.code in codes], document)
    return {document.text.count("\n", 0, one.span.start) + 1 for one in found}


@needs_seeds
@pytest.mark.parametrize(
    ("code", "expected"),
    [("BIB013", {209}), ("BIB014", {308}), ("BIB015", {96, 161, 176}), ("MET002", set()), ("MET003", set())],
)
def test_the_list_with_bibtex(code: str, expected: set[int]) -> None:
    assert lines("theory-for-deep-learning.md", code) == expected


@needs_seeds
def test_the_list_with_tags_is_consistent() -> None:
    assert lines("deep-learning-explained.md", "MET002", "MET003") == set()


def entries(*venues: str) -> str:
    """A list of entries with these venues."""
    return "".join(f"- [A{n}](https://a.dev/{n}), {venue}\n" for n, venue in enumerate(venues))


@pytest.mark.parametrize("form", ["NeurIPS 2021", "neurips2021", "NeurIPS'21", "NeurIPS, 2021", "NeurIPS-21"])
def test_a_configured_form_is_reached_and_kept(form: str) -> None:
    text = entries("ICML 2019", "ICLR'20", "`cvpr2018`", "(NIPS-16)")
    after = fixed(VenueFormat, parse(text), {"form": form})
    for name, year in [("ICML", "2019"), ("ICLR", "2020"), ("CVPR", "2018"), ("NIPS", "2016")]:
        shown = form.replace("2021", year).replace("21", year[2:])
        shown = shown.replace("neurips", name.lower()).replace("NeurIPS", name)
        assert shown in after.text


@pytest.mark.parametrize("form", ["2021", "NeurIPS", "ICML 2021", "NeurIPS 21st", ""])
def test_a_form_that_is_no_example_is_refused(form: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"form": form}, VenueFormat.Options)


def test_each_venue_keeps_its_year() -> None:
    text = entries(*["ICML 2019"] * 8, "ICLR'98", "CVPR-07")
    assert entries(*["ICML 2019"] * 8, "ICLR 1998", "CVPR 2007") == fixed(VenueFormat, parse(text)).text


@pytest.mark.parametrize(
    "name",
    ["ACML", "ICPR", "ICRA", "KDD", "ICAR", "ECAL", "ICMLA", "MICAI", "EACL", "IEEE", "CIFAR", "VGG", "ICMLW", "JUNE"],
)
def test_other_names_are_no_misspelt_venues(name: str) -> None:
    often = ["ICML 2019", "ICLR 2019", "ICRA 2019", "ACL 2019", "NAACL 2019", "MICCAI 2019"] * 3
    assert lint([UnknownVenue], parse(entries(*often, f"{name} 2019"))) == []


BRACED = st.text(alphabet='ab {}&\\"#~é\n', max_size=30)


@settings(max_examples=100, deadline=None)
@given(BRACED)
def test_every_place_shows_what_it_stands_for(value: str) -> None:
    document = parse(f"@article{{k,\n journal = {{{value}}}\n}}\n", "a.bib")
    for venue in bib_venues(document):
        shown = venue.shown
        if shown is None:
            continue
        for start in range(len(venue.text)):
            for end in range(start + 1, len(venue.text) + 1):
                place = shown.place(start, end)
                if place is None:
                    continue
                part = document.slice(place)
                assert part.count("{") == part.count("}")
                assert "".join(
                    part.replace("\\", "").replace("{", "").replace("}", "").replace("~", " ").split()
                ) == "".join(venue.text[start:end].split())


def unknown_bib(size: int) -> str:
    """References to ever other unknown journals, near to a common one."""
    common = "@article{c%d, title={A}, journal={Annals of Wonderful Hills}}\n" * 3 % (1, 2, 3)
    return common + "".join(
        f"@article{{k{n}, title={{A}}, journal={{Annals of {chr(97 + n % 26)}{n:x} Wonderful Hills}}}}\n".replace(
            "0", "o"
        )
        for n in range(size // 70)
    )


def acronyms(size: int) -> str:
    """Entries with ever other acronyms."""
    letters = "ABCDEFGHIJ"
    names = ("".join(letters[int(digit)] for digit in f"{n:06}") for n in range(size // 40))
    return "".join(f"- [A](https://a.dev/{name}), {name} 2019\n" for name in names)


def one_venue_in_bib(size: int) -> str:
    """References to one venue, a fifth of them in another form."""
    forms = ["International Conference on Machine Learning"] * 4 + ["Int. Conf. on Machine Learning (ICML)"]
    return "".join(f"@misc{{k{n}, booktitle={{{forms[n % 5]}}}}}\n" for n in range(size // 70))


def one_venue(size: int) -> str:
    """Entries of one venue, under all of its names."""
    return entries(
        *["NeurIPS 2019", "NIPS 2018", "Neurips 2019", "NeurIPS 2020", "NIPS'16", "NeurIPS 2021"] * (size // 250)
    )


@pytest.mark.parametrize(
    ("make", "path"),
    [
        pytest.param(one_venue_in_bib, "a.bib", id="one venue in bib"),
        pytest.param(one_venue, "a.md", id="one venue"),
        pytest.param(unknown_bib, "a.bib", id="bib"),
        pytest.param(acronyms, "a.md", id="acronyms"),
        pytest.param(lambda size: "- [A](https://a.dev), " + "a" * size + " 2019\n", "a.md", id="one word"),
        pytest.param(lambda size: "- [A](https://a.dev), " + "ab 19 " * (size // 6) + "\n", "a.md", id="years"),
        pytest.param(
            lambda size: "@article{a, journal={" + "{" * (size // 2) + "}" * (size // 2) + "}}", "a.bib", id="braces"
        ),
    ],
)
def test_time_is_linear(make: Callable[[int], str], path: str) -> None:
    def seconds(size: int) -> float:
        document = parse(make(size), path)
        start = time.process_time()
        lint(list(RULES), document)
        return time.process_time() - start

    seconds(1_000)
    small, large = seconds(50_000), seconds(400_000)
    assert large < 30 * max(small, 0.02), f"{small:.2f} s for 50,000, {large:.2f} s for 400,000"


def test_lists_without_venues_need_no_table() -> None:
    document = parse("- [A](https://a.dev) - Text.\n- [B](https://b.dev/2019) - Text of 2019.\n")
    assert dated_words(document) == ()
    assert bib_venues(document) == ()
