"""Dates as people write them: where they stand, what they mean, and how they are written.

A *form* says how a date is written, in the notation of ``strftime`` and independent of the
locale: ``%Y`` year, ``%y`` its last two digits, ``%m`` ``%-m`` month with and without leading
zero, ``%d`` ``%-d`` day, ``%b`` ``Oct``, ``%B`` ``October``, ``%^b`` ``%^B`` in capitals,
``%~b`` ``%~B`` in small letters, and ``%o`` the day with its ending (``6th``). ``%b.`` is an
abbreviation with a full stop, which May has not.

Numbers that only look like dates are none: versions, identifiers, ports, prices, pages, ranges.
"""

from __future__ import annotations

import itertools
import re
from enum import IntEnum
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct

from listlint.model.patterns import lazy

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterator


class Precision(IntEnum):
    """How much of a date is said."""

    YEAR = 1
    MONTH = 2
    DAY = 3


_NAMES = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_SHORT = tuple(name[:3] for name in _NAMES)
_NUMBER = {name.casefold(): number for names in (_NAMES, _SHORT) for number, name in enumerate(names, 1)} | {"sept": 9}
_KEPT, _KEPT_BEFORE_STOPS = frozenset({6, 7}), frozenset({3, 4})
"""Months that many leave whole who abbreviate the others: June and July; with full stops March and April too."""
_ENDINGS = "stndrhSTNDRH"
_TOKEN = lazy(r"%(?:-?[md]|[\^~]?[bB]|[Yyo%])|[^%]")
_STOP = lazy(r"(%[\^~]?b)\.")
FORM = r"^(?:%(?:-?[md]|[\^~]?[bB]|[Yyo%])|[^%])+$"
"""What a form must match."""


class Date(Struct, frozen=True):
    """A date in a text.

    ``start`` and ``end`` are its place in the given text (half open), ``text`` is what stands
    there. Where day and month could be either (``06/10/2021``), ``ambiguous`` is true and both
    are None. ``impossible`` says why no calendar has it (``June has 30 days``). ``forms`` holds
    every form that it is written in: ``May 10`` is one of ``%b %d`` and of ``%B %-d``; the
    first is :attr:`form`.
    """

    start: int
    end: int
    text: str
    year: int
    month: int | None
    day: int | None
    precision: Precision
    forms: tuple[str, ...]
    ambiguous: bool = False
    impossible: str | None = None

    @property
    def form(self) -> str:
        """How it is written; of several readings the likeliest."""
        return self.forms[0]

    def first(self) -> datetime.date | None:
        """The first day that it can mean; None for what is ambiguous or impossible."""
        return None if self._is_unclear else _day(self.year, self.month or 1, self.day or 1)

    def last(self) -> datetime.date | None:
        """The last day that it can mean; None for what is ambiguous or impossible."""
        month = self.month or 12
        return None if self._is_unclear else _day(self.year, month, self.day or _days(self.year, month))

    @property
    def _is_unclear(self) -> bool:
        return self.ambiguous or self.impossible is not None

    def write(self, form: str) -> str | None:
        """The same date in another form.

        None where the form says more or less than the date does, where day and month cannot be
        told apart, and for an impossible date.
        """
        if self._is_unclear or precision_of(form) is not self.precision:
            return None
        if "%y" in form and not 1969 <= self.year <= 2068:
            return None
        month, day = self.month or 1, self.day or 1
        values = {
            "%Y": str(self.year), "%y": f"{self.year % 100:02}", "%m": f"{month:02}", "%-m": str(month),
            "%d": f"{day:02}", "%-d": str(day), "%o": f"{day}{_ordinal(day)}", "%%": "%",
        }  # fmt: skip
        names = {"b": _SHORT[month - 1], "B": _NAMES[month - 1]}
        for letter, name in names.items():
            values |= {f"%{letter}": name, f"%^{letter}": name.upper(), f"%~{letter}": name.lower()}
        if month == 5:  # whose short name is no abbreviation, and so has no stop
            form = _STOP.sub(r"\1", form)
        return "".join(values.get(token, token) for token in _TOKEN.findall(form))


def precision_of(form: str) -> Precision | None:
    """What a form says of a date; None if that is no date (a day without its month)."""
    tokens = {token.translate(_PLAIN) for token in _TOKEN.findall(form) if token[0] == "%"}
    year, month, day = (not tokens.isdisjoint(kinds) for kinds in (("%Y", "%y"), ("%m", "%b", "%B"), ("%d", "%o")))
    if not year or (day and not month):
        return None
    return Precision.DAY if day else Precision.MONTH if month else Precision.YEAR


_PLAIN = str.maketrans("", "", "-^~")


def _day(year: int, month: int, day: int) -> datetime.date:
    import datetime  # most runs compare no days

    return datetime.date(year, month, day)


def _days(year: int, month: int) -> int:
    """The number of days of a month."""
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 or year % 400 == 0) else 28
    return 30 if month in {4, 6, 9, 11} else 31


def _ordinal(day: int) -> str:
    return "th" if 10 < day < 14 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")


# --- Finding them: each year is looked for, and then what stands around it -------------------------

_MONTHS = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t(?:ember)?)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
_ONE_YEAR = r"(?:19|20)[0-9][0-9](?![0-9])(?<![0-9]....)"
_YEAR = lazy(_ONE_YEAR, re.DOTALL)
_FOUR = r"(?P<year>(?:19|20)[0-9][0-9])"
_NAME = rf"(?P<month>(?>{_MONTHS}\.?))"
_DAY = r"(?P<day>(?:3[01]|[0-2]?[0-9])(?:st|nd|rd|th)?)(?![0-9])"
_THEN_YEAR = rf"[\s,/-]{{0,4}}+(?:[0-3]?[0-9](?:st|nd|rd|th)?[\s.,/-]{{1,4}}+)?{_ONE_YEAR}"
_LEFT = r"(?<![^\W_])(?<![./-])"
"""What stands before is not the beginning of the word, number or path."""
_BACKWARD = tuple(
    lazy(_LEFT + shape + _FOUR + r"\Z", re.IGNORECASE)
    for shape in (
        rf"{_NAME}(?:\s{{0,4}}+|[-/]){_DAY}(?:[.,]{{1,2}}\s{{0,4}}+|\s{{1,4}}+,?\s{{0,4}}+|[-/])",
        rf"{_DAY}(?:\.?\s{{0,4}}+(?:of\s{{1,4}}+)?|[-/]){_NAME}(?:,?\s{{1,4}}+|[-/,])",
        rf"{_NAME}(?:,?\s{{1,4}}+|[-/,])",
        r"(?P<one>[0-3]?[0-9])(?P<mark>[-/.])(?P<two>[0-3]?[0-9])(?P=mark)",
        r"(?P<month>0[1-9]|1[0-2])/",
    )
)
_NUMBERS, _NUMBERS_REACH = _BACKWARD[3], 6
_BEFORE_YEAR = frozenset(".,/-")
"""What can stand right before the year in these, white space aside."""
_REACH = 40
"""Characters from the first of a date to the end of its year; every shape is shorter."""
_MAYBE = lazy(rf"(?:[0-9](?:st|nd|rd|th)?|{_MONTHS})[.,]{{0,2}}[\s,/-]{{0,9}}+\Z", re.IGNORECASE)
"""What each shape has before its year; most years have something else."""
_FORWARD = tuple(
    lazy(_FOUR + shape, re.IGNORECASE)
    for shape in (
        r"(?P<mark>[-/.])(?P<month>[0-3]?[0-9])(?P=mark)(?P<day>[0-3]?[0-9])(?:(?=T[0-2][0-9])|(?![^\W_]|[-/]|\.[0-9]))",
        r"(?:[-/](?P<month>[0-3]?[0-9])|\.(?P<month2>[01][0-9]))(?![^\W_]|[-/]|\.[0-9])",
        r" ?年 ?(?P<month>[0-3]?[0-9]) ?月(?: ?(?P<day>[0-3]?[0-9]) ?[日号號])?",
        r" ?년 ?(?P<month>[0-3]?[0-9]) ?월(?: ?(?P<day>[0-3]?[0-9]) ?일)?",
        r" ?[年년](?![ 代間间度]?[^\W_])",
        rf"(?:,?\s{{1,4}}+|[-/]){_NAME}(?!{_THEN_YEAR})(?:(?:,?\s{{1,4}}+|[-/]){_DAY})?(?![^\W_]|-\w|(?-i:\s[a-z]))",
    )
)
_GOES_ON = lazy(r"[^\W_]|_\w|[-/][^\W_]|\.[a-z0-9]")
"""What stands behind is still the same word, number or path."""
_NO_YEAR_BEFORE = lazy(
    r"(?:[^\W_]_?|[./\\@=+~^$€£¥₹#<>≈×-]|[$€£¥₹#<>≈~]\s"
    r"|(?:\b(?:ports?|pp?|pages?|pg|no|nr|vol|v|ver|version|release|rfc|iso|iec|over|than|about)\.?|localhost:|[0-9]:)\s?)\Z",
    re.IGNORECASE,
)
_NO_YEAR_AFTER = lazy(
    r"[^\W_]|_\w|[-/](?!-)\S|\.[a-z0-9]|,[0-9]{3}\b|[%‰°×+$€£¥]"
    r"|\s?(?:⭐|★|(?:stars?|px|pixels?|bits?|bytes?|[kmg]b|[kmg]?hz|usd|eur|dollars|euros|words|pages|dimensions?)\b)"
)
_DASH = r"\s{0,2}+(?:-{1,3}+|[\u2010-\u2015~～至]|から|(?<=\s)to(?=\s))\s{0,2}+"
_DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2015~～至"
_END_OF_DASH, _START_OF_DASH = _DASHES + "らoO", _DASHES + "かtT"
_RANGE_BEFORE = lazy(rf"(?:[0-9](?:st|nd|rd|th)?|\b{_MONTHS}\.?|[年月日]){_DASH}\Z", re.IGNORECASE)
_RANGE_AFTER = lazy(
    rf"{_DASH}(?:(?:(?:19|20)[0-9][0-9]|[0-3]?[0-9])(?![^\W_])(?!\s[a-z])|(?:{_MONTHS}|now|present|today)\b)",
    re.IGNORECASE,
)
_VERSION = lazy(r"\b(?:v|ver|version|release)\.?\s?\Z", re.IGNORECASE)
_SHORT_YEAR = lazy(r"(?P<one>[0-3]?[0-9])(?P<mark>[-/.])(?P<two>[0-3]?[0-9])(?P=mark)(?P<year>[0-9][0-9])")
_AROUND = " \t\n*_`()[]（）【】"
_LONGEST = 64
"""Characters of the longest text that can be a date and nothing else."""


class Place(NamedTuple):
    """Where a date stands in a text (half open), and how precise it is."""

    start: int
    end: int
    precision: Precision


def find_places(text: str) -> list[Place]:
    """The places of the dates in ``text``, in order: :func:`find_dates` without the reading, and cheaper."""
    if "20" not in text and "19" not in text:
        return []
    return [Place(*match.span(), _precision(match)) for match in _matches(text)]


def find_dates(text: str) -> tuple[Date, ...]:
    """The dates in ``text``, in order. The ends of a range (``2019 - 2021``) are none."""
    return tuple(_read(match, 0) for match in _matches(text))


def parse_date(text: str) -> Date | None:
    """The date that ``text`` is, with nothing beside it but brackets, emphasis and white space.

    As the whole of a text, two digits stand for a year too (``26/10/21``), and ``2021-13`` is
    an impossible date rather than something else.
    """
    return _parsed(text) if len(text) <= _LONGEST else None


@lru_cache(maxsize=1024)
def _parsed(text: str) -> Date | None:
    start, end = bare(text)
    inner = text[start:end]
    for shape in _SHAPES if any(map(str.isdigit, inner)) else ():
        match = shape.fullmatch(inner)
        if match is not None and _readings(match, whole=True):
            return _read(match, start)
    return None


def bare(text: str) -> tuple[int, int]:
    """Where ``text`` starts and ends without the brackets, emphasis and white space around it."""
    end = len(text.rstrip(_AROUND))
    return end - len(text[:end].lstrip(_AROUND)), end


_SHAPES = (_YEAR, *_BACKWARD, *_FORWARD, _SHORT_YEAR)


def _matches(text: str) -> Iterator[re.Match[str]]:
    last = 0
    for year in _YEAR.finditer(text):
        if year.start() < last:
            continue
        match = _around(text, year, last)
        if match is not None and not _in_range(text, match):
            last = match.end()
            yield match


def _in_range(text: str, match: re.Match[str]) -> bool:
    """Tell whether a date is an end of a range."""
    start, end = match.span()
    before, after = text[max(0, start - 4) : start].rstrip()[-1:], text[end : end + 4].lstrip()[:1]
    if start and before in _END_OF_DASH and _RANGE_BEFORE.search(text, max(0, start - 20), start):
        return True
    return end < len(text) and after in _START_OF_DASH and _RANGE_AFTER.match(text, end) is not None


def _around(text: str, year: re.Match[str], last: int) -> re.Match[str] | None:
    """The longest date that has this year, nothing of it before ``last``."""
    start, end = year.span()
    mark = text[start - 1] if start > last else ""
    if mark and (mark in _BEFORE_YEAR or mark.isspace()) and not _GOES_ON.match(text, end):
        if mark in "-/." and text[start - 2 : start - 1].isdigit():
            # The one shape that has numbers and marks only, and what has it has no other.
            match = _NUMBERS.search(text, max(last, start - _NUMBERS_REACH), end)
            if match is not None and 0 < int(match["one"]) < 32 and 0 < int(match["two"]) < 32:
                return match
        for shape in _BACKWARD if _MAYBE.search(text, max(last, start - 24), start) else ():
            match = shape.search(text, max(last, end - _REACH), end)
            if match is not None and _readings(match):
                return match
    if not _NO_YEAR_BEFORE.search(text, max(0, start - 12), start):
        for shape in _FORWARD if end < len(text) and text[end] in "-/.年년 ,\n\t" else ():
            match = shape.match(text, start)
            if match is not None and _readings(match):
                return match
        if not _NO_YEAR_AFTER.match(text, end):
            return year
    return None


# --- Reading one ------------------------------------------------------------------------------------


class _Reading(NamedTuple):
    """Month and day, as far as they are said; ``day_first`` tells in which order two plain numbers are read."""

    month: int | None
    day: int | None = None
    day_first: bool = False


def _precision(match: re.Match[str]) -> Precision:
    groups = match.re.groupindex
    if not groups:
        return Precision.YEAR
    if "two" in groups or ("day" in groups and match["day"]):
        return Precision.DAY
    month = match["month"] if "month" in groups else None
    if month is None and "month2" in groups:
        month = match["month2"]
    return Precision.MONTH if month else Precision.YEAR


def _readings(match: re.Match[str], *, whole: bool = False) -> tuple[_Reading, ...]:
    """What month and day a match can mean: two where they can be swapped, none where it is no date at all.

    ``whole`` tells that there is no text around it.
    """
    groups = match.groupdict()
    if groups.get("two"):
        return _either_order(int(groups["one"]), int(groups["two"]))
    written = groups.get("month") or groups.get("month2")
    if not written:
        return (_Reading(None),)
    day = int(groups["day"].rstrip(_ENDINGS)) if groups.get("day") else None
    if not written[0].isdigit():
        return (_Reading(_NUMBER[written.rstrip(".").casefold()], day),)
    month = int(written)
    if day is None:
        # 2021-22 is a season and 2009-15 a range of years, but 2021-13 as a whole is neither.
        known = month <= (min(31, int(match["year"]) % 100) if whole and month > 12 else 12)
        return (_Reading(month),) if month and known else ()
    version = groups.get("mark") == "." and _VERSION.search(match.string, max(0, match.start() - 10), match.start())
    return (_Reading(month, day),) if 0 < month < 32 and 0 < day < 32 and not version else ()


def _either_order(one: int, two: int) -> tuple[_Reading, ...]:
    if not (0 < one < 32 and 0 < two < 32):
        return ()
    orders = _Reading(two, one, day_first=True), _Reading(one, two)
    if one <= 12 and two <= 12:
        return orders
    return orders[1:] if two > 12 >= one else orders[:1]


def _read(match: re.Match[str], offset: int) -> Date:
    """The date of a match in a text that begins at ``offset`` of the caller's."""
    readings = _readings(match, whole=True)
    year = int(match["year"] if "year" in match.re.groupindex else match[0])
    if year < 100:
        year += 2000 if year < 69 else 1900  # as POSIX reads %y
    month, day, _ = readings[0]
    season = month is not None and day is None and match[0][4] in "-/" and month == year % 100 + 1
    ambiguous = season or len({reading[:2] for reading in readings}) > 1
    return Date(
        start=offset + match.start(),
        end=offset + match.end(),
        text=match[0],
        year=year,
        month=None if ambiguous else month,
        day=None if ambiguous else day,
        precision=_precision(match),
        forms=tuple(dict.fromkeys(form for reading in readings for form in _forms(match, reading))),
        ambiguous=ambiguous,
        impossible=None if ambiguous else _impossible(year, month, day),
    )


def _impossible(year: int, month: int | None, day: int | None) -> str | None:
    if month is None:
        return None
    if not 0 < month < 13:
        return f"there is no month {month}"
    name = _NAMES[month - 1]
    days = _days(year, month)
    if day is None or 0 < day <= days:
        return None
    return f"{name} {year} has {days} days" if month == 2 else f"{name} has {days} days"


def _forms(match: re.Match[str], reading: _Reading) -> Iterator[str]:
    """Every form that a match is written in, for one reading of it."""
    pieces = _pieces(match, reading)
    numbers = [text for _, letter, text in pieces if letter != "Y" and text.isdecimal()]
    named = next((_named(text) for _, letter, text in pieces if letter == "m" and not text.isdecimal()), ("",))
    for style, name in itertools.product(_styles(numbers, named=named != ("",)), named):
        form, at = "", match.start()
        for start, letter, text in pieces:
            form += " ".join(_SPACES.split(match.string[at:start])) + (_token(letter, text, style) or name)
            at = start + len(text)
        yield form + match.string[at : match.end()]


_SPACES = lazy(r"\s++")


def _pieces(match: re.Match[str], reading: _Reading) -> list[tuple[int, str, str]]:
    """Year, month and day of a match in order: where each begins, ``Y``, ``m`` or ``d``, and its text."""
    groups = match.re.groupindex
    year = "year" if "year" in groups else 0
    pieces = [(match.start(year), "Y", match[year])]
    for name in ("month", "month2", "day", "one", "two"):
        if name in groups and match[name] is not None:
            letter = ("d" if (name == "one") is reading.day_first else "m") if name in {"one", "two"} else name[0]
            pieces.append((match.start(name), letter, match[name]))
    return sorted(pieces)


def _styles(numbers: list[str], *, named: bool) -> list[str | None]:
    """How numbers of one or two digits are padded: ``""`` to two digits, ``"-"`` not at all, None as it comes."""
    padded, plain = any(number[0] == "0" for number in numbers), any(len(number) == 1 for number in numbers)
    if padded and plain:
        return [None]
    if padded or plain or not numbers:
        return ["-" if plain else ""]
    return ["-", ""] if named else ["", "-"]


def _token(letter: str, text: str, style: str | None) -> str:
    """The part of a form that stands for a number; "" for the name of a month."""
    if letter == "Y":
        return "%Y" if len(text) == 4 else "%y"
    digits = text.rstrip(_ENDINGS)
    if not digits.isdecimal():
        return ""
    if digits != text:
        ending = text[len(digits) :]
        return "%o" if ending == _ordinal(int(digits)) else f"%-{letter}{ending}"
    return f"%{('-' if len(text) == 1 else '') if style is None else style}{letter}"


@lru_cache(maxsize=256)
def _named(text: str) -> tuple[str, ...]:
    name = text.rstrip(".")
    stop, number = text[len(name) :], _NUMBER[name.casefold()]
    found: tuple[str, ...]
    case = "^" if name.isupper() else "~" if name.islower() else ""
    if number == 5:
        found = ("%b.", "%B.") if stop else ("%B", "%b", "%b.")
    elif name.casefold() != _NAMES[number - 1].casefold():
        found = ("%b" + stop,)
    else:
        kept = () if stop else ("%b", "%b.") if number in _KEPT else ("%b.",) if number in _KEPT_BEFORE_STOPS else ()
        found = ("%B" + stop, *kept)
    return tuple(form.replace("%", "%" + case) for form in found)
