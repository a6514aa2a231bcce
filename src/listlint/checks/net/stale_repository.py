"""NET010: a repository without a commit for long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from listlint.checks.api import Bad, Good, Severity
from listlint.checks.status import LinkRule, because, known
from listlint.model.links import Flag

if TYPE_CHECKING:
    from listlint.model.links import LinkOutcome
    from listlint.model.nodes import Link

_SEEN = known(flags=(Flag.STALE,), detail="last push 2019-03-01")


class StaleRepository(LinkRule):
    """Nobody has pushed to the repository for long.

    A finished tool needs no commits, so this is off by default: it is for lists that promise to be current. How long is
    long stands in the settings of the run; it takes a token for GitHub's API.
    """

    code, name = "NET010", "stale-repository"
    severity = Severity.INFO
    valid = (Good("- [B](https://b.dev/) - Fine.\n- [C](https://c.dev/) - Not asked for.\n", facts=_SEEN),)
    invalid = (Bad("- [A](⟦https://a.dev/x⟧) - One.\n", facts=_SEEN),)

    def says(self, outcome: LinkOutcome, link: Link) -> str | None:
        """Say when the last push was."""
        return f"no commit for long{because(outcome)}" if Flag.STALE in outcome.flags else None
