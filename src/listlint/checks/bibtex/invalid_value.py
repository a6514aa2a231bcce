"""BIB007: a year, a page range or a macro of BibTeX that no style can use."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from listlint.checks.api import Applicability, Bad, Edit, Finding, Fix, Good, May, Rule, Severity, Span
from listlint.checks.bib import content, field, macros, plain, well_formed
from listlint.checks.bib_fields import is_template
from listlint.checks.bib_options import DialectOptions
from listlint.model.bib import BibPiece, PieceKind, pieces
from listlint.model.facts import RunStrings
from listlint.model.nodes import BibEntry, BibField, Document
from listlint.model.patterns import lazy

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from listlint.checks.api import Context
    from listlint.model.bib import BibString

_YEAR = lazy(
    r"(?:c(?:a|irca)?\.?\s*)?[\[(]?\d{4}[\])]?[a-z]?(?:\s*[\[(]\d{4}[\])])?"
    r"|\d{4}\s*(?:[/\u2010-\u2015-]+\s*(?:\d{4}|\d{2}|present|today)?)",
    re.IGNORECASE | re.ASCII,
)
"""A year, one that is uncertain, told from others by a letter or that of a reprint, and spans of years."""
_DATE = lazy(r"(?:\d{4}|\d{2,3}[Xu]{1,2})(?!\d)[-/.\dTXu~?%:Z+]*", re.ASCII)
"""A date of ISO 8601-2, which BibLaTeX reads in ``year`` too."""
_UNDATED = lazy(
    r"\b(?:to\s+appear|(?:in|at)\s+(?:prep\w*|press|print|review|revision)|under\s+(?:review|revision)|forthcoming"
    r"|submitted|accepted|unpublished|draft|ongoing|present|no\s+(?:date|year)|undated|unknown|tb[ad])\b"
    r"|\b[ns]\.?\s?d\.?(?:\W|\Z)|\A\?+\Z",
    re.IGNORECASE,
)
_LONGEST = 300
"""Characters of a value beyond which it is neither a year nor pages."""
_FIRST_PAGE = r"[A-Za-z]{0,4}[\d.:]*\d[A-Za-z]?|[ivxlcdm]+"
_PAGES = lazy(
    rf"\s*(?:pp?\.?\s*)?(?P<first>{_FIRST_PAGE})(?P<dash>\s*(?:-+|[\u2010-\u2015\u2212])\s*)(?P<last>{_FIRST_PAGE})"
    r"\s*(?:,?\s*vol\.?\s*\d+)?\.?\s*",
    re.ASCII,
)
_NUMBER = lazy(r"(?P<head>.*?)(?P<number>\d+)", re.ASCII | re.DOTALL)
_PART = lazy(r"(?:[^,;+v]|v(?!ol))++(?:vol[^,;+]*+)?|v")
_HYPHENS = frozenset("-\u2010\u2011")
_CLEAR = 3
"""Digits of a page from which a hyphen behind it does not make it the number of an article or a chapter."""
_KNOWN_USES, _KNOWN_SHARE = 5, 0.9
"""Uses of macros that are defined, and the part of all uses that they must be, where the rest counts as undefined."""
_NEAR_LENGTH, _NEAR_MOST = 5, 50
"""Letters of a macro, and number of unknown ones, for which a likely name is looked for."""
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH_NAMES = frozenset(
    {"january", "february", "march", "april", "june", "july", "august", "sept", "september", "october", "november"}
    | {"december"}
)
_DIGITS = lazy(r"\d+")


def _file(*fields: str) -> Good:
    body = "".join(f"  {text},\n" for text in fields)
    return Good(f"@misc{{lovelace,\n{body}}}\n", path="list.bib")


def _defined(*fields: str) -> str:
    """A file that uses its own macro often."""
    entries = "".join(f"@misc{{a{number}, journal = amm}}\n" for number in range(9))
    return '@string{amm = "A Monthly"}\n' + entries + "".join(f"@misc{{b, {text}}}\n" for text in fields)


class InvalidValue(Rule[Document]):
    """A year is none, a page range runs backwards or has the wrong dash, or a macro is not defined.

    BibTeX says nothing of the first three and prints them; of an undefined macro it prints nothing at
    all. A year that is not one sorts wrongly and makes wrong labels, and most styles write
    "page" for "pages" where a range has an en dash.

    Years: "to appear", "in press", "n.d." and their like, spans of years, uncertain years
    (`ca. 1850`), years with a letter and BibLaTeX's forms of dates are fine. Pages: `123--45` means 145.
    One hyphen is reported between plain numbers that are a range beyond doubt, not in `A1917-A1946`, and not in
    `12-3`, which may be the number of an article; BibLaTeX reads both dashes. Macros: the months are known,
    and so are those of every file that is checked together. A file whose macros are mostly
    defined elsewhere is not judged, but for a name that is one letter off a defined one, and for
    `month = june`.
    """

    Options = DialectOptions
    code, name = "BIB007", "invalid-value"
    severity = Severity.WARNING
    about = "bib"
    fix = Applicability.SAFE
    valid = (
        _file("year = 2019", "pages = {120--145}"),
        _file("year = {to appear}", "pages = {120}"),
        _file("year = {in press}", "pages = {123--45}"),
        _file("year = {n.d.}", "pages = {A1917-A1946}"),
        _file("year = {Forthcoming 2024}", "pages = {e1234-e1240}"),
        _file("year = {2019/2020}", "pages = {12-3}"),
        _file("year = {2019-2020}", "pages = {104503-1--104503-9, xi--xx}"),
        _file("year = {1995--present}", "pages = {S1--S12, 5, 7+}"),
        _file("year = {2019-05-12/2020-06}", "pages = {4:1--4:34}"),
        _file("year = {ca. 1850}", "pages = {1--1}", "month = jun # {~5}"),
        _file(r"year = {\noop{2019a}2019}", "pages = {iv--xi}"),
        _file("year = {2020 [1936]}", "pages = {?}"),
        _file("year = {Submitted}", "pages = {e00511}"),
        _file("year = {in preparation}", "pages = {???}"),
        _file("year = {199X}", "pages = {98--102}", "month = OCT"),
        _file("date = {2019-05}", "pages = {120-145}"),
        _file("year = {{2019}}", "pages = {}"),
        _file("year = 19 # 84", "pages = {5-1--5-22}"),
        Good("@misc{lovelace, pages = {120-145}}\n", {"dialect": "biblatex"}, path="list.bib"),
        # Macros of another file.
        Good("@misc{lovelace, journal = amm, publisher = acm}\n", path="list.bib"),
        Good(_defined("journal = AMM", "journal = amm # { (B)}", "month = jan"), path="list.bib"),
        Good(_defined(*["journal = jacm"] * 5), path="list.bib"),
        Good('@string{stoc07 = "A"}\n@misc{a, journal = stoc07}\n@misc{b, journal = stoc08}\n', path="list.bib"),
        # Broken entries are the matter of syntax-error.
        Good("@misc{lovelace,\n  title = {A}\n  year = {19},\n}\n", path="list.bib"),
    )
    invalid = (
        Bad("@misc{lovelace, year = {⟦98⟧}}\n", path="list.bib"),
        Bad("@misc{lovelace, year = ⟦20201⟧, title = {A}}\n", path="list.bib"),
        Bad("@misc{lovelace, year = {⟦May 2019⟧}}\n", path="list.bib"),
        Bad('@misc{lovelace, year = "⟦2O19⟧"}\n', path="list.bib"),
        Bad("@misc{lovelace, pages = {⟦120--115⟧}}\n", path="list.bib"),
        Bad("@misc{lovelace, pages = {⟦1140-1114⟧, 7}}\n", path="list.bib"),
        Bad("@misc{lovelace, pages = {⟦4:34--4:1⟧}}\n", path="list.bib"),
        Bad("@misc{lovelace, pages = {120⟦-⟧145}}\n", "@misc{lovelace, pages = {120--145}}\n", path="list.bib"),
        Bad("@misc{lovelace, pages = {1⟦-⟧12}}\n", "@misc{lovelace, pages = {1--12}}\n", path="list.bib"),
        Bad("@misc{lovelace, pages = {1085⟦-⟧95}}\n", "@misc{lovelace, pages = {1085--95}}\n", path="list.bib"),
        Bad(
            "@misc{lovelace, pages = {12⟦ – ⟧15, xi⟦–⟧xx, 7⟦-⟧9}}\n",
            "@misc{lovelace, pages = {12--15, xi--xx, 7--9}}\n",
            path="list.bib",
        ),
        Bad(
            "@misc{lovelace, pages = {189⟦-⟧194 vol.1}}\n",
            "@misc{lovelace, pages = {189--194 vol.1}}\n",
            path="list.bib",
        ),
        Bad("@misc{lovelace, pages = {A19⟦–⟧A46}}\n", "@misc{lovelace, pages = {A19--A46}}\n", path="list.bib"),
        Bad("@misc{lovelace, month = ⟦june⟧}\n", "@misc{lovelace, month = jun}\n", path="list.bib"),
        Bad(_defined("journal = ⟦jacm⟧"), path="list.bib"),
        Bad(
            '@string{neurips = "A"}\n@misc{a, journal = neurips}\n@misc{b, journal = ⟦neurps⟧}\n',
            '@string{neurips = "A"}\n@misc{a, journal = neurips}\n@misc{b, journal = neurips}\n',
            path="list.bib",
        ),
        Bad(
            "".join(f"@misc{{a{number}, journal = amm}}\n" for number in range(9)) + "@misc{b, journal = ⟦jacm⟧}\n",
            path="list.bib",
            facts=(RunStrings(frozenset({"amm"})),),
        ),
        Bad(
            "# A\n\n```bibtex\n@misc{lovelace,\n  pages={120⟦-⟧145},\n}\n```\n",
            "# A\n\n```bibtex\n@misc{lovelace,\n  pages={120--145},\n}\n```\n",
        ),
    )

    def check(self, node: Document, ctx: Context) -> Iterator[Finding]:
        """Yield a finding for each year, each page range and each macro."""
        whole = ctx.memo(well_formed)
        strings = ctx.memo(macros)
        entries = [entry for block in node.bib for entry in block.entries if whole(entry) and not is_template(entry)]
        for entry in entries:
            if (year := field(entry, "year")) is not None:
                yield from _year(year, strings)
            if (pages := field(entry, "pages")) is not None:
                yield from _pages(pages, dashes=self.options.dialect == "bibtex" and not _is_biblatex(entry))
        known = ctx.fact(RunStrings).names if ctx.has(RunStrings) else frozenset[str]()
        yield from _macros([string for block in node.bib for string in block.strings], entries, known)


def _year(found: BibField, strings: Mapping[str, str]) -> Iterator[Finding]:
    # A command in it is there for the order: \noop{2019a}2019.
    if "\\" in found.value or any(piece.kind in (PieceKind.MACRO, PieceKind.OTHER) for piece in pieces(found)):
        return
    year = plain(found, strings)
    if (
        not year
        or len(year) > _LONGEST
        or any(fine.fullmatch(year) for fine in (_YEAR, _DATE))
        or _UNDATED.search(year)
    ):
        return
    inside = content(found)
    yield Finding(inside[1] if inside else found.value_span, f"the year “{year}” is not a year of four digits")


def _is_biblatex(entry: BibEntry) -> bool:
    """Tell whether only BibLaTeX understands the entry; it reads every dash between pages."""
    return field(entry, "date", "journaltitle") is not None


# --- Pages -----------------------------------------------------------------------------------------


def _pages(found: BibField, *, dashes: bool) -> Iterator[Finding]:
    inside = content(found)
    if inside is None or len(inside[0]) > _LONGEST:
        return
    text, place = inside
    for part in _PART.finditer(text):
        match = _PAGES.fullmatch(part[0])
        if match is None:
            continue
        at = place.start + part.start()
        written = f"{match['first']}{match['dash']}{match['last']}"
        if _is_reversed(match):
            yield Finding(
                Span(at + match.start("first"), at + match.end("last")), f"the pages “{written}” run backwards"
            )
        elif dashes and (dash := _wrong_dash(match)):
            span = Span(at + match.start("dash"), at + match.end("dash"))
            fix = Fix("write “--”", (Edit(span, "--"),), Applicability.SAFE, May.TEXT)
            yield Finding(span, f"the page range “{written}” has {dash}", fix)


def _numbers(match: re.Match[str]) -> tuple[str, str] | None:
    """The digits of both ends where they count alike: ``4:1--4:34``, ``S1--S12``; the last one written out in full."""
    first, last = _NUMBER.fullmatch(match["first"]), _NUMBER.fullmatch(match["last"])
    if first is None or last is None:
        return None
    (head, a), (tail, b) = first.group("head", "number"), last.group("head", "number")
    if not tail and len(b) < len(a):
        return a, a[: len(a) - len(b)] + b
    return (a, b) if head == tail else None


def _is_reversed(match: re.Match[str]) -> bool:
    numbers = _numbers(match)
    if numbers is None or int(numbers[1]) >= int(numbers[0]):
        return False
    dash, last = match["dash"].strip(), match["last"]
    if dash in _HYPHENS:
        return len(last) >= _CLEAR and len(last) == len(match["first"])
    return len(last) > 1


def _wrong_dash(match: re.Match[str]) -> str | None:
    """How a message names the dash; None where it may stand."""
    dash, first, last = match["dash"].strip(), match["first"], match["last"]
    if dash not in _HYPHENS:
        return (
            None if dash.startswith("-") else "an en dash" if dash == "\u2013" else "a dash that BibTeX does not know"
        )
    numbers = _numbers(match)
    if numbers is None or not (first.isdecimal() and last.isdecimal()) or int(numbers[1]) <= int(numbers[0]):
        return None
    short = len(last) < len(first)
    return None if short and (len(first) < _CLEAR or len(last) < 2) else "one hyphen"


# --- Macros ----------------------------------------------------------------------------------------


def _macros(strings: list[BibString], entries: list[BibEntry], run: frozenset[str]) -> Iterator[Finding]:
    known = {string.name.lower() for string in strings} | run | set(_MONTHS)
    fields: list[BibField | BibString] = [*strings, *(one for entry in entries for one in entry.fields)]
    uses = [
        (one, piece)
        for one in fields
        if one.value[:1] not in '{"' or "#" in one.value
        for piece in pieces(one)
        if piece.kind is PieceKind.MACRO
    ]
    unknown = [(one, piece) for one, piece in uses if piece.text.lower() not in known]
    if not unknown:
        return
    counts = Counter(name for _, piece in uses if (name := piece.text.lower()) in known and name not in _MONTHS)
    certain = counts.total() >= _KNOWN_USES and counts.total() >= _KNOWN_SHARE * (counts.total() + len(unknown))
    near = _near({piece.text.lower() for _, piece in unknown}, counts)
    for one, piece in unknown:
        name = piece.text.lower()
        if one.name.lower() == "month" and name in _MONTH_NAMES:
            yield _undefined(piece, name[:3], f"BibTeX knows the month as `{name[:3]}`")
        elif name in near:
            yield _undefined(piece, near[name], f"`{near[name]}` is")
        elif certain:
            yield Finding(piece.span, f"the macro `{piece.text}` is not defined in any file of this run")


def _undefined(piece: BibPiece, meant: str, hint: str) -> Finding:
    fix = None
    if piece.span.length == len(piece.text):
        fix = Fix(f"write `{meant}`", (Edit(piece.span, meant),), Applicability.UNSAFE, May.TEXT)
    return Finding(piece.span, f"the macro `{piece.text}` is not defined; {hint}", fix)


def _near(unknown: set[str], counts: Counter[str]) -> dict[str, str]:
    """For unknown names the one defined and used name that differs in a single letter."""
    if len(unknown) > _NEAR_MOST or not counts:
        return {}
    from rapidfuzz.distance import Levenshtein

    found: dict[str, str] = {}
    for name in unknown:
        if len(name) < _NEAR_LENGTH:
            continue
        like = [other for other in counts if Levenshtein.distance(name, other, score_cutoff=1) <= 1]
        if len(like) == 1 and _DIGITS.findall(like[0]) == _DIGITS.findall(name):
            found[name] = like[0]
    return found
