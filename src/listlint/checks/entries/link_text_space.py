"""ENT008: white space at the ends of a link text, or more of it inside than one space."""

from __future__ import annotations

from typing import TYPE_CHECKING

from listlint.checks.api import Bad, Edit, Finding, Fix, May, Rule, Severity, Span
from listlint.model.edit import Applicability
from listlint.model.nodes import Link, LinkKind, Mask
from listlint.model.patterns import lazy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listlint.checks.api import Context
    from listlint.model.nodes import Document

_RUN = lazy(r"[ \t]++")
_TOO_MUCH = lazy(r"\A[ \t]|[ \t]\Z|  |\t")
"""White space at an end, or more inside than one space."""
_WRITTEN = frozenset({LinkKind.INLINE, LinkKind.FULL, LinkKind.COLLAPSED, LinkKind.SHORTCUT})
_EMPHASIS = "*_~"
_OPENING, _CLOSING = "|([{（【「\"'“‘", "|)]}）】」.,;:!?。，；：！？…\"'”’"


class LinkTextSpace(Rule[Link]):
    """A link text starts or ends with white space, or has a tab or several spaces inside.

    The underline of the link runs over it, and whoever copies or searches for the title gets it
    wrong. It is left over from copying a title.

    Line breaks inside a link text are one space and no defect, code spans keep what they hold,
    and the layout of HTML links is left alone.
    """

    code, name = "ENT008", "link-text-space"
    severity = Severity.WARNING
    fix = Applicability.SAFE
    valid = (
        "- [A b](https://a.dev) - One.\n- [A\n  b](https://b.dev) - Two.\n",
        "- [`a  b`](https://a.dev) - One.\n- ![ a ](https://b.dev/x.png)\n- [ ](https://c.dev)\n",
        "- [A <img  src='x.png'>](https://a.dev 'a  b') - One.\n- [  ] not a link\n",
        "- [ ] [A](https://a.dev) - One.\n\n`[ a ](b)`\n\n    [ a ](b)\n",
        '<a href="https://a.dev"> A </a>\n',
    )
    invalid = (
        Bad("- [⟦ ⟧A](https://a.dev) - One.\n", "- [A](https://a.dev) - One.\n"),
        Bad("- [A⟦\t⟧](https://a.dev) - One.\n", "- [A](https://a.dev) - One.\n"),
        Bad("- [⟦  ⟧A⟦ ⟧](https://a.dev) - One.\n", "- [A](https://a.dev) - One.\n"),
        Bad("- [A⟦  ⟧b⟦\t⟧c](https://a.dev) - One.\n", "- [A b c](https://a.dev) - One.\n"),
        Bad("See[⟦ ⟧A⟦ ⟧](https://a.dev)and more.\n", "See [A](https://a.dev) and more.\n"),
        Bad("See ([⟦ ⟧A⟦ ⟧](https://a.dev)).\n", "See ([A](https://a.dev)).\n"),
        Bad("- **[⟦ ⟧A⟦ ⟧](https://a.dev)** - One.\n", "- **[A](https://a.dev)** - One.\n"),
        Bad("- One**[⟦ ⟧A](https://a.dev)** - One.\n"),
        Bad("- [A⟦  ⟧b⟦ ⟧][x] - One.\n\n[x]: https://a.dev\n", "- [A b][x] - One.\n\n[x]: https://a.dev\n"),
        Bad("| A |\n|---|\n|[⟦ ⟧A⟦ ⟧](https://a.dev)|\n", "| A |\n|---|\n|[A](https://a.dev)|\n"),
    )

    def check(self, node: Link, ctx: Context) -> Iterator[Finding]:
        """Yield a finding on each stretch of white space that is too much."""
        if node.kind not in _WRITTEN:
            return
        document = ctx.document
        text = document.slice(node.text_span)
        if not _TOO_MUCH.search(text) or not text.strip():
            return
        runs = [run for run in _RUN.finditer(text) if "\n" not in text[max(0, run.start() - 1) : run.end() + 1]]
        found = [run.span() for run in runs if run.start() == 0 or run.end() == len(text) or _is_wide(run[0])]
        base = node.text_span.start
        spans = [Span(base + start, base + end) for start, end in found]
        group = f"ENT008:{base}" if len(spans) > 1 else None
        for span in spans:
            if document.masked(Span(span.start - 1, span.end + 1), Mask.CODE, Mask.HTML):
                continue
            yield _finding(span, node, document, group)


def _is_wide(run: str) -> bool:
    return len(run) > 1 or run == "\t"


def _finding(span: Span, link: Link, document: Document, group: str | None) -> Finding:
    white = "a tab" if "\t" in document.slice(span) else "a space" if span.length == 1 else f"{span.length} spaces"
    if span.start == link.text_span.start:
        fix = _moved(span, link.span.start, document, before=True)
        return Finding(span, f"{white} at the start of the link text", fix, group=group)
    if span.end == link.text_span.end:
        fix = _moved(span, link.span.end, document, before=False)
        return Finding(span, f"{white} at the end of the link text", fix, group=group)
    return Finding(span, f"{white} inside the link text", Fix("leave one space", (Edit(span, " "),)), group=group)


def _moved(span: Span, outside: int, document: Document, *, before: bool) -> Fix | None:
    """Delete white space at an end of a link text, or move it out where it parts two words.

    Emphasis must not get a space on its inner side, so it is looked through.
    """
    text = document.text
    at, step = (outside - 1, -1) if before else (outside, 1)
    neighbour = text[at : at + 1] if at >= 0 else ""
    emphasised = False
    while neighbour and neighbour in _EMPHASIS:
        emphasised = True
        at += step
        neighbour = text[at : at + 1] if at >= 0 else ""
    if not neighbour or neighbour.isspace():
        return Fix("delete it", (Edit(span, ""),), may=May.SPACE)
    if neighbour in (_OPENING if before else _CLOSING):
        return Fix("delete it", (Edit(span, ""),), may=May.TEXT)
    if emphasised:
        return None
    edits = sorted((Edit(span, ""), Edit(Span(outside, outside), " ")))
    return Fix("move it out of the link", tuple(edits), may=May.SPACE)
