"""STR005: a heading has nothing below it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from listlint.checks.api import Bad, Finding, Rule, Severity, Span
from listlint.model.nodes import BlockKind, Document
from listlint.model.patterns import lazy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listlint.checks.api import Context
    from listlint.model.nodes import Section

_UNSEEN = lazy(
    r"<!--.*?(?:-->|\Z)|</?(?:a|b|br|center|details|div|p|span)\b(?:[^<>\"']++|\"[^\"]*+\"|'[^']*+')*+>|&nbsp;|\s++",
    re.IGNORECASE | re.DOTALL,
)
"""HTML that shows nothing by itself."""
_LONG = 2000
"""A longer block shows something."""
_SILENT = frozenset({BlockKind.RULE, BlockKind.FRONT_MATTER, BlockKind.HEADING})
_SMALL = 5
"""Headings of this level and below are small print rather than sections."""
_SENTENCE = 60
"""A longer heading is a sentence that says what it has to say."""
_PATTERN = 2
"""So many empty headings before filled ones of their level are group headings."""


class EmptySection(Rule[Document]):
    """A heading has neither content nor a sub-section.

    A reader follows the table of contents to it and finds nothing: the entries were moved, or
    never written.

    Left alone are headings that hold a link or an image (they are entries), the document's
    first heading, small print in headings of level 5 and 6, sentences (headings of more than 60
    characters), and headings that group: where two
    or more empty headings stand before filled ones of the same level, the level is the mistake
    and the sections are not empty.
    """

    code, name = "STR005", "empty-section"
    severity = Severity.WARNING
    valid = (
        "# A\n\n## B\n\n- [x](https://a.dev)\n",
        "# A\n\n## B\n\n### C\n\ntext\n",
        "# A\n\n## [B](https://a.dev)\n\n## C\n\ntext\n",
        "# A\n\n## ![B](b.png)\n\n## C\n\ntext\n",
        "# A\n\n# B\n\ntext\n",
        "# A\n\n## Papers\n\n## 2019\n\ntext\n\n## 2020\n\ntext\n\n## Tools\n\n## Fast\n\ntext\n\n## Slow\n\ntext\n",
        '# A\n\n## B\n\n<img src="b.png">\n\n## C\n\n[TOC]\n',
        "# A\n\n## Notes\n\n[^1]: a note\n",
        "# A\n\n## B\n\n```\nx\n```\n\n## C\n\n| a |\n|---|\n| [x](https://a.dev) |\n",
        f"# A\n\n## {'B ' * 31}\n\n## C\n\ntext\n",
        "# A\n\n##### made with care\n\n## B\n\ntext\n",
        "# A\n\n## B\n\n{% include list.html %}\n",
    )
    invalid = (
        Bad("# A\n\n## ⟦B⟧\n\n## C\n\n- [x](https://a.dev)\n"),
        Bad("# A\n\ntext\n\n## ⟦B⟧\n"),
        Bad("# A\n\ntext\n\n## ⟦B⟧\n\n<!-- to do -->\n\n---\n\n## C\n\ntext\n"),
        Bad('# A\n\ntext\n\n## ⟦B⟧\n\n<a name="c"></a>\n\n## C\n\ntext\n'),
        Bad("# A\n\ntext\n\n## ⟦B⟧\n\n## ⟦C⟧\n"),
        Bad("# A\n\ntext\n\n## B\n\ntext\n\n### ⟦C⟧\n\n## D\n\n[b]: https://a.dev\n\n[b]\n"),
    )

    def check(self, node: Document, ctx: Context) -> Iterator[Finding]:
        """Yield a finding for each empty section, at the text of its heading."""
        filled = _filled(node)
        empty = [section for section in node.sections if _is_empty(node, section, filled)]
        groups = _grouping(node, {section.index for section in empty})
        for section in empty:
            heading = section.heading
            if heading and (section.parent, section.level) not in groups:
                yield Finding(heading.content, f'the section "{section.title}" is empty')


def _filled(document: Document) -> frozenset[int]:
    """Indices of the sections that have content of their own."""
    found = set()
    for block in document.blocks:
        if block.kind in _SILENT:
            continue
        section = document.section_at(block.span.start)
        if section.index not in found and _shows(document, block.kind, block.span):
            found.add(section.index)
    notes = (definition.span.start for definition in document.definitions if definition.footnote)
    return frozenset(found | {document.section_at(start).index for start in notes})


def _shows(document: Document, kind: BlockKind, span: Span) -> bool:
    if kind is BlockKind.DEFINITION:
        return False
    if kind in {BlockKind.HTML, BlockKind.PARAGRAPH}:
        return span.length > _LONG or bool(_UNSEEN.sub("", document.slice(span)))
    return True


def _is_empty(document: Document, section: Section, filled: frozenset[int]) -> bool:
    heading = section.heading
    if heading is None or section.index in filled or document.subsections_of(section):
        return False
    if heading.has_link or heading.has_image or not heading.text.strip() or heading.level >= _SMALL:
        return False
    return not heading.html and len(heading.text) <= _SENTENCE and heading is not document.headings[0]


def _grouping(document: Document, empty: set[int]) -> frozenset[tuple[int | None, int]]:
    """The (parent, level) pairs whose empty sections head the filled ones after them."""
    counts: dict[tuple[int | None, int], int] = {}
    for index in empty:
        section = document.sections[index]
        after = index + 1
        if after < len(document.sections):
            next_one = document.sections[after]
            if next_one.level == section.level and after not in empty:
                key = (section.parent, section.level)
                counts[key] = counts.get(key, 0) + 1
    return frozenset(key for key, count in counts.items() if count >= _PATTERN)
