"""NET006: nobody would say whether a link lives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from listlint.checks.api import Bad, Good, Severity
from listlint.checks.status import LinkRule, because, known
from listlint.model.links import LinkStatus, Reason, Verdict

if TYPE_CHECKING:
    from listlint.checks.api import Context
    from listlint.model.links import LinkOutcome
    from listlint.model.nodes import Link

_SEEN = known(verdict=Verdict.UNKNOWN, reason=Reason.BLOCKED, status=403, detail="403")


class UndeterminedLink(LinkRule):
    """We could not find out whether the link lives.

    A wall, a limit, a sick server or silence is no news of the link. It is shown so that somebody may look, and
    fails no run; only silence that lasts becomes `unreachable-for-long`. Of links that are new (`--since`), it is a
    warning.
    """

    code, name = "NET006", "undetermined-link"
    severity = Severity.INFO
    valid = (Good("- [B](https://b.dev/) - Fine.\n- [C](https://c.dev/) - Not asked for.\n", facts=_SEEN),)
    invalid = (Bad("- [A](⟦https://a.dev/x⟧) - One.\n", facts=_SEEN),)

    def says(self, outcome: LinkOutcome, link: Link) -> str | None:
        """Say what kept us from knowing."""
        if outcome.verdict is not Verdict.UNKNOWN:
            return None
        return f"not known to be alive: {outcome.reason.value}{because(outcome) if outcome.detail else ''}"

    def weight(self, ctx: Context) -> Severity | None:
        """New links are judged strictly."""
        return Severity.WARNING if ctx.fact(LinkStatus).strict else None
