"""NET003: a link that its server moved for good."""

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
            flags=(Flag.MOVED,),
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


class MovedLink(Rule[Link]):
    """The server says that the page has moved for good, and where to.

    Every hop said so (301 or 308), and the new place answers. The old address works as long as somebody keeps the
    redirect alive. Not reported: temporary redirects, a trailing slash, a log-in page.
    """

    code, name = "NET003", "moved-link"
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
        if outcome is None or Flag.MOVED not in outcome.flags or outcome.final_url is None:
            return
        message = f"moved for good to {shorten(outcome.final_url)}"
        yield Finding(node.url_span, message, replacement(node, outcome.final_url), group=f"{self.code}:{outcome.url}")
