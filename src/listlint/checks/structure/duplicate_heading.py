"""STR004: two headings in one place have the same text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from listlint.checks.api import Bad, Finding, Related, Rule, Severity
from listlint.checks.links import shorten
from listlint.model.nodes import Document

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listlint.checks.api import Context
    from listlint.model.nodes import Heading

_PAIR = 2


class DuplicateHeading(Rule[Document]):
    """Two headings with the same text stand in the same section.

    Only the first gets the anchor that readers expect: whoever links to the second, or looks for it in
    an outline, ends at the first. Mostly a section was added by somebody who did not see that it exists.

    Headings in different sections may repeat (`Papers` in 2020 and in 2021), and headings without
    words (images) are not compared. Where three or more are the same, their level is probably the
    mistake: that is one finding for all.
    """

    code, name = "STR004", "duplicate-heading"
    severity = Severity.INFO
    valid = (
        "# A\n\n## 2020\n\n### Papers\n\n## 2021\n\n### Papers\n",
        "# A\n\n## ![B](b.png)\n\n## ![C](c.png)\n",
        "# A\n\n## ![B](b.png)\n\n## ![B](b.png)\n\n## 🚀\n\n## 🚀\n",
        "# A\n\n## Tools\n\n### Tools\n\n## C++\n\n## C\n",
    )
    invalid = (
        Bad("# A\n\n## Tools\n\nx\n\n## Papers\n\nx\n\n## ⟦tools⟧\n\nx\n"),
        Bad("## Fast  tools\n\nx\n\n## ⟦[Fast tools](https://a.dev)⟧\n\nx\n"),
        Bad("# A\n\n## 2020\n\n## Papers\n\nx\n\n## 2021\n\n## ⟦Papers⟧\n\nx\n\n## 2022\n\n## Papers\n\nx\n"),
    )

    def check(self, node: Document, ctx: Context) -> Iterator[Finding]:
        """Yield a finding on the second of each set of equal headings below one parent."""
        alike: dict[tuple[int | None, str], list[Heading]] = {}
        for section in node.sections:
            heading = section.heading
            if heading is None:
                continue
            text = " ".join(heading.text.split())
            if any(map(str.isalnum, text)):
                alike.setdefault((section.parent, text.casefold()), []).append(heading)
        for (parent, _), (first, *others) in alike.items():
            if not others:
                continue
            text = shorten(first.text)
            message = (
                f'the heading "{text}" stands twice in one section'
                if len(others) < _PAIR
                else f'{len(others) + 1} headings "{text}" stand in one section, as if they were on the wrong level'
            )
            group = None if len(others) < _PAIR else f"{self.code}:{parent}"
            yield Finding(others[0].content, message, related=(Related(first.content, "the first one"),), group=group)
