"""NET007: a repository that its owner archived."""

from __future__ import annotations

from typing import TYPE_CHECKING

from listlint.checks.api import Bad, Good, Severity
from listlint.checks.status import LinkRule, known
from listlint.model.links import Flag

if TYPE_CHECKING:
    from listlint.model.links import LinkOutcome
    from listlint.model.nodes import Link

_SEEN = known(flags=(Flag.ARCHIVED,))


class ArchivedRepository(LinkRule):
    """The repository is archived: its owner has closed it to changes.

    It can still be read and used, so this is for the editor of the list to weigh. It takes a token for GitHub's API.
    """

    code, name = "NET007", "archived-repository"
    severity = Severity.INFO
    valid = (Good("- [B](https://b.dev/) - Fine.\n- [C](https://c.dev/) - Not asked for.\n", facts=_SEEN),)
    invalid = (Bad("- [A](⟦https://a.dev/x⟧) - One.\n", facts=_SEEN),)

    def says(self, outcome: LinkOutcome, link: Link) -> str | None:
        """Say so."""
        return "the repository is archived" if Flag.ARCHIVED in outcome.flags else None
