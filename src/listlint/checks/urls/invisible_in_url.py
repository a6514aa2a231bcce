"""URL002: an invisible character in a URL."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from listlint.checks.api import Applicability, Bad, Edit, Finding, Fix, Rule, Severity, Span
from listlint.checks.links import Places, is_first_use, may_change
from listlint.model.nodes import Link
from listlint.model.patterns import lazy
from listlint.text.urls import split

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listlint.checks.api import Context

_INVISIBLE = "\u00a0\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u202a-\u202f\u2060-\u2064\u2066-\u206f\u3164\ufeff"
_RAW = lazy(f"[{_INVISIBLE}]++")
_ENCODED = lazy(
    r"(?:%C2%A[0D]|%D8%9C|%E1%A0%8E|%E2%80%(?:8[B-F]|A[A-F])|%E2%81%A[0-46-9A-F]|%E3%85%A4|%EF%BB%BF)++", re.IGNORECASE
)
_JOINERS = frozenset("\u200c\u200d")
_NOT_ASCII = lazy(r"[^\x00-\x7f]")
_BYTES_BEFORE = lazy(r"(?:%[0-9A-Fa-f]{2}){1,4}\Z")
_CONTEXT = 12
"""Characters that hold the percent-encoding of one code point."""


class InvisibleInUrl(Rule[Link]):
    """A URL contains a character that nobody can see.

    Zero-width spaces, marks of writing direction, soft hyphens and no-break spaces come along when
    a URL is copied from a page or a PDF. The link looks right and leads elsewhere. As some servers
    really have such names, an encoded one (`%E2%80%8B`) is only reported, to be verified.

    Joiners between letters of scripts that spell with them (Persian, Indic) and in emoji are fine,
    and so are encoded characters in the name of a file beside the list, and everything in a text
    fragment (`#:~:text=`).
    """

    code, name = "URL002", "invisible-in-url"
    severity = Severity.WARNING
    fix = Applicability.UNSAFE
    valid = (
        "- [A](https://a.dev/x%20y) - One.\n- [B](https://a.dev/é) - Two.\n",
        "- [A](https://fa.wikipedia.org/wiki/می\u200cشود) - One.\n",
        "- [A](https://fa.wikipedia.org/wiki/%D9%85%DB%8C%E2%80%8C%D8%B4%D9%88%D8%AF) - One.\n",
        "- [A](https://a.dev/#👩\u200d💻-tools) - One.\n- [B](https://a.dev/#:~:text=a%C2%A0b) - Two.\n",
        "![A](img/Screenshot%20at%202.22%E2%80%AFPM.png)\n",
    )
    invalid = (
        Bad("- [A](https://a.dev/x⟦\u200b⟧y) - One.\n", "- [A](https://a.dev/xy) - One.\n"),
        Bad("- [A](https://a.dev/⟦\u202a\u200e⟧y⟦\u00ad⟧) - One.\n", "- [A](https://a.dev/y) - One.\n"),
        Bad("- [A](https://a.dev/x⟦\u00a0⟧) - One.\n", "- [A](https://a.dev/x) - One.\n"),
        Bad("- [A](https://a.dev/architecture⟦%E2%80%8B⟧.pdf) - One.\n"),
        Bad("- [A](https://a.dev/x⟦%c2%ad⟧y⟦%EF%BB%BF⟧) - One.\n"),
        Bad("- [A](https://a.dev/x⟦\u200c⟧y) - One.\n", "- [A](https://a.dev/xy) - One.\n"),
        Bad("- [A](⟦https://a.dev/x&ZeroWidthSpace;y⟧) - One.\n"),
    )

    def check(self, node: Link, ctx: Context) -> Iterator[Finding]:
        """Yield a finding on each run of invisible characters, raw or encoded."""
        url = node.target.partition(":~:")[0]
        if (url.isascii() and "%" not in url) or not is_first_use(node, ctx):
            return
        places = Places(node)
        for run in _RAW.finditer(url):
            if _joins(run[0], url[run.start() - 1 : run.start()], url[run.end() : run.end() + 1]):
                continue
            place = places.of(Span(run.start(), run.end()))
            fix = Fix("remove it", (Edit(place, ""),), Applicability.UNSAFE, may_change(node)) if place else None
            yield Finding(place or node.url_span, f"{_names(run[0])} in the URL", fix)
        if split(url).is_relative:
            return  # a file may really have such a name: macOS puts U+202F into those of screenshots
        for run in _ENCODED.finditer(url):
            hidden = _decoded(run[0])
            if _joins(
                hidden,
                _last(url[max(0, run.start() - _CONTEXT) : run.start()]),
                _first(url[run.end() : run.end() + _CONTEXT]),
            ):
                continue
            place = places.of(Span(run.start(), run.end()))
            yield Finding(place or node.url_span, f"{_names(hidden)} in the URL, percent-encoded: verify the link")


def _joins(hidden: str, before: str, after: str) -> bool:
    """Tell whether a joiner stands between two letters or symbols that are not ASCII."""
    return hidden in _JOINERS and bool(_NOT_ASCII.fullmatch(before) and _NOT_ASCII.fullmatch(after))


def _decoded(escapes: str) -> str:
    return bytes.fromhex(escapes.replace("%", "")).decode("utf-8", "replace")


def _last(text: str) -> str:
    """The last character, decoded."""
    found = _BYTES_BEFORE.search(text)
    return bytes.fromhex(found[0].replace("%", "")).decode("utf-8", "ignore")[-1:] if found else text[-1:]


def _first(text: str) -> str:
    """The first character, decoded."""
    found = re.match(r"(?:%[0-9A-Fa-f]{2}){1,4}", text)
    return bytes.fromhex(found[0].replace("%", "")).decode("utf-8", "ignore")[:1] if found else text[:1]


def _names(hidden: str) -> str:
    return ", ".join(dict.fromkeys(f"{unicodedata.name(c, 'CONTROL').lower()} (U+{ord(c):04X})" for c in hidden))
