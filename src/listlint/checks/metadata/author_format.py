"""MET009: authors written in another form than the list's own."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from listlint.checks import api
from listlint.checks.api import (
    Applicability,
    Bad,
    Edit,
    Finding,
    Fix,
    Good,
    May,
    ReferenceTrait,
    Related,
    Rule,
    Severity,
    Span,
    Trait,
)
from listlint.checks.convention import FORMS_MINIMUM, FORMS_SHARE, convention
from listlint.checks.people import MARKS, AuthorList, author_lists, is_marked
from listlint.model.nodes import Document, Mask
from listlint.model.patterns import lazy
from listlint.text.authors import Name, Order

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from listlint.checks.api import Context
    from listlint.model.nodes import Entry

_ORDERS = {"first-last": Order.FIRST_LAST, "last-first": Order.LAST_FIRST}
_ET_AL = lazy(r"(?<=[\w.)\]*_])(?:,\s|\s)(?P<form>et\.?\s?al\b\.?)")
_AL = lazy(r"et(?<=\set)\.?\s?al\b")
_SENTENCE_END = lazy(r"\s*+(?:\Z|\n|[*_)\]]|[^\W\d_a-z])")
_CITED = lazy(
    r"[\s,.;(*_\]]*+(?:et\.?\s?al\b[\s,.;(*_\]]*+)?(?:1[5-9]|20)\d\d[a-z]?[).,:;*_ \t]++[\"“‘'*_\[]*+"
    r"[^\W\d_a-z][\w'’-]*+(?:[ :,]{1,2}[\w'’-]++){2}"
)
"""The year and the title that follow in a citation: `Lovelace, A., 2020. Notes on Engines`."""
_LONG, _GIVEN, _SHORT, _TURNED = 7, 4, 4, 5
"""Letters of a family name from which one edit is a slip and not another family, those of a given name that tells
people apart, those of a family name in which an accent does not make another, and from which two letters that
changed places are a slip."""
_WEAK, _SURE = "hetdns", 9
"""Letters that related names lack (Schmidt, Schmit), and the length from which one that lacks them is a slip."""
_TRANSLITERATED = (("ä", "a"), ("ö", "o"), ("ü", "u"), ("æ", "a"), ("ø", "o"), ("œ", "o"), ("å", "a"), ("ł", "l"),
                   ("đ", "d"), ("ı", "i"), ("ae", "a"), ("oe", "o"), ("ue", "u"), ("aa", "a"))  # fmt: skip
_ENDS = tuple(MARKS)
_TWICE = 2
"""Times as often that a name must be written so for its transliteration to be the odd one: either is right."""
_VARIED = ("sz", "ck", "iy", "vw", "dt", "eo", "ae", "ao", "bp", "mn")
"""Letters in whose place other families have the other."""


def _bib(*authors: str) -> str:
    """A block of references with these authors."""
    entries = (f"@misc{{k{n},\n  title={{T{n}}},\n  author={{{value}}},\n}}\n" for n, value in enumerate(authors))
    return "```bibtex\n" + "".join(entries) + "```\n"


def _items(*authors: str) -> str:
    return "".join(f"- [Paper {n}](https://a.dev/{n}), {value}, 2020.\n" for n, value in enumerate(authors))


def _bold(*authors: str) -> str:
    """Titles in bold print, with these and others below them."""
    form = "**Paper {}.**<br>\n*Ada Lovelace, {}, George Boole.*<br>\nICML 2020. [[Paper](https://a.dev/{})]\n\n"
    return "".join(form.format(n, value, n) for n, value in enumerate(authors))


_OTHERS = "more authors"
_INVERTED = ("Lovelace, Ada", "Babbage, Charles and Boole, George", "Gauss, Carl", "Noether, Emmy", "Euler, Leonhard")
_STRAIGHT = ("A. Lovelace, C. Babbage", "C. Gauss and G. Boole", "E. Noether, S. Germain", "L. Euler, P. Fermat")


class AuthorFormat(Rule[Document]):
    """Authors are written in another form than the list's other authors.

    Who looks for a name, by eye or with a search, finds it in one form only, and a list of names in two forms
    leaves open which of two words is the family's. Compared are the order of names (`Ada Lovelace` against
    `Lovelace, Ada`), in prose and in BibTeX each by itself; `et al.` against `et al`; and one person's name in two
    spellings: the same given names, and a long family name with one letter more, less or other, or an accent. Without
    its accents, or with `oe` and `ss` for `ö` and `ß`, a name is right too, and is reported only where it is written
    otherwise more than twice as often. Marks behind names, such as `*` for equal contribution, do not count.

    Names of one word, institutions in braces and lists that BibTeX cannot read are left alone, and so are short
    family names, of which one letter makes another: Li, Lin and Lu are three people.
    """

    class Options(api.Options, frozen=True, kw_only=True):
        """What can be set."""

        order: Annotated[
            Literal["first-last", "last-first"] | None,
            msgspec.Meta(description="How names should be written; by default as most of the list's are."),
        ] = None
        et_al: Annotated[
            Literal["et al.", "et al"] | None,
            msgspec.Meta(description="How a shortened list should end; by default as most of the list's do."),
        ] = None
        minimum: Annotated[
            int, msgspec.Meta(description="How many author lists a list needs to have a habit.", ge=2)
        ] = FORMS_MINIMUM
        share: Annotated[float, msgspec.Meta(description="The part of them that must agree.", gt=0.5, le=1)] = (
            FORMS_SHARE
        )

    code, name = "MET009", "author-format"
    severity = Severity.INFO
    fix = Applicability.UNSAFE
    pins = {"order of names": "order", "order of names in BibTeX": "order", _OTHERS: "et_al"}
    valid = (
        _bib(*_INVERTED) + "\n" + _bib("{The Analytical Society}", "Aristotle", "Gauss, Carl and others"),
        _bib("Lovelace, Ada", "Ada Lovelace", "Boole, George", "Charles Babbage"),
        _bib(*_INVERTED[:3], "Ada Lovelace"),
        _bib(*_INVERTED, "A. Lovelace, C. Babbage, G. Boole"),
        _bib("Li, Ada and Lin, Ada and Lu, Ada", *_INVERTED, "Hoffmann, A. and Hofmann, A.", "Hofmann, Ada"),
        _bib("Johansson, Emma", "Johansson, Emma", "Johannson, Emil", *_INVERTED),
        _items(*_STRAIGHT, "Ada Lovelace's group", "Google Research"),
        _items(*(f"{name} et al." for name in _STRAIGHT[:3]), "A. Lovelace et al"),
        "".join(f"- [Paper {n}](https://a.dev/{n}) (lovelace et al. 202{n})\n" for n in range(6))
        + "- [B](https://b.dev) - The `et al` of it.\n",
        # Either spelling is right, so that two against one are too few.
        _bib("Möbius, August", "Möbius, August", "Moebius, August", *_INVERTED),
        _bib("Weißbach, Julius", "Weißbach, Julius", "Weissbach, Julius", "Erdős, Paul", "Erdős, Paul", "Erdos, Paul"),
        # With marks behind the names, "Moebius" is written twice.
        _items(
            *["August Möbius, Ada Lovelace"] * 3,
            "August Moebius*, Ada Lovelace*",
            r"Ada Lovelace\*, August Moebius†",
            "*Ada Lovelace, August Moebius¹,²*",
        ),
        Good(_bib("Ada Lovelace", "Boole, George"), {"minimum": 3}),
        Good("- [A](https://a.dev) (lovelace et al 2019)\n- [B](https://b.dev) by Boole et al.\n", {"et-al": "et al"}),
    )
    invalid = (
        Bad(
            _bib(*_INVERTED, "⟦Ada Lovelace and Jan van der Berg⟧"),
            _bib(*_INVERTED, "Lovelace, Ada and van der Berg, Jan"),
        ),
        Bad(
            _bib("Ada Lovelace", "C. Babbage", "George Boole", "Emmy Noether", "⟦de Moivre, Abraham⟧ and Carl Gauss"),
            _bib("Ada Lovelace", "C. Babbage", "George Boole", "Emmy Noether", "Abraham de Moivre and Carl Gauss"),
        ),
        Bad(
            _items(*_STRAIGHT, "⟦Lovelace, A., Babbage, C.⟧"),
            _items(*_STRAIGHT, "A. Lovelace, C. Babbage"),
        ),
        Bad(
            _items(*_STRAIGHT, "⟦Lovelace A, Babbage CB⟧"),
        ),
        Bad(
            "".join(f"- [Paper {n}](https://a.dev/{n}) (lovelace et al. 202{n})\n" for n in range(8))
            + "- [B](https://b.dev) (boole ⟦et al⟧ 2019)\n- [C](https://b.dev/c) (gauss ⟦et. al.⟧, 2019)\n",
            "".join(f"- [Paper {n}](https://a.dev/{n}) (lovelace et al. 202{n})\n" for n in range(8))
            + "- [B](https://b.dev) (boole et al. 2019)\n- [C](https://b.dev/c) (gauss et al., 2019)\n",
        ),
        Bad(
            _bib("Sohl-Dickstein, Jascha", "Sohl-Dickstein, Jascha", "⟦Sohl-Dikstein, Jascha⟧ and Gauss, Carl"),
            _bib("Sohl-Dickstein, Jascha", "Sohl-Dickstein, Jascha", "Sohl-Dickstein, Jascha and Gauss, Carl"),
        ),
        Bad(
            _bib(*["Schölkopf, Bernhard"] * 2, r"Sch{\"o}lkopf, Bernhard", "⟦Scholkopf, Bernhard⟧"),
            _bib(*["Schölkopf, Bernhard"] * 2, r"Sch{\"o}lkopf, Bernhard", "Schölkopf, Bernhard"),
        ),
        Bad(
            _bib("⟦Ada Lovelace⟧", "Babbage, Charles"),
            _bib("Lovelace, Ada", "Babbage, Charles"),
            {"order": "last-first"},
        ),
        Bad(
            "- [A](https://a.dev) (lovelace ⟦et al⟧ 2019)\n",
            "- [A](https://a.dev) (lovelace et al. 2019)\n",
            {"et-al": "et al."},
        ),
        Bad(
            _bib(*["Möbius, August"] * 3, "⟦Moebius, August⟧", *["Weißbach, Julius"] * 3, "⟦Weissbach, Julius⟧"),
            _bib(*["Möbius, August"] * 3, "Möbius, August", *["Weißbach, Julius"] * 3, "Weißbach, Julius"),
        ),
        # Marks behind names are no part of them.
        Bad(
            _items("August Möbius*, Ada Lovelace*", r"August Möbius\*, Ada Lovelace", "Ada Lovelace, August Möbius‡")
            + _items("⟦August Mobius⟧†, Ada Lovelace"),
            _items("August Möbius*, Ada Lovelace*", r"August Möbius\*, Ada Lovelace", "Ada Lovelace, August Möbius‡")
            + _items("August Möbius†, Ada Lovelace"),
        ),
        # The text of a link, and a citation as it was copied.
        Bad(_bold(*["August Möbius"] * 3, "[⟦August Mobius⟧](https://a.dev/m)")),
        Bad(
            "".join(f"- {name}, 200{n}. [Paper](https://a.dev/{n})\n" for n, name in enumerate(_STRAIGHT))
            + "- [B](https://b.dev), ⟦Lovelace, A., Babbage, C.⟧, 2020. Notes on engines and numbers. Engines.\n",
        ),
    )

    def traits(self, document: Document, ctx: Context) -> Iterator[Trait | ReferenceTrait]:
        """Yield the order in which each author list has names, and how it says that there are others."""
        for found in _bearers(ctx.memo(author_lists)):
            shown = f"“{found.order}”" if found.order is not None else "both"
            if found.reference:
                yield ReferenceTrait("order of names in BibTeX", found.span, found.order, shown)
            elif found.entry is not None:
                yield Trait("order of names", found.entry, found.span, found.order, shown)
        for span, form, entry in _all_et_al(document):
            yield Trait(_OTHERS, entry, span, form, f"“{form}”")

    def pin(self, trait: Trait | ReferenceTrait) -> str | None:
        """The order or the form, where the option has it."""
        if trait.name == _OTHERS:
            return str(trait.value) if trait.value in {"et al.", "et al"} else None
        return next((option for option, order in _ORDERS.items() if order is trait.value), None)

    def check(self, node: Document, ctx: Context) -> Iterator[Finding]:
        """Yield a finding for each author list in another order, each "et al." and each name in another form."""
        lists = ctx.memo(author_lists)
        places: list[Span] = []
        for reference in (True, False):
            for finding in self._orders([found for found in lists if found.reference is reference], node):
                places.append(finding.span)
                yield finding
        yield from self._others(node)
        if len(lists) > 1:
            taken = sorted(places)
            for finding in _spellings(lists, node):
                if not any(place.overlaps(finding.span) for place in taken):
                    yield finding

    # -- the order of names ---------------------------------------------------------------------------

    def _orders(self, lists: Sequence[AuthorList], document: Document) -> Iterator[Finding]:
        bearers = _bearers(lists)
        wanted, share = self._wanted(bearers)
        if wanted is None:
            return
        for found in bearers:
            if found.order is wanted:
                continue
            names = [name for name in found.names if _order(name, found) not in (None, wanted)]
            if not names:
                continue
            span = Span(names[0].start, names[-1].end)
            shown = f"this one “{found.order}”" if found.order is not None else "this one has both orders"
            habit = f"{share} author lists are written “{wanted}”" if share else f"authors should be written “{wanted}”"
            fix = _reordered(found, names, wanted, document)
            yield Finding(span, f"{habit}; {shown}", fix, entry=found.entry, group="MET009:order")

    def _wanted(self, bearers: Sequence[AuthorList]) -> tuple[Order | None, str]:
        if self.options.order is not None:
            return _ORDERS[self.options.order], ""
        own = convention((found.order for found in bearers), self.options.minimum, self.options.share)
        return (own.value, own.share()) if own is not None and own.value is not None else (None, "")

    # -- et al. ---------------------------------------------------------------------------------------

    def _others(self, document: Document) -> Iterator[Finding]:
        found = _all_et_al(document)
        wanted, habit = self.options.et_al, "shortened author lists should end in"
        if wanted is None:
            own = convention((form for _, form, _ in found), self.options.minimum, self.options.share)
            if own is None:
                return
            wanted, habit = own.value, f"{own.share()} shortened author lists are written"
        for span, form, entry in found:
            if form == wanted or (form == wanted + "." and _SENTENCE_END.match(document.text, span.end)):
                continue
            fix = Fix(f"write “{wanted}”", (Edit(span, wanted),), Applicability.UNSAFE, May.TEXT)
            yield Finding(span, f"{habit} “{wanted}”; this one “{form}”", fix, entry=entry, group="MET009:et-al")


def _bearers(lists: Sequence[AuthorList]) -> list[AuthorList]:
    """The lists whose names have an order."""
    return [found for found in lists if found.telling or found.order is Order.LAST_INITIALS]


def _all_et_al(document: Document) -> list[tuple[Span, str, Entry]]:
    starts = [match.start() for match in _AL.finditer(document.text)]
    if not starts:
        return []
    entries = [one for one in document.entries if bisect_left(starts, one.span[0]) < bisect_left(starts, one.span[1])]
    found = [place for entry in entries for place in _et_al(entry, document, starts)]
    return [place for place in found if not document.masked(place[0], Mask.CODE, Mask.COMMENT)]


def _order(name: Name, found: AuthorList) -> Order | None:
    """How one name is written; those with initials behind them are seen by their list only."""
    if not found.reference and found.order is not None:
        return found.order
    return None if name.braced or name.others else name.order


def _reordered(found: AuthorList, names: Sequence[Name], wanted: Order, document: Document) -> Fix | None:
    title = f"write “{wanted}”"
    if found.reference:
        edits = tuple(
            Edit(Span(name.start, name.end), name.written(wanted))
            for name in names
            if not (name.suffix and wanted is Order.FIRST_LAST)
        )
        return Fix(title, edits, Applicability.UNSAFE, May.TEXT) if edits else None
    text = document.slice(found.span)
    if wanted is not Order.FIRST_LAST or found.order is not Order.LAST_FIRST or "[" in text or "\n" in text:
        return None
    if is_marked(text) or _is_cited(found, found.span, document):
        return None
    written = [name.written(wanted) for name in names]
    last = " and " if " and " in text else " & " if "&" in text else ", "
    joined = last.join([part for part in (", ".join(written[:-1]), written[-1]) if part])
    return Fix(title, (Edit(found.span, joined),), Applicability.UNSAFE, May.TEXT)


def _et_al(entry: Entry, document: Document, starts: Sequence[int]) -> Iterator[tuple[Span, str, Entry]]:
    """Every "et al." of an entry, in code too; ``starts`` are those of the text, right or not."""
    for span in (entry.head, *[annotation.span for annotation in entry.annotations]):
        at = bisect_left(starts, span[0])
        if at == len(starts) or starts[at] >= span[1]:
            continue
        text = document.text
        if text.find(" al", span.start, span.end) < 0 and text.find(".al", span.start, span.end) < 0:
            continue
        for match in _ET_AL.finditer(text, span.start, span.end):
            yield Span(*match.span("form")), " ".join(match["form"].split()), entry


# -- spellings --------------------------------------------------------------------------------------


class _Spelling(msgspec.Struct):
    """One way of writing a family name beside the same given names, and where it stands."""

    family: str
    """decoded"""
    folded: str
    places: list[tuple[AuthorList, Name]]


def _spellings(lists: Sequence[AuthorList], document: Document) -> Iterator[Finding]:
    people: dict[str, dict[str, _Spelling]] = defaultdict(dict)
    for found in lists:
        for name in map(_unmarked, found.names):
            given, family = _decoded(name.given), _decoded(" ".join([name.particle, name.family]).strip())
            key, folded = _folded(given), _folded(family)
            if len(key) < _GIVEN or "." in given.split()[0] or len(folded) < _SHORT or name.others:
                continue
            spelling = people[key].setdefault(family, _Spelling(family, folded, []))
            spelling.places.append((found, name))
    for spellings in people.values():
        if len(spellings) > 1:
            for odd, usual in _pairs([*spellings.values()]):
                yield from _respelt(odd, usual, document)


def _pairs(spellings: Sequence[_Spelling]) -> Iterator[tuple[_Spelling, _Spelling]]:
    """Spellings of one name, the rarer one first; each is paired once at most."""
    near: dict[str, list[_Spelling]] = defaultdict(list)
    for spelling in spellings:
        word = spelling.folded
        near[word].append(spelling)
        if len(word) >= _TURNED:
            for index in range(len(word)):
                near[word[:index] + word[index + 1 :]].append(spelling)
    done: set[int] = set()
    for alike in near.values():
        if len(alike) < 2:
            continue
        usual = max(alike, key=lambda one: len(one.places))
        for odd in alike:
            if id(odd) not in done and odd is not usual and _same(odd, usual):
                done.add(id(odd))
                yield odd, usual


def _same(odd: _Spelling, usual: _Spelling) -> bool:
    """Tell whether one spelling is very probably a slip for the other."""
    one, other = odd.folded, usual.folded
    if one == other or _transliterated(odd.family, usual.family):
        return len(odd.places) * _TWICE < len(usual.places)
    return len(odd.places) == 1 < len(usual.places) and _slip(one, other)


def _slip(one: str, other: str) -> bool:
    """Tell whether two words are one edit apart, and that edit does not make another family's name."""
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    a, b = one[start:], other[start:]
    if len(a) == len(b):
        if a[1:] == b[1:]:
            return len(one) > _LONG and not any(a[0] in pair and b[0] in pair for pair in _VARIED)
        return len(one) >= _TURNED and a[:2] == b[1::-1] and a[2:] == b[2:]
    longer, shorter = (a, b) if len(a) > len(b) else (b, a)
    word = one if longer is a else other
    # A doubled letter, and one more at the end, are what related names differ in.
    doubled = longer[0] in (word[start - 1 : start], longer[1:2])
    weak = longer[0] in _WEAK and len(word) < _SURE
    return longer[1:] == shorter and not doubled and not weak and len(longer) > 2 and len(word) >= _LONG


def _transliterated(one: str, other: str) -> bool:
    """Tell whether two names are one, and only one of them has its letters: Möbius, Moebius."""
    return not (one.isascii() and other.isascii()) and _plain(one) == _plain(other)


def _plain(name: str) -> str:
    text = name.casefold()
    for letter, written in _TRANSLITERATED:
        text = text.replace(letter, written)
    return _folded(text)


def _respelt(odd: _Spelling, usual: _Spelling, document: Document) -> Iterator[Finding]:
    first = usual.places[0][1]
    for found, name in odd.places:
        written = Counter(one.family for other, one in usual.places if other.reference is found.reference)
        fix = _spelt(name, written.most_common(1)[0][0] if written else "", found, document)
        yield Finding(
            Span(name.start, name.end),
            f"“{odd.family}” is written “{usual.family}” in {len(usual.places)} other places",
            fix,
            (Related(Span(first.start, first.end), "written so here"),),
            entry=found.entry,
            group=f"MET009:{usual.family}",
        )


def _spelt(name: Name, family: str, found: AuthorList, document: Document) -> Fix | None:
    if not family or not name.family or name.text.count(name.family) != 1:
        return None
    if _is_cited(found, Span(name.start, name.end), document):
        return None
    start = name.start + name.text.index(name.family)
    edit = Edit(Span(start, start + len(name.family)), family)
    return Fix(f"write “{_decoded(family)}”", (edit,), Applicability.UNSAFE, May.TEXT)


def _is_cited(found: AuthorList, span: Span, document: Document) -> bool:
    """Tell whether a place is part of a citation that was copied whole, or of a link's text."""
    if found.entry is None or found.reference:
        return False
    if any(link.text_span.covers(span) for link in found.entry.links):
        return True
    return _CITED.match(document.text, found.span.end) is not None


def _unmarked(name: Name) -> Name:
    """A name of BibTeX without the marks behind its parts; those in prose have none."""
    if not name.family.endswith(_ENDS) and not name.given.endswith(_ENDS):
        return name
    return name._replace(family=name.family.rstrip(MARKS), given=name.given.rstrip(MARKS))


def _decoded(text: str) -> str:
    if "\\" not in text and "{" not in text and "~" not in text:
        return text
    from listlint.text.latex import decode

    return decode(text)


def _folded(text: str) -> str:
    if not text.isascii():
        import unicodedata  # most names need none of it

        text = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    return "".join(char for char in text.casefold() if char.isalpha())
