"""STY003: the file does not end in exactly one line ending."""

from __future__ import annotations

from typing import TYPE_CHECKING

from listlint.checks.api import Applicability, Bad, Edit, Finding, Fix, May, Rule, Severity, Span
from listlint.model.nodes import BlockKind, Document

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listlint.checks.api import Context


class FinalNewline(Rule[Document]):
    """The last line has no line ending, or blank lines follow it.

    Without one, the next person to add an entry changes the line before it too, and tools that
    join files glue two lines together.

    An empty file is fine, and so are blank lines in code that is not closed.
    """

    code, name = "STY003", "final-newline"
    severity = Severity.INFO
    fix = Applicability.SAFE
    layout = True
    valid = ("# A\n", "", "\n", "```\na\n\n")
    invalid = (
        Bad("# A⟦⟧", "# A\n"),
        Bad("# A\n⟦\n⟧", "# A\n"),
        Bad("# A\n⟦  \n\n\t⟧", "# A\n"),
    )

    def check(self, node: Document, ctx: Context) -> Iterator[Finding]:
        """Yield one finding at the end of the file."""
        end = len(node.text)
        content = len(node.text.rstrip(" \t\n"))
        if content == 0:
            return
        last = node.text.find("\n", content)
        if last < 0:
            fix = Fix("add a line ending", (Edit(Span(end, end), "\n"),), may=May.SPACE)
            yield Finding(Span(end, end), "no line ending at the end of the file", fix, group=self.code, whole=True)
        elif last + 1 < end and not _is_open(node):
            count = node.text.count("\n", last + 1, end) + (node.text[-1] != "\n")
            fix = Fix("delete them", (Edit(Span(last + 1, end), ""),), may=May.SPACE)
            message = f"{count} blank line{'s' if count > 1 else ''} at the end of the file"
            yield Finding(Span(last + 1, end), message, fix, group=self.code, whole=True)


def _is_open(document: Document) -> bool:
    """Tell whether the document ends inside a fence, whose blank lines are code."""
    if not document.blocks or document.blocks[-1].kind is not BlockKind.FENCE:
        return False
    lines = document.slice(document.blocks[-1].span).split("\n")
    return len(lines) == 1 or not lines[-1].lstrip(" \t>").startswith(("```", "~~~"))
