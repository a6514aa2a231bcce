"""NET003: a link that its server moved for good."""

from __future__ import annotations

from typing import TYPE_CHECKING

from listlint.checks.api import Applicability, Bad, Fix, Good, Severity
from listlint.checks.links import shorten
from listlint.checks.status import LinkRule, known, replacement
from listlint.model.links import Flag

if TYPE_CHECKING:
    from listlint.model.links import LinkOutcome
    from listlint.model.nodes import Link

_SEEN = known(flags=(Flag.MOVED,), final_url="https://b.dev/y")


class MovedLink(LinkRule):
    """The server says that the page has moved for good, and where to.

    Every hop said so (301 or 308), and the new place answers. The old address works as long as somebody keeps the
    redirect alive. Not reported: temporary redirects, a trailing slash, a log-in page.
    """

    code, name = "NET003", "moved-link"
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
        new = outcome.final_url if Flag.MOVED in outcome.flags else None
        return f"moved for good to {shorten(new)}" if new is not None else None

    def repair(self, link: Link, outcome: LinkOutcome) -> Fix | None:
        """Put it there."""
        return replacement(link, outcome.final_url or outcome.url)
