"""Reads texts against the forms of known venues."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Literal, NamedTuple

from listlint.model.patterns import lazy
from listlint.packs.venue_words import (
    BESIDE,
    BESIDE_JOURNALS,
    LEADING,
    LEADING_STATES,
    MARKERS,
    OF_PREPRINTS,
    ORDINALS,
    SPONSORS,
    TRACKS,
    Token,
    tokens,
    words,
    words_of_rows,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

Kind = Literal["conference", "workshop", "journal", "preprint", "series", "book"]
"""``series`` are series of proceedings, ``book`` are other series of books."""
PROCEEDINGS: frozenset[Kind] = frozenset({"conference", "workshop", "series"})

_SUFFIX = lazy(r"\s*\((\d{4})?-(\d{4})\)\s*(?=\||\Z)")
_NAMES = 64
"""Forms that a row may have, at most."""


class Former(NamedTuple):
    """A name that a venue had, and the first and last year of it (``since`` None: unknown)."""

    name: str
    since: int | None
    until: int


class Venue(NamedTuple):
    """One row of the table.

    ``short`` is the usual acronym, or the name where there is none; ``aliases`` are further forms
    that are current, ``former`` those that are not.
    """

    key: str
    name: str
    short: str
    kind: Kind
    aliases: tuple[str, ...] = ()
    former: tuple[Former, ...] = ()

    @property
    def proceedings(self) -> bool:
        """Tell whether works in it are papers of proceedings, not of a journal."""
        return self.kind in PROCEEDINGS

    def short_in(self, year: int | None) -> str:
        """Its acronym in a year: ``NIPS`` in 2017, ``NeurIPS`` in 2018 or where the year is not known."""
        return self._in(year, acronym=True) or self.short

    def name_in(self, year: int | None) -> str:
        """Its full name in a year."""
        return self._in(year, acronym=False) or self.name

    def _in(self, year: int | None, *, acronym: bool) -> str | None:
        for name, since, until in self.former:
            if year is not None and (since or 0) <= year <= until and is_acronym(name) is acronym:
                return name
        return None


class Mention(NamedTuple):
    """A venue that a text names.

    ``start`` and ``end`` are the offsets of all that belongs to it (name, year); of
    :meth:`Reader.whole` they are those of the whole text. ``form`` is the name as written, without
    year, ordinal, sponsors and "Proceedings of the"; it stands at ``at``, unless a year stands
    inside of it. ``track`` is one of ``workshop``, ``findings``, ``datasets``, ``demo``, ``oral``,
    ``spotlight``, ``poster``, ``award``, ``industry``, ``tutorial``, ``challenge``, ``companion``,
    ``doctoral``. ``former`` is set where ``form`` is a former name.
    """

    venue: Venue
    start: int
    end: int
    form: str
    year: int | None = None
    track: str | None = None
    at: int = 0
    former: Former | None = None
    acronym: bool = False


class Form(NamedTuple):
    """One way to write a venue, and its folded words."""

    venue: Venue
    words: tuple[str, ...]
    text: str
    acronym: bool
    former: Former | None = None
    track: str | None = None


def is_acronym(name: str) -> bool:
    """Tell whether a form is an acronym rather than a name."""
    return " " not in name and sum(char.isupper() for char in name) >= 2


def venue_of(key: str, kind: Kind, row: str) -> Venue:
    """Read one row of the table.

    Raises:
        ValueError: a form is empty, or there is none.
    """
    short, *rest = (part.strip() for part in row.split("|"))
    names: list[str] = []
    former: list[Former] = []
    for part in rest:
        suffix = _SUFFIX.search(part) if part.endswith(")") else None
        if suffix:
            former.append(Former(part[: suffix.start()], int(suffix[1]) if suffix[1] else None, int(suffix[2])))
        else:
            names.append(part)
    if not short or not all(names) or (not names and short == "-") or len(rest) >= _NAMES:
        raise ValueError(f"the row of {key} has no form, an empty one or too many")
    name = names[0] if names else short
    return Venue(key, name, name if short == "-" else short, kind, tuple(names[1:]), tuple(former))


class Index:
    """Every form by its folded words.

    ``rows`` are (key, kind, row) of each venue, ``classes`` leads from a word to the abbreviation
    that stands for it, ``short`` are all abbreviations. Venues and forms are made when they are
    asked for: the whole table would take too long.
    """

    def __init__(
        self, rows: Sequence[tuple[str, Kind, str]], classes: Mapping[str, str], short: frozenset[str]
    ) -> None:
        self.rows = rows
        self.classes = classes
        self.short = short
        self.codes: dict[str, list[int]] = {}
        """by the folded words: number of the row times 64 plus number of the form"""
        self.longest: dict[str, int] = {}
        """the greatest number of words of forms by their first word"""
        self._forms: dict[int, Form] = {}
        self._venues: dict[int, Venue] = {}
        codes, longest = self.codes, self.longest
        for code, found in self._all():
            keys = [classes.get(word, word) for word in found]
            codes.setdefault(" ".join(keys), []).append(code)
            if longest.get(keys[0], 0) < len(keys):
                longest[keys[0]] = len(keys)

    def _all(self) -> Iterator[tuple[int, list[str]]]:
        """The code and the folded words of every form."""
        rows = [row for _, _, row in self.rows]
        for number, forms in enumerate(words_of_rows([_SUFFIX.sub("", row) if ")" in row else row for row in rows])):
            code = number * _NAMES
            strip = self.rows[number][1] != "journal"
            for position, found in enumerate(forms):
                if found:
                    yield code + position, bare(found) if strip else found

    def venue(self, number: int) -> Venue:
        """The venue of a row."""
        if number not in self._venues:
            self._venues[number] = venue_of(*self.rows[number])
        return self._venues[number]

    def form(self, code: int) -> Form:
        """The form of a code."""
        if code not in self._forms:
            number, position = divmod(code, _NAMES)
            venue = self.venue(number)
            text = self.rows[number][2].split("|")[position].strip()
            suffix = _SUFFIX.search(text)
            name = text[: suffix.start()] if suffix else text
            former = next((old for old in venue.former if suffix and old.name == name), None)
            found = words(name)
            folded = tuple(found if venue.kind == "journal" else bare(found))
            acronym = (position == 0 and venue.name != venue.short) or is_acronym(name)
            self._forms[code] = Form(venue, folded, name, acronym, former)
        return self._forms[code]

    @cached_property
    def by_length(self) -> dict[int, list[tuple[str, int]]]:
        """The folded text and the code of every form, by the number of characters."""
        found: dict[int, list[tuple[str, int]]] = {}
        for code, parts in self._all():
            name = " ".join(parts)
            found.setdefault(len(name), []).append((name, code))
        return found

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """Every word of a name."""
        return frozenset(word for _, found in self._all() for word in found)


def bare(found: list[str]) -> list[str]:
    """Words without sponsors and "annual" in front, if enough remain to tell what is meant."""
    if found[0] not in SPONSORS and found[0] != "annual":
        return found
    start = 1
    while start < len(found) and (found[start] in SPONSORS or found[start] == "annual"):
        start += 1
    return found[start:] if len(found) - start >= 3 else found


class Match(NamedTuple):
    """A form and the tokens ``[first, last)`` that it is written with."""

    form: Form
    first: int
    last: int


_SHORTEST_ALONE = 4
"""Letters of an acronym that may stand without a year."""
_GAP = lazy(r"[\s,(]")
_SHORTEST_WORKSHOP = 5
_SMALL_YEARS = range(60)
"""Two digits that mean a year of this century."""
_YEAR = lazy(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_FARTHEST_LEAD = 8
"""Tokens in which "Computer Vision – ECCV" comes to its acronym."""
_ROTATED = lazy(r",(?P<rest>[^,]*\s(?:on|of|for))\s*\Z")
_YEAR_BEHIND = lazy(
    r"(?:[\s,(]{0,3}['’`\-]?|\*)(?P<long>(?:19|20)\d\d)(?!\d)|(?:\s?['’`]\s?|[*\-]?)(?P<short>\d\d)(?!\d|[.,:]\d|\s?%|[^\W\d_])"
)


class Reader:
    """Reads one text.

    ``ambiguous`` are acronyms of several venues (folded), ``ordinary`` those that are words too.
    """

    def __init__(self, text: str, index: Index, ambiguous: frozenset[str], ordinary: frozenset[str]) -> None:
        self.text = text
        self._index = index
        self._ambiguous = ambiguous
        self._ordinary = ordinary
        self._use(tokens(text))

    def _use(self, found: list[Token]) -> None:
        self._tokens = found
        self._keys = [self._index.classes.get(token.word, token.word) for token in found]

    # Matching

    def _at(self, first: int) -> Match | None:
        """The longest form that starts at a token; None where several venues share it."""
        keys, index = self._keys, self._index
        most = min(index.longest.get(keys[first], 0), len(keys) - first)
        for count in range(most, 0, -1):
            codes = index.codes.get(" ".join(keys[first : first + count]))
            if codes is None:
                continue
            written = tuple(token.word for token in self._tokens[first : first + count])
            if " ".join(written) in self._ambiguous:
                continue
            fitting = [form for form in map(index.form, codes) if self._fits(written, form.words)]
            best = [form for form in fitting if form.words == written] or fitting
            if best and all(form.venue is best[0].venue for form in best):
                return Match(best[0], first, first + count)
        return self._workshops_at(first)

    def _workshops_at(self, first: int) -> Match | None:
        """The workshops of a conference, as in ``CVPRW``."""
        word = self._tokens[first].word
        codes = self._index.codes.get(word[:-1]) if len(word) >= _SHORTEST_WORKSHOP and word.endswith("w") else None
        form = self._index.form(codes[0]) if codes else None
        if form is None or not form.acronym or form.venue.kind != "conference":
            return None
        return Match(form._replace(text=form.text + "W", track="workshop"), first, first + 1)

    def _fits(self, written: Sequence[str], known: Sequence[str]) -> bool:
        """Tell whether words are those of a form, or abbreviations of them."""
        short = self._index.short
        return all(a == b or a in short or b in short for a, b in zip(written, known, strict=True))

    # The whole text

    def whole(self) -> Mention | None:
        """The venue that the whole text names."""
        rotated = _ROTATED.search(self.text)
        if rotated:
            split = rotated.start("rest")
            turned = [token for token in self._tokens if token.start >= split]
            self._use(turned + [token for token in self._tokens if token.start < split])
        years = [int(token.word) for token in self._tokens if self._is_year(token)]
        self._use([token for token in self._tokens if not self._is_year(token)])
        year = years[0] if years else None
        found = self._from_front(year) or self._behind_subject(year) or self._workshop(year)
        if found and rotated:
            return found._replace(form=" ".join(self.text.split()), at=0)
        return found

    def _from_front(self, year: int | None) -> Mention | None:
        """A name at the start, behind nothing but "Proceedings of the", ordinals and sponsors."""
        track: str | None = None
        sponsored = False
        for first, token in enumerate(self._tokens):
            match = self._at(first)
            if match and not self._is_sponsor(match, sponsored=sponsored):
                found = self._with_tail(match, year, track)
                if found:
                    return found
            if token.word in ("findings", "companion", "adjunct"):
                track = TRACKS[token.word]
            elif token.word in SPONSORS or self._is_society(first):
                sponsored = True
            elif not (token.word in LEADING or token.word in LEADING_STATES or token.ordinal or token.word.isdecimal()):
                break
        return None

    def _is_society(self, at: int) -> bool:
        """Tell whether a token belongs to "Computer Society"."""
        first = at - (self._tokens[at].word == "society")
        pair = [token.word for token in self._tokens[max(0, first) : first + 2]]
        return pair == ["computer", "society"]

    def _is_sponsor(self, match: Match, *, sponsored: bool) -> bool:
        """Tell whether a match is the start of a longer name, or a journal of another publisher.

        In "ACM SIGKDD Conference on …" the acronym is part of the name, and "IEEE Nature" is no "Nature".
        """
        if sponsored and match.form.venue.kind == "journal" and not match.form.acronym:
            return True
        if match.last - match.first > 1 or self._tokens[match.first].word not in SPONSORS:
            return False
        behind = self._at(match.last) if match.last < len(self._tokens) else None
        return behind is not None and behind.form.venue is match.form.venue

    def _with_tail(self, match: Match, year: int | None, track: str | None) -> Mention | None:
        """The mention that a match makes, if all that follows belongs to it."""
        venue = match.form.venue
        track = track or match.form.track
        at, confirmed, broken = match.last, False, False
        while at < len(self._tokens):
            token = self._tokens[at]
            again = self._at(at) if token.word not in BESIDE and token.word not in TRACKS else None
            broken = broken or self._breaks(at)
            if self._is_issue(venue, at):
                break
            if again and again.form.venue is venue:
                confirmed, at = True, again.last
                year = year or self._short_year(again)
                continue
            if again and track == "findings" and again.form.venue.kind == "conference":
                match, venue, at = again, again.form.venue, again.last
                continue
            if again and again.form.acronym and not confirmed and not self._is_host(match, again):
                return None
            if at == match.last:
                year = year or self._short_year(match)
            if token.word in TRACKS and venue.kind != "journal" and not confirmed:
                track = track or TRACKS[token.word]
            elif not confirmed and not self._may_follow(token, venue, broken=broken):
                return None
            at += 1
        return self._mention(match, year, track)

    def _is_issue(self, venue: Venue, at: int) -> bool:
        """Tell whether brackets name the conference of a journal's issue: ``ACM Trans. Graph. (SIGGRAPH)``."""
        between = self.text[self._tokens[at - 1].end : self._tokens[at].start]
        if venue.kind != "journal" or "(" not in between:
            return False
        while self._tokens[at].word in LEADING and at + 1 < len(self._tokens):
            at += 1
        inner = self._at(at)
        return inner is not None and inner.form.venue.kind == "conference"

    def _is_host(self, match: Match, again: Match) -> bool:
        """Tell whether a workshop is named with the conference that it belongs to."""
        return match.form.venue.kind == "workshop" and again.form.venue.kind == "conference"

    def _may_follow(self, token: Token, venue: Venue, *, broken: bool) -> bool:
        word = token.word
        if venue.kind == "journal":
            return word.isdecimal() or word in BESIDE_JOURNALS
        if token.ordinal or word.isdecimal() or word in BESIDE or word in LEADING or word in SPONSORS:
            return True
        if venue.kind == "preprint":
            return word in OF_PREPRINTS
        return broken and venue.proceedings and self._index.classes.get(word, word) not in MARKERS

    def _breaks(self, at: int) -> bool:
        """Tell whether a comma or bracket stands before a token."""
        between = self.text[self._tokens[at - 1].end : self._tokens[at].start]
        return any(char in ",(;[" for char in between)

    def _behind_subject(self, year: int | None) -> Mention | None:
        """An acronym behind words of its own name: ``Computer Vision – ECCV 2018``."""
        seen: list[str] = []
        for first, token in enumerate(self._tokens[:_FARTHEST_LEAD]):
            match = self._at(first)
            if match and match.form.acronym and seen:
                venue = match.form.venue
                known = {
                    self._index.classes.get(word, word) for name in (venue.name, *venue.aliases) for word in words(name)
                }
                return self._with_tail(match, year, None) if known.issuperset(seen) else None
            if token.word not in LEADING and token.word not in ORDINALS:
                seen.append(self._keys[first])
        return None

    def _workshop(self, year: int | None) -> Mention | None:
        """A workshop of the one conference whose acronym or full name stands in the text."""
        if not any(TRACKS.get(token.word) == "workshop" for token in self._tokens):
            return None
        found: Match | None = None
        at = 0
        while at < len(self._tokens):
            match = self._at(at)
            if match is None or match.form.venue.kind != "conference":
                at += 1
                continue
            if found and match.form.venue is not found.form.venue:
                return None
            found, at = found or match, match.last
        if found is None:
            return None
        return self._mention(found, year or self._short_year(found), "workshop")

    def _is_year(self, token: Token) -> bool:
        if len(token.word) != 4 or token.word[:2] not in ("19", "20") or not token.word.isdecimal():
            return False
        behind = self.text[token.end : token.end + 2]
        return not (behind[:1] == "." and behind[1:].isdecimal())

    def _short_year(self, match: Match) -> int | None:
        """The year that two digits right behind an acronym of a conference mean."""
        if match.last >= len(self._tokens) or not match.form.acronym or not match.form.venue.proceedings:
            return None
        digits = self._tokens[match.last]
        between = self.text[self._tokens[match.last - 1].end : digits.start]
        if len(digits.word) != 2 or not digits.word.isdecimal() or digits.ordinal or between.isspace():
            return None
        return _century(digits.word)

    def _mention(self, match: Match, year: int | None, track: str | None) -> Mention:
        start, end = self._extent(match)
        form = match.form
        return Mention(
            form.venue, 0, len(self.text), self._written(start, end), year, track, start, form.former, form.acronym
        )

    def _extent(self, match: Match) -> tuple[int, int]:
        """Where a match stands, with the full stop of a last word that is abbreviated."""
        last = self._tokens[match.last - 1]
        stop = self.text[last.end : last.end + 1] == "." and last.word in self._index.short
        return self._tokens[match.first].start, last.end + stop

    def _written(self, start: int, end: int) -> str:
        """A form as written, without years inside."""
        text = self.text[start:end]
        return " ".join(_YEAR.sub("", text).split())

    # Inside of prose

    def inside(self) -> Iterator[Mention]:
        """The venues that the text names somewhere."""
        at = 0
        while at < len(self._tokens):
            match = self._at(at)
            found = self._in_prose(match) if match else None
            if match is None or found is None:
                at += 1
                continue
            yield found
            at = match.last
            while at < len(self._tokens) and self._tokens[at].start < found.end:
                at += 1

    def _in_prose(self, match: Match) -> Mention | None:
        form = match.form
        start, end = self._extent(match)
        if not self._stands_alone(start, end):
            return None
        year, stop = self._year_behind(match, end)
        written = self.text[start:end]
        if form.acronym:
            plain = " ".join(form.words) in self._ordinary or len(written) < _SHORTEST_ALONE
            own = written in (form.text, form.text.upper())
            attached = year is not None and not _GAP.match(self.text, end)
            if not (own and (year or not plain)) and not attached:
                return None
        elif not self._is_title(written, form):
            return None
        return Mention(form.venue, start, stop, written, year, form.track, start, form.former, form.acronym)

    def _is_title(self, written: str, form: Form) -> bool:
        """Tell whether a name in prose is meant as one."""
        return len(form.words) >= 3 and written[0].isupper() and not MARKERS.isdisjoint(form.words)

    def _stands_alone(self, start: int, end: int) -> bool:
        """Tell whether no larger word, path or address holds the text ``[start, end)``."""
        before, after = self.text[start - 1 : start] if start else "", self.text[end : end + 2]
        if before in {"/", "@", "#", ".", "_", "\\", "-", "&"} or after[:1] in {"/", "@", "_", "&"}:
            return False
        return not (after[:1] in {"-", "."} and after[1:].isalpha())

    def _year_behind(self, match: Match, end: int) -> tuple[int | None, int]:
        """The year right behind a name, and where all of it ends."""
        found = _YEAR_BEHIND.match(self.text, end)
        if found and found["long"]:
            return int(found["long"]), found.end()
        if found and match.form.acronym and match.form.venue.proceedings:
            return _century(found["short"]), found.end()
        return None, end


def _century(digits: str) -> int:
    number = int(digits)
    return 2000 + number if number in _SMALL_YEARS else 1900 + number
