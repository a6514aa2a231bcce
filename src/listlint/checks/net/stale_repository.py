"""NET010: a repository without a commit for long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from listlint.checks.api import Bad, Finding, Good, Rule, Severity
from listlint.checks.status import because, outcome_of
from listlint.model.links import Flag, LinkOutcome, LinkStatus, Reason, Verdict
from listlint.model.nodes import Link

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listlint.checks.api import Context


_SEEN = LinkStatus(
    {
        "https://a.dev/x": LinkOutcome(
            url="https://a.dev/x",
            verdict=Verdict.ALIVE,
            reason=Reason.OK,
            flags=(Flag.STALE,),
            detail="last push 2019-03-01",
        ),
        "https://b.dev/": LinkOutcome(url="https://b.dev/", verdict=Verdict.ALIVE, reason=Reason.OK, status=200),
    }
)


class StaleRepository(Rule[Link]):
    """Nobody has pushed to the repository for long.

    A finished tool needs no commits, so this is off by default: it is for lists that promise to be current. How long is
    long stands in the settings of the run; it takes a token for GitHub's API.
    """

    code, name = "NET010", "stale-repository"
    severity = Severity.INFO
    needs = (LinkStatus,)
    valid = (Good("- [B](https://b.dev/) - Fine.\n- [C](https://c.dev/) - Not asked for.\n", facts=(_SEEN,)),)
    invalid = (Bad("- [A](⟦https://a.dev/x⟧) - One.\n", facts=(_SEEN,)),)

    def check(self, node: Link, ctx: Context) -> Iterator[Finding]:
        """Yield a finding on the URL."""
        outcome = outcome_of(node, ctx)
        if outcome is None or Flag.STALE not in outcome.flags:
            return
        message = f"no commit for long{because(outcome)}"
        yield Finding(node.url_span, message, group=f"{self.code}:{outcome.url}")
