"""Identifiers that carry their own proof: ISBN, ISSN, DOI and arXiv numbers, as people write them into fields.

Forms and check digits are those of ISO 2108 (ISBN), ISO 3297 (ISSN), ISO 26324 (DOI) and of arXiv's own
description (https://info.arxiv.org/help/arxiv_identifier.html). Nothing is looked up: what passes may still
not exist.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

from listlint.model.patterns import lazy
from listlint.text.identity import arxiv_id, identity

if TYPE_CHECKING:
    from collections.abc import Iterator


class Fault(NamedTuple):
    """What is wrong with a part ``[start, end)`` of a text; ``what`` follows on the name of the identifier."""

    start: int
    end: int
    what: str


class Doi(NamedTuple):
    """A DOI as it is written somewhere.

    ``name`` is the DOI itself, in its own case. ``form`` is ``plain``, ``prefixed`` (``doi:``), ``url`` (of the
    resolver) or ``page`` (of a publisher's site that names it).
    """

    name: str
    form: str


# --- ISBN and ISSN ---------------------------------------------------------------------------------

_LABEL = lazy(r"\b[ep]?-?IS[BS]N(?:-?1[03]\b)?:?", re.IGNORECASE)
_RUN = lazy(r"\d(?:[\s\u2010-\u2013-]?[\dXx])*+", re.ASCII)
_WORD = lazy(r"\S++")
_NO_DIGIT = lazy(r"[^\dX]")
_ISBN_LENGTHS = (10, 13)
_REMARK = 7
"""Digits below which a number beside an ISBN is a remark (a volume, an edition)."""


def isbn_faults(text: str) -> Iterator[Fault]:
    """Yield what is wrong with each ISBN of a text, which may hold several and remarks between them.

    A text without any number has no fault.
    """
    runs = list(_RUN.finditer(_without_labels(text)))
    long = [run for run in runs if len(_digits(run[0])) >= _REMARK]
    for run in long or runs:
        for start, end in _isbn_parts(run):
            digits = _digits(text[start:end])
            if len(digits) not in _ISBN_LENGTHS:
                yield Fault(start, end, _count(digits))
            elif identity(f"isbn:{digits}") is None:
                wrong = len(digits) == 13 and not digits.startswith(("978", "979"))
                yield Fault(start, end, "does not start with 978 or 979" if wrong else "has a wrong check digit")


def _isbn_parts(run: re.Match[str]) -> list[tuple[int, int]]:
    """The places of the ISBNs in a run of digits: two of them may be parted by a space alone."""
    words = list(_WORD.finditer(run[0]))
    if len(words) == 1 or not all(len(_digits(word[0])) in _ISBN_LENGTHS for word in words):
        return [run.span()]
    return [(run.start() + word.start(), run.start() + word.end()) for word in words]


def _count(digits: str) -> str:
    if issn_is_right(digits):
        return "is an ISSN"
    return f"has {len(digits)} digit{'s' * (len(digits) != 1)}, not 10 or 13"


def _without_labels(text: str) -> str:
    return _LABEL.sub(lambda label: " " * len(label[0]), text)


def _digits(text: str) -> str:
    return _NO_DIGIT.sub("", text.upper())


_ISSN = lazy(r"(?<![\dXx\u2010-\u2013-])\d{4}[\u2010-\u2013-]?\d{3}[\dXx](?![\dXx\u2010-\u2013-])", re.ASCII)


def issn_faults(text: str) -> Iterator[Fault]:
    """Yield what is wrong with each ISSN of a text, which may hold several and remarks between them.

    A text without any number has no fault.
    """
    found = False
    for match in _ISSN.finditer(text):
        found = True
        if not issn_is_right(_digits(match[0])):
            yield Fault(*match.span(), "has a wrong check digit")
    if not found:
        runs = [run for run in _RUN.finditer(_without_labels(text)) if len(_digits(run[0])) >= 4]
        for run in runs[:1]:
            digits = _digits(run[0])
            isbn = len(digits) in _ISBN_LENGTHS and identity(f"isbn:{digits}") is not None
            yield Fault(*run.span(), "is an ISBN" if isbn else f"has {len(digits)} digits, not 8")


def issn_is_right(digits: str) -> bool:
    """Tell whether eight digits (the last may be ``X``) are an ISSN: their weighted sum is a multiple of 11."""
    if not re.fullmatch(r"\d{7}[\dX]", digits, re.ASCII):
        return False
    total = sum((8 - i) * (10 if c == "X" else int(c)) for i, c in enumerate(digits))
    return total % 11 == 0


# --- DOI -------------------------------------------------------------------------------------------

_RESOLVER = lazy(r"(?:https?:)?/{0,2}(?:dx\.|www\.)?doi\.org/+", re.IGNORECASE)
_PREFIX = lazy(r"(?:doi|DOI)\s*:?\s*(?=10\.?)", re.IGNORECASE)
_URL = lazy(r"https?://", re.IGNORECASE)
_ENTITY = lazy(r"&(?:[a-z]+|#\d+);", re.IGNORECASE)


def read_doi(text: str) -> Doi | None:
    """The one DOI that a text is, in whatever form; None if it is none, more than one or malformed.

    Short DOIs (``10/abc``) are DOIs.
    """
    name, form = text.strip(), "plain"
    for _ in range(2):  # https://doi.org/doi:10… and https://doi.org/https://doi.org/10… exist
        match = _RESOLVER.match(name)
        if match:
            name, form = unquote(name[match.end() :]), "url"
            continue
        match = _PREFIX.match(name)
        if match:
            name, form = name[match.end() :], "prefixed" if form == "plain" else form
    if _is_doi(name):
        return Doi(name, form)
    if form == "plain" and _URL.match(name):
        return _on_page(name)
    return None


def _is_doi(name: str) -> bool:
    if not name.startswith("10") or any(char.isspace() for char in name) or _ENTITY.search(name):
        return False
    return name[-1] not in ".,;" and identity(f"doi:{name}") is not None


def _on_page(url: str) -> Doi | None:
    """The DOI of a page whose URL names it."""
    scheme, _, name = (identity(url) or "").partition(":")
    path = unquote(url)
    at = path.lower().find(name) if scheme == "doi" else -1
    return Doi(path[at : at + len(name)], "page") if at >= 0 and _is_doi(name) else None


# --- arXiv -----------------------------------------------------------------------------------------

_NEW = lazy(r"(\d\d)(\d\d)\.(\d{4,5})", re.ASCII)
_FIRST_NEW, _FIVE_DIGITS = (7, 4), (15, 1)
"""Year and month of the first ids of the form that is used now, and of the first with five digits."""
_LAST_YEAR = 90
"""Two-digit year from which an id is of the last century."""


def arxiv_fault(written: str) -> str | None:
    """What is impossible about an arXiv id (``2110.13786v2``, ``math/0309136``); None if it may exist.

    The text follows on the id. Nothing is said about ids of the future.
    """
    paper = arxiv_id(f"arXiv:{written}")
    if paper is None:
        return "is no arXiv id"
    match = _NEW.fullmatch(paper.id)
    if match is None:
        return _old_fault(paper.id.partition("/")[2])
    year, month, number = int(match[1]), int(match[2]), match[3]
    if not 1 <= month <= 12:
        return f"names the month {match[2]}"
    if year > _LAST_YEAR or (year, month) < _FIRST_NEW:
        return "has a form that arXiv uses since April 2007 only"
    if len(number) != (5 if (year, month) >= _FIVE_DIGITS else 4):
        return f"has {len(number)} digits after the point; ids have five since 2015, and four before"
    return "has the number 0" if int(number) == 0 else None


def _old_fault(number: str) -> str | None:
    year, month = int(number[:2]), int(number[2:4])
    if not 1 <= month <= 12:
        return f"names the month {number[2:4]}"
    if year <= _LAST_YEAR and (year, month) >= _FIRST_NEW:
        return "has a form that arXiv used until March 2007 only"
    return "has the number 0" if int(number[4:]) == 0 else None
