"""STR015: a label is defined twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from listlint.checks.api import Bad, Finding, Related, Rule, Severity
from listlint.checks.definitions import is_comment, label_of
from listlint.checks.links import shorten
from listlint.model.nodes import Document

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listlint.checks.api import Context
    from listlint.model.nodes import Definition


class DuplicateDefinition(Rule[Document]):
    """A link label or footnote is defined again.

    The first definition wins and the later one has no effect: whoever mends a link in the later one
    mends nothing. Where both have the same URL, it is only a hint.

    Definitions that are comments or metadata (`[//]: # (…)`, `[comment]: <> (…)`, `[tag]: - "x"`) repeat by design. A footnote and a
    link may have the same label.
    """

    code, name = "STR015", "duplicate-definition"
    severity = Severity.WARNING
    valid = (
        "[a][x] [b][y]\n\n[x]: https://a.dev\n[y]: https://b.dev\n",
        "[//]: # (one)\n\n[//]: # (two)\n\n[comment]: <> (one)\n\n[comment]: <> (two)\n\n[_]: # 'x'\n\n[_]: # 'y'\n",
        '[tag]: - "x"\n\n[tag]: - "y"\n\n[hidden]: / (one)\n\n[hidden]: / (two)\n',
        "<!--\n[x]: https://a.dev\n-->\n\n[x]: https://a.dev\n\nText goes on\n[x]: https://b.dev\n",
        "[a][1] and text[^1]\n\n[1]: https://a.dev\n\n[^1]: note\n",
        "[a][x]\n\n[x]: https://a.dev\n\n```\n[x]: https://b.dev\n```\n",
    )
    invalid = (
        Bad("[a][x] [b][X]\n\n[x]: https://a.dev\n[⟦X⟧]: https://b.dev\n"),
        Bad("[a][two words]\n\n[two words]: https://a.dev\n[⟦two  words⟧]: https://a.dev\n"),
        Bad("text[^1]\n\n[^1]: note\n\n[^⟦1⟧]: other note\n"),
    )

    def check(self, node: Document, ctx: Context) -> Iterator[Finding]:
        """Yield a finding for each definition after the first of its label."""
        first: dict[tuple[bool, str], Definition] = {}
        for definition in node.definitions:
            if is_comment(definition):
                continue
            known = first.setdefault((definition.footnote, label_of(definition.label)), definition)
            if known is definition:
                continue
            what = "footnote" if definition.footnote else "link label"
            same = not definition.footnote and known.target == definition.target
            effect = "with the same URL" if same else "and the first definition counts"
            yield Finding(
                definition.label_span,
                f'the {what} "{shorten(definition.label)}" is defined twice, {effect}',
                related=(Related(known.label_span, "the first definition"),),
                severity=Severity.INFO if same else None,
            )
