"""NET007: a repository that its owner archived."""

from __future__ import annotations

from typing import TYPE_CHECKING

from listlint.checks.api import Bad, Finding, Good, Rule, Severity
from listlint.checks.status import outcome_of
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
            flags=(Flag.ARCHIVED,),
        ),
        "https://b.dev/": LinkOutcome(url="https://b.dev/", verdict=Verdict.ALIVE, reason=Reason.OK, status=200),
    }
)


class ArchivedRepository(Rule[Link]):
    """The repository is archived: its owner has closed it to changes.

    It can still be read and used, so this is for the editor of the list to weigh. It takes a token for GitHub's API.
    """

    code, name = "NET007", "archived-repository"
    severity = Severity.INFO
    needs = (LinkStatus,)
    valid = (Good("- [B](https://b.dev/) - Fine.\n- [C](https://c.dev/) - Not asked for.\n", facts=(_SEEN,)),)
    invalid = (Bad("- [A](⟦https://a.dev/x⟧) - One.\n", facts=(_SEEN,)),)

    def check(self, node: Link, ctx: Context) -> Iterator[Finding]:
        """Yield a finding on the URL."""
        outcome = outcome_of(node, ctx)
        if outcome is None or Flag.ARCHIVED not in outcome.flags:
            return
        message = "the repository is archived"
        yield Finding(node.url_span, message, group=f"{self.code}:{outcome.url}")
