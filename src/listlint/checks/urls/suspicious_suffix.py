"""URL008: the path of a URL ends in something that is hardly part of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from listlint.checks.api import Applicability, Bad, Edit, Finding, Fix, Rule, Severity, Span
from listlint.checks.links import is_first_use, may_change, part_of
from listlint.model.nodes import Link, LinkKind
from listlint.model.patterns import lazy
from listlint.text.urls import Url, in_domain, split

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listlint.checks.api import Context

_PAIRS = {")": "(", "]": "[", "}": "{", "）": "（", "】": "【", "》": "《", "」": "「"}
_OPENERS = {opener: closer for closer, opener in _PAIRS.items()}
_OPENED = lazy(f"[{re.escape(''.join(_OPENERS))}]")
_STRAY = frozenset(".,;>，。；、")
_ENDS = _STRAY | _PAIRS.keys()
_EXTENSION = lazy(
    r"\.(?:(?P<plural>pdf|html)s|(?P<first>[a-z]{2,4}\d?)\.(?P=first)|htm\.html|html\.htm)\Z", re.IGNORECASE
)
_DOUBLED = frozenset(
    {
        "pdf",
        "html",
        "htm",
        "md",
        "php",
        "txt",
        "ps",
        "png",
        "jpg",
        "jpeg",
        "gif",
        "svg",
        "zip",
        "ppt",
        "pptx",
        "doc",
        "docx",
        "mp4",
    }
)
"""Extensions that nobody means twice; ``.tar.tar`` and ``a.bz.bz`` may be names."""
_WIKIS = ("wikipedia.org", "wiktionary.org", "wikisource.org", "wikibooks.org", "fandom.com")


class _Suffix(NamedTuple):
    start: int
    """offset in the path"""
    end: int
    message: str
    title: str
    text: str | None
    """what should stand there; None where nobody knows"""


class SuspiciousSuffix(Rule[Link]):
    """The path of a URL ends in a misspelt extension, a punctuation mark or a bracket without partner.

    It is what remains of the sentence that the URL was copied from, or a slip of the finger, and
    mostly leads to "not found".

    Brackets that pair (`/wiki/Rust_(language)`), everything in a query or fragment (`#:~:text=`), dots that
    stand for folders (`..`) and titles of Wikipedia that end in a full stop (`Apple_Inc.`) are fine.
    """

    code, name = "URL008", "suspicious-suffix"
    severity = Severity.WARNING
    fix = Applicability.UNSAFE
    valid = (
        "- [A](https://en.wikipedia.org/wiki/Rust_(language)) - One.\n",
        "- [A](https://en.wikipedia.org/wiki/Apple_Inc.) - One.\n",
        "- [A](https://a.dev/x#:~:text=end.) - One.\n- [B](https://a.dev/x?q=1;) - Three.\n",
        "- [A](<https://a.dev/?q=a)b>) - One.\n",
        "- [A](https://a.dev/x.pdf) - One.\n- [B](https://a.dev/..) - Two.\n- [C](https://a.dev/S0140(05)1-2) - Three.\n",
        "- [A](https://a.dev/tar.gz) - One.\n- [B](https://a.dev/x.min.min) - Two.\n- [C](notes.md.) - Three.\n",
    )
    invalid = (
        Bad(
            "- [A](http://a.dev/3628-deep-learning⟦.pdfs⟧) - One.\n",
            "- [A](http://a.dev/3628-deep-learning.pdf) - One.\n",
        ),
        Bad("- [A](http://a.dev/x⟦.pdf.pdf⟧) - One.\n", "- [A](http://a.dev/x.pdf) - One.\n"),
        Bad("- [A](http://a.dev/x⟦.htm.html⟧#a) - One.\n", "- [A](http://a.dev/x.html#a) - One.\n"),
        Bad("- [A](<https://a.dev/x⟦)⟧>) - One.\n", "- [A](<https://a.dev/x>) - One.\n"),
        Bad(
            "- [A](https://a.dev/x⟦.⟧) - One.\n- [B](https://b.dev/x⟦,⟧?y=1) - Two.\n",
            "- [A](https://a.dev/x) - One.\n- [B](https://b.dev/x?y=1) - Two.\n",
        ),
        Bad(
            "- [A](https://a.dev/x⟦;⟧) - One.\n- [B](https://a.dev/y⟦>⟧) - Two.\n",
            "- [A](https://a.dev/x) - One.\n- [B](https://a.dev/y) - Two.\n",
        ),
        Bad("- [A](<https://a.dev/x.pdf⟦).⟧>) - One.\n", "- [A](<https://a.dev/x.pdf>) - One.\n"),
        Bad("- A: https://a.dev/x⟦。⟧\n"),
        Bad("- [A](<https://a.dev/x_⟦(⟧part>) - One.\n"),
        Bad("- [A](https://a.dev/x⟦]⟧) - One.\n", "- [A](https://a.dev/x) - One.\n"),
    )

    def check(self, node: Link, ctx: Context) -> Iterator[Finding]:
        """Yield a finding on what does not belong to the path."""
        url = split(node.target)
        found = _suffix(url) if url.is_web and len(url.path) > 1 else None
        if found is None or not is_first_use(node, ctx):
            return
        place = part_of(node, Span(url.path_start + found.start, url.path_start + found.end))
        fix = None
        if place is not None and found.text is not None and node.kind is not LinkKind.BARE:
            fix = Fix(
                found.title, (Edit(place, found.text),), Applicability.UNSAFE, may_change(node), guard=node.url_span
            )
        yield Finding(place or node.url_span, found.message, fix)


def _suffix(url: Url) -> _Suffix | None:
    path = url.path
    return _stray(url) or (_extension(path) if "." in path[-12:] else None) or _opener(path)


def _stray(url: Url) -> _Suffix | None:
    """Marks at the end: those of a sentence, and brackets that close nothing."""
    path = url.path
    end = len(path)
    if path[-1] not in _ENDS:
        return None
    surplus = {closer: path.count(closer) - path.count(opener) for closer, opener in _PAIRS.items() if closer in path}
    while end > 1:
        char = path[end - 1]
        if surplus.get(char, 0) > 0:
            surplus[char] -= 1
        elif char not in _STRAY:
            break
        end -= 1
    text = path[end:]
    if not text or (path.rpartition("/")[2] in {".", ".."}) or path[end - 1 : end] == "/":
        return None
    if text == "." and any(in_domain(url.host, wiki) for wiki in _WIKIS):
        return None
    return _Suffix(end, len(path), f"the path ends in `{text}`", f"remove `{text}`", "")


def _extension(path: str) -> _Suffix | None:
    match = _EXTENSION.search(path, max(0, len(path) - 12))
    if match is None or (match["first"] and match["first"].lower() not in _DOUBLED):
        return None
    written = match[0]
    meant = written[:-1] if match["plural"] else "." + written.rpartition(".")[2]
    return _Suffix(match.start(), match.end(), f"the path ends in `{written}`", f"write `{meant}`", meant)


def _opener(path: str) -> _Suffix | None:
    """The last bracket that is never closed."""
    if not _OPENED.search(path):
        return None
    open_at: dict[str, list[int]] = {}
    for at, char in enumerate(path):
        if char in _OPENERS:
            open_at.setdefault(char, []).append(at)
        elif char in _PAIRS and open_at.get(_PAIRS[char]):
            open_at[_PAIRS[char]].pop()
    left = [at for places in open_at.values() for at in places]
    if not left:
        return None
    at = max(left)
    return _Suffix(at, at + 1, f"the bracket `{path[at]}` in the path is never closed", "", None)
