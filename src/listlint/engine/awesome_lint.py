"""What awesome-lint's suppression comments mean here: its rule names, and how far its keywords reach.

Source: awesome-lint 2.3.0 (``config.js``, ``rules/``) and unified-message-control 5.0, which reads the comments. The
page ``docs/from-awesome-lint.md`` explains the table; a test holds the two, and the tool's own configuration, together.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from listlint.model.nodes import Block, Directive, Document

OWN: Mapping[str, tuple[str, ...]] = {
    "awesome-badge": ("AWE001",),
    "awesome-code-of-conduct": ("AWE006",),
    "awesome-contributing": ("AWE005",),
    "awesome-git-repo-age": (),
    "awesome-github": (),
    "awesome-heading": ("AWE002", "STR001", "STR002"),
    "awesome-license": ("AWE004",),
    "awesome-list-item": ("ENT001", "ENT002", "ENT003", "ENT004", "ENT005", "ENT011", "URL001"),
    "awesome-no-ci-badge": ("AWE007",),
    "awesome-spell-check": ("AWE009",),
    "awesome-toc": ("AWE003", "STR006", "STR007"),
    "balanced-punctuation": ("AWE010",),
    "double-link": ("DUP001", "DUP002"),
    "no-repeat-item-in-description": ("ENT006",),
}
"""awesome-lint's own rules, and the rules here for the same; nothing for what only it looks at."""
MARKDOWN: Mapping[str, tuple[str, ...]] = {
    "blockquote-indentation": (),
    "checkbox-character-style": (),
    "checkbox-content-indent": (),
    "code-block-style": (),
    "definition-case": (),
    "definition-spacing": (),
    "emphasis-marker": (),
    "fenced-code-marker": (),
    "file-extension": (),
    "final-newline": ("STY003",),
    "hard-break-spaces": ("STY001",),
    "heading-style": (),
    "link-title-style": (),
    "list-item-bullet-indent": ("ENT007",),
    "list-item-indent": ("ENT007",),
    "no-blockquote-without-marker": (),
    "no-emphasis-as-heading": ("STR014",),
    "no-file-name-articles": (),
    "no-file-name-consecutive-dashes": (),
    "no-file-name-irregular-characters": (),
    "no-file-name-mixed-case": (),
    "no-file-name-outer-dashes": (),
    "no-heading-content-indent": ("STY004",),
    "no-heading-indent": (),
    "no-heading-punctuation": ("STR012",),
    "no-multiple-toplevel-headings": ("STR002",),
    "no-repeat-punctuation": ("ENT014",),
    "no-shell-dollars": (),
    "no-table-indentation": (),
    "no-undefined-references": ("STR009",),
    "no-unneeded-full-reference-image": (),
    "no-unneeded-full-reference-link": (),
    "no-unused-definitions": ("STR010",),
    "ordered-list-marker-style": ("ENT007",),
    "ordered-list-marker-value": (),
    "rule-style": (),
    "strong-marker": (),
    "table-cell-padding": (),
    "table-pipe-alignment": (),
    "table-pipes": (),
    "unordered-list-marker-style": ("ENT007",),
}
"""The rules of remark-lint that awesome-lint configures."""
OTHERS: Mapping[str, tuple[str, ...]] = {
    "heading-increment": ("STR003",),
    "match-punctuation": ("AWE010",),
    "no-consecutive-blank-lines": ("STY002",),
    "no-dead-urls": ("NET001",),
    "no-duplicate-definitions": ("STR015",),
    "no-duplicate-headings": ("STR004",),
    "no-duplicate-headings-in-section": ("STR004",),
    "no-empty-sections": ("STR005",),
    "no-empty-url": ("ENT001",),
    "no-literal-urls": ("ENT010",),
    "no-missing-blank-lines": ("STY002",),
    "no-tabs": ("STY005",),
}
"""Names that lists still have in comments: of earlier versions, and of remark-lint's other rules."""
_ALL = {**OTHERS, **MARKDOWN, **OWN}
_PREFIXES = ("remark-lint:", "remark-lint-")
_AWESOME = "awesome-"


def codes(written: str) -> frozenset[str]:
    """The codes that a rule name in a comment means; empty if none.

    The tool's own names have ``awesome-`` before them or not; either is understood with and without it, and with
    ``remark-lint:``, as the tool prints them.
    """
    for prefix in _PREFIXES:
        written = written.removeprefix(prefix)
    for name in (written, _AWESOME + written, written.removeprefix(_AWESOME)):
        if name in _ALL:
            return frozenset(_ALL[name])
    return frozenset()


def ignored(document: Document, directive: Directive) -> tuple[int, int]:
    """The offsets from and up to which ``ignore`` holds: through the node behind the comment, a whole list, say.

    Behind a comment in running text that is the rest of its block. Nothing follows the last node of an item or
    of the document, so that a comment there holds for nothing.
    """
    start, blocks = directive.span.start, document.blocks
    index = bisect_right(blocks, start, key=lambda block: block.span.start) - 1
    if index < 0 or start >= blocks[index].span.end:
        return start, start
    own = blocks[index]
    if document.text[own.span.start : start].strip() or document.text[directive.span.end : own.span.end].strip():
        return start, own.span.end
    if index + 1 == len(blocks) or not _beside(own, blocks[index + 1], document):
        return start, start
    return start, _end_of_node(document, index + 1, own)


def _beside(own: Block, following: Block, document: Document) -> bool:
    """Tell whether a block lies in the same item as the comment's own, or in none if that lies in none."""
    if following.depth < own.depth:
        return False
    return own.item is None or following.span.start < document.items[own.item].span.end


def _end_of_node(document: Document, index: int, own: Block) -> int:
    """The end of the node that starts with a block: of the block itself, of its list or of its quotation."""
    first = document.blocks[index]
    if first.depth == own.depth:
        return first.span.end
    item = first.item
    while item is not None and document.items[item].parent != own.item:
        item = document.items[item].parent
    if item is None or item == own.item:
        return _end_of_quotation(document, index, own.depth)
    items, end = document.items, document.items[item].span.end
    limit = len(document.text) if own.item is None else items[own.item].span.end
    for at in range(item + 1, len(items)):
        beside = items[at].parent == own.item
        if items[at].span.start >= limit or (beside and items[at].list_id != items[item].list_id):
            break
        end = items[at].span.end if beside else end
    return end


def _end_of_quotation(document: Document, index: int, depth: int) -> int:
    """The end of the last of the following blocks that lie deeper."""
    end = document.blocks[index].span.end
    for at in range(index + 1, len(document.blocks)):
        if document.blocks[at].depth <= depth:
            break
        end = document.blocks[at].span.end
    return end
