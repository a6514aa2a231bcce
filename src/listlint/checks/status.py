"""What became of a link, for the rules on link liveness."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from listlint.checks.api import Applicability, Bad, Edit, Finding, Fix, Good, Rule
from listlint.checks.links import is_first_use, may_change, shorten
from listlint.model.links import Flag, LinkOutcome, LinkStatus, Reason, Verdict
from listlint.model.nodes import Link
from listlint.model.patterns import lazy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listlint.checks.api import Context, Severity
    from listlint.model.span import Span


_UNSAFE = lazy(r"[\s()<>\[\]|\"'\\&*_]|%(?![0-9A-Fa-f]{2})")
"""What would have to be escaped in one form of link or another."""


def outcome_of(link: Link, ctx: Context) -> LinkOutcome | None:
    """The outcome of a link that was asked for; None of one that was not, or of a definition's later uses."""
    outcome = ctx.fact(LinkStatus).outcomes.get(link.target.partition("#")[0])
    return outcome if outcome is not None and is_first_use(link, ctx) else None


class LinkRule(Rule[Link]):
    """Base of the rules on what became of a link: one finding on the URL of each link that :meth:`says` something."""

    needs = (LinkStatus,)

    def check(self, node: Link, ctx: Context) -> Iterator[Finding]:
        """Yield a finding on the URL."""
        outcome = outcome_of(node, ctx)
        message = self.says(outcome, node) if outcome is not None else None
        if outcome is not None and message is not None:
            group = f"{self.code}:{outcome.url}"
            yield Finding(self.place(node), message, self.repair(node, outcome), group=group, severity=self.weight(ctx))

    def says(self, outcome: LinkOutcome, link: Link) -> str | None:
        """The message, or None where there is nothing to say."""
        raise NotImplementedError

    def place(self, link: Link) -> Span:
        """What is marked: the URL."""
        return link.url_span

    def repair(self, link: Link, outcome: LinkOutcome) -> Fix | None:
        """The fix, if there is one."""
        return None

    def weight(self, ctx: Context) -> Severity | None:
        """The severity, where it is not that of the rule."""
        return None


def known(**outcome: Any) -> tuple[LinkStatus]:
    """The fact of an example: what became of `https://a.dev/x`, and that `https://b.dev/` is fine."""
    told = {"url": "https://a.dev/x", "verdict": Verdict.ALIVE, "reason": Reason.OK, **outcome}
    fine = LinkOutcome(url="https://b.dev/", verdict=Verdict.ALIVE, reason=Reason.OK, status=200)
    return (LinkStatus({"https://a.dev/x": LinkOutcome(**told), "https://b.dev/": fine}),)


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


class RelocationRule(LinkRule):
    """Base of the rules on a link whose new place is known, and which is put there.

    ``flag`` is the outcome's that says so; ``happened`` tells it, up to the new place.
    """

    fix = Applicability.SAFE
    flag: ClassVar[Flag]
    happened: ClassVar[str]

    def says(self, outcome: LinkOutcome, link: Link) -> str | None:
        """Name the new place."""
        new = outcome.final_url if self.flag in outcome.flags else None
        return f"{self.happened} {shorten(new)}" if new is not None else None

    def repair(self, link: Link, outcome: LinkOutcome) -> Fix | None:
        """Put it there."""
        return replacement(link, outcome.final_url or outcome.url)


def stayed(flag: Flag) -> tuple[Good, ...]:
    """Examples of links that a relocation of this kind does not touch."""
    seen = known(flags=(flag,), final_url="https://b.dev/y")
    away = known(flags=(Flag.MOVED_TEMPORARILY,), final_url="https://b.dev/y")
    return (
        Good("- [B](https://b.dev/) - Fine.\n- [C](https://c.dev/) - Not asked for.\n", facts=seen),
        Good("- [A](https://a.dev/x) - For now.\n", facts=away),
    )


def relocated(flag: Flag) -> tuple[Bad, ...]:
    """Examples of links with a relocation of this kind: its fragment is kept, and a definition is found."""
    seen = known(flags=(flag,), final_url="https://b.dev/y")
    return (
        Bad("- [A](⟦https://a.dev/x#p⟧) - One.\n", "- [A](https://b.dev/y#p) - One.\n", facts=seen),
        Bad("- [A][a]\n\n[a]: ⟦https://a.dev/x⟧\n", "- [A][a]\n\n[a]: https://b.dev/y\n", facts=seen),
    )


def day(seconds: float) -> str:
    """A day of UTC: ``2026-01-03``."""
    from datetime import UTC, datetime

    return datetime.fromtimestamp(seconds, UTC).date().isoformat()
