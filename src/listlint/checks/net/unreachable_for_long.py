"""NET002: a link has not answered for a week and three runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from listlint.checks.api import Bad, Good, Severity
from listlint.checks.status import LinkRule, because, day, known
from listlint.model.links import Reason, Verdict

if TYPE_CHECKING:
    from listlint.model.links import LinkOutcome
    from listlint.model.nodes import Link

_SEEN = known(verdict=Verdict.DEAD, reason=Reason.TIMEOUT, detail="no answer", since=1_767_398_400.0, aged=True)


class UnreachableForLong(LinkRule):
    """A link has not answered in at least three runs over at least seven days.

    One failure is an outage of somebody's; weeks of it are a link that no reader can follow. Only time-outs, refused
    connections, sick servers and unanswered look-ups age; walls and limits never do. The link history remembers.
    """

    code, name = "NET002", "unreachable-for-long"
    severity = Severity.WARNING
    valid = (Good("- [B](https://b.dev/) - Fine.\n- [C](https://c.dev/) - Not asked for.\n", facts=_SEEN),)
    invalid = (Bad("- [A](⟦https://a.dev/x⟧) - One.\n", facts=_SEEN),)

    def says(self, outcome: LinkOutcome, link: Link) -> str | None:
        """Say since when."""
        if outcome.verdict is not Verdict.DEAD or not outcome.aged:
            return None
        since = f" since {day(outcome.since)}" if outcome.since is not None else ""
        return f"unreachable{since}{because(outcome)}"
