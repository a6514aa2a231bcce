"""NET002: a link has not answered for a week and three runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from listlint.checks.api import Bad, Finding, Good, Rule, Severity
from listlint.checks.status import because, day, outcome_of
from listlint.model.links import LinkOutcome, LinkStatus, Reason, Verdict
from listlint.model.nodes import Link

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listlint.checks.api import Context


_SEEN = LinkStatus(
    {
        "https://a.dev/x": LinkOutcome(
            url="https://a.dev/x",
            verdict=Verdict.DEAD,
            reason=Reason.TIMEOUT,
            detail="no answer",
            since=1_767_398_400.0,
            aged=True,
        ),
        "https://b.dev/": LinkOutcome(url="https://b.dev/", verdict=Verdict.ALIVE, reason=Reason.OK, status=200),
    }
)


class UnreachableForLong(Rule[Link]):
    """A link has not answered in at least three runs over at least seven days.

    One failure is an outage of somebody's; weeks of it are a link that no reader can follow. Only time-outs, refused
    connections, sick servers and unanswered look-ups age; walls and limits never do. The link history remembers.
    """

    code, name = "NET002", "unreachable-for-long"
    severity = Severity.WARNING
    needs = (LinkStatus,)
    valid = (Good("- [B](https://b.dev/) - Fine.\n- [C](https://c.dev/) - Not asked for.\n", facts=(_SEEN,)),)
    invalid = (Bad("- [A](⟦https://a.dev/x⟧) - One.\n", facts=(_SEEN,)),)

    def check(self, node: Link, ctx: Context) -> Iterator[Finding]:
        """Yield a finding on the URL."""
        outcome = outcome_of(node, ctx)
        if outcome is None or outcome.verdict is not Verdict.DEAD or not outcome.aged:
            return
        since = f" since {day(outcome.since)}" if outcome.since is not None else ""
        message = f"unreachable{since}{because(outcome)}"
        yield Finding(node.url_span, message, group=f"{self.code}:{outcome.url}")
