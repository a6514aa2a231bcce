"""BIB013: a venue that is misspelt."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from listlint.checks.api import Applicability, Bad, Edit, Finding, Fix, May, Rule, Severity
from listlint.checks.links import shorten
from listlint.checks.venues import Acronyms, bib_venues, in_case_of
from listlint.model.nodes import Document
from listlint.model.patterns import lazy
from listlint.packs.venue_words import LEADING, SPONSORS, STOP, words
from listlint.packs.venues import VenueTable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from listlint.checks.api import Context
    from listlint.checks.venues import BibVenue

_WORD = lazy(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_ACRONYM = lazy(r"([A-Za-z]{4,16})(?:\s?['’]?\s?\d{2}(?:\d\d)?)?")
_DISTANCE = 2
_DOMINANT = 3
"""References that make a spelling the document's own."""
_SHORTEST = 7
"""Letters of the shortest word of a name that is compared with another one: shorter ones are often both right."""
_MOST = 20
"""Words of the longest name that is compared."""
_LONG = 9
"""Letters of a word that two edits do not make another word."""


class _Slip(NamedTuple):
    """A word of a text, from ``start`` to ``end``, and the one that it should be."""

    start: int
    end: int
    meant: str


def _references(*venues: str) -> str:
    """A block of references to these venues."""
    lines = (f"@article{{k{n}, title={{A}}, journal={{{venue}}}}}\n" for n, venue in enumerate(venues))
    return "```bibtex\n" + "".join(lines) + "```\n"


class MisspeltVenue(Rule[Document]):
    """The name of a journal or conference is misspelt.

    "Journal of Marchine Learning Research" is printed so, is found by no search, and counts as a journal of
    its own. Compared are the venues of the table, of which exactly one must be near (two edits in a name, one
    in an acronym), and the spellings that at least three references of the document share.

    A word that other venues have in their names is not taken for a slip, be it near or not: "Signal" and
    "Single", "Physics A" and "Physics B" are both right. Names outside the table are compared
    with the document's own only where they differ in one word of seven letters and more.
    """

    code, name = "BIB013", "misspelt-venue"
    severity = Severity.WARNING
    about = "bib"
    fix = Applicability.UNSAFE
    valid = (
        _references("Journal of Machine Learning Research", "J. Mach. Learn. Res.", "JMLR", "Neural Networks"),
        _references(*["Annals of Hills A"] * 3, "Annals of Hills B", "Annals of Mills", "Annals of Hills"),
        _references(*["Journal of Neurology of Trees"] * 3, "Journal of Urology of Trees"),
        _references(*["Hill Letters 2019"] * 3, "Hill Letters 2018", "Hill Papers"),
    )
    invalid = (
        Bad(
            _references("Journal of ⟦Marchine⟧ Learning Research"),
            _references("Journal of Machine Learning Research"),
        ),
        Bad(
            _references(
                "Proceedings of the 39th Internationl {C}onference on {⟦Machin⟧} Learning, 2022".replace(
                    "tionl", "tional"
                )
            ),
            _references("Proceedings of the 39th International {C}onference on {Machine} Learning, 2022"),
        ),
        Bad(
            _references(
                *["Annals of Wonderful Hills"] * 3, "Annals of ⟦Wonderfull⟧ Hills", "ANNALS OF ⟦WONDREFUL⟧ HILLS"
            ),
            _references(*["Annals of Wonderful Hills"] * 4, "ANNALS OF WONDERFUL HILLS"),
        ),
    )

    def check(self, node: Document, ctx: Context) -> Iterator[Finding]:
        """Yield a finding on each misspelt word, or on the whole name where several are."""
        venues = ctx.memo(bib_venues)
        if not venues:
            return
        table = ctx.tables.get("venues", VenueTable)
        unknown = [venue for venue in venues if table.find(venue.text) is None]
        if not unknown:
            return
        own = _Own(unknown, table)
        acronyms = _BibAcronyms(venues, table)
        for venue in unknown:
            found = acronyms.finding(venue) if _acronym(venue.text) else _against_table(venue, table)
            found = found or own.finding(venue)
            if found is not None:
                yield found


def _words(text: str) -> tuple[str, ...]:
    return tuple(match[0].casefold() for match in _WORD.finditer(text))


class _BibAcronyms:
    """The acronyms that references misspell."""

    def __init__(self, venues: Sequence[BibVenue], table: VenueTable) -> None:
        found = ((table.find(venue.text), venue.text) for venue in venues)
        self._acronyms = Acronyms(table, (mention.venue if mention else _acronym(text) for mention, text in found))

    def finding(self, venue: BibVenue) -> Finding | None:
        """The finding on a value that is an acronym, perhaps with a year."""
        word = _acronym(venue.text)
        meant = self._acronyms.meant(word)
        if meant is None:
            return None
        start = venue.text.index(word)
        slip = _Slip(start, start + len(word), in_case_of(meant.text, word) if word.islower() else meant.text)
        return _finding(venue, slip, f"the venue is “{meant.text}”")


def _acronym(text: str) -> str:
    """The word of a value that is one word with a year at most, else nothing."""
    match = _ACRONYM.fullmatch(text)
    return match[1] if match else ""


def _against_table(venue: BibVenue, table: VenueTable) -> Finding | None:
    """The finding on a value that is near to one venue of the table."""
    near = table.near(venue.text) if _may_be_near(venue.text, table) else None
    if near is None:
        return None
    for name in (near.name, near.short, *near.aliases, *(former.name for former in near.former)):
        slip = _slip(venue.text, name)
        if slip is not None:
            return _finding(venue, slip, f"the venue is “{name}”")
    return Finding(venue.span, f"“{shorten(venue.text)}” is no known venue, but “{near.name}” is near")


def _may_be_near(text: str, table: VenueTable) -> bool:
    """Tell whether so many words are those of venues that the rest may be slips; it is asked first for being fast."""
    found = [word for word in words(text) if word.isalpha()]
    strange = sum(word not in table.index.vocabulary for word in found)
    return strange <= _DISTANCE and strange < len(found)


def _slip(text: str, name: str) -> _Slip | None:
    """The only word in which a part of a text differs from a name; small words and sponsors do not count."""
    have = [match for match in _WORD.finditer(text) if match[0].lower() not in STOP]
    want = [word for match in _WORD.finditer(name) if (word := match[0]).lower() not in STOP | SPONSORS | LEADING]
    folded = [match[0].casefold() for match in have]
    right = [word.casefold() for word in want]
    for offset in range(len(have) - len(want) + 1):
        wrong = [at for at, word in enumerate(right) if folded[offset + at] != word]
        if len(wrong) == 1 and _distance(folded[offset + wrong[0]], right[wrong[0]]) <= _DISTANCE:
            match = have[offset + wrong[0]]
            return _Slip(match.start(), match.end(), in_case_of(want[wrong[0]], match[0]))
    return None


def _distance(one: str, other: str) -> int:
    from rapidfuzz.distance import OSA  # here, for few documents have an unknown venue

    return int(OSA.distance(one, other, score_cutoff=_DISTANCE))


def _finding(venue: BibVenue, slip: _Slip, why: str) -> Finding:
    word = venue.text[slip.start : slip.end]
    message = f"“{word}” in “{shorten(venue.text)}” is misspelt: {why}"
    place = venue.shown.place(slip.start, slip.end) if venue.shown else None
    if place is None:
        return Finding(venue.span, message)
    fix = Fix(f"write “{slip.meant}”", (Edit(place, slip.meant),), Applicability.UNSAFE, May.TEXT)
    return Finding(place, message, fix)


class _Own:
    """The spellings that a document itself uses often, by all of their words but one."""

    def __init__(self, venues: Sequence[BibVenue], table: VenueTable) -> None:
        self._table = table
        self._count = Counter(_words(venue.text) for venue in venues)
        self._texts = {_words(venue.text): venue.text for venue in reversed(venues)}
        self._index: dict[tuple[tuple[str, ...], tuple[str, ...]], list[str]] = {}
        for have, count in self._count.items():
            if count >= _DOMINANT and 1 < len(have) <= _MOST:
                for at, word in enumerate(have):
                    self._index.setdefault((have[:at], have[at + 1 :]), []).append(word)

    def finding(self, venue: BibVenue) -> Finding | None:
        """The finding on a name that differs from an often used one in one word by a slip."""
        have = _words(venue.text)
        if not self._index or not 1 < len(have) <= _MOST:
            return None
        for at, word in enumerate(have):
            for meant in self._index.get((have[:at], have[at + 1 :]), ()):
                model = (*have[:at], meant, *have[at + 1 :])
                if self._count[model] >= _DOMINANT * self._count[have] and self._is_slip(word, meant):
                    return self._slipped(venue, at, model)
        return None

    def _slipped(self, venue: BibVenue, at: int, model: tuple[str, ...]) -> Finding:
        text = self._texts[model]
        match = list(_WORD.finditer(venue.text))[at]
        meant = list(_WORD.finditer(text))[at][0]
        slip = _Slip(match.start(), match.end(), in_case_of(meant, match[0]))
        return _finding(venue, slip, f"{self._count[model]} references write “{shorten(text)}”")

    def _is_slip(self, word: str, meant: str) -> bool:
        """Tell whether a word is another one with a slip in it, and not a word of its own."""
        if word[0] != meant[0] or min(len(word), len(meant)) < _SHORTEST or word in self._table.index.vocabulary:
            return False
        return 0 < _distance(word, meant) <= (_DISTANCE if max(len(word), len(meant)) >= _LONG else 1)
