"""NET008: a page that answers, but is not the one that was meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from listlint.checks.api import Bad, Good, Severity
from listlint.checks.status import LinkRule, because, known
from listlint.model.links import Flag

if TYPE_CHECKING:
    from listlint.model.links import LinkOutcome
    from listlint.model.nodes import Link

_SEEN = known(flags=(Flag.SUSPECT,), status=200, detail="the title says that the page was not found")


class SoftNotFound(LinkRule):
    """The server answers, but very probably not with the page that was meant.

    The page says "not found" while its status says 200, the domain is parked, a link into a site is sent to its home
    page, or a paper was withdrawn. Never more than a suspicion: look before you delete.
    """

    code, name = "NET008", "soft-404-or-parked"
    severity = Severity.WARNING
    valid = (Good("- [B](https://b.dev/) - Fine.\n- [C](https://c.dev/) - Not asked for.\n", facts=_SEEN),)
    invalid = (Bad("- [A](⟦https://a.dev/x⟧) - One.\n", facts=_SEEN),)

    def says(self, outcome: LinkOutcome, link: Link) -> str | None:
        """Say what speaks against the page."""
        if Flag.WITHDRAWN in outcome.flags:
            return f"the paper was withdrawn{because(outcome)}"
        suspect = Flag.SUSPECT in outcome.flags
        return f"probably not the page that was meant{because(outcome)}" if suspect else None
