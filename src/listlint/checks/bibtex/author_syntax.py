"""BIB009: a list of authors or editors that BibTeX reads as other people."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from listlint.checks.api import Applicability, Bad, Edit, Finding, Fix, Good, May, Rule, Severity, Span
from listlint.checks.bib import content, well_formed
from listlint.checks.bib_fields import is_template
from listlint.checks.links import shorten
from listlint.model.nodes import BibEntry
from listlint.model.patterns import lazy
from listlint.text.authors import split_names

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from listlint.checks.api import Context
    from listlint.text.authors import Name

_FIELDS = frozenset({"author", "editor"})
_HIDDEN = "\0"
"""Stands in the masked text for what braces protect."""
_BRACES = lazy(r"[{}]")
_ENTITY = lazy(r"&#?\w{1,31};")
_AND = lazy(r"(?<![^\s}])and(?![^\s{])", re.IGNORECASE)
_AND_COMMA = lazy(r"(?<=\s)and,(?=\s)")
_SEMICOLON = lazy(r"(?<!\s)\s*;(?:\s*(?:and(?!\S)|\\?&))?", re.IGNORECASE)
_AMPERSAND = lazy(r"(?<=\s)\\?&(?=\s)")
_ET_AL = lazy(r"(?:\A|(?<![\s,])[\s,]++)et\.?[\s~]*al(?:ii|\.)?,?\Z", re.IGNORECASE)
_OTHERS = lazy(r"others?[.,]*|\.{2,}|\u2026|\\l?dots", re.IGNORECASE)
_SUFFIX = lazy(
    r"(?:jr|sr|jnr|snr|junior|senior|[ivx]{1,4}|\d(?:st|nd|rd|th)|ph\.?\s?d|m\.?\s?d|m\.?\s?sc|esq|dr|prof|filho|neto"
    r"|j\u00fanior)\.?",
    re.IGNORECASE,
)
_INITIALS = lazy(r"(?:[^\W\d_]\.\s?-?\s?){1,5}|[A-Z](?:[\s-]?[A-Z]){0,3}")
_PARTICLES = frozenset(
    {
        "af", "al", "ap", "ben", "bin", "da", "das", "de", "del", "della", "den", "der", "di", "do", "dos", "du",
        "el", "ibn", "la", "las", "le", "lo", "los", "mac", "san", "st", "te", "ten", "ter", "van", "von", "zu",
        "zum", "zur",
    }
)  # fmt: skip
_GROUP_WORDS = frozenset(
    {
        "ag", "agency", "american", "and", "association", "bank", "bureau", "capital", "center", "centre", "co",
        "collaboration", "college", "committee", "company", "consortium", "corp", "corporation", "council", "data",
        "department", "dept", "division", "engineering", "european", "federal", "for", "foundation", "global", "gmbh",
        "group", "health", "holdings", "inc", "industries", "institute", "international", "lab", "laboratories",
        "laboratory", "labs", "limited", "llc", "llp", "ltd", "media", "ministry", "national", "network", "networks",
        "of", "office", "organization", "partners", "press", "project", "research", "school", "science", "sciences",
        "services", "society", "software", "solutions", "sons", "systems", "team", "technologies", "the", "united",
        "university", "ventures",
    }
)  # fmt: skip
"""Words that a person's name does not have."""
_MOST_WORDS = 4
_SUPERSCRIPT = lazy(
    r"\s?(?:\$\s*\{?\}?\^\s*(?:\{(?P<in>[^{}$]{1,30})\}|[\d*])\s*\$|\\textsuperscript\s*\{(?P<text>[^{}]{1,30})\}"
    r"|(?<=[^\W\d_])[\u00b9\u00b2\u00b3\u2070\u2074-\u2079\u2020\u2021*]+(?:,[\u00b9\u00b2\u00b3\u2070\u2074-\u2079\u2020\u2021*]+)*)"
)
_MARK = lazy(r"(?:\d{1,2}|[*\u2020\u2021\u00a7\u00b6]|\\(?:ast|star|dagger|ddagger)|[a-z]|[\s,;])+")
_DIGITS = lazy(r"(?<=[^\W\d_A-Z])\s?\d{1,2}(?:\s*,\s*\d{1,2})*(?=[\s,]|\Z)")


def _bad(text: str, fixed: str | None = None) -> Bad:
    return Bad(
        f"@misc{{a, author = {{{text}}}}}\n",
        None if fixed is None else f"@misc{{a, author = {{{fixed}}}}}\n",
        path="list.bib",
    )


def _good(text: str) -> Good:
    return Good(f"@misc{{a, author = {{{text}}}}}\n", path="list.bib")


class AuthorSyntax(Rule[BibEntry]):
    """A list of names is not written as BibTeX reads it.

    The names are parted by `and`, and nothing else; each is `First Last`, `Last, First` or
    `Last, Jr, First`; the word for the rest is `others`, at the end. Of anything else styles make one person
    with a long name, wrong initials, and wrong labels and order, and say nothing.

    What stands in braces is one name, whatever it holds. `&` is reported between the names of persons
    only, so not in unbraced names of companies, and a comma only where the names around it cannot be the
    parts of one name. Digits are marks of affiliations where two names have one at their ends, or where
    they stand raised.
    """

    code, name = "BIB009", "author-syntax"
    severity = Severity.ERROR
    fix = Applicability.SAFE
    valid = (
        _good("Lovelace, Ada and Turing, Alan"),
        _good("Ada Lovelace and Alan Turing and others"),
        _good("King, Jr., Martin and de la Cruz, 3rd, Juan and Serra Vidal, Marta Ines"),
        _good("{Barnes and Noble, Inc.} and {A; B \\& C, et al.} and {R\\&D Team1}"),
        _good("van der Berg, Jan Piet and Lovelace, Ada"),
        _good("Ruiz Soler, Pablo Jose"),
        _good("M{\\\"u}ller, Kurt and G\\'{o}mez, Rosa and Zimmer, Andr\\'e"),
        _good("M&uuml;ller, Kurt and AT\\&T and Ernst \\& Young and Johnson & Johnson"),
        _good("Anderson Standing and Emmy Noether 0001 and Engine 2"),
        _good("ada99 and Gemma Team2"),
        _good("Ada Lovelace AND\n  Alan Turing"),
        Good('@misc{a, author = lovelace # " and " # turing, editor = "Lovelace, Ada"}\n', path="list.bib"),
        Good("@misc{a, author = {}}\n@misc{b, title = {A; B}}\n", path="list.bib"),
        Good("@misc{a, author = {name}, title = {title}}\n", path="list.bib"),
    )
    invalid = (
        _bad("Lovelace, Ada⟦;⟧ Turing, Alan; Noether, Emmy", "Lovelace, Ada and Turing, Alan and Noether, Emmy"),
        _bad("Ada Lovelace⟦ ;⟧ Alan Turing;", "Ada Lovelace and Alan Turing"),
        _bad("Lovelace, Ada ⟦&⟧ Turing, Alan", "Lovelace, Ada and Turing, Alan"),
        _bad("Ada Lovelace and Alan M. Turing ⟦\\&⟧ Emmy Noether", "Ada Lovelace and Alan M. Turing and Emmy Noether"),
        _bad("Ada Lovelace⟦,⟧ Alan Turing, Emmy Noether", "Ada Lovelace and Alan Turing and Emmy Noether"),
        _bad("Ada Lovelace⟦,⟧ Alan Turing, and Emmy Noether", "Ada Lovelace and Alan Turing and Emmy Noether"),
        _bad("Ada Lovelace⟦,⟧ Alan Turing and Emmy Noether", "Ada Lovelace and Alan Turing and Emmy Noether"),
        _bad("Ada Lovelace⟦,⟧ Alan Turing, and et al.", "Ada Lovelace and Alan Turing and others"),
        _bad("Lovelace, A., Turing, A. M., ⟦&⟧ Noether, E.", "Lovelace, A. and Turing, A. M. and Noether, E."),
        _bad("Lovelace, A.⟦,⟧ Turing, A. M., Noether, E", "Lovelace, A. and Turing, A. M. and Noether, E"),
        _bad("⟦Lovelace, Ada, Turing, Alan⟧"),
        _bad("Lovelace, ⟦Ada⟧, K. and Turing, Alan"),
        _bad("Ada Lovelace and ⟦et al.⟧", "Ada Lovelace and others"),
        _bad("Lovelace, Ada⟦ et. al⟧", "Lovelace, Ada and others"),
        _bad("Ada Lovelace⟦, et al.⟧", "Ada Lovelace and others"),
        _bad("Ada Lovelace and ⟦Others.⟧", "Ada Lovelace and others"),
        _bad("Ada Lovelace and ⟦...⟧", "Ada Lovelace and others"),
        _bad("Ada Lovelace and ⟦others⟧ and Alan Turing"),
        _bad("Lovelace, Ada⟦,⟧ and Turing, Alan⟦,⟧", "Lovelace, Ada and Turing, Alan"),
        _bad("Ada Lovelace ⟦and⟧", "Ada Lovelace"),
        _bad("⟦and⟧ Ada Lovelace", "Ada Lovelace"),
        _bad("Ada Lovelace and ⟦and⟧ Alan Turing", "Ada Lovelace and Alan Turing"),
        _bad("Ada Lovelace ⟦and,⟧ Alan Turing", "Ada Lovelace and Alan Turing"),
        _bad("Ada Lovelace and ⟦{}⟧"),
        _bad("Ada Lovelace and ⟦, Alan⟧"),
        _bad("Team Engine and ⟦:⟧ and Ada Lovelace", "Team Engine and Ada Lovelace"),
        _bad(
            "Ada Lovelace⟦,⟧ Alan Turing, Emmy Noether, et al.",
            "Ada Lovelace and Alan Turing and Emmy Noether and others",
        ),
        _bad("Ada Lovelace⟦1⟧ and Alan Turing2 and Emmy Noether1,2", "Ada Lovelace and Alan Turing and Emmy Noether"),
        _bad("Ada Lovelace⟦$^{1,*}$⟧ and Alan Turing", "Ada Lovelace and Alan Turing"),
        _bad("Ada Lovelace⟦\\textsuperscript{1}⟧ and Alan Turing\u00b2", "Ada Lovelace and Alan Turing"),
        Bad(
            '@book{a, editor = "Lovelace, Ada⟦;⟧\n  Turing, Alan"}\n',
            '@book{a, editor = "Lovelace, Ada and\n  Turing, Alan"}\n',
            path="list.bib",
        ),
    )

    def check(self, node: BibEntry, ctx: Context) -> Iterator[Finding]:
        """Yield a finding for each cause in each list of names."""
        names = [one for one in node.fields if one.name.lower() in _FIELDS]
        if not names or not ctx.memo(well_formed)(node) or is_template(node):
            return
        for one in names:
            inside = content(one)
            if inside is not None and inside[0].strip():
                yield from _List(inside[0], inside[1].start).check()


def _masked(value: str) -> str:
    """The value with what braces hold, and entities of HTML, replaced character by character."""
    parts: list[str] = []
    depth, at = 0, 0
    for brace in _BRACES.finditer(value):
        before = value[at : brace.start()]
        parts.append(_HIDDEN * len(before) if depth else before)
        parts.append(brace[0])
        depth = max(0, depth + (1 if brace[0] == "{" else -1))
        at = brace.end()
    parts.append(value[at:])
    return _ENTITY.sub(lambda entity: _HIDDEN * len(entity[0]), "".join(parts))


class _Part(NamedTuple):
    """A part of a name between its commas, without the white space around it."""

    start: int
    end: int
    text: str

    @property
    def words(self) -> int:
        """Number of words."""
        return len(self.text.split())


class _List:
    """A value with names; places count from its start, which stands at ``offset`` in the text."""

    def __init__(self, value: str, offset: int) -> None:
        self.value = value
        self.offset = offset
        self.masked = _masked(value)
        self.names = split_names(value)
        self.end = len(value.rstrip())
        self.last = max((index for index, name in enumerate(self.names) if not name.empty), default=0)
        self.plain = sum(name.commas == 0 and bool(name.given) and not _is_rest(name) for name in self.names)
        self.people = sum(not _is_rest(name) for name in self.names)

    def check(self) -> Iterator[Finding]:
        """Yield what is wrong: one finding for a wrong separator, which makes the names unreadable, else one a name."""
        found = self._semicolons() or self._ampersands() or self._commas()
        if found is not None:
            yield found
            return
        yield from self._between()
        for index, name in enumerate(self.names):
            yield from self._name(name, last=index >= self.last)
        yield from self._marks()

    def _finding(
        self,
        start: int,
        end: int,
        message: str,
        title: str = "",
        edits: Sequence[tuple[int, int, str]] = (),
        *,
        safe: bool = True,
    ) -> Finding:
        fix = None
        if edits:
            made = tuple(Edit(Span(self.offset + a, self.offset + b), text) for a, b, text in edits)
            fix = Fix(title, made, Applicability.SAFE if safe else Applicability.UNSAFE, May.TEXT)
        return Finding(Span(self.offset + start, self.offset + end), message, fix)

    # -- separators -------------------------------------------------------------------------------

    def _semicolons(self) -> Finding | None:
        marks = list(_SEMICOLON.finditer(self.masked)) if ";" in self.masked else []
        if not marks:
            return None
        edits = [(*mark.span(), self._and(mark.end())) for mark in marks]
        names = split_names(_applied(self.value, edits))
        safe = all(name.text and (name.commas < 2 or _is_suffixed(name)) for name in names)
        first = marks[0]
        return self._finding(
            *first.span(), "names are parted by a semicolon; BibTeX reads them as one", "write “and”", edits, safe=safe
        )

    def _and(self, end: int) -> str:
        """What stands for a separator that ends there."""
        if end >= self.end:
            return ""
        return " and" if self.value[end].isspace() else " and "

    def _ampersands(self) -> Finding | None:
        if "&" not in self.masked:
            return None
        edits: list[tuple[int, int, str]] = []
        safe = True
        for name in self.names:
            marks = list(_AMPERSAND.finditer(self.masked, name.start, name.end))
            ends = [name.start, *(at for mark in marks for at in mark.span()), name.end]
            sides = [self.masked[a:b].strip(" \t\n,") for a, b in zip(ends[::2], ends[1::2], strict=True)]
            if marks and all(_is_person(side) for side in sides):
                edits += [(*mark.span(), "and") for mark in marks]
                safe = safe and all("," in side for side in sides)
        if not edits:
            return None
        start, end, _ = edits[0]
        message = f"names are parted by “{self.value[start:end]}”; BibTeX reads them as one"
        return self._finding(start, end, message, "write “and”", edits, safe=safe)

    def _commas(self) -> Finding | None:
        """What is wrong with commas inside a name, the first one in the list."""
        for name in self.names:
            if name.commas == 0 or name.braced:
                continue
            parts = self._parts(name)
            trailing = not parts[-1].text or _ET_AL.fullmatch(parts[-1].text) is not None
            parts = parts[:-1] if trailing else parts
            if not all(part.text for part in parts) or len(parts) < 2:
                continue
            ends = self._ends(parts, trailing=trailing)
            if ends:
                edits = [(parts[end].end, *self._separator(parts[end].end)) for end in ends]
                safe = len(parts) > 2
                message = "names are parted by commas; BibTeX reads them as one"
                return self._finding(edits[0][0], edits[0][0] + 1, message, "write “and”", edits, safe=safe)
            if len(parts) > 3:
                shown = shorten(name.text)
                return self._finding(
                    name.start, name.end, f"“{shown}” has {len(parts) - 1} commas; a name has at most two"
                )
            if len(parts) == 3 and not _SUFFIX.fullmatch(parts[1].text) and parts[1].text[:1].isupper():
                message = f"BibTeX reads “{parts[1].text}” between two commas as a suffix such as Jr"
                return self._finding(parts[1].start, parts[1].end, message)
        return None

    def _parts(self, name: Name) -> list[_Part]:
        parts, at = [], name.start
        for piece in self.masked[name.start : name.end].split(","):
            start = at + len(piece) - len(piece.lstrip())
            parts.append(_Part(start, max(start, at + len(piece.rstrip())), piece.strip()))
            at += len(piece) + 1
        return parts

    def _separator(self, comma: int) -> tuple[int, str]:
        """The end of a comma that parts two names, and what stands there instead."""
        at = self.masked.index(",", comma)
        return at + 1, self._and(at + 1)

    def _ends(self, parts: Sequence[_Part], *, trailing: bool) -> list[int]:
        """The parts behind which a name ends, where a list of names is the one way to read them."""
        persons = all(part.words > 1 and _is_person(part.text) for part in parts)
        if persons and len(parts) > 2:
            return list(range(len(parts) - (0 if trailing else 1)))
        if persons and len(parts) == 2:
            # All other names are `First Last`, so this one is hardly a family name of two words with two given names.
            # Before the word for the others a comma says the same.
            told = self.plain > 0 or (trailing and self.people < len(self.names))
            ends = told and self.plain == self.people - 1 and all(_ends_in_family(part.text) for part in parts)
            return [0, 1][: 2 if trailing else 1] if ends else []
        pairs = len(parts) > 3 and len(parts) % 2 == 0 and all(_INITIALS.fullmatch(part.text) for part in parts[1::2])
        return list(range(1, len(parts) - (0 if trailing else 1), 2)) if pairs else []

    # -- what stands between and in the names -----------------------------------------------------

    def _between(self) -> Iterator[Finding]:
        """Superfluous words ``and``, and such with a comma."""
        for found in _AND_COMMA.finditer(self.masked):
            yield self._finding(
                *found.span(), "“and,” is read as a part of the name", "write “and”", [(*found.span(), "and")]
            )
        ands = list(_AND.finditer(self.masked))
        for index, name in enumerate(self.names):
            if not name.empty or len(ands) != len(self.names) - 1:
                continue
            last = index == len(self.names) - 1
            word = ands[index - last]
            start, end = word.span()
            while last and start and self.value[start - 1].isspace():
                start -= 1
            while not last and end < self.end and self.value[end].isspace():
                end += 1
            yield self._finding(
                *word.span(),
                f"no name stands {'after' if last else 'before'} this “and”",
                "delete it",
                [(start, end, "")],
            )

    def _name(self, name: Name, *, last: bool) -> Iterator[Finding]:
        text = self.masked[name.start : name.end]
        if name.empty:
            return
        if name.others:
            if not last:
                yield self._finding(name.start, name.end, "“others” is read as such at the end of the list only")
            return
        found = _ET_AL.search(text)
        if found or (len(self.names) > 1 and _OTHERS.fullmatch(text)):
            at = found.start() if found else 0
            new = " and others" if at else "others"
            shown = text[at:].strip(" ,\n\t")
            edits = [(name.start + at, name.end, new)] if last else []
            yield self._finding(name.start + at, name.end, f"“{shown}” is read as a name", "write “others”", edits)
        elif text.endswith(",") and len(text) > 1:
            yield self._finding(
                name.end - 1, name.end, "a comma ends the name", "delete it", [(name.end - 1, name.end, "")]
            )
        elif not text.strip("{}" + _HIDDEN + " ,") and not name.text.strip("{} \n\t,"):
            yield self._finding(name.start, name.end, "the name is empty")
        elif not any(char.isalnum() or char == _HIDDEN for char in text):
            yield self._no_letters(name, text)
        elif text.startswith(","):
            yield self._finding(name.start, name.end, "the name has no family name")

    def _no_letters(self, name: Name, text: str) -> Finding:
        """A name such as the colon that arXiv puts behind the name of a team."""
        after = _AND.match(self.masked, name.end + 1)
        edits = [(name.start, after.end() + 1, "")] if after and text != "," else []
        return self._finding(name.start, name.end, f"the name “{text}” has no letters", "delete it", edits, safe=False)

    def _marks(self) -> Iterator[Finding]:
        """Marks of affiliations, one finding a list."""
        raised, plain = list[tuple[int, int]](), list[tuple[int, int]]()
        marked = 0
        for name in self.names:
            if name.braced or len(name.text.split()) < 2:
                continue
            found = [one.span() for one in _SUPERSCRIPT.finditer(self.value, name.start, name.end) if _is_mark(one)]
            digits = [one.span() for one in _DIGITS.finditer(self.masked, name.start, name.end)]
            raised += found
            plain += digits
            marked += bool(digits)
        places = sorted(raised + (plain if marked > 1 else []))
        if places:
            start, end = places[0]
            edits = [(a, b, "") for a, b in places]
            yield self._finding(
                start,
                end,
                f"“{self.value[start:end].strip()}” is read as a part of the name",
                "delete the marks",
                edits,
                safe=False,
            )


def _applied(value: str, edits: Sequence[tuple[int, int, str]]) -> str:
    parts, at = [], 0
    for start, end, text in edits:
        parts += [value[at:start], text]
        at = end
    return "".join([*parts, value[at:]])


def _is_rest(name: Name) -> bool:
    """Tell whether a name is a word for further authors, right or wrong."""
    return name.others or (name.commas == 0 and (_ET_AL.search(name.text) or _OTHERS.fullmatch(name.text)) is not None)


def _is_suffixed(name: Name) -> bool:
    return name.commas == 2 and _SUFFIX.fullmatch(name.suffix) is not None


def _is_mark(match: re.Match[str]) -> bool:
    inside = match["in"] or match["text"]
    return inside is None or _MARK.fullmatch(inside) is not None


def _is_person(text: str) -> bool:
    """Tell whether a masked text can only be a person: ``Last, F.`` or two to four words of a name."""
    words = text.replace(",", " ").split()
    if not 1 < len(words) <= _MOST_WORDS * (1 + text.count(",")) or any(char.isdigit() for char in text):
        return False
    if any(word.strip(".").lower() in _GROUP_WORDS for word in words) or _SUFFIX.fullmatch(words[-1]):
        return False
    return (
        all(word[0].isupper() or word[0] in "{\\" or word.lower() in _PARTICLES for word in words)
        and words[0][0] != "&"
    )


def _ends_in_family(text: str) -> bool:
    """Tell whether a text is rather ``First Last`` than a family name of two words, or given names."""
    words = text.split()
    return words[0].lower() not in _PARTICLES and _INITIALS.fullmatch(words[-1]) is None
