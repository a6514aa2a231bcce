"""NET004: a certificate that no browser accepts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from listlint.checks.api import Bad, Good, Severity
from listlint.checks.status import LinkRule, because, known
from listlint.model.links import Flag

if TYPE_CHECKING:
    from listlint.model.links import LinkOutcome
    from listlint.model.nodes import Link

_SEEN = known(flags=(Flag.INSECURE,), detail="the certificate has expired")


class InsecureTls(LinkRule):
    """The server answers, but with a certificate that browsers refuse.

    It is expired, made by nobody they trust, of another name, or incomplete. Most readers turn back at the warning, and
    those who do not cannot know who answers.
    """

    code, name = "NET004", "insecure-tls"
    severity = Severity.WARNING
    valid = (Good("- [B](https://b.dev/) - Fine.\n- [C](https://c.dev/) - Not asked for.\n", facts=_SEEN),)
    invalid = (Bad("- [A](⟦https://a.dev/x⟧) - One.\n", facts=_SEEN),)

    def says(self, outcome: LinkOutcome, link: Link) -> str | None:
        """Say what is wrong with the certificate."""
        insecure = Flag.INSECURE in outcome.flags
        return f"the certificate of this host is refused by browsers{because(outcome)}" if insecure else None
