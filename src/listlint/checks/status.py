"""What became of a link, for the rules on link liveness."""

from __future__ import annotations

from typing import TYPE_CHECKING

from listlint.checks.links import is_first_use, may_change
from listlint.model.edit import Applicability, Edit, Fix
from listlint.model.links import LinkStatus
from listlint.model.patterns import lazy

if TYPE_CHECKING:
    from listlint.checks.api import Context
    from listlint.model.links import LinkOutcome
    from listlint.model.nodes import Link


_UNSAFE = lazy(r"[\s()<>\[\]|\"'\\&*_]|%(?![0-9A-Fa-f]{2})")
"""What would have to be escaped in one form of link or another."""


def outcome_of(link: Link, ctx: Context) -> LinkOutcome | None:
    """The outcome of a link that was asked for; None of one that was not, or of a definition's later uses."""
    outcome = ctx.fact(LinkStatus).outcomes.get(link.target.partition("#")[0])
    return outcome if outcome is not None and is_first_use(link, ctx) else None


def because(outcome: LinkOutcome) -> str:
    """The reason in words, in parentheses: ``" (404 twice)"``."""
    said = outcome.detail or (str(outcome.status) if outcome.status else outcome.reason.value)
    return f" ({said})"


def replacement(link: Link, url: str) -> Fix | None:
    """The fix that puts a new URL in a link's place, its fragment kept; None where it would need escapes."""
    fragment = link.target.partition("#")[2]
    new = url if "#" in url or not fragment else f"{url}#{fragment}"
    if link.url != link.target or _UNSAFE.search(new):
        return None
    return Fix(f"link to {new}", (Edit(link.url_span, new),), Applicability.SAFE, may_change(link))


def day(seconds: float) -> str:
    """A day of UTC: ``2026-01-03``."""
    from datetime import UTC, datetime

    return datetime.fromtimestamp(seconds, UTC).date().isoformat()
