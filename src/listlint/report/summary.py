"""Numbers in words: the closing line, runs of line numbers, counts with their noun."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from listlint.model.diagnostic import Severity
from listlint.model.edit import Applicability
from listlint.report.style import Ink, Style

if TYPE_CHECKING:
    from collections.abc import Iterable

    from listlint.model.result import Result

RANGES_SHOWN = 12


def count(number: int, noun: str, plural: str | None = None) -> str:
    """``1 error``, ``1,204 errors``, ``2 entries``."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def severity_count(severity: Severity, number: int) -> str:
    """``3 warnings``; info has no plural."""
    return count(number, severity.value, "info" if severity is Severity.INFO else None)


def closing(result: Result, style: Style) -> str:
    """``12 errors, 3 warnings in 2 of 4 files; 8 with a safe fix``."""
    if not result.diagnostics:
        looked = f"{count(result.files, 'file')} ({count(result.entries, 'entry', 'entries')}, "
        none = "no findings" if result.known is None else "no new findings"
        verdict = style(Ink.STRONG if result.errors or result.failures else Ink.HELP, none)
        return f"{verdict} in {looked}{count(result.links, 'link')}){_known(result)}{_unchecked(result, style)}"
    counts = ", ".join(
        style.severity(severity, severity_count(severity, number))
        for severity, number in result.counts.items()
        if number
    )
    concerned = len({diagnostic.path for diagnostic in result.diagnostics})
    files = count(result.files, "file")
    where = files if concerned >= result.files else f"{concerned:,} of {files}"
    return f"{counts} in {where}{_fixable(result)}{_known(result)}{_unchecked(result, style)}"


def _fixable(result: Result) -> str:
    safe, unsafe = result.fixable(Applicability.SAFE), result.fixable(Applicability.UNSAFE)
    if safe and unsafe:
        return f"; {safe:,} with a safe fix, {unsafe:,} with an unsafe one"
    if safe:
        return f"; {safe:,} with a safe fix"
    return f"; {unsafe:,} with an unsafe fix" if unsafe else ""


def _known(result: Result) -> str:
    """What was not shown, since it is in the baseline or was there before."""
    return f"; {result.known:,} known, not shown" if result.known else ""


def _unchecked(result: Result, style: Style) -> str:
    if not result.errors:
        return ""
    paths = {error.path for error in result.errors if error.path is not None}
    unwritten = paths & set(result.paths)  # checked, but not fixed
    numbers = [] if paths else [count(len(result.errors), "problem")]
    numbers += [count(len(paths - unwritten), "file") + " not checked"] if paths - unwritten else []
    numbers += [count(len(unwritten), "file") + " not written"] if unwritten else []
    return "".join(f"; {style(Ink.ERROR, number)}" for number in numbers)


def line_ranges(lines: Iterable[int], shown: int = RANGES_SHOWN) -> str:
    """``lines 3, 5-8, 12``; behind ``shown`` runs only the number of lines left out."""
    numbers = sorted(set(lines))
    starts = [numbers[0], *(b for a, b in pairwise(numbers) if b != a + 1)]
    ends = [*(a for a, b in pairwise(numbers) if b != a + 1), numbers[-1]]
    runs = [str(a) if a == b else f"{a}-{b}" for a, b in zip(starts, ends, strict=True)]
    word = "line" if len(numbers) == 1 else "lines"
    if len(runs) <= shown:
        return f"{word} {', '.join(runs)}"
    left_out = sum(number >= starts[shown] for number in numbers)
    return f"{word} {', '.join(runs[:shown])} and {left_out:,} more"
