"""Format ``statistics``: how many findings each rule has."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, TextIO

from listlint.model.edit import Applicability
from listlint.report.options import RenderOptions, write_lines
from listlint.report.sanitise import sanitise
from listlint.report.style import SEVERITY_INK, Ink, Style
from listlint.report.summary import closing, count
from listlint.report.width import pad, width

if TYPE_CHECKING:
    from listlint.model.result import Result


def render(result: Result, out: TextIO, options: RenderOptions) -> None:
    """Write a table of rules, the gravest first, of these the most frequent: count, code, name, severity, fixes.

    A rule whose findings differ in severity has a row for each.
    """
    style = Style(options.colour)
    counts = Counter((d.code, d.name, d.severity) for d in result.diagnostics)
    fixes = Counter((d.code, d.name, d.severity, d.fix.applicability) for d in result.diagnostics if d.fix)
    ordered = sorted(counts.items(), key=lambda item: (-item[0][2].rank, -item[1], item[0][0]))
    digits = max((len(f"{number:,}") for number in counts.values()), default=0)
    names = max((width(sanitise(name)) for _, name, _ in counts), default=0)
    for (code, name, severity), number in ordered:
        safe = fixes[code, name, severity, Applicability.SAFE]
        unsafe = fixes[code, name, severity, Applicability.UNSAFE]
        fixable = ", ".join(
            count(n, f"{word} fix", f"{word} fixes") for n, word in ((safe, "safe"), (unsafe, "unsafe")) if n
        )
        row = (
            f"{number:>{digits},}",
            style(SEVERITY_INK[severity], sanitise(code)),
            pad(sanitise(name), names),
            style.severity(severity) + " " * (len("warning") - len(severity.value)),
            style(Ink.HELP, fixable),
        )
        write_lines(["  ".join(row).rstrip()], out, options)
    if options.summary:
        out.write("\n" if counts else "")
        write_lines([closing(result, style)], out, options)
