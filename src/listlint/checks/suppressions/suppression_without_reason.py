"""SUP003: a suppression comment does not say why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from listlint.checks.api import Bad, Finding, Rule, Severity
from listlint.model.nodes import DirectiveScope, Document

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listlint.checks.api import Context


class SuppressionWithoutReason(Rule[Document]):
    """A suppression comment does not say why.

    Whoever comes next cannot tell whether it is still needed. A reason stands behind two hyphens or a long dash:
    `<!-- listlint-disable-line URL003 -- the abstract is not public -->`. Behind the name of a rule it may also
    begin with a colon, a bracket or a hyphen between blanks.

    The comments of awesome-lint have no place for a reason, and a comment that ends a suppression needs
    none.
    """

    code, name = "SUP003", "suppression-without-reason"
    severity = Severity.INFO
    valid = (
        "# A\n\n<!-- listlint-disable STY001 -- tables are aligned -->\n\nText.\n\n<!-- listlint-enable STY001 -->\n",
        "<!--lint disable double-link-->\n\n# A\n",
        "# A\n\n<!-- listlint-disable STY001: tables are aligned -->\n\n<!-- listlint-disable-line — all of it -->\n",
        "# A\n\n<!-- listlint-disable STY001, URL003 (tables) -->\n\n<!-- listlint-disable-line STY001 [tables] -->\n",
        "# A\n\n<!-- listlint-disable no-tabs - tables -->\n\n<!-- listlint-disable-line STY001 – tables -->\n",
        "# A\n\n<!-- a comment, listlint-disable -->\n",
    )
    invalid = (
        Bad("# A\n\n⟦<!-- listlint-disable STY001 -->⟧\n\nText.\n"),
        Bad("# A\n\nText. ⟦<!-- listlint-disable-line STY001 -- -->⟧\n"),
        Bad("# A\n\n⟦<!-- listlint-disable-next-line STY001, URL003 -->⟧\nText.\n"),
        Bad("⟦<!-- listlint-disable-file STY001 -->⟧\n\n# A\n"),
        Bad("# A\n\n⟦<!-- listlint-disable STY001: -->⟧\n\n⟦<!-- listlint-disable STY001 () -->⟧\n"),
        Bad("# A\n\n⟦<!-- listlint-disable: STY001 -->⟧\n\n⟦<!-- listlint-disable STY001:URL003 -->⟧\n"),
    )

    def check(self, node: Document, ctx: Context) -> Iterator[Finding]:
        """Yield each suppression without a reason."""
        for directive in node.directives:
            if directive.dialect != "listlint" or directive.unknown is not None:
                continue
            if directive.scope is not DirectiveScope.ENABLE and not directive.reason.strip():
                names = ", ".join(name for name, _ in directive.rules) or "every rule"
                yield Finding(directive.span, f"this comment suppresses {names} and gives no reason behind `--`")
