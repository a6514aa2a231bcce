"""What rules on running text share: where a document has prose, and the text around a place."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from listlint.model.nodes import BlockKind, EntryKind
from listlint.model.patterns import lazy

if TYPE_CHECKING:
    from collections.abc import Iterable

    from listlint.checks.api import Context
    from listlint.model.nodes import Document, Entry
    from listlint.model.span import Span

_PROSE = frozenset({BlockKind.PARAGRAPH, BlockKind.HEADING, BlockKind.TABLE})
_AROUND = 200
"""Characters on either side of a place in which the marks of a formula are looked for."""

_WORD = lazy(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]{2}|[^\W\d_]{2,}")
"""A word of two letters or more; of scripts that put no space between words, two letters."""
_CASELESS = lazy(r"[\u0590-\u08ff\u0900-\u0eff\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
_ENOUGH = 3
"""Words without a capital in a description that says what something is; less is a name or a venue."""
_SEEN = 200
"""Characters of a description that are looked at."""

_SAMPLE = 100
"""Descriptions that are looked at, spread over the list."""


def is_sentence(text: str) -> bool:
    """Tell whether a description says something, and does not only name authors or a year."""
    small = 0
    for word in _WORD.finditer(text, 0, _SEEN):
        if not text[word.start()].isupper():
            small += 1
            if small == _ENOUGH:
                return True
    return False


def is_caseless(text: str) -> bool:
    """Tell whether a text has letters of a script without capitals, which English forms do not bind."""
    return not text.isascii() and _CASELESS.search(text) is not None


def have_sentences(entries: Iterable[Entry]) -> bool:
    """Tell whether most descriptions of entries say something."""
    texts = [entry.description.text for entry in entries if entry.description is not None]
    texts = texts[:: 1 + len(texts) // _SAMPLE]
    return sum(map(is_sentence, texts)) * 2 > len(texts)


def prose_around(place: Span, ctx: Context) -> Span | None:
    """The block of running text that holds ``place``; None where it is code, a URL, a tag or a formula.

    A table is one block. HTML counts where it is an entry.
    """
    document = ctx.document
    if document.masked(place) or _in_formula(place, document):
        return None
    blocks = ctx.memo(_prose_blocks)
    index = bisect_right(blocks, place.start, key=lambda block: block.start) - 1
    if index >= 0 and place.end <= blocks[index].end:
        return blocks[index]
    entry = document.entry_at(place.start)
    inside = entry is not None and entry.kind is EntryKind.HTML and place.end <= entry.span.end
    return entry.span if entry is not None and inside else None


def _prose_blocks(document: Document) -> tuple[Span, ...]:
    return tuple([block.span for block in document.blocks if block.kind in _PROSE])


def _in_formula(place: Span, document: Document) -> bool:
    """Tell whether `$` stands on the line both before and behind a place."""
    text = document.text
    before = text.rfind("$", max(0, place.start - _AROUND), place.start)
    if before < 0 or "\n" in text[before : place.start]:
        return False
    behind = text.find("$", place.end, place.end + _AROUND)
    return behind >= 0 and "\n" not in text[place.end : behind]
