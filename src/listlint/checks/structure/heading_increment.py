"""STR003: a heading skips a level."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from listlint.checks.api import Applicability, Bad, Edit, Finding, Fix, May, Related, Rule, Severity, Span
from listlint.model.nodes import Document
from listlint.model.patterns import lazy

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from listlint.checks.api import Context
    from listlint.model.nodes import Heading, Section

_OPENING = lazy(r"#{1,6}")
_CLOSING = lazy(r"[ \t](#{1,6})[ \t]*\Z")
_ENTRY = lazy(r"\s*+\[[^\[\]]++\]\([^()\s]++\)\s++[-–—:]\s*+\S")
_HTML = lazy(r"<h([1-6])\b.*</h([1-6])\s*>\s*\Z", re.IGNORECASE | re.DOTALL)

_SMALLEST = 6
"""The level whose headings are smaller than the text."""


class HeadingIncrement(Rule[Document]):
    """A heading is more than one level below the section it stands in.

    Readers of outlines and screen readers look for the level between and find nothing.

    It is reported once per section that starts it: the headings after it that skip alike are
    part of the same finding and of its fix. What the document starts with is not compared with
    anything, and headings written in HTML are layout (a tag line, a logo) and not reported. A
    heading after entries that is a link and its description is an entry whose bullet was
    mistyped: it makes no section to compare with. Headings of level 6 in a document that has none of level 5 are
    labels, made small on purpose.
    """

    code, name = "STR003", "heading-increment"
    severity = Severity.WARNING
    fix = Applicability.UNSAFE
    valid = (
        "# A\n\n## B\n\n### C\n\n## D\n",
        "### A\n\n# B\n\n## C\n",
        "# A\n\n## B\n\n### C\n\n#### D\n\n# E\n",
        '<h1 align="center">A</h1>\n<h4 align="center">A tag line</h4>\n\n## B\n',
        "---\ntitle: A\n---\n\n## B\n\n### C\n",
        "## A\n\n## B\n",
        "# A\n\n## B\n\n###### Featured\n\n- [x](https://a.dev)\n\n###### Other\n\n- [y](https://b.dev)\n",
        "# A\n\n## B\n\n- [x](https://a.dev) - Fast.\n # [y](https://b.dev) - Slow.\n\n#### C\n\nx\n",
    )
    invalid = (
        Bad("# A\n\n⟦### B⟧\n\n- [x](https://a.dev)\n", "# A\n\n## B\n\n- [x](https://a.dev)\n"),
        Bad(
            "# A\n\n## B\n\n⟦#### C⟧\n\n##### D\n\n#### E ####\n\n## F\n\n⟦#### G⟧\n",
            "# A\n\n## B\n\n### C\n\n#### D\n\n### E ###\n\n## F\n\n### G\n",
        ),
        Bad(
            "# A\n\n## B\n\n### C\n\n## D\n\n⟦#### E⟧\n\n### F\n",
            "# A\n\n## B\n\n### C\n\n## D\n\n### E\n\n### F\n",
        ),
        Bad("Title\n=====\n\n⟦### B⟧\n\n<h4>C</h4>\n", "Title\n=====\n\n## B\n\n<h3>C</h3>\n"),
    )

    def check(self, node: Document, ctx: Context) -> Iterator[Finding]:
        """Yield a finding for each section some of whose children skip a level."""
        levels = {section.level for section in node.sections}
        labels = {_SMALLEST} if _SMALLEST - 1 not in levels else set()
        for parent in node.sections:
            if parent.level == 0 or parent.heading is None or _is_entry(node, parent.heading):
                continue
            children = [child for child in node.subsections_of(parent) if child.level > parent.level + 1]
            children = [child for child in children if child.level not in labels]
            first = next((child.heading for child in children if child.heading and not child.heading.html), None)
            if first is None:
                continue
            alike = len(children) - 1
            more = f", and {alike} more below it" if alike else ""
            yield Finding(
                first.span,
                f"heading of level {first.level} follows one of level {parent.level}{more}",
                fix=_shift(node, parent, children),
                related=(Related(parent.heading.span, f"the section of level {parent.level}"),),
            )


def _is_entry(document: Document, heading: Heading) -> bool:
    """Tell whether a heading stands for an entry: link, separator, description, after other entries."""
    if not document.entries or document.entries[0].span.start > heading.span.start:
        return False
    return _ENTRY.match(document.text, heading.content.start, heading.content.end) is not None


def _shift(document: Document, parent: Section, children: Sequence[Section]) -> Fix | None:
    """Raise the subtree of each child to the level below ``parent``."""
    edits: list[Edit] = []
    may = May.BLOCKS
    for child in children:
        up = child.level - parent.level - 1
        index = child.index
        while index < len(document.sections) and document.sections[index].span.start < child.span.end:
            heading = document.sections[index].heading
            raised = _raise(document, heading, up) if heading else None
            if raised is None:
                return None
            edits += raised
            if heading is not None and heading.html:
                # The tags of raw HTML count as text.
                may |= May.TEXT
            index += 1
    title = f"raise the headings below it to level {parent.level + 1}"
    return Fix(title, tuple(edits), Applicability.UNSAFE, may)


def _raise(document: Document, heading: Heading, up: int) -> list[Edit] | None:
    """The edits that raise one heading ``up`` levels; None where its markup is not understood."""
    start, text = heading.span.start, document.slice(heading.span)
    level = heading.level - up
    if heading.html:
        tags = _HTML.match(text)
        if tags is None or tags[1] != tags[2]:
            return None
        return [Edit(Span(start + tags.start(n), start + tags.end(n)), str(level)) for n in (1, 2)]
    marks = _OPENING.search(text)
    if marks is None or heading.setext or len(marks[0]) != heading.level:
        return None
    edits = [Edit(Span(start + marks.start(), start + marks.end()), "#" * level)]
    closing = _CLOSING.search(text, marks.end())
    if closing and len(closing[1]) == heading.level:
        edits.append(Edit(Span(start + closing.start(1), start + closing.end(1)), "#" * level))
    return edits
