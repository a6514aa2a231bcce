"""Identifiers prove themselves: what people write passes, and one wrong digit does not."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listlint.text.checksums import arxiv_fault, isbn_faults, issn_faults, issn_is_right, read_doi

ISBNS = ["978-3-319-70096-0", "9781577357018", "0-8044-2957-X", "0805804269", "84-89925-97-6", "979-10-90636-07-1"]
ISSNS = ["1556-603X", "16113349", "0954-0091", "2169-3536"]


@pytest.mark.parametrize("text", [*ISBNS, "ISBN-13: 978-3-319-70096-0 (pbk.)", "", "none", "978-3-319-70096-0 vol. 2"])
def test_isbns_pass(text: str) -> None:
    assert list(isbn_faults(text)) == []


def test_isbns_are_read_one_by_one() -> None:
    assert list(isbn_faults(", ".join(ISBNS))) == []
    assert list(isbn_faults("9781577357018 0805804269")) == []
    text = "9781577357018, 0805804268 (pbk)"
    (fault,) = isbn_faults(text)
    assert text[fault.start : fault.end] == "0805804268"
    assert fault.what == "has a wrong check digit"


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("978-3-319-70096", "has 12 digits, not 10 or 13"),
        ("12", "has 2 digits, not 10 or 13"),
        ("1556-603X", "is an ISSN"),
        ("1234567890128", "does not start with 978 or 979"),
        ("X805804269", "has 9 digits, not 10 or 13"),
    ],
)
def test_what_is_wrong_with_an_isbn(text: str, what: str) -> None:
    assert [fault.what for fault in isbn_faults(text)] == [what]


@given(isbn=st.sampled_from(ISBNS), at=st.integers(0, 12), digit=st.sampled_from("0123456789"))
@settings(max_examples=100, deadline=None)
def test_a_wrong_digit_of_an_isbn_shows(isbn: str, at: int, digit: str) -> None:
    digits = isbn.replace("-", "")
    at %= len(digits)
    changed = digits[:at] + digit + digits[at + 1 :]
    assert bool(list(isbn_faults(changed))) == (changed != digits)


@given(issn=st.sampled_from(ISSNS), at=st.integers(0, 7), digit=st.sampled_from("0123456789"))
@settings(max_examples=100, deadline=None)
def test_a_wrong_digit_of_an_issn_shows(issn: str, at: int, digit: str) -> None:
    digits = issn.replace("-", "")
    changed = digits[:at] + digit + digits[at + 1 :]
    assert issn_is_right(changed) == (changed == digits)


def test_issns() -> None:
    assert list(issn_faults(", ".join(ISSNS))) == []
    assert list(issn_faults("ISSN 1556-603X (online), 0954-0091 (print)")) == []
    assert list(issn_faults("unknown")) == []
    assert [fault.what for fault in issn_faults("0954-0092")] == ["has a wrong check digit"]
    assert [fault.what for fault in issn_faults("978-3-319-70096-0")] == ["is an ISBN"]
    assert [fault.what for fault in issn_faults("1234567")] == ["has 7 digits, not 8"]


@pytest.mark.parametrize(
    ("text", "name", "form"),
    [
        ("10.1145/3446776", "10.1145/3446776", "plain"),
        (" 10/gpt3cs ", "10/gpt3cs", "plain"),
        ("10.1002/(SICI)1521-3951(199911)216:1<135::AID-PSSB135>3.0.CO;2-#", None, "plain"),
        ("doi:10.1000/182", "10.1000/182", "prefixed"),
        ("DOI 10.1000/182", "10.1000/182", "prefixed"),
        ("https://doi.org/10.1007/A_b", "10.1007/A_b", "url"),
        ("http://dx.doi.org/10.1002%2Fabc", "10.1002/abc", "url"),
        ("doi.org/doi:10.1000/182", "10.1000/182", "url"),
        ("https://dl.acm.org/doi/abs/10.1145/3446776", "10.1145/3446776", "page"),
    ],
)
def test_dois(text: str, name: str | None, form: str) -> None:
    found = read_doi(text)
    assert found is not None
    assert (found.name, found.form) == (name or text, form)


@pytest.mark.parametrize(
    "text",
    ["", "10.1145", "10.1145/", "1145/3446776", "10.1145/1 10.1145/2", "10.1145/1.", "10.1/a&lt;b", "https://a.dev/x"],
)
def test_no_dois(text: str) -> None:
    assert read_doi(text) is None


@pytest.mark.parametrize(
    "name", ["2110.13786", "2110.13786v2", "0704.0001", "1412.9999", "1501.00001", "math/0309136", "math.GT/0309136v2"]
)
def test_arxiv_ids_that_may_exist(name: str) -> None:
    assert arxiv_fault(name) is None


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("2113.01234", "names the month 13"),
        ("math/0300136", "names the month 00"),
        ("1412.12345", "has 5 digits after the point; ids have five since 2015, and four before"),
        ("1501.1234", "has 4 digits after the point; ids have five since 2015, and four before"),
        ("0703.1234", "has a form that arXiv uses since April 2007 only"),
        ("9912.1234", "has a form that arXiv uses since April 2007 only"),
        ("cs/0801123", "has a form that arXiv used until March 2007 only"),
        ("2110.00000", "has the number 0"),
        ("math/0309000", "has the number 0"),
        ("0309136", "is no arXiv id"),
        ("maths/0309136", "is no arXiv id"),
        ("", "is no arXiv id"),
    ],
)
def test_arxiv_ids_that_cannot_exist(name: str, what: str) -> None:
    assert arxiv_fault(name) == what


@pytest.mark.parametrize("char", ["1", "X", "-", " ", "1 ", "1-", "10.", "&", "ISBN"])
def test_long_texts_are_read_in_linear_time(char: str) -> None:
    text = char * 100_000
    list(isbn_faults(text))
    list(issn_faults(text))
    read_doi(text)
