"""STR007: a link to a place in its own document leads nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from listlint.checks.api import Applicability, Bad, Edit, Finding, Fix, May, Rule, Severity, Span
from listlint.checks.links import shorten
from listlint.checks.regions import contributor_tables, lies_in
from listlint.model.nodes import Document, LinkKind
from listlint.model.patterns import lazy
from listlint.text.fragments import Anchors, Nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listlint.checks.api import Context
    from listlint.model.nodes import Link

_OWN_ID = lazy(r"\{:?\s*+#([^\s{}]++)[^{}]*+\}\s*+\Z")
"""An id after a heading, ``{#id}`` or ``{: #id}``, which site generators read."""


class BrokenAnchor(Rule[Document]):
    """A link to `#fragment` leads to no heading, `id`, `name` or footnote of its document.

    A reader who clicks it stays where they are. Most often the heading was renamed, or repeats
    another one and got a number.

    Anchors are made as GitHub makes them. `#`, `#top`, `#readme`, lines (`#L10`), text fragments
    and a `user-content-` prefix are fine; case and percent-encoding do not count. In a document
    with front matter, which a site generator renders, letters and digits alone are compared.
    The table that the All Contributors bot writes points nowhere on purpose.
    """

    code, name = "STR007", "broken-anchor"
    severity = Severity.ERROR
    fix = Applicability.SAFE
    valid = (
        "# Big Title!\n\n[a](#big-title) [b](#) [c](#top) [d](#readme) [e](#user-content-big-title) [f](#Big-Title)\n",
        "# 中文 标题\n\n[a](#%E4%B8%AD%E6%96%87-%E6%A0%87%E9%A2%98) [b](#中文-标题)\n",
        "# 🚀 Tools & More\n\n[a](#-tools--more)\n\n## Tools\n\n## Tools\n\n[b](#tools-1)\n",
        '# A\n\n<a id="here"></a>\n<a name="there"></a>\n\n[a](#here) [b](#there)\n',
        "# A\n\ntext[^1] [a](#L10) [b](#:~:text=text) `[c](#code)`\n\n[^1]: note\n",
        "---\ntitle: A\n---\n\n## 1. Fast {#quick}\n\n[a](#quick) [b](#fast-quick) [c](#1-fast--quick)\n",
        "# A\n\n<!-- [a](#old) -->\n\n![b](#not-a-link)\n",
        "# A\n\n[a](https://a.dev/#none)\n",
        "# A List [![b](b.svg)](https://a.dev)\n\n[a](#a-list-)\n",
        "# A\n\n<!-- ALL-CONTRIBUTORS-LIST:START -->\n[x](#code-x)\n<!-- ALL-CONTRIBUTORS-LIST:END -->\n",
    )
    invalid = (
        Bad("# A List\n\n[a](⟦#none⟧)\n"),
        Bad("# A List\n\n[a](⟦#a-lists⟧)\n", "# A List\n\n[a](#a-list)\n"),
        Bad("# Tools 🚀\n\n[a](⟦#tools⟧)\n", "# Tools 🚀\n\n[a](#tools-)\n"),
        Bad("# A\n\n## Notes\n\n[a](⟦#notes-1⟧)\n", "# A\n\n## Notes\n\n[a](#notes)\n"),
        Bad("# A\n\n## ICML 2019\n\n[a](⟦#icml-2018⟧)\n"),
        Bad("# A\n\n## Model\n\n## Modes\n\n[a](⟦#mode⟧)\n"),
        Bad("# A\n\n## É-tools\n\n[a](⟦#%C3%A9-tool⟧)\n", "# A\n\n## É-tools\n\n[a](#%C3%A9-tools)\n"),
        Bad("# A List\n\n[a][x] and [b][x]\n\n[x]: ⟦#a-lists⟧\n", "# A List\n\n[a][x] and [b][x]\n\n[x]: #a-list\n"),
        Bad('# A List\n\n<a href="⟦#lost⟧">a</a>\n'),
        Bad(
            "# A\n\n- [Tools](#tools)\n- [Papers](⟦#paper⟧)\n\n## Tools\n\nx\n\n## Papers\n\ny\n",
            "# A\n\n- [Tools](#tools)\n- [Papers](#papers)\n\n## Tools\n\nx\n\n## Papers\n\ny\n",
        ),
    )

    def check(self, node: Document, ctx: Context) -> Iterator[Finding]:
        """Yield a finding for each broken destination (once for a definition that many links use)."""
        anchors = nearest = None
        seen: set[Span] = set()
        for link in node.links:
            if not link.is_fragment or link.kind is LinkKind.IMAGE or link.url_span in seen:
                continue
            if anchors is None or nearest is None:
                padded = (heading.anchor for heading in node.headings if heading.has_image or heading.html)
                loose = node.front_matter is not None
                anchors = Anchors((*node.anchors, *_own_ids(node)), padded=padded, loose=loose)
                nearest = Nearest(heading.anchor for heading in node.headings)
            if anchors.resolves(link.target[1:]):
                continue
            if lies_in(link.span, ctx.memo(contributor_tables)):
                continue
            seen.add(link.url_span)
            meant = nearest.find(link.target[1:])
            message = f"no heading or id of this document makes the anchor {shorten(link.target)}"
            yield Finding(link.url_span, message, fix=_repair(link, meant) if meant else None)


def _repair(link: Link, anchor: str) -> Fix:
    written = quote(anchor) if "%" in link.url else anchor
    return Fix(f"link to #{anchor}", (Edit(link.url_span, f"#{written}"),), Applicability.SAFE, May.URL)


def _own_ids(document: Document) -> Iterator[str]:
    for heading in document.headings:
        found = _OWN_ID.search(heading.text)
        if found:
            yield found[1]
