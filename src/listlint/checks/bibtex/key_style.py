"""BIB021: a citation key is built otherwise than the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, NamedTuple, cast

import msgspec

from listlint.checks import api
from listlint.checks.api import Bad, Finding, Good, ReferenceTrait, Rule, Severity
from listlint.checks.bib import field, macros, plain, raw
from listlint.checks.convention import FORMS_SHARE, MINIMUM, convention
from listlint.model.nodes import Document
from listlint.model.patterns import lazy
from listlint.text.authors import split_names
from listlint.text.latex import decode, fold_title

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from listlint.checks.api import Context, Trait
    from listlint.model.nodes import BibEntry

_TOKEN = lazy(r"[^\W\d_]+|\d+|[\W_]")
_AFTER_YEAR = lazy(r"\d*[^\W\d_]+|\d+|[\W_]")
"""The same behind a year, where a word may start with digits: ``20133d``."""
_YEAR = lazy(r"(?:1[89]|20)\d\d")
_LONGEST = 120
"""Characters of a key, beyond which it follows no scheme."""
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})
_TELLING = frozenset({"author", "year", "short year", "title"})
_SCHEME = r"^(?:\{(?:author|Author|AUTHOR|title|Title|TITLE|text|Text|TEXT|year|yy|number)\}|[^\w\s{}]|_)+$"
_SHORTEST = 3
"""Letters of which a beginning of a name says whose it is."""


class _Known(NamedTuple):
    """What keys are made of: the words of an entry's first author, of its title, and its year."""

    author: frozenset[str]
    title: frozenset[str]
    year: str


def _entries(*keys: str) -> Good:
    usual = [
        f"@misc{{lovelace{1950 + n}title, author={{Lovelace, Ada}}, title={{The Title}}, year={{{1950 + n}}}}}"
        for n in range(10)
    ]
    odd = [f"@misc{{{key}, author={{Alan Turing}}, title={{On Numbers}}, year={{1936}}}}" for key in keys]
    return Good("\n".join((*usual, *odd, "")), path="list.bib")


class KeyStyle(Rule[Document]):
    """A citation key does not follow the scheme that the document's other keys follow.

    Who cites from a long list guesses keys, and sorts and searches by them.

    A scheme is what the parts of a key are, in which case and with which signs between them: the first author, the
    year, a word of the title, other letters. A letter behind the year that tells two works apart does not
    count. There must be ten keys, and four of five must follow one scheme that says at least who,
    when or what. The rule is off by default, as a key cannot be changed without its citations.

    In the configuration a scheme is written with its parts in braces, as they are written: `{author}{year}{title}` means
    "lovelace1950title", `{Author}_{yy}` "Lovelace_50". Other letters are `{text}`, other figures `{number}`.
    """

    class Options(api.Options, frozen=True, kw_only=True):
        """What can be set."""

        scheme: Annotated[
            Annotated[str, msgspec.Meta(pattern=_SCHEME)] | None,
            msgspec.Meta(
                description="The scheme of keys, such as `{author}{year}{title}`; by default the document's own."
            ),
        ] = None
        minimum: Annotated[int, msgspec.Meta(description="Number of keys that make a scheme.", ge=1)] = MINIMUM
        share: Annotated[float, msgspec.Meta(description="Share of them that must follow it.", gt=0.5, le=1)] = (
            FORMS_SHARE
        )

    code, name = "BIB021", "key-style"
    severity = Severity.INFO
    about = "bib"
    pins = {"key in BibTeX": "scheme"}
    valid = (
        _entries("turing1936numbers", "turing1936anumbers"),
        _entries("Turing1936", "turing:1936", "TuringOnNumbers", "T36"),
        Good(
            "".join(f"@misc{{key{letter}, title={{A}}}}\n" for letter in "abcdefghijk") + "@misc{b:1, title={A}}\n",
            path="list.bib",
        ),
        Good("@misc{lovelace1950a, year=1950}\n@misc{b,\n", path="list.bib"),
        Good(
            "@misc{Turing:36:Numbers, author={Turing, Alan}, title={On Numbers}, year=1936}\n",
            {"scheme": "{Author}:{yy}:{Title}"},
            "list.bib",
        ),
    )
    invalid = (
        Bad(_entries("⟦Turing1936⟧").text, path="list.bib"),
        Bad(_entries("⟦Turing1936numbers⟧", "turing1936numbers").text, path="list.bib"),
        Bad(_entries("⟦turing_1936_numbers⟧", "⟦DBLP:journals/lms/Turing36⟧").text, path="list.bib"),
        Bad(
            "@misc{⟦turing_36⟧, author={Turing, Alan}, year=1936}\n@misc{Turing36, author={Turing, Alan}, year=1936}\n",
            options={"scheme": "{Author}{yy}"},
            path="list.bib",
        ),
    )

    def traits(self, document: Document, ctx: Context) -> Iterator[ReferenceTrait]:
        """Yield the scheme of each key."""
        for entry, scheme in _schemes(document, ctx) if document.bib else ():
            says = " + ".join(kind for kind, _ in scheme)
            yield ReferenceTrait("key in BibTeX", entry.key_span, scheme, says or "none")

    def pin(self, trait: Trait | ReferenceTrait) -> str | None:
        """The scheme, where it says at least who, when or what."""
        scheme = cast("_Scheme", trait.value)
        return _written(scheme) if any(kind in _TELLING for kind, _ in scheme) else None

    def check(self, node: Document, ctx: Context) -> Iterator[Finding]:
        """Yield a finding for each key that follows another scheme."""
        schemes = _schemes(node, ctx)
        if self.options.scheme is not None:
            for entry, scheme in schemes:
                if _written(scheme) != self.options.scheme:
                    message = f"keys should be built like `{self.options.scheme}`; `{entry.key}` is not"
                    yield Finding(entry.key_span, message, group="BIB021:key")
            return
        if len(schemes) < self.options.minimum:
            return
        own = convention((scheme for _, scheme in schemes), self.options.minimum, self.options.share)
        if own is None or not any(kind in _TELLING for kind, _ in own.value):
            return
        model = next(entry.key for entry, scheme in schemes if scheme == own.value)
        says = " + ".join(kind for kind, _ in own.value)
        for entry, scheme in schemes:
            if scheme != own.value:
                message = f"{own.share()} keys are built like `{model}` ({says}); `{entry.key}` is not"
                yield Finding(entry.key_span, message, group="BIB021:key")


_Scheme = tuple[tuple[str, str], ...]
"""The parts of a key, each with what it is and its case; a sign is itself."""
_PARTS = {"year": "year", "short year": "yy", "number": "number"}
_WORDS = {"author", "title", "text"}


def _written(scheme: _Scheme) -> str:
    """A scheme as configurations write it."""
    return "".join(
        f"{{{_PARTS[kind]}}}" if kind in _PARTS else f"{{{_cased(kind, case)}}}" if kind in _WORDS else kind
        for kind, case in scheme
    )


def _cased(word: str, case: str) -> str:
    return word.upper() if case == "upper" else word.capitalize() if case == "title" else word


def _schemes(document: Document, ctx: Context) -> list[tuple[BibEntry, _Scheme]]:
    """The keys that may follow a scheme, each with its own."""
    strings = ctx.memo(macros)
    keyed = [entry for block in document.bib for entry in block.entries if 0 < len(entry.key) <= _LONGEST]
    return [(entry, _scheme(entry.key, _known(entry, strings))) for entry in keyed]


def _known(entry: BibEntry, strings: Mapping[str, str]) -> _Known:
    names, title, year = field(entry, "author", "editor"), field(entry, "title"), field(entry, "year", "date")
    people = split_names(raw(names, strings)) if names else ()
    person = decode(f"{people[0].particle} {people[0].family}") if people else ""
    author, spelt = fold_title(person), fold_title(person.casefold().translate(_UMLAUTS))
    words = fold_title(plain(title, strings)) if title else ""
    shown = _YEAR.search(plain(year, strings)) if year else None
    return _Known(
        frozenset({*author.split(), *spelt.split(), author.replace(" ", "")} - {""}),
        frozenset(words.split()),
        shown[0] if shown else "",
    )


def _scheme(key: str, known: _Known) -> _Scheme:
    """The parts of a key: each with what it is and its case, or a sign with itself."""
    before, year, after = key.partition(known.year) if known.year else (key, "", "")
    found: list[tuple[str, str]] = []
    tokens = [*_TOKEN.findall(before), *([year] if year else ()), *_AFTER_YEAR.findall(after)]
    for token in tokens:
        dated = bool(found) and found[-1][0].endswith("year")
        if token.isdecimal():
            found.append((_number(token, known.year), ""))
        elif not token[-1].isalpha():
            found.append((token, ""))
        elif not (dated and len(token) == 1):
            found.append(_letters(token, known, dated=dated))
    return tuple(found)


def _number(token: str, year: str) -> str:
    if _YEAR.fullmatch(token):
        return "year"
    return "short year" if len(token) == 2 and (not year or year.endswith(token)) else "number"


def _letters(token: str, known: _Known, *, dated: bool) -> tuple[str, str]:
    word = fold_title(token)
    case = "lower" if token.islower() else "upper" if token.isupper() and len(token) > 1 else "title"
    long = len(word) >= _SHORTEST
    if word in known.author or (long and any(name.startswith(word) for name in known.author)):
        return "author", case
    if dated and len(word) > 1 and word[0] in "abcd" and word[1:] in known.title:
        return "title", case
    whole = word in known.title or (long and any(other.startswith(word) for other in known.title))
    return "title" if whole else "text", case
