"""NET005: a page without the anchor that a link names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from listlint.checks.api import Bad, Finding, Good, Rule, Severity, Span
from listlint.checks.links import part_of, shorten
from listlint.checks.status import outcome_of
from listlint.model.links import Flag, LinkOutcome, LinkStatus, Reason, Verdict
from listlint.model.nodes import Link

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listlint.checks.api import Context


_SEEN = LinkStatus(
    {
        "https://a.dev/x": LinkOutcome(
            url="https://a.dev/x",
            verdict=Verdict.ALIVE,
            reason=Reason.OK,
            status=200,
            flags=(Flag.FRAGMENT_MISSING,),
            missing=("part",),
        ),
        "https://b.dev/": LinkOutcome(url="https://b.dev/", verdict=Verdict.ALIVE, reason=Reason.OK, status=200),
    }
)


class MissingFragment(Rule[Link]):
    """The page is there, but nothing in it has the anchor that the link names.

    The reader lands at the top and has to search. Checked with `--fragments` only. Text fragments (`#:~:text=`), line
    numbers on GitHub and routes of single-page applications are no anchors.
    """

    code, name = "NET005", "missing-fragment"
    severity = Severity.WARNING
    needs = (LinkStatus,)
    valid = (Good("- [B](https://b.dev/) - Fine.\n- [C](https://c.dev/) - Not asked for.\n", facts=(_SEEN,)),)
    invalid = (Bad("- [A](https://a.dev/x⟦#part⟧) - One.\n- [A](https://a.dev/x#other) - Two.\n", facts=(_SEEN,)),)

    def check(self, node: Link, ctx: Context) -> Iterator[Finding]:
        """Yield a finding on the URL."""
        outcome = outcome_of(node, ctx)
        if outcome is None or node.target.partition("#")[2] not in outcome.missing:
            return
        fragment = node.target.partition("#")[2]
        message = f"the page has no anchor #{shorten(fragment)}"
        start = node.target.index("#")
        place = part_of(node, Span(start, len(node.target)))
        yield Finding(place or node.url_span, message, group=f"{self.code}:{outcome.url}")
