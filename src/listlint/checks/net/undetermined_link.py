"""NET006: nobody would say whether a link lives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from listlint.checks.api import Bad, Finding, Good, Rule, Severity
from listlint.checks.status import because, outcome_of
from listlint.model.links import LinkOutcome, LinkStatus, Reason, Verdict
from listlint.model.nodes import Link

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listlint.checks.api import Context


_SEEN = LinkStatus(
    {
        "https://a.dev/x": LinkOutcome(
            url="https://a.dev/x",
            verdict=Verdict.UNKNOWN,
            reason=Reason.BLOCKED,
            status=403,
            detail="403",
        ),
        "https://b.dev/": LinkOutcome(url="https://b.dev/", verdict=Verdict.ALIVE, reason=Reason.OK, status=200),
    }
)


class UndeterminedLink(Rule[Link]):
    """We could not find out whether the link lives.

    A wall, a limit, a sick server or silence is no news of the link. It is shown so that somebody may look, and
    fails no run; only silence that lasts becomes `unreachable-for-long`. Of links that are new (`--since`), it is a
    warning.
    """

    code, name = "NET006", "undetermined-link"
    severity = Severity.INFO
    needs = (LinkStatus,)
    valid = (Good("- [B](https://b.dev/) - Fine.\n- [C](https://c.dev/) - Not asked for.\n", facts=(_SEEN,)),)
    invalid = (Bad("- [A](⟦https://a.dev/x⟧) - One.\n", facts=(_SEEN,)),)

    def check(self, node: Link, ctx: Context) -> Iterator[Finding]:
        """Yield a finding on the URL."""
        outcome = outcome_of(node, ctx)
        if outcome is None or outcome.verdict is not Verdict.UNKNOWN:
            return
        message = f"not known to be alive: {outcome.reason.value}{because(outcome) if outcome.detail else ''}"
        severity = Severity.WARNING if ctx.fact(LinkStatus).strict else None
        yield Finding(node.url_span, message, group=f"{self.code}:{outcome.url}", severity=severity)
