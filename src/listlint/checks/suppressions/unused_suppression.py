"""SUP001: a suppression comment suppresses nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from listlint.checks.api import Applicability, Bad, Edit, Finding, Fix, May, Rule, Severity, Span
from listlint.model.nodes import BlockKind, Suppressions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listlint.checks.api import Context
    from listlint.model.nodes import Directive, Document

_BLANKS = " \t"


class UnusedSuppression(Rule[Suppressions]):
    """A suppression comment, or one of the rules that it names, suppresses nothing.

    What it was for is repaired or gone, and left in place it would hide the next mistake.

    A rule that is switched off is not judged, and neither are the comments of awesome-lint, which
    may serve checks that only it has.

    The fix deletes the comment. Where a reason is written in it, which would be lost, the fix is unsafe.
    """

    code, name = "SUP001", "unused-suppression"
    severity = Severity.WARNING
    fix = Applicability.SAFE
    valid = (
        "# A\n\n<!-- listlint-enable -->\n\n<!-- a comment -->\n",
        "<!-- listlint-disable STY001 -->\n# A\n",
        "<!--lint disable-->\n# A\n",
    )
    invalid = (
        Bad("# A\n\n⟦<!-- listlint-disable SUP001 -->⟧\n\nText.\n", "# A\n\nText.\n"),
        Bad("# A\n⟦<!-- listlint-disable-next-line -->⟧\n- b\n", "# A\n- b\n"),
        Bad("Text\n⟦<!-- listlint-disable-line unused-suppression -- why -->⟧\nmore\n", "Text\n\nmore\n"),
        Bad("- [A](https://a.dev) ⟦<!-- listlint-disable-line SUP001 -->⟧\n- b\n", "- [A](https://a.dev)\n- b\n"),
        Bad("A ⟦<!-- listlint-disable-line SUP001 -->⟧ b\n", "A b\n"),
        Bad(
            "# A\n\n<!-- listlint-disable STY001, ⟦SUP001⟧ -- why -->\n",
            "# A\n\n<!-- listlint-disable STY001 -- why -->\n",
        ),
        Bad("# A\n\n<!-- listlint-disable ⟦SUP001⟧, STY001 -->\n", "# A\n\n<!-- listlint-disable STY001 -->\n"),
        Bad("# A\n\n⟦<!-- listlint-disable SUP001, unused-suppression -->⟧\n", "# A\n\n"),
    )

    def check(self, node: Suppressions, ctx: Context) -> Iterator[Finding]:
        """Yield whole comments, or the names in them, that suppress nothing."""
        unused: dict[Span, tuple[Directive, list[str]]] = {}
        for directive, written in node.unused:
            if directive.dialect != "listlint":
                continue
            names = unused.setdefault(directive.span, (directive, []))[1]
            if written is not None:
                names.append(written)
        for directive, names in unused.values():
            if len(names) >= len(directive.rules):
                what = ", ".join(names) or "anything"
                message = f"this comment suppresses nothing ({what})" if names else "this comment suppresses nothing"
                yield Finding(directive.span, message, _delete_comment(node.document, directive))
                continue
            for position, (name, span) in enumerate(directive.rules):
                if name in names:
                    fix = _delete_name(directive, position)
                    yield Finding(span, f"{name} suppresses nothing here", fix)


def _delete_name(directive: Directive, position: int) -> Fix:
    spans = [span for _, span in directive.rules]
    gone = Span(spans[position - 1].end, spans[position].end) if position else Span(spans[0].start, spans[1].start)
    return Fix("delete the name", (Edit(gone, ""),), may=May.SPACE)


def _delete_comment(document: Document, directive: Directive) -> Fix | None:
    """Delete a comment; one that has its lines for itself goes with them.

    A comment between two lines of text ends the paragraph above it, so a blank line stays.
    """
    source, span = document.source, directive.span
    safety = Applicability.UNSAFE if directive.reason else Applicability.SAFE
    first, last = source.line_index(span.start), source.line_index(max(span.start, span.end - 1))
    before = document.slice(Span(source.line_starts[first], span.start))
    after = document.slice(Span(span.end, source.line_span(last).end))
    title = "delete the comment"
    glued = before[-1:] not in _BLANKS and after[:1] not in _BLANKS
    if after.strip(_BLANKS) and (not before.strip(_BLANKS) or glued):
        # What follows a comment at the start of a line is HTML because of it, and it may part what must not meet.
        return None
    if before.strip(_BLANKS) or after.strip(_BLANKS):
        kept = len(before) - len(before.rstrip(_BLANKS)) if not after.strip(_BLANKS) or after[:1] in _BLANKS else 0
        return Fix(title, (Edit(Span(span.start - kept, span.end), ""),), safety, May.SPACE)
    start, end = source.line_starts[first], source.line_span(last).end
    above = source.line(first - 1).strip(_BLANKS) if first else ""
    below = source.line(last + 1).strip(_BLANKS) if last + 1 < len(source.line_starts) else ""
    if below and source.line(last + 1)[0] in _BLANKS:
        # Without the comment it might continue the list above.
        return None
    if above and below and _is_paragraph(document, first - 1):
        return Fix(title, (Edit(Span(start, end), ""),), safety, May.BLOCKS)
    if end < len(document.text):
        end += 1
    if not above and not below and first and end < len(document.text):
        end = source.line_span(last + 1).end + 1  # of the two blank lines that would meet
    return Fix(title, (Edit(Span(start, min(end, len(document.text))), ""),), safety, May.BLOCKS)


def _is_paragraph(document: Document, line: int) -> bool:
    return any(
        block.kind is BlockKind.PARAGRAPH and block.lines[0] <= line < block.lines[1] for block in document.blocks
    )
