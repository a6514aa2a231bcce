"""STR013: a table row has more or fewer cells than its header."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from listlint.checks.api import Applicability, Bad, Edit, Finding, Fix, May, Related, Rule, Severity, Span
from listlint.checks.links import shorten
from listlint.model.nodes import Document
from listlint.model.patterns import lazy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listlint.checks.api import Context
    from listlint.model.nodes import Row, Table

_UNIT = lazy(r"`[^`\n]++`|\[\[[^\[\]]*+\]\]|\[[^\[\]]*+\](?:\([^()\n]*+\))?+|<[^<>\n]*+>|\$[^$\s][^$\n]*+\$")
"""What no cell ends in: code, a wiki link, a link or brackets, a tag, a formula."""
_LINK = lazy(r"\]\(|<a\s|https?://")
_DEFINES = lazy(r"\[[^\[\]]++\]:")


class RaggedTableRow(Rule[Document]):
    r"""A table row has another number of cells than the header of its table.

    What stands in cells beyond the last column is not shown at all, and behind a surplus or missing `|`
    every cell is under the wrong heading.

    The cause is named where it is known: a `|` inside code, a link or a formula (`\|` is meant), or text
    that directly follows the table and so becomes a row of it. Where the last cells are missing, it is a
    warning, and where the surplus ones are empty, only a hint: the reader sees the same row. A row that
    has only a first cell and no link in it heads a group of rows.
    """

    code, name = "STR013", "ragged-table-row"
    severity = Severity.ERROR
    fix = Applicability.UNSAFE
    valid = (
        "| A | B |\n|---|---|\n| a | b |\n| a | |\n a | b\n",
        "| A | B |\n|---|---|\n| `a\\|b` | b |\n| [x\\|y](https://a.dev) | b |\n",
        "| A | B |\n|---|---|\n| **2020** |\n| a | b |\n2021\n| a | b |\n",
        "| A | B |\n|---|---|\n| a | b |\n\nText.\n",
        "```\n| A | B |\n|---|---|\n| a | b | c |\n```\n",
        "| A |\n|---|\n| a |\nText.\n",
    )
    invalid = (
        Bad(
            "| A | B |\n|---|---|\n⟦| `a|b` | c |⟧\n| a | b |\n",
            "| A | B |\n|---|---|\n| `a\\|b` | c |\n| a | b |\n",
        ),
        Bad(
            "| A | B |\n|---|---|\n⟦| [a | b](https://a.dev/x|y) | c |⟧\n",
            "| A | B |\n|---|---|\n| [a \\| b](https://a.dev/x\\|y) | c |\n",
        ),
        Bad("| A | B |\n|---|---|\n⟦| a | b | c |⟧\n"),
        Bad("| A | B |\n|---|---|\n⟦| `a|b` | c | d |⟧\n"),
        Bad("| A | B |\n|---|---|\n⟦| a | b | |⟧\n| a | b |\n", "| A | B |\n|---|---|\n| a | b |\n| a | b |\n"),
        Bad("|A|B|\n|-|-|\n⟦|a|b||⟧\n", "|A|B|\n|-|-|\n|a|b|\n"),
        Bad(
            "| A | B | C |\n|---|---|---|\n⟦| [a](https://a.dev) | b |⟧\n",
            "| A | B | C |\n|---|---|---|\n| [a](https://a.dev) | b | |\n",
        ),
        Bad(
            "|A|B|C|\n|-|-|-|\n⟦|[a](https://a.dev)|⟧\n|a||\n⟦a | b⟧\n",
            "|A|B|C|\n|-|-|-|\n|[a](https://a.dev)|||\n|a||\na | b | |\n",
        ),
        Bad(
            "| A | B |\n|---|---|\n| a | b |\n⟦More follows.⟧\nSoon.\n\nText.\n",
            "| A | B |\n|---|---|\n| a | b |\n\nMore follows.\nSoon.\n\nText.\n",
        ),
        Bad("| A | B |\n|---|---|\n| a | b |\n⟦[x]: https://a.dev 't'⟧\n"),
        Bad("- x\n\n  | A | B |\n  |---|---|\n  | a | b |\n  ⟦See [c](https://c.dev).⟧\n"),
    )

    def check(self, node: Document, ctx: Context) -> Iterator[Finding]:
        """Yield a finding on each row that does not fit its header."""
        for table in node.tables:
            width = len(table.header.cells)
            behind = _text_behind(node, table) if width > 1 else len(table.rows)
            for row in table.rows[:behind]:
                count = len(row.cells)
                if count > width:
                    yield _surplus(node, table, row)
                elif count < width and not _heads_group(node, row):
                    yield _missing(node, table, row)
            if behind < len(table.rows):
                yield _swallowed(node, table, table.rows[behind])


def _header(table: Table) -> tuple[Related, ...]:
    return (Related(table.header.span, f"the header has {len(table.header.cells)} cells"),)


def _heads_group(document: Document, row: Row) -> bool:
    """Tell whether a row holds a mere label."""
    shown = [cell for cell in row.cells if cell.span.length]
    return shown == list(row.cells[:1]) and _LINK.search(document.slice(row.span)) is None


def _text_behind(document: Document, table: Table) -> int:
    """The index of the first row from which on there is text without any pipe, or the number of rows."""
    index = len(table.rows)
    while index > 0 and "|" not in document.slice(table.rows[index - 1].span):
        index -= 1
    return index


def _swallowed(document: Document, table: Table, row: Row) -> Finding:
    """A paragraph that touches the table above it."""
    start = document.source.line_starts[document.source.line_index(row.span.start)]
    fix = None
    if (
        not document.text[start : row.span.start].strip(" ")
        and row.span.start - start < 2
        and not _DEFINES.match(document.text, row.span.start)
    ):
        # Inside a list or quote the blank line would need a prefix, and a definition would no longer be shown.
        text = Span(start, table.rows[-1].span.end)
        edit = Edit(text, "\n" + document.slice(text))
        fix = Fix("insert a blank line", (edit,), Applicability.UNSAFE, May.BLOCKS)
    message = "text that directly follows a table is shown as a row of it"
    return Finding(row.span, message, fix, related=_header(table))


def _surplus(document: Document, table: Table, row: Row) -> Finding:
    """A row with more cells than columns."""
    width = len(table.header.cells)
    over = len(row.cells) - width
    many = f"{len(row.cells)} cells below {width} columns"
    pipes = _pipes(document, row)
    leads = document.text[row.span.start : row.span.start + 1] == "|"
    if not any(cell.span.length for cell in row.cells[width:]):
        edit = Edit(Span(pipes[width - 1 + leads] + 1, row.span.end), "")
        fix = Fix("delete the empty cells", (edit,), Applicability.UNSAFE)
        related, group = _header(table), "STR013:surplus"
        return Finding(row.span, f"{many}; the last is empty", fix, related, None, group, Severity.INFO)
    inside = [unit for unit in _UNIT.finditer(document.text, *row.span) if "|" in unit[0].replace("\\|", "")]
    hidden = {at for unit in inside for at in range(*unit.span())}
    culprits = [pipe for pipe in pipes if pipe in hidden]
    lost = shorten(row.cells[width].text or document.slice(row.cells[width].span), 30)
    if len(culprits) != over:
        return Finding(row.span, f'{many}, so that "{lost}" is not shown', related=_header(table))
    # One edit of the whole row: the cells behind the first pipe change too.
    parts = [document.text[a:b] for a, b in pairwise((row.span.start, *culprits, row.span.end))]
    edit = Edit(row.span, "\\".join(parts))
    fix = Fix(r"write it as \|", (edit,), Applicability.UNSAFE, May.TEXT | May.URL)
    return Finding(row.span, f"{many}: the | inside {shorten(inside[0][0], 30)} ends a cell", fix, _header(table))


def _missing(document: Document, table: Table, row: Row) -> Finding:
    """A row with fewer cells than columns."""
    text, end = document.text, row.span.end
    closed = text[end - 1] == "|" and text[end - 2] != "\\" and end - 1 > row.span.start
    wide = text[end - 2] in " \t" if closed else True
    by = len(table.header.cells) - len(row.cells) + (not closed)
    edit = Edit(Span(end, end), (" |" if wide else "|") * by)
    fix = Fix("add empty cells", (edit,), Applicability.UNSAFE)
    message = f"{len(row.cells)} cells below {len(table.header.cells)} columns"
    return Finding(row.span, message, fix, _header(table), None, "STR013:missing", Severity.WARNING)


def _pipes(document: Document, row: Row) -> list[int]:
    """Where the pipes stand that end cells, the leading one included (GFM 4.10: a backslash keeps one)."""
    text = document.text
    return [at for at in range(*row.span) if text[at] == "|" and text[at - 1] != "\\"]
