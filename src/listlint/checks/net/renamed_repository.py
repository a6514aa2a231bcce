"""NET009: a repository that has another name now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from listlint.checks.api import Applicability, Bad, Finding, Good, Rule, Severity
from listlint.checks.links import shorten
from listlint.checks.status import outcome_of, replacement
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
            flags=(Flag.RENAMED,),
            final_url="https://b.dev/y",
        ),
        "https://c.dev/": LinkOutcome(
            url="https://c.dev/",
            verdict=Verdict.ALIVE,
            reason=Reason.OK,
            flags=(Flag.MOVED_TEMPORARILY,),
            final_url="https://d.dev/",
        ),
    }
)


class RenamedRepository(Rule[Link]):
    """The repository has another owner or name now.

    The old name works until somebody takes it for a repository of his own, and then the link leads to a stranger. It
    takes a token for GitHub's API.
    """

    code, name = "NET009", "renamed-repository"
    severity = Severity.WARNING
    fix = Applicability.SAFE
    needs = (LinkStatus,)
    valid = (Good("- [C](https://c.dev/) - For now.\n- [D](https://e.dev/) - Not asked for.\n", facts=(_SEEN,)),)
    invalid = (
        Bad("- [A](⟦https://a.dev/x#p⟧) - One.\n", "- [A](https://b.dev/y#p) - One.\n", facts=(_SEEN,)),
        Bad("- [A][a]\n\n[a]: ⟦https://a.dev/x⟧\n", "- [A][a]\n\n[a]: https://b.dev/y\n", facts=(_SEEN,)),
    )

    def check(self, node: Link, ctx: Context) -> Iterator[Finding]:
        """Yield a finding on the URL."""
        outcome = outcome_of(node, ctx)
        if outcome is None or Flag.RENAMED not in outcome.flags or outcome.final_url is None:
            return
        message = f"has been renamed to {shorten(outcome.final_url)}"
        yield Finding(node.url_span, message, replacement(node, outcome.final_url), group=f"{self.code}:{outcome.url}")
