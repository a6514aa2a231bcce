"""Dates: where they are found, what they mean, how they are written, and what is none."""

from __future__ import annotations

import datetime
import itertools
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listlint.text.dates import Precision, find_dates, find_places, parse_date, precision_of
from listlint.text.metadata import Found, find_date

DATES = [
    ("2021-10-06", (2021, 10, 6), "%Y-%m-%d"),
    ("2021/10/06", (2021, 10, 6), "%Y/%m/%d"),
    ("2021.10.6", (2021, 10, 6), "%Y.%-m.%-d"),
    ("2021-10", (2021, 10, None), "%Y-%m"),
    ("2021/10", (2021, 10, None), "%Y/%m"),
    ("2021.10", (2021, 10, None), "%Y.%m"),
    ("10/2021", (2021, 10, None), "%m/%Y"),
    ("Oct. 6 2021", (2021, 10, 6), "%b. %-d %Y"),
    ("Oct 06 2021", (2021, 10, 6), "%b %d %Y"),
    ("Oct 6th, 2021", (2021, 10, 6), "%b %o, %Y"),
    ("October 6, 2021", (2021, 10, 6), "%B %-d, %Y"),
    ("6 October 2021", (2021, 10, 6), "%-d %B %Y"),
    ("6th of October 2021", (2021, 10, 6), "%o of %B %Y"),
    ("06-Oct-2021", (2021, 10, 6), "%d-%b-%Y"),
    ("2021 Oct 6", (2021, 10, 6), "%Y %b %-d"),
    ("October 2021", (2021, 10, None), "%B %Y"),
    ("October, 2021", (2021, 10, None), "%B, %Y"),
    ("OCT 2021", (2021, 10, None), "%^b %Y"),
    ("oct 2021", (2021, 10, None), "%~b %Y"),
    ("Oct. 26. 2021", (2021, 10, 26), "%b. %-d. %Y"),
    ("Sept. 2021", (2021, 9, None), "%b. %Y"),
    ("25.10.2021", (2021, 10, 25), "%d.%m.%Y"),
    ("10/25/2021", (2021, 10, 25), "%m/%d/%Y"),
    ("12/12/2021", (2021, 12, 12), "%d/%m/%Y"),
    ("2021年10月6日", (2021, 10, 6), "%Y年%-m月%-d日"),
    ("2021年10月", (2021, 10, None), "%Y年%m月"),
    ("2021 年", (2021, None, None), "%Y 年"),
    ("2021년 10월 6일", (2021, 10, 6), "%Y년 %-m월 %-d일"),
    ("2021", (2021, None, None), "%Y"),
]


@pytest.mark.parametrize(("text", "meaning", "form"), DATES)
def test_reads_dates_in_their_usual_forms(text: str, meaning: tuple[int, int | None, int | None], form: str) -> None:
    padded = f"A title, {text}, more."
    for found in (parse_date(text), *find_dates(padded)):
        assert found is not None
        assert (found.year, found.month, found.day) == meaning
        assert found.form == form
        assert found.text == text
        assert found.precision == sum(part is not None for part in meaning)
        assert found.impossible is None
        assert not found.ambiguous
    assert [padded[found.start : found.end] for found in find_dates(padded)] == [text]


@pytest.mark.parametrize(
    "text",
    [
        "version 1.2.3", "v2021.1", "v2021.10", "v2021.10.2", "version 2021.1.2", "2021.1", "arXiv:2110.13786",
        "1706.03762", "2010.08127", "1905.00001", "10.1145/2020.1234", "port 2021", "http://localhost:2021", "pp. 1999-2010",
        "pages 1999–2010", "p. 2010", "$2000", "€ 1999", "2000$", "1080p", "2020p", "2021 stars", "2070⭐", "~2000", "2000+",
        "2,000", "2000,000", "12021", "20211", "nips2021", "2021a", "CVE-2021-1234", "TR 2021-15", "RFC 2045",
        "2019-2021", "2019 - 2021", "2019–2021", "2021 - present", "from 2019 to 2021", "Oct 30 - Nov 2, 2021",
        "example.org/2021/10/06/title", "2021-10-06-title", "2021_report", "2021.pdf", "0000-00-00", "2021-00-00", "",
        "Oct. 6", "1 Oct 1821",
    ],
)  # fmt: skip
def test_numbers_that_only_look_like_dates_are_none(text: str) -> None:
    assert find_dates(text) == ()


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("12 Jun 2019, updated 2021", ["12 Jun 2019", "2021"]),
        ("March 2021, May 2022", ["March 2021", "May 2022"]),
        ("2021, March 5 2022", ["2021", "March 5 2022"]),
        ("6-8 October 2021", ["October 2021"]),
        ("Oct 6-8, 2021", ["2021"]),
        ("2021-10-06T12:00:00Z", ["2021-10-06"]),
        ("It grew in 2021 May be more.", ["2021"]),
        ("_May 2021_ **2020** [2019] (2018).", ["May 2021", "2020", "2019", "2018"]),
        ("NeurIPS 2021", ["2021"]),
        ("2021年10月6日から", ["2021年10月6日"]),
        ("Title - Oct 2021", ["Oct 2021"]),
    ],
)
def test_finds_the_longest_date_around_each_year(text: str, dates: list[str]) -> None:
    assert [date.text for date in find_dates(text)] == dates
    assert [text[place.start : place.end] for place in find_places(text)] == dates


@pytest.mark.parametrize("text", ["06/10/2021", "6.10.2021", "06-10-2021", "06/10/21", "2011-12", "2006/07"])
def test_what_can_be_read_in_two_ways_is_never_converted(text: str) -> None:
    date = parse_date(text)
    assert date is not None
    assert date.ambiguous
    assert (date.month, date.day, date.first(), date.last()) == (None, None, None, None)
    for form in ("%Y-%m-%d", "%d/%m/%Y", "%b %Y", *date.forms):
        assert date.write(form) is None


def test_an_ambiguous_date_is_written_in_both_forms() -> None:
    date = parse_date("06/10/2021")
    assert date is not None
    assert date.forms == ("%d/%m/%Y", "%m/%d/%Y")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("31 June 2021", "June has 30 days"),
        ("Feb. 29 2021", "February 2021 has 28 days"),
        ("Feb 29, 1900", "February 1900 has 28 days"),
        ("Oct 0 2021", "October has 31 days"),
        ("2021-13-05", "there is no month 13"),
        ("2021-13", "there is no month 13"),
        ("31/31/2021", "there is no month 31"),
        ("31.04.2021", "April has 30 days"),
        ("2021年13月1日", "there is no month 13"),
    ],
)
def test_impossible_dates_say_why(text: str, why: str) -> None:
    date = parse_date(text)
    assert date is not None
    assert date.impossible == why
    assert date.first() is None
    assert all(date.write(form) is None for form in date.forms)


@pytest.mark.parametrize(
    "text", ["29 Feb 2020", "Feb 29 2000", "31 Dec 2021", "2021-22", "2009-15", "2021 stars", "x 2021"]
)
def test_other_texts_are_no_impossible_dates(text: str) -> None:
    date = parse_date(text)
    assert date is None or date.impossible is None


def test_a_text_of_its_own_may_have_a_year_of_two_digits() -> None:
    date = parse_date(" *(26/10/21)* ")
    assert date is not None
    assert (date.year, date.month, date.day, date.form) == (2021, 10, 26, "%d/%m/%y")
    assert (date.start, date.end) == (3, 11)
    assert find_dates("version 26/10/21") == ()
    old = parse_date("26/10/85")
    assert old is not None
    assert old.year == 1985


@pytest.mark.parametrize(
    ("text", "form", "written"),
    [
        ("Oct. 26. 2021", "%b. %-d %Y", "Oct. 26 2021"),
        ("October 6, 2021", "%Y-%m-%d", "2021-10-06"),
        ("2021-10-06", "%b %o, %Y", "Oct 6th, 2021"),
        ("2021-05-06", "%b. %-d %Y", "May 6 2021"),
        ("2021-05", "%B %Y", "May 2021"),
        ("2021-06-22", "%^b %o, %Y", "JUN 22nd, 2021"),
        ("Oct 2021", "%~B %Y", "october 2021"),
        ("Oct 2021", "100%% %m/%y", "100% 10/21"),
        ("Oct 2021", "%Y", None),
        ("Oct 2021", "%b. %-d %Y", None),
        ("2021", "%b. %Y", None),
        ("1950-10-06", "%d/%m/%y", None),
    ],
)
def test_writes_a_date_in_another_form_of_the_same_precision(text: str, form: str, written: str | None) -> None:
    date = parse_date(text)
    assert date is not None
    assert date.write(form) == written


@pytest.mark.parametrize(
    ("text", "forms"),
    [
        ("May 2021", {"%b %Y", "%b. %Y", "%B %Y"}),
        ("June 3 2021", {"%b %-d %Y", "%b. %-d %Y", "%B %-d %Y"}),
        ("March 3 2021", {"%b. %-d %Y", "%B %-d %Y"}),
        ("Jun 3 2021", {"%b %-d %Y"}),
        ("Sept. 3 2021", {"%b. %-d %Y"}),
        ("October 10 2021", {"%B %-d %Y", "%B %d %Y"}),
        ("2021-10-11", {"%Y-%m-%d", "%Y-%-m-%-d"}),
        ("2021-10-06", {"%Y-%m-%d"}),
        ("2021-9-05", {"%Y-%-m-%d"}),
        ("23th March 2021", {"%-dth %B %Y", "%-dth %b. %Y"}),
        ("Oct.  6\n2021", {"%b. %-d %Y"}),
    ],
)
def test_knows_every_form_that_a_date_is_written_in(text: str, forms: set[str]) -> None:
    date = parse_date(text)
    assert date is not None
    assert set(date.forms) == forms


def test_what_a_form_says() -> None:
    forms = {
        "%Y": 1,
        "%B %Y": 2,
        "%^b. %y": 2,
        "%-d/%-m/%Y": 3,
        "%b %o, %Y": 3,
        "%-d %Y": None,
        "%b %d": None,
        "": None,
    }
    assert {form: precision_of(form) for form in forms} == forms


def test_a_date_covers_days() -> None:
    spans = {
        "2021": ("2021-01-01", "2021-12-31"),
        "Feb 2020": ("2020-02-01", "2020-02-29"),
        "6 May 2021": ("2021-05-06",) * 2,
    }
    for text, (first, last) in spans.items():
        date = parse_date(text)
        assert date is not None
        assert (str(date.first()), str(date.last())) == (first, last)


FORMS = [
    "".join(parts)
    for order in (
        ("{d}", " ", "{n}", " ", "%Y"),
        ("{n}", " ", "{d}", ", ", "%Y"),
        ("{n}", " ", "{d}", " ", "%Y"),
        ("{n}", " ", "%Y"),
    )
    for name, day in itertools.product(("%b", "%b.", "%B", "%^b", "%~B"), ("%d", "%-d", "%o"))
    for parts in [[part.format(n=name, d=day) if "{" in part else part for part in order]]
] + ["%Y-%m-%d", "%Y/%-m/%-d", "%d.%m.%Y", "%-m/%-d/%Y", "%Y/%m", "%Y年%-m月%-d日", "%Y"]


@settings(max_examples=100)
@given(st.dates(datetime.date(1950, 1, 1), datetime.date(2049, 12, 31)), st.sampled_from(FORMS), st.sampled_from(FORMS))
def test_what_is_written_is_read_again(day: datetime.date, form: str, other: str) -> None:
    exact = parse_date(day.isoformat())
    assert exact is not None
    source = {1: parse_date(str(day.year)), 2: parse_date(f"{day:%Y-%m}"), 3: exact}[precision_of(form) or 3]
    assert source is not None
    text = source.write(form)
    if text is None:  # 2011-12 may be a season
        assert source.ambiguous
        return
    again = parse_date(text)
    assert again is not None
    assert form in again.forms
    assert (again.start, again.end, again.text) == (0, len(text), text)
    assert again.precision == precision_of(form)
    if not again.ambiguous:
        assert (again.year, again.month, again.day) == (source.year, source.month, source.day)
        written = again.write(other)
        assert (written is None) == (precision_of(other) != again.precision)
        assert written is None or other in (parse_date(written) or again).forms


@settings(max_examples=100)
@given(st.text(alphabet="0123456789/.-, OctMaySept年月日(]_*v\n~$", max_size=60))
def test_places_hold_on_any_text(text: str) -> None:
    dates = find_dates(text)
    assert [(date.start, date.end, date.precision) for date in dates] == find_places(text)
    assert all(text[date.start : date.end] == date.text for date in dates)
    assert all(one.end <= two.start for one, two in itertools.pairwise(dates))
    whole = parse_date(text)
    assert whole is None or text[whole.start : whole.end] == whole.text


def test_the_most_precise_date_is_that_of_the_text() -> None:
    assert find_date("2020, Oct. 26 2021, Nov. 2 2021") == Found(6, 18, "Oct. 26 2021")
    assert find_date("2020, 2021") == Found(0, 4, "2020")
    assert find_date("none") is None


@pytest.mark.parametrize(
    "text",
    ["2021" * 50_000, "a" * 200_000, "Oct " * 50_000, "1" * 200_000, "2021-" * 20_000, " " * 200_000 + "2021", "6/" * 90_000 + "2021",
     "Oct" + " " * 200_000 + "2021", "to " * 60_000 + "2021 to " * 1000, "Oct. 6 2021 " * 5_000],
)  # fmt: skip
def test_hostile_texts_take_linear_time(text: str) -> None:
    start = time.process_time()
    find_dates(text)
    find_date(text)
    assert time.process_time() - start < 3


def test_precision_orders() -> None:
    assert Precision.YEAR < Precision.MONTH < Precision.DAY
