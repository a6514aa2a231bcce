"""NET009: a repository that has another name now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from listlint.checks.api import Applicability, Bad, Fix, Good, Severity
from listlint.checks.links import shorten
from listlint.checks.status import LinkRule, known, replacement
from listlint.model.links import Flag

if TYPE_CHECKING:
    from listlint.model.links import LinkOutcome
    from listlint.model.nodes import Link

_SEEN = known(flags=(Flag.RENAMED,), final_url="https://b.dev/y")


class RenamedRepository(LinkRule):
    """The repository has another owner or name now.

    The old name works until somebody takes it for a repository of his own, and then the link leads to a stranger. It
    takes a token for GitHub's API.
    """

    code, name = "NET009", "renamed-repository"
    severity = Severity.WARNING
    fix = Applicability.SAFE
    valid = (
        Good("- [B](https://b.dev/) - Fine.\n- [C](https://c.dev/) - Not asked for.\n", facts=_SEEN),
        Good(
            "- [A](https://a.dev/x) - For now.\n",
            facts=known(flags=(Flag.MOVED_TEMPORARILY,), final_url="https://b.dev/y"),
        ),
    )
    invalid = (
        Bad("- [A](⟦https://a.dev/x#p⟧) - One.\n", "- [A](https://b.dev/y#p) - One.\n", facts=_SEEN),
        Bad("- [A][a]\n\n[a]: ⟦https://a.dev/x⟧\n", "- [A][a]\n\n[a]: https://b.dev/y\n", facts=_SEEN),
    )

    def says(self, outcome: LinkOutcome, link: Link) -> str | None:
        """Name the new place."""
        new = outcome.final_url if Flag.RENAMED in outcome.flags else None
        return f"has been renamed to {shorten(new)}" if new is not None else None

    def repair(self, link: Link, outcome: LinkOutcome) -> Fix | None:
        """Put it there."""
        return replacement(link, outcome.final_url or outcome.url)
