"""ENC011: letters are written as letter and accent where one character is usual."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from listlint.checks.anchors import keeps_anchors
from listlint.checks.api import Applicability, Bad, Edit, Finding, Fix, May, Rule, Severity, Span
from listlint.model.nodes import Document, Mask
from listlint.model.patterns import lazy
from listlint.text.mojibake import damages, is_damaged
from listlint.text.verbatim import is_verbatim

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listlint.checks.api import Context

_MARKS = "\u0300-\u036f\u1dc4-\u1dff\u3099\u309a"
"""Accents of Latin, Greek and Cyrillic, and the voicing marks of kana."""
_JAMO = "\u1100-\u11ff\ua960-\ua97c\ud7b0-\ud7fb"
_SINGLE = "\u0340\u0341\u0343\u0344\u0374\u037e\u0387\u1fbe\u1fef\u1ffd\u2000\u2001\u2126\u212a\u212b"
"""Characters that are another one in NFC."""
_SUSPECT = lazy(f"[{_MARKS}\u1100-\u11ff\ua960-\ua97c\ud7b0-\ud7fb{_SINGLE}]")
_CLUSTER = lazy(f"(?:[^\\W\\d_]?[{_MARKS}]+|[{_JAMO}]+|[{_SINGLE}])")
_MAX_CLUSTER = 2000
_WORD = lazy(r"(?:[^\W_]|[\u0300-\u036f\u3099\u309a\u1dc4-\u1dff])+")
_SHOWN = 40


class Unnormalised(Rule[Document]):
    """A letter with an accent is written as two characters, or a Korean syllable as its letters (not in NFC).

    It looks the same, but a search for the word does not find it, and sorting puts it elsewhere. Names
    of files on macOS and text of PDF files are written so.

    Only what Unicode composes to one character is reported. The order of marks in Arabic and Hebrew, the
    letters of Indic scripts and ideographs for compatibility are left alone, though NFC changes them: they
    are what keyboards type. Code and URLs are left alone too. Where a link of the document leads to the
    heading in which it stands, there is no fix.
    """

    code, name = "ENC011", "unnormalised"
    severity = Severity.INFO
    fix = Applicability.SAFE
    valid = (
        "- [Café](https://a.dev) - Größe, Ångström, こんにちは ガ, 한국어.\n",
        "- [قصّة](https://a.dev) - שָּׁלוֹם, क़लम, \uf900.\n",
        "- [A](https://a.dev/cafe\u0301) - `cafe\u0301`.\n\n```\ncafe\u0301\n```\n",
        "- [x\u0302](https://a.dev) - A letter that has no such character: x\u0302, q\u0307.\n",
    )
    invalid = (
        Bad("- [⟦Cafe\u0301⟧](https://a.dev) - By ⟦Jose\u0301⟧ X.\n", "- [Café](https://a.dev) - By José X.\n"),
        Bad("- [A](https://a.dev) - ⟦カ\u3099ス⟧.\n", "- [A](https://a.dev) - ガス.\n"),
        Bad(
            "- [A](https://a.dev) - ⟦\u1112\u1161\u11ab\u1100\u116e\u11a8⟧.\n",
            "- [A](https://a.dev) - 한국.\n",
        ),
        Bad("- [A](https://a.dev) - In ⟦\u212bngstro\u0308m⟧.\n", "- [A](https://a.dev) - In Ångström.\n"),
        Bad("## ⟦Cafe\u0301⟧\n\nSee [it](#cafe\u0301).\n"),
    )

    def check(self, node: Document, ctx: Context) -> Iterator[Finding]:
        """Yield each word that has such letters."""
        if not _SUSPECT.search(node.source.alphabet):
            return
        done = 0
        for match in _CLUSTER.finditer(node.text):
            if match.start() < done or not _composes(match[0]):
                continue
            span = _word(node.text, Span(*match.span()))
            done = span.end
            edits = tuple(_edits(node.text, span))
            if is_verbatim(node, span) or node.masked(span, Mask.URL, Mask.COMMENT, Mask.HTML, Mask.FRONT_MATTER):
                continue
            if is_damaged(ctx.memo(damages), span):
                continue
            fix = Fix("write each letter as one character (NFC)", edits, may=May.TEXT)
            word = node.slice(span)[:_SHOWN]
            message = f'"{word}" has letters that are written as several characters (not in NFC)'
            yield Finding(span, message, fix if keeps_anchors(edits, ctx) else None, group=self.code)


def _composes(cluster: str) -> bool:
    return len(cluster) < _MAX_CLUSTER and unicodedata.normalize("NFC", cluster) != cluster


def _word(text: str, cluster: Span) -> Span:
    """The word around a cluster, or the cluster where the word is very long."""
    start = cluster.start
    while start > 0 and cluster.start - start < _SHOWN and text[start - 1].isalpha():
        start -= 1
    match = _WORD.match(text, start, cluster.end + _SHOWN)
    return Span(start, max(cluster.end, match.end() if match else cluster.end))


def _edits(text: str, span: Span) -> Iterator[Edit]:
    for match in _CLUSTER.finditer(text, span.start, span.end):
        if _composes(match[0]):
            yield Edit(Span(*match.span()), unicodedata.normalize("NFC", match[0]))
