"""NET004: a certificate that no browser accepts."""

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
            reason=Reason.TLS,
            status=200,
            flags=(Flag.INSECURE,),
            detail="the certificate has expired",
        ),
        "https://b.dev/": LinkOutcome(url="https://b.dev/", verdict=Verdict.ALIVE, reason=Reason.OK, status=200),
    }
)


class InsecureTls(Rule[Link]):
    """The server answers, but with a certificate that browsers refuse.

    It is expired, made by nobody they trust, of another name, or incomplete. Most readers turn back at the warning, and
    those who do not cannot know who answers.
    """

    code, name = "NET004", "insecure-tls"
    severity = Severity.WARNING
    needs = (LinkStatus,)
    valid = (Good("- [B](https://b.dev/) - Fine.\n- [C](https://c.dev/) - Not asked for.\n", facts=(_SEEN,)),)
    invalid = (Bad("- [A](⟦https://a.dev/x⟧) - One.\n", facts=(_SEEN,)),)

    def check(self, node: Link, ctx: Context) -> Iterator[Finding]:
        """Yield a finding on the URL."""
        outcome = outcome_of(node, ctx)
        if outcome is None or Flag.INSECURE not in outcome.flags:
            return
        message = f"the certificate of this host is refused by browsers{because(outcome)}"
        yield Finding(node.url_span, message, group=f"{self.code}:{outcome.url}")
