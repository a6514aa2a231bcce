"""What an annotation on a line of a file says, whichever platform shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from listlint.report.places import from_root
from listlint.report.sanitise import sanitise
from listlint.report.summary import line_ranges

if TYPE_CHECKING:
    from listlint.model.result import Group, Result
    from listlint.report.options import RenderOptions


def message_of(headline: str, group: Group, result: Result, options: RenderOptions) -> str:
    """The lines of an annotation: a headline, how often and where it holds, related places, the remedy."""
    first, members = group
    lines = [sanitise(headline)]
    if len(members) > 1:
        numbers = line_ranges(member.source.position(member.span.start).line for member in members)
        lines.append(f"{len(members)} times in this file: {numbers}")
    for related in first.related:
        path, start, _ = result.place_of(first, related)
        lines.append(sanitise(f"{from_root(path, options)}:{start.line}:{start.column}: {related.message}"))
    if first.fix is not None:
        lines.append(sanitise(f"help: {first.fix.title} [{first.fix.applicability.value}]"))
    return "\n".join(lines)
