"""Source lines with marks under what is spoken of."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from listlint.report.sanitise import acts, command_marks, escape
from listlint.report.width import widths

if TYPE_CHECKING:
    from collections.abc import Sequence

    from listlint.model.source import Source
    from listlint.model.span import Span

TAB = 4
SHOWN_LINES = 3
"""Lines of one span that are shown; of a longer one, the first and the last."""
_INVISIBLE = frozenset("\xad\u180e\u200b\u2060\u2061\u2062\u2063\u2064\ufeff")
_JOINERS = frozenset("\u200c\u200d\ufe0e\ufe0f")


class MarkedLine(NamedTuple):
    """A line as it is shown: ``lead`` columns stand before ``length`` marked ones."""

    number: int
    text: str
    lead: int
    length: int


class _Cells(NamedTuple):
    """What is shown for each code point of a line, and how many columns that takes."""

    texts: Sequence[str]
    widths: Sequence[int]


def marked_lines(source: Source, span: Span, columns: int, *, actions: bool = False) -> list[MarkedLine | None]:
    """The lines of a span, each cut to ``columns`` around its mark; None stands for lines left out.

    A span that ends with a line end does not reach into the next line. An empty span is marked
    by one column where it stands. ``actions``: see :func:`listlint.report.sanitise.defuse`.
    """
    first = source.line_index(span.start)
    last = max(first, source.line_index(span.end - 1)) if span.end > span.start else first
    indices: list[int | None] = list(range(first, last + 1)) if last - first < SHOWN_LINES else [first, None, last]
    shown = [None if index is None else _marked_line(source, index, span, columns, actions) for index in indices]
    if any(line is not None and line.length for line in shown):
        return shown
    return [line and line._replace(length=1) for line in shown]


def _marked_line(source: Source, index: int, span: Span, columns: int, actions: bool) -> MarkedLine:
    line = source.line_span(index)
    start, end = max(span.start, line.start), max(line.start, min(span.end, line.end))
    if start == line.start and span.start < line.start:  # the indentation of a later line is not meant
        text = source.text[start:end]
        start += len(text) - len(text.lstrip(" \t>"))
    # Neither side can show more than its columns; outside ASCII code points may share one.
    near = source.text[max(line.start, start - columns) : min(line.end, start + columns)]
    reach = columns if near.isascii() else 4 * columns
    low, high = max(line.start, start - reach), min(line.end, start + reach)
    end = min(end, high)
    texts, taken = _cells(source.text[low:high], start - low, end - low, actions)
    left, right = _window(taken, start - low, end - low, columns - 2)
    before = "…" if left or low > line.start else ""
    after = "…" if right < len(texts) or high < line.end else ""
    inside = texts[left:right]
    text = before + (inside if isinstance(inside, str) else "".join(inside)) + after
    lead = len(before) + sum(taken[left : start - low])
    length = sum(taken[start - low : min(right, end - low)])
    blank = not text[: lead + length].strip() and span.start < line.start
    return MarkedLine(index + 1, text.rstrip(), lead, 0 if blank else length)


def _cells(text: str, start: int, end: int, actions: bool) -> _Cells:
    """What is shown for each code point of ``text``, of which ``[start, end)`` is marked."""
    marked = text[start:end]
    blank = bool(marked) and all(character.isspace() or _hidden(character) for character in marked)
    broken = set(command_marks(text)) if actions else set()
    if text.isprintable() and not broken and not blank:
        return _Cells(text, widths(text))
    visible = "".join(" " if acts(character) else character for character in text)
    texts, taken, column = [], widths(visible), 0
    for index, character in enumerate(text):
        inside = start <= index < end
        shown = character
        if character == "\t":
            taken[index] = TAB - column % TAB
            shown = ("→" if inside and blank else " ") + " " * (taken[index] - 1)
        elif character == " " and inside and blank:
            shown, taken[index] = "·", 1
        elif index in broken or acts(character) or (inside and _escaped(character, blank)):
            shown = r"\x23" if index in broken else escape(character)
            taken[index] = len(shown)
        texts.append(shown)
        column += taken[index]
    return _Cells(texts, taken)


def _hidden(character: str) -> bool:
    return acts(character) or character in _INVISIBLE or character in _JOINERS


def _escaped(character: str, blank: bool) -> bool:
    """Tell whether a marked character would not be seen as it is."""
    return character in _INVISIBLE or (blank and (character in _JOINERS or (character.isspace() and character != " ")))


def _window(taken: Sequence[int], start: int, end: int, columns: int) -> tuple[int, int]:
    """The stretch of cells that is shown in ``columns``: the mark's start, and much of its sides.

    ``taken`` are the columns of each cell.
    """
    before, marked, behind = sum(taken[:start]), sum(taken[start:end]), sum(taken[end:])
    if before + marked + behind <= columns:
        return 0, len(taken)
    spare = max(columns // 8, columns - marked)
    left = before if before + marked <= columns * 3 // 4 else min(before, spare // 2)
    if marked + behind < columns - left:
        left = columns - marked - behind
    if taken.count(1) == len(taken):
        first = max(0, start - max(0, left))
        return first, min(len(taken), max(start, columns + first))
    first = start
    while first and taken[first - 1] <= left:
        first -= 1
        left -= taken[first]
    while first < start and not taken[first]:  # no mark without the letter that it stands on
        first += 1
    room, last = columns - sum(taken[first:start]), start
    while last < len(taken) and taken[last] <= room:
        room -= taken[last]
        last += 1
    return first, last
