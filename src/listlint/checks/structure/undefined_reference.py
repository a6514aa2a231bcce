"""STR009: a reference link or footnote has no definition."""

from __future__ import annotations

from typing import TYPE_CHECKING

from listlint.checks.api import Bad, Finding, Rule, Severity
from listlint.checks.links import shorten
from listlint.model.nodes import Document
from listlint.model.patterns import lazy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listlint.checks.api import Context

_NOTE = lazy(r"[\w.-]+")


class UndefinedReference(Rule[Document]):
    """`[text][label]` or `[^note]` has no definition, so its brackets are shown as they stand.

    The link is lost to the reader, and the line looks broken.

    `[label]` alone is text: brackets have many other uses. So is `[^word]` in a document that has
    no footnotes.
    """

    code, name = "STR009", "undefined-reference"
    severity = Severity.ERROR
    valid = (
        "[a][x] [x][] [x] [A][X]\n\n[x]: https://a.dev\n",
        "[`UNREAD`] [x] [ ] [1]\n\n- [ ] open\n- [x] done\n",
        "`[a][x]` and text[^1]\n\n[^1]: note\n",
        "```\n[a][x]\n```\n\n    [a][x]\n",
        "[[pdf](https://a.dev)][[code](https://b.dev)]\n",
        "Matches [^a-z]+ at the start.\n",
    )
    invalid = (
        Bad("# A\n\n- ⟦[a][none]⟧ - Fast.\n- [b][x]\n\n[x]: https://a.dev\n"),
        Bad("# A\n\n- ⟦[a][]⟧ - Fast.\n"),
        Bad("# A\n\ntext⟦[^2]⟧ and text[^1]\n\n[^1]: note\n"),
    )

    def check(self, node: Document, ctx: Context) -> Iterator[Finding]:
        """Yield a finding for each use of a label that is not defined."""
        notes = any(definition.footnote for definition in node.definitions)
        for reference in node.references:
            if reference.defined:
                continue
            if not reference.footnote:
                yield Finding(reference.span, f'no definition of the link label "{shorten(reference.label)}"')
            elif reference.label.isdecimal() or (notes and _NOTE.fullmatch(reference.label)):
                yield Finding(reference.span, f'no definition of the footnote "{shorten(reference.label)}"')
