"""NET001: a link leads nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from listlint.checks.api import Applicability, Bad, Edit, Finding, Fix, Good, Rule, Severity
from listlint.checks.links import may_change
from listlint.checks.status import because, outcome_of
from listlint.model.links import LinkOutcome, LinkStatus, Reason, Verdict
from listlint.model.nodes import Link

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listlint.checks.api import Context


_GONE = LinkOutcome(url="https://a.dev/x", verdict=Verdict.DEAD, reason=Reason.GONE, detail="404 twice")
_COPIED = LinkOutcome(
    url="https://a.dev/x",
    verdict=Verdict.DEAD,
    reason=Reason.DNS,
    detail="the name a.dev does not exist",
    archive="https://web.archive.org/web/2020/https://a.dev/x",
)
_AGED = LinkOutcome(
    url="https://a.dev/x", verdict=Verdict.DEAD, reason=Reason.TIMEOUT, detail="no answer", since=0.0, aged=True
)


class DeadLink(Rule[Link]):
    """A link is dead: its server said so twice, or its name no longer exists.

    Walls, sick servers and time-outs say nothing of the link, and are never called dead here. What has not
    answered for weeks is `unreachable-for-long`.

    With `fix --links`, a copy in the web archive is offered where one was found. Whether it shows what was meant, only
    a reader can tell.
    """

    code, name = "NET001", "dead-link"
    severity = Severity.ERROR
    fix = Applicability.UNSAFE
    needs = (LinkStatus,)
    valid = (
        Good("- [A](https://a.dev/y) - Not asked for.\n", facts=(LinkStatus({"https://a.dev/x": _GONE}),)),
        Good("- [A](https://a.dev/x) - Out of reach.\n", facts=(LinkStatus({"https://a.dev/x": _AGED}),)),
    )
    invalid = (
        Bad("- [A](⟦https://a.dev/x#part⟧) - Gone.\n", facts=(LinkStatus({"https://a.dev/x": _GONE}),)),
        Bad(
            "- [A](⟦https://a.dev/x⟧) - Gone.\n",
            "- [A](https://web.archive.org/web/2020/https://a.dev/x) - Gone.\n",
            facts=(LinkStatus({"https://a.dev/x": _COPIED}),),
        ),
        Bad("- [A][a] and [B][a]\n\n[a]: ⟦https://a.dev/x⟧\n", facts=(LinkStatus({"https://a.dev/x": _GONE}),)),
    )

    def check(self, node: Link, ctx: Context) -> Iterator[Finding]:
        """Yield a finding on the URL of a dead link."""
        outcome = outcome_of(node, ctx)
        if outcome is None or outcome.verdict is not Verdict.DEAD or outcome.aged:
            return
        fix = None
        if outcome.archive is not None and node.url == node.target:
            edit = Edit(node.url_span, outcome.archive)
            title = "link to a copy in the web archive" + ("" if outcome.archive_verified else " (unverified)")
            fix = Fix(title, (edit,), Applicability.UNSAFE, may_change(node))
        message = f"the link is dead{because(outcome)}"
        yield Finding(node.url_span, message, fix, group=f"{self.code}:{outcome.url}")
