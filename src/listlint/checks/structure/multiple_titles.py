"""STR002: a document has several titles."""

from __future__ import annotations

import re
from itertools import islice, pairwise
from typing import TYPE_CHECKING

from listlint.checks.api import Bad, Finding, Related, Rule, Severity
from listlint.checks.links import shorten
from listlint.model.nodes import Document
from listlint.model.patterns import lazy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listlint.checks.api import Context
    from listlint.model.nodes import Section

_CONTENTS = lazy(
    r"\W*(?:(?:table of )?contents?|index|toc|目录|目錄|目次|목차|оглавление|содержание)\W*\Z", re.IGNORECASE
)

_MOST = 2
"""Sections of the title's own for each other heading of its level, from which that is no level of sections."""


_TOOLS = "# A List\n\n" + "".join(
    f"## {name}\n\n- [A](https://a.dev)\n\n" for name in ("Tools", "Papers", "Talks", "Data")
)


class MultipleTitles(Rule[Document]):
    """The document has more than one heading of level 1.

    A heading of level 1 is the document's title. Outlines and screen readers take the second one for the title
    of another document, and what follows it for no part of the list; below a "Table of Contents" of level 1 they
    find all sections of the list.

    Where the title has few sections of its own, or the contents show headings of level 1 as parts with sections of
    their own, level 1 is the document's level of sections, which is a matter of style. A logo is no second title, nor is a heading in HTML, which is layout, or one with a link, which is an entry. A document with front matter
    is read by a site generator, which takes the title from there, and one that starts with a
    smaller heading has its title in that.
    """

    code, name = "STR002", "multiple-titles"
    severity = Severity.INFO
    valid = (
        "# A List\n\n## Tools\n\n- [A](https://a.dev)\n\n## Papers\n",
        "# ![A List](logo.png)\n\n" + _TOOLS,
        _TOOLS.replace(
            "\n## Tools",
            "\n- [A List](#a-list)\n  - [Tools](#tools)\n- [More](#more)\n  - [Books](#books)\n\n## Tools",
            1,
        )
        + "# More\n\n## Books\n",
        _TOOLS + '<h1 align="center">Thanks</h1>\n',
        "---\nlayout: notes\n---\n\n" + _TOOLS + "# Papers\n",
        '<h3 align="center">A List</h3>\n\n' + _TOOLS + "# Resources\n",
        "# A List\n\n# Contents\n\n# Tools\n\n## New\n\n- [A](https://a.dev)\n\n# Papers\n\n- [B](https://b.dev)\n",
        _TOOLS + "# [B](https://b.dev) - Fast.\n",
        "# A List\n\n## Tools\n\n- [A](https://a.dev)\n\n```sh\n# no heading\n```\n",
    )
    invalid = (
        Bad(_TOOLS + "# ⟦Resources⟧\n\n## Books\n\n⟦License⟧\n=====\n"),
        Bad(_TOOLS.replace("# A List", '<h1 align="center">A List</h1>', 1) + "# ⟦Resources⟧\n"),
        Bad("# ![Logo](logo.png)\n\n" + _TOOLS + "# ⟦Resources⟧\n"),
        Bad(_TOOLS.replace("\n## Tools", "\n# ⟦Table of Contents⟧\n\n- [Tools](#tools)\n\n## Tools")),
    )

    def check(self, node: Document, ctx: Context) -> Iterator[Finding]:
        """Yield a finding on each title after the first, all of one group."""
        named = [section for section in node.sections if section.heading and section.heading.text.strip()]
        if node.front_matter is not None or not named or named[0].level != 1 or named[0].heading is None:
            return
        title, others = named[0].heading, [section for section in named[1:] if section.level == 1]
        if any(_is_part(node, section) for section in others):
            return
        divided = bool(others) and _divisions(node, named[0]) >= _MOST * len(others)
        for section in others:
            heading = section.heading
            if heading is None or heading.html or heading.has_link:
                continue
            if divided or (_CONTENTS.match(heading.text) and _divisions(node, section) > 1):
                message = f'another heading of level 1, beside the title "{shorten(title.text)}"'
                yield Finding(heading.content, message, related=(Related(title.content, "the title"),), group=self.code)


def _is_part(document: Document, section: Section) -> bool:
    """Tell whether the contents have a section at their first level, with lines below it: a part of the list."""
    for toc in document.toc:
        for item, following in pairwise(toc.items):
            if item.fragment == section.anchor:
                return item.depth == toc.items[0].depth and following.depth > item.depth
    return False


def _divisions(document: Document, section: Section) -> int:
    """The number of sub-sections of a section that have entries."""
    count = 0
    for below in islice(document.sections, section.index + 1, None):
        if below.span.start >= section.span.end:
            break
        count += bool(document.entries_of(below))
    return count
