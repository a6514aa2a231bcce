"""NET008: a page that answers, but is not the one that was meant."""

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
            status=200,
            flags=(Flag.SUSPECT,),
            detail="the title says that the page was not found",
        ),
        "https://b.dev/": LinkOutcome(url="https://b.dev/", verdict=Verdict.ALIVE, reason=Reason.OK, status=200),
    }
)


class SoftNotFound(Rule[Link]):
    """The server answers, but very probably not with the page that was meant.

    The page says "not found" while its status says 200, the domain is parked, a link into a site is sent to its home
    page, or a paper was withdrawn. Never more than a suspicion: look before you delete.
    """

    code, name = "NET008", "soft-404-or-parked"
    severity = Severity.WARNING
    needs = (LinkStatus,)
    valid = (Good("- [B](https://b.dev/) - Fine.\n- [C](https://c.dev/) - Not asked for.\n", facts=(_SEEN,)),)
    invalid = (Bad("- [A](⟦https://a.dev/x⟧) - One.\n", facts=(_SEEN,)),)

    def check(self, node: Link, ctx: Context) -> Iterator[Finding]:
        """Yield a finding on the URL."""
        outcome = outcome_of(node, ctx)
        if outcome is None or not {Flag.SUSPECT, Flag.WITHDRAWN} & {*outcome.flags}:
            return
        what = "the paper was withdrawn" if Flag.WITHDRAWN in outcome.flags else "probably not the page that was meant"
        message = f"{what}{because(outcome)}"
        yield Finding(node.url_span, message, group=f"{self.code}:{outcome.url}")
