"""ENT004: a description begins with a small letter, against the list's habit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from listlint.checks import api
from listlint.checks.api import Applicability, Bad, Edit, Finding, Fix, Good, May, Rule, Severity, Span, Trait
from listlint.checks.convention import MINIMUM, SHARE, deviants
from listlint.checks.prose import have_sentences, is_caseless, is_sentence
from listlint.model.nodes import Document, EntryKind
from listlint.model.patterns import lazy
from listlint.packs.prose import ProseTable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listlint.checks.api import Context
    from listlint.model.nodes import Entry

_FIRST = lazy(r"[*_\"“„‘'«]*+(?P<link>\[)?[*_]*+(?P<word>[^\W\d_][^\s,;:!?)\]}\"”»*—–]*+)")
_PLAIN = lazy(r"(?P<rest>[^\W\d_]*+)(?:['’](?:s|d|t|re|ve|ll|m))?\.?\Z")
_WORDS = lazy(r"\w+")
_TURKISH = frozenset("ığşİĞŞ")
_GOING_ON = frozenset(",，、;；")
_VOWEL = lazy(r"[aeiouyà-öø-ÿа-яёα-ω]")
_NAMED = lazy(r"\s++(?:is|are|was)\b")
_LIBRARY = lazy(r"lib(?!er|r(?:a|e)).|\w+(?:lib|sql|py|db)\Z")


def _items(text: str) -> str:
    """Ten items with this description."""
    return "".join(f"- [A{number}](https://a.dev/{number}) - {text}\n" for number in range(10))


class DescriptionCase(Rule[Document]):
    """A description begins with a small letter, where nearly all others begin with a capital.

    Together with the full stop it is what reviewers ask contributors for most often.

    Names that are written small are left alone: words with a capital, a digit, a hyphen or a dot inside
    (`iOS`, `jQuery`, `x86`, `scikit-learn`, `foo.js`), code spans, links, the entry's own name, `npm` and its like from
    a table, and particles of personal names. So are `by …`, descriptions behind a comma or without a
    mark, which go on with a sentence, descriptions that only name somebody, and texts with letters that
    have no case. What else stands in a description
    (links, code, emphasis, images) makes no difference.
    """

    class Options(api.Options, frozen=True, kw_only=True):
        """What can be set."""

        case: Annotated[
            Literal["upper", "lower"] | None,
            msgspec.Meta(description="`upper` asks for a capital, `lower` for nothing; by default as the list's own."),
        ] = None
        otherwise: Annotated[
            Literal["upper"] | None,
            msgspec.Meta(description="`upper` asks for a capital also where the list has no habit."),
        ] = None
        minimum: Annotated[int, msgspec.Meta(description="Number of entries that make a habit.", ge=1)] = MINIMUM
        share: Annotated[float, msgspec.Meta(description="Share of them that must agree.", gt=0.5, le=1)] = SHARE

    code, name = "ENT004", "description-case"
    severity = Severity.INFO
    fix = Applicability.UNSAFE
    pins = {"description case": "case"}
    valid = (
        _items("A tool for all of us.")
        + "- [B](https://b.dev) - iOS app.\n- [C](https://c.dev) - jQuery plugin.\n- [D](https://d.dev) - npm tool.\n",
        _items("A tool for all of us.")
        + "- [B](https://b.dev) - x86 emulator.\n- [C](https://c.dev) - scikit-learn tool.\n- [D](https://d.dev) - d3.js too.\n",
        _items("A tool for all of us.")
        + "- [B](https://b.dev) - `code` runs.\n- [C](https://c.dev) - [express](https://e.dev) plugin.\n",
        _items("A tool for all of us.")
        + "- [bat](https://b.dev) - bat is a tool.\n- [C](https://github.com/c/dog) - dog is one.\n",
        _items("A tool for all of us.")
        + "- [B](https://b.dev) - by Ada.\n- [C](https://c.dev) - von Neumann's tool.\n- [D](https://d.dev), a tool.\n",
        _items("A tool for all of us.")
        + "- [B](https://b.dev) a tool.\n- [C](https://c.dev) - 2 tools.\n- [D](https://d.dev) - @ada made it.\n",
        _items("A tool for all of us.")
        + "- [B](https://b.dev) - is a tool for us.\n- [C](https://c.dev) - libfoo as a tool.\n- [D](https://d.dev) - grpc tool for all.\n- [E](https://e.dev) - foo is a tool for all.\n",
        "".join(f"- [A](https://a.dev/{n}) - Ada Bell\n" for n in range(20))
        + "- [B](https://b.dev) - ada and bob and more\n",
        _items("A tool for all of us.")
        + "- [B](https://b.dev) - 小。\n- [C](https://c.dev) - ابزار\n- [D](https://d.dev) - 도구\n",
        "".join(
            f"- [A](https://a.dev/{n}) - {text}\n"
            for n in range(8)
            for text in ("Text to be read.", "text to be read.")
        ),
        _items("a tool for all of us.") + "- [B](https://b.dev) - Text.\n",
        Good("- [A](https://a.dev) - tiny tool for all.\n", {"case": "lower"}),
        Good(_items("a tool for all of us.") + "- [B](https://b.dev) - a tool for us.\n", {"otherwise": "upper"}),
    )
    invalid = (
        Bad(
            _items("A tool for all of us.")
            + "- [B](https://b.dev) - ⟦a⟧ tool for us.\n- [C](https://c.dev) - Small.\n",
            _items("A tool for all of us.") + "- [B](https://b.dev) - A tool for us.\n- [C](https://c.dev) - Small.\n",
        ),
        Bad(
            _items("A tool for all of us.")
            + "- [B](https://b.dev) - ⟦f⟧ast, it uses code, `code`, [C](https://c.dev) and ![x](x.png).\n",
            _items("A tool for all of us.")
            + "- [B](https://b.dev) - Fast, it uses code, `code`, [C](https://c.dev) and ![x](x.png).\n",
        ),
        Bad(
            _items("A tool for all of us.") + "- [B](https://b.dev) - **⟦f⟧ast** tool for all.\n",
            _items("A tool for all of us.") + "- [B](https://b.dev) - **Fast** tool for all.\n",
        ),
        Bad(
            _items("Это для всех нас.")
            + "- [B](https://b.dev) - ⟦д⟧ля всех нас.\n- [C](https://c.dev) - “⟦l⟧et's go to the”\n",
            _items("Это для всех нас.")
            + "- [B](https://b.dev) - Для всех нас.\n- [C](https://c.dev) - “Let's go to the”\n",
            {"share": 0.8},
        ),
        Bad(
            "- [A](https://a.dev) - A tiny tool for all.\n- [B](https://b.dev) - ⟦t⟧iny tool for all.\n",
            "- [A](https://a.dev) - A tiny tool for all.\n- [B](https://b.dev) - Tiny tool for all.\n",
            {"otherwise": "upper"},
        ),
        Bad(
            "- [A](https://a.dev) - ⟦t⟧iny tool for all.\n- [B](https://b.dev) - ⟦t⟧iny tool for all.\n",
            "- [A](https://a.dev) - Tiny tool for all.\n- [B](https://b.dev) - Tiny tool for all.\n",
            {"case": "upper"},
        ),
    )

    def traits(self, document: Document, ctx: Context) -> Iterator[Trait]:
        """Yield how each description begins, where that tells a habit."""
        for entry, at in _bearers(document, ctx):
            yield _trait(entry, at, document)

    def check(self, node: Document, ctx: Context) -> Iterator[Finding]:
        """Yield a finding on each small letter that should be a capital."""
        found = dict(_bearers(node, ctx))
        text = node.text
        small = [entry for entry, at in found.items() if not text[at].isupper()]
        if not small or self.options.case == "lower":
            return
        if self.options.case == "upper":
            for entry in small:
                yield _finding(_trait(entry, found[entry], node), "the description begins with a small letter", node)
            return
        if not have_sentences(found):
            return
        values = [(entry, text[at].isupper()) for entry, at in found.items()]
        otherwise = True if self.options.otherwise == "upper" else None
        for entry, _, own in deviants(values, self.options.minimum, self.options.share, otherwise=otherwise):
            if own.value:
                message = "the description begins with a small letter"
                if own.total:
                    message = f"{own.share()} descriptions begin with a capital; this one with a small letter"
                yield _finding(_trait(entry, found[entry], node), message, node)


def _bearers(document: Document, ctx: Context) -> Iterator[tuple[Entry, int]]:
    """Each entry whose description tells a habit, and where its first letter stands."""
    table = ctx.tables.get("prose", ProseTable)
    for entry in document.entries:
        at = _first_letter(entry, document, table)
        if at is not None:
            yield entry, at


def _trait(entry: Entry, at: int, document: Document) -> Trait:
    case, shown = ("upper", "capital") if document.text[at].isupper() else ("lower", "small letter")
    return Trait("description case", entry, Span(at, at + 1), case, shown)


def _finding(trait: Trait, message: str, document: Document) -> Finding:
    capital = document.slice(trait.span).upper()
    fix = Fix(f'begin with "{capital}"', (Edit(trait.span, capital),), Applicability.UNSAFE, May.TEXT)
    return Finding(trait.span, message, fix, entry=trait.entry)


def _first_letter(entry: Entry, document: Document, table: ProseTable) -> int | None:
    """Where the first letter of a description stands; None where its case tells nothing."""
    description = entry.description
    if description is None or not _is_set_off(entry) or is_caseless(description.text):
        return None
    start, end = description.span
    first = document.text[start]
    if first.isalpha() and first.isupper():
        return start
    match = _FIRST.match(document.text, start, end)
    if match is None:
        return None
    word, at = match["word"], match.start("word")
    if word[0].isupper():
        return at
    if (
        match["link"]
        or document.masked(Span(at, match.end()))
        or any(link.span.start <= at < link.span.end for link in entry.links)
    ):
        return None
    judged = is_sentence(description.text) and not _NAMED.match(document.text, match.end())
    return at if judged and _is_ordinary(word, entry, table) else None


def _is_set_off(entry: Entry) -> bool:
    """Tell whether a mark that ends a thought, or a cell, stands before the description."""
    if entry.kind is EntryKind.TABLE_ROW:
        return True
    mark = entry.separator.text.strip() if entry.separator is not None else ""
    return bool(mark) and mark[-1] not in _GOING_ON


def _is_ordinary(word: str, entry: Entry, table: ProseTable) -> bool:
    """Tell whether a word that begins with a small letter would have a capital elsewhere at this place."""
    first = word[0]
    if first.upper() == first or len(first.upper()) != 1 or (first == "i" and _TURKISH.intersection(_text(entry))):
        return False
    if "\u0430" <= first <= "\u045f" and entry.separator is not None and "—" in entry.separator.text:
        # In Russian the dash stands for the verb, and the sentence goes on.
        return False
    match = _PLAIN.match(word)
    if match is None or not match["rest"].islower() or _LIBRARY.match(word):
        return False
    plain = match["rest"]
    if len(plain) > 1 and not _VOWEL.search(plain):
        return False
    return plain not in table.small and plain not in table.opening and not _is_own_name(plain, entry)


def _text(entry: Entry) -> str:
    return entry.description.text if entry.description is not None else ""


def _is_own_name(word: str, entry: Entry) -> bool:
    """Tell whether a word is (part of) the entry's title or of its address, in small letters."""
    title = entry.title.text if entry.title is not None else ""
    if len(word) < 2:
        return False
    own = _WORDS.findall(title)
    if word in own or (len(own) == 1 and word == own[0].casefold()):
        return True
    return entry.primary is not None and word in _WORDS.findall(entry.primary.target)
