"""ENC010: a word mixes Latin and Cyrillic letters that look alike."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, NamedTuple

from listlint.checks.anchors import keeps_anchors
from listlint.checks.api import Applicability, Bad, Edit, Finding, Fix, May, Rule, Severity, Span
from listlint.checks.links import may_change
from listlint.model.nodes import Document, Mask
from listlint.model.patterns import lazy
from listlint.text.mojibake import damages, is_damaged
from listlint.text.urls import split
from listlint.text.verbatim import is_verbatim

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from listlint.checks.api import Context
    from listlint.model.nodes import Link

_TO_LATIN = dict(
    zip(
        "АВЕЅІЈКМНОРСТУХҮѴԚԜаеѕіјорсухһԛԝѵӏӀ",
        "ABESIJKMHOPCTYXYVQWaesijopcyxhqwvlI",
        strict=True,
    )
)
"""Cyrillic letters and the Latin ones that they look like (Unicode Technical Standard 39, confusables)."""
_TO_CYRILLIC = {latin: cyrillic for cyrillic, latin in _TO_LATIN.items() if cyrillic in "АВЕКМНОРСТУХаеорсухіІ"}
_CYRILLIC = lazy("[\u0400-\u052f\u1c80-\u1c8f]")
_RUN = lazy("[\u0400-\u052f\u1c80-\u1c8f]+")
_LETTERS = lazy(r"[^\W\d_]+")
_LATIN = lazy("[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")
_KAZAKH = lazy("[ӘәҒғҚқҢңӨөҰұҮүҺһ]")
"""Letters of Kazakh and its neighbours, whose keyboards lack some that people then take from Latin."""
_ALONE = {"Cyrillic": frozenset("acioy"), "Latin": frozenset("аіоуе")}
"""Letters of the other script that look like a word of one letter in a script."""
_LONGEST = 60
_ACRONYM = 2
_SPACED = len("a b c")
_PUNYCODE = "xn--"


class _Reading(NamedTuple):
    """The script that a word is meant in, its letters at fault by position, and the word in that script."""

    script: str
    other: str
    changes: Mapping[int, str]
    word: str


class Homoglyph(Rule[Document]):
    """A word mixes Latin and Cyrillic letters that look alike, such as a Cyrillic `а` in `Dаta`.

    Nobody sees it, and no search finds the word. In the host name of a link it is how a false address is
    made to look like the right one.

    Only words that become all Latin or all Cyrillic when look-alikes are exchanged are reported. Words with
    a letter of a third script are decoration, Greek prefixes (`μPaaS`) are names, and Kazakh is often
    typed so; parts with a hyphen between them are words of their own (`web-сервис`). Code is left alone, and
    so is the rest of a URL. A word of one letter is reported by itself never, but the fix of the word beside it
    takes it along (`c cетью`).
    """

    code, name = "ENC010", "homoglyph"
    severity = Severity.WARNING
    fix = Applicability.UNSAFE
    valid = (
        "- [A](https://a.dev) - Сервис и web-сервис, IT-отдел, GPS'ом, μPaaS, λProlog.\n",
        "- [ꜰоⅼδr](https://a.dev) - Decoration: fаncyλ.\n",
        "- [A](https://a.dev) - Қазaқ.\n",
        "- [A](https://a.dev/Dаta) - `Dаta`.\n\n```\nDаta\n```\n",
        "- [A](https://пример.рф/x) - ITшник.\n",
        "- [A](https://a.dev) - In the х direction.\n",
        "- [A](https://a.dev) - Работа c сетью и а network.\n",
    )
    invalid = (
        Bad("- [⟦Dаtа⟧](https://a.dev) - A tool.\n", "- [Data](https://a.dev) - A tool.\n"),
        Bad("- [A](https://a.dev) - ⟦Сomputer⟧ vision.\n", "- [A](https://a.dev) - Computer vision.\n"),
        Bad("- [A](https://a.dev) - Учебник ⟦пo⟧ физике.\n", "- [A](https://a.dev) - Учебник по физике.\n"),
        Bad(
            "- [A](https://a.dev) - Работа c ⟦cетью⟧ o книге, ⟦cеть⟧ C и x, p.\n",
            "- [A](https://a.dev) - Работа с сетью о книге, сеть C и x, p.\n",
        ),
        Bad(
            "- [A](https://a.dev) - Is ⟦Dаta⟧ а tool, ⟦Dаta⟧ х times.\n",
            "- [A](https://a.dev) - Is Data a tool, Data х times.\n",
        ),
        Bad("- c ⟦cетью⟧ a\n- ⟦cеть⟧ o, c `cетью`\n", "- c сетью a\n- сеть o, c `cетью`\n"),
        Bad("- [A](https://⟦exаmple⟧.dev/x) - A tool.\n", "- [A](https://example.dev/x) - A tool.\n"),
        Bad("- [A](https://⟦xn--exmple-4nf⟧.dev/x) - A tool.\n"),
        Bad("## ⟦Dаta⟧\n\nSee [it](#dаta).\n"),
    )

    def check(self, node: Document, ctx: Context) -> Iterator[Finding]:
        """Yield mixed words of the text, then those in host names."""
        if _CYRILLIC.search(node.source.alphabet):
            for span in _mixed(node.text):
                written = node.slice(span)
                reading = _reading(written, node.text, span)
                if reading is None or is_verbatim(node, span) or node.masked(span, Mask.URL, Mask.HTML):
                    continue
                if is_damaged(ctx.memo(damages), span):
                    continue
                edits = _edits(node.text, span, reading)
                fix = Fix(f"write {reading.script} letters", edits, Applicability.UNSAFE, May.TEXT)
                yield Finding(span, _message(written, reading), fix if keeps_anchors(edits, ctx) else None)
        for link in node.links:
            if _may_be_spoof(link):
                yield from _hosts(link)


def _mixed(text: str) -> Iterator[Span]:
    """The words that have letters of both scripts, as far as they are not very long."""
    done = 0
    for match in _RUN.finditer(text):
        start, end = match.span()
        if start < done or not (_LATIN.match(text, end) or (start and _LATIN.match(text, start - 1))):
            continue
        while start > done and match.start() - start <= _LONGEST and text[start - 1].isalpha():
            start -= 1
        while end < len(text) and end - match.end() <= _LONGEST and text[end].isalpha():
            end += 1
        done = end
        yield Span(start, end)


def _may_be_spoof(link: Link) -> bool:
    return _PUNYCODE in link.target or bool(not link.target.isascii() and _CYRILLIC.search(link.target))


def _hosts(link: Link) -> Iterator[Finding]:
    """Mixed labels in a link's host."""
    url = split(link.target)
    at = url.host_span.start
    written = link.target[url.host_span.start : url.host_span.end]
    for label in written.split("."):
        place = Span(link.url_span.start + at, link.url_span.start + at + len(label))
        at += len(label) + 1
        reading = _label(label)
        if reading is None:
            continue
        exact = link.url == link.target
        edit = Edit(place, reading.word)
        plain = label == _decoded(label)
        fix = Fix(f"write {reading.script} letters", (edit,), Applicability.UNSAFE, may_change(link))
        message = f"{_message(_decoded(label), reading)}, in a host name"
        yield Finding(
            place if exact else link.url_span, message, fix if exact and plain else None, severity=Severity.ERROR
        )


def _label(label: str) -> _Reading | None:
    decoded = _decoded(label)
    for word in _LETTERS.finditer(decoded):
        reading = _reading(word[0], decoded, Span(*word.span()))
        if reading is not None:
            fixed = decoded[: word.start()] + reading.word + decoded[word.end() :]
            return reading._replace(word=fixed)
    return None


def _decoded(label: str) -> str:
    if not label.lower().startswith(_PUNYCODE) or not label.isascii() or len(label) > _LONGEST:
        return label
    try:
        return label[len(_PUNYCODE) :].encode().decode("punycode")
    except UnicodeError:
        return label


def _reading(word: str, text: str, span: Span) -> _Reading | None:
    """What a word of both scripts is meant to be; None if it is of one, or of a third too."""
    if len(word) > _LONGEST:
        return None
    cyrillic = {at: char for at, char in enumerate(word) if _CYRILLIC.match(char)}
    latin = {at: char for at, char in enumerate(word) if _LATIN.match(char)}
    if not cyrillic or not latin or len(cyrillic) + len(latin) < len(word) or _KAZAKH.search(word):
        return None
    if any(unicodedata.category(text[at : at + 1] or " ") == "Mn" for at in (span.end,)):
        return None
    to_latin = all(char in _TO_LATIN for char in cyrillic.values())
    to_cyrillic = all(char in _TO_CYRILLIC for char in latin.values())
    if to_latin and to_cyrillic:
        to_latin = _is_rather_latin(text, span)
    if not to_latin and not to_cyrillic:
        return None
    table, at_fault = (_TO_LATIN, cyrillic) if to_latin else (_TO_CYRILLIC, latin)
    if _is_compound(word, at_fault):
        return None
    changes = {at: table[char] for at, char in at_fault.items()}
    fixed = "".join(changes.get(at, char) for at, char in enumerate(word))
    script, other = ("Latin", "Cyrillic") if to_latin else ("Cyrillic", "Latin")
    return _Reading(script, other, changes, fixed)


def _edits(text: str, span: Span, reading: _Reading) -> tuple[Edit, ...]:
    changes = {span.start + at: new for at, new in reading.changes.items()} | _beside(text, span, reading)
    return tuple(Edit(Span(at, at + 1), changes[at]) for at in sorted(changes))


def _beside(text: str, span: Span, reading: _Reading) -> dict[int, str]:
    """The look-alikes that stand as words between a mixed word and another one of the script that it is meant in."""
    script, table = (_LATIN, _TO_LATIN) if reading.script == "Latin" else (_CYRILLIC, _TO_CYRILLIC)
    found = {}
    for at, step in ((span.start - 2, -1), (span.end + 1, 1)):
        around = text[max(0, at - 2) : at + 3]
        if len(around) < _SPACED or not around[1] == around[3] == " " or around[2] not in _ALONE[reading.script]:
            continue
        if script.match(around[2 + 2 * step]):
            found[at] = table[around[2]]
    return found


def _is_compound(word: str, at_fault: Mapping[int, str]) -> bool:
    """Tell whether the letters at fault are an acronym of the other script with an ending (`ITшник`)."""
    first, last = min(at_fault), max(at_fault)
    whole = last - first + 1 == len(at_fault) >= _ACRONYM and (first == 0 or last == len(word) - 1)
    rest = word[:first] + word[last + 1 :]
    return whole and word[first : last + 1].isupper() and rest.islower()


def _is_rather_latin(text: str, span: Span) -> bool:
    """Tell whether the text around a word that can be both has more Latin words."""
    around = text[max(0, span.start - _LONGEST) : span.start] + text[span.end : span.end + _LONGEST]
    latin = sum(1 for char in around if _LATIN.match(char))
    return latin >= sum(1 for char in around if _CYRILLIC.match(char))


def _message(word: str, reading: _Reading) -> str:
    wrong = ", ".join(f"U+{ord(word[at]):04X}" for at in list(reading.changes)[:3])
    return f'"{word[:_LONGEST]}" mixes {reading.script} letters with {reading.other} look-alikes ({wrong})'
