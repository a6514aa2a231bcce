"""SUP002: a suppression comment names a rule or a keyword that does not exist."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from listlint.checks.api import Bad, Finding, Rule, Severity
from listlint.model.nodes import Suppressions

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from listlint.checks.api import Context

_KEYWORDS = {
    word: word for word in ("disable", "disable-line", "disable-next-line", "disable-file", "disable-section", "enable")
}
_CLOSE = 0.7
"""Similarity from which a name is suggested."""


class UnknownRuleInSuppression(Rule[Suppressions]):
    """A suppression comment names a rule that does not exist, or is itself misspelt.

    It suppresses nothing, while its author believes that it does.

    Comments of awesome-lint are not judged.
    """

    code, name = "SUP002", "unknown-rule-in-suppression"
    severity = Severity.WARNING
    valid = (
        "<!-- listlint-disable SUP002 -->\n# A\n\n<!-- listlint-disable-line unknown-rule-in-suppression, SUP -->\n",
        "<!-- lint disable no-such-rule -->\n# A\n",
        "`<!-- listlint-disable no-such-rule -->`\n",
    )
    invalid = (
        Bad("<!-- listlint-disable ⟦no-such-rule⟧ -->\n# A\n"),
        Bad("# A\n\n<!-- listlint-disable-line SUP002, ⟦XYZ999⟧ -- why -->\n"),
        Bad("# A\n\n⟦<!-- listlint-disabel-line SUP002 -->⟧\n"),
    )

    def check(self, node: Suppressions, ctx: Context) -> Iterator[Finding]:
        """Yield each unknown name or keyword."""
        for directive, written, span in node.unknown:
            if directive.unknown is None:
                nearest = _nearest(written.casefold(), _rules())
                hint = f"; did you mean `{nearest}`?" if nearest else ""
                yield Finding(span, f"no rule is called `{written}`{hint}")
                continue
            nearest = _nearest(written, _KEYWORDS)
            hint = f"; did you mean `listlint-{nearest}`?" if nearest else ""
            yield Finding(span, f"`listlint-{written}` is no suppression{hint}")


@cache
def _rules() -> Mapping[str, str]:
    """The codes and names of all rules, case-folded, as they are written."""
    from listlint.checks.registry import all_rules  # here, for the registry imports this module

    return {name.casefold(): name for rule in all_rules() for name in (rule.code, rule.name)}


def _nearest(word: str, known: Mapping[str, str]) -> str | None:
    from rapidfuzz.distance import DamerauLevenshtein  # here, for few documents need it

    scored = [(DamerauLevenshtein.normalized_similarity(word, other), shown) for other, shown in known.items()]
    best, found = max(scored, default=(0.0, ""))
    return found if best >= _CLOSE else None
