"""Suppression comments: ours, and those of awesome-lint."""

from __future__ import annotations

import re

from listlint.model.nodes import Directive, DirectiveScope
from listlint.model.patterns import lazy
from listlint.model.span import Span

_OURS = lazy(r"\s*+listlint-(?P<keyword>[a-z-]++)(?P<rest>.*)\Z", re.DOTALL)
_AWESOME = lazy(r"\s*+lint\s++(?P<keyword>[a-z-]++)(?P<rest>.*)\Z", re.DOTALL)
_DASHES = lazy("--")
_REASON = lazy(r"--|—|(?<=\w)(?::(?!\S)|\s*+[(\[]|\s++[-–](?!\S))")
"""What parts the names from the reason: dashes, and behind a name a colon, a bracket or a lone hyphen."""
_AROUND = " \t\n()[]"
_NAME = lazy(r"[^\s,]++")
_SCOPES = {
    "disable": DirectiveScope.BLOCK,
    "disable-line": DirectiveScope.LINE,
    "disable-next-line": DirectiveScope.NEXT_LINE,
    "disable-section": DirectiveScope.SECTION,
    "disable-file": DirectiveScope.FILE,
    "enable": DirectiveScope.ENABLE,
}
_AWESOME_SCOPES = {
    "disable": DirectiveScope.BLOCK,
    "enable": DirectiveScope.ENABLE,
    "ignore": DirectiveScope.NEXT_LINE,
}


def directive(body: str, span: Span, body_start: int) -> Directive | None:
    """Read the body of a comment, which stands at ``body_start``; None if it is no directive.

    ``span`` is that of the whole comment. A keyword that is unknown gives a directive with
    ``unknown`` set, which suppresses nothing.
    """
    for pattern, scopes, dialect in ((_OURS, _SCOPES, "listlint"), (_AWESOME, _AWESOME_SCOPES, "awesome-lint")):
        match = pattern.match(body)
        if match is None:
            continue
        names, reason = _parted(match["rest"], _REASON if dialect == "listlint" else _DASHES)
        start = body_start + match.start("rest")
        rules = tuple((found[0], Span(start + found.start(), start + found.end())) for found in _NAME.finditer(names))
        keyword = match["keyword"]
        known = scopes.get(keyword)
        return Directive(
            span,
            known or DirectiveScope.LINE,
            rules,
            reason=reason,
            dialect=dialect,
            unknown=None if known else keyword,
        )
    return None


def _parted(text: str, mark: re.Pattern[str]) -> tuple[str, str]:
    """The names of a directive, and the reason behind them."""
    found = mark.search(text)
    return (text, "") if found is None else (text[: found.start()], text[found.end() :].strip(_AROUND))
