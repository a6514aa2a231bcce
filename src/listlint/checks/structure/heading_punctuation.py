"""STR012: a heading ends in punctuation."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from listlint.checks.api import Applicability, Bad, Edit, Finding, Fix, May, Rule, Severity, Span
from listlint.checks.comments import before_comments
from listlint.checks.links import shorten
from listlint.model.nodes import Document
from listlint.model.patterns import lazy
from listlint.text.prose import Ending, ending

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listlint.checks.api import Context
    from listlint.model.nodes import Heading, Link

_STOP = "."
_MARKS = frozenset(".,;:，；：、")
_COLONS = frozenset(":：")
_CLOSING = " \t*_~"
"""What may stand behind the mark: white space and the ends of emphasis."""
_EMOJI_CODE = lazy(r":[\w+-]+:\Z")
_LONGEST_CODE = 40
_DIALOGUE = lazy(r"(?:Q|A|Question|Answer)\d{0,3}[:.]", re.IGNORECASE)
_ABBREVIATION = lazy(
    r"\b(?:misc|intro|refs?|incl|excl|ext|alt|esp|libs?|utils?|docs?|info|spec|tech|orgs?)\.\Z", re.IGNORECASE
)
_SENTENCE = 5
"""Words from which a heading that ends in a stop is a sentence; in a script without cases, or with a colon too."""
_HABIT = 3
"""Headings of one level that make a habit, if they are more than half."""


class HeadingPunctuation(Rule[Document]):
    """A heading ends in a full stop, a comma, a semicolon or a colon.

    A heading is a name. The mark is left over from a line of text, shows in every outline and
    table of contents, and looks as if something had been cut off.

    Left alone are abbreviations ("etc.", "Inc.", initials), whole sentences, questions and answers, emoji codes
    (`:rocket:`), several marks in a row ("…", "?:"), and a mark that more than half of the headings of that
    level end in.
    """

    code, name = "STR012", "heading-punctuation"
    severity = Severity.INFO
    fix = Applicability.UNSAFE
    valid = (
        "# A List\n\n## Tools, etc.\n\n## Machines Inc.\n\n## Books by A. B.\n\n## Misc.\n",
        "# We have moved to another place.\n\n## What is it? A tool.\n\n## Q: I want to keep it:\n",
        "# A List :rocket:\n\n## And more...\n\n## Why?:\n\n## 1.\n\n## `a:`\n",
        "# A List\n\n## Tools:\n\n## Papers:\n\n## Books:\n\n## License\n",
        "# 목록\n\n## 새 페이지를 열었습니다.\n\n## 列表。\n",
        "# فهرست\n\n## موقع پیشنهاد به موارد زیر توجه کنید:\n",
    )
    invalid = (
        Bad("# A List\n\n## Tools⟦:⟧\n\n## Papers\n", "# A List\n\n## Tools\n\n## Papers\n"),
        Bad("# A List\n\n## Table of Contents⟦.⟧\n", "# A List\n\n## Table of Contents\n"),
        Bad("# A List\n\n## Tools⟦:⟧ <!-- a --> <!-- b -->\n", "# A List\n\n## Tools <!-- a --> <!-- b -->\n"),
        Bad("# A List\n\n## **Tools⟦,⟧** ##\n\nPapers⟦;⟧\n---\n", "# A List\n\n## **Tools** ##\n\nPapers\n---\n"),
        Bad("# A List\n\n## [Tools⟦:⟧](https://a.dev)\n", "# A List\n\n## [Tools](https://a.dev)\n"),
        Bad("# A List\n\n## Outils⟦ :⟧\n\n## 工具⟦：⟧\n", "# A List\n\n## Outils\n\n## 工具\n"),
        Bad(
            "# A List\n\n## A very long name of a section of tools⟦:⟧\n",
            "# A List\n\n## A very long name of a section of tools\n",
        ),
        Bad("# A List\n\n<h2>Tools⟦:⟧</h2>\n", "# A List\n\n<h2>Tools</h2>\n"),
    )

    def check(self, node: Document, ctx: Context) -> Iterator[Finding]:
        """Yield a finding on the mark at the end of each heading that has one."""
        bearers = [heading for heading in node.headings if heading.text.rstrip()[-1:] in _MARKS]
        if not bearers:
            return
        habits = _habits(node)
        ends: dict[int, Link] | None = None
        for heading in bearers:
            text = heading.text.strip()
            if (heading.level, text[-1]) in habits or not _is_name(text):
                continue
            ends = ends if ends is not None else {link.span.end: link for link in node.links if link.in_heading}
            span = _place(node, heading, ends)
            if span is not None:
                fix = Fix("delete it", (Edit(span, ""),), Applicability.UNSAFE, May.TEXT)
                yield Finding(span, f'the heading "{shorten(text[:-1].rstrip())}" ends in "{text[-1]}"', fix)


def _habits(document: Document) -> set[tuple[int, str]]:
    """The levels of which most headings end in a mark, with that mark."""
    ends = Counter((heading.level, heading.text.rstrip()[-1:]) for heading in document.headings)
    levels = Counter(heading.level for heading in document.headings)
    return {end for end, count in ends.items() if count >= _HABIT and count * 2 > levels[end[0]]}


def _is_name(text: str) -> bool:
    """Tell whether a heading that ends in a mark is a name, to which none belongs."""
    before, mark = text[:-1].rstrip(), text[-1]
    if not any(map(str.isalpha, before)) or not (before[-1].isalnum() or before[-1] in ")]）】\"'”’»+#*"):
        return False
    if _EMOJI_CODE.search(text[-_LONGEST_CODE:]) or _DIALOGUE.match(text):
        return False
    if mark not in _COLONS and mark != _STOP:
        return True
    cased = before.lower() != before.upper()
    if mark in _COLONS:
        return cased or len(before.split()) < _SENTENCE
    if not cased or len(before.split()) >= _SENTENCE or any(char in ".?!" for char in before[:-1]):
        return False
    return ending(text) is Ending.STOP and _ABBREVIATION.search(text) is None


def _place(document: Document, heading: Heading, ends: dict[int, Link]) -> Span | None:
    """Where the mark stands, with the white space before it; None where markup hides it."""
    inside = heading.content
    written = before_comments(document.slice(inside)).rstrip(_CLOSING)
    link = ends.get(inside.start + len(written))
    if link is not None and not link.is_image:
        inside = link.text_span
        written = document.slice(inside).rstrip(_CLOSING)
    if written[-1:] not in _MARKS:
        return None
    span = Span(inside.start + len(written[:-1].rstrip(" \t")), inside.start + len(written))
    return None if document.masked(span) else span
