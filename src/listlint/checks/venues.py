"""What the rules on venues share: where references and list entries name one, with exact places."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct

from listlint.checks.bib import content, macros, plain, well_formed
from listlint.model.bib import PieceKind, pieces
from listlint.model.nodes import Mask
from listlint.model.patterns import lazy
from listlint.model.span import Span
from listlint.text.venues import dated

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from listlint.model.nodes import BibEntry, BibField, Document, Entry
    from listlint.packs.venues import Venue, VenueTable
    from listlint.text.venues import Dated

VENUE_FIELDS = ("journal", "journaltitle", "booktitle")
"""Fields of BibTeX and BibLaTeX that name a venue."""
YEAR_FIELDS = ("year", "date")
NAME_MINIMUM, NAME_SHARE = 4, 2 / 3
"""Bearers that a venue needs, and the part of them that must agree on its name. It is one name and not a matter of
taste, so that three against one is enough."""

_LONGEST = 400
"""Characters beyond which a value names no venue."""
_HIDDEN = lazy(r"[{}]|\\(?=[&%$#_])")
"""What a value has and its text does not show."""
_YEAR = lazy(r"(?<!\d)(?:19|20)\d\d(?!\d)")


class Shown:
    """The text that a value shows, and where each of its characters stands in the document.

    Only values whose text differs from what they show by braces and white space alone have one.
    """

    __slots__ = ("_offsets", "_raw", "_start", "text")

    def __init__(self, raw: str, start: int, text: str, offsets: Sequence[int]) -> None:
        self._raw, self._start, self.text, self._offsets = raw, start, text, offsets

    def place(self, start: int, end: int) -> Span | None:
        """The place of ``text[start:end]``, braces that are opened inside closed; None where they do not pair."""
        if not 0 <= start < end <= len(self.text):
            return None
        first, last = self._offsets[start], self._offsets[end - 1] + 1
        depth = lowest = 0
        for char in self._raw[first:last]:
            depth += (char == "{") - (char == "}")
            lowest = min(lowest, depth)
        while lowest < 0 and first and self._raw[first - 1] == "{":
            first, lowest, depth = first - 1, lowest + 1, depth + 1
        while depth > 0 and self._raw[last : last + 1] == "}":
            last, depth = last + 1, depth - 1
        return Span(self._start + first, self._start + last) if depth == lowest == 0 else None


def shown(field: BibField, text: str) -> Shown | None:
    """Where the characters of ``text`` stand in a value; None where LaTeX or macros come between."""
    found = content(field)
    if found is None:
        return None
    raw, span = found
    hidden = {match.start() for match in _HIDDEN.finditer(raw)}
    chars: list[str] = []
    offsets: list[int] = []
    for at, char in enumerate(raw):
        blank = char.isspace() or char == "~"
        if at in hidden or (blank and (not chars or chars[-1] == " ")):
            continue
        chars.append(" " if blank else char)
        offsets.append(at)
    return Shown(raw, span.start, text, offsets) if "".join(chars).rstrip() == text else None


class BibVenue(Struct, frozen=True, dict=True):
    """The venue of a reference. ``text`` is what the value shows."""

    entry: BibEntry
    field: BibField
    text: str

    @cached_property
    def shown(self) -> Shown | None:
        """The places of its characters, if they are known."""
        return shown(self.field, self.text)

    @cached_property
    def span(self) -> Span:
        """The value without its delimiters; with them where it is not one piece."""
        found = content(self.field)
        return found[1] if found else self.field.value_span


def bib_venues(document: Document) -> tuple[BibVenue, ...]:
    """Every venue that a well-formed reference names, in order. Use it through ``ctx.memo``."""
    if not document.bib:
        return ()
    known, sound = macros(document), well_formed(document)
    return tuple(
        BibVenue(entry, field, text)
        for block in document.bib
        for entry in block.entries
        if sound(entry)
        for field in entry.fields
        if field.name.lower() in VENUE_FIELDS and _is_known(field, known)
        if 1 < len(text := plain(field, known)) <= _LONGEST
    )


def _is_known(field: BibField, known: Mapping[str, str]) -> bool:
    """Tell whether every macro of a value is defined here, so that its text is its text."""
    return all(piece.kind is not PieceKind.MACRO or piece.text.lower() in known for piece in pieces(field))


def bib_year(entry: BibEntry) -> int | None:
    """The year of a reference."""
    for field in entry.fields:
        if field.name.lower() in YEAR_FIELDS:
            match = _YEAR.search(field.value)
            if match:
                return int(match[0])
    return None


# Venues in the entries of a list.

_UNDATED = lazy(r"[A-Za-z][A-Za-z]{2,15}(?:[-_/ ][A-Za-z][A-Za-z]{0,11}){0,2}")


class Use(Struct, frozen=True):
    """A venue with its year in an entry: ``name``, ``separator`` and ``year`` are as written, side by side."""

    entry: Entry
    span: Span
    name: str
    separator: str
    year: str
    tag: bool
    """it stands in a code span"""

    @property
    def full_year(self) -> int:
        """The year with its century; 0 where none stands beside the venue."""
        year = int(self.year or 0)
        return year if year > 99 or not self.year else year + (2000 if year < 60 else 1900)

    @property
    def year_of(self) -> int | None:
        """Its year, that of the entry where none stands beside the venue; None where that has none either."""
        if self.year:
            return self.full_year
        date = _YEAR.search(self.entry.date.text) if self.entry.date else None
        return int(date[0]) if date else None


def dated_words(document: Document) -> tuple[Use, ...]:
    """Every word or few in an entry that has a year behind it as venues have, known or not.

    Each stands for itself: in a code span, in brackets, between commas or other marks; not in titles,
    and not in running prose. Use it through ``ctx.memo``.
    """
    if not document.entries:
        return ()
    first = document.entries[0].span.start
    return tuple(use for found in dated(document.text, first) if (use := _use(found, document)) is not None)


def _use(found: Dated, document: Document) -> Use | None:
    """The use that a word with its year is; None in titles, outside of entries, and where its emphasis parts it."""
    start, end = found.start, found.end
    if found.parted:
        return None
    tag = _in_tag(start, end, document)
    if tag is None:
        return None
    entry = document.entry_at(start)
    place = Span(start, end)
    if entry is None or end > entry.span.end or (entry.title is not None and entry.title.span.overlaps(place)):
        return None
    return Use(entry, place, found.name, found.separator, found.year, tag)


def _in_tag(start: int, end: int, document: Document) -> bool | None:
    """Tell whether a place lies in a code span; None if it is no text at all."""
    index = bisect_right(document.masks, end - 1, key=_start) - 1
    if index < 0 or document.masks[index][0].end <= start:
        return False
    span, mask = document.masks[index]
    if mask is not Mask.CODE or not span.covers(Span(start, end)) or "\n" in document.slice(span):
        return None
    return True


def _start(mask: tuple[Span, Mask]) -> int:
    return mask[0].start


def undated_words(document: Document) -> tuple[Use, ...]:
    """Every venue field without a year: ``NeurIPS`` in a column of a table. Use it through ``ctx.memo``."""
    found: list[Use] = []
    for entry in document.entries:
        if entry.venue is None:
            continue
        text = entry.venue.text.strip()
        if _UNDATED.fullmatch(text) and document.slice(entry.venue.span) == text:
            found.append(Use(entry, entry.venue.span, text, "", "", tag=False))
    return tuple(found)


def in_case_of(word: str, like: str) -> str:
    """A word in the case of another: all upper, all lower, or as it is."""
    if len(like) > 1 and like.isupper():
        return word.upper()
    return word.lower() if like.islower() else word


def own_spelling(venue: Venue, name: str) -> str | None:
    """A venue's own spelling of one of its names, case and marks aside; None where it has no such name."""
    names = (venue.short, *venue.aliases, *(former.name for former in venue.former), venue.name)
    wanted = folded_name(name)
    return next((one for one in names if folded_name(one) == wanted), None)


def folded_name(name: str) -> str:
    """A name without case and marks."""
    return "".join(char for char in name.casefold() if char.isalnum())


# Acronyms with a slip in them.

_SURE = 6
"""Letters of an acronym that one edit of any kind does not make another one's."""
_FAMOUS_NAMES = (
    "neurips nips icml iclr aistats uai colt aaai ijcai ecai cvpr iccv eccv wacv bmvc accv naacl eacl emnlp conll tacl "
    "coling interspeech icassp ismir sigkdd sigir cikm wsdm recsys sigmod vldb icde icdm icra iros corl siggraph "
    "miccai uist icse oopsla popl pldi osdi sosp nsdi eurosys asplos isca hpca mobicom sigcomm infocom ndss eurocrypt "
    "asiacrypt stoc focs soda podc jmlr tmlr tpami ijcv tnnls icip icpr icdar ecml pakdd"
)
_FAMOUS = frozenset(_FAMOUS_NAMES.split())
"""Acronyms that people misspell; of the others a misspelling is more often another venue."""
_REAL_NAMES = (
    "acal bmcv cidm cise coding colins cooling ecal eurosis fcos icar icasp iccav iced ices iciip icips icmla icmlc "
    "icmlt icras icsea ijaci ijcia micai swdm talc"
)
_REAL = frozenset(_REAL_NAMES.split())
"""Venues and other things whose names are one edit away from a famous one."""


class Acronym(Struct, frozen=True):
    """A short name of a venue."""

    venue: Venue
    text: str


class Acronyms:
    """The acronyms that a document may mean, and which of them a word misspells by one edit.

    Letters in the wrong order are a slip in famous acronyms of four letters and more, any other edit in those of
    six and more. Others are one edit away from many a venue, so that there the document itself must
    say so: it names the venue often, and a letter too many or too few is in a word that it writes once.
    """

    OFTEN = 3
    """Times that a document must name a venue for that."""

    def __init__(self, table: VenueTable, named: Iterable[Venue | str]) -> None:
        """``named`` are the document's venues, and the other words that stand where venues do, as written."""
        self._known: dict[str, Acronym] = {}
        self._near: dict[str, set[str]] = {}
        self._often: set[str] = set()
        counts = Counter(named)
        self._uses = {word: count for word, count in counts.items() if isinstance(word, str)}
        for venue, count in counts.items():
            if isinstance(venue, str) or count < self.OFTEN:
                continue
            names = (venue.short, *venue.aliases, *(former.name for former in venue.former))
            self._often.update(name.lower() for name in names if _is_word(name) and self._add(name, table))
        for name in _FAMOUS:
            self._add(name, table)

    def _add(self, name: str, table: VenueTable) -> bool:
        """Add a name if it is the acronym of one venue; tell whether it is."""
        found, folded = table.find(name), name.lower()
        if found is None or not found.acronym:
            return False
        self._known[folded] = Acronym(found.venue, own_spelling(found.venue, name) or name)
        for form in _forms(folded):
            self._near.setdefault(form, set()).add(folded)
        return True

    def meant(self, word: str) -> Acronym | None:
        """The only one that a word, itself unknown, misspells; None where it may well be right."""
        folded = word.lower()
        if not _is_word(word) or folded in _REAL or folded in self._known or self._uses.get(word, 0) > 2:
            return None  # it is one, or the list means it
        if folded[-1] == "w" and folded[:-1] in self._known:
            return None  # a workshop, as in NeurIPSW
        close = set().union(*(self._near.get(form, ()) for form in _forms(folded)))
        found = self._only(name for name in close if _is_swap(folded, name))
        if found is None and len(folded) >= _SURE:
            found = self._only(name for name in close if len(name) >= _SURE and _is_edit(folded, name))
        if found is None and self._uses.get(word, 0) <= 1:
            found = self._only(name for name in close & self._often if len(name) != len(folded))
        return found

    def _only(self, names: Iterable[str]) -> Acronym | None:
        found = {self._known[name].text: self._known[name] for name in names}
        return next(iter(found.values())) if len(found) == 1 else None


@lru_cache(maxsize=1)
def _famous_forms() -> Mapping[str, Sequence[str]]:
    found: dict[str, list[str]] = {}
    for name in _FAMOUS:
        for form in _forms(name):
            found.setdefault(form, []).append(name)
    return found


def may_be_slip(word: str) -> bool:
    """Tell whether a word is one edit away from a famous acronym, other than itself, as :class:`Acronyms` asks."""
    folded = word.lower()
    if not _is_word(word) or folded in _REAL:
        return False
    famous = _famous_forms()
    close = {name for form in _forms(folded) for name in famous.get(form, ()) if name != folded}
    return any(
        _is_swap(folded, name) or (min(len(folded), len(name)) >= _SURE and _is_edit(folded, name)) for name in close
    )


def _is_word(name: str) -> bool:
    """Tell whether a name is one word of letters, neither short nor long."""
    return 4 <= len(name) <= 16 and name.isascii() and name.isalpha()


def _forms(word: str) -> Iterator[str]:
    """A word, and what it is without one of its letters: two words one edit apart share one of these."""
    yield word
    for at in range(len(word)):
        yield word[:at] + word[at + 1 :]


def _is_swap(one: str, other: str) -> bool:
    """Tell whether two words differ by the order of two neighbouring letters."""
    if len(one) != len(other):
        return False
    wrong = [at for at, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
    if len(wrong) != 2 or wrong[1] - wrong[0] != 1:
        return False
    return one[wrong[0]] == other[wrong[1]] and one[wrong[1]] == other[wrong[0]]


def _is_edit(one: str, other: str) -> bool:
    """Tell whether two words that share a form differ by one letter."""
    return len(one) != len(other) or sum(a != b for a, b in zip(one, other, strict=True)) == 1
