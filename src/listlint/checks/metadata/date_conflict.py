"""MET004: a date that cannot be, or that the rest of the list contradicts."""

from __future__ import annotations

import datetime
import re
from itertools import groupby
from typing import TYPE_CHECKING

from msgspec import Struct

from listlint.checks.api import Bad, Finding, Related, Rule, Severity
from listlint.checks.dates import DateField, date_fields
from listlint.checks.venues import dated_words
from listlint.model.facts import Today
from listlint.model.nodes import Document, EntryKind, Role
from listlint.model.patterns import lazy
from listlint.packs.venues import VenueTable
from listlint.text.dates import Precision
from listlint.text.identity import arxiv_id
from listlint.text.works import PAPERS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from listlint.checks.api import Context
    from listlint.checks.venues import Use
    from listlint.model.nodes import Entry
    from listlint.model.span import Span

_NUMBER = lazy(r"(?:([a-z-]+)/)?(\d\d)(0[1-9]|1[0-2])\.?(\d{3,5})")
"""An arXiv number: archive (until March 2007), year, month, and the sequence within the month."""
_TOLERANCE = datetime.timedelta(days=7)
"""How far the dates of neighbouring numbers can lie apart."""
_MONTH = datetime.timedelta(days=31)
"""How long before its number's month a paper may have been submitted: some are held back."""
_POSTED_LATE = datetime.timedelta(days=730)
"""A number that is later by more than this is that of a paper that was put on arXiv long after it appeared."""
_FEW, _RARE = 2, 0.1
"""How many dates of a list, or which part of them, can be too early by mistake."""
_EARLY, _LATE = 3, 2
"""Years by which an exact date may differ from a venue's: preprints come before, and some long after."""
_NO_VENUE = lazy(r"arxiv\b.*|corr|preprint|n/?a|none|[\W_]*", re.IGNORECASE)
_SPEAKS_OF_VENUE = lazy(
    r"\b(?:workshops?|conference|journal|proceedings|symposium|transactions|letters|thesis|book)\b", re.IGNORECASE
)
_VENUE_COLUMN = lazy(r"venue|publi|\bpub\b|conf|journal|where|source", re.IGNORECASE)
_SENTENCE = lazy(r"[.!?]\s|\bet al\b")
_URL = lazy(r"\]\([^()\s]*+(?:\([^()\s]*+\)[^()\s]*+)*+[^()]*+\)|<[^<>\s]*+>|https?://\S++")
_REACH = 120
"""Characters behind the title within which a year or venue is the entry's own."""
_FAR = 2000
"""The same with URLs between."""


def _arxiv(*entries: tuple[str, str]) -> str:
    return "".join(f"- [A {number}](https://arxiv.org/abs/{number}), {date}.\n" for number, date in entries)


class DateConflict(Rule[Document]):
    """A date that no calendar has, or that the entry's venue, its arXiv number or the other entries contradict.

    Dates are typed by hand beside links that are pasted, so it is mostly the date that is wrong; a
    list that is sorted or cited by date carries the mistake on. Reported are days and months that do
    not exist; dates of papers in the future; a year that is not that of the venue the entry names; a
    day that does not fit between the days of the papers with the next lower and the next higher arXiv
    number in the list; and a date long before the month that the arXiv number states.

    Papers are put on arXiv long after they appear, so a date before the number's month counts only if
    it is early by no more than two years, the entry names no venue but arXiv, and few others are early;
    a date after the month never counts. A preprint may be up to
    three years older than its venue. A number of January may stand beside the year before.
    """

    code, name = "MET004", "date-conflict"
    severity = Severity.WARNING
    valid = (
        "- [A](https://a.dev/1), 29 Feb 2020.\n- [B](https://a.dev/2), 30 June 2021.\n- [C](https://a.dev/3), 2021-22.\n",
        "- [A](https://arxiv.org/abs/2010.08127), Feb. 2021. `iclr2021`\n- [B](https://arxiv.org/abs/2110.09485), Oct. 18 2021\n",
        _arxiv(
            ("2110.09485", "Oct. 18 2021"),
            ("2110.12899", "Oct. 26 2021"),
            ("2110.13100", "Oct. 25 2021"),
            ("2110.13905", "Oct. 26 2021"),
        ),
        _arxiv(("2110.00100", "Oct. 1 2021"), ("2110.09000", "Oct. 16 2021"), ("2110.15000", "Oct. 28 2021")),
        _arxiv(("2110.00100", "Sep. 30 2021"), ("2110.00200", "Oct. 25 2021"), ("2110.00300", "Oct. 1 2021")).replace(
            "00200", "00200v3"
        ),
        _arxiv(("2110.13100", "Oct. 25 2021"), ("2110.13786", "Oct. 6 2021"), ("2110.13905", "Dec. 6 2021")),
        "- [A](https://arxiv.org/abs/1606.00915). In ICLR, 2015.\n- [B](https://arxiv.org/abs/1904.07734), NeurIPS Workshop, 2018.\n",
        "- [A](https://arxiv.org/abs/2101.05204), Arxiv 2020.\n- [B](https://arxiv.org/abs/2407.00468), 2024-06-29\n",
        "- [A](https://arxiv.org/abs/1904.04676) - Text. It generalises the flows of Lovelace et al. (2018) to more.\n",
        "| Year | Venue | Paper |\n|---|---|---|\n| 2015 | TIP | [A](https://arxiv.org/abs/1904.08671) |\n",
        "1. 2011-04-01 - [A](https://arxiv.org/abs/1602.00229) by Ada Lovelace\n",
        "".join(f"- [A{n}](https://arxiv.org/abs/1904.0000{n}), 2018.\n" for n in range(3)),
        "- [A](https://arxiv.org/abs/2106.00001), 2021. It extends the flows of Ada Lovelace (ICML 2018).\n",
        "- [A](https://arxiv.org/abs/1711.00489), Nov. 2017. `iclr2018`\n- [B](https://arxiv.org/abs/1712.00600), NIPS 2017 & AAAI 2018.\n",
    )
    invalid = (
        Bad(
            "- [A](https://a.dev/1), ⟦31 June 2021⟧.\n- [B](https://a.dev/2), ⟦2021-13-05⟧.\n- [C](https://a.dev/3), ⟦Feb. 29 2021⟧.\n"
        ),
        Bad(
            "| Paper | Date |\n|---|---|\n| [A](https://a.dev/1) | ⟦2021-13⟧ |\n| [B](https://a.dev/2) | ⟦31/31/2021⟧ |\n"
        ),
        Bad(
            "- [A](https://arxiv.org/abs/2110.13786), ⟦Oct. 6 2031⟧.\n- [B](https://b.dev), Oct. 6 2031.\n- [C](https://arxiv.org/abs/2110.13787), Nov. 2 2021.\n",
            facts=(Today(datetime.date(2021, 11, 1)),),
        ),
        Bad(
            _arxiv(
                ("2110.12899", "Oct. 26 2021"),
                ("2110.13905", "Oct. 26 2021"),
                ("2110.13786", "⟦Oct. 6 2021⟧"),
                ("2110.13100", "Oct. 25 2021"),
            )
        ),
        Bad(_arxiv(("1410.0010", "1 Oct 2014"), ("1410.0020", "⟦2014-10-20⟧"), ("1410.0030", "Oct 1, 2014"))),
        Bad(
            "- [A](https://openreview.net/forum?id=abcdefghij), ⟦2019⟧, `iclr2021`.\n- [B](https://arxiv.org/abs/1906.00001), ⟦2021⟧, ICML 2019.\n"
        ),
        Bad("- [⟦2023/05⟧] **A paper.** *Ada Lovelace. arXiv.* [[paper](https://arxiv.org/abs/2309.07870)]\n"),
        Bad("- [A](https://arxiv.org/abs/1811.06115) (Lovelace, ⟦2017⟧)\n"),
    )

    def check(self, node: Document, ctx: Context) -> Iterator[Finding]:
        """Yield a finding for each date that cannot be right; the first reason counts."""
        fields = tuple(ctx.memo(date_fields).values())
        numbered = list(_numbered(fields))
        numbers = {id(found.field): found for found in numbered}
        latest, uses = _latest(numbered, ctx), _own_uses(node, ctx) if fields else {}
        between, early = dict(_out_of_sequence(numbered)), _early(numbered, ctx)
        for found in fields:
            message = _impossible(found) or _future(found, latest, node)
            message = message or _venue(found, uses.get(id(found.entry), ()), ctx)
            paper = numbers.get(id(found))
            if message is not None:
                yield Finding(found.span, message, entry=found.entry)
            elif paper is not None and id(paper) in between:
                yield _sequence(paper, *between[id(paper)])
            elif paper is not None and id(paper) in early:
                message = f"“{found.date.text}” is before arXiv:{paper.number}, which is of {paper.start:%Y-%m}"
                yield Finding(found.span, message, entry=found.entry)


def _impossible(found: DateField) -> str | None:
    why = found.date.impossible
    return f"there is no “{found.date.text}”: {why}" if why else None


def _future(found: DateField, latest: datetime.date | None, document: Document) -> str | None:
    """Why a date lies in the future, if the entry is a paper: events and releases are announced."""
    first = found.date.first()
    if latest is None or first is None or first <= latest or not _is_paper(found.entry):
        return None
    # The proceedings of next year are known this year, and in a description the number may count something.
    soon = found.date.year == latest.year + 1 or not _is_own(found.entry, found.span, document)
    if found.date.precision is Precision.YEAR and soon:
        return None
    return f"“{found.date.text}” lies in the future"


def _latest(numbered: Sequence[_Numbered], ctx: Context) -> datetime.date | None:
    """The last day that is not in the future: tomorrow, since it is that already in the east.

    An arXiv number in the list is older than the list, whatever the clock says.
    """
    if not ctx.has(Today):
        return None
    days = [found.start + _MONTH for found in numbered]
    return max([ctx.fact(Today).date + datetime.timedelta(days=1), *days])


def _is_paper(entry: Entry) -> bool:
    work = entry.identity
    return work is not None and work.partition(":")[0] in PAPERS


# --- Venues -----------------------------------------------------------------------------------------


def _own_uses(document: Document, ctx: Context) -> dict[int, list[Use]]:
    """The venues with a year, known or not, by entry; those of other works that a description names are left out."""
    found: dict[int, list[Use]] = {}
    for use in ctx.memo(dated_words):
        if use.tag or (use.entry.head.covers(use.span) and _is_own(use.entry, use.span, document)):
            found.setdefault(id(use.entry), []).append(use)
    return found


def _venue(found: DateField, uses: Sequence[Use], ctx: Context) -> str | None:
    """Why a date contradicts the year of the entry's venue, if it does."""
    if not uses or found.date.impossible or any(use.full_year == found.date.year for use in uses):
        return None
    table = ctx.tables.get("venues", VenueTable)
    for use in uses:
        mention = table.find(f"{use.name} {use.year}")
        if mention is not None and mention.venue.proceedings and _contradicts(found, use.full_year):
            return f"“{found.date.text}” is not the year of “{use.name}{use.separator}{use.year}”"
    return None


def _contradicts(found: DateField, year: int) -> bool:
    gap = found.date.year - year
    if found.date.precision is not Precision.YEAR:
        return gap >= _LATE or gap < -_EARLY
    preprint = any(arxiv_id(link.target) for link in found.entry.links)
    if preprint or not _is_paper(found.entry):
        return gap >= 1 or gap < -_EARLY
    return gap != 0


# --- arXiv numbers ----------------------------------------------------------------------------------


class _Numbered(Struct, frozen=True):
    """A date beside an arXiv number; ``start`` is the first day of the number's month.

    ``place`` is where it stands in the sequence of its archive ("" since 2007): archive, month, number
    within the month. ``revised`` says that the link leads to a later version.
    """

    field: DateField
    number: str
    place: tuple[str, datetime.date, int]
    start: datetime.date
    revised: bool

    @property
    def day(self) -> datetime.date | None:
        """The day, if the date says one and it lies in the number's month."""
        first = self.field.date.first()
        same = first is not None and (first.year, first.month) == (self.start.year, self.start.month)
        return first if same and self.field.date.precision is Precision.DAY else None


def _numbered(fields: Sequence[DateField]) -> Iterator[_Numbered]:
    """The dates of the entries that link one paper on arXiv."""
    for found in fields:
        entry = found.entry
        papers = [
            paper
            for link in entry.links
            if (link is entry.primary or link.role in {Role.PAPER, Role.PDF}) and (paper := arxiv_id(link.target))
        ]
        match = _NUMBER.fullmatch(papers[0].id) if len({paper.id for paper in papers}) == 1 else None
        if match:
            year = int(match[2])
            start = datetime.date(year + (1900 if match[1] and year > 90 else 2000), int(match[3]), 1)
            revised = any((paper.version or 1) > 1 for paper in papers)
            yield _Numbered(found, match[0], (match[1] or "", start, int(match[4])), start, revised)


def _out_of_sequence(numbered: Sequence[_Numbered]) -> Iterator[tuple[int, tuple[_Numbered, _Numbered]]]:
    """The dates that do not fit between those of both neighbours in the sequence of numbers, with the neighbours."""
    known = sorted((found for found in numbered if found.day), key=lambda found: found.place)
    groups = [list(group) for _, group in groupby(known, key=lambda found: found.place)]
    for before, group, after in zip(groups, groups[1:], groups[2:], strict=False):
        if before[-1].place[0] != after[0].place[0]:
            continue
        days = [found.day for found in (before[-1], after[0]) if found.day]
        for found in group:
            if found.day and not found.revised and not min(days) - _TOLERANCE <= found.day <= max(days) + _TOLERANCE:
                yield id(found), (before[-1], after[0])


def _sequence(found: _Numbered, before: _Numbered, after: _Numbered) -> Finding:
    low, high = before.field, after.field
    message = (
        f"“{found.field.date.text}” does not fit arXiv:{found.number}: "
        f"arXiv:{before.number} is of “{low.date.text}” and arXiv:{after.number} of “{high.date.text}”"
    )
    related = Related(low.span, "the number before it"), Related(high.span, "the number after it")
    return Finding(found.field.span, message, related=related, entry=found.field.entry)


def _early(numbered: Sequence[_Numbered], ctx: Context) -> frozenset[int]:
    """The dates that are too early for the arXiv number, where no venue explains it.

    None where they are many: such a list says when a paper appeared elsewhere.
    """
    found = frozenset(id(paper) for paper in numbered if _is_early(paper, ctx))
    return found if len(found) <= max(_FEW, _RARE * len(numbered)) else frozenset()


def _is_early(found: _Numbered, ctx: Context) -> bool:
    date, last = found.field.date, found.field.date.last()
    if last is None or not _MONTH < found.start - last <= _POSTED_LATE:
        return False
    if date.precision is Precision.YEAR:
        own = _is_own(found.field.entry, found.field.span, ctx.document)
        if found.start.month == 1 or not own:
            return False
    return not _names_venue(found.field, ctx)


def _names_venue(found: DateField, ctx: Context) -> bool:
    """Tell whether the entry names a venue other than arXiv, known or not."""
    entry = found.entry
    for reference in entry.bib:
        for field in reference.fields:
            if (
                field.name.casefold() in {"journal", "journaltitle", "booktitle"}
                and "arxiv" not in field.value.casefold()
            ):
                return True
    columns = zip(entry.columns, entry.cells, strict=False)
    fields = [cell.text for column, cell in columns if _VENUE_COLUMN.search(column)]
    fields += [entry.venue.text] if entry.venue else []
    if not all(_NO_VENUE.fullmatch(text) for text in fields):
        return True
    prose = _prose(entry, ctx.document)
    if _SPEAKS_OF_VENUE.search(prose):
        return True
    table = ctx.tables.get("venues", VenueTable)
    named = (*table.mentions(prose), *filter(None, (table.find(tag.text) for tag in entry.tags)))
    return any(mention.venue.kind != "preprint" for mention in named)


def _prose(entry: Entry, document: Document) -> str:
    """What an entry says besides its title, its URLs left out."""
    start, end = entry.head
    if entry.title is None:
        return _URL.sub(" ", document.text[start:end])
    return _URL.sub(
        " ", document.text[start : entry.title.span.start] + " | " + document.text[entry.title.span.end : end]
    )


def _is_own(entry: Entry, span: Span, document: Document) -> bool:
    """Tell whether a year or venue stands where an entry's own does: in a column, before or close behind the title."""
    if entry.kind is EntryKind.TABLE_ROW or entry.title is None or span.end <= entry.title.span.start:
        return True
    if span.start - entry.title.span.end > _FAR:
        return False
    between = _URL.sub("", document.text[entry.title.span.end : span.start])
    return len(between) <= _REACH and not _SENTENCE.search(between)
