"""NET001: a link leads nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from listlint.checks.api import Applicability, Bad, Edit, Fix, Good, Severity
from listlint.checks.links import may_change
from listlint.checks.status import LinkRule, because, known
from listlint.model.links import Reason, Verdict

if TYPE_CHECKING:
    from listlint.model.links import LinkOutcome
    from listlint.model.nodes import Link

_SEEN = known(verdict=Verdict.DEAD, reason=Reason.GONE, detail="404 twice")


class DeadLink(LinkRule):
    """A link is dead: its server said so twice, or its name no longer exists.

    Walls, sick servers and time-outs say nothing of the link, and are never called dead here. What has not
    answered for weeks is `unreachable-for-long`.

    With `fix --links`, a copy in the web archive is offered where one was found. Whether it shows what was meant, only
    a reader can tell.
    """

    code, name = "NET001", "dead-link"
    severity = Severity.ERROR
    fix = Applicability.UNSAFE
    valid = (
        Good("- [B](https://b.dev/) - Fine.\n- [C](https://c.dev/) - Not asked for.\n", facts=_SEEN),
        Good(
            "- [A](https://a.dev/x) - Out of reach.\n",
            facts=known(verdict=Verdict.DEAD, reason=Reason.TIMEOUT, aged=True),
        ),
    )
    invalid = (
        Bad("- [A](⟦https://a.dev/x#part⟧) - Gone.\n", facts=_SEEN),
        Bad(
            "- [A](⟦https://a.dev/x⟧) - Gone.\n",
            "- [A](https://web.archive.org/web/2020/https://a.dev/x) - Gone.\n",
            facts=known(
                verdict=Verdict.DEAD, reason=Reason.DNS, archive="https://web.archive.org/web/2020/https://a.dev/x"
            ),
        ),
        Bad("- [A][a] and [B][a]\n\n[a]: ⟦https://a.dev/x⟧\n", facts=_SEEN),
    )

    def says(self, outcome: LinkOutcome, link: Link) -> str | None:
        """Say why it is dead."""
        dead = outcome.verdict is Verdict.DEAD and not outcome.aged
        return f"the link is dead{because(outcome)}" if dead else None

    def repair(self, link: Link, outcome: LinkOutcome) -> Fix | None:
        """Offer the copy that the web archive has."""
        if outcome.archive is None or link.url != link.target:
            return None
        title = "link to a copy in the web archive" + ("" if outcome.archive_verified else " (unverified)")
        return Fix(title, (Edit(link.url_span, outcome.archive),), Applicability.UNSAFE, may_change(link))
